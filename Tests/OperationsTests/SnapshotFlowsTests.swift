import Domain
import TestSupport
import Testing

@testable import Operations

/// What a run takes from the console's reading of mirrors and traffic: nothing is made of what was not read.
struct SnapshotFlowsTests {
    private static let there = ReplicationFlow(from: .idc1)

    private func snapshot(
        _ topics: [TopicFixture], idc1: SnapshotBuilder.SourceState = .answering,
        idc2: SnapshotBuilder.SourceState = .answering
    ) -> Snapshot {
        var builder = SnapshotBuilder.empty
        builder.topics = topics
        builder.clusters = PerIDC(idc1: idc1, idc2: idc2)
        builder.connect = builder.clusters
        return builder.build()
    }

    private func topic(_ name: String, toCopy: Int64?) -> TopicFixture {
        TopicFixture(name, toCopy: PerIDC(idc1: toCopy.map { Estimate($0, isExact: true) }, idc2: nil))
    }

    private static let states: [(SnapshotBuilder.SourceState, SnapshotBuilder.SourceState, isKnown: Bool)] = [
        (.answering, .answering, true), (.pending, .answering, false), (.answering, .pending, false),
        (.unreachable, .unreachable, false), (.stale(age: .seconds(9)), .answering, false),
    ]

    @Test("without a topic nothing is left to copy only while both sides can be read", arguments: states)
    func none(idc1: SnapshotBuilder.SourceState, idc2: SnapshotBuilder.SourceState, isKnown: Bool) {
        let newest = snapshot([], idc1: idc1, idc2: idc2)
        #expect(newest.toCopy([Self.there]) == (isKnown ? 0 : nil))
        #expect(newest.left(behind: newest, [Self.there]) == (isKnown ? 0 : nil))
    }

    @Test("one mirror of which it is not known leaves the sum unknown")
    func sum() {
        #expect(snapshot([topic("a", toCopy: 2), topic("b", toCopy: 3)]).toCopy([Self.there]) == 5)
        #expect(snapshot([topic("a", toCopy: 2), topic("b", toCopy: nil)]).toCopy([Self.there]) == nil)
    }

    @Test("what would stay behind is the sum by topic, as little known as the least known")
    func stranded() throws {
        let topics = [
            topic("a", toCopy: 2), TopicFixture("b", toCopy: PerIDC(idc1: Estimate(3, isExact: false), idc2: nil)),
            topic("c", toCopy: 0),
        ]
        let now = try #require(snapshot(topics).stranded(on: .idc1))
        #expect(now.isCurrent)
        #expect(now.total.records == 5)
        #expect(now.total.precision == .estimated)
        #expect(now.total.age == .milliseconds(9))
        #expect(now.topics.map(\.topic) == ["a", "b"])
        let gone = try #require(snapshot(topics, idc1: .stale(age: .seconds(9))).stranded(on: .idc1))
        #expect(!gone.isCurrent)
        #expect(gone.total.records == 5)
        #expect(gone.total.readAt == SnapshotBuilder.moment.advanced(by: .seconds(-9)))
        #expect(snapshot(topics + [topic("d", toCopy: nil)]).stranded(on: .idc1) == nil)
        #expect(snapshot([], idc1: .unreachable).stranded(on: .idc1) == nil)
    }

    @Test("who came after the loss says what a daemon had written down, and only then")
    func announced() {
        let said = StrandedRecords(atMost: ["a": 41, "b": 0], readAt: SnapshotBuilder.moment)
        var builder = SnapshotBuilder.empty
        builder.topics = [topic("a", toCopy: nil)]
        builder.announced.idc1 = said
        builder.clusters.idc1 = .unreachable
        #expect(builder.build().stranded(on: .idc1) == said)
        #expect(said.topics.map(\.topic) == ["a"])
        #expect(builder.build().stranded(on: .idc2) == nil)
        // What can be read now is better, and what is not known of now is not known.
        builder.clusters.idc1 = .answering
        #expect(builder.build().stranded(on: .idc1) == nil)
        builder.topics = [topic("a", toCopy: 2)]
        #expect(builder.build().stranded(on: .idc1)?.total.records == 2)
    }

    @Test("log ends that are only last known are no goal for mirrors to reach")
    func goal() {
        let topics = [topic("a", toCopy: 0)]
        let now = snapshot(topics)
        #expect(now.hasEnds(of: [Self.there]))
        #expect(now.left(behind: now, [Self.there]) != nil)
        let old = snapshot(topics, idc1: .stale(age: .seconds(9)))
        #expect(!old.hasEnds(of: [Self.there]))
        #expect(now.left(behind: old, [Self.there]) == nil)
        // Of the side that is copied to no ends are needed.
        #expect(snapshot(topics, idc2: .stale(age: .seconds(9))).hasEnds(of: [Self.there]))
    }

    @Test("which connectors are mirrors is known once the target's Connect and topics were read")
    func connectors() {
        let topics = [topic("a", toCopy: 0)]
        let names = snapshot(topics).connectors(of: Self.there)
        #expect(names?.isEmpty == false)
        for state in [SnapshotBuilder.SourceState.pending, .unreachable] {
            #expect(snapshot(topics, idc2: state).connectors(of: Self.there) == nil)
        }
        #expect(snapshot(topics, idc1: .unreachable).connectors(of: Self.there) == names)
    }

    // MARK: Traffic

    @Test(
        "traffic has followed where the target has its share, and the side that is left as planned says it has none",
        arguments: [
            (nil, 0, .nothingLost, false), (899, 0, .nothingLost, false), (900, 0, .nothingLost, true),
            (1_000, 1, .nothingLost, false), (1_000, nil, .nothingLost, true), (1_000, nil, .nothingReadTwice, false),
            (1_000, 0, .nothingReadTwice, true),
        ] as [(Int?, Double?, Runbook.Promise, Bool)])
    func traffic(perMille: Int?, source: Double?, promise: Runbook.Promise, isFollowed: Bool) throws {
        let all = try #require(TrafficSplit(idc1: 0, idc2: 100))
        #expect(
            all.isFollowed(towards: .idc2, perMille: perMille, atLeast: 90, onSource: source, promise: promise)
                == isFollowed)
        let half = try #require(TrafficSplit(idc1: 50, idc2: 50))
        #expect(half.isFollowed(towards: .idc2, perMille: 500, atLeast: 90, onSource: 9, promise: promise))
    }
}
