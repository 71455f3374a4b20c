internal import CRdkafka
package import Domain
package import Operations
internal import Synchronization

/// Looks for a mirror's copies in partitions of the target, uncommitted ones included: step 2 of the start
/// procedure (mirroring.md, M4). Made for one start and closed after it.
package final class CopyScan: Sendable {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle
    private let lane = BlockingLane(label: "copies")

    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": "bascule-mirror-reads",
                    "enable.auto.commit": "false",
                    "enable.auto.offset.store": "false",
                    "enable.partition.eof": "true",
                    "auto.offset.reset": "error",
                    "isolation.level": "read_uncommitted",
                    "fetch.wait.max.ms": "10",
                    "fetch.error.backoff.ms": "50",
                    "queued.max.messages.kbytes": "8192",
                ], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// Every copy of `origin`'s records in a stretch of one partition, in order of target offsets.
    ///
    /// - Parameters:
    ///   - origin: judges the records of the target; a copy of the other side's is mirrored there.
    ///   - patience: how long nothing may arrive.
    /// - Throws: `.notFound` when the stretch is not in the log any more.
    package func copies(
        in partition: TopicPartition, from: Int64, to: Int64, origin: MirroredPartition, patience: Duration
    ) async throws(PortError) -> [MirroredCopy] {
        guard from < to else { return [] }
        let mark = CancellationMark()
        do throws(KafkaError) {
            let result: Result<[MirroredCopy], KafkaError> = await withTaskCancellationHandler {
                do throws(KafkaError) {
                    return .success(
                        try await lane.attempt("Fetch") { [handle] () throws(KafkaError) in
                            try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                                try Self.read(
                                    partition, from: from, to: to, origin: origin, patience: patience, on: pointer,
                                    isCancelled: { mark.isSet })
                            }
                        })
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                mark.set()
            }
            return try result.get()
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration)
                .portError(error, subject: "\(partition)", access: .readTopic(partition.topic))
        }
    }

    package func close() async { await handle.close() }

    private static func read(
        _ partition: TopicPartition, from: Int64, to: Int64, origin: MirroredPartition, patience: Duration,
        on handle: OpaquePointer, isCancelled: () -> Bool
    ) throws(KafkaError) -> [MirroredCopy] {
        let list = TopicPartitionList([partition]) { _ in from }
        let code = rd_kafka_assign(handle, list.pointer)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
        defer { rd_kafka_assign(handle, nil) }
        guard let queue = rd_kafka_queue_get_consumer(handle) else { throw .closed("Fetch") }
        defer { rd_kafka_queue_destroy(queue) }
        let capacity = 1_000
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
        defer { messages.deallocate() }
        var copies: [MirroredCopy] = []
        var next = from
        var heard = ContinuousClock().now
        var failure: KafkaError?
        while next < to {
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
            for index in 0..<count {
                guard let message = messages[index] else { continue }
                defer { rd_kafka_message_destroy(message) }
                switch message.pointee.err {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    let record = SourceRecord(message: message)
                    next = max(next, record.offset + 1)
                    guard record.offset < to, let header = record.provenance else { continue }
                    if case .mirrored(let source) = origin.verdict(on: header) {
                        copies.append(MirroredCopy(source: source, target: record.offset))
                    }
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
        return copies
    }
}
