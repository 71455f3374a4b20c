/// What a mirror says about itself: a position, and what stands below it on both sides.
///
/// The mirror runs from the other side (where a group may have to resume) to the live side (where it consumes).
/// Theorem 4 of docs/TRANSLATION.md: every group whose committed offset is at least ``required`` has consumed
/// everything below ``position``. Both bounds may be too high, which costs precision, and are never too low.
package struct Cut: Hashable, Sendable {
    /// `p`: every record of the other side below it is filtered, or acknowledged on the live side.
    package let position: Offset
    /// `E`: one past the live side's offset of the last copy of a record below ``position``; 0 if there is none.
    package let copiesEnd: Offset
    /// `K + 1`: one past the highest source offset among the filtered records below ``position``; 0 if none.
    package let filteredEnd: Offset
    /// Both bounds are the true values, so that they also say which records are *not* consumed.
    package let isExact: Bool

    package init(position: Offset, copiesEnd: Offset, filteredEnd: Offset, isExact: Bool) {
        self.position = position
        self.copiesEnd = copiesEnd
        self.filteredEnd = filteredEnd
        self.isExact = isExact
    }

    /// A cut from what `cut1;` metadata says.
    ///
    /// - Parameters:
    ///   - highestFiltered: `K`; `nil` for its -1.
    ///   - isUpperBound: `u=1`: `E` or `K` is a mere upper bound.
    ///   - gap: `g`: a record that has no copy and never will. Nothing is proven above it, so the position is
    ///     lowered to it; `E` and `K` then count more than what is below, and are no longer exact.
    package init(
        position: Offset, copiesEnd: Offset, highestFiltered: Offset?, isUpperBound: Bool = false, gap: Offset? = nil
    ) {
        let isCutShort = gap.map { $0 < position } ?? false
        self.init(
            position: gap.map { min($0, position) } ?? position, copiesEnd: copiesEnd,
            filteredEnd: highestFiltered?.advanced(by: 1) ?? Offset(0), isExact: !isUpperBound && !isCutShort)
    }

    /// `max(E, K + 1)`: the lowest committed offset for which everything below ``position`` is consumed.
    package var required: Offset { max(copiesEnd, filteredEnd) }
}

extension Cut {
    /// What a commit of the mirror's position group proves.
    ///
    /// - Parameters:
    ///   - liveCluster: the cluster id of the live side, which the metadata must name.
    ///   - topicID: of the topic on the other side as it is now; `.unknown` where the library cannot tell.
    /// - Returns: `nil` for metadata that does not parse, or names another cluster or topic: that is no cut, and its
    ///   position serves as an anchor only.
    package init?(_ committed: CommittedOffset, liveCluster: String, topicID: KafkaUUID) {
        guard let commit = MirrorCommit(metadata: committed.metadata), commit.targetCluster == liveCluster else {
            return nil
        }
        // One that does not know the id is neither of this topic nor of another.
        guard topicID == .unknown || commit.topicID == .unknown || commit.topicID == topicID else { return nil }
        self.init(
            position: committed.offset, copiesEnd: Offset(commit.copiedEnd),
            highestFiltered: commit.highestFiltered < 0 ? nil : Offset(commit.highestFiltered),
            isUpperBound: commit.isUpperBound, gap: commit.gap.map { Offset($0) })
    }
}
