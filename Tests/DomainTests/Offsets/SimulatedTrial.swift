import Domain
import TestSupport

/// Every method's answer for one group at one moment, beside the truth.
struct SimulatedTrial {
    /// An answer that breaks an invariant.
    struct Failure: CustomStringConvertible {
        let rule: String
        let seed: UInt64
        let detail: String

        var description: String { "seed \(seed): \(rule): \(detail)" }
    }

    static let methods = [
        "cuts", "every cut", "thinned cuts", "anchors", "anchors with scan", "headers", "headers by search",
        "headers that began late", "syncs", "timestamps",
    ]

    let evidence: SimulatedEvidence
    let committed: Int
    let truth: BruteForce

    init(_ evidence: SimulatedEvidence, committed: Int) {
        self.evidence = evidence
        self.committed = committed
        truth = BruteForce(live: evidence.liveLog, other: evidence.other, committed: committed)
    }

    var offset: Offset { Offset(Int64(committed)) }
    var otherRange: OffsetRange {
        OffsetRange(
            logStart: Offset(Int64(evidence.other.start)), logEnd: Offset(Int64(evidence.other.stableEnd)))
    }
    /// No copy was ever written twice, none was guessed at, nothing was left out.
    var isOrderly: Bool {
        !evidence.towardsLive.hasRepeated && !evidence.towardsOther.hasRepeated && !evidence.world.traits.compacts
            && evidence.towardsLive.now.gap == SimulatedLog.none
    }
    var gap: Offset? {
        let gap = evidence.towardsLive.committed?.gap ?? SimulatedLog.none
        return gap == SimulatedLog.none ? nil : Offset(Int64(gap))
    }

    func surroundings() -> ResumePosition.Surroundings {
        ResumePosition.Surroundings(
            committed: offset, other: otherRange, gap: gap,
            mirrorTowardsOther: evidence.towardsOther.committed.map { Offset(Int64($0.position)) })
    }

    // MARK: The methods

    func answers(_ random: inout SeededRandom) -> [(name: String, answer: MethodAnswer)] {
        var thinned = evidence.cuts
        thinned.thin(now: evidence.moment.advanced(by: .seconds(random.within(0, 30) * 86_400)))
        var all: [(String, MethodAnswer)] = [
            ("cuts", evidence.cuts.answer(for: offset, upperBoundsHold: isOrderly)),
            ("every cut", evidence.everyCut.answer(for: offset, upperBoundsHold: isOrderly)),
            ("thinned cuts", thinned.answer(for: offset, upperBoundsHold: isOrderly)),
            ("anchors", evidence.anchors.answer(for: offset)),
            ("anchors with scan", evidence.scanned.answer(for: offset)),
            ("headers", evidence.search(headers(bracket: true, &random), &random)),
        ]
        if isStrictlyRising {
            all.append(("headers by search", evidence.search(headers(bracket: false, &random), &random)))
            all.append(("headers that began late", lateHeaders(areKnown: true, &random)))
        }
        let condition: ProvenBound.Condition? = evidence.towardsLive.deadLetterPercent > 0 ? .connectorMayDrop : nil
        all.append(("syncs", evidence.syncs.answer(for: offset, condition: condition)))
        if let side = oneSide { all.append(("timestamps", timestamps(producedOn: side, &random).answer(for: offset))) }
        return all
    }

    /// Both mirrors began to write headers somewhere in the logs.
    func lateHeaders(areKnown: Bool, _ random: inout SeededRandom) -> MethodAnswer {
        let begun = (
            live: random.within(0, evidence.liveLog.end), other: random.within(0, evidence.other.end)
        )
        return evidence.search(
            headers(bracket: false, rises: true, copiesCarryHeaders: !areKnown, &random), headersFrom: begun, &random)
    }

    private var isStrictlyRising: Bool { !evidence.towardsOther.hasRepeated }

    /// - Parameters: what is wrongly claimed of the world, for ``WrongRule``; `nil`: the truth.
    func headers(
        bracket: Bool, isCompacted: Bool? = nil, rises: Bool? = nil, mayDeadLetter: Bool? = nil,
        copiesCarryHeaders: Bool = true,
        _ random: inout SeededRandom
    ) -> HeaderSearch.Question {
        HeaderSearch.Question(
            committed: offset, otherStart: otherRange.logStart, otherEnd: otherRange.logEnd,
            liveStart: Offset(Int64(evidence.liveLog.start)), liveEnd: Offset(Int64(evidence.liveLog.end)),
            bounds: bracket ? evidence.cuts.bounds(for: offset) : nil,
            mirror: evidence.towardsLive.committed.map(SimulatedEvidence.cut),
            mayDeadLetter: mayDeadLetter ?? (evidence.towardsLive.deadLetterPercent > 0),
            sourceOffsetsIncrease: rises ?? isStrictlyRising,
            copiesRepeat: !evidence.towardsLive.deduplicates, copiesCarryHeaders: copiesCarryHeaders,
            isCompacted: isCompacted ?? evidence.world.traits.compacts, gap: gap,
            looksForFollowingCopy: isCompacted == false || random.chance(50), readAt: evidence.moment)
    }

