/// What kind of session this is; the badge in the top row says so.
package enum Mode: String, Hashable, Sendable, CaseIterable {
    case normal
    /// Unable to change anything, by construction.
    case watch
    /// The clusters are a world of this process's own.
    case sandbox
    /// A rehearsal that is being scored.
    case drill
    /// Drives a failover that others watch.
    case driver

    /// `nil`: nothing to say.
    package var badge: String? {
        switch self {
        case .normal: nil
        case .watch: "WATCH"
        case .sandbox: "SANDBOX"
        case .drill: "DRILL"
        case .driver: "DRIVER"
        }
    }
}
