/// A request method of HTTP, as it is written in the request line.
package enum HTTPMethod: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"

    /// Whether the method asks without changing anything (RFC 9110, 9.2.1).
    package var isSafe: Bool {
        switch self {
        case .get, .head: true
        case .put, .post, .delete: false
        }
    }
}

/// One header line.
package struct HTTPHeader: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HTTPHeader] {
    /// The value of the first header of that name, compared without regard to case (RFC 9110, 5.1).
    package subscript(named name: String) -> String? {
        let wanted = name.lowercased()
        return first { $0.name.lowercased() == wanted }?.value
    }
}

/// A request to a server.
package struct HTTPRequest: Sendable {
    package let method: HTTPMethod
    package let address: HTTPAddress
    /// Begins with `/`, is percent-encoded already, may end in a query. The address's own path stands before it.
    package let path: String
    package let headers: [HTTPHeader]
    /// `nil` sends none; PUT and POST then say `Content-Length: 0`.
    package let body: [UInt8]?

    package init(
        _ method: HTTPMethod, _ address: HTTPAddress, path: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.address = address
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// A whole answer, whatever its status.
package struct HTTPResponse: Hashable, Sendable {
    package let status: Int
    package let headers: [HTTPHeader]
    package let body: [UInt8]

    package init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
