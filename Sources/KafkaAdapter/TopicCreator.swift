internal import CRdkafka
package import Operations

/// Creates topics. Apart from what reads, so that a reading side cannot reach it.
package final class TopicCreator: Sendable {
    private let requests: TopicRequests

    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        requests = try TopicRequests(configuration, log: log)
    }

    /// Creates a topic. One that is there already is no error.
    package func create(
        _ name: String, partitions: Int, replication: Int, settings: [String: String]
    ) async throws(PortError) {
        try await create(name, partitions: partitions, replication: replication, settings: settings, isTrial: false)
    }

    /// Asks the controllers whether they would create a topic; none is made.
    package func tryOut(_ name: String, replication: Int) async throws(PortError) {
        try await create(name, partitions: 1, replication: replication, settings: [:], isTrial: true)
    }

    private func create(
        _ name: String, partitions: Int, replication: Int, settings: [String: String], isTrial: Bool
    ) async throws(PortError) {
        try await requests.ask(
            "CreateTopics", api: RD_KAFKA_ADMIN_OP_CREATETOPICS, about: name, access: "CREATE",
            done: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,
            results: { event, count in
                rd_kafka_event_CreateTopics_result(event).flatMap { rd_kafka_CreateTopics_result_topics($0, count) }
            },
            send: { handle, options, replies in
                var topics = [rd_kafka_NewTopic_new(name, Int32(partitions), Int32(replication), nil, 0)]
                if isTrial { rd_kafka_AdminOptions_set_validate_only(options, 1, nil, 0) }
                for (key, value) in settings { rd_kafka_NewTopic_set_config(topics[0], key, value) }
                rd_kafka_CreateTopics(handle, &topics, topics.count, options, replies)
                rd_kafka_NewTopic_destroy_array(&topics, topics.count)
            })
    }

    package func close() async { await requests.close() }
}
