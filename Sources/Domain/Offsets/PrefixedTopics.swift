/// Translation where copies have a topic of their own (`DefaultReplicationPolicy`: `idc1.orders`): one origin per
/// partition, so that one of the two bounds is all there is.
///
/// A group reads both topics on either side. What it has read of a topic there is translated into the topic with the
/// same records here.
package enum PrefixedTopics: Hashable, Sendable {
    /// The topic on the live side is where the records were produced, the one on the other side holds their copies:
    /// `R = A`.
    ///
    /// - Parameters:
    ///   - syncs: of the mirror towards the other side, whatever their order.
    ///   - isExactlyOnce: without it a restarted mirror copies again, and the answer holds on a condition.
    package static func copiesOnOtherSide(
        _ committed: Offset, syncs: [OffsetSync], isExactlyOnce: Bool, readAt: WallTime
    ) -> MethodAnswer {
        guard !syncs.isEmpty else { return .impossible(.syncs, .noEvidence) }
        let ends = syncs.compactMap { sync -> Offset? in
            if sync.upstreamOffset < committed { return sync.downstreamOffset.advanced(by: 1) }
            return sync.upstreamOffset == committed ? sync.downstreamOffset : nil
        }
        guard let offset = ends.max() else { return .impossible(.syncs, .evidenceTooNew) }
        return .proven(
            ProvenBound(
                offset: offset, method: .syncs, condition: isExactlyOnce ? nil : .mirrorMayReplay, evidenceAt: readAt))
    }

    /// The topic on the live side holds copies of the one on the other side: `R = B`, the source offset of the first
    /// copy at or above the committed offset.
    ///
    /// - Parameters:
    ///   - firstUnreadSource: `nil`: there is no such copy yet.
    ///   - mirror: the newest cut of the mirror towards the live side, read before the copies were looked for.
    package static func copiesOnLiveSide(
        _ committed: Offset, firstUnreadSource: Offset?, mirror: Cut?, liveStart: Offset, isCompacted: Bool,
        readAt: WallTime
    ) -> MethodAnswer {
        let reached = mirror.flatMap { $0.copiesEnd <= committed ? $0.position : nil }
        // Compaction and retention may have taken the copy of a record that lies before it.
        if let firstUnreadSource, !isCompacted, liveStart <= committed, firstUnreadSource > reached ?? Offset(-1) {
            return .proven(
                ProvenBound(
                    offset: firstUnreadSource, method: .headers, consumedEnd: firstUnreadSource, evidenceAt: readAt))
        }
        if let reached { return .proven(ProvenBound(offset: reached, method: .cuts, evidenceAt: readAt)) }
        guard firstUnreadSource != nil else { return .impossible(.headers, .noEvidence) }
        return .impossible(.headers, isCompacted ? .compacted : .liveSideAgedOut(logStart: liveStart))
    }
}
