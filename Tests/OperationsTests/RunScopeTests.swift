import Domain
import Operations
import TestSupport
import Testing

struct RunScopeTests {
    private static func endpoints(_ group: String) -> [(key: String, name: String?)] {
        switch group {
        case "billing", "ledger": [("money", "money")]
        case "search": [("shop", nil)]
        case "both": [("money", "money"), ("shop", nil)]
        default: []
        }
    }

    @Test("groups behind one name move together, those that a person points keep together, and others stand alone")
    func together() throws {
        #expect(
            try RunScope.byEndpoint(["alone", "billing", "ledger", "other", "search"], Self.endpoints) == [
                EndpointGroups(endpoint: nil, groups: ["alone"]),
                EndpointGroups(endpoint: "money", groups: ["billing", "ledger"]),
                EndpointGroups(endpoint: nil, groups: ["other"]), EndpointGroups(endpoint: nil, groups: ["search"]),
            ])
    }

    @Test("a group behind two names keeps a run from beginning")
    func ambiguous() {
        #expect(throws: RunScope.Ambiguity(group: "both", endpoints: ["money", "shop"])) {
            try RunScope.byEndpoint(["both"], Self.endpoints)
        }
    }
}

/// Which groups a run moves, by what is known of both sides when it begins.
struct RunGroupsTests {
    /// `moved` runs on IDC1, `idle` nowhere; `quiet` was only ever read on IDC2, and the synchronisation writes for it.
    private static func snapshot(
        idc1: SnapshotBuilder.SourceState, groups: SnapshotBuilder.SourceState? = nil
    ) -> Snapshot {
        var builder = SnapshotBuilder.empty
        builder.groups = [GroupFixture("moved"), GroupFixture("idle", side: .none, members: 0)]
        builder.clusters.idc1 = idc1
        builder.groupReadings.idc1 = groups
        return builder.build()
    }

    private static func synchronised(_ id: String, from cluster: String = "aWRjMS1pZGMxLWlkYzEtMQ") -> ConsumerGroup {
        let tag = OwnershipTag(
            sourceCluster: cluster, committed: Offset(9), fence: LadderBounds(aLower: nil, bLower: nil),
            resume: Offset(7),
            method: .cuts, writtenAt: SnapshotBuilder.moment, token: 1)
        return ConsumerGroup(
            id: id, state: .empty, protocolType: "consumer", members: [],
            offsets: [TopicPartition("t", 0): CommittedOffset(offset: Offset(7), metadata: tag.metadata)])
    }

    private static func groups(
        _ snapshot: Snapshot, listed: [String: GroupState]? = nil, _ onTarget: [ConsumerGroup],
        failures: [PortError] = []
    ) throws -> [String] {
        try RunScope.groups(
            leaving: .idc1, snapshot, onSource: listed?.mapValues { ListedGroup($0) },
            onTarget: Partial(onTarget, failures: failures))
    }

    private static let all = [synchronised("idle"), synchronised("moved"), synchronised("quiet")]

    @Test func `a side that answers is believed`() throws {
        #expect(try Self.groups(Self.snapshot(idc1: .answering), Self.all) == ["moved"])
        #expect(try Self.groups(Self.snapshot(idc1: .answering), []) == ["moved"])
    }

    @Test func `a side that is gone has what it had, and what is synchronised from it`() throws {
        let snapshot = Self.snapshot(idc1: .stale(age: .seconds(14)))
        #expect(try Self.groups(snapshot, Self.all) == ["idle", "moved", "quiet"])
        let others = [Self.synchronised("other", from: "aWRjMi1pZGMyLWlkYzItMg"), Self.synchronised("quiet")]
        #expect(try Self.groups(snapshot, others) == ["moved", "quiet"], "written from the target itself says nothing")
    }

    @Test func `groups of a side that was never read are those that are synchronised, whatever else of it was read`()
        throws
    {
        #expect(try Self.groups(Self.snapshot(idc1: .unreachable), Self.all) == ["idle", "moved", "quiet"])
        // Its topics were read in the moment before it died, and its groups not.
        let snapshot = Self.snapshot(idc1: .answering, groups: .unreachable)
        #expect(try Self.groups(snapshot, Self.all) == ["idle", "moved", "quiet"])
    }

    @Test func `what a side lists now counts, though it was too busy to describe it`() throws {
        let listed: [String: GroupState] = [
            "busy": .stable, "joining": .preparingRebalance, "idle": .empty, "quiet": .empty,
        ]
        for state in [SnapshotBuilder.SourceState.pending, .unreachable, .stale(age: .seconds(14))] {
            let groups = try Self.groups(Self.snapshot(idc1: .answering, groups: state), listed: listed, Self.all)
            #expect(groups.filter { $0 != "moved" } == ["busy", "joining"], "the list is whole: tags add nothing")
        }
        #expect(try Self.groups(Self.snapshot(idc1: .answering), listed: listed, []) == ["busy", "joining", "moved"])
        #expect(try Self.groups(Self.snapshot(idc1: .unreachable), listed: [:], []) == [])
    }

    @Test func `that there are none is not said of a side that was never read`() throws {
        #expect(throws: RunScope.Unread.unavailable(.idc1, SnapshotBuilder.refusal)) {
            try Self.groups(Self.snapshot(idc1: .unreachable), [])
        }
        #expect(throws: RunScope.Unread.pending(.idc1)) {
            try Self.groups(Self.snapshot(idc1: .pending), Self.all)
        }
    }

    @Test func `what a broker of the target does not say is taken from what it said last`() throws {
        let failure = PortError(.unreachable, operation: "ListGroups", detail: "broker 2 does not answer")
        let snapshot = Self.snapshot(idc1: .stale(age: .seconds(14)))
        #expect(try Self.groups(snapshot, [Self.synchronised("quiet")], failures: [failure]) == ["moved", "quiet"])
        var builder = SnapshotBuilder.empty
        builder.clusters = PerIDC(idc1: .unreachable, idc2: .pending)
        #expect(throws: RunScope.Unread.unavailable(.idc2, "broker 2 does not answer")) {
            try Self.groups(builder.build(), [Self.synchronised("quiet")], failures: [failure])
        }
    }
}
