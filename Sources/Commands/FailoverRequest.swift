package import Domain

/// What `bascule failover` was asked for.
package enum FailoverRequest: Hashable, Sendable {
    /// What every step of a runbook would do now; with YAML, the runbook's file.
    case plan(runbook: String, from: IDC, OutputFormat)
    /// The runs that this machine's journal knows, and where each stands.
    case status(OutputFormat)
    case report(run: String, ReportFormat, language: String, isVerified: Bool)
}

/// How a run's report is written.
package enum ReportFormat: String, CaseIterable, Hashable, Sendable {
    case text
    case md
    case html
    case json
}
