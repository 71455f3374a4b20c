import Domain
import Operations
import TestSupport
import Testing

/// Two sides with their `bascule-sync`, and an engine that reads them.
private struct HeldWorld {
    let holds = PerIDC { _ in ScriptedHolds() }
    let sides = PerIDC { ScriptedSyncSide($0) }
    let clock = JumpingClock(epoch: WallTime(milliseconds: 1_764_000_000_000))
    let engine: SyncEngine

    init(configured: [Glob] = []) {
        let rule = ProvenanceRule(copyHeaders: [])
        engine = SyncEngine(
            sides: PerIDC { [sides, holds] in sides[$0].side(holds: holds[$0]) },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule, copyRules: PerIDC { _ in rule },
                held: configured, isWanted: { _ in true }),
            now: { [clock] in clock.wallTime })
        for idc in IDC.allCases { sides[idc].mirrored(to: 50) }
        sides.idc1.consumes("billing", at: 50)
        sides.idc2.consumes("audit", at: 50)
    }

    var writer: SyncEngine.Writer { SyncEngine.Writer(sides: PerIDC { [sides] in sides[$0] }, token: { _, _ in 7 }) }

    func operators(_ actor: String = "alice", configured: [Glob] = []) -> OperatorHolds {
        OperatorHolds(
            PerIDC { [holds] idc in
                OperatorHolds.Side(
                    name: idc.rawValue.uppercased(), reading: holds[idc], writing: holds[idc], groups: holds[idc])
            }, configured: configured, author: JournalAuthor(actor: actor, host: "ops1"), clock: clock,
            now: { [clock] in clock.wallTime })
    }
}

@Suite struct `A hold is said on both sides, and kept to` {
    @Test(arguments: ["billing", "audit"])
    func `nothing is written for a held group, whichever way it goes, and it says who holds it and why`(
        group: String
    ) async throws {
        let world = HeldWorld()
        try await world.operators().order(.hold, group, because: "replay of Tuesday")
        #expect(await world.engine.refresh() == [])
        let status = await world.engine.sync([group], by: world.writer).first
        #expect(status?.written == 0 && status?.state?.word == "HELD")
        #expect(status?.reason == "Held by alice on ops1: replay of Tuesday")
        #expect(status?.partitions.map(\.decision.action) == ["hold"])
        #expect(IDC.allCases.compactMap { world.sides[$0].now.calls[.commit] }.isEmpty)
        #expect(await world.engine.wouldWrite(group) == false)
        // Neither is it by a person's order.
        let forced = ForcedSync(world.engine, writing: PerIDC { world.sides[$0] })
        await #expect(throws: PortError(.failed, operation: "offset sync", detail: status?.reason ?? "")) {
            try await forced.sync(group)
        }
        try await world.operators("bob").order(.release, group, because: "")
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync([group], by: world.writer).first?.written == 1)
    }

    @Test func `an expired value is not restored while the group is held`() async throws {
        let world = HeldWorld()
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 1)
        try await world.operators().order(.hold, "billing", because: "replay")
        world.sides.idc2.change { $0.offsets["billing"] = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 0)
        #expect(world.sides.idc2.standing("billing") == nil)
    }

    @Test func `a hold is seen where nothing else is known of the group`() async throws {
        let world = HeldWorld()
        try await world.operators().order(.hold, "billing", because: "replay")
        world.sides.idc2.fail(.listing)
        _ = await world.engine.refresh()
        let status = await world.engine.plan(["billing"]).first
        #expect(status?.problem != nil && status?.state?.word == "HELD")
    }

    @Test func `nothing is written before it was read whether the group is held`() async {
        let world = HeldWorld()
        world.holds.idc2.change { $0.problem = PortError(.unreachable, operation: "Fetch", detail: "not read yet") }
        _ = await world.engine.refresh()
        let status = await world.engine.sync(["billing"], by: world.writer).first
        #expect(status?.written == 0)
        #expect(status?.reason == "Whether somebody holds the group is not known: not read yet")
        // The other direction goes to the side that was read.
        #expect(await world.engine.sync(["audit"], by: world.writer).first?.written == 1)
        world.holds.idc2.change { $0.problem = nil }
        _ = await world.engine.refreshHolds(.idc2)
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 1)
    }

    @Test func `a word that one side has counts on both, and the newest of two`() async throws {
        let world = HeldWorld()
        world.holds.idc2.change { $0.problem = PortError(.unreachable, operation: "Produce", detail: "no broker") }
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.hold, "billing", because: "replay")
        }
        #expect(failure?.detail == "nothing was said on IDC2, which could not be read: no broker")
        world.holds.idc2.change { $0.problem = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.plan(["billing"]).first?.state?.word == "HELD")
        // Said again, the other side learns of it; released there alone, it is released.
        try await world.operators().order(.hold, "billing", because: "replay")
        #expect(world.holds.idc2.now.words.words["billing"]?.number == 2)
        world.holds.idc1.change { $0.problem = PortError(.unreachable, operation: "Produce", detail: "no broker") }
        _ = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, "billing", because: "")
        }
        world.holds.idc1.change { $0.problem = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.plan(["billing"]).first?.hold == nil)
    }
}

