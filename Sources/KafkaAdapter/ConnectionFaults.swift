internal import CRdkafka
internal import Domain
internal import Synchronization

/// Why connections fail, as librdkafka tells it beside the calls: a call itself only says "timed out".
///
/// librdkafka repeats an unchanged reason every 30 s at most, so a reason stays until the broker has answered.
final class ConnectionFaults: Sendable {
    struct Fault: Hashable, Sendable {
        let error: KafkaError
        /// The broker's address, without the protocol.
        let address: String
        /// How far the connection had come.
        let stage: Stage

        /// Who we are, or how we say it, was not accepted.
        var isRefusal: Bool { error.isAuthentication || stage != .connecting }
        /// The connection stood, and requests on it were not answered ("2 request(s) timed out: disconnect").
        var isHanging: Bool {
            error.responseError == RD_KAFKA_RESP_ERR__TIMED_OUT && error.reason.contains("request(s) timed out")
        }

        /// It is about TLS, not about SASL.
        var isTLS: Bool { error.responseError == RD_KAFKA_RESP_ERR__SSL || stage == .tlsHandshake }
    }

    enum Stage: Sendable {
        case connecting
        case tlsHandshake
        case authentication
    }

    // By the broker's name in librdkafka: "127.0.0.1:9092/2", "sasl_ssl://kafka:9092/bootstrap".
    private struct State {
        var faults: [String: Fault] = [:]
        /// Some broker has answered, so the brokers' ids are known.
        var hasAnswered = false
    }

    private let state = Mutex(State())

    /// Takes in an error event: `NAME: REASON`.
    func record(_ code: rd_kafka_resp_err_t, _ text: String) {
        guard code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, let (name, reason) = Self.split(text) else { return }
        let address = name.split(separator: "/").dropLast().last.map(String.init) ?? name
        let fault = Fault(
            error: KafkaError(code, operation: "connect", reason: Self.trimmed(reason)), address: address,
            stage: Self.stage(in: reason))
        state.withLock { $0.faults[name] = fault }
    }

    /// The broker has answered: its reason is history, and so are those of the bootstrap addresses.
    func brokerAnswered(_ id: Int32) {
        let suffix = "/\(id)"
        state.withLock { state in
            state.hasAnswered = true
            state.faults = state.faults.filter { !$0.key.hasSuffix(suffix) && !$0.key.hasSuffix("/bootstrap") }
        }
    }

    /// Why the given broker cannot be talked to, if that is known. Until a broker has answered, no connection
    /// belongs to an id yet, and the bootstrap addresses' reasons hold for all.
    func fault(ofBroker id: Int32) -> Fault? {
        let suffix = "/\(id)"
        return state.withLock { state in
            state.faults.first { $0.key.hasSuffix(suffix) }?.value
                ?? (state.hasAnswered ? nil : Self.weightiest(state.faults))
        }
    }

    /// How many addresses cannot be connected to.
    var count: Int { state.withLock { $0.faults.count } }

    /// Why nothing can be talked to: refused credentials before anything else, then by address.
    func faultOfCluster() -> Fault? {
        state.withLock { Self.weightiest($0.faults) }
    }

    private static func weightiest(_ faults: [String: Fault]) -> Fault? {
        let all = faults.values.sorted { $0.address < $1.address }
        return all.first(where: \.isRefusal) ?? all.first
    }

    /// Splits `NAME: REASON`; `nil` for texts that are not about one broker.
    private static func split(_ text: String) -> (name: String, reason: String)? {
        var previous: Character?
        for index in text.indices {
            if previous == ":", text[index] == " " {
                let name = text[..<text.index(before: index)]
                guard name.contains("/") else { return nil }
                return (String(name), String(text[text.index(after: index)...]))
            }
            previous = text[index]
        }
        return nil
    }

    /// A broker that hangs up in the middle of a handshake says no more than "Disconnected".
    private static func stage(in reason: String) -> Stage {
        let state = reason.split(separator: " ").last { $0.allSatisfy { $0.isUppercase || "_,)".contains($0) } } ?? ""
        if state.hasPrefix("SSL_HANDSHAKE") { return .tlsHandshake }
        return state.hasPrefix("AUTH_") ? .authentication : .connecting
    }

    /// Without "ipv4#" and "(after 0ms in state CONNECT, 2 identical error(s) suppressed)".
    private static func trimmed(_ reason: String) -> String {
        var words = reason.split(separator: " ", omittingEmptySubsequences: false).map { word -> Substring in
            word.hasPrefix("ipv4#") || word.hasPrefix("ipv6#") ? word.dropFirst(5) : word
        }
        if let after = words.lastIndex(of: "(after"), after > 0 { words.removeSubrange(after...) }
        return words.joined(separator: " ")
    }
}
