import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActOffsetsTests {
    private static func plan(_ groups: String..., isProduction: Bool = false) -> Result<Plan, Refusal> {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        builder.isProduction = isProduction
        return Planner.lab.plan(.syncOffsets(groups), from: builder.build())
    }

    @Test func `a plan has a line for each group of which something would be written`() throws {
        let plan = try Self.plan("to-write", "in-sync", "held", "unread", "nobody").get()
        #expect(plan.lines.map(\.step) == [.syncOffsets(group: "to-write", on: .idc2)])
        #expect(plan.lines.map(\.call) == ["AlterConsumerGroupOffsets of to-write in 1 partition on IDC2"])
        #expect(plan.equivalentCommand == "bascule offsets sync to-write")
        #expect(plan.warnings == ["If the groups moved then, at most 7 records would be read twice."])
        let reasons = Dictionary(uniqueKeysWithValues: plan.leftOut.map { ($0.subject, $0.reason) })
        #expect(reasons["in-sync"] == "What stands there is right.")
        #expect(reasons["held"]?.hasPrefix("No method proves a position") == true)
        // No cluster is known to be gone: the words of the failure are all there is.
        #expect(
            reasons["unread"] == "where it would go on is not known: Metadata: a cluster was never reached")
        #expect(reasons["nobody"] == "neither side lists it")
    }

    @Test func `nothing to write is refused with the reasons`() throws {
        guard case .failure(let refusal) = Self.plan("in-sync", "foreign") else {
            Issue.record("a plan was made")
            return
        }
        #expect(refusal.kind == .notPossible)
        #expect(refusal.text.contains("foreign: Somebody else committed offset 48112 on the other side."))
    }

    /// A group of IDC1 goes on in IDC2: with IDC1 gone it is not where it would go on that cannot be reached.
    @Test func `the cluster that cannot be read is named, for as long as the panes say`() throws {
        func reason(_ group: String, _ change: (inout SnapshotBuilder) -> Void) throws -> String {
            var builder = SnapshotBuilder()
            builder.groups = SyncFixture.everyState
            change(&builder)
            let plan = Planner.lab.plan(.syncOffsets(["to-write", group]), from: builder.build())
            return try #require(try plan.get().leftOut.first?.reason)
        }
        let unknown = "where it would go on is not known: "
        for group in ["unread", "old"] {
            #expect(
                try reason(group) { $0.clusters.idc1 = .unreachable }
                    == unknown + "Kafka IDC1 has been unreachable for 27 s: connection refused", "\(group)")
        }
        #expect(
            try reason("unread") { $0.clusters = PerIDC(idc1: .stale(age: .seconds(14)), idc2: .unreachable) }
                == unknown
                + "Kafka IDC1 has been unreachable for 14 s: connection refused; "
                + "Kafka IDC2 has been unreachable for 27 s: connection refused")
        // What is wrong with the group alone is no matter of clusters.
        #expect(
            try reason("excluded") { $0.clusters.idc1 = .unreachable } == unknown + "the group is not synchronised")
        #expect(
            try reason("pending") { $0.clusters.idc1 = .unreachable } == "where it would go on has not been read yet")
    }

    private static func hold(_ groups: String..., because reason: String = "replay") -> Result<Plan, Refusal> {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        return Planner.lab.plan(.holdOffsets(groups, reason: reason), from: builder.build())
    }

    @Test func `a hold has a line for each group, also where nothing else is known of it`() throws {
        let plan = try Self.hold("in-sync", "unread", "held", "held-by-hand", "held-by-file", "nobody").get()
        #expect(plan.lines.map(\.step.subject) == ["in-sync", "unread", "held", "held-by-hand"])
        #expect(plan.lines[0].call == "a record `hold/in-sync` in bascule-sync on IDC1 and IDC2")
        #expect(plan.title == "Hold the offsets of 4 groups: replay")
        #expect(plan.equivalentCommand == "bascule offsets hold --reason replay in-sync unread held held-by-hand")
        // One side may not have heard of it.
        #expect(
            plan.warnings.first
                == "held-by-hand is held already by alice on ops1: replay of Tuesday, ticket 4711. It is said again "
                + "where it is missing.")
        let reasons = Dictionary(uniqueKeysWithValues: plan.leftOut.map { ($0.subject, $0.reason) })
        #expect(reasons["held-by-file"] == "sync.hold in the configuration holds it already")
        #expect(reasons["nobody"] == "neither side lists it")
    }

    @Test func `a hold without a reason is refused`() {
        guard case .failure(let refusal) = Self.hold("in-sync", because: "  ") else {
            Issue.record("a plan was made")
            return
        }
        #expect(refusal.text.hasPrefix("A hold needs a reason"))
    }

    @Test func `a release has a line for each group that an operator holds`() throws {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        let intent = Intent.releaseOffsets(["in-sync", "held-by-hand", "held-by-file"])
        let plan = try Planner.lab.plan(intent, from: builder.build()).get()
        #expect(plan.lines.map(\.step) == [.hold(.release, .group("held-by-hand"), reason: "")])
        #expect(plan.warnings == ["held-by-hand was held by alice on ops1: replay of Tuesday, ticket 4711"])
        #expect(plan.equivalentCommand == "bascule offsets release held-by-hand")
        let reasons = Dictionary(uniqueKeysWithValues: plan.leftOut.map { ($0.subject, $0.reason) })
        #expect(reasons["in-sync"] == "nobody holds it")
        #expect(reasons["held-by-file"] == "sync.hold in the configuration holds it, and it is released there")
    }

    @Test func `in production the number is typed`() throws {
        guard case .typed(let wanted, _) = try Self.plan("to-write", isProduction: true).get().confirmation else {
            Issue.record("a key was enough")
            return
        }
        #expect(wanted == "1")
    }
}
