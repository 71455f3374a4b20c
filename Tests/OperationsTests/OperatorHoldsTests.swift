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
        try await world.operators().order(.hold, .group(group), because: "replay of Tuesday")
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
        try await world.operators("bob").order(.release, .group(group), because: "")
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync([group], by: world.writer).first?.written == 1)
    }

    @Test func `an expired value is not restored while the group is held`() async throws {
        let world = HeldWorld()
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 1)
        try await world.operators().order(.hold, .group("billing"), because: "replay")
        world.sides.idc2.change { $0.offsets["billing"] = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 0)
        #expect(world.sides.idc2.standing("billing") == nil)
    }

    @Test func `a hold is seen where nothing else is known of the group`() async throws {
        let world = HeldWorld()
        try await world.operators().order(.hold, .group("billing"), because: "replay")
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
            try await world.operators().order(.hold, .group("billing"), because: "replay")
        }
        #expect(failure?.detail == "nothing was said on IDC2, which could not be read: no broker")
        world.holds.idc2.change { $0.problem = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.plan(["billing"]).first?.state?.word == "HELD")
        // Said again, the other side learns of it; released there alone, it is released.
        try await world.operators().order(.hold, .group("billing"), because: "replay")
        #expect(world.holds.idc2.now.words.words[.group("billing")]?.number == 2)
        world.holds.idc1.change { $0.problem = PortError(.unreachable, operation: "Produce", detail: "no broker") }
        _ = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, .group("billing"), because: "")
        }
        world.holds.idc1.change { $0.problem = nil }
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.plan(["billing"]).first?.hold == nil)
    }
}

@Suite struct `A side that is late` {
    private static let late = PortError(
        .timedOut, operation: "Fetch", detail: "bascule-sync was not read to its end in time")

    @Test func `is asked again before the order is refused`() async throws {
        let world = HeldWorld()
        world.holds.idc1.change { $0.problem = Self.late }
        let begin = world.clock.now
        world.clock.observe { [clock = world.clock, holds = world.holds] _ in
            if begin.duration(to: clock.now) > .seconds(12) { holds.idc1.change { $0.problem = nil } }
        }
        try await world.operators().order(.hold, .group("billing"), because: "replay")
        for idc in IDC.allCases {
            #expect(world.holds[idc].now.words.words[.group("billing")]?.order == .hold, "\(idc)")
        }
    }

    @Test func `is not waited for without an end, and the other one is told`() async throws {
        let world = HeldWorld()
        let clock = world.clock
        world.holds.idc1.change {
            $0.problem = Self.late
            $0.reading = { try? await clock.sleep(for: .seconds(3)) }
        }
        let begin = clock.now
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.hold, .group("billing"), because: "replay")
        }
        #expect(failure?.detail == "nothing was said on IDC1, which could not be read: \(Self.late.detail)")
        #expect(begin.duration(to: clock.now) < .seconds(20))
        #expect(world.holds.idc2.now.words.words[.group("billing")]?.order == .hold)
    }

    @Test func `is waited for half a minute in all when it does not read back what was said`() async throws {
        let world = HeldWorld()
        let clock = world.clock
        world.holds.idc2.change {
            $0.hasDaemon = true
            $0.takesNote = false
            $0.reading = { try? await clock.sleep(for: .seconds(3)) }
        }
        let begin = clock.now
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.hold, .group("billing"), because: "replay")
        }
        #expect(failure?.detail.contains("has not taken note") == true)
        #expect(begin.duration(to: clock.now) < .seconds(40))
    }
}