@Suite struct `What operators may say` {
    @Test func `what is so already is refused, with who said it`() async throws {
        let world = HeldWorld()
        let none = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, "billing", because: "")
        }
        #expect(none?.detail == "nobody holds billing")
        try await world.operators().order(.hold, "billing", because: "replay")
        let again = await #expect(throws: PortError.self) {
            try await world.operators("bob").order(.hold, "billing", because: "mine")
        }
        #expect(again?.detail == "billing is held already, by alice: replay")
    }

    @Test func `what the configuration holds is released there`() async {
        let world = HeldWorld(configured: [Glob("bill*")])
        let refused = await #expect(throws: PortError.self) {
            try await world.operators(configured: [Glob("bill*")]).order(.release, "billing", because: "")
        }
        #expect(refused?.detail == "sync.hold in the configuration holds billing: it is released there")
        #expect(await world.engine.refresh() == [])
        let status = await world.engine.sync(["billing"], by: world.writer).first
        #expect(status?.written == 0 && status?.reason == "Held by sync.hold in the configuration.")
    }

    @Test func `a daemon that is there must have taken note`() async throws {
        let world = HeldWorld()
        for idc in IDC.allCases { world.holds[idc].change { $0.hasDaemon = true } }
        try await world.operators().order(.hold, "billing", because: "replay")
        world.holds.idc2.change { $0.takesNote = false }
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, "billing", because: "")
        }
        #expect(
            failure?.detail
                == "it is said on IDC2, and the daemon there has not taken note: look at `bascule sync`")
        #expect(world.clock.now.offset >= .seconds(30), "it may take the group over in the meantime")
    }
}

@Suite struct `A hold runs like every other act` {
    private static func plan(_ intent: Intent) throws -> Plan {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        builder.isProduction = false
        return try Planner.lab.plan(intent, from: builder.build()).get()
    }

    @Test func `confirmed, journalled before it is said, and refused where nothing can say it`() async throws {
        let world = HeldWorld()
        let journal = ScriptedJournal()
        func runner(_ holds: OperatorHolds?) -> PlanRunner {
            PlanRunner(
                acting: ActingPorts(
                    connectors: PerIDC { _ in nil }, traffic: nil, holds: holds, journal: journal),
                rereading: RereadingPorts(
                    connectors: PerIDC { _ in nil }, traffic: nil, newestSnapshot: { nil }),
                author: JournalAuthor(actor: "alice", host: "ops1"), names: PerIDC(idc1: "IDC1", idc2: "IDC2"),
                clock: world.clock, now: { world.clock.wallTime })
        }
        let plan = try Self.plan(.holdOffsets(["in-sync"], reason: "replay"))
        await #expect(throws: Refusal.self) {
            try await runner(nil).run(plan, confirmedWith: .yes, progress: { _ in })
        }
        await #expect(throws: Refusal.self) {
            try await runner(world.operators()).run(plan, confirmedWith: .no, progress: { _ in })
        }
        #expect(world.holds.idc1.now.words.words.isEmpty)
        let done = try await runner(world.operators()).run(plan, confirmedWith: .yes, progress: { _ in })
        #expect(done.outcomes == [.verified] && done.phase == .finished)
        #expect(world.holds.idc2.now.words.words["in-sync"]?.reason == "replay")
        let said = journal.records.filter { $0.kind == .calling }
        #expect(said.map(\.command) == ["bascule offsets hold --reason replay in-sync"])
        // What is so already is told as what it is.
        let again = try await runner(world.operators()).run(plan, confirmedWith: .yes, progress: { _ in })
        #expect(again.outcomes == [.failed(reason: "in-sync is held already, by alice: replay")])
    }
}
