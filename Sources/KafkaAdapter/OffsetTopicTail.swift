internal import CRdkafka
internal import Domain
internal import Synchronization

/// Follows one offset topic of Kafka Connect from its start, and keeps the newest position per key.
///
/// The assignment stays, so that librdkafka fetches what is appended between the calls and a call costs only
/// that. `read_committed`: workers with exactly-once support write offsets in transactions.
final class OffsetTopicTail: Sendable {
    /// What the topic holds, as of its end at the last call.
    struct Contents: Sendable {
        var positions: [String: [TopicPartition: Offset]] = [:]
        /// Some key was Connect's, of whatever connector.
        var hasConnectKeys = false
    }

    private struct State: Sendable {
        var contents = Contents()
        /// Next offset to see, per partition. Empty: not assigned yet.
        var next: [Int32: Int64] = [:]
        /// Parsed once: the same few keys come again and again.
        var keys: [[UInt8]: ConnectOffsetKey?] = [:]
    }

    let topic: String
    let handle: KafkaHandle
    private let lane: BlockingLane
    private let state = Mutex(State())
    private let wake = Mutex(FetchWake(queuedKilobytes: queuedKilobytes))

    private static let queuedKilobytes = 16_384
    private static let settings = [
        "group.id": "bascule-reads-positions",
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "enable.partition.eof": "true",
        "auto.offset.reset": "error",
        "isolation.level": "read_committed",
        "fetch.wait.max.ms": "500",
        "queued.max.messages.kbytes": "\(queuedKilobytes)",
    ]

    init(
        topic: String, configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(KafkaError) {
        self.topic = topic
        lane = BlockingLane(label: "offset-topic")
        handle = try KafkaHandle(
            .reading, configuration: configuration, settings: Self.settings, events: HandleEvents(log: log))
    }

    /// Reads on to the end that the topic has now.
    ///
    /// - Throws: `_TIMED_OUT` when the end is not reached within `deadline`; the next call goes on from there.
    func contents(
        partitions: [Int32], remaining: @escaping @Sendable () -> Duration
    ) async throws(KafkaError) -> Contents {
        try await lane.attempt("Fetch") { [self] () throws(KafkaError) in
            try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                // Only this lane touches the state.
                var now = state.withLock { $0 }
                defer { state.withLock { $0 = now } }
                try readOn(&now, partitions: partitions, handle: pointer, remaining: remaining)
                return now.contents
            }
        }
    }

