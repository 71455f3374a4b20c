/// All that a decision about one group's offset of one partition rests on, as read in this cycle and in this order:
/// the commit on the live side, the evidence, the group on the other side, its commit there.
package struct SyncSituation: Hashable, Sendable {
    /// The group on the other side.
    package enum OtherGroup: Hashable, Sendable {
        case absent
        case listed(GroupState)
        /// A share group or a streams group.
        case unsupported(String)
        case unknown
    }

    /// The commit on the other side.
    package enum OtherCommit: Hashable, Sendable {
        case none
        /// - unchangedCycles: how many readings in a row have shown this very commit, this one included.
        case present(CommittedOffset, unchangedCycles: Int)
    }

    /// The commit on the live side.
    package enum LiveCommit: Hashable, Sendable {
        case none
        case at(Offset)
        /// Above the log's end, in this many readings in a row.
        case pastLogEnd(Offset, logEnd: Offset, readings: Int)
    }

    package enum Translation: Hashable, Sendable {
        case proven(ResumePosition)
        case held(HoldReason)
    }

    package var group: String
    package var liveCluster: String
    package var isLiveOnLiveSide: Bool
    package var otherGroup: OtherGroup
    package var liveCommit: LiveCommit
    package var otherCommit: OtherCommit
    /// The other side's log, to its high watermark.
    package var other: OffsetRange
    package var translation: Translation
    /// What was written last, from the record kept of it; `nil`: nothing.
    package var lastWritten: OwnershipTag?
    /// Why somebody wants nothing to be written, whatever is proven; `nil`: nobody does.
    package var hold: HoldReason?
    /// Members were seen on both sides at once, and neither was chosen since.
    package var wasLiveOnBothSides = false
    package var now: WallTime
    package var token: Int64
    package var policy: SyncPolicy
    package var order: SyncOrder?

    package init(
        group: String, liveCluster: String, isLiveOnLiveSide: Bool, otherGroup: OtherGroup, liveCommit: LiveCommit,
        otherCommit: OtherCommit, other: OffsetRange, translation: Translation, lastWritten: OwnershipTag?,
        now: WallTime, token: Int64, policy: SyncPolicy, order: SyncOrder? = nil
    ) {
        self.group = group
        self.liveCluster = liveCluster
        self.isLiveOnLiveSide = isLiveOnLiveSide
        self.otherGroup = otherGroup
        self.liveCommit = liveCommit
        self.otherCommit = otherCommit
        self.other = other
        self.translation = translation
        self.lastWritten = lastWritten
        self.now = now
        self.token = token
        self.policy = policy
        self.order = order
    }
}

/// What the configuration says about writing.
package struct SyncPolicy: Hashable, Sendable {
    /// `offsets.retention.minutes` of the other side.
    package var retention: Duration
    /// Somebody else's commit may be raised, never lowered, when it rests.
    package var raisesForeignCommits: Bool
    /// Members on both sides were one worker, which processed what either did.
    package var treatsBothSidesAsOne: Bool
    /// Partitions without a commit, of topics on which the group has others, are written too (``StartPosition``).
    package var isStrict: Bool

    package init(
        retention: Duration, raisesForeignCommits: Bool = false, treatsBothSidesAsOne: Bool = false,
        isStrict: Bool = false
    ) {
        self.retention = retention
        self.raisesForeignCommits = raisesForeignCommits
        self.treatsBothSidesAsOne = treatsBothSidesAsOne
        self.isStrict = isStrict
    }

    /// Unchanged offsets are committed again after a quarter of the retention.
    package var refreshPeriod: Duration { retention / 4 }
}

/// A forced sync: overrides the refresh period. Never the rule about live groups, never a hold.
package struct SyncOrder: Hashable, Sendable {
    /// The operator typed the group's name: somebody else's commit is overwritten.
    package let replacesForeignCommit: Bool

    package init(replacesForeignCommit: Bool) {
        self.replacesForeignCommit = replacesForeignCommit
    }
}
