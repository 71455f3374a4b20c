import Domain
import Operations
import TestSupport
import Testing

/// Verified by flow, not by state.
@Suite struct ActFlowTests {
    private func world(_ topics: Int, toCopy: Int64?, position: Int64?) -> ActWorld {
        var world = ActWorld()
        for number in 1...topics {
            world.add("t\(number)", .paused)
            world.topics["t\(number)"]?.toCopy.idc1 = toCopy.map { Estimate($0, isExact: true) }
            world.topics["t\(number)"]?.positions.idc1 = position.map { Offset($0) }
        }
        return world
    }

    private func resume(
        _ world: ActWorld, _ bench: ActBench, then change: @escaping @Sendable (inout ActWorld, Duration) -> Void
    ) async throws -> PlanProgress {
        let targets = world.topics.keys.sorted().map { MirrorTarget($0, from: .idc1) }
        let plan = try #require(Planner.lab.plan(.resume, targets, in: world).plan)
        let first = world.snapshot
        bench.change { $0.snapshot = first }
        bench.clock.observe { _ in
            var world = world
            world.at = bench.clock.wallTime
            for number in world.topics.keys { world.set(number, from: .idc1, .running) }
            change(&world, bench.clock.now.offset)
            let snapshot = world.snapshot
            bench.change { $0.snapshot = snapshot }
        }
        return try await bench.run(plan).get()
    }

    @Test func `a mirror that runs again but copies nothing is a failure, and stops the run at the canary`()
        async throws
    {
        let world = world(3, toCopy: 41, position: 10)
        let bench = ActBench(world)
        let progress = try await resume(world, bench) { _, _ in }
        let reason = "it RUNS but does not flow: 41 records are to be copied, and its position does not move"
        #expect(progress.outcomes == [.failed(reason: reason), nil, nil])
        #expect(progress.phase == .stopped(reason: "the first call did not have its effect: \(reason)"))
        #expect(bench.calls.count == 1)
        #expect(bench.clock.now.offset >= .seconds(30))
    }

    @Test func `a position that moves is flow`() async throws {
        let world = world(3, toCopy: 41, position: 10)
        let bench = ActBench(world)
        let progress = try await resume(world, bench) { world, elapsed in
            guard elapsed > .seconds(7) else { return }
            for topic in world.topics.keys {
                world.topics[topic]?.positions.idc1 = Offset(10 + elapsed.wholeMilliseconds)
            }
        }
        #expect(progress.outcomes == [.verified, .verified, .verified])
        #expect(bench.clock.now.offset > .seconds(7))
        #expect(bench.clock.now.offset < .seconds(20))
    }

    @Test func `copies that arrive are flow, and so is nothing left to copy`() async throws {
        for change in [
            { @Sendable (topic: inout ActWorld.Topic) in topic.rate.idc1 = 3 },
            { @Sendable (topic: inout ActWorld.Topic) in topic.toCopy.idc1 = Estimate(0, isExact: true) },
        ] {
            let world = world(1, toCopy: 41, position: 10)
            let bench = ActBench(world)
            let progress = try await resume(world, bench) { world, _ in
                for topic in world.topics.keys.sorted() {
                    var fixture = ActWorld.Topic()
                    fixture.toCopy.idc1 = Estimate(41, isExact: true)
                    change(&fixture)
                    world.topics[topic] = fixture
                }
            }
            #expect(progress.outcomes == [.verified])
        }
    }

    @Test func `where the snapshot cannot tell, the state is what is verified`() async throws {
        let world = world(2, toCopy: nil, position: nil)
        let bench = ActBench(world)
        let progress = try await resume(world, bench) { _, _ in }
        #expect(progress.outcomes == [.verified, .verified])
        #expect(bench.clock.now.offset < .seconds(10))
    }

    @Test func `a position that went back is not flow`() async throws {
        let world = world(1, toCopy: 41, position: 10)
        let bench = ActBench(world)
        let progress = try await resume(world, bench) { world, _ in world.topics["t1"]?.positions.idc1 = Offset(9) }
        guard case .failed? = progress.outcomes.first ?? nil else {
            Issue.record("\(progress.outcomes)")
            return
        }
    }

    @Test func `a connector without tasks does not count as running`() async throws {
        let world = world(1, toCopy: nil, position: nil)
        let bench = ActBench(world)
        bench.clock.observe { _ in
            bench.clusters.idc2.update { world in
                world.connectors = world.connectors.map {
                    Connector(
                        name: $0.name, type: $0.type, state: $0.state, workerID: $0.workerID, tasks: [],
                        config: $0.config)
                }
            }
        }
        let progress = try await resume(world, bench) { _, _ in }
        #expect(progress.outcomes == [.failed(reason: "called, but after 30 s it reads RUNNING but has no tasks")])
    }
}
