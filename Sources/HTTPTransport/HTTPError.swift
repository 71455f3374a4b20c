/// Why a request got no whole answer. An answer with an error status is not an error here.
///
/// The texts are one line each, made for people: without control characters, without user names, passwords or
/// tokens.
package enum HTTPError: Error, Hashable, Sendable {
    /// No connection: refused, no route, name not found.
    case unreachable(String)
    /// No whole answer within the time limit. `connected`: the request may have arrived.
    case timedOut(String, connected: Bool)
    /// TLS did not come about: a certificate was not accepted, or a file of the settings cannot be used.
    case refused(String)
    /// The connection broke before an answer; the request may have arrived.
    case disconnected(String)
    /// What came back is not HTTP, or was cut off.
    case malformed(String)
    /// The body is larger than the limit, in bytes.
    case tooLarge(limit: Int)
    /// The task was cancelled, or the client closed.
    case cancelled

    /// Whether the server may have acted on the request, so that sending it again may do it twice.
    package var requestMayHaveArrived: Bool {
        switch self {
        case .unreachable, .refused: false
        case .timedOut(_, let connected): connected
        case .disconnected, .malformed, .tooLarge, .cancelled: true
        }
    }
}

extension HTTPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let text), .timedOut(let text, _), .refused(let text), .disconnected(let text),
            .malformed(let text):
            text
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .cancelled: "cancelled"
        }
    }
}
