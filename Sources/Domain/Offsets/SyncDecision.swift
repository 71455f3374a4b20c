/// What is done about one group's offset of one partition on the other side, in this cycle.
package enum SyncDecision: Hashable, Sendable {
    case write(SyncWrite)
    /// What stands there is right and young enough.
    case keep(OwnershipTag)
    /// Nothing is written, and the last value stays, until somebody or something removes the reason.
    case hold(HoldReason)
    /// Not ours to write.
    case skip(SkipReason)
}

/// An offset to commit.
package struct SyncWrite: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// There is no commit on the other side.
        case missing
        case advanced
        /// The group was set back on the live side.
        case rewound
        /// The other side's log starts above what stood there.
        case logStartMoved
        /// The other side's log ends below what stood there.
        case truncated
        /// Unchanged, against expiry.
        case refresh
        /// A held partition's last value, which had expired.
        case lastValue
        /// Above somebody else's commit, as the policy for failover allows.
        case aboveForeign
        /// An operator ordered it over somebody else's commit.
        case ordered
    }

    package let tag: OwnershipTag
    package let reason: Reason

    package var offset: Offset { tag.resume }

    package init(tag: OwnershipTag, reason: Reason) {
        self.tag = tag
        self.reason = reason
    }
}

/// Why a partition is held.
package enum HoldReason: Hashable, Sendable {
    /// Somebody's word, until they or somebody else take it back.
    case byOperator(OperatorHold)
    /// Somebody's word about everything.
    case frozen(OperatorHold)
    /// `sync.hold` of the configuration names the group.
    case byConfiguration
    /// Whether an operator holds the group could not be read.
    case holdsNotRead(String)
    /// No method proves a position.
    case unproven([MethodAnswer])
    /// The topic was created again on that side: what was consumed there says nothing about the new log.
    case topicRecreated(onOtherSide: Bool)
    /// The live side's log ends below the committed offset, in two readings.
    case committedPastLogEnd(logEnd: Offset)
    /// Records that the mirror passed over, from retention or a reset; until a baseline is accepted.
    case mirrorGap(at: Offset)
    /// Somebody else's commit stands on the other side.
    case foreignCommit(at: Offset)
    /// The group had members on both sides; nothing says that both were one worker.
    case wasLiveOnBothSides
    /// The coordinator knows the group as another kind (error 69).
    case notAConsumerGroup
    /// The principal may not (errors 29 and 30).
    case notAuthorized(String)
    case topicMissing
    case refused(code: Int32)

    /// Nothing but the time for which evidence has been read is missing.
    package var isEvidenceTooNew: Bool {
        guard case .unproven(let answers) = self else { return false }
        return answers.contains { if case .impossible(_, .evidenceTooNew) = $0 { true } else { false } }
    }

    /// The last value may be wrong as well, so that it is not restored when it expires.
    package var discreditsLastValue: Bool {
        switch self {
        case .topicRecreated, .committedPastLogEnd: true
        case .byOperator, .frozen, .byConfiguration, .holdsNotRead, .unproven, .mirrorGap, .foreignCommit,
            .wasLiveOnBothSides, .notAConsumerGroup, .notAuthorized, .topicMissing, .refused:
            false
        }
    }
}

/// Why a partition is none of the synchronisation's business now.
package enum SkipReason: Hashable, Sendable {
    /// Members on the other side, or commits that change although there are none (`assign()`).
    case liveOnOtherSide
    case liveOnBothSides
    case unsupportedType(String)
    /// `__.*`, `connect-.*`, `console-consumer-.*`, `bascule-.*`.
    case excludedGroup
    /// The group's own reset policy decides.
    case noCommit
    /// There is no such partition on the other side: an alarm.
    case partitionMissingOnOtherSide
    /// What the other side says of its groups is not known, so that they may have members.
    case otherSideUnknown
    /// Members on neither side, and nothing says where the group consumed last.
    case sideUnknown
}
