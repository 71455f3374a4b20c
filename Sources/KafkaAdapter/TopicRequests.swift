internal import CRdkafka
internal import Domain
internal import Operations

/// Requests about one topic, to the controller, of whom may change topics.
struct TopicRequests: Sendable {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle

    /// The topics of a reply, as librdkafka answers for each kind of request.
    typealias Results = @Sendable (OpaquePointer, UnsafeMutablePointer<Int>) -> UnsafeMutablePointer<OpaquePointer?>?

    init(_ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void) throws(PortError) {
        self.configuration = configuration
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .producing, configuration: configuration, settings: [:], events: HandleEvents(log: log))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// - Parameters:
    ///   - access: the ACL operation that is needed on the topic.
    ///   - done: the answer that says that there was nothing left to do.
    func ask(
        _ operation: String, api: rd_kafka_admin_op_t, about topic: String, access: String,
        done: rd_kafka_resp_err_t, results: @escaping Results,
        send: (_ handle: OpaquePointer, _ options: OpaquePointer, _ replies: OpaquePointer) -> Void
    ) async throws(PortError) {
        do throws(KafkaError) {
            let refused: KafkaError? = try await handle.request(
                operation, api: api, timeout: configuration.requestTimeout * 3, send: send
            ) { event in
                var count = 0
                guard let topics = results(event, &count), count > 0 else { return nil }
                let code = rd_kafka_topic_result_error(topics[0])
                guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != done else { return nil }
                let reason = rd_kafka_topic_result_error_string(topics[0]).map { String(cString: $0) }
                return KafkaError(code, operation: operation, reason: reason)
            }
            if let refused { throw refused }
        } catch {
            throw KafkaFailureReport(faults: handle.faults, configuration: configuration).portError(
                error, subject: "topic \(topic)",
                access: RequiredAccess(operation: access, resource: "Topic:\(topic)"))
        }
    }

    func close() async { await handle.close() }
}
