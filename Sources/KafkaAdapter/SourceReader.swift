internal import CRdkafka
package import Domain
package import Operations

/// Reads partitions from given offsets, for a mirror: `read_committed`, with no reset when an offset is out of
/// range, and with the ends of the partitions told. Joins no group.
///
/// Not `Sendable`: one thread makes, uses and closes it.
package final class SourceReader {
    /// What a batch is made of, in the order in which it has to be taken.
    package enum Item {
        case record(SourceRecord)
        /// Everything up to here has been read, or is no record.
        case end(TopicPartition, offset: Int64)
        /// The wanted offset is not in the log.
        case outOfRange(TopicPartition)
        case failed(TopicPartition, PortError)
    }

    private let handle: PolledHandle
    private let configuration: KafkaConfiguration
    private static let capacity = 2_000
    /// What is fetched ahead. A small record costs several times its size while it is queued.
    private static let queuedMessages = 30_000
    private static let queuedKilobytes = 8_192
    private var wake = FetchWake(queuedMessages: queuedMessages, queuedKilobytes: queuedKilobytes)
    private let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    private var count = 0

    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, fetchWait: Duration, bell: QueueBell,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try PolledHandle(
                .reading, configuration: configuration,
                settings: [
                    // Assigning needs a group; it is neither joined nor committed to.
                    "group.id": "bascule-mirror-reads",
                    "enable.auto.commit": "false",
                    "enable.auto.offset.store": "false",
                    "enable.partition.eof": "true",
                    "auto.offset.reset": "error",
                    "isolation.level": "read_committed",
                    "fetch.wait.max.ms": "\(fetchWait.librdkafkaMilliseconds)",
                    "fetch.error.backoff.ms": "100",
                    "queued.min.messages": "\(Self.queuedMessages)",
                    "socket.nagle.disable": "true",
                    "queued.max.messages.kbytes": "\(Self.queuedKilobytes)",
                    "fetch.message.max.bytes": "1048576",
                    "max.poll.interval.ms": "86400000",
                ], served: 0, bell: bell, log: log)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
        messages = .allocate(capacity: Self.capacity)
        messages.initialize(repeating: nil, count: Self.capacity)
    }

    deinit {
        release()
        messages.deallocate()
    }

    /// Begins to read partitions, which must not be read already.
    package func start(_ partitions: [TopicPartition: Int64]) throws(PortError) {
        guard !partitions.isEmpty else { return }
        let list = TopicPartitionList(partitions.keys.sorted()) { partitions[$0] ?? 0 }
        try check(rd_kafka_incremental_assign(handle.pointer, list.pointer))
    }

    /// Stops reading partitions. What has been fetched of them is not delivered any more, but a batch in hand is.
    package func stop(_ partitions: [TopicPartition]) throws(PortError) {
        guard !partitions.isEmpty else { return }
        let list = TopicPartitionList(partitions.sorted()) { _ in 0 }
        try check(rd_kafka_incremental_unassign(handle.pointer, list.pointer))
    }

    /// Releases the batch before and takes what has arrived, without waiting.
    ///
    /// - Returns: how many items there are, for ``item(_:)``.
    package func read() -> Int {
        release()
        handle.serveErrors()
        count = max(0, Int(rd_kafka_consume_batch_queue(handle.queue, 0, messages, Self.capacity)))
        wake.took(messages, count: count, of: handle.pointer)
        return count
    }

    /// An item of the newest batch.
    package func item(_ index: Int) -> Item? {
        guard index < count, let message = messages[index] else { return nil }
        return message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR
            ? .record(SourceRecord(message: message)) : notice(of: message)
    }

    /// Ends all threads; blocks.
    package func close() {
        release()
        handle.close()
    }

    private func release() {
        for index in 0..<count {
            if let message = messages[index] { rd_kafka_message_destroy(message) }
        }
        count = 0
    }

    private func notice(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Item? {
        guard let topic = message.pointee.rkt else { return nil }
        let partition = TopicPartition(String(cString: rd_kafka_topic_name(topic)), message.pointee.partition)
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            return .end(partition, offset: message.pointee.offset)
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            return .outOfRange(partition)
        default:
            let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
            return .failed(
                partition,
                KafkaFailureReport(faults: handle.events.faults, configuration: configuration).portError(
                    KafkaError(message.pointee.err, operation: "Fetch", reason: reason), subject: "\(partition)",
                    access: .readTopic(partition.topic)))
        }
    }

    private func check(_ error: OpaquePointer?) throws(PortError) {
        guard let error = KafkaError(taking: error, operation: "Fetch") else { return }
        throw PortError(error.kind, operation: error.operation, detail: error.reason)
    }
}
