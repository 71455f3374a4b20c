/// The timestamps method, for topics that are produced on one side only.
///
/// The copy of the first record that a group has not consumed carries its timestamp, and the other side keeps the
/// live side's order: the first offset there with that timestamp or a later one is not above the copy. Where both
/// sides produce this loses records, whichever timestamp is taken; so every condition is asked for.
package struct OneSidedTimestamps: Hashable, Sendable {
    /// Where the topic's records come from.
    package enum ProducedOn: Hashable, Sendable {
        case liveSide
        case otherSide
    }

    /// What is known about records that would break one-sidedness.
    package enum OneSidedness: Hashable, Sendable {
        /// Headers were read from the last proven position to the answer, and no record of the wrong origin found.
        case seen
        /// The first record of the wrong origin in that stretch.
        case broken(at: Offset)
        /// The configuration says so, nobody looked.
        case declared
    }

    /// The first record that the group has not consumed.
    package enum FirstUnread: Hashable, Sendable {
        /// The live side's end, read after the other side's, does not lie above the committed offset, or no record
        /// lies between them.
        case caughtUp
        case record(timestamp: WallTime)
    }

    package let producedOn: ProducedOn
    package let oneSidedness: OneSidedness
    package let firstUnread: FirstUnread
    /// The first offset of the other side with the timestamp of ``firstUnread`` or a later one; `nil`: none has.
    package let firstAtOrAfter: Offset?
    /// The other side's log; its end was read before the live side's.
    package let other: OffsetRange
    package let liveStart: Offset
    /// The newest position proven before for a commit of this group no later than this one, by an answer that
    /// ``coversDeleted``; `nil`: none.
    package let lastProven: Offset?
    package let isCompacted: Bool
    /// `message.timestamp.type` of the other side's topic is CreateTime.
    package let keepsCreateTime: Bool
    /// The mirror keeps order and leaves no record out: where one is dead-lettered, its timestamp leads past others.
    package let isMirrorComplete: Bool
    package let readAt: WallTime

    package init(
        producedOn: ProducedOn, oneSidedness: OneSidedness, firstUnread: FirstUnread, firstAtOrAfter: Offset?,
        other: OffsetRange, liveStart: Offset, lastProven: Offset?, isCompacted: Bool, keepsCreateTime: Bool,
        isMirrorComplete: Bool, readAt: WallTime
    ) {
        self.producedOn = producedOn
        self.oneSidedness = oneSidedness
        self.firstUnread = firstUnread
        self.firstAtOrAfter = firstAtOrAfter
        self.other = other
        self.liveStart = liveStart
        self.lastProven = lastProven
        self.isCompacted = isCompacted
        self.keepsCreateTime = keepsCreateTime
        self.isMirrorComplete = isMirrorComplete
        self.readAt = readAt
    }

    /// Whether everything that ever stood below the answer is consumed, what retention has taken included. A position
    /// without that is safe, as what is gone is read by nobody, but says nothing about the next one: the first unread record
    /// may be among what is gone.
    package var coversDeleted: Bool {
        firstUnread == .caughtUp || other.logStart == Offset(0) || lastProven.map { other.logStart <= $0 } ?? false
    }

    package func answer(for committed: Offset) -> MethodAnswer {
        guard !isCompacted else { return .impossible(.time, .compacted) }
        guard keepsCreateTime else { return .impossible(.time, .logAppendTime) }
        guard isMirrorComplete else { return .impossible(.time, .mirrorIncomplete) }
        guard liveStart <= committed else { return .impossible(.time, .liveSideAgedOut(logStart: liveStart)) }
        // Caught up with copies says nothing about records that are still to be copied: that is an anchor's proof.
        if producedOn == .otherSide, firstUnread == .caughtUp { return .impossible(.time, .noEvidence) }
        if producedOn == .otherSide, case .broken = oneSidedness { return .impossible(.time, .producedOnBothSides) }
        var offset = other.logEnd
        switch firstUnread {
        case .caughtUp: break
        case .record:
            offset = min(firstAtOrAfter ?? other.logEnd, other.logEnd)
            // The copy may have aged out: what is first now need not be below it.
            if !coversDeleted { offset = other.logStart }
        }
        var condition: ProvenBound.Condition?
        switch oneSidedness {
        case .seen: break
        case .broken(let local): offset = min(offset, local)
        case .declared: condition = .oneSidednessDeclared
        }
        offset = max(offset, other.logStart)
        return .proven(
            ProvenBound(
                offset: offset, method: .time, condition: condition, evidenceAt: readAt))
    }
}
