/// The state of one topic's mirror in one direction: Connect's states, and what Connect cannot see.
package enum MirrorState: Hashable, Sendable {
    case running
    case paused
    case stopped
    /// `reason` is the first line of the trace.
    case failed(reason: String)
    /// `until`: when Connect's rebalance delay ends and the task is given out again, where it is known.
    case unassigned(until: WallTime?)
    case restarting
    /// The source has records to copy, and the position has not moved since `since`.
    case notFlowing(since: WallTime)
    /// A live topic without a job in this direction.
    case none
    /// Two jobs match, or a loop: more is written to the target than the source has produced.
    case double(reason: String)
    case partitionsDiffer(source: Int, target: Int)
    /// The source's log starts past the position: records are gone that were never copied.
    case overtaken(missing: Int64)
    /// The topic is missing on the target.
    case topicMissing
    /// Connect answered with a word we do not know.
    case unknown(String)

    /// How bad it is, for colours, sorting and exit codes.
    package var severity: Severity {
        switch self {
        case .running: .ok
        case .paused, .stopped, .restarting, .unassigned, .unknown: .warning
        case .failed, .notFlowing, .none, .double, .partitionsDiffer, .overtaken, .topicMissing: .critical
        }
    }
}

extension MirrorState: CustomStringConvertible {
    /// The words of the screen and of the status document.
    package var description: String {
        switch self {
        case .running: "RUNNING"
        case .paused: "PAUSED"
        case .stopped: "STOPPED"
        case .failed: "FAILED"
        case .unassigned: "UNASSIGNED"
        case .restarting: "RESTARTING"
        case .notFlowing: "RUNNING, not flowing"
        case .none: "none"
        case .double: "double"
        case .partitionsDiffer: "partitions differ"
        case .overtaken: "overtaken"
        case .topicMissing: "topic missing"
        case .unknown(let raw): raw
        }
    }
}

/// How bad something is. `unknown` stands beside, not below: it is neither good nor bad news.
package enum Severity: Int, Hashable, Sendable, Comparable {
    case ok = 0
    case warning = 1
    case critical = 2

    package static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rawValue < rhs.rawValue }
}
