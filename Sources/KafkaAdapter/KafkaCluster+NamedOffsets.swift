internal import CRdkafka
package import Domain
package import Operations

extension KafkaCluster {
    /// What a group has committed in the given partitions, by one OffsetFetch that names them: a mock cluster
    /// answers nothing to one that names none.
    package func committedOffsets(
        of group: String, in partitions: [TopicPartition]
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        guard !partitions.isEmpty else { return [:] }
        do throws(KafkaError) {
            return try await handle.request(
                "OffsetFetch", api: RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout: configuration.requestTimeout
            ) { handle, options, replies in
                let list = TopicPartitionList(partitions) { _ in 0 }
                var request = rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer)
                rd_kafka_ListConsumerGroupOffsets(handle, &request, 1, options, replies)
                rd_kafka_ListConsumerGroupOffsets_destroy(request)
            } decode: { (event) throws(KafkaError) in
                try Self.readOffsets(event)
            }
        } catch {
            throw report.portError(error, subject: "offsets of group \(group)", access: .describeGroup(group))
        }
    }
}
