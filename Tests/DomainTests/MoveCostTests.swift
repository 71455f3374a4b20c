import Domain
import TestSupport
import Testing

@Suite struct `What moving groups would cost` {
    private static func cost(_ groups: [GroupFixture]) -> MoveCost {
        var builder = SnapshotBuilder()
        builder.groups = groups
        return MoveCost(of: builder.build(), leaving: .idc1)
    }

    @Test func `every state that a group can be in is counted, held or not known`() {
        let states = SyncFixture.everyState
        func cost(_ name: String) -> MoveCost { Self.cost(states.filter { $0.id == name }) }
        // Of what was consumed 3 records still have to cross.
        #expect(cost("in-sync").readTwice == [3] && cost("in-sync").held.isEmpty)
        #expect(cost("to-write").readTwice == [7 + 3])
        #expect(cost("conditional").readTwice == [100 + 3])
        #expect(cost("new").readTwice == [0])
        for name in ["pending", "unread", "excluded", "early"] {
            #expect(cost(name).readTwice == [nil], "\(name)")
            #expect(cost(name).unknownCount == 1)
        }
        for name in ["held", "held-by-hand", "held-by-file", "foreign", "there", "share"] {
            #expect(cost(name).readTwice.isEmpty && cost(name).held.map(\.group) == [name], "\(name)")
        }
        #expect(cost("held-by-hand").held.first?.reason == "Held by alice on ops1: replay of Tuesday, ticket 4711")
        #expect(cost("old").isOld && cost("old").readTwice == [3])
        #expect(!cost("in-sync").isOld)
    }

    @Test func `of a side that is gone what was written on the other one counts, and nothing else`() {
        func cost(_ offsets: [TopicPartition: CommittedOffset]?, sync: Reading<GroupSyncStatus> = .pending) -> MoveCost
        {
            var builder = SnapshotBuilder()
            var group = GroupFixture("billing")
            group.sync = sync
            builder.groups = [group]
            builder.clusters.idc1 = .stale(age: .seconds(14))
            let snapshot = builder.build()
            let row = snapshot.groups[0]
            let there = ConsumerGroup(
                id: "billing", state: .empty, protocolType: "consumer", members: [], offsets: offsets)
            let gone = GroupRow(
                id: row.id, side: row.side,
                presence: PerIDC(idc1: row.presence.idc1, idc2: .known(there, at: snapshot.at)), home: row.home,
                lag: row.lag, verdict: row.verdict, recordsPerSecond: nil, timeToDrain: nil, sync: row.sync)
            return MoveCost(
                of: Snapshot(
                    sequence: 1, at: snapshot.at, context: "", isProduction: false, names: snapshot.names,
                    clusters: snapshot.clusters, traffic: snapshot.traffic, mirrors: [], groups: [gone], alerts: [],
                    problems: [], events: []), leaving: .idc1)
        }
        let partition = TopicPartition("orders", 0)
        let end = SnapshotBuilder().build().clusters.idc2.ranges.current?[partition]?.logEnd.rawValue ?? 0
        let tag = OwnershipTag(
            sourceCluster: "4L6g3nShT-eMCtK--X86sw", committed: Offset(7),
            fence: LadderBounds(aLower: nil, bLower: nil), resume: Offset(end - 5), method: .cuts,
            writtenAt: SnapshotBuilder.moment, token: 7)
        let ours = CommittedOffset(offset: Offset(end - 5), metadata: tag.metadata)
        #expect(end > 5 && cost([partition: ours]).readTwice == [5])
        #expect(cost([partition: CommittedOffset(offset: Offset(end - 5))]).readTwice == [nil], "somebody else's")
        #expect(cost([:]).readTwice == [nil])
        #expect(cost(nil).readTwice == [nil])
        #expect(cost([TopicPartition("nowhere", 0): ours]).readTwice == [nil])
        // What was said of it before its side was gone is no reason for it to stay; what a person says is.
        let states = Dictionary(uniqueKeysWithValues: SyncFixture.everyState.map { ($0.id, $0.sync) })
        #expect(cost([partition: ours], sync: states["held"] ?? .pending).held.isEmpty)
        #expect(cost([partition: ours], sync: states["held-by-hand"] ?? .pending).held.map(\.group) == ["billing"])
    }

    @Test func `only groups of the side that is left count`() {
        var there = GroupFixture("there")
        there.side = .on(.idc2)
        #expect(Self.cost([there]).readTwice.isEmpty)
    }

    @Test func `what was decided counts as it was decided, and what was not is not known`() {
        func decision(_ group: String, _ verdict: GroupDecision.Verdict) -> GroupDecision {
            GroupDecision(group: group, verdict: verdict, positions: [], lag: nil)
        }
        let cost = MoveCost(
            of: ["a", "b", "c", "d"],
            decided: [
                decision("a", .exact), decision("b", .bounded(readTwice: 41)), decision("c", .held(reason: "why")),
                decision("stranger", .bounded(readTwice: 9)),
            ])
        #expect(cost.readTwice == [0, 41, nil])
        #expect(cost.held == [MoveCost.Held("c", reason: "why")])
        #expect(cost.knownReadTwice == 41 && cost.unknownCount == 1)
        let huge = MoveCost(
            of: ["a", "b"],
            decided: [decision("a", .bounded(readTwice: .max)), decision("b", .bounded(readTwice: 1))])
        #expect(huge.knownReadTwice == .max)
    }
}
