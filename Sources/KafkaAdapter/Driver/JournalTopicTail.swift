internal import CRdkafka
internal import Domain
internal import Operations
internal import Synchronization

/// Follows `bascule-journal` of one cluster from its start and keeps every committed record.
///
/// The assignment stays, so that a call costs only what was appended since the last one. `read_committed`: what a
/// driver has not finished, or was fenced out of, is not told.
final class JournalTopicTail: Sendable {
    private struct State: Sendable {
        var records: [String: [RunRecord]] = [:]
        /// Of each run; whether they are genuine is for others to say.
        var approvals: [String: [RunApproval]] = [:]
        /// Next offset to see; `nil`: not assigned yet.
        var next: Int64?
    }

    let handle: KafkaHandle
    private let lane = BlockingLane(label: "journal")
    private let state = Mutex(State())
    private let log: @Sendable (String) -> Void

    init(_ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void) throws(KafkaError) {
        self.log = log
        handle = try KafkaHandle(
            .reading, configuration: configuration,
            settings: [
                // Neither joined nor committed to.
                "group.id": "bascule-reads-journal",
                "enable.auto.commit": "false",
                "enable.auto.offset.store": "false",
                "enable.partition.eof": "true",
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": "100",
            ], events: HandleEvents(log: log))
    }

    /// Reads on to the end that the topic has now; the records of each run, by sequence.
    ///
    /// - Throws: `_TIMED_OUT` when the end is not reached in time; the next call goes on from there.
    func records(remaining: @escaping @Sendable () -> Duration) async throws(KafkaError) -> [String: [RunRecord]] {
        try await lane.attempt("Fetch") { [self] () throws(KafkaError) in
            try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                // Only this lane touches the state.
                var now = state.withLock { $0 }
                defer { state.withLock { $0 = now } }
                try readOn(&now, pointer, remaining)
                return now.records
            }
        }
    }

    /// As ``records(remaining:)``: the approvals of each run, in the order of the topic.
    func approvals(remaining: @escaping @Sendable () -> Duration) async throws(KafkaError) -> [String: [RunApproval]] {
        _ = try await records(remaining: remaining)
        return state.withLock { $0.approvals }
    }

    private func readOn(
        _ now: inout State, _ handle: OpaquePointer, _ remaining: () -> Duration
    ) throws(KafkaError) {
        let end = try logEnd(handle, remaining)
        // Deleted and created again: what was read is of another log.
        if now.next.map({ end < $0 }) ?? true { try restart(&now, handle) }
        guard let queue = rd_kafka_queue_get_consumer(handle) else { throw .closed("Fetch") }
        defer { rd_kafka_queue_destroy(queue) }
        while (now.next ?? 0) < end {
            let left = remaining()
            guard left > .zero else {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "Fetch",
                    reason: "\(DriverNames.topic) is not read to its end yet (\(now.next ?? 0) of \(end) offsets)")
            }
            try takeBatch(&now, queue, wait: min(left, .milliseconds(100)))
        }
    }

    private func restart(_ now: inout State, _ handle: OpaquePointer) throws(KafkaError) {
        now = State(next: 0)
        let list = TopicPartitionList([TopicPartition(DriverNames.topic, 0)]) { _ in ListOffsetsRound.earliest }
        let code = rd_kafka_assign(handle, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
    }

    /// The last stable offset, as the handle is `read_committed`.
    private func logEnd(_ handle: OpaquePointer, _ remaining: () -> Duration) throws(KafkaError) -> Int64 {
        let list = TopicPartitionList([TopicPartition(DriverNames.topic, 0)]) { _ in ListOffsetsRound.latest }
        func patience() -> Int32 { min(remaining(), .seconds(3)).librdkafkaMilliseconds }
        var code = rd_kafka_offsets_for_times(handle, list.pointer, patience())
        if KafkaError(code, operation: "ListOffsets").asksForMetadata {
            let budget = remaining()
            _ = try MetadataAnswer.read(
                handle, topic: DriverNames.topic, timeout: budget, elapsed: { budget - remaining() },
                isHopeless: { _ in true })
            code = rd_kafka_offsets_for_times(handle, list.pointer, patience())
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "ListOffsets") }
        var end: Int64?
        list.forEach { _, offset, code in
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, offset >= 0 { end = offset }
        }
        guard let end else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__BAD_MSG, operation: "ListOffsets", reason: "answered without an offset")
        }
        return end
    }

    private func takeBatch(
        _ now: inout State, _ queue: OpaquePointer, wait: Duration
    ) throws(KafkaError) {
        let capacity = 500
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
        defer { messages.deallocate() }
        let count = rd_kafka_consume_batch_queue(queue, wait.librdkafkaMilliseconds, messages, capacity)
        guard count >= 0 else { throw KafkaError(rd_kafka_last_error(), operation: "Fetch") }
        var failure: KafkaError?
        for index in 0..<count {
            guard let message = messages[index] else { continue }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                now.next = message.pointee.offset + 1
                take(message, into: &now)
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                // Behind the last record there may be what ends a transaction, which is not told.
                now.next = max(now.next ?? 0, message.pointee.offset)
            default:
                let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
                failure = KafkaError(message.pointee.err, operation: "Fetch", reason: reason)
            }
        }
        if let failure { throw failure }
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>, into now: inout State) {
        let source = SourceRecord(message: message)
        let content = source.detached(topic: DriverNames.topic, partition: 0, adding: [])
        if let approval = RunApprovalCoding.read(key: content.key, value: content.value, headers: content.headers) {
            now.approvals[approval.run, default: []].append(approval)
            return
        }
        guard let record = RunRecordCoding.read(key: content.key, value: content.value, headers: content.headers)
        else {
            log("\(DriverNames.topic): the record at \(message.pointee.offset) was not written by a driver of Bascule")
            return
        }
        var records = now.records[record.run] ?? []
        // Twice the same is once; another one with the same sequence stays, so that the chain shows it.
        guard !records.contains(record) else { return }
        let place = records.lastIndex { $0.sequence <= record.sequence }.map { $0 + 1 } ?? 0
        records.insert(record, at: place)
        now.records[record.run] = records
    }
}
