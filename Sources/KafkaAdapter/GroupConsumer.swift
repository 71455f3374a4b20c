internal import CRdkafka
package import Domain
package import Operations

/// A record as a consumer reads it.
package struct ConsumedRecord: Hashable, Sendable {
    package let partition: TopicPartition
    package let offset: Int64
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: [ProducerRecord.Header]
}

/// A consumer as applications have one: a member of a group that commits what it has processed, or, with
/// ``assign(_:)``, a reader of whole logs. For the sandbox's consumers and for tests; nothing that reads a cluster
/// for the console can reach it.
///
/// ``poll(atMost:)`` and the other calls never wait for a broker, but for those that are `async`.
package final class GroupConsumer: Sendable {
    private let handle: KafkaHandle
    private let configuration: KafkaConfiguration
    private let lane = BlockingLane(label: "consumer")

    /// - Parameters:
    ///   - group: committed to only by ``store(_:)`` and ``commit(_:)``.
    ///   - log: receives librdkafka's log lines, on its threads.
    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, group: String, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    "group.id": group, "enable.auto.commit": "true", "auto.commit.interval.ms": "500",
                    "enable.auto.offset.store": "false",
                    "isolation.level": "read_uncommitted",
                ],
                events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// Joins the group for these topics; librdkafka's own assignors hand out the partitions.
    package func subscribe(to topics: [String]) throws(PortError) {
        try call("Subscribe") { handle in
            let list = TopicPartitionList(topics.map { TopicPartition($0, -1) }) { _ in 0 }
            return rd_kafka_subscribe(handle, list.pointer)
        }
    }

    /// Reads these partitions from these offsets on, whatever is committed. What was fetched before is dropped.
    ///
    /// - Parameter others: are read too, from where the group has committed.
    package func assign(_ positions: [TopicPartition: Offset], others: [TopicPartition] = []) throws(PortError) {
        try call("Assign") { handle in
            let list = TopicPartitionList((positions.keys + others).sorted()) {
                positions[$0]?.rawValue ?? Int64(RD_KAFKA_OFFSET_STORED)
            }
            return rd_kafka_assign(handle, list.pointer)
        }
    }

    /// The partitions that it reads now; empty while its group rebalances.
    package func assignment() throws(PortError) -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        try call("Assignment") { handle in
            var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
            let code = rd_kafka_assignment(handle, &list)
            TopicPartitionList.forEach(in: list) { partition, _, _ in partitions.append(partition) }
            if let list { rd_kafka_topic_partition_list_destroy(list) }
            return code
        }
        return partitions.sorted()
    }

    /// What the coordinator calls this member; `nil` before it has joined.
    package func memberID() throws(PortError) -> String? {
        var id: String?
        try call("MemberID") { handle in
            guard let raw = rd_kafka_memberid(handle) else { return RD_KAFKA_RESP_ERR_NO_ERROR }
            id = String(cString: raw)
            rd_kafka_mem_free(handle, raw)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
        return id.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Records that have been fetched already, without waiting.
    package func poll(atMost count: Int) throws(PortError) -> [ConsumedRecord] {
        var records: [ConsumedRecord] = []
        try call("Fetch") { handle in
            var left = count
            var names = TopicNames()
            while left > 0, let message = rd_kafka_consumer_poll(handle, 0) {
                left -= 1
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    records.append(Self.record(message, &names))
                }
                rd_kafka_message_destroy(message)
            }
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
        return records
    }

    /// Marks what has been processed: committed twice a second, and before partitions are given away.
    ///
    /// - Returns: The partitions for which it was taken: those that are still assigned. What was read of others is read
    ///   again by whoever has them now.
    package func store(_ offsets: [TopicPartition: Offset]) throws(PortError) -> Set<TopicPartition> {
        guard !offsets.isEmpty else { return [] }
        var stored: Set<TopicPartition> = []
        try call("OffsetStore") { handle in
            let list = TopicPartitionList(offsets.keys.sorted()) { offsets[$0]?.rawValue ?? 0 }
            _ = rd_kafka_offsets_store(handle, list.pointer)
            list.forEach { partition, _, code in
                if code == RD_KAFKA_RESP_ERR_NO_ERROR { stored.insert(partition) }
            }
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
        return stored
    }

    /// What the group has committed in these partitions, asked of its coordinator.
    ///
    /// An admin request would ask the same, but librdkafka 2.0.2 can abort the process when one times out while the
    /// coordinator is looked for.
    package func committed(
        in partitions: [TopicPartition], within limit: Duration
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        guard !partitions.isEmpty else { return [:] }
        do throws(KafkaError) {
            return try await lane.attempt("OffsetFetch") { [handle] () throws(KafkaError) in
                try handle.borrow("OffsetFetch") { (pointer) throws(KafkaError) in
                    try Self.committed(in: partitions, within: limit, pointer)
                }
            }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(error)
        }
    }

    private static func committed(
        in partitions: [TopicPartition], within limit: Duration, _ handle: OpaquePointer
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        let list = TopicPartitionList(partitions) { _ in 0 }
        let code = rd_kafka_committed(handle, list.pointer, limit.librdkafkaMilliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "OffsetFetch") }
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for index in 0..<Int(list.pointer.pointee.cnt) {
            let element = list.pointer.pointee.elems[index]
            guard let topic = element.topic else { continue }
            guard element.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(element.err, operation: "OffsetFetch")
            }
            // Negative: nothing is committed there.
            guard element.offset >= 0 else { continue }
            let metadata = element.metadata.map { bytes in
                String(
                    decoding: UnsafeRawBufferPointer(start: bytes, count: Int(element.metadata_size)), as: UTF8.self)
            }
            offsets[TopicPartition(String(cString: topic), element.partition)] = CommittedOffset(
                offset: Offset(element.offset), metadata: metadata ?? "")
        }
        return offsets
    }

    /// Sends a commit and does not wait for its answer.
    package func commit(_ offsets: [TopicPartition: Offset]) throws(PortError) {
        guard !offsets.isEmpty else { return }
        try call("OffsetCommit") { handle in
            let list = TopicPartitionList(offsets.keys.sorted()) { offsets[$0]?.rawValue ?? 0 }
            return rd_kafka_commit(handle, list.pointer, 1)
        }
    }

    /// Commits what is stored, leaves the group, and ends its threads, as an application does that is stopped in good
    /// order.
    package func leave() async {
        await lane.run { [handle] in
            try? handle.borrow("LeaveGroup") { pointer in _ = rd_kafka_consumer_close(pointer) }
        }
        await handle.close()
    }

    /// Ends its threads without a word to the group, as an application does that is killed: the group learns of it
    /// by the session time-out.
    package func close() async { await handle.close() }

    private func call(
        _ operation: String, _ body: (_ handle: OpaquePointer) -> rd_kafka_resp_err_t
    ) throws(PortError) {
        do throws(KafkaError) {
            let code = try handle.borrow(operation) { pointer in body(pointer) }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: operation) }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(error)
        }
    }

    /// Names of topics by their C object, so that a batch of records makes each name once.
    private struct TopicNames {
        private var last: (topic: OpaquePointer, name: String)?

        mutating func name(of topic: OpaquePointer) -> String {
            if let last, last.topic == topic { return last.name }
            let name = String(cString: rd_kafka_topic_name(topic))
            last = (topic, name)
            return name
        }
    }

    private static func record(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>, _ names: inout TopicNames
    ) -> ConsumedRecord {
        let content = message.pointee
        return ConsumedRecord(
            partition: TopicPartition(content.rkt.map { names.name(of: $0) } ?? "", content.partition),
            offset: content.offset, key: bytes(content.key, content.key_len),
            value: bytes(content.payload, content.len), headers: headers(of: message))
    }

    private static func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [ProducerRecord.Header] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [ProducerRecord.Header] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        var index = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            if let name {
                headers.append(
                    .init(
                        name: String(cString: name),
                        value: value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) }))
            }
            index += 1
        }
        return headers
    }

    private static func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
