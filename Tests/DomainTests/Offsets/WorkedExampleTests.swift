import Domain
import Testing

/// The worked table of docs/TRANSLATION.md, through every method.
@Suite struct `The worked example` {
    /// A fixed pair of logs.
    static let live: [SeenRecord.Origin] = [.local, copy(0), .local, .local, copy(2), .local]
    static let other: [SeenRecord.Origin] = [.local, copy(0), .local, .local, copy(2), copy(3), copy(5)]
    static let now = WallTime(milliseconds: 1_764_000_000_000)

    static func copy(_ source: Int64) -> SeenRecord.Origin { .copy(source: Offset(source)) }

    static func search(_ question: HeaderSearch.Question) -> MethodAnswer {
        var search = HeaderSearch(question)
        while true {
            switch search.step {
            case .read(let read):
                let log = read.side == .live ? live : other
                let range = Int(read.from.rawValue)..<Int(read.below.rawValue)
                search.received(
                    HeaderSearch.Slice(
                        records: range.map { SeenRecord(offset: Offset(Int64($0)), origin: log[$0]) },
                        examinedTo: read.below))
            case .found(let outcome): return .proven(outcome.bound)
            case .impossible(let refusal): return .impossible(.headers, refusal)
            }
        }
    }

    static func headers(_ committed: Offset, bounds: LadderBounds?) -> MethodAnswer {
        search(
            HeaderSearch.Question(
                committed: committed, otherStart: Offset(0), otherEnd: Offset(7), liveStart: Offset(0),
                liveEnd: Offset(6), bounds: bounds, mayDeadLetter: false, sourceOffsetsIncrease: true, readAt: now))
    }

    @Test func `every row of the table in docs comes out of every method`() throws {
        var cuts = Ladder()
        for (position, copiesEnd, highest) in [(0, 0, -1), (1, 2, -1), (2, 2, 0), (3, 5, 0)] as [(Int64, Int64, Int64)]
        {
            cuts.append(
                Cut(
                    position: Offset(position), copiesEnd: Offset(copiesEnd),
                    highestFiltered: highest < 0 ? nil : Offset(highest)), at: Self.now)
        }
        var anchors = AnchorLadder()
        var scanned = AnchorLadder()
        for (end, position) in [(0, 0), (2, 1), (4, 2), (6, 3)] as [(Int64, Int64)] {
            anchors.append(Anchor(position: Offset(position), liveEnd: Offset(end)), at: Self.now)
            let local = Self.other.indices.first { $0 >= position && Self.other[$0] == .local }
            scanned.append(
                Anchor(position: Offset(Int64(local ?? Self.other.count)), liveEnd: Offset(end)), at: Self.now)
        }
        var syncs = OffsetSyncEvidence()
        for (upstream, downstream) in [(0, 1), (2, 4)] as [(Int64, Int64)] {
            syncs.append(upstream: Offset(upstream), downstream: Offset(downstream), at: Self.now)
        }
        var store = OffsetSyncStore(isReadToEnd: true)
        for (upstream, downstream) in [(0, 1), (2, 4), (5, 6)] as [(Int64, Int64)] {
            store.append(
                OffsetSync(
                    topicPartition: TopicPartition("orders", 0), upstreamOffset: Offset(upstream),
                    downstreamOffset: Offset(downstream)))
        }

        let rows = try TranslationDocument.table(under: "The worked example")
        #expect(rows.count == 7)
        for row in rows {
            let committed = Offset(try #require(row["O"].flatMap { Int64($0) }))
            for (name, text) in row where text != "-" { #expect(Int64(text) != nil, "\(name): \(text)") }
            func cell(_ name: String) -> Int64? { row[name].flatMap { Int64($0) } }
            func offset(_ answer: MethodAnswer) -> Int64? { answer.bound?.offset.rawValue }
            let comment: Comment = "O=\(committed.rawValue)"
            let truth = try Self.truth(Int(committed.rawValue))
            #expect(truth.a == Int(cell("A") ?? -1), comment)
            #expect(truth.b == Int(cell("B") ?? -1), comment)
            #expect(truth.optimum == Int(cell("R*") ?? -1), comment)
            let twice = Int64(truth.readTwice(from: truth.optimum))
            #expect(twice == cell("twice"), comment)
            let highest = Self.live.prefix(Int(committed.rawValue)).compactMap { origin -> Int64? in
                if case .copy(let source) = origin { return source.rawValue }
                return nil
            }.max()
            #expect(highest == cell("H"), comment)

            #expect(offset(cuts.answer(for: committed)) == cell("cuts"), comment)
            #expect(offset(anchors.answer(for: committed)) == cell("anchor"), comment)
            #expect(offset(scanned.answer(for: committed)) == cell("scan"), comment)
            #expect(offset(syncs.answer(for: committed, condition: nil)) == cell("syncs"), comment)
            for bounds in [nil, cuts.bounds(for: committed)] {
                let headers = Self.headers(committed, bounds: bounds)
                #expect(offset(headers) == cell("headers"), comment)
                #expect(headers.bound?.counted == twice, comment)
            }
            let mirrorMakers = try #require(store.translateDownstream(committed).offset)
            #expect(mirrorMakers.rawValue == cell("MM2"), comment)
            #expect(Int64(truth.unread(below: Int(mirrorMakers.rawValue))) == cell("MM2 skips"), comment)

            let resume = try #require(
                ResumePosition(
                    [
                        cuts.answer(for: committed), scanned.answer(for: committed),
                        Self.headers(committed, bounds: nil),
                    ],
                    in: ResumePosition.Surroundings(
                        committed: committed, other: OffsetRange(logStart: Offset(0), logEnd: Offset(7)),
                        mirrorTowardsOther: Offset(6))))
            #expect(resume.offset.rawValue == cell("R*"), comment)
            #expect(resume.guarantee == (twice == 0 ? .exact : .atMost(twice)), comment)
        }
    }

    /// The same logs for the brute force.
    static func truth(_ committed: Int) throws -> BruteForce {
        let (liveLog, otherLog) = (SimulatedLog(), SimulatedLog())
        for (log, origins) in [(liveLog, live), (otherLog, other)] {
            for origin in origins {
                if case .copy(let source) = origin {
                    _ = log.append(source: Int(source.rawValue), time: 0, key: 0)
                } else {
                    _ = log.append(source: SimulatedLog.local, time: 0, key: 0)
                }
            }
        }
        otherLog.firstCopy[0] = 1
        otherLog.firstCopy[2] = 4
        return BruteForce(live: liveLog, other: otherLog, committed: committed)
    }

    @Test func `timestamps refuse a topic with records of both sides`() {
        let question = OneSidedTimestamps(
            producedOn: .otherSide, oneSidedness: .broken(at: Offset(0)), firstUnread: .record(timestamp: Self.now),
            firstAtOrAfter: Offset(4), other: OffsetRange(logStart: Offset(0), logEnd: Offset(7)),
            liveStart: Offset(0), lastProven: nil, isCompacted: false, keepsCreateTime: true, isMirrorComplete: true,
            readAt: Self.now)
        #expect(question.answer(for: Offset(2)) == .impossible(.time, .producedOnBothSides))
    }
}
