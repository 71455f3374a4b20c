import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActTrafficRunTests {
    @Test func `traffic is set, and read back`() async throws {
        let world = ActWorld("orders")
        let bench = ActBench(world)
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        let plan = try #require(Planner.lab.plan(.traffic(split), from: world.snapshot).plan)
        let progress = try await bench.run(plan).get()
        #expect(progress.outcomes == [.verified])
        #expect(bench.traffic.sets == [split])
        #expect(
            bench.records.map(\.text) == [
                "Set the traffic to IDC1 0 %, IDC2 100 % (was 50:50): 1 call",
                "[1/1] set the weights of haproxy to 0:100",
                "[1/1] traffic: called", "[1/1] traffic: verified by reading it back", "Finished: 1 verified.",
            ])
    }

    @Test func `traffic that was changed just before stays for the wait, and moves after it`() async throws {
        let world = ActWorld("orders")
        let bench = ActBench(world)
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        let plan = try #require(Planner.lab.plan(.traffic(split), from: world.snapshot).plan)
        let pacing = PlanPacing(betweenTrafficChanges: .seconds(60))
        for ago in [0, 59, -59] {
            bench.change { $0.trafficChangedAt = bench.clock.wallTime.advanced(by: .seconds(-ago)) }
            let refusal = await bench.run(plan, pacing).failure
            #expect(refusal?.kind == .notPossible)
            #expect(refusal?.text.hasPrefix("Nothing was done (traffic-too-soon). The traffic was changed ") == true)
            #expect(bench.records.last?.kind == .refused)
        }
        #expect(bench.calls.isEmpty)
        for ago in [60, -3_600] {
            bench.change { $0.trafficChangedAt = bench.clock.wallTime.advanced(by: .seconds(-ago)) }
            let back = try await bench.traffic.configured().split
            #expect(try await bench.run(plan, pacing).get().outcomes == [.verified], "\(ago) s")
            try await bench.traffic.set(try #require(back))
        }
    }

    @Test func `traffic that somebody else has moved is not moved again`() async throws {
        let world = ActWorld("orders")
        let bench = ActBench(world)
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        let plan = try #require(Planner.lab.plan(.traffic(split), from: world.snapshot).plan)
        try await bench.traffic.set(try #require(TrafficSplit(idc1: 20, idc2: 80)))
        let refusal = await bench.run(plan).failure
        #expect(refusal?.kind == .stalePlan)
        #expect(refusal?.text.contains("the split was 50:50 and is 20:80 now") == true)
        #expect(bench.calls.isEmpty)
    }
}
