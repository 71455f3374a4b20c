package import Domain

/// What `bascule failover` was asked for.
package enum FailoverRequest: Hashable, Sendable {
    /// What every step of a runbook would do now, and what that would cost; with YAML, the runbook's file.
    case plan(runbook: String, from: IDC, ReportOptions)
    /// The runs that this machine's journal knows, and where each stands.
    case status(OutputFormat)
    /// Drives a run at this terminal. What is `nil` is asked for.
    case start(runbook: String, from: IDC, reason: String?, split: TrafficSplit?, confirmation: String?)
    /// Drives a run on from where its journal ends.
    case resume(run: String)
    /// Signs for a run that somebody else drives.
    case approve(run: String, confirmation: String?)
    case report(run: String, ReportFormat, language: String, isVerified: Bool)

    package var writes: Bool {
        switch self {
        case .start, .resume, .approve: true
        case .plan, .status, .report: false
        }
    }
}

/// How a run's report is written.
package enum ReportFormat: String, CaseIterable, Hashable, Sendable {
    case text
    case md
    case html
    case json
}
