internal import CRdkafka
package import Domain
package import Operations
internal import Synchronization

/// Reads stretches of single partitions record by record, on a handle and a lane of its own.
/// Joins no group and commits nothing.
package final class StretchReader: Sendable {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle
    private let lane: BlockingLane

    private static let queuedKilobytes = 8_192

    /// - Parameters:
    ///   - group: what it calls itself; librdkafka wants a `group.id` for assigning partitions.
    ///   - readsUncommitted: Whether records of open and aborted transactions are read too.
    package init(
        _ configuration: KafkaConfiguration, group: String, readsUncommitted: Bool = true,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        lane = BlockingLane(label: group)
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": group,
                    "enable.auto.commit": "false",
                    "enable.auto.offset.store": "false",
                    "enable.partition.eof": "true",
                    "auto.offset.reset": "error",
                    "isolation.level": readsUncommitted ? "read_uncommitted" : "read_committed",
                    "fetch.wait.max.ms": "10",
                    "fetch.error.backoff.ms": "50",
                    "queued.max.messages.kbytes": "\(Self.queuedKilobytes)",
                ], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    package func close() async { await handle.close() }

    /// What `pick` makes of the records of a stretch, in order of offset.
    ///
    /// - Parameters:
    ///   - atLeast: after so many records it may end before `to`.
    ///   - patience: how long nothing may arrive.
    ///   - pick: called on the reader's lane; a record is lent to it.
    /// - Returns: with it the offset below which everything was handed over or is not in the log.
    /// - Throws: `.notFound` when the stretch is not in the log any more, `.timedOut` when nothing arrived.
    package func records<Value: Sendable>(
        of partition: TopicPartition, from: Int64, to: Int64, atLeast: Int = .max, patience: Duration,
        _ pick: @escaping @Sendable (SourceRecord) -> Value?
    ) async throws(PortError) -> (values: [Value], examinedTo: Int64) {
        guard from < to else { return ([], to) }
        let mark = CancellationMark()
        do throws(KafkaError) {
            let result: Result<([Value], Int64), KafkaError> = await withTaskCancellationHandler {
                do throws(KafkaError) {
                    return .success(
                        try await lane.attempt("Fetch") { [handle] () throws(KafkaError) in
                            try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                                try Self.read(
                                    partition, from: from, to: to, atLeast: atLeast, patience: patience, on: pointer,
                                    isCancelled: { mark.isSet }, pick)
                            }
                        })
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                mark.set()
            }
            let (values, examinedTo) = try result.get()
            return (values, examinedTo)
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration)
                .portError(error, subject: "\(partition)", access: .readTopic(partition.topic))
        }
    }

    /// ListOffsets by timestamp: the first offset whose record carries that timestamp or a later one; `nil`: there is none.
    package func firstOffset(
        of partition: TopicPartition, atOrAfter timestamp: Int64, timeout: Duration
    ) async throws(PortError) -> Int64? {
        do throws(KafkaError) {
            return try await lane.attempt("ListOffsets") { [handle] () throws(KafkaError) in
                try handle.borrow("ListOffsets") { (pointer) throws(KafkaError) in
                    let list = TopicPartitionList([partition]) { _ in timestamp }
                    let code = rd_kafka_offsets_for_times(pointer, list.pointer, timeout.librdkafkaMilliseconds)
                    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "ListOffsets") }
                    guard let element = list.pointer.pointee.elems?.pointee else { throw .closed("ListOffsets") }
                    guard element.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                        throw KafkaError(element.err, operation: "ListOffsets")
                    }
                    // Where there is none librdkafka says RD_KAFKA_OFFSET_END.
                    return element.offset < 0 ? nil : element.offset
                }
            }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration)
                .portError(error, subject: "\(partition)", access: .readTopic(partition.topic))
        }
    }

    private static func read<Value>(
        _ partition: TopicPartition, from: Int64, to: Int64, atLeast: Int, patience: Duration,
        on handle: OpaquePointer, isCancelled: () -> Bool, _ pick: (SourceRecord) -> Value?
    ) throws(KafkaError) -> ([Value], Int64) {
        let list = TopicPartitionList([partition]) { _ in from }
        let code = rd_kafka_assign(handle, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
        defer { rd_kafka_assign(handle, nil) }
        guard let queue = rd_kafka_queue_get_consumer(handle) else { throw .closed("Fetch") }
        defer { rd_kafka_queue_destroy(queue) }
        let capacity = 1_000
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
        defer { messages.deallocate() }
        var wake = FetchWake(queuedKilobytes: queuedKilobytes)
        var values: [Value] = []
        var seen = 0
        var next = from
        var heard = ContinuousClock().now
        var failure: KafkaError?
        while next < to, seen < atLeast {
            if let failure { throw failure }
            if isCancelled() { throw .cancelled("Fetch") }
            let count = rd_kafka_consume_batch_queue(queue, 20, messages, capacity)
            if count <= 0 {
                guard ContinuousClock().now - heard < patience else {
                    throw KafkaError(
                        RD_KAFKA_RESP_ERR__TIMED_OUT, operation: "Fetch",
                        reason: "nothing arrived from offset \(next) of \(to)")
                }
                continue
            }
            heard = ContinuousClock().now
            wake.took(messages, count: count, of: handle)
            for index in 0..<count {
                guard let message = messages[index] else { continue }
                defer { rd_kafka_message_destroy(message) }
                switch message.pointee.err {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    let record = SourceRecord(message: message)
                    guard record.offset >= next else { continue }
                    next = record.offset + 1
                    guard record.offset < to else { continue }
                    seen += 1
                    if let value = pick(record) { values.append(value) }
                case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                    next = max(next, message.pointee.offset)
                    // The log got shorter than it was said to be.
                    if message.pointee.offset < to { next = to }
                case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
                    failure = KafkaError(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, operation: "Fetch")
                default:
                    let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
                    failure = KafkaError(message.pointee.err, operation: "Fetch", reason: reason)
                }
            }
        }
        if let failure { throw failure }
        return (values, min(next, to))
    }
}
