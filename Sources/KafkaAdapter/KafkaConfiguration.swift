internal import CRdkafka
internal import Domain
package import Operations

/// How to reach one cluster. Its descriptions mask every value that is not known to be harmless.
package struct KafkaConfiguration: Hashable, Sendable {
    /// `host:port,host:port`.
    package let bootstrap: String
    /// Settings by librdkafka's keys. May contain secrets.
    package let properties: [String: String]
    /// What brokers log and count this program as.
    package let clientID: String
    /// How long one request may take before its cluster, broker or group counts as not answering.
    package let requestTimeout: Duration

    package init(
        bootstrap: String, properties: [String: String] = [:], clientID: String = "bascule",
        requestTimeout: Duration = .seconds(3)
    ) {
        self.bootstrap = bootstrap
        self.properties = properties
        self.clientID = clientID
        self.requestTimeout = requestTimeout
    }

    /// Checks every key and value against librdkafka, without connecting.
    ///
    /// - Throws: `refused` is never thrown here; a key that librdkafka does not know or a value that it does
    ///   not take is `.failed` with the key named, and the value too if it is no possible secret.
    package func validate() throws(PortError) {
        do throws(KafkaError) {
            let draft = try ConfigurationDraft(self, settings: [:])
            _ = draft
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// How we prove who we are, in words: `SASL_SSL with SCRAM-SHA-512`.
    var securityInWords: String {
        let securityProtocol = (properties["security.protocol"] ?? "plaintext").uppercased()
        guard securityProtocol.hasPrefix("SASL") else { return securityProtocol }
        let mechanism = properties["sasl.mechanism"] ?? properties["sasl.mechanisms"] ?? "GSSAPI"
        return "\(securityProtocol) with \(mechanism)"
    }

    /// Keys whose values may be shown.
    static let harmlessKeys: Set<String> = [
        "acks", "api.version.request.timeout.ms", "bootstrap.servers", "broker.address.family", "client.id",
        "client.rack", "compression.type", "connections.max.idle.ms", "enable.idempotence",
        "enable.ssl.certificate.verification", "fetch.max.bytes", "fetch.wait.max.ms", "isolation.level",
        "linger.ms", "metadata.max.age.ms", "receive.message.max.bytes", "reconnect.backoff.max.ms",
        "reconnect.backoff.ms", "request.timeout.ms", "sasl.kerberos.service.name", "sasl.mechanism",
        "sasl.mechanisms", "security.protocol", "socket.connection.setup.timeout.ms", "socket.keepalive.enable",
        "socket.timeout.ms", "ssl.ca.location", "ssl.cipher.suites", "ssl.endpoint.identification.algorithm",
    ]
}

extension KafkaConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let shown = properties.sorted { $0.key < $1.key }.map { key, value in
            "\(key)=\(Self.harmlessKeys.contains(key) ? value : "***")"
        }
        return (["bootstrap.servers=\(bootstrap)", "client.id=\(clientID)"] + shown).joined(separator: " ")
    }

    package var debugDescription: String { description }

    /// So that `dump` and a debugger's print show no more than ``description``.
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

/// Owns an `rd_kafka_conf_t` until a handle takes it.
struct ConfigurationDraft: ~Copyable {
    private var pointer: OpaquePointer?

    /// Applies our defaults, then what the configuration says, then what the code relies on (`settings`).
    init(_ configuration: KafkaConfiguration, settings: [String: String]) throws(KafkaError) {
        pointer = rd_kafka_conf_new()
        for (key, value) in Self.defaults { try set(key, value) }
        try set("bootstrap.servers", configuration.bootstrap)
        try set("client.id", configuration.clientID)
        // Sorted, so that of two bad keys always the same one is named.
        for (key, value) in configuration.properties.sorted(by: { $0.key < $1.key }) { try set(key, value) }
        for (key, value) in settings { try set(key, value) }
    }

    deinit {
        if let pointer { rd_kafka_conf_destroy(pointer) }
    }

    /// Calls `body` with the configuration; when it returns true, librdkafka owns it from then on.
    mutating func offer(_ body: (OpaquePointer) -> Bool) {
        if let taken = pointer, body(taken) { pointer = nil }
    }

    private func set(_ key: String, _ value: String) throws(KafkaError) {
        guard let pointer else { return }
        // librdkafka's own text can repeat the value: it is not used.
        switch rd_kafka_conf_set(pointer, key, value, nil, 0) {
        case RD_KAFKA_CONF_OK:
            return
        case RD_KAFKA_CONF_UNKNOWN:
            throw KafkaError(
                RD_KAFKA_RESP_ERR__INVALID_ARG, operation: "configure",
                reason: "librdkafka \(String(cString: rd_kafka_version_str())) has no setting '\(key)'")
        default:
            let shown = KafkaConfiguration.harmlessKeys.contains(key) ? " '\(value)'" : ""
            throw KafkaError(
                RD_KAFKA_RESP_ERR__INVALID_ARG, operation: "configure",
                reason: "the value\(shown) of '\(key)' is not valid")
        }
    }

    /// What a console wants where nothing else is said: short waits, quick reconnects.
    private static let defaults = [
        ("socket.keepalive.enable", "true"),
        ("socket.timeout.ms", "6000"),
        ("socket.connection.setup.timeout.ms", "6000"),
        ("api.version.request.timeout.ms", "5000"),
        ("reconnect.backoff.ms", "100"),
        ("reconnect.backoff.max.ms", "1000"),
        ("allow.auto.create.topics", "false"),
    ]
}
