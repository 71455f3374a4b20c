import Domain
import Operations
import TestSupport
import Testing

/// What a run takes for the users' rate before.
struct RunObservationsTests {
    private static func snapshot(_ produced: PerIDC<Double?>) -> Snapshot {
        var builder = SnapshotBuilder.empty
        builder.produced = produced
        return builder.build()
    }

    @Test("the rate of before is the usual one, whatever the moment of the failure looked like")
    func usual() {
        let observations = RunObservations()
        #expect(observations.rateBefore == nil)
        for _ in 0..<30 { observations.watch(Self.snapshot(PerIDC(idc1: 100, idc2: 101))) }
        for _ in 0..<5 { observations.watch(Self.snapshot(PerIDC(idc1: 40, idc2: 190))) }
        #expect(observations.rateBefore == 201)
        for _ in 0..<500 { observations.watch(Self.snapshot(PerIDC(idc1: nil, idc2: 120))) }
        for _ in 0..<500 { observations.watch(SnapshotBuilder.pending.build()) }
        #expect(observations.rateBefore == 201)
    }

    @Test("a group is empty only where it was read, and has not been seen with members")
    func empty() {
        let observations = RunObservations()
        #expect(observations.empty(["idle"], on: .idc1) == [])
        var builder = SnapshotBuilder.empty
        builder.groups = [
            GroupFixture("busy"), GroupFixture("idle", side: .none, members: 0), GroupFixture("stopped"),
            GroupFixture("there", side: .on(.idc2)),
        ]
        observations.watch(builder.build())
        builder.groups[2] = GroupFixture("stopped", side: .none, members: 0)
        observations.watch(builder.build())
        let all = ["busy", "idle", "never seen", "stopped", "there"]
        #expect(observations.empty(all, on: .idc1) == ["idle", "there"])
        // What was last read stands once the side is gone; of one that was never read nothing is known.
        builder.clusters.idc1 = .stale(age: .seconds(14))
        observations.watch(builder.build())
        #expect(observations.empty(all, on: .idc1) == ["idle", "there"])
        let late = RunObservations()
        builder.clusters.idc1 = .unreachable
        late.watch(builder.build())
        #expect(late.empty(all, on: .idc1) == [])
    }

    @Test("the rate of before follows the day: what was ten minutes ago is forgotten")
    func follows() {
        let observations = RunObservations()
        for _ in 0..<2_000 { observations.watch(Self.snapshot(PerIDC(idc1: 10, idc2: 10))) }
        for _ in 0..<301 { observations.watch(Self.snapshot(PerIDC(idc1: 30, idc2: 30))) }
        #expect(observations.rateBefore == 60)
    }
}
