internal import CRdkafka
package import Operations

/// Deletes topics: for tests that leave nothing behind. Nothing of the product does.
package final class TopicDeleter: Sendable {
    private let requests: TopicRequests

    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        requests = try TopicRequests(configuration, log: log)
    }

    /// Deletes a topic. One that is not there is no error.
    package func delete(_ name: String) async throws(PortError) {
        try await requests.ask(
            "DeleteTopics", api: RD_KAFKA_ADMIN_OP_DELETETOPICS, about: name, access: "DELETE",
            done: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            results: { event, count in
                rd_kafka_event_DeleteTopics_result(event).flatMap { rd_kafka_DeleteTopics_result_topics($0, count) }
            },
            send: { handle, options, replies in
                var topics = [rd_kafka_DeleteTopic_new(name)]
                rd_kafka_DeleteTopics(handle, &topics, topics.count, options, replies)
                rd_kafka_DeleteTopic_destroy_array(&topics, topics.count)
            })
    }

    package func close() async { await requests.close() }
}
