import Domain
import KafkaAdapter
import Operations
import TestSupport
import Testing

@testable import Syncing

/// `bascule-sync` of two mock clusters, and what operators and daemons do there. The groups and logs are scripted, as mock
/// clusters list no groups.
private final class HoldWorld: Sendable {
    let mocks: PerIDC<MockCluster>
    let clusters: PerIDC<KafkaCluster>
    let readers: PerIDC<HoldReader>
    let sides = PerIDC { ScriptedSyncSide($0) }

    init() throws {
        let mocks = PerIDC(idc1: try MockCluster.start(brokers: 1), idc2: try MockCluster.start(brokers: 1))
        self.mocks = mocks
        let clusters = PerIDC(
            idc1: try KafkaCluster(KafkaConfiguration(bootstrap: mocks.idc1.bootstrap), log: { _ in }),
            idc2: try KafkaCluster(KafkaConfiguration(bootstrap: mocks.idc2.bootstrap), log: { _ in }))
        self.clusters = clusters
        readers = clusters.map { HoldReader($0) }
        for idc in IDC.allCases {
            try mocks[idc].createTopic(SyncTopic.name, partitions: Int(SyncTopic.partitions))
            sides[idc].mirrored(to: 50)
        }
        sides.idc1.consumes("billing", at: 50)
    }

    /// A person's console. The daemons' group is not listed by a mock cluster: whether they are there is told.
    func operators(daemonsAreThere: Bool) -> OperatorHolds {
        OperatorHolds(
            PerIDC { idc in
                let daemons = ScriptedHolds()
                daemons.change { $0.hasDaemon = daemonsAreThere }
                return OperatorHolds.Side(
                    name: idc.rawValue, reading: readers[idc],
                    writing: HoldWriter(clusters[idc], clusters[idc].configuration, log: { _ in }), groups: daemons)
            }, configured: [], author: JournalAuthor(actor: "alice", host: "ops1"), clock: ContinuousClock(),
            now: { WallTime(milliseconds: 1_764_000_000_000) })
    }

    /// A daemon, from its start to its end.
    func withDaemon(_ id: String, _ body: (SyncEngine) async throws -> Void) async throws {
        let registers = PerIDC { _ in HoldRegister() }
        let rule = ProvenanceRule(copyHeaders: [])
        let started = ContinuousClock.now
        let now: @Sendable () -> WallTime = {
            WallTime(milliseconds: 1_764_000_000_000).advanced(by: started.duration(to: .now))
        }
        let engine = SyncEngine(
            sides: PerIDC { sides[$0].side(holds: registers[$0]) },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule, copyRules: PerIDC { _ in rule },
                held: [], isWanted: { _ in true }),
            now: now)
        let leases = PerIDC { idc in
            SyncLease(
                idc, configuration: clusters[idc].configuration, cluster: clusters[idc], writerID: id,
                sessionTimeout: .seconds(6), holds: registers[idc], log: { _ in })
        }
        let rounds = SyncRounds(
            engine,
            writer: SyncEngine.Writer(
                sides: PerIDC { sides[$0] }, token: { group, idc in leases[idc].token(for: group) }),
            answersFor: { group in IDC.allCases.contains { leases[$0].answers(for: group) } },
            interval: .milliseconds(50), figures: SyncFigures(), clock: ContinuousClock(), now: now, log: { _ in })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for idc in IDC.allCases {
                group.addTask {
                    await leases[idc].run {
                        await rounds.noted($0, about: $1, on: idc)
                    } stranded: {
                        await engine.stranded(on: idc.other)
                    }
                }
            }
            group.addTask { await rounds.run() }
            await eventually("the daemon \(id) may write") {
                IDC.allCases.allSatisfy { leases[$0].token(for: "billing") != nil }
            }
            try await body(engine)
            group.cancelAll()
        }
    }

    /// The group commits, and the mirror has come as far.
    func goesOn(to offset: Int64) {
        sides.idc2.mirrored(to: offset)
        sides.idc1.consumes("billing", at: offset)
    }

    func state(_ engine: SyncEngine) async -> String? {
        await engine.statuses().first { $0.group == "billing" }?.state?.word
    }

    func close() async {
        for idc in IDC.allCases {
            await readers[idc].close()
            await clusters[idc].close()
            await mocks[idc].destroy()
        }
    }
}

