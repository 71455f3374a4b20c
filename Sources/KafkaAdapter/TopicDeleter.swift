internal import CRdkafka
internal import Domain
package import Operations

/// Deletes topics: for tests that leave nothing behind. Nothing of the product does.
package final class TopicDeleter: Sendable {
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

    /// Deletes a topic. One that is not there is no error.
    package func delete(_ name: String) async throws(PortError) {
        do throws(KafkaError) {
            let refused: KafkaError? = try await handle.request(
                "DeleteTopics", api: RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout: configuration.requestTimeout * 3
            ) { handle, options, replies in
                var topics = [rd_kafka_DeleteTopic_new(name)]
                rd_kafka_DeleteTopics(handle, &topics, topics.count, options, replies)
                rd_kafka_DeleteTopic_destroy_array(&topics, topics.count)
            } decode: { event in
                var count = 0
                guard let result = rd_kafka_event_DeleteTopics_result(event),
                    let topics = rd_kafka_DeleteTopics_result_topics(result, &count), count > 0
                else { return nil }
                let code = rd_kafka_topic_result_error(topics[0])
                guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART else {
                    return nil
                }
                let reason = rd_kafka_topic_result_error_string(topics[0]).map { String(cString: $0) }
                return KafkaError(code, operation: "DeleteTopics", reason: reason)
            }
            if let refused { throw refused }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(
                error, subject: "topic \(name)",
                access: RequiredAccess(operation: "DELETE", resource: "Topic:\(name)"))
        }
    }

    package func close() async { await handle.close() }
}
