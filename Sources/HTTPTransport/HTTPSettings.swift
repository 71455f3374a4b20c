/// Who asks. Neither description nor reflection shows the secret.
package enum HTTPCredentials: Hashable, Sendable {
    /// RFC 7617; sent without being asked for.
    case basic(user: String, password: String)
    /// RFC 6750.
    case bearer(token: String)
}

extension HTTPCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .basic: "user and password"
        case .bearer: "bearer token"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// How `https` servers are checked, and how this side proves itself. Paths of PEM files.
///
/// The server's certificate and name are always checked.
package struct TLSSettings: Hashable, Sendable {
    /// Certificate authorities to trust in place of the system's.
    package let caFile: String?
    package let clientCertificate: String?
    package let clientKey: String?
    /// Of ``clientKey``.
    package let clientKeyPassword: String?

    package init(
        caFile: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil,
        clientKeyPassword: String? = nil
    ) {
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.clientKeyPassword = clientKeyPassword
    }
}

extension TLSSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the key's password.
    package var description: String {
        "CA file \(caFile ?? "of the system"), client certificate \(clientCertificate ?? "none")"
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a client keeps to.
package struct HTTPLimits: Hashable, Sendable {
    /// Until the connection stands, with TLS. At least a millisecond.
    package let connectTimeout: Duration
    /// Until the answer is complete, waiting for a free connection included.
    package let totalTimeout: Duration
    /// In bytes; a larger body ends the transfer with ``HTTPError/tooLarge(limit:)``.
    package let bodyLimit: Int
    /// At the same time to one host and port; further requests wait.
    package let connectionsPerHost: Int

    package init(
        connectTimeout: Duration = .seconds(3), totalTimeout: Duration = .seconds(10),
        bodyLimit: Int = 16 * 1024 * 1024, connectionsPerHost: Int = 8
    ) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.bodyLimit = bodyLimit
        self.connectionsPerHost = connectionsPerHost
    }
}
