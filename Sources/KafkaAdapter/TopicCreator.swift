internal import CRdkafka
internal import Domain
package import Operations

/// Creates topics. Apart from what reads, so that a reading side cannot reach it.
package final class TopicCreator: Sendable {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle

    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .producing, configuration: configuration, settings: [:], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
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
        do throws(KafkaError) {
            let refused: KafkaError? = try await handle.request(
                "CreateTopics", api: RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout: configuration.requestTimeout * 3
            ) { handle, options, replies in
                var topics = [rd_kafka_NewTopic_new(name, Int32(partitions), Int32(replication), nil, 0)]
                if isTrial { rd_kafka_AdminOptions_set_validate_only(options, 1, nil, 0) }
                for (key, value) in settings { rd_kafka_NewTopic_set_config(topics[0], key, value) }
                rd_kafka_CreateTopics(handle, &topics, topics.count, options, replies)
                rd_kafka_NewTopic_destroy_array(&topics, topics.count)
            } decode: { event in
                var count = 0
                guard let result = rd_kafka_event_CreateTopics_result(event),
                    let topics = rd_kafka_CreateTopics_result_topics(result, &count), count > 0
                else { return nil }
                let code = rd_kafka_topic_result_error(topics[0])
                guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
                    return nil
                }
                let reason = rd_kafka_topic_result_error_string(topics[0]).map { String(cString: $0) }
                return KafkaError(code, operation: "CreateTopics", reason: reason)
            }
            if let refused { throw refused }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(
                error, subject: "topic \(name)",
                access: RequiredAccess(operation: "CREATE", resource: "Topic:\(name)"))
        }
    }

    package func close() async { await handle.close() }
}
