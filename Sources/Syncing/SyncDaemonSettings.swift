package import Domain
package import HTTPTransport
package import KafkaAdapter

/// What a synchronisation daemon is told.
package struct SyncDaemonSettings: Sendable {
    /// How both clusters are written to and their lease is held.
    package let clusters: PerIDC<KafkaConfiguration>
    /// Between two readings of the evidence.
    package let interval: Duration
    package let listenHost: String
    /// 0 takes a free one.
    package let listenPort: UInt16
    /// Needed on every address but loopback.
    package let credentials: HTTPServerCredentials?
    /// After so long without a sign of life a daemon's groups are given to others.
    package let sessionTimeout: Duration

    package init(
        clusters: PerIDC<KafkaConfiguration>, interval: Duration, listenHost: String, listenPort: UInt16,
        credentials: HTTPServerCredentials?, sessionTimeout: Duration = .seconds(6)
    ) {
        self.clusters = clusters
        self.interval = interval
        self.listenHost = listenHost
        self.listenPort = listenPort
        self.credentials = credentials
        self.sessionTimeout = sessionTimeout
    }
}
