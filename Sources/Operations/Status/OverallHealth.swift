package import Domain

/// The one word that a snapshot comes to, and the exit code of the commands that print it.
package enum OverallHealth: String, Hashable, Sendable {
    case healthy
    case warning
    case critical
    /// Nothing critical was seen, but something could not be read.
    case unknown

    /// 0 healthy, 1 warning, 2 critical, 3 unknown.
    package var exitCode: Int32 {
        switch self {
        case .healthy: 0
        case .warning: 1
        case .critical: 2
        case .unknown: 3
        }
    }

    /// Critical news outweighs what is not known; what is not known outweighs a warning, since it may hide worse.
    package init(of snapshot: Snapshot) {
        let worst = Self.worst(in: snapshot)
        if worst == .critical {
            self = .critical
        } else if !Self.isWhollyRead(snapshot) {
            self = .unknown
        } else {
            self = worst == .warning ? .warning : .healthy
        }
    }

    private static func worst(in snapshot: Snapshot) -> Severity {
        var severities = snapshot.alerts.map(\.severity)
        for row in snapshot.mirrors {
            severities += IDC.allCases.compactMap { row.flows[$0].state.current?.severity }
        }
        if snapshot.groups.contains(where: { $0.side == .both }) { severities.append(.critical) }
        for idc in IDC.allCases {
            let cluster = snapshot.clusters[idc]
            if let offline = cluster.offline, offline > 0 { severities.append(.critical) }
            if let count = cluster.underReplicated, count > 0 { severities.append(.warning) }
            if cluster.brokers.contains(where: { if case .down = $0.state { true } else { false } }) {
                severities.append(.warning)
            }
        }
        return severities.max() ?? .ok
    }

    private static func isWhollyRead(_ snapshot: Snapshot) -> Bool {
        guard snapshot.problems.isEmpty else { return false }
        let sides = IDC.allCases.allSatisfy { idc in
            let cluster = snapshot.clusters[idc]
            return cluster.metadata.current != nil && cluster.ranges.current != nil && cluster.groups.current != nil
                && isReadOrUnwanted(cluster.connectors) && cluster.brokers.allSatisfy { $0.state != .unknown }
        }
        let mirrors = snapshot.mirrors.allSatisfy { row in
            IDC.allCases.allSatisfy { isReadOrUnwanted(row.flows[$0].state) }
        }
        let groups = snapshot.groups.allSatisfy { $0.side != .unknown }
        return sides && mirrors && groups && isReadOrUnwanted(snapshot.traffic.configured)
    }

    /// What is not configured cannot be missing.
    private static func isReadOrUnwanted<Value>(_ reading: Reading<Value>) -> Bool {
        switch reading {
        case .known: true
        case .unavailable(let because): because.kind == .unsupported
        case .pending, .stale: false
        }
    }
}
