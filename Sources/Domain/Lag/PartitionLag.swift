/// How far a group is behind in one partition.
package struct PartitionLag: Hashable, Sendable {
    package let topicPartition: TopicPartition
    /// `nil`: the group has committed nothing here.
    package let committed: Offset?
    /// `nil`: the log's bounds could not be read.
    package let range: OffsetRange?
    /// The member that the partition is assigned to.
    package let owner: GroupMember?

    package init(topicPartition: TopicPartition, committed: Offset?, range: OffsetRange?, owner: GroupMember?) {
        self.topicPartition = topicPartition
        self.committed = committed
        self.range = range
        self.owner = owner
    }

    /// Records not yet read: log end minus committed offset. `nil` where either is not known, and where the
    /// committed offset lies past the end (shown raw, never clamped).
    package var lag: Int64? {
        guard let committed, let range else { return nil }
        let lag = range.logEnd.distance(from: committed)
        return lag < 0 ? nil : lag
    }

    /// The committed offset lies past the log's end: truncation, re-creation, or a commit of nonsense.
    package var isPastTheEnd: Bool {
        guard let committed, let range else { return false }
        return committed > range.logEnd
    }
}

/// How far a group is behind in all its partitions.
package struct GroupLag: Hashable, Sendable {
    /// Sorted by topic and partition.
    package let partitions: [PartitionLag]

    package init(partitions: [PartitionLag]) {
        self.partitions = partitions
    }

    /// The sum over the partitions whose lag is known; `nil` when none is, as in a group that has committed nothing.
    package var total: Int64? {
        let known = partitions.compactMap(\.lag)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    /// Whether ``total`` leaves partitions out whose lag is not known.
    package var isPartial: Bool { partitions.contains { $0.lag == nil } }
}

/// The verdict over a window of observations, after Burrow's rules (github.com/linkedin/Burrow, wiki
/// "Consumer Lag Evaluation Rules").
package enum LagVerdict: String, Hashable, Sendable {
    /// No lag, or the lag is not growing.
    case level
    /// Commits move and the lag falls.
    case draining
    /// Commits move and the lag grows.
    case fallingBehind
    /// A partition has lag and its committed offset does not move.
    case stalled
    /// The committed offset went back.
    case rewound
    /// The group has no members, and lag.
    case stopped
}
