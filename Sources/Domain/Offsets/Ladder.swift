/// The cuts of one partition and direction, from which every group's offset is translated without reading a record.
///
/// Kept in order of position, and made non-decreasing in both bounds: a later cut with a lower bound says the same
/// of everything below it. Losing rungs is safe, it only lowers the answer.
package struct Ladder: Hashable, Sendable {
    package struct Rung: Hashable, Sendable {
        package let cut: Cut
        /// When it was seen first.
        package let seenAt: WallTime

        package init(cut: Cut, seenAt: WallTime) {
            self.cut = cut
            self.seenAt = seenAt
        }
    }

    /// By position, each position once.
    package private(set) var rungs: [Rung] = []
    /// When evidence was read last, whether or not it brought a new rung.
    package private(set) var refreshedAt: WallTime?

    package init() {}

    /// Takes in what was read at `moment`; a cut may arrive late and below others (a worker that lost its
    /// partition unknowingly commits once more).
    package mutating func append(_ cut: Cut, at moment: WallTime) {
        refreshedAt = refreshedAt.map { max($0, moment) } ?? moment
        var index = rungs.count
        while index > 0, rungs[index - 1].cut.position > cut.position { index -= 1 }
        // What stands above already says at least as much about everything below it.
        var new = cut
        if index < rungs.count { new = Ladder.tightened(new, by: rungs[index].cut) }
        if index > 0, rungs[index - 1].cut.position == cut.position {
            let old = rungs[index - 1]
            let merged = Ladder.merged(old.cut, new)
            guard merged != old.cut else { return }
            rungs[index - 1] = Rung(cut: merged, seenAt: old.seenAt)
            index -= 1
        } else {
            rungs.insert(Rung(cut: new, seenAt: moment), at: index)
        }
        tighten(below: index)
    }

    /// The rungs in order of position and of time, as they were kept elsewhere.
    package init(rungs: [Rung], refreshedAt: WallTime?) {
        for rung in rungs { append(rung.cut, at: rung.seenAt) }
        self.refreshedAt = refreshedAt
    }

    private mutating func tighten(below index: Int) {
        var lower = index - 1
        while lower >= 0 {
            let tightened = Ladder.tightened(rungs[lower].cut, by: rungs[lower + 1].cut)
            guard tightened != rungs[lower].cut else { return }
            rungs[lower] = Rung(cut: tightened, seenAt: rungs[lower].seenAt)
            lower -= 1
        }
    }

    private static func tightened(_ cut: Cut, by above: Cut) -> Cut {
        guard above.copiesEnd < cut.copiesEnd || above.filteredEnd < cut.filteredEnd else { return cut }
        return Cut(
            position: cut.position, copiesEnd: min(cut.copiesEnd, above.copiesEnd),
            filteredEnd: min(cut.filteredEnd, above.filteredEnd), isExact: false)
    }

    /// Two statements about one position: both hold.
    private static func merged(_ first: Cut, _ second: Cut) -> Cut {
        let copiesEnd = min(first.copiesEnd, second.copiesEnd)
        let filteredEnd = min(first.filteredEnd, second.filteredEnd)
        let isExact = [first, second].contains { cut in
            cut.isExact && cut.copiesEnd == copiesEnd && cut.filteredEnd == filteredEnd
        }
        return Cut(position: first.position, copiesEnd: copiesEnd, filteredEnd: filteredEnd, isExact: isExact)
    }

    // MARK: Answers

    /// What the rungs say about a group that has committed `committed`.
    package func bounds(for committed: Offset) -> LadderBounds {
        let a = firstRung { $0.filteredEnd > committed }
        let b = firstRung { $0.copiesEnd > committed }
        return LadderBounds(
            aLower: a > 0 ? rungs[a - 1].cut.position : nil,
            bLower: b > 0 ? rungs[b - 1].cut.position : nil,
            aUpper: exactPosition(from: a), bUpper: exactPosition(from: b))
    }

    /// The first rung of which `isAbove` holds; it holds of all that follow.
    private func firstRung(where isAbove: (Cut) -> Bool) -> Int {
        var low = 0
        var high = rungs.count
        while low < high {
            let middle = (low + high) / 2
            if isAbove(rungs[middle].cut) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func exactPosition(from index: Int) -> Offset? {
        var index = index
        while index < rungs.count {
            if rungs[index].cut.isExact { return rungs[index].cut.position }
            index += 1
        }
        return nil
    }

    // MARK: Losing rungs

    /// Drops rungs by `keep`, which sees them in order.
    mutating func keep(where keep: (Rung) -> Bool) {
        rungs.removeAll { !keep($0) }
    }

    /// The other side lost everything from `offset` on: what is said of positions above is about another log.
    package mutating func otherSideTruncated(to offset: Offset) {
        keep { $0.cut.position <= offset }
    }

    /// The live side lost everything from `offset` on: cuts that need more are about copies that are gone.
    package mutating func liveSideTruncated(to offset: Offset) {
        keep { $0.cut.required <= offset }
    }
}

/// Where the first record that a group has not consumed can lie on the other side, by origin.
///
/// `A` is about records of the live side, `B` about those of the other side; docs/TRANSLATION.md.
package struct LadderBounds: Hashable, Sendable {
    /// Everything of the live side's origin below it is consumed; `nil`: no rung says so of any position.
    package let aLower: Offset?
    package let bLower: Offset?
    /// Some record below it, of the live side's origin, is not consumed; `nil`: not known of any position.
    package let aUpper: Offset?
    package let bUpper: Offset?

    package init(aLower: Offset?, bLower: Offset?, aUpper: Offset? = nil, bUpper: Offset? = nil) {
        self.aLower = aLower
        self.bLower = bLower
        self.aUpper = aUpper
        self.bUpper = bUpper
    }

    /// `min(A_lb, B_lb)`: a proven position to resume from.
    package var lower: Offset? {
        guard let aLower, let bLower else { return nil }
        return min(aLower, bLower)
    }

    /// At and above it no record is consumed; `nil`: the end of the other side's log.
    package var consumedEnd: Offset? {
        guard let aUpper, let bUpper else { return nil }
        return max(aUpper, bUpper)
    }
}
