/// Two positions read one after the other: first the mirror's on the other side, then the live side's end.
///
/// Everything below ``position`` was acknowledged on the live side, or had come from there, before ``liveEnd`` was
/// read. So a group that has committed at least ``liveEnd`` has consumed everything below ``position``. The other
/// order, or the last stable offset in place of the high watermark, proves nothing.
package struct Anchor: Hashable, Sendable {
    /// `P`: the mirror's next source offset on the other side.
    package let position: Offset
    /// `L`: the live side's high watermark, read after ``position`` with `read_uncommitted`.
    package let liveEnd: Offset

    package init(position: Offset, liveEnd: Offset) {
        self.position = position
        self.liveEnd = liveEnd
    }
}

/// The anchors of one partition and direction.
package struct AnchorLadder: Hashable, Sendable {
    package private(set) var ladder = Ladder()
    /// The running maximum: a new leader may answer with an older high watermark.
    package private(set) var highestLiveEnd: Offset?

    package init() {}

    package mutating func append(_ anchor: Anchor, at moment: WallTime) {
        let liveEnd = max(anchor.liveEnd, highestLiveEnd ?? anchor.liveEnd)
        highestLiveEnd = liveEnd
        ladder.append(
            Cut(position: anchor.position, copiesEnd: liveEnd, filteredEnd: liveEnd, isExact: false), at: moment)
    }

    /// A proven position for a group that has committed `committed`; `nil`: no anchor is that low.
    package func lower(for committed: Offset) -> Offset? { ladder.bounds(for: committed).lower }

    package mutating func thin(now: WallTime) { ladder.thin(now: now) }

    package mutating func otherSideTruncated(to offset: Offset) { ladder.otherSideTruncated(to: offset) }

    package mutating func liveSideTruncated(to offset: Offset) {
        ladder.liveSideTruncated(to: offset)
        highestLiveEnd = highestLiveEnd.map { min($0, offset) }
    }
}

/// A stretch of the other side's log in which no record was produced there, as its headers showed.
///
/// It stays true for ever, so each record is read once. It lifts the position of an anchor over the copies that a
/// mirror filters without moving (MirrorMaker 2's does not).
package struct LocalFreeStretch: Hashable, Sendable {
    package private(set) var from: Offset
    package private(set) var to: Offset

    package init(from: Offset, to: Offset) {
        self.from = from
        self.to = max(from, to)
    }

    /// Where an anchor may stand whose mirror has reached `position`: at the end of the stretch, if it begins no
    /// later. What is to be read next is from there on.
    package func lifted(_ position: Offset) -> Offset {
        position >= from && position < to ? to : position
    }

    /// Takes in that no local was found from `from` up to `end`. Stretches that do not touch are not joined.
    package mutating func examined(from start: Offset, to end: Offset) {
        if start <= to && end >= from {
            from = min(from, start)
            to = max(to, end)
        } else {
            self = LocalFreeStretch(from: start, to: end)
        }
    }
}