    private func readOn(
        _ now: inout State, partitions: [Int32], handle: OpaquePointer, remaining: () -> Duration
    ) throws(KafkaError) {
        if Set(partitions) != Set(now.next.keys) { try restart(&now, partitions: partitions, handle: handle) }
        var ends = try logEnds(partitions, handle: handle, remaining: remaining)
        if ends.contains(where: { partition, end in end < now.next[partition] ?? 0 }) {
            // Deleted and created again, or truncated: what was read is of another log.
            try restart(&now, partitions: partitions, handle: handle)
        }
        guard let queue = rd_kafka_queue_get_consumer(handle) else { throw .closed("Fetch") }
        defer { rd_kafka_queue_destroy(queue) }
        var isRestarted = false
        while ends.contains(where: { partition, end in now.next[partition] ?? 0 < end }) {
            let left = remaining()
            guard left > .zero else {
                let seen = now.next.values.filter { $0 > 0 }.reduce(0, +)
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "Fetch",
                    reason: "\(topic) is not read to its end yet (\(seen) of \(ends.values.reduce(0, +)) offsets)")
            }
            switch try takeBatch(&now, handle, queue: queue, wait: min(left, .milliseconds(20))) {
            case .taken: break
            case .outOfRange where !isRestarted:
                isRestarted = true
                try restart(&now, partitions: partitions, handle: handle)
                ends = try logEnds(partitions, handle: handle, remaining: remaining)
            case .outOfRange:
                throw KafkaError(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, operation: "Fetch")
            }
        }
    }

    private func restart(_ now: inout State, partitions: [Int32], handle: OpaquePointer) throws(KafkaError) {
        now = State()
        let list = TopicPartitionList(partitions.map { TopicPartition(topic, $0) }) { _ in ListOffsetsRound.earliest }
        let code = rd_kafka_assign(handle, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
        now.next = Dictionary(partitions.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Last stable offsets, as the handle is `read_committed`.
    private func logEnds(
        _ partitions: [Int32], handle: OpaquePointer, remaining: () -> Duration
    ) throws(KafkaError) -> [Int32: Int64] {
        let list = TopicPartitionList(partitions.map { TopicPartition(topic, $0) }) { _ in ListOffsetsRound.latest }
        // A leader that is away costs this much, not the whole deadline.
        func patience() -> Duration { min(remaining(), .seconds(3)) }
        var code = rd_kafka_offsets_for_times(handle, list.pointer, patience().librdkafkaMilliseconds)
        if KafkaError(code, operation: "ListOffsets").asksForMetadata {
            let budget = remaining()
            _ = try MetadataAnswer.read(
                handle, topic: topic, timeout: budget, elapsed: { budget - remaining() }, isHopeless: { _ in true })
            code = rd_kafka_offsets_for_times(handle, list.pointer, patience().librdkafkaMilliseconds)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "ListOffsets") }
        var ends: [Int32: Int64] = [:]
        list.forEach { partition, offset, code in
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, offset >= 0 { ends[partition.partition] = offset }
        }
        guard ends.count == partitions.count else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__BAD_MSG, operation: "ListOffsets", reason: "answered without an offset")
        }
        return ends
    }

    private enum BatchOutcome {
        case taken
        case outOfRange
    }

    private func takeBatch(
        _ now: inout State, _ handle: OpaquePointer, queue: OpaquePointer, wait: Duration
    ) throws(KafkaError) -> BatchOutcome {
        let capacity = 1_000
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
        defer { messages.deallocate() }
        let count = rd_kafka_consume_batch_queue(queue, wait.librdkafkaMilliseconds, messages, capacity)
        guard count >= 0 else { throw KafkaError(rd_kafka_last_error(), operation: "Fetch") }
        wake.withLock { $0.took(messages, count: count, of: handle) }
        var outcome = BatchOutcome.taken
        var failure: KafkaError?
        // The newest value of each key is all that counts.
        var newest: [[UInt8]: [UInt8]?] = [:]
        for index in 0..<count {
            guard let message = messages[index] else { continue }
            defer { rd_kafka_message_destroy(message) }
            let partition = message.pointee.partition
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                now.next[partition] = message.pointee.offset + 1
                newest[bytes(message.pointee.key, message.pointee.key_len) ?? []] =
                    .some(bytes(message.pointee.payload, message.pointee.len))
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                now.next[partition] = max(now.next[partition] ?? 0, message.pointee.offset)
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
                outcome = .outOfRange
            default:
                let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
                failure = KafkaError(message.pointee.err, operation: "Fetch", reason: reason)
            }
        }
        for (key, value) in newest { apply(key, value, to: &now) }
        if let failure { throw failure }
        return outcome
    }

    private func apply(_ rawKey: [UInt8], _ value: [UInt8]?, to now: inout State) {
        let key: ConnectOffsetKey?
        if let known = now.keys[rawKey] {
            key = known
        } else {
            key = ConnectOffsetKey(rawKey)
            now.keys[rawKey] = .some(key)
        }
        guard let key else { return }
        now.contents.hasConnectKeys = true
        guard let source = key.mirrored else { return }
        // A tombstone: the offsets were reset, or the connector was deleted with them. A value that makes no
        // sense must not leave the older one standing.
        let next = value.flatMap(ConnectOffsetValue.nextOffset)
        now.contents.positions[key.connector, default: [:]][source] = next
        if now.contents.positions[key.connector]?.isEmpty ?? false { now.contents.positions[key.connector] = nil }
    }

    private func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
