import Domain
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Syncing

/// The groups that a daemon may not write: while a hand-over is pending, and after another one has taken over.
private final class Lease: Sendable {
    private struct State: Sendable {
        var pending: Set<String> = []
        var foreign: Set<String> = []
    }

    private let state = Mutex(State())

    func isPending(_ group: String) -> Bool {
        state.withLock { $0.pending.contains(group) || $0.foreign.contains(group) }
    }
    func isForeign(_ group: String) -> Bool { state.withLock { $0.foreign.contains(group) } }
    func pends(_ group: String) { state.withLock { _ = $0.pending.insert(group) } }
    func isTakenOver(_ group: String) { state.withLock { _ = $0.foreign.insert(group) } }
}

/// A daemon's rounds over two scripted sides, on a clock that a test moves.
private final class Rounds: Sendable {
    let sides = PerIDC { ScriptedSyncSide($0) }
    let clock = ManualClock()
    let figures = SyncFigures()
    let engine: SyncEngine
    let rounds: SyncRounds<ManualClock>
    let lease = Lease()

    init() {
        let (sides, clock, lease) = (sides, clock, lease)
        let rule = ProvenanceRule(copyHeaders: [])
        engine = SyncEngine(
            sides: PerIDC { sides[$0].side },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule, copyRules: PerIDC { _ in rule },
                held: [], isWanted: { _ in true }),
            now: { clock.wallTime })
        rounds = SyncRounds(
            engine,
            writer: SyncEngine.Writer(
                sides: PerIDC { sides[$0] }, token: { group, _ in lease.isPending(group) ? nil : 7 }),
            answersFor: { !lease.isForeign($0) }, interval: .milliseconds(250), figures: figures, clock: clock,
            now: { clock.wallTime }, log: { _ in })
        for idc in IDC.allCases { sides[idc].mirrored(to: 50) }
    }

    /// Runs beside `body`, and ends with it.
    func run(_ body: () async throws -> Void) async rethrows {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.rounds.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Moves time on in small steps until the condition holds.
    func passes(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: () async -> Bool
    ) async {
        await eventually(what, sourceLocation: sourceLocation) {
            await clock.advance(by: .milliseconds(50))
            return await condition()
        }
    }

    /// What the metrics say of a group in a family.
    func metric(_ family: String, of group: String) async -> [MetricFamily.Sample] {
        let none = SyncLease.Counts(owned: 0, handOvers: 0, isJoined: false)
        let families = SyncMetrics.families(
            figures, groups: await rounds.groups(), statuses: await engine.statuses(), leases: PerIDC { _ in none },
            freeze: await engine.freeze(),
            at: clock.wallTime)
        return families.first { $0.name == "bascule_sync_group_\(family)" }?.samples.filter {
            $0.labels.contains { $0.name == "group" && $0.value == group }
        } ?? []
    }

    func timesAsked(_ group: String) -> Int { sides.idc1.now.asked.count { $0 == group } }

    func state(of group: String) async -> [String] {
        await metric("state", of: group).flatMap(\.labels).filter { $0.name == "state" }.map(\.value)
    }
}

