/// Positions for what no evidence can be about: partitions on one side only, and partitions without a commit.
package enum StartPosition: Hashable, Sendable {
    /// Whether a partition is on both sides.
    package enum Pairing: Hashable, Sendable {
        case onBothSides
        /// Nothing was ever mirrored from it.
        case onlyOnOtherSide
        case onlyOnLiveSide

        /// `nil`: on neither.
        package init?(partition: Int32, livePartitions: Int32, otherPartitions: Int32) {
            switch (partition < livePartitions, partition < otherPartitions) {
            case (true, true): self = .onBothSides
            case (false, true): self = .onlyOnOtherSide
            case (true, false): self = .onlyOnLiveSide
            case (false, false): return nil
            }
        }
    }

    /// The log start: nothing lies below it, so nothing is skipped.
    package static func logStart(of other: OffsetRange) -> MethodAnswer {
        .proven(ProvenBound(offset: other.logStart, method: .start, evidenceAt: nil))
    }

    /// Of a partition on the other side only, for a group that has commits elsewhere on the topic.
    ///
    /// - Returns: `nil` for a group that has none: it does not read the topic.
    package static func unpaired(other: OffsetRange, commitsElsewhere: Bool) -> MethodAnswer? {
        commitsElsewhere ? logStart(of: other) : nil
    }

    /// Of a partition in which the group has no commit, in strict mode: it owes what was written since before it had
    /// members.
    ///
    /// - Parameter liveEndBeforeMembers: the live side's end, seen when the group had no members yet; `nil`: not seen.
    package static func withoutCommit(
        anchors: AnchorLadder, liveEndBeforeMembers: Offset?, other: OffsetRange, commitsElsewhere: Bool
    ) -> MethodAnswer? {
        guard commitsElsewhere else { return nil }
        if let liveEndBeforeMembers, case .proven(let bound) = anchors.answer(for: liveEndBeforeMembers) {
            return .proven(bound)
        }
        return logStart(of: other)
    }

    /// Where retention has taken the records that a group would read next, and no evidence is that old.
    ///
    /// - Returns: `nil` while the live side still has the record at the committed offset: then there is nothing to
    ///   make up for.
    package static func agedOut(committed: Offset, liveStart: Offset, other: OffsetRange) -> MethodAnswer? {
        liveStart > committed ? logStart(of: other) : nil
    }
}
