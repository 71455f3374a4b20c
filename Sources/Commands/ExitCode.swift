package import Domain

/// How the program ends.
package enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
    /// Healthy, or done.
    case success = 0
    /// A warning, or finished with exceptions.
    case warning = 1
    /// Critical, or failed.
    case critical = 2
    /// Something could not be read.
    case unknown = 3
    /// The command line was wrong (`EX_USAGE`).
    case usage = 64
    /// The configuration was wrong (`EX_CONFIG`).
    case configuration = 78

    package init(_ severity: Severity) {
        switch severity {
        case .ok: self = .success
        case .warning: self = .warning
        case .critical: self = .critical
        }
    }

    /// As the help and the manual page say it.
    package var meaning: String {
        switch self {
        case .success: "healthy, or done"
        case .warning: "a warning, or finished with exceptions"
        case .critical: "critical, or failed"
        case .unknown: "something could not be read"
        case .usage: "the command line is wrong"
        case .configuration: "the configuration is missing or wrong"
        }
    }
}