    /// Where the topic is produced; `nil`: on both sides.
    private var oneSide: OneSidedTimestamps.ProducedOn? {
        let producing = evidence.world.traits.producing
        if producing[1 - evidence.live] == 0 { return .liveSide }
        return producing[evidence.live] == 0 ? .otherSide : nil
    }

    func timestamps(
        producedOn side: OneSidedTimestamps.ProducedOn, isMirrorComplete: Bool? = nil, _ random: inout SeededRandom
    ) -> OneSidedTimestamps {
        let (live, other) = (evidence.liveLog, evidence.other)
        let unread = (committed..<max(committed, live.stableEnd)).first(where: live.isReadable)
        let time = unread.map { live.time[$0] }
        let hit = time.flatMap { time in
            (other.start..<max(other.start, other.stableEnd)).first { other.isReadable($0) && other.time[$0] >= time }
        }
        return OneSidedTimestamps(
            producedOn: side, oneSidedness: .seen,
            firstUnread: time.map { .record(timestamp: WallTime(milliseconds: Int64($0))) } ?? .caughtUp,
            firstAtOrAfter: hit.map { Offset(Int64($0)) }, other: otherRange,
            liveStart: Offset(Int64(live.start)), lastProven: nil, isCompacted: evidence.world.traits.compacts,
            keepsCreateTime: true,
            isMirrorComplete: isMirrorComplete ?? evidence.world.mirrors.allSatisfy { $0.deadLetterPercent == 0 },
            readAt: evidence.moment)
    }

    // MARK: The invariants

    /// Checks every method alone and the maximum of all; returns how many answers were checked.
    func check(
        seed: UInt64, _ random: inout SeededRandom, _ failures: inout [Failure], _ counts: inout [String: Int]
    ) -> Int {
        let answers = answers(&random)
        var checked = 0
        for (name, answer) in answers {
            guard let bound = answer.bound else { continue }
            checked += 1
            counts[name, default: 0] += 1
            check(name, [answer], seed, &failures)
            checkPrecision(name, bound, seed, &failures)
        }
        check("the maximum of all", answers.map(\.answer), seed, &failures)
        return checked + 1
    }

    private func check(_ name: String, _ answers: [MethodAnswer], _ seed: UInt64, _ failures: inout [Failure]) {
        guard let resume = ResumePosition(answers, in: surroundings()) else { return }
        // Promises nothing here, and is taken only where nothing else is proven.
        if case .conditional = resume.guarantee {
            if answers.contains(where: { $0.bound.map { $0.condition == nil } ?? false }) {
                failures.append(Failure(rule: name, seed: seed, detail: "takes a condition although there is a proof"))
            }
            return
        }
        let position = Int(resume.offset.rawValue)
        func fail(_ what: String) {
            failures.append(
                Failure(
                    rule: name, seed: seed,
                    detail: "\(what): live \(evidence.live), O=\(committed), R=\(position), R*=\(truth.optimum), "
                        + "A=\(truth.a), B=\(truth.b), end=\(truth.end), "
                        + "D=\(truth.readTwice(from: position)), \(resume.guarantee)"))
        }
        if position > truth.optimum { fail("skips an unread record") }
        if position < evidence.other.start { fail("lies below the log start") }
        let twice = truth.readTwice(from: position)
        if Int64(twice) > resume.guarantee.readTwice { fail("announces too few duplicates") }
        if answers.count == 1, let counted = answers[0].bound?.counted, answers[0].bound?.offset == resume.offset,
            counted != Int64(twice)
        {
            fail("counts \(counted) duplicates")
        }
        if resume.guarantee == .exact, twice != 0 { fail("is not exact") }
        // A fence above B would let an application skip a record that nobody has processed.
        if let b = resume.fence.bLower, Int(b.rawValue) > truth.b, gap == nil {
            fail("fences too much (b=\(b.rawValue))")
        }
    }

    private func checkPrecision(_ name: String, _ bound: ProvenBound, _ seed: UInt64, _ failures: inout [Failure]) {
        let position = Int(bound.offset.rawValue)
        func expect(_ expected: Int, _ what: String) {
            guard position != expected else { return }
            failures.append(
                Failure(
                    rule: name, seed: seed,
                    detail: "is not \(what): live \(evidence.live), O=\(committed), R=\(position), "
                        + "expected \(expected), R*=\(truth.optimum), A=\(truth.a), B=\(truth.b)"))
        }
        let isExactEvidence =
            !evidence.world.traits.compacts && !evidence.world.traits.expires && !evidence.world.traits.losesMetadata
            && !evidence.towardsLive.hasRepeated && evidence.towardsLive.deadLetterPercent == 0
        switch name {
        case "every cut" where isExactEvidence:
            let highest = evidence.everyCut.rungs.last.map { Int($0.cut.position.rawValue) } ?? 0
            expect(min(truth.optimum, highest), "min(R*, mirror position)")
        case "cuts" where isExactEvidence:
            let largest = evidence.sampled.filter { $0 <= truth.optimum }.max()
            expect(largest ?? position, "the largest sampled position")
        case "headers", "headers by search":
            let isExact =
                !evidence.world.traits.compacts && !evidence.world.traits.expires
                && evidence.towardsLive.deduplicates && evidence.towardsLive.deadLetterPercent == 0
            if isExact { expect(truth.optimum, "R*") }
        default: break
        }
    }
}
