import Domain
import Testing

@Suite struct `The ladder` {
    static let start = WallTime(milliseconds: 1_764_000_000_000)

    static func cut(_ position: Int64, _ bound: Int64? = nil, isExact: Bool = true) -> Cut {
        Cut(
            position: Offset(position), copiesEnd: Offset(bound ?? position), filteredEnd: Offset(bound ?? position),
            isExact: isExact)
    }

    static func ladder(seconds: Int64, every step: Int64 = 1) -> Ladder {
        var ladder = Ladder()
        for second in stride(from: 0, through: seconds, by: Int(step)) {
            ladder.append(cut(Int64(second)), at: start.advanced(by: .seconds(Int64(second))))
        }
        return ladder
    }

    @Test func `keeps everything for fifteen minutes`() {
        var ladder = Self.ladder(seconds: 900)
        ladder.thin(now: Self.start.advanced(by: .seconds(900)))
        #expect(ladder.rungs.count == 901)
    }

    @Test func `keeps one cut per ten seconds for a day`() {
        var ladder = Self.ladder(seconds: 7_200)
        ladder.thin(now: Self.start.advanced(by: .seconds(7_200)))
        let old = ladder.rungs.filter { $0.cut.position < Offset(6_300) }
        #expect(old.count == 630)
        // The last of each slot, so that nothing in it is behind by more.
        #expect(old.allSatisfy { $0.cut.position.rawValue % 10 == 9 })
        #expect(ladder.rungs.count == 630 + 901)
    }

    @Test func `keeps ever fewer beyond a day, and thinning again drops nothing more`() {
        var ladder = Self.ladder(seconds: 8 * 86_400, every: 60)
        let now = Self.start.advanced(by: .seconds(8 * 86_400))
        ladder.thin(now: now)
        func count(_ days: Range<Int64>) -> Int {
            ladder.rungs.filter { days.contains(now.since($0.seenAt).wholeMilliseconds / 86_400_000) }.count
        }
        #expect((60...72).contains(count(1..<2)))
        #expect((60...72).contains(count(2..<4)))
        #expect((60...72).contains(count(4..<8)))
        let once = ladder
        ladder.thin(now: now)
        #expect(ladder == once)
    }

    @Test func `thinned step by step or at once, every answer stays a lower bound and the newest cut stays`() {
        var gradual = Ladder()
        let whole = Self.ladder(seconds: 3 * 86_400, every: 30)
        for rung in whole.rungs {
            gradual.append(rung.cut, at: rung.seenAt)
            if rung.cut.position.rawValue % 3_600 == 0 { gradual.thin(now: rung.seenAt) }
        }
        #expect(gradual.rungs.count < whole.rungs.count / 2)
        #expect(gradual.rungs.last == whole.rungs.last)
        for committed in stride(from: Int64(0), through: 3 * 86_400, by: 997) {
            let thinned = gradual.bounds(for: Offset(committed)).lower
            let full = whole.bounds(for: Offset(committed)).lower
            if let thinned, let full { #expect(thinned <= full) }
        }
    }

    @Test func `a late commit of another worker does not disturb the order`() {
        var ladder = Ladder()
        for position in [0, 10, 20] as [Int64] { ladder.append(Self.cut(position), at: Self.start) }
        ladder.append(Self.cut(15), at: Self.start)
        #expect(ladder.rungs.map(\.cut.position.rawValue) == [0, 10, 15, 20])
        #expect(ladder.bounds(for: Offset(16)).lower == Offset(15))
    }

    @Test func `a later cut with a lower bound speaks for everything below it, and exactness goes`() {
        var ladder = Ladder()
        ladder.append(Self.cut(10, 50), at: Self.start)
        ladder.append(Self.cut(12, 30), at: Self.start)
        #expect(ladder.rungs.map(\.cut.required.rawValue) == [30, 30])
        #expect(ladder.rungs.map(\.cut.isExact) == [false, true])
        #expect(ladder.bounds(for: Offset(29)).consumedEnd == Offset(12))
    }

    @Test func `an upper bound serves below but not above`() {
        var ladder = Ladder()
        ladder.append(Self.cut(0), at: Self.start)
        ladder.append(Self.cut(10, 40, isExact: false), at: Self.start)
        #expect(ladder.bounds(for: Offset(40)).lower == Offset(10))
        #expect(ladder.bounds(for: Offset(39)).lower == Offset(0))
        #expect(ladder.bounds(for: Offset(39)).consumedEnd == nil)
    }

    @Test func `without a rung low enough there is no answer, and none is no zero`() {
        var ladder = Ladder()
        #expect(ladder.answer(for: Offset(5)) == .impossible(.cuts, .noEvidence))
        ladder.append(Self.cut(10), at: Self.start)
        #expect(ladder.answer(for: Offset(5)) == .impossible(.cuts, .evidenceTooNew))
    }

    @Test func `the commit of a mirror is a cut of its own cluster and topic only`() throws {
        let id = KafkaUUID(high: 1, low: 2)
        let commit = MirrorCommit(
            copiedEnd: 7, highestFiltered: -1, copies: 3, targetCluster: "aWRjMS1pZGMxLWlkYzEtMQ", topicID: id, gap: 9)
        let committed = CommittedOffset(offset: Offset(12), metadata: commit.metadata)
        let cut = try #require(Cut(committed, liveCluster: "aWRjMS1pZGMxLWlkYzEtMQ", topicID: id))
        #expect(cut.position == Offset(9) && cut.copiesEnd == Offset(7) && cut.filteredEnd == Offset(0))
        #expect(!cut.isExact)
        #expect(Cut(committed, liveCluster: "bWRjMi1pZGMyLWlkYzItMg", topicID: id) == nil)
        #expect(Cut(committed, liveCluster: "aWRjMS1pZGMxLWlkYzEtMQ", topicID: KafkaUUID(high: 9, low: 9)) == nil)
        #expect(Cut(committed, liveCluster: "aWRjMS1pZGMxLWlkYzEtMQ", topicID: .unknown) != nil)
        let plain = CommittedOffset(offset: Offset(12), metadata: "cut2;e=1")
        #expect(Cut(plain, liveCluster: "aWRjMS1pZGMxLWlkYzEtMQ", topicID: id) == nil)
    }

    @Test func `an anchor keeps the running maximum of the live end`() {
        var anchors = AnchorLadder()
        anchors.append(Anchor(position: Offset(3), liveEnd: Offset(10)), at: Self.start)
        // A new leader answers with an older high watermark.
        anchors.append(Anchor(position: Offset(6), liveEnd: Offset(8)), at: Self.start)
        #expect(anchors.lower(for: Offset(9)) == nil)
        #expect(anchors.lower(for: Offset(10)) == Offset(6))
    }

    @Test func `a stretch without locals lifts what lies in it and is never read twice`() {
        var stretch = LocalFreeStretch(from: Offset(5), to: Offset(9))
        #expect(stretch.lifted(Offset(6)) == Offset(9))
        #expect(stretch.lifted(Offset(4)) == Offset(4))
        #expect(stretch.lifted(Offset(9)) == Offset(9))
        stretch.examined(from: Offset(9), to: Offset(14))
        #expect(stretch.lifted(Offset(5)) == Offset(14))
        stretch.examined(from: Offset(20), to: Offset(22))
        #expect(stretch == LocalFreeStretch(from: Offset(20), to: Offset(22)))
    }
}
