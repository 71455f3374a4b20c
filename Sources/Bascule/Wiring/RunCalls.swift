import Domain
import HTTPTransport
import Operations

/// The calls that a runbook's steps make.
struct RunCalls: HTTPCalling {
    func call(_ method: String, _ url: String, within limit: Duration) async throws(PortError) -> Int {
        guard let known = HTTPMethod(rawValue: method) else {
            throw PortError(.unsupported, operation: method, detail: "no call is made with the method \(method)")
        }
        let (place, path) = Self.parts(of: url)
        let address: HTTPAddress
        do throws(HTTPAddress.Invalid) {
            address = try HTTPAddress(place)
        } catch {
            throw PortError(.failed, operation: method, detail: "\(place): \(error.description)")
        }
        let client = HTTPClient(limits: HTTPLimits(connectTimeout: min(limit, .seconds(3)), totalTimeout: limit))
        defer { client.close() }
        do throws(HTTPError) {
            return try await client.send(HTTPRequest(known, address, path: path)).status
        } catch {
            throw PortError(
                error.requestMayHaveArrived ? .timedOut : .unreachable, operation: method,
                detail: "\(address.authority): \(error.description)")
        }
    }

    /// The server, and the path with its query.
    static func parts(of url: String) -> (place: String, path: String) {
        guard let scheme = url.firstRange(of: "://") else { return (url, "/") }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return (url, "/") }
        let path = String(rest[slash...])
        return (String(url[..<slash]), path.hasPrefix("/") ? path : "/" + path)
    }
}
