/// A question that a gate asks before a run goes on.
package enum GateCheck: String, CaseIterable, Hashable, Sendable {
    /// The target's brokers are listed and answer.
    case brokers
    /// The target's controllers answer a change.
    case quorum
    /// No partition of the target is offline or has fewer replicas in sync than writes need.
    case partitions
    /// The mirrors both ways as last seen.
    case mirrors
    /// Every group that consumed on the source has a position on the target.
    case offsets
    /// No group has members on the side it has left.
    case wrongSide = "wrong-side"
    /// No group has members on both sides.
    case splitConsumption = "split-consumption"
    /// The groups that were moved get nearer to the ends of their logs.
    case draining
    /// A record written to the target now is read from there.
    case canary
}

/// What a check found.
package struct GateFinding: Hashable, Sendable {
    package enum Verdict: String, CaseIterable, Hashable, Sendable {
        case green
        case red
        /// It could not be read: as good as red.
        case unknown
    }

    package let check: GateCheck
    package let verdict: Verdict
    /// A sentence: what was seen.
    package let detail: String

    package init(_ check: GateCheck, _ verdict: Verdict, _ detail: String) {
        self.check = check
        self.verdict = verdict
        self.detail = detail
    }
}
