/// MirrorMaker 2's offset-syncs of the mirror from the other side to the live side, tailed and kept, for one
/// partition.
///
/// A sync (j to x) with x below the committed offset proves j + 1: the other side's own records up to j have their
/// copies up to x; and a record of the live side that is not consumed was written after x, so its copy was written
/// after j. Syncs of the other direction can only lower that, and what their mirror copies again does no harm:
/// docs/TRANSLATION.md.
package struct OffsetSyncEvidence: Hashable, Sendable {
    private var ladder = Ladder()

    package init() {}

    package mutating func append(upstream: Offset, downstream: Offset, at moment: WallTime) {
        let end = downstream.advanced(by: 1)
        ladder.append(
            Cut(position: upstream.advanced(by: 1), copiesEnd: end, filteredEnd: end, isExact: false), at: moment)
    }

    package mutating func thin(now: WallTime) { ladder.thin(now: now) }

    package mutating func otherSideTruncated(to offset: Offset) { ladder.otherSideTruncated(to: offset) }

    package mutating func liveSideTruncated(to offset: Offset) { ladder.liveSideTruncated(to: offset) }

    /// The syncs method: `R = max { j + 1 : x < O }`.
    ///
    /// - Parameter condition: `nil` where the connector stops at what it cannot copy (`errors.tolerance=none`).
    package func answer(for committed: Offset, condition: ProvenBound.Condition?) -> MethodAnswer {
        guard !ladder.rungs.isEmpty else { return .impossible(.syncs, .noEvidence) }
        guard let lower = ladder.bounds(for: committed).lower else { return .impossible(.syncs, .evidenceTooNew) }
        return .proven(
            ProvenBound(offset: lower, method: .syncs, condition: condition, evidenceAt: ladder.refreshedAt))
    }
}
