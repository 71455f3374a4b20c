package import Commands

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

    /// Which commands the `:` line knows.
    package var commandPlace: Command.Place {
        switch self {
        case .sandbox, .drill: .sandbox
        case .normal, .watch, .driver: .console
        }
    }

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
