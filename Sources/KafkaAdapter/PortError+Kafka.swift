internal import CRdkafka
internal import Domain
internal import Operations

/// Lifts librdkafka's errors to what the ports throw: one line that says what happened and what to do.
struct KafkaFailureReport: Sendable {
    let faults: ConnectionFaults
    let configuration: KafkaConfiguration

    /// - Parameters:
    ///   - subject: what the request was about: `3 partitions of broker 2 (orders/0, ...)`.
    ///   - broker: the one that was asked, when it matters; its connection's fault explains silence.
    ///   - access: the ACL to ask for when the answer is an authorization error.
    func portError(
        _ error: KafkaError, subject: String? = nil, broker: Int32? = nil, access: RequiredAccess? = nil
    ) -> PortError {
        let prefix = subject.map { "\($0): " } ?? ""
        if error.isSilence { return silence(error, prefix: prefix, broker: broker) }
        if error.isAuthorization {
            let missing = access.map { "; the ACL \($0) is missing for \(principal)" } ?? ""
            return PortError(.refused, operation: error.operation, detail: "\(prefix)\(error.reason)\(missing)")
        }
        if error.isAuthentication {
            let isTLS = error.responseError == RD_KAFKA_RESP_ERR__SSL
            return PortError(.refused, operation: error.operation, detail: prefix + refusal(error, isTLS: isTLS))
        }
        return PortError(error.kind, operation: error.operation, detail: "\(prefix)\(error.reason)")
    }

    private var principal: String {
        configuration.properties["sasl.username"].map { "User:\($0)" } ?? "this client"
    }

    /// Nothing came back: the connection's own fault says why, when there is one.
    private func silence(_ error: KafkaError, prefix: String, broker: Int32?) -> PortError {
        let fault = broker.map { faults.fault(ofBroker: $0) } ?? faults.faultOfCluster()
        guard let fault, !fault.isHanging else {
            let isConnected = fault != nil || error.kind != .unreachable
            return isConnected
                ? PortError(
                    .timedOut, operation: error.operation,
                    detail: "\(prefix)no answer in time; a broker hangs, or the network drops packets")
                : PortError(
                    .unreachable, operation: error.operation,
                    detail: "\(prefix)not connected to any broker of \(configuration.bootstrap)")
        }
        if fault.isRefusal {
            return PortError(
                .refused, operation: error.operation, detail: prefix + refusal(fault.error, isTLS: fault.isTLS))
        }
        let place = fault.error.reason.contains(fault.address) ? "" : " (\(fault.address))"
        return PortError(
            .unreachable, operation: error.operation, detail: "\(prefix)\(fault.error.reason)\(place)")
    }

    /// librdkafka before 2.6.1 repeats its nonce in SCRAM's last message, which brokers of Kafka 4 refuse with the
    /// words of a wrong password (librdkafka#4895, CVE-2024-56128).
    private var scramRemark: String {
        let mechanism = configuration.properties["sasl.mechanisms"] ?? configuration.properties["sasl.mechanism"] ?? ""
        guard mechanism.uppercased().hasPrefix("SCRAM-"), rd_kafka_version() < 0x02_06_01_00 else { return "" }
        return "; librdkafka \(String(cString: rd_kafka_version_str())) cannot log in to Kafka 4 by SCRAM, 2.6.1 can: "
            + "use PLAIN over TLS or a client certificate there"
    }

    private func refusal(_ error: KafkaError, isTLS: Bool) -> String {
        let words = configuration.securityInWords
        let what = isTLS ? "TLS failed" : "authentication failed"
        let advice =
            isTLS
            ? "check ssl.ca.location, the certificate and the listener"
            : "check user name, password and mechanism" + scramRemark
        return "\(what) over \(words): \(error.reason); \(advice)"
    }
}
