/// Everything that is known about one partition for groups that consume on one side: enough to translate any
/// group's offset without reading a record.
package struct PartitionEvidence: Hashable, Sendable {
    package var cuts = Ladder()
    package var anchors = AnchorLadder()
    /// Anchors that stand past the copies which a mirror filters without moving.
    package var scanned = AnchorLadder()
    package var syncs = OffsetSyncEvidence()
    /// Accepted by an operator, one by one.
    package var baselines: [Baseline] = []
    /// Records of the other side that the live side never gets: dead-lettered, or from before the mirror began.
    package var gaps: Set<Offset> = []
    /// Stretches of the other side that retention or a reset made the mirror pass over: `from ..< to`.
    package var skipped: [LocalFreeStretch] = []
    /// The live side lost its end: the first copy on the other side of what was lost, until an operator releases it.
    package var truncationCap: Offset?
    /// `true`: on the other side; `false`: on the live side; `nil`: neither, or accepted.
    package var recreatedOnOtherSide: Bool?
    /// Where the live side's end fell to; nothing committed above it is about the log that is there now.
    package private(set) var liveTruncatedTo: Offset?

    package init() {}

    // MARK: What happened to the logs

    package mutating func liveSideChanged(_ change: LogChange, firstLostCopy: Offset?) {
        switch change {
        case .grew: break
        case .recreated: dropEverything(onOtherSide: false)
        case .truncated(let end):
            cuts.liveSideTruncated(to: end)
            anchors.liveSideTruncated(to: end)
            scanned.liveSideTruncated(to: end)
            syncs.liveSideTruncated(to: end)
            liveTruncatedTo = liveTruncatedTo.map { min($0, end) } ?? end
            if let firstLostCopy { truncationCap = truncationCap.map { min($0, firstLostCopy) } ?? firstLostCopy }
        }
    }

    package mutating func otherSideChanged(_ change: LogChange) {
        switch change {
        case .grew: break
        case .recreated: dropEverything(onOtherSide: true)
        case .truncated(let end):
            cuts.otherSideTruncated(to: end)
            anchors.otherSideTruncated(to: end)
            scanned.otherSideTruncated(to: end)
            syncs.otherSideTruncated(to: end)
        }
    }

    private mutating func dropEverything(onOtherSide: Bool) {
        self = PartitionEvidence()
        recreatedOnOtherSide = onOtherSide
    }

    /// An operator let the group go on past what was lost or created again.
    package mutating func released() {
        truncationCap = nil
        liveTruncatedTo = nil
        recreatedOnOtherSide = nil
    }

    // MARK: Translation

    /// What a group owes at most: above an accepted baseline only.
    private func isAccepted(_ gap: Offset, for committed: Offset) -> Bool {
        baselines.contains { $0.live <= committed && gap < $0.other }
    }

    /// The lowest record of the other side that the group will never have consumed; `nil`: none.
    package func cap(for committed: Offset) -> Offset? {
        let open = gaps.filter { !isAccepted($0, for: committed) }.min()
        return [open, truncationCap].compactMap(\.self).min()
    }

    /// The answer of every method that needs no reading, and of those that were asked beside them.
    ///
    /// - Parameters:
    ///   - others: what headers or timestamps said; empty as a rule.
    ///   - upperBoundsHold: see ``Ladder/answer(for:upperBoundsHold:condition:)``.
    ///   - condition: what the mirror towards the live side leaves open; `nil`: nothing.
    package func translate(
        _ committed: Offset, live: OffsetRange, other: OffsetRange, mirrorTowardsOther: Offset?,
        others: [MethodAnswer] = [], upperBoundsHold: Bool = true, condition: ProvenBound.Condition? = nil
    ) -> SyncSituation.Translation {
        if let recreatedOnOtherSide { return .held(.topicRecreated(onOtherSide: recreatedOnOtherSide)) }
        let committed = liveTruncatedTo.map { min($0, committed) } ?? committed
        if let stretch = skipped.first(where: { !isAccepted($0.to.advanced(by: -1), for: committed) }) {
            return .held(.mirrorGap(at: stretch.from))
        }
        let cap = cap(for: committed)
        var answers = others
        answers.append(
            cuts.answer(for: committed, upperBoundsHold: upperBoundsHold && cap == nil, condition: condition))
        answers.append(scanned.answer(for: committed, condition: condition))
        answers.append(anchors.answer(for: committed, condition: condition))
        answers.append(syncs.answer(for: committed, condition: condition))
        answers.append(contentsOf: baselines.map { $0.answer(for: committed) })
        if answers.allSatisfy({ $0.bound == nil }),
            let start = StartPosition.agedOut(committed: committed, liveStart: live.logStart, other: other)
        {
            answers.append(start)
        }
        let surroundings = ResumePosition.Surroundings(
            committed: committed, other: other, gap: cap, mirrorTowardsOther: mirrorTowardsOther)
        guard let resume = ResumePosition(answers, in: surroundings) else { return .held(.unproven(answers)) }
        return .proven(resume)
    }

    package mutating func thin(now: WallTime) {
        cuts.thin(now: now)
        anchors.thin(now: now)
        scanned.thin(now: now)
        syncs.thin(now: now)
    }
}
