import Domain
import Testing

extension `Edge cases of offset translation` {
    static let evidenceRows: [Row] = [
        Row("Copies repeated on the other side") { () throws in
            // Sources 0 1 2, then 1 2 once more: the first copy of 1 is at 1.
            let other = [copy(0), copy(1), copy(2), copy(1), copy(2)]
            let live: [SeenRecord.Origin?] = [.local, .local, .local]
            let bound = try search(live: live, other: other, committed: 1, rises: false)
            #expect(bound.offset == Offset(1))
            #expect(bound.counted == 0)
            // Read twice from there: the repeats of 1 are consumed then.
            #expect(try search(live: live, other: other, committed: 2, rises: false).counted == 1)
        },
        Row("Copies repeated on the live side") { () throws in
            // y0 and y1 copied at 0 and 1, and once more at 2 and 3.
            let live: [SeenRecord.Origin?] = [copy(0), copy(1), copy(0), copy(1)]
            let bound = try search(live: live, other: [.local, .local, .local], committed: 3, copiesRepeat: true)
            #expect(bound.offset <= Offset(2))
            #expect(bound.counted == nil)
            // E of the repeats is high.
            var evidence = ladder([(0, 0, -1), (2, 4, -1)])
            #expect(try resumed(evidence, 2).offset == Offset(0))
            #expect(try resumed(evidence, 4).offset == Offset(2))
            // The first of two commits of one position was lower: both hold, the lower bound counts.
            evidence.cuts.append(
                Cut(position: Offset(2), copiesEnd: Offset(2), highestFiltered: nil), at: now)
            #expect(try resumed(evidence, 2).offset == Offset(2))
        },
        Row("Compacted topic") { () throws in
            // The copy of y0 at x0 is gone, that of y3 is the next one: y1 was not copied below 1.
            let live: [SeenRecord.Origin?] = [nil, .local, copy(3)]
            let other: [SeenRecord.Origin?] = [.local, .local, nil, .local]
            #expect(try search(live: live, other: other, committed: 1, isCompacted: true).offset == Offset(0))
            #expect(timestamps(isCompacted: true) == .impossible(.time, .compacted))
            let cuts = level.cuts.answer(for: Offset(50), upperBoundsHold: false)
            #expect(cuts.bound?.offset == Offset(50))
            #expect(cuts.bound?.consumedEnd == nil)
        },
        Row("Retention passed the resume position") { () throws in
            let resume = try resumed(level, 50, other: range(60, 100))
            #expect(resume.offset == Offset(60))
            #expect(resume.clamps == [.raisedToLogStart(from: Offset(50))])
            let write = try written(standing(commit: ours(50, committed: 50), other: range(60, 100)).decision)
            #expect(write.offset == Offset(60))
            #expect(write.reason == .logStartMoved)
        },
        Row("Retention passed the committed offset") { () throws in
            // Old enough cuts serve; without one nothing is left but the log start.
            #expect(try resumed(level, 50, live: range(70, 100)).offset == Offset(50))
            let young = ladder([(80, 80, 79)])
            let resume = try resumed(young, 50, live: range(70, 100), other: range(20, 100))
            #expect(resume.offset == Offset(20))
            #expect(resume.method == .start)
            #expect(resume.guarantee == .atMost(80))
            #expect(
                young.translate(Offset(50), live: range(40, 100), other: range(20, 100), mirrorTowardsOther: nil)
                    == .held(
                        .unproven([
                            .impossible(.cuts, .evidenceTooNew), .impossible(.anchor, .noEvidence),
                            .impossible(.anchor, .noEvidence), .impossible(.syncs, .noEvidence),
                        ])))
        },
        Row("Transactions") { () throws in
            // A copy acknowledged at 9 above the last stable offset 5: only the high watermark proves.
            var right = AnchorLadder()
            right.append(Anchor(position: Offset(4), liveEnd: Offset(10)), at: now)
            #expect(right.lower(for: Offset(5)) == nil)
            #expect(right.lower(for: Offset(10)) == Offset(4))
            // The end of the other side is its last stable offset.
            let resume = try resumed(level, 50, other: range(0, 45))
            #expect(resume.offset == Offset(45))
            #expect(resume.clamps == [.loweredToLogEnd(from: Offset(50))])
        },
        Row("The mirror began late") { () throws in
            var evidence = level
            evidence.gaps = [Offset(3)]
            #expect(try resumed(evidence, 50).offset == Offset(3))
            #expect(try resumed(evidence, 50).clamps == [.loweredToGap(from: Offset(50))])
            evidence.baselines = [Baseline(live: Offset(40), other: Offset(40))]
            #expect(try resumed(evidence, 50).offset == Offset(50))
            // A group below the baseline owes what lies before it.
            #expect(try resumed(evidence, 39).offset == Offset(3))
        },
        Row("The mirror towards the other side began late") { () throws in
            #expect(try resumed(level, 50, mirrorTowardsOther: nil).offset == Offset(50))
        },
        Row("Records older than the headers") { () throws in
            // Three records without headers look local; above the accepted baseline the rules hold.
            let live: [SeenRecord.Origin?] = [.local, .local, .local, .local]
            let other: [SeenRecord.Origin?] = [.local, .local, .local, copy(3)]
            #expect(try search(live: live, other: other, committed: 3).offset == Offset(0))
            let base = Baseline(live: Offset(3), other: Offset(3))
            #expect(base.answer(for: Offset(2)).bound == nil)
            let start = try #require(base.answer(for: Offset(3)).bound).offset
            #expect(try search(live: live, other: other, committed: 3, otherStart: start.rawValue).offset == Offset(3))
        },
        Row("The mirror passed over records") { () throws in
            var evidence = level
            evidence.skipped = [LocalFreeStretch(from: Offset(10), to: Offset(20))]
            #expect(
                evidence.translate(Offset(50), live: range(0, 100), other: range(0, 100), mirrorTowardsOther: nil)
                    == .held(.mirrorGap(at: Offset(10))))
            evidence.baselines = [Baseline(live: Offset(30), other: Offset(20))]
            #expect(try resumed(evidence, 50).offset == Offset(50))
        },
        Row("A record was dead-lettered") { () throws in
            let cut = Cut(
                position: Offset(30), copiesEnd: Offset(25), highestFiltered: Offset(29), gap: Offset(12))
            #expect(cut.position == Offset(12))
            #expect(!cut.isExact)
            var evidence = PartitionEvidence()
            evidence.cuts.append(cut, at: now)
            evidence.gaps = [Offset(12)]
            let resume = try resumed(evidence, 90)
            #expect(resume.offset == Offset(12))
            #expect(resume.guarantee == .atMost(88))
        },
        Row("Topic created again") { () throws in
            let (old, new) = (KafkaUUID(high: 1, low: 1), KafkaUUID(high: 2, low: 2))
            func reading(_ id: KafkaUUID, _ start: Int64, _ end: Int64) -> LogReading {
                LogReading(topicID: id, range: range(start, end))
            }
            #expect(LogChange(from: reading(old, 0, 9), to: reading(new, 0, 50)) == .recreated)
            #expect(LogChange(from: reading(.unknown, 5, 9), to: reading(.unknown, 5, 8)) == .recreated)
            #expect(LogChange(from: reading(.unknown, 5, 9), to: reading(.unknown, 0, 20)) == .recreated)
            #expect(LogChange(from: reading(old, 5, 9), to: reading(old, 6, 9)) == .grew)
            for onOtherSide in [false, true] {
                var evidence = level
                if onOtherSide {
                    evidence.otherSideChanged(.recreated)
                } else {
                    evidence.liveSideChanged(.recreated, firstLostCopy: nil)
                }
                #expect(evidence.cuts.rungs.isEmpty)
                #expect(
                    standing(evidence: evidence, lastWritten: tag(50, committed: 50)).decision
                        == .hold(.topicRecreated(onOtherSide: onOtherSide)))
            }
        },
        Row("Partition counts differ") { () throws in
            typealias Pairing = StartPosition.Pairing
            #expect(Pairing(partition: 2, livePartitions: 3, otherPartitions: 3) == .onBothSides)
            #expect(Pairing(partition: 3, livePartitions: 3, otherPartitions: 4) == .onlyOnOtherSide)
            #expect(Pairing(partition: 3, livePartitions: 4, otherPartitions: 3) == .onlyOnLiveSide)
            #expect(Pairing(partition: 4, livePartitions: 4, otherPartitions: 4) == nil)
            let bound = StartPosition.unpaired(other: range(7, 9), commitsElsewhere: true)?.bound
            #expect(bound?.offset == Offset(7) && bound?.method == .start)
            #expect(StartPosition.unpaired(other: range(7, 9), commitsElsewhere: false) == nil)
        },
        Row("The live side lost its end") { () throws in
            let id = KafkaUUID(high: 1, low: 1)
            let change = LogChange(
                from: LogReading(topicID: id, range: range(0, 100)), to: LogReading(topicID: id, range: range(0, 40)))
            #expect(change == .truncated(to: Offset(40)))
            var evidence = level
            evidence.liveSideChanged(change, firstLostCopy: Offset(30))
            #expect(evidence.cuts.rungs.last?.cut.position == Offset(40))
            #expect(try resumed(evidence, 60, live: range(0, 40)).offset == Offset(30))
            evidence.released()
            #expect(try resumed(evidence, 60, live: range(0, 80)).offset == Offset(40))
        },
        Row("The other side lost its end") { () throws in
            var evidence = level
            evidence.otherSideChanged(.truncated(to: Offset(20)))
            #expect(evidence.cuts.rungs.last?.cut.position == Offset(20))
            let decision = standing(
                commit: ours(50, committed: 50), other: range(0, 20), evidence: evidence
            ).decision
            let write = try written(decision)
            #expect(write.offset == Offset(20))
            #expect(write.reason == .truncated)
        },
    ]
}
