import Domain
import Operations
import TestSupport
import Testing

/// Both sides of a pair, an engine over them, and time that stands still.
struct EngineWorld {
    let sides = PerIDC { ScriptedSyncSide($0) }
    let clock = ManualClock()
    let engine: SyncEngine

    /// - Parameter holds: what operators have said on each side; `nil`: it is not looked at.
    init(held: [Glob] = [], holds: PerIDC<ScriptedHolds>? = nil) {
        let rule = ProvenanceRule(copyHeaders: [])
        engine = SyncEngine(
            sides: PerIDC { [sides] idc in sides[idc].side(holds: holds?[idc]) },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule, copyRules: PerIDC { _ in rule },
                held: held, isWanted: { _ in true }),
            now: { [clock] in clock.wallTime })
        for idc in IDC.allCases { sides[idc].mirrored(to: 50) }
    }

    var writer: SyncEngine.Writer { SyncEngine.Writer(sides: PerIDC { [sides] in sides[$0] }, token: { _, _ in 7 }) }
}

@Suite struct `What one side does not tell leaves what the other tells` {
    /// `billing` consumes on IDC1, `audit` on IDC2; everything was read once.
    static func ready() async -> EngineWorld {
        let world = EngineWorld()
        world.sides.idc1.consumes("billing", at: 50)
        world.sides.idc2.consumes("audit", at: 50)
        #expect(await world.engine.refresh() == [])
        return world
    }

    @Test func `groups go to the other side, each its own way`() async {
        let world = await Self.ready()
        let statuses = await world.engine.sync(["audit", "billing"], by: world.writer)
        #expect(statuses.map(\.written) == [1, 1] && statuses.map(\.state?.word) == ["Mirroring", "Mirroring"])
        #expect(world.sides.idc2.standing("billing") == Offset(50))
        #expect(world.sides.idc1.standing("audit") == Offset(50))
    }

    @Test func `what has not crossed is at most what lies between the mirror and a log end read later`() async throws {
        let world = await Self.ready()
        // Where the mirror stood was not known when the ends were read first.
        _ = await world.engine.refresh()
        let first = try #require(await world.engine.stranded(on: .idc1))
        #expect(first.total.records == 50 && first.total.precision == .atMost && !first.isCurrent)
        #expect(first.topics.map(\.topic) == [ScriptedSyncSide.partition.topic])
        world.sides.idc1.change { $0.logEnd = 130 }
        world.sides.idc1.mirrored(to: 90)
        await world.clock.advance(by: .seconds(1))
        _ = await world.engine.refresh()
        // The ends of now, and the mirror of now or of the round before.
        #expect([40, 80].contains(await world.engine.stranded(on: .idc1)?.total.records))
        _ = await world.engine.refresh()
        #expect(await world.engine.stranded(on: .idc1)?.total.records == 40)
        let last = await world.engine.stranded(on: .idc1)
        for port in ScriptedSyncSide.Port.allCases { world.sides.idc1.fail(port) }
        await world.clock.advance(by: .seconds(60))
        _ = await world.engine.refresh()
        #expect(await world.engine.stranded(on: .idc1) == last)
        #expect(last?.total.readAt == first.total.readAt.advanced(by: .seconds(1)))
    }

    @Test func `of a topic that the other side does not have nothing has crossed`() async throws {
        let world = await Self.ready()
        world.sides.idc1.change {
            $0.moreTopics = [Topic(name: "refunds", partitions: ScriptedSyncSide.topic.partitions)]
        }
        await world.clock.advance(by: SyncEngine.topicInterval)
        for _ in 1...2 { _ = await world.engine.refresh() }
        let stranded = try #require(await world.engine.stranded(on: .idc1))
        #expect(stranded.topics.map(\.topic) == ["orders", "refunds"])
        #expect(stranded.topics.map(\.lag.records) == [50, 100])
        #expect(await world.engine.stranded(on: .idc2)?.total.records == 50)
    }

    @Test func `nothing is left to do where everything stands exactly where it should, and was read back`() async throws
    {
        let world = EngineWorld()
        for idc in IDC.allCases { world.sides[idc].change { $0.logEnd = 50 } }
        world.sides.idc1.consumes("billing", at: 50)
        for _ in 0..<3 { _ = await world.engine.refresh() }
        func isSettled() async -> Bool? { await world.engine.sync(["billing"], by: world.writer).first?.isSettled }
        #expect(await isSettled() == false, "written, and not read back")
        #expect(await isSettled() == true)
        world.sides.idc1.consumes("billing", at: 40)
        #expect(await isSettled() == false, "set back")
        world.sides.idc1.consumes("billing", at: 50)
        _ = await isSettled()
        #expect(await isSettled() == true)
        // Somebody else's commit stands there now.
        world.sides.idc2.change {
            $0.offsets["billing"]?[ScriptedSyncSide.partition] = CommittedOffset(offset: Offset(45))
        }
        #expect(await isSettled() == false)
        world.sides.idc2.change { $0.groups["billing"] = .stable }
        _ = await world.engine.refresh()
        #expect(await isSettled() == false, "members there")
    }

