import Domain
import Testing

/// Every row of the table of edge cases in docs/TRANSLATION.md.
@Suite struct `Edge cases of offset translation` {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable () throws -> Void

        init(_ name: String, _ check: @escaping @Sendable () throws -> Void) {
            testDescription = name
            self.check = check
        }
    }

    static let rows: [Row] = evidenceRows + decisionRows

    @Test(arguments: rows) func `each row`(_ row: Row) throws { try row.check() }

    @Test func `the table in docs has these rows and no other`() throws {
        let named = try TranslationDocument.table(under: "Edge cases").compactMap { $0["Case"] }
        #expect(Set(named) == Set(Self.rows.map(\.testDescription)))
        #expect(named.count == Self.rows.count)
    }

    // MARK: Builders

    static let now = WallTime(milliseconds: 1_764_000_000_000)
    static let liveCluster = "aWRjMS1pZGMxLWlkYzEtMQ"

    static func range(_ start: Int64, _ end: Int64) -> OffsetRange {
        OffsetRange(logStart: Offset(start), logEnd: Offset(end))
    }

    /// Cuts as (position, E, K).
    static func ladder(_ cuts: [(Int64, Int64, Int64)]) -> PartitionEvidence {
        var evidence = PartitionEvidence()
        for (position, copiesEnd, highest) in cuts {
            evidence.cuts.append(
                Cut(
                    position: Offset(position), copiesEnd: Offset(copiesEnd),
                    highestFiltered: highest < 0 ? nil : Offset(highest)), at: now)
        }
        return evidence
    }

    /// Level logs: the position p on either side has everything below it, 0 to 100.
    static let level = ladder((0...100).map { ($0, $0, $0 - 1) })

    static func resumed(
        _ evidence: PartitionEvidence, _ committed: Int64, live: OffsetRange = range(0, 100),
        other: OffsetRange = range(0, 100), mirrorTowardsOther: Int64? = 100
    ) throws -> ResumePosition {
        let translation = evidence.translate(
            Offset(committed), live: live, other: other, mirrorTowardsOther: mirrorTowardsOther.map { Offset($0) })
        guard case .proven(let resume) = translation else {
            Issue.record("held: \(translation)")
            throw Held()
        }
        return resume
    }

    struct Held: Error {}

    static func tag(_ resume: Int64, committed: Int64, at moment: WallTime = now) -> OwnershipTag {
        OwnershipTag(
            sourceCluster: liveCluster, committed: Offset(committed),
            fence: LadderBounds(aLower: Offset(resume), bLower: Offset(resume)), resume: Offset(resume),
            method: .cuts, writtenAt: moment, token: 1)
    }

    static func ours(_ resume: Int64, committed: Int64) -> SyncSituation.OtherCommit {
        let tag = tag(resume, committed: committed)
        return .present(CommittedOffset(offset: tag.resume, metadata: tag.metadata), unchangedCycles: 9)
    }

    static func foreign(_ offset: Int64, cycles: Int = 9) -> SyncSituation.OtherCommit {
        .present(CommittedOffset(offset: Offset(offset)), unchangedCycles: cycles)
    }

    /// A group that stands at 50 on the live side, with level evidence.
    static func standing(
        committed: Int64 = 50, commit: SyncSituation.OtherCommit = .none, group: SyncSituation.OtherGroup = .absent,
        other: OffsetRange = range(0, 100), evidence: PartitionEvidence = level, lastWritten: OwnershipTag? = nil,
        after: Duration = .zero
    ) -> SyncSituation {
        SyncSituation(
            group: "billing", liveCluster: liveCluster, isLiveOnLiveSide: true, otherGroup: group,
            liveCommit: .at(Offset(committed)), otherCommit: commit, other: other,
            translation: evidence.translate(
                Offset(committed), live: range(0, 100), other: other, mirrorTowardsOther: Offset(100)),
            lastWritten: lastWritten, now: now.advanced(by: after), token: 2,
            policy: SyncPolicy(retention: .seconds(30 * 86_400)))
    }

    static func written(_ decision: SyncDecision) throws -> SyncWrite {
        guard case .write(let write) = decision else {
            Issue.record("not written: \(decision)")
            throw Held()
        }
        return write
    }

    /// A header search over two logs given as origins by offset; `nil`: a hole.
    static func search(
        live: [SeenRecord.Origin?], other: [SeenRecord.Origin?], committed: Int64, rises: Bool = true,
        copiesRepeat: Bool = false, isCompacted: Bool = false, otherStart: Int64 = 0
    ) throws -> ProvenBound {
        var search = HeaderSearch(
            HeaderSearch.Question(
                committed: Offset(committed), otherStart: Offset(otherStart), otherEnd: Offset(Int64(other.count)),
                liveStart: Offset(0), liveEnd: Offset(Int64(live.count)), mayDeadLetter: false,
                sourceOffsetsIncrease: rises, copiesRepeat: copiesRepeat, isCompacted: isCompacted, readAt: now))
        while true {
            switch search.step {
            case .read(let read):
                let log = read.side == .live ? live : other
                let offsets = read.from.rawValue..<read.below.rawValue
                search.received(
                    HeaderSearch.Slice(
                        records: offsets.compactMap { offset in
                            log[Int(offset)].map { SeenRecord(offset: Offset(offset), origin: $0) }
                        }, examinedTo: read.below))
            case .found(let outcome): return outcome.bound
            case .impossible(let refusal):
                Issue.record("no answer: \(refusal)")
                throw Held()
            }
        }
    }

    static func copy(_ source: Int64) -> SeenRecord.Origin { .copy(source: Offset(source)) }

    static func timestamps(isCompacted: Bool = false, liveStart: Int64 = 0, otherStart: Int64 = 0) -> MethodAnswer {
        OneSidedTimestamps(
            producedOn: .liveSide, oneSidedness: .seen, firstUnread: .record(timestamp: now),
            firstAtOrAfter: Offset(40), other: range(otherStart, 100), liveStart: Offset(liveStart), lastProven: nil,
            isCompacted: isCompacted, keepsCreateTime: true, isMirrorComplete: true, readAt: now
        ).answer(for: Offset(50))
    }
}
