/// Where a group can resume on the other side without skipping a record: the highest position that any method
/// proves, kept within the other side's log.
package struct ResumePosition: Hashable, Sendable {
    package let offset: Offset
    package let method: TranslationMethod
    package let guarantee: Guarantee
    /// Below its bounds everything of that origin is consumed; what an application may skip by.
    package let fence: LadderBounds
    /// Consumed records that the other side does not have yet: they would arrive late, and be read again.
    /// `nil`: the mirror's position is not known.
    package let stillToArrive: Int64?
    /// Why the position is not what the method said; empty as a rule.
    package let clamps: [Clamp]
    /// When the evidence was read last; `nil`: it does not age.
    package let evidenceAt: WallTime?

    package enum Guarantee: Hashable, Sendable {
        /// Nothing skipped, nothing read twice.
        case exact
        /// Nothing skipped, at most this many read twice.
        case atMost(Int64)
        /// As ``atMost``, as long as the condition holds.
        case conditional(ProvenBound.Condition, atMost: Int64)

        /// How many records may be read twice.
        package var readTwice: Int64 {
            switch self {
            case .exact: 0
            case .atMost(let count), .conditional(_, atMost: let count): count
            }
        }
    }

    /// It lies below what the evidence said, so that nothing written before may stand above it either.
    package var isLowered: Bool {
        clamps.contains { clamp in
            switch clamp {
            case .loweredToGap, .loweredToLogEnd: true
            case .raisedToLogStart: false
            }
        }
    }

    /// A position that was moved, and why.
    package enum Clamp: Hashable, Sendable {
        /// The other side's log starts above it: so many offsets that the group has not read are gone there.
        case raisedToLogStart(from: Offset)
        /// A record that no mirror will ever copy, and no operator accepted.
        case loweredToGap(from: Offset)
        /// The other side's log ends below it.
        case loweredToLogEnd(from: Offset)
    }

    /// What is known of the two logs beside the methods' answers.
    package struct Surroundings: Hashable, Sendable {
        package let committed: Offset
        /// The other side's log, to its last stable offset.
        package let other: OffsetRange
        /// The lowest record of the other side that the live side never gets, while nobody has accepted it:
        /// dead-lettered, skipped, or from before the mirror began.
        package let gap: Offset?
        /// `P_XY`: what the mirror towards the other side reads next on the live side; `nil`: not known.
        package let mirrorTowardsOther: Offset?

        package init(committed: Offset, other: OffsetRange, gap: Offset? = nil, mirrorTowardsOther: Offset?) {
            self.committed = committed
            self.other = other
            self.gap = gap
            self.mirrorTowardsOther = mirrorTowardsOther
        }
    }

    /// The highest position that is proven; `nil` when no method proves one.
    package init?(_ answers: [MethodAnswer], in surroundings: Surroundings) {
        let all = answers.compactMap(\.bound)
        // What rests on a condition is taken only where nothing is proven without one: it may be too high.
        let strict = all.filter { $0.condition == nil }
        let bounds = strict.isEmpty ? all : strict
        guard let best = bounds.max(by: ResumePosition.isWorse) else { return nil }
        var offset = best.offset
        var clamps: [Clamp] = []
        if let gap = surroundings.gap, gap < offset {
            clamps.append(.loweredToGap(from: offset))
            offset = gap
        }
        if surroundings.other.logEnd < offset {
            clamps.append(.loweredToLogEnd(from: offset))
            offset = surroundings.other.logEnd
        }
        if surroundings.other.logStart > offset {
            clamps.append(.raisedToLogStart(from: offset))
            offset = surroundings.other.logStart
        }
        self.offset = offset
        self.clamps = clamps
        method = best.method
        evidenceAt = best.evidenceAt
        fence = LadderBounds(
            aLower: bounds.compactMap(\.fence.aLower).max(), bLower: bounds.compactMap(\.fence.bLower).max())
        stillToArrive = surroundings.mirrorTowardsOther.map { max(0, surroundings.committed.distance(from: $0)) }
        let readTwice = ResumePosition.readTwice(
            from: offset, best: best, bounds: bounds, end: surroundings.other.logEnd, hasGap: surroundings.gap != nil)
        if let condition = best.condition {
            guarantee = .conditional(condition, atMost: readTwice)
        } else {
            guarantee = readTwice == 0 && stillToArrive == 0 ? .exact : .atMost(readTwice)
        }
    }

    /// Above an open gap records may be consumed although one below them is not: only the log's end limits.
    private static func readTwice(
        from offset: Offset, best: ProvenBound, bounds: [ProvenBound], end: Offset, hasGap: Bool
    ) -> Int64 {
        if let counted = best.counted, offset == best.offset { return counted }
        let limits = bounds.compactMap(\.consumedEnd)
        let limit = hasGap ? end : min(end, limits.min() ?? end)
        return max(0, limit.distance(from: offset))
    }

    private static func isWorse(_ first: ProvenBound, _ second: ProvenBound) -> Bool {
        if first.offset != second.offset { return first.offset < second.offset }
        // A counted answer before an estimate of the same height.
        return first.counted == nil && second.counted != nil
    }
}