    @Test func `of a mirror that has never said where it stands it is not known what has not crossed`() async {
        let fresh = EngineWorld()
        fresh.sides.idc1.change { $0.offsets[MirrorCommit.group(from: "idc1", to: "idc2")] = nil }
        for _ in 1...3 { _ = await fresh.engine.refresh() }
        #expect(await fresh.engine.stranded(on: .idc1) == nil)
        #expect(await fresh.engine.stranded(on: .idc2)?.total.records == 50)
    }

    @Test func `what could not be told again is of when it was told, and the reason of when that began`() async throws {
        let world = await Self.ready()
        func planned() async throws -> GroupSyncStatus { try #require(await world.engine.plan(["billing"]).first) }
        let told = try await planned()
        #expect(told.problem == nil && !told.partitions.isEmpty)
        world.sides.idc1.fail(.offsets, .commit)
        await world.clock.advance(by: .seconds(10))
        let failed = try await planned()
        #expect(failed.at == told.at && failed.partitions == told.partitions)
        #expect(failed.problem?.since == told.at.advanced(by: .seconds(10)))
        await world.clock.advance(by: .seconds(5))
        #expect(try await planned().problem?.since == failed.problem?.since)
        world.sides.idc1.heal()
        let healed = try await planned()
        #expect(healed.problem == nil && healed.at == told.at.advanced(by: .seconds(15)))
    }

    @Test(arguments: [ScriptedSyncSide.Port.metadata, .settings, .connectors, .listing])
    func `evidence is read while something else of a side hangs`(_ port: ScriptedSyncSide.Port) async {
        let world = await Self.ready()
        world.sides.idc2.change { $0.faults[port] = .hang }
        await world.clock.advance(by: .seconds(61))
        world.sides.idc2.mirrored(to: 60)
        world.sides.idc1.consumes("billing", at: 60)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await world.engine.refreshTopics(.idc2) }
            group.addTask { _ = await world.engine.refreshGroups(.idc2) }
            group.addTask { _ = await world.engine.refreshTopicSettings(.idc2) }
            group.addTask { _ = await world.engine.refreshConnectors(.idc2) }
            await eventually("the call hangs") { world.sides.idc2.now.calls[port, default: 0] == 2 }
            #expect(await world.engine.refreshEvidence(live: .idc1) == [])
            let statuses = await world.engine.sync(["billing"], by: world.writer)
            #expect(statuses.first?.partitions.first?.resume == Offset(60))
            #expect(world.sides.idc2.standing("billing") == Offset(60))
            group.cancelAll()
        }
    }

    @Test func `a mirror whose position does not come delays its own direction only`() async {
        let world = await Self.ready()
        let towardsOne = MirrorCommit.group(from: "idc2", to: "idc1")
        func timesAsked() -> Int { world.sides.idc2.now.asked.count { $0 == towardsOne } }
        let before = timesAsked()
        world.sides.idc2.change { $0.hangingGroups = [towardsOne] }
        world.sides.idc1.mirrored(to: 70)
        world.sides.idc2.consumes("audit", at: 70)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await world.engine.refreshEvidence(live: .idc1) }
            await eventually("the position is waited for") { timesAsked() > before }
            #expect(await world.engine.refreshEvidence(live: .idc2) == [])
            _ = await world.engine.sync(["audit"], by: world.writer)
            #expect(world.sides.idc1.standing("audit") == Offset(70))
            group.cancelAll()
        }
    }

    @Test func `cuts are taken in where the live side does not tell its ends`() async {
        let world = await Self.ready()
        _ = await world.engine.sync(["billing"], by: world.writer)
        world.sides.idc2.mirrored(to: 60)
        world.sides.idc1.consumes("billing", at: 60)
        world.sides.idc1.fail(.ranges)
        #expect(await world.engine.refreshEvidence(live: .idc1).map(\.detail) == ["ranges is away"])
        _ = await world.engine.sync(["billing"], by: world.writer)
        #expect(world.sides.idc2.standing("billing") == Offset(60), "the cut says what it is about")
    }

    @Test func `no cut is taken in where the other side does not tell its ends`() async {
        let world = await Self.ready()
        world.sides.idc2.mirrored(to: 60)
        world.sides.idc1.consumes("billing", at: 60)
        world.sides.idc2.fail(.ranges)
        #expect(await world.engine.refreshEvidence(live: .idc1).count == 1)
        _ = await world.engine.sync(["billing"], by: world.writer)
        #expect(world.sides.idc2.standing("billing") == Offset(50), "it may be of another log")
    }

    @Test func `a topic is taken for compacted until its settings were read`() async {
        let world = EngineWorld()
        world.sides.idc1.consumes("billing", at: 40)
        world.sides.idc1.fail(.settings)
        world.sides.idc2.mirrored(to: 40)
        #expect(await world.engine.refresh().map(\.detail) == ["settings is away"])
        let before = await world.engine.plan(["billing"])
        #expect(before.first?.readTwice == 60, "anything above may be consumed")
        world.sides.idc1.heal()
        world.sides.idc2.mirrored(to: 80)
        #expect(await world.engine.refresh() == [])
        #expect(await world.engine.plan(["billing"]).first?.readTwice == 40)
    }
}

