extension Ladder {
    /// The cuts method: `R = min(A_lb, B_lb)`, at most `max(A_ub, B_ub) - R` records twice.
    ///
    /// - Parameters:
    ///   - upperBoundsHold: `false` where a mirror has written copies twice or leaves a gap, and on compacted
    ///     topics, where a restarted mirror can say of `E` only that it is not higher. The lower bounds always hold.
    package func answer(
        for committed: Offset, upperBoundsHold: Bool = true, condition: ProvenBound.Condition? = nil
    ) -> MethodAnswer {
        guard !rungs.isEmpty else { return .impossible(.cuts, .noEvidence) }
        let bounds = bounds(for: committed)
        guard let lower = bounds.lower else { return .impossible(.cuts, .evidenceTooNew) }
        return .proven(
            ProvenBound(
                offset: lower, method: .cuts,
                consumedEnd: upperBoundsHold ? bounds.consumedEnd : nil, fence: bounds,
                condition: condition, evidenceAt: refreshedAt))
    }
}

extension AnchorLadder {
    /// The anchor method: the highest position whose live end is at most `committed`.
    package func answer(
        for committed: Offset, condition: ProvenBound.Condition? = nil
    ) -> MethodAnswer {
        guard !ladder.rungs.isEmpty else { return .impossible(.anchor, .noEvidence) }
        guard let lower = lower(for: committed) else { return .impossible(.anchor, .evidenceTooNew) }
        return .proven(
            ProvenBound(
                offset: lower, method: .anchor, condition: condition, evidenceAt: ladder.refreshedAt))
    }
}
