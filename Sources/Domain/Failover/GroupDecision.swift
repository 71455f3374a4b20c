/// What a move of one group would mean, from what is proven now.
package struct GroupDecision: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Nothing skipped, nothing read twice.
        case exact
        /// Nothing skipped, at most so many records read twice.
        case bounded(readTwice: Int64)
        /// Nothing is proven.
        case held(reason: String)
    }

    package let group: String
    package let verdict: Verdict
    /// Where it would begin, by partition; empty where it is held.
    package let positions: [PartitionMove]
    /// Records between the group's commits and the ends of the source's logs; `nil`: not known.
    package let lag: Int64?

    package init(group: String, verdict: Verdict, positions: [PartitionMove], lag: Int64?) {
        self.group = group
        self.verdict = verdict
        self.positions = positions
        self.lag = lag
    }

    package var isHeld: Bool {
        if case .held = verdict { true } else { false }
    }
}

/// One partition of a group's move.
package struct PartitionMove: Hashable, Sendable {
    package let partition: TopicPartition
    /// What the group has committed on the source; `nil`: nothing.
    package let from: Offset?
    package let to: Offset
    /// `cuts`, `anchor`, `headers`, ...
    package let method: String

    package init(_ partition: TopicPartition, from: Offset?, to: Offset, method: String) {
        self.partition = partition
        self.from = from
        self.to = to
        self.method = method
    }
}

/// What came of one group's part of an action.
package struct GroupOutcome: Hashable, Sendable {
    package let group: String
    /// `nil`: done, and read back.
    package let failure: String?

    package init(_ group: String, failure: String? = nil) {
        self.group = group
        self.failure = failure
    }
}

/// Where a group was seen after it was moved.
package struct GroupSight: Hashable, Sendable {
    package let group: String
    /// `nil`: that side could not be read.
    package let onSource: Int?
    package let onTarget: Int?
    /// Whether it has committed on the target at or after the position that was written, or there is nothing to
    /// commit yet.
    package let hasBegun: Bool?
    package let lag: Int64?
    /// Client ids and hosts of members on the source.
    package let clientsOnSource: [String]

    package init(
        group: String, onSource: Int?, onTarget: Int?, hasBegun: Bool?, lag: Int64?, clientsOnSource: [String]
    ) {
        self.group = group
        self.onSource = onSource
        self.onTarget = onTarget
        self.hasBegun = hasBegun
        self.lag = lag
        self.clientsOnSource = clientsOnSource
    }
}
