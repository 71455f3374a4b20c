import Domain
import TestSupport
import Testing

@testable import Operations

/// IDC1 with a group that was synchronised, and is gone since; and a program that begins afterwards.
private struct GoneWorld {
    let holds = PerIDC { _ in ScriptedHolds() }
    let sides = PerIDC { ScriptedSyncSide($0) }
    let clock = JumpingClock(epoch: WallTime(milliseconds: 1_764_000_000_000))
    static let gone = PortError(.unreachable, operation: "Fetch", detail: "connection refused")

    /// - Parameter order: what operators said before.
    init(_ order: OperatorHold.Order? = nil) async throws {
        for idc in IDC.allCases { sides[idc].mirrored(to: 50) }
        sides.idc1.consumes("billing", at: 50)
        let daemon = engine()
        #expect(await daemon.refresh() == [])
        let writer = SyncEngine.Writer(sides: PerIDC { [sides] in sides[$0] }, token: { _, _ in 7 })
        #expect(await daemon.sync(["billing"], by: writer).first?.written == 1)
        if let order {
            try await operators.order(.hold, .group("billing"), because: "replay")
            if order == .release { try await operators.order(.release, .group("billing"), because: "") }
        }
        sides.idc1.fail(.metadata, .settings, .connectors, .ranges, .listing, .offsets, .commit)
        holds.idc1.change { $0.problem = Self.gone }
    }

    private var operators: OperatorHolds {
        OperatorHolds(
            PerIDC { [holds] idc in
                OperatorHolds.Side(
                    name: idc.rawValue.uppercased(), reading: holds[idc], writing: holds[idc], groups: holds[idc])
            }, configured: [], author: JournalAuthor(actor: "alice", host: "ops1"), clock: clock,
            now: { [clock] in clock.wallTime })
    }

    func engine() -> SyncEngine {
        SyncEngine(
            sides: PerIDC { [sides, holds] in sides[$0].side(holds: holds[$0]) },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule,
                copyRules: PerIDC { _ in ProvenanceRule(copyHeaders: []) }, held: [], isWanted: { _ in true }),
            now: { [clock] in clock.wallTime })
    }

    func decided() async throws -> GroupDecision? {
        let moves = SyncedMoves(
            engine(), writing: PerIDC { [sides] in sides[$0] },
            clusters: PerIDC { [sides] idc in
                ClusterPorts(
                    topics: sides[idc], offsets: sides[idc], groups: Unimplemented(), records: Unimplemented(),
                    mirrorPositions: nil, connectors: nil)
            }, commits: PerIDC { [sides] in sides[$0] }, daemons: operators, clock: clock)
        return try await moves.decide(["billing"], from: .idc1, isFinal: true).first
    }
}

@Suite struct `Positions of groups whose IDC is gone` {
    @Test(arguments: [nil, OperatorHold.Order.release])
    func `what was written while it lived stands, and says what is read twice at most`(
        order: OperatorHold.Order?
    ) async throws {
        let world = try await GoneWorld(order)
        let before = world.sides.idc1.now.calls
        let decision = try await world.decided()
        #expect(decision?.verdict == .bounded(readTwice: 50))
        #expect(decision?.positions.map(\.to) == [Offset(50)])
        // Nothing can become exact any more: nobody waits for it.
        #expect(world.clock.now.offset == .milliseconds(500))
        // Each question to it takes as long as a request may: whether it is there is asked twice, and nothing else.
        let asked = world.sides.idc1.now.calls.merging(before) { $0 - $1 }.filter { $0.value > 0 }
        #expect(asked == [.metadata: 2])
    }

    @Test func `a group that is held is held there too`() async throws {
        let world = try await GoneWorld(.hold)
        #expect(try await world.decided()?.verdict == .held(reason: "Held by alice on ops1: replay"))
    }

    @Test(arguments: [nil, OperatorHold.Order.hold])
    func `a plan says that its side is gone, and that somebody holds it only where somebody does`(
        order: OperatorHold.Order?
    ) async throws {
        let engine = try await GoneWorld(order).engine()
        _ = await engine.refresh()
        let status = try #require(await engine.plan(["billing"]).first)
        #expect(status.problem?.detail == "listing is away")
        #expect(status.hold?.sentence == (order == nil ? nil : "Held by alice on ops1: replay"))
    }

    @Test func `without the holds of the side that takes over nothing is decided`() async throws {
        let world = try await GoneWorld()
        world.holds.idc2.change { $0.problem = GoneWorld.gone }
        #expect(
            try await world.decided()?.verdict
                == .held(reason: "Whether somebody holds the group is not known: connection refused"))
    }
}

@Suite struct `Positions of groups whose mirror does not say where it stands` {
    private func verdict(isMirrorKnown: Bool, isSourceRead: Bool = true) -> GroupDecision.Verdict {
        let row = SyncFixture.partition(
            "orders", committed: 700, resume: 680, consumedEnd: 690, isMirrorKnown: isMirrorKnown)
        let status = GroupSyncStatus(
            group: "billing", flow: ReplicationFlow(from: .idc1), partitions: [row], at: SnapshotBuilder.moment)
        let range = OffsetRange(logStart: Offset(200), logEnd: Offset(1_000))
        let ends = [row.partition: range]
        return MoveDecisions.decision(status, PerIDC(idc1: isSourceRead ? ends : nil, idc2: ends), .idc1).verdict
    }

    @Test func `what may still arrive of what was consumed is read twice, and all of it where that is not known`() {
        #expect(verdict(isMirrorKnown: true) == .bounded(readTwice: 10 + 3))
        #expect(verdict(isMirrorKnown: false) == .bounded(readTwice: 10 + 500))
        guard case .held = verdict(isMirrorKnown: false, isSourceRead: false) else {
            Issue.record("a number is announced that nothing limits")
            return
        }
    }
}
