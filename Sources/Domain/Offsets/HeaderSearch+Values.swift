extension HeaderSearch {
    /// What is known before the search; all positions read in the order of the members.
    package struct Question: Hashable, Sendable {
        package let committed: Offset
        /// The other side's log start, and its last stable offset.
        package let otherStart: Offset
        package let otherEnd: Offset
        package let liveStart: Offset
        package let liveEnd: Offset
        /// What a ladder says of the committed offset; `nil`: there is none.
        package let bounds: LadderBounds?
        /// The newest cut of the mirror towards the live side; `nil`: not known.
        package let mirror: Cut?
        /// That mirror may dead-letter a record: a copy of a later one may then be here before the gap is committed,
        /// so that copies prove nothing about locals above the committed position.
        package let mayDeadLetter: Bool
        /// Source offsets strictly rise on the other side: its mirror writes no copy twice. Without it, a binary
        /// search can miss the first unread copy, and the whole range is read.
        package let sourceOffsetsIncrease: Bool
        /// The mirror towards the live side may have written copies twice: the highest one may look lower.
        package let copiesRepeat: Bool
        /// Every copy near the committed offset is known to carry the header, as a cut that old says. Otherwise one has
        /// to be met on each side that is older than the committed offset: a mirror that has begun to write the header
        /// writes it on every copy.
        package let copiesCarryHeaders: Bool
        package let isCompacted: Bool
        /// The lowest record of the other side that the live side never gets; `nil`: none.
        package let gap: Offset?
        /// Also look for the first copy at or above the committed offset, which saves reading where the other side
        /// is quiet. Never on compacted topics.
        package let looksForFollowingCopy: Bool
        package let readAt: WallTime

        package init(
            committed: Offset, otherStart: Offset, otherEnd: Offset, liveStart: Offset, liveEnd: Offset,
            bounds: LadderBounds? = nil, mirror: Cut? = nil, mayDeadLetter: Bool,
            sourceOffsetsIncrease: Bool,
            copiesRepeat: Bool = false, copiesCarryHeaders: Bool = true,
            isCompacted: Bool = false, gap: Offset? = nil, looksForFollowingCopy: Bool = true, readAt: WallTime
        ) {
            self.committed = committed
            self.otherStart = otherStart
            self.otherEnd = max(otherEnd, otherStart)
            self.liveStart = liveStart
            self.liveEnd = liveEnd
            self.bounds = bounds
            self.mirror = mirror
            self.mayDeadLetter = mayDeadLetter
            self.sourceOffsetsIncrease = sourceOffsetsIncrease
            self.copiesRepeat = copiesRepeat
            self.copiesCarryHeaders = copiesCarryHeaders
            self.isCompacted = isCompacted
            self.gap = gap
            self.looksForFollowingCopy = looksForFollowingCopy
            self.readAt = readAt
        }
    }

    /// A read that the search asks for.
    package struct Read: Hashable, Sendable {
        package enum Side: Hashable, Sendable {
            case live
            case other
        }

        package let side: Side
        /// The first record at or after it, and those that follow.
        package let from: Offset
        package let below: Offset
        /// How many records are worth fetching at once; fewer or more may be answered.
        package let atLeast: Int

        static func live(from: Offset, below: Offset, atLeast: Int) -> Read {
            Read(side: .live, from: from, below: below, atLeast: atLeast)
        }

        static func other(from: Offset, below: Offset, atLeast: Int) -> Read {
            Read(side: .other, from: from, below: below, atLeast: atLeast)
        }
    }

    package enum Step: Hashable, Sendable {
        case read(Read)
        case found(Outcome)
        case impossible(MethodRefusal)
    }

    package struct Outcome: Hashable, Sendable {
        package let bound: ProvenBound
        /// The first record of the live side's origin that the group has not consumed; the end where there is none.
        package let a: Offset
    }

    /// The answer to a read: every surviving record from its start up to ``examinedTo``, in order of offset.
    package struct Slice: Hashable, Sendable {
        package let records: [SeenRecord]
        package let examinedTo: Offset

        package init(records: [SeenRecord], examinedTo: Offset) {
            self.records = records
            self.examinedTo = examinedTo
        }
    }
}

/// A record, as far as translation looks at it.
package struct SeenRecord: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
        /// Produced on the side it was read from.
        case local
        /// Produced on the other one, at this offset.
        case copy(source: Offset)
        /// A mirror's copy by the name of a header that says no more.
        case copyWithoutSource
        case unknownVersion

        var source: Offset? {
            switch self {
            case .copy(let source): source
            case .local, .copyWithoutSource, .unknownVersion: nil
            }
        }
    }

    package let offset: Offset
    package let origin: Origin

    package init(offset: Offset, origin: Origin) {
        self.offset = offset
        self.origin = origin
    }
}
