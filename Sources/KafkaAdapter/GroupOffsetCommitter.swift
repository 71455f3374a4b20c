internal import CRdkafka
package import Domain
package import Operations

/// Commits on behalf of groups without members, by AlterConsumerGroupOffsets. Apart from what reads, so that a reading
/// side cannot reach it.
///
/// librdkafka 2.0.2 sends one OffsetCommit of version 7 with generation -1, no member and leader epoch -1, and retries
/// neither 14 nor 16: the caller does, by the code.
package final class GroupOffsetCommitter: GroupOffsetWriting {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle

    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                // As with reading: without one librdkafka 2.0.2 follows a null pointer when a coordinator has moved.
                settings: ["group.id": "bascule-writes-offsets"], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    package func commit(
        _ offsets: [TopicPartition: CommittedOffset], for group: String
    ) async throws(PortError) -> [TopicPartition: Int32] {
        guard !offsets.isEmpty else { return [:] }
        do throws(KafkaError) {
            let codes = try await handle.request(
                "OffsetCommit", api: RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
                timeout: configuration.requestTimeout, of: .coordinator
            ) { handle, options, replies in
                let sorted = offsets.keys.sorted()
                let list = TopicPartitionList(sorted) { offsets[$0]?.offset.rawValue ?? 0 }
                for (index, partition) in sorted.enumerated() {
                    list.setMetadata(offsets[partition]?.metadata ?? "", at: index)
                }
                var request = rd_kafka_AlterConsumerGroupOffsets_new(group, list.pointer)
                rd_kafka_AlterConsumerGroupOffsets(handle, &request, 1, options, replies)
                rd_kafka_AlterConsumerGroupOffsets_destroy(request)
            } decode: { (event) throws(KafkaError) in
                try Self.codes(event)
            }
            if codes.values.contains(RD_KAFKA_RESP_ERR_NOT_COORDINATOR.rawValue) { handle.coordinatorMoved() }
            return codes
        } catch {
            if error.isOfMovedCoordinator { handle.coordinatorMoved() }
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(
                error, subject: "offsets of group \(group)", access: .readGroup(group))
        }
    }

    /// Waits for calls under way and ends all threads.
    package func close() async { await handle.close() }

    private static func codes(_ event: OpaquePointer) throws(KafkaError) -> [TopicPartition: Int32] {
        var count = 0
        guard let result = rd_kafka_event_AlterConsumerGroupOffsets_result(event),
            let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count), count == 1,
            let group = groups[0]
        else {
            throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG, operation: "OffsetCommit", reason: "no group in the answer")
        }
        var codes: [TopicPartition: Int32] = [:]
        TopicPartitionList.forEach(in: rd_kafka_group_result_partitions(group)) { partition, _, code in
            codes[partition] = code.rawValue
        }
        // An error of the whole group stands beside the partitions.
        if let error = KafkaError(reading: rd_kafka_group_result_error(group), operation: "OffsetCommit") {
            guard error.isBrokersAnswer, !codes.isEmpty else { throw error }
            return codes.mapValues { $0 == 0 ? error.code : $0 }
        }
        return codes
    }
}