@Suite struct `Groups of a side that is gone` {
    @Test func `no group is asked of a side that does not say which groups it has`() async {
        let world = await `What one side does not tell leaves what the other tells`.ready()
        world.sides.idc2.fail(.listing)
        world.sides.idc2.hang(.offsets, .commit)
        #expect(await world.engine.refreshGroups(.idc2).count == 1)
        let asked = world.sides.idc2.now.asked
        let statuses = await world.engine.sync(["audit", "billing"], by: world.writer)
        #expect(world.sides.idc2.now.asked == asked)
        #expect(statuses.map(\.problem?.detail) == ["listing is away", "listing is away"])
        #expect(statuses.map(\.needsAnotherTry) == [true, true])
    }

    @Test func `what was known of a group stays, with the reason why it is old`() async {
        let world = await `What one side does not tell leaves what the other tells`.ready()
        _ = await world.engine.sync(["billing"], by: world.writer)
        world.sides.idc1.fail(.offsets)
        let status = await world.engine.sync(["billing"], by: world.writer).first
        #expect(status?.problem?.detail == "offsets is away" && status?.partitions.count == 1)
    }

    @Test func `a group without members is not said to have consumed nowhere while a side is not read`() async {
        let world = await `What one side does not tell leaves what the other tells`.ready()
        world.sides.idc1.change { $0.groups["quiet"] = .empty }
        world.sides.idc2.fail(.listing)
        _ = await world.engine.refresh()
        let status = await world.engine.plan(["quiet"]).first
        #expect(status?.problem?.kind == .unreachable)
    }

    @Test func `that nobody holds a group that goes no way is said only where that was read`() async {
        let holds = PerIDC { _ in ScriptedHolds() }
        let world = EngineWorld(holds: holds)
        for idc in IDC.allCases { world.sides[idc].change { $0.groups["new"] = .empty } }
        holds.idc2.change { $0.problem = PortError(.timedOut, operation: "Fetch", detail: "slow") }
        _ = await world.engine.refresh()
        #expect(await world.engine.plan(["new"]).map(\.hold) == [.holdsNotRead("slow")])
        let word = OperatorHold(
            order: .hold, actor: "alice", host: "ops1", at: world.clock.wallTime, reason: "INC-1", number: 1)
        holds.idc1.change { $0.words.take(key: OperatorHold.key(of: .group("new")), value: word.record) }
        _ = await world.engine.refresh()
        #expect(await world.engine.plan(["new"]).map(\.hold) == [.byOperator(word)])
        holds.idc1.change { $0.words = HoldWords() }
        holds.idc2.change { $0.problem = nil }
        _ = await world.engine.refresh()
        #expect(await world.engine.plan(["new"]).map(\.hold) == [nil])
    }

    @Test func `a thousand groups with one coordinator that hangs: the others are written`() async {
        let world = EngineWorld()
        let groups = (0..<1_000).map { "g\($0)" }
        for group in groups { world.sides.idc1.consumes(group, at: 50) }
        #expect(await world.engine.refresh() == [])
        let hanging = Set(groups.filter { GroupPartition.ofOffsetsTopic(group: $0, partitions: 50) == 3 })
        #expect(!hanging.isEmpty)
        world.sides.idc2.change { $0.hangingGroups = hanging }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { _ = await world.engine.sync(groups, by: world.writer) }
            await eventually("all others stand there") {
                let now = world.sides.idc2.now
                return groups.allSatisfy { hanging.contains($0) || now.offsets[$0] != nil }
            }
            tasks.cancelAll()
        }
        let written = hanging.filter { world.sides.idc2.standing($0) != nil }
        #expect(written.isEmpty)
    }
}
