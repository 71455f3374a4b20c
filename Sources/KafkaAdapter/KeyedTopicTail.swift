internal import CRdkafka
package import Domain
package import Operations
internal import Synchronization

/// Follows topics of keyed records: small compacted ones from their start, where the newest value of a key is what
/// counts, or others from their end.
package final class KeyedTopicTail: Sendable {
    package struct Entry: Hashable, Sendable {
        package let topic: String
        package let partition: Int32
        package let offset: Int64
        package let keyBytes: [UInt8]
        package var key: String { String(decoding: keyBytes, as: UTF8.self) }
        /// `nil`: deleted.
        package let value: [UInt8]?
        /// Milliseconds since 1970, by the writer's or the broker's clock; `nil`: the record has none.
        package let timestamp: Int64?
    }

    private struct State: Sendable {
        var isAssigned = false
        /// Partitions that have not been read to the end that they had at first.
        var unread: Set<TopicPartition> = []
        /// Read, and not told yet: whoever it was read for has gone.
        var untold: [Entry] = []
    }

    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle
    private let lane = BlockingLane(label: "tail")
    private let state = Mutex(State())
    private let wake: Mutex<FetchWake>

    package init(
        _ configuration: KafkaConfiguration, fetchWait: Duration, queuedKilobytes: Int = 4_096,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        wake = Mutex(FetchWake(queuedKilobytes: queuedKilobytes))
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": "bascule-mirror-reads",
                    "enable.auto.commit": "false",
                    "enable.auto.offset.store": "false",
                    "enable.partition.eof": "true",
                    "auto.offset.reset": "earliest",
                    "isolation.level": "read_committed",
                    "fetch.wait.max.ms": "\(fetchWait.librdkafkaMilliseconds)",
                    "queued.max.messages.kbytes": "\(queuedKilobytes)",
                ], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// Begins at the start of these partitions, or at the end that they have when the first fetch gets there.
    package func start(_ partitions: [TopicPartition], atEnd: Bool = false) throws(PortError) {
        let list = TopicPartitionList(partitions) { _ in
            Int64(atEnd ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING)
        }
        do throws(KafkaError) {
            let code = try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                rd_kafka_assign(pointer, list.pointer)
            }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "Fetch") }
        } catch {
            throw report(error)
        }
        state.withLock { $0 = State(isAssigned: true, unread: Set(partitions)) }
    }

    /// Whether everything that stood in the topics at the start has been told.
    package var isReadToEnd: Bool { state.withLock { $0.isAssigned && $0.unread.isEmpty && $0.untold.isEmpty } }

    /// What was appended since the last call, in order within a key; waits for something at most so long. What was read
    /// for a caller that was cancelled comes with the next call.
    package func next(wait: Duration) async throws(PortError) -> [Entry] {
        do throws(KafkaError) {
            try await lane.attempt("Fetch") { [self] () throws(KafkaError) in
                try handle.borrow("Fetch") { (pointer) throws(KafkaError) in
                    try take(pointer, wait: wait)
                }
            }
        } catch {
            throw report(error)
        }
        return state.withLock { state in
            defer { state.untold = [] }
            return state.untold
        }
    }

    package func close() async { await handle.close() }

    private func take(_ pointer: OpaquePointer, wait: Duration) throws(KafkaError) {
        guard let queue = rd_kafka_queue_get_consumer(pointer) else { throw .closed("Fetch") }
        defer { rd_kafka_queue_destroy(queue) }
        let capacity = 500
        let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
        defer { messages.deallocate() }
        let patience = state.withLock { $0.untold.isEmpty } ? wait.librdkafkaMilliseconds : 0
        let count = rd_kafka_consume_batch_queue(queue, patience, messages, capacity)
        guard count > 0 else { return }
        wake.withLock { $0.took(messages, count: count, of: pointer) }
        var entries: [Entry] = []
        var ended: [TopicPartition] = []
        var failure: KafkaError?
        for index in 0..<count {
            guard let message = messages[index] else { continue }
            defer { rd_kafka_message_destroy(message) }
            let record = SourceRecord(message: message)
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                let detached = record.detached(topic: record.topic, partition: nil, adding: [])
                entries.append(
                    Entry(
                        topic: detached.topic, partition: record.partition, offset: record.offset,
                        keyBytes: detached.key ?? [], value: detached.value, timestamp: detached.timestamp))
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                ended.append(TopicPartition(record.topic, record.partition))
            default:
                let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
                failure = KafkaError(message.pointee.err, operation: "Fetch", reason: reason)
            }
        }
        // At once: an end is not reached before what stands before it can be told.
        let hasSomething = state.withLock { state in
            state.untold += entries
            state.unread.subtract(ended)
            return !state.untold.isEmpty
        }
        // What was read counts, whatever failed beside it; a lasting failure comes again.
        if let failure, !hasSomething { throw failure }
    }

    private func report(_ error: KafkaError) -> PortError {
        KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(error)
    }
}