@Suite struct `What operators may say` {
    @Test func `what is held already stays as it was said, and what is not held cannot be released`() async throws {
        let world = HeldWorld()
        let none = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, .group("billing"), because: "")
        }
        #expect(none?.detail == "nobody holds billing")
        try await world.operators().order(.hold, .group("billing"), because: "replay")
        try await world.operators("bob").order(.hold, .group("billing"), because: "mine")
        for idc in IDC.allCases {
            let word = world.holds[idc].now.words.words[.group("billing")]
            #expect(word?.actor == "alice" && word?.reason == "replay" && word?.number == 1)
        }
    }

    @Test func `given again, an order waits for the daemon that had not taken note`() async throws {
        let world = HeldWorld()
        for idc in IDC.allCases { world.holds[idc].change { $0.hasDaemon = true } }
        world.holds.idc2.change { $0.takesNote = false }
        for _ in 0..<2 {
            let failure = await #expect(throws: PortError.self) {
                try await world.operators().order(.hold, .group("billing"), because: "replay")
            }
            #expect(
                failure?.detail
                    == "it is said on IDC2, and the daemon there has not taken note: look at `bascule sync`")
        }
        world.holds.idc2.change { state in
            state.words.take(key: HoldWords.noteKey(of: .group("billing"), on: 0), value: HoldWords.note(1))
        }
        try await world.operators().order(.hold, .group("billing"), because: "replay")
    }

    @Test func `what the configuration holds is released there`() async {
        let world = HeldWorld(configured: [Glob("bill*")])
        let refused = await #expect(throws: PortError.self) {
            try await world.operators(configured: [Glob("bill*")]).order(.release, .group("billing"), because: "")
        }
        #expect(refused?.detail == "sync.hold in the configuration holds billing: it is released there")
        #expect(await world.engine.refresh() == [])
        let status = await world.engine.sync(["billing"], by: world.writer).first
        #expect(status?.written == 0 && status?.reason == "Held by sync.hold in the configuration.")
    }

    @Test func `a daemon that is there must have taken note`() async throws {
        let world = HeldWorld()
        for idc in IDC.allCases { world.holds[idc].change { $0.hasDaemon = true } }
        try await world.operators().order(.hold, .group("billing"), because: "replay")
        world.holds.idc2.change { $0.takesNote = false }
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, .group("billing"), because: "")
        }
        #expect(
            failure?.detail
                == "it is said on IDC2, and the daemon there has not taken note: look at `bascule sync`")
        #expect(world.clock.now.offset >= .seconds(30), "it may take the group over in the meantime")
    }
}

@Suite struct `What daemons have under way lands` {
    @Test func `without a daemon nothing is under way, and nothing is said`() async throws {
        let world = HeldWorld()
        try await world.operators().settle(on: .idc2)
        #expect(world.holds.idc2.now.words == HoldWords())
    }

    @Test func `every daemon of that side must say so, for each of its partitions, and nothing is held`() async throws {
        let world = HeldWorld()
        world.holds.idc2.change { $0.hasDaemon = true }
        try await world.operators().settle(on: .idc2)
        let first = world.holds.idc2.now.words.words[.writesUnderWay]
        #expect(world.holds.idc1.now.words == HoldWords())
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.isFrozen() == false)
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 1)
        // An answer to what was asked before is none to this.
        world.holds.idc2.change { $0.takesNote = false }
        let failure = await #expect(throws: PortError.self) { try await world.operators().settle(on: .idc2) }
        #expect(
            failure?.detail
                == "it is said on IDC2, and the daemon there has not taken note: look at `bascule sync`")
        let second = world.holds.idc2.now.words.words[.writesUnderWay]
        #expect(try #require(second).number > (try #require(first)).number)
        for partition in 0..<ScriptedHolds.count {
            let isLast = partition == ScriptedHolds.count - 1
            let number = isLast ? try #require(first).number : .max
            world.holds.idc2.change { state in
                state.words.take(
                    key: HoldWords.noteKey(of: .writesUnderWay, on: partition), value: HoldWords.note(number))
            }
        }
        await #expect(throws: PortError.self) { try await world.operators().settle(on: .idc2) }
    }

    @Test func `whether a daemon is there must be known`() async {
        let world = HeldWorld()
        world.holds.idc2.change { $0.problem = PortError(.unreachable, operation: "Fetch", detail: "no broker") }
        let failure = await #expect(throws: PortError.self) { try await world.operators().settle(on: .idc2) }
        #expect(failure?.detail == "no broker")
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
                    connectors: PerIDC { _ in nil }, traffic: nil, newestSnapshot: { nil }, trafficChangedAt: { nil }),
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
        #expect(world.holds.idc2.now.words.words[.group("in-sync")]?.reason == "replay")
        let said = journal.records.filter { $0.kind == .calling }
        #expect(said.map(\.command) == ["bascule offsets hold --reason replay in-sync"])
        // What fails is told as what it is.
        world.holds.idc2.change { $0.problem = PortError(.unreachable, operation: "Fetch", detail: "no broker") }
        let again = try await runner(world.operators()).run(plan, confirmedWith: .yes, progress: { _ in })
        #expect(
            again.outcomes == [.failed(reason: "nothing was said on IDC2, which could not be read: no broker")])
    }
}

@Suite struct `A freeze stops everything` {
    private static let word = OperatorHold(
        order: .hold, actor: "bob", host: "ops2", at: WallTime(milliseconds: 1_764_000_000_000),
        reason: "wrong positions",
        number: 1)
    private static let sentence =
        "Writes are frozen by bob on ops2: wrong positions; `bascule thaw` lets them go on."

    private static func snapshot(_ freeze: Reading<OperatorHold?>) -> Snapshot {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        builder.freeze = freeze
        return builder.build()
    }

    private static func frozen() -> Snapshot { snapshot(.known(word, at: word.at)) }