@Suite struct `A hold outlasts the daemons` {
    @Test func `a daemon keeps to it, the next one too, and goes on once it is released`() async throws {
        let world = try HoldWorld()
        try await world.withDaemon("first") { engine in
            await eventually("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
            try await world.operators(daemonsAreThere: true).order(.hold, .group("billing"), because: "replay")
            // From the moment on at which the command has ended.
            let commits = world.sides.idc2.now.calls[.commit]
            world.goesOn(to: 60)
            await eventually("it reads HELD") { await world.state(engine) == "HELD" }
            await eventually("it was looked at again") {
                await engine.statuses().first?.partitions.first?.committed == Offset(60)
            }
            #expect(world.sides.idc2.now.calls[.commit] == commits)
            #expect(world.sides.idc2.standing("billing") == Offset(50))
        }
        // A daemon that knows nothing but the topic.
        try await world.withDaemon("second") { engine in
            await eventually("it reads HELD") { await world.state(engine) == "HELD" }
            #expect(await engine.statuses().first?.reason == "Held by alice on ops1: replay")
            #expect(world.sides.idc2.standing("billing") == Offset(50))
            try await world.operators(daemonsAreThere: true).order(.release, .group("billing"), because: "")
            await eventually("it goes on") { world.sides.idc2.standing("billing") == Offset(60) }
            #expect(await world.state(engine) != "HELD")
        }
        await world.close()
    }

    @Test func `what is said while no daemon is there is kept to by the first one`() async throws {
        let world = try HoldWorld()
        try await world.operators(daemonsAreThere: false).order(.hold, .group("billing"), because: "replay")
        try await world.withDaemon("first") { engine in
            await eventually("it reads HELD") { await world.state(engine) == "HELD" }
            try await eventually("it has taken note") {
                try await world.readers.idc2.holds().noted(.group("billing"), on: 0) == 1
            }
        }
        #expect(world.sides.idc2.standing("billing") == nil)
        #expect(world.sides.idc2.now.calls[.commit] == nil)
        await world.close()
    }

    @Test func `what a daemon has under way lands before it says so, and it holds nothing`() async throws {
        let world = try HoldWorld()
        try await world.withDaemon("first") { engine in
            await eventually("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
            let operators = world.operators(daemonsAreThere: true)
            try await operators.settle(on: .idc2)
            world.sides.idc2.hang(.commit)
            let commits = world.sides.idc2.now.calls[.commit] ?? 0
            world.goesOn(to: 60)
            await eventually("a commit is under way") { world.sides.idc2.now.calls[.commit] ?? 0 > commits }
            async let settled: Void = operators.settle(on: .idc2)
            let asked = WallTime(milliseconds: 1_764_000_000_000).milliseconds + 1
            try await eventually("it is asked for") {
                try await world.readers.idc2.holds().words[.writesUnderWay]?.number == asked
            }
            // Of what is said later the daemon takes note, so it has seen this too.
            for order in [OperatorHold.Order.hold, .release] {
                try await operators.order(order, .group("audit"), because: "trial")
                let words = try await world.readers.idc2.holds()
                #expect((0..<SyncTopic.partitions).contains { words.noted(.writesUnderWay, on: $0) != asked })
            }
            #expect(world.sides.idc2.standing("billing") == Offset(50))
            world.sides.idc2.heal()
            try await settled
            #expect(world.sides.idc2.standing("billing") == Offset(60))
            world.goesOn(to: 70)
            await eventually("it goes on") { world.sides.idc2.standing("billing") == Offset(70) }
        }
        await world.close()
    }

    @Test func `a freeze stops every group of every daemon, also those that come later, until it is taken off`()
        async throws
    {
        let world = try HoldWorld()
        try await world.withDaemon("first") { engine in
            await eventually("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
            try await world.operators(daemonsAreThere: true).order(.hold, .everything, because: "wrong positions")
            let commits = IDC.allCases.map { world.sides[$0].now.calls[.commit] }
            world.goesOn(to: 60)
            world.sides.idc1.consumes("audit", at: 60)
            await eventually("both read HELD") {
                let states = await engine.statuses().map { $0.state?.word }
                return states == ["HELD", "HELD"]
            }
            await eventually("it was looked at again") {
                await engine.statuses().first { $0.group == "billing" }?.partitions.first?.committed == Offset(60)
            }
            #expect(IDC.allCases.map { world.sides[$0].now.calls[.commit] } == commits)
        }
        try await world.withDaemon("second") { engine in
            await eventually("it reads HELD") { await world.state(engine) == "HELD" }
            #expect(
                await engine.statuses().first?.reason
                    == "Writes are frozen by alice on ops1: wrong positions; `bascule thaw` lets them go on.")
            #expect(world.sides.idc2.standing("billing") == Offset(50))
            try await world.operators(daemonsAreThere: true).order(.release, .everything, because: "")
            await eventually("both go on") {
                world.sides.idc2.standing("billing") == Offset(60) && world.sides.idc2.standing("audit") == Offset(60)
            }
        }
        await world.close()
    }
}

@Suite struct `What had not crossed outlives who saw it` {
    @Test func `the daemon writes it down on the other side, and the one after it leaves it as it is`() async throws {
        let world = try HoldWorld()
        try await world.withDaemon("first") { _ in
            try await eventually("it stands on the other side") {
                try await world.readers.idc2.holds().stranded?.total.records == 50
            }
        }
        let last = try await world.readers.idc2.holds().stranded
        #expect(last?.total.precision == .atMost)
        #expect(last?.topics.map(\.topic) == [ScriptedSyncSide.partition.topic])
        // IDC1 is gone: whoever comes now has nothing but the topic.
        for port in ScriptedSyncSide.Port.allCases { world.sides.idc1.fail(port) }
        try await world.withDaemon("second") { engine in
            await eventually("it is known") { await engine.announced().idc1 == last }
            #expect(await engine.stranded(on: .idc1) == nil)
        }
        #expect(try await world.readers.idc2.holds().stranded == last)
        await world.close()
    }
}