@Suite struct `A daemon goes on with everything that does not need what is amiss` {
    @Test func `a write that failed is tried again, without new evidence and without a commit`() async {
        let world = Rounds()
        world.sides.idc1.consumes("billing", at: 50)
        world.sides.idc2.fail(.commit)
        await world.run {
            await world.passes("a write is tried") { world.sides.idc2.now.calls[.commit, default: 0] > 0 }
            // From here on no evidence comes, of no direction.
            for side in IDC.allCases { world.sides[side].hang(.ranges) }
            await world.passes("the evidence hangs") {
                let calls = IDC.allCases.map { world.sides[$0].now.calls[.ranges, default: 0] }
                await world.clock.advance(by: .seconds(1))
                return calls == IDC.allCases.map { world.sides[$0].now.calls[.ranges, default: 0] }
            }
            world.sides.idc2.change { $0.faults[.commit] = nil }
            await world.passes("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
        }
    }

    @Test func `groups are synchronised while topics, settings and connectors of a side hang`() async {
        let world = Rounds()
        world.sides.idc1.consumes("billing", at: 50)
        await world.run {
            await world.passes("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
            world.sides.idc1.hang(.metadata, .settings, .connectors)
            world.sides.idc2.hang(.metadata, .settings, .connectors)
            await world.clock.advance(by: .seconds(120))
            world.sides.idc2.mirrored(to: 60)
            world.sides.idc1.consumes("billing", at: 60)
            await world.passes("it goes on") { world.sides.idc2.standing("billing") == Offset(60) }
        }
    }

    @Test func `of many groups those with a coordinator that hangs do not hold up the others`() async {
        let world = Rounds()
        let groups = (0..<600).map { "g\($0)" }
        for group in groups { world.sides.idc1.consumes(group, at: 50) }
        // A broker of three, with a third of the coordinators.
        let hanging = Set(groups.filter { GroupPartition.ofOffsetsTopic(group: $0, partitions: 50) % 3 == 0 })
        #expect(hanging.count > SyncSchedule.atOnce, "\(hanging.count)")
        world.sides.idc2.change { $0.hangingGroups = hanging }
        await world.run {
            await world.passes("all others are written") {
                let now = world.sides.idc2.now
                return groups.allSatisfy { hanging.contains($0) || now.offsets[$0] != nil }
            }
            let written = hanging.filter { world.sides.idc2.standing($0) != nil }
            #expect(written.isEmpty)
            world.sides.idc2.heal()
            await world.passes("those too, once it answers") {
                let now = world.sides.idc2.now
                return groups.allSatisfy { now.offsets[$0] != nil }
            }
        }
    }

    @Test func `a side that is gone and comes back is written again`() async {
        let world = Rounds()
        world.sides.idc1.consumes("billing", at: 50)
        await world.run {
            await world.passes("it is written") { world.sides.idc2.standing("billing") == Offset(50) }
            world.sides.idc2.fail(.metadata, .listing, .ranges, .offsets, .commit)
            await world.passes("it is unknown") { await world.state(of: "billing") == ["unknown"] }
            world.sides.idc1.consumes("billing", at: 60)
            world.sides.idc2.mirrored(to: 60)
            world.sides.idc2.heal()
            await world.passes("it goes on") { world.sides.idc2.standing("billing") == Offset(60) }
            await world.passes("it is known") { await world.state(of: "billing") == ["Mirroring"] }
        }
    }
}

@Suite struct `A group for which nothing is left to do is left alone` {
    /// `billing` stands exactly where it should on the other side, and everything is seen as it comes.
    private func settled(_ body: (Rounds) async -> Void) async {
        let world = Rounds()
        world.sides.idc1.change { $0.logEnd = 50 }
        world.sides.idc2.change { $0.logEnd = 50 }
        world.sides.idc1.consumes("billing", at: 50)
        await world.run {
            for idc in IDC.allCases { world.rounds.follows(idc, true) }
            await world.passes("it is in sync") { await world.state(of: "billing") == ["InSync"] }
            await world.passes("it is left alone") {
                let before = world.timesAsked("billing")
                await world.clock.advance(by: .seconds(60))
                return await world.metric("read_age_seconds", of: "billing").map(\.value).first.map { $0 >= 60 }
                    ?? false
                    && world.timesAsked("billing") == before
            }
            await body(world)
        }
    }

    @Test func `its commit is taken over all the same`() async {
        await settled { world in
            for idc in IDC.allCases {
                world.sides[idc].change { $0.logEnd = 60 }
                world.sides[idc].mirrored(to: 60)
            }
            world.sides.idc1.consumes("billing", at: 60)
            world.rounds.moved(["billing": world.clock.wallTime])
            await world.passes("it is written") { world.sides.idc2.standing("billing") == Offset(60) }
        }
    }

    @Test func `a group that is not synchronised at all is not asked for because it commits`() async {
        await settled { world in
            world.sides.idc1.consumes("console-consumer-1", at: 50)
            world.rounds.moved(["console-consumer-1": world.clock.wallTime, "billing": world.clock.wallTime])
            let before = world.timesAsked("billing")
            await world.passes("the other one is") { world.timesAsked("billing") > before }
            await world.clock.advance(by: .seconds(10))
            #expect(world.timesAsked("console-consumer-1") == 0)
        }
    }

    @Test func `that its side is gone is said all the same`() async {
        await settled { world in
            world.sides.idc2.fail(.metadata, .listing, .ranges, .offsets, .commit)
            let begin = world.clock.wallTime
            await world.passes("it is unknown") { await world.state(of: "billing") == ["unknown"] }
            #expect(world.clock.wallTime.since(begin) < .seconds(30))
        }
    }

    @Test func `members on the other side are seen all the same`() async {
        await settled { world in
            world.sides.idc2.change { $0.groups["billing"] = .stable }
            let begin = world.clock.wallTime
            await world.passes("it is live there") { await world.state(of: "billing") == ["Live there"] }
            #expect(world.clock.wallTime.since(begin) < .seconds(30))
        }
    }
}

@Suite struct `The metrics say of every group what is known, and what is not` {
    @Test func `a group that could never be read is unknown, and neither missing nor zero`() async {
        let world = Rounds()
        world.sides.idc1.consumes("billing", at: 50)
        world.sides.idc1.change { $0.hangingGroups = ["billing"] }
        await world.run {
            await world.passes("it is listed") { await world.state(of: "billing") == ["unknown"] }
            for family in ["read_twice", "tail", "read_age_seconds", "offset_distance", "expires_seconds"] {
                #expect(await world.metric(family, of: "billing").map(\.value.isNaN) == [true], "\(family)")
            }
        }
    }

    @Test func `a group keeps its rows while a hand-over is pending, until another daemon has it`() async {
        let world = Rounds()
        world.sides.idc1.consumes("billing", at: 50)
        await world.run {
            await world.passes("it is written") { await world.state(of: "billing") == ["Mirroring"] }
            world.lease.pends("billing")
            await world.clock.advance(by: .seconds(3))
            #expect(await world.state(of: "billing") == ["Mirroring"])
            #expect(await world.metric("read_twice", of: "billing").map(\.value) == [50])
            let age = await world.metric("read_age_seconds", of: "billing").map(\.value)
            #expect(age.count == 1 && age[0] >= 3, "\(age)")
            world.lease.isTakenOver("billing")
            await world.passes("it is told of no more") { await world.state(of: "billing").isEmpty }
        }
    }
}

/// Counts attempts, and keeps the pauses between them.
private final class Tally: Sendable {
    private let state = Mutex((attempts: 0, pauses: [Duration]()))

    var attempts: Int { state.withLock { $0.attempts } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func begins() -> Int {
        state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
    }

    func failed(_ pause: Duration) { state.withLock { $0.pauses.append(pause) } }
}

@Suite struct `What shall go on is tried again` {
    @Test func `a failure is followed by ever longer pauses, and by short ones after it went well`() async {
        let clock = ManualClock()
        let tally = Tally()
        let persistence = Persistence(clock: clock, settledAfter: .seconds(6), jitter: { 0 })
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock, tally] in
                await persistence.keep {
                    // The fourth lasts.
                    if tally.begins() == 4 { try? await clock.sleep(for: .seconds(10)) }
                    return PortError(.unreachable, operation: "JoinGroup", detail: "no broker")
                } failed: { _, pause in
                    tally.failed(pause)
                }
            }
            await eventually("five attempts have failed") {
                await clock.advance(by: .milliseconds(500))
                return tally.pauses.count == 5
            }
            group.cancelAll()
        }
        #expect(
            tally.pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(1), .seconds(2)])
        #expect(clock.pendingSleepers == 0)
    }

    @Test func `what has ended in order is not begun again`() async {
        let tally = Tally()
        await Persistence(clock: ManualClock(), settledAfter: .seconds(6)).keep {
            _ = tally.begins()
            return nil
        } failed: { _, _ in
            Issue.record("nothing has failed")
        }
        #expect(tally.attempts == 1)
    }
}