    @Test func `nothing is written for any group in any direction, and runs are told`() async throws {
        let world = HeldWorld()
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.isFrozen() == false)
        try await world.operators().order(.hold, .everything, because: "wrong positions")
        #expect(await world.engine.isFrozen() == true)
        let statuses = await world.engine.sync(["billing", "audit"], by: world.writer)
        #expect(statuses.allSatisfy { $0.written == 0 && $0.state?.word == "HELD" } && statuses.count == 2)
        // A side that is gone keeps nobody waiting for what the other one says.
        world.holds.idc1.change { $0.problem = PortError(.unreachable, operation: "Fetch", detail: "no broker") }
        #expect(await world.engine.isFrozen() == true)
        world.holds.idc2.change { $0.problem = PortError(.unreachable, operation: "Fetch", detail: "no broker") }
        #expect(await world.engine.isFrozen() == nil)
        for idc in IDC.allCases { world.holds[idc].change { $0.problem = nil } }
        try await world.operators().order(.release, .everything, because: "")
        #expect(await world.engine.isFrozen() == false)
        #expect(await world.engine.sync(["billing"], by: world.writer).first?.written == 1)
    }

    @Test func `every daemon must have taken note, for each of its partitions`() async throws {
        let world = HeldWorld()
        for idc in IDC.allCases { world.holds[idc].change { $0.hasDaemon = true } }
        try await world.operators().order(.hold, .everything, because: "wrong positions")
        world.holds.idc2.change { state in
            state.takesNote = false
            for partition in 0..<(ScriptedHolds.count - 1) {
                state.words.take(
                    key: HoldWords.noteKey(of: .everything, on: partition), value: HoldWords.note(2))
            }
        }
        let failure = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, .everything, because: "")
        }
        #expect(
            failure?.detail
                == "it is said on IDC2, and the daemon there has not taken note: look at `bascule sync`")
        let again = await #expect(throws: PortError.self) {
            try await world.operators().order(.release, .everything, because: "")
        }
        #expect(again?.detail == "writes are not frozen")
    }

    @Test func `no plan is made but of words, and its reason is told`() throws {
        for intent in [
            Intent.traffic(TrafficSplit(idc1: 0, idc2: 100)!), .syncOffsets(["to-write"]),
            .mirrors(.resume, [MirrorTarget(topic: "orders", flow: ReplicationFlow(from: .idc1))]),
        ] {
            guard case .failure(let refusal) = Planner.lab.plan(intent, from: Self.frozen()) else {
                Issue.record("a plan was made for \(intent)")
                continue
            }
            #expect(refusal.text == "Nothing is done: \(Self.sentence)")
        }
        let thaw = try Planner.lab.plan(.thaw, from: Self.frozen()).get()
        #expect(thaw.lines.map(\.step) == [.hold(.release, .everything, reason: "")])
        #expect(thaw.warnings == ["Writes were frozen by bob on ops2: wrong positions"])
        #expect(thaw.equivalentCommand == "bascule thaw")
        #expect(throws: Never.self) {
            _ = try Planner.lab.plan(.holdOffsets(["in-sync"], reason: "x"), from: Self.frozen()).get()
        }
        // One side may not have heard of it.
        let twice = try Planner.lab.plan(.freeze(reason: "me too"), from: Self.frozen()).get()
        #expect(twice.lines.map(\.step) == [.hold(.hold, .everything, reason: "me too")])
        #expect(
            twice.warnings.last
                == "Writes are frozen already by bob on ops2: wrong positions. It is said again where it is missing.")
    }

    @Test func `a freeze needs a reason, and what is not frozen is not let go on`() throws {
        let free = Self.snapshot(.known(nil, at: Self.word.at))
        guard case .failure(let refusal) = Planner.lab.plan(.freeze(reason: " "), from: free),
            case .failure(let nothing) = Planner.lab.plan(.thaw, from: free)
        else {
            Issue.record("a plan was made")
            return
        }
        #expect(refusal.text.hasPrefix("A freeze needs a reason"))
        #expect(nothing.text == "Nothing is frozen.")
        let plan = try Planner.lab.plan(.freeze(reason: "wrong positions"), from: free).get()
        #expect(plan.lines.map(\.call) == ["a record `freeze` in bascule-sync on IDC1 and IDC2"])
        #expect(plan.equivalentCommand == "bascule freeze --reason 'wrong positions'")
        // Where it is not known whether anything is frozen both can be said.
        for unknown in [
            Reading<OperatorHold?>.pending,
            .unavailable(Unavailability(kind: .unreachable, detail: "", since: Self.word.at)),
        ] {
            #expect(throws: Never.self) { _ = try Planner.lab.plan(.thaw, from: Self.snapshot(unknown)).get() }
            #expect(throws: Never.self) {
                _ = try Planner.lab.plan(.freeze(reason: "x"), from: Self.snapshot(unknown)).get()
            }
        }
    }
}
