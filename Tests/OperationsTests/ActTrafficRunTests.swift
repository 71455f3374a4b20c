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
