import FoundationEssentials

/// A request that has arrived whole.
package struct HTTPServerRequest: Hashable, Sendable {
    /// As in the request line; not necessarily one of ``HTTPMethod``.
    package let method: String
    /// Path and query as in the request line: percent-encoded still.
    package let target: String
    package let headers: [HTTPHeader]
    package let body: [UInt8]

    package init(method: String, target: String, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// ``target`` without the query, still percent-encoded.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The path's segments, decoded one by one; `nil` when an escape is broken.
    package var pathSegments: [String]? {
        let segments = path.split(separator: "/").map { percentDecoded(pathSegment: $0) }
        return segments.contains(nil) ? nil : segments.compactMap(\.self)
    }

    /// The query's names and values in order, decoded; a name without `=` has an empty value.
    package var query: [(name: String, value: String)] {
        guard let start = target.firstIndex(of: "?") else { return [] }
        return target[target.index(after: start)...].split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let words = parts.map { $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ") }
            guard let first = words.first, let name = percentDecoded(pathSegment: first),
                let value = words.count > 1 ? percentDecoded(pathSegment: words[1]) : ""
            else { return nil }
            return (name, value)
        }
    }
}

/// An answer.
package struct HTTPServerResponse: Hashable, Sendable {
    package let status: Int
    package let headers: [HTTPHeader]
    package let body: [UInt8]

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A text with its content type.
    package init(status: Int, contentType: String, text: String) {
        self.init(status: status, headers: [HTTPHeader("Content-Type", contentType)], body: Array(text.utf8))
    }

    static let unavailable = HTTPServerResponse(status: 503, contentType: "text/plain", text: "not available\n")
    static let tooLarge = HTTPServerResponse(status: 413, contentType: "text/plain", text: "body too large\n")
    static let unauthorized = HTTPServerResponse(
        status: 401,
        headers: [
            HTTPHeader("WWW-Authenticate", "Basic realm=\"bascule\", charset=\"UTF-8\""),
            HTTPHeader("Content-Type", "text/plain"),
        ],
        body: Array("authentication needed\n".utf8))
}

/// The user and password that a server demands (RFC 7617).
package struct HTTPServerCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    private let expected: [UInt8]

    package init(user: String, password: String) {
        expected = Array(Data("\(user):\(password)".utf8).base64EncodedString().utf8)
    }

    /// Whether an `Authorization` header carries them. Takes the same time for every wrong one of a length.
    func accept(_ header: String?) -> Bool {
        guard let words = header?.split(separator: " ", maxSplits: 1), words.count == 2,
            words[0].lowercased() == "basic"
        else { return false }
        let given = Array(words[1].utf8)
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    package var description: String { "user and password" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
