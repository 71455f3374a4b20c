import Domain
import HTTPTransport
import Operations

/// A request without a usable answer, in the words of a port.
///
/// Every detail is one line: what happened, where (the address without credentials), and what to do.
struct ConnectFailure {
    let error: PortError
    /// The worker's fault rather than the request's: another worker may do better.
    let isTheWorkers: Bool

    /// No whole answer.
    init(_ failure: HTTPError, from address: HTTPAddress, operation: String) {
        let place = "Connect \(address.text.plainLine())"
        func error(_ kind: FailureKind, _ detail: String) -> PortError {
            PortError(kind, operation: operation, detail: "\(place): \(detail)")
        }
        isTheWorkers = failure != .cancelled
        self.error =
            switch failure {
            case .unreachable(let text):
                error(.unreachable, "\(text); check that the worker runs and that its address is right")
            case .timedOut(let text, let connected):
                error(
                    .timedOut,
                    text + (connected ? "; the worker hangs or is overloaded" : "; check network and firewall"))
            case .refused(let text): error(.refused, "\(text); check the TLS settings")
            case .disconnected(let text):
                error(.unreachable, "\(text); the worker may be stopping or a proxy cuts the connection")
            case .malformed(let text): error(.malformed, "\(text); check that the address is a Connect worker's")
            case .tooLarge(let limit):
                error(
                    .malformed, "the answer is larger than \(limit) bytes; check that the address is a Connect worker's"
                )
            case .cancelled: error(.cancelled, "cancelled")
            }
    }

    /// An answer with an error status, or something in a success's place that no Connect worker says;
    /// `nil` where the answer is a good one.
    init?(_ response: HTTPResponse, from address: HTTPAddress, operation: String) {
        let place = "Connect \(address.text.plainLine())"
        let message = Self.message(in: response)
        let status = response.status
        func error(_ kind: FailureKind, _ detail: String) -> PortError {
            PortError(kind, operation: operation, detail: "\(place) \(detail)")
        }
        let said = message.map { ": \($0)" } ?? (Self.isHTML(response) ? " with an HTML page" : "")
        switch status {
        case 200...299:
            guard Self.isHTML(response) else { return nil }
            isTheWorkers = true
            self.error = error(.malformed, "answered with HTML, not JSON; a proxy in between, or the wrong address")
        case 401, 407:
            isTheWorkers = true
            self.error = error(.refused, "did not accept user and password (\(status))\(said); check the credentials")
        case 403:
            isTheWorkers = true
            self.error = error(.refused, "forbids this (403)\(said); ask for the right to it")
        case 404 where message == nil:
            isTheWorkers = true
            self.error = error(.malformed, "answered 404 as no Connect worker does\(said); check the address")
        case 404 where Self.isUnknownPath(message), 405:
            isTheWorkers = false
            self.error = error(.unsupported, "does not know this request (\(status)); it needs a newer Kafka Connect")
        case 404:
            isTheWorkers = false
            self.error = error(.notFound, "answered 404\(said)")
        case 409:
            isTheWorkers = false
            self.error = error(.conflict, "is busy (409)\(said)")
        case 429:
            isTheWorkers = false
            self.error = error(.conflict, "has had too many requests (429)\(said)")
        case 300...399:
            isTheWorkers = true
            self.error = error(.malformed, "answered with a redirect (\(status)); name the worker's own address")
        case 502, 503, 504:
            isTheWorkers = true
            self.error = error(.unreachable, "is not available (\(status))\(said); it may be starting or stopping")
        case 501:
            isTheWorkers = false
            self.error = error(.unsupported, "does not know this request (501)\(said)")
        default:
            isTheWorkers = status >= 500
            self.error = error(.failed, "answered \(status)\(said)")
        }
    }

    /// Connect answers so to paths that it does not have; for a connector it does not know it names it.
    private static func isUnknownPath(_ message: String?) -> Bool {
        guard let message else { return false }
        return message.hasPrefix("HTTP 404") || message.hasPrefix("HTTP 405")
    }

    /// The `message` of `{"error_code":…,"message":…}`, cleaned.
    private static func message(in response: HTTPResponse) -> String? {
        guard response.body.count < 1_000_000, let payload = try? JSONParser.value(of: response.body),
            let message = payload["message"]?.text
        else { return nil }
        return SecretMask.redacted(message).plainLine()
    }

    private static func isHTML(_ response: HTTPResponse) -> Bool {
        response.body.first { $0 > 0x20 } == UInt8(ascii: "<")
    }
}
