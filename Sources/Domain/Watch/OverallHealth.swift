/// The one word for the whole pair, and the exit code of `status`.
package enum OverallHealth: String, Hashable, Sendable, CaseIterable {
    case ok
    case warning
    case critical
    /// Something that matters could never be read, so nothing better can be said.
    case unknown
}

extension Snapshot {
    /// A fault that was seen is critical or a warning. A cluster that was read before and is lost now is a fault
    /// seen. One that could never be read since the start is unknown: it may be the way there that is broken.
    package var overall: OverallHealth {
        let unread = Set(IDC.allCases.filter { clusters[$0].metadata.lastKnown == nil }.map { names[$0] })
        let seen = alerts.filter { !($0.severity == .critical && unread.contains($0.subject)) }
        if seen.contains(where: { $0.severity == .critical }) { return .critical }
        if !unread.isEmpty || neverRead || !problems.isEmpty { return .unknown }
        return alerts.contains { $0.severity == .warning } ? .warning : .ok
    }

    /// Whether a source without which the pair cannot be judged has never answered.
    private var neverRead: Bool {
        IDC.allCases.contains { idc in
            let view = clusters[idc]
            return view.ranges.lastKnown == nil || view.groups.lastKnown == nil || isConnectUnread(view)
        }
    }

    private func isConnectUnread(_ view: ClusterView) -> Bool {
        switch view.connectors {
        case .known, .stale: false
        case .pending: true
        // No Connect is configured: that is no failure.
        case .unavailable(let because): because.kind != .unsupported
        }
    }
}
