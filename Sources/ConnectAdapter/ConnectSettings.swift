package import HTTPTransport

/// How one IDC's Kafka Connect cluster is reached.
package struct ConnectSettings: Sendable {
    /// The workers, any of which answers for all; in the order of the configuration.
    package let workers: [HTTPAddress]
    package let tls: TLSSettings
    package let limits: HTTPLimits
    /// How long a change is tried again while the Connect cluster rebalances (409).
    package let conflictDeadline: Duration

    /// Why the settings are refused; for people, without credentials.
    package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - urls: `http://host:port`, at least one; `user:password@` in one of them holds for that worker.
    ///   - credentials: for the workers whose URL names no user.
    package init(
        urls: [String], credentials: HTTPCredentials? = nil, tls: TLSSettings = TLSSettings(),
        limits: HTTPLimits = HTTPLimits(), conflictDeadline: Duration = .seconds(30)
    ) throws(Invalid) {
        guard !urls.isEmpty else {
            throw Invalid(description: "no Connect worker is named; give at least one http://HOST:PORT")
        }
        var workers: [HTTPAddress] = []
        for (index, url) in urls.enumerated() {
            do throws(HTTPAddress.Invalid) {
                workers.append(try HTTPAddress(url, credentials: credentials))
            } catch {
                throw Invalid(description: "Connect worker \(index + 1): \(error.description)")
            }
        }
        self.workers = workers
        self.tls = tls
        self.limits = limits
        self.conflictDeadline = conflictDeadline
    }
}
