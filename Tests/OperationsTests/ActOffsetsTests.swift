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
        #expect(reasons["unread"]?.contains("has been unreachable for 14 s") == true)
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

    @Test func `in production the number is typed`() throws {
        guard case .typed(let wanted, _) = try Self.plan("to-write", isProduction: true).get().confirmation else {
            Issue.record("a key was enough")
            return
        }
        #expect(wanted == "1")
    }
}
