/// Two positions that an operator accepted as level: a group that has committed at least ``live`` owes nothing
/// below ``other``.
///
/// It makes up for what no evidence can show: records older than the headers, or from before a mirror began.
/// Accepted one by one, typed, and recorded.
package struct Baseline: Hashable, Sendable {
    package let live: Offset
    package let other: Offset

    package init(live: Offset, other: Offset) {
        self.live = live
        self.other = other
    }

    package func answer(for committed: Offset) -> MethodAnswer {
        guard committed >= live else { return .impossible(.base, .evidenceTooNew) }
        return .proven(ProvenBound(offset: other, method: .base, evidenceAt: nil))
    }
}
