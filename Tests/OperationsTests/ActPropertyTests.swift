import Domain
import Operations
import TestSupport
import Testing

/// Random worlds, plans and deaths; a failure names its seed.
@Suite struct ActPropertyTests {
    @Test func `a plan never touches what is not known, nor anything twice, and forgets no target`() throws {
        var plans = 0
        for seed in UInt64(1)...2_000 {
            var random = SeededRandom(seed: seed)
            let world = ActWorld.random(&random)
            let action = MirrorAction.allCases.randomElement(using: &random) ?? .pause
            let targets = world.randomTargets(&random)
            let snapshot = world.snapshot
            guard let plan = Planner.lab.plan(.mirrors(action, targets), from: snapshot).plan else { continue }
            plans += 1
            #expect(!plan.lines.isEmpty, "seed \(seed)")
            var called: Set<String> = []
            for line in plan.lines {
                let idc = try #require(line.step.idc, "seed \(seed)")
                #expect(called.insert("\(idc) \(line.step.subject)").inserted, "seed \(seed): called twice")
                let views = try #require(snapshot.clusters[idc].connectors.current, "seed \(seed): not read")
                let target = try #require(line.target, "seed \(seed)")
                #expect(targets.contains(target), "seed \(seed)")
                #expect(target.flow.target == idc, "seed \(seed)")
                let view = views.first { $0.connector.name == line.step.subject }
                if action == .create {
                    #expect(view == nil, "seed \(seed)")
                    #expect(
                        snapshot.clusters.idc1.metadata.current != nil && snapshot.clusters.idc2.metadata.current != nil
                    )
                } else {
                    let connector = try #require(view?.connector, "seed \(seed)")
                    if case .unknown = connector.state { Issue.record("seed \(seed): in an unknown state") }
                    #expect(line.expected == .connector(connector.state), "seed \(seed)")
                    guard case .mirror? = view?.role else {
                        Issue.record("seed \(seed): no mirror")
                        continue
                    }
                }
            }
            for target in targets {
                let subject = "\(target.topic) \(world.names[target.flow.source]) to \(world.names[target.flow.target])"
                let covered =
                    plan.lines.contains { $0.target == target } || plan.leftOut.contains { $0.subject == subject }
                let shared = plan.equivalentCommand.contains(target.topic)
                #expect(covered || shared, "seed \(seed): \(subject) was forgotten")
            }
        }
        #expect(plans > 500)
    }

    @Test func `traffic never goes to a side that cannot be seen to work`() throws {
        var plans = 0
        for seed in UInt64(1)...2_000 {
            var random = SeededRandom(seed: seed)
            let world = ActWorld.random(&random)
            let share = Int.random(in: 0...100, using: &random)
            let split = try #require(TrafficSplit(idc1: share, idc2: 100 - share))
            let snapshot = world.snapshot
            guard case .success(let plan) = Planner.lab.plan(.traffic(split), from: snapshot) else { continue }
            plans += 1
            let before = try #require(snapshot.traffic.configured.current, "seed \(seed)").split
            #expect(plan.lines.map(\.expected) == [.weights(before)], "seed \(seed)")
            for idc in IDC.allCases where split.shares[idc] > (before?.shares[idc] ?? 0) {
                #expect(snapshot.clusters[idc].metadata.current != nil, "seed \(seed)")
                #expect(snapshot.clusters[idc].brokers.count { $0.state == .up } >= 2, "seed \(seed)")
            }
        }
        #expect(plans > 200)
    }

    @Test func `calls follow the plan, each right after its record, whatever fails`() async throws {
        for seed in UInt64(1)...300 {
            var random = SeededRandom(seed: seed)
            let (world, plan) = try Self.runnable(&random)
            let bench = ActBench(world)
            for name in world.jobs.map(\.name) where Int.random(in: 0..<8, using: &random) == 0 {
                let kind = FailureKind.allCases.randomElement(using: &random) ?? .failed
                bench.connect.idc2.fail(name, with: PortError(kind, operation: "PUT", detail: "fault"))
            }
            for name in world.jobs.map(\.name) where Int.random(in: 0..<8, using: &random) == 0 {
                bench.clusters.idc2.update { $0.change(name, to: .paused) }
            }
            let result = await bench.run(plan)
            Self.checkOrder(of: bench, plan, seed)
            if let progress = try? result.get() {
                #expect(progress.outcomes.count == plan.lines.count)
                let called = Set(bench.calls)
                for (line, outcome) in zip(plan.lines, progress.outcomes) {
                    switch outcome {
                    case .verified, .done: #expect(called.contains(line.step), "seed \(seed)")
                    case .skipped, nil: #expect(!called.contains(line.step), "seed \(seed)")
                    case .failed: break
                    }
                }
                #expect(bench.records.last?.kind == .finished, "seed \(seed)")
            }
        }
    }

    @Test func `a journal that fails at any point lets no unrecorded call through`() async throws {
        let (world, plan) = try Self.runnable()
        for limit in 0..<40 {
            let bench = ActBench(world)
            bench.change { $0.stepsLeft = limit }
            _ = await bench.run(plan)
            Self.checkOrder(of: bench, plan, UInt64(limit))
            if bench.records.isEmpty { #expect(bench.calls.isEmpty) }
        }
    }

    @Test(arguments: [false, true])
    func `killed between any two steps, the journal tells which outcome is not known`(_ lastStepHasEffect: Bool)
        async throws
    {
        let (world, plan) = try Self.runnable()
        let whole = ActBench(world)
        _ = await whole.run(plan)
        let steps = whole.log.count
        #expect(steps > 15)
        for limit in 0..<steps {
            let bench = ActBench(world)
            bench.change { state in
                state.stepsLeft = limit
                state.lastStepHasEffect = lastStepHasEffect
            }
            _ = await bench.run(plan)
            let interrupted = InterruptedRun.all(in: bench.records)
            let unknown = Set(interrupted.flatMap(\.unknownLines).compactMap(\.line))
            let recorded = Set(bench.records.filter { $0.kind == .outcome }.compactMap(\.line))
            for (index, line) in plan.lines.enumerated() where bench.calls.contains(line.step) {
                #expect(
                    recorded.contains(index + 1) || unknown.contains(index + 1),
                    "died at \(limit): line \(index + 1) was called, and nobody knows")
            }
            #expect(unknown.count <= 1, "died at \(limit)")
            let isOver = bench.records.contains { $0.kind == .finished }
            #expect(interrupted.count == (isOver || bench.records.isEmpty ? 0 : 1), "died at \(limit)")
            if let first = interrupted.first {
                #expect(first.command == plan.equivalentCommand)
                #expect(first.actor == "kim")
            }
        }
    }

    // MARK: Tools

    private static func checkOrder(of bench: ActBench, _ plan: Plan, _ seed: UInt64) {
        let log = bench.log
        var last = -1
        for (position, entry) in log.enumerated() {
            guard case .called(let step) = entry else { continue }
            guard let index = plan.lines.firstIndex(where: { $0.step == step }) else {
                Issue.record("seed \(seed): a call that is not in the plan")
                continue
            }
            #expect(index > last, "seed \(seed): out of order or twice")
            last = index
            guard position > 0, case .journalled(let record) = log[position - 1] else {
                Issue.record("seed \(seed): a call without a record before it")
                continue
            }
            #expect(record.kind == .calling && record.line == index + 1, "seed \(seed)")
        }
        if case .called? = log.first { Issue.record("seed \(seed): a call before the plan was recorded") }
        if case .journalled(let record)? = log.first { #expect(record.kind == .planned, "seed \(seed)") }
    }

    private static func runnable(_ random: inout SeededRandom) throws -> (ActWorld, Plan) {
        var world = ActWorld()
        for number in 0..<Int.random(in: 1...12, using: &random) { world.add("t\(number)") }
        let targets = world.topics.keys.map { MirrorTarget($0, from: .idc1) }
        return (world, try #require(Planner.lab.plan(.stop, targets, in: world).plan))
    }

    private static func runnable() throws -> (ActWorld, Plan) {
        var world = ActWorld()
        for number in 1...5 { world.add("t\(number)") }
        let targets = world.topics.keys.map { MirrorTarget($0, from: .idc1) }
        return (world, try #require(Planner.lab.plan(.stop, targets, in: world).plan))
    }
}

extension ActWorld {
    static func random(_ random: inout SeededRandom) -> ActWorld {
        var world = ActWorld()
        let states: [ConnectorState] = [
            .running, .running, .paused, .stopped, .failed, .unassigned, .restarting, .unknown("DESTROYED"),
        ]
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let topic = "topic-\(number)"
            world.topics[topic] = Topic()
            if Int.random(in: 0..<5, using: &random) == 0 { world.topics[topic]?.partitions.idc2 = nil }
            for source in IDC.allCases {
                for copy in 0..<(Int.random(in: 0..<6, using: &random) == 0 ? 2 : 1)
                where Int.random(in: 0..<4, using: &random) > 0 {
                    let state = states.randomElement(using: &random) ?? .running
                    let flow = ReplicationFlow(from: source)
                    let roles: [ConnectorRole] = [
                        .mirror(.mirrormaker2, topic: topic, flow: flow),
                        .mirror(.mirrormaker2, topic: topic, flow: flow),
                        .mirror(.mirrormaker2, topic: topic, flow: flow), .other, .unaccountedMirror(reason: "odd"),
                    ]
                    // Sometimes one connector stands for several topics.
                    let name = Int.random(in: 0..<8, using: &random) == 0 ? "shared-\(source)" : nil
                    world.addJob(
                        topic, from: source, state, tasks: [states.randomElement(using: &random) ?? .running],
                        name: name
                            ?? "mirror-\(source.rawValue)-\(source.other.rawValue)-\(topic)\(copy == 0 ? "" : "-b")",
                        role: roles.randomElement(using: &random))
                }
            }
        }
        func state() -> SourceState {
            Int.random(in: 0..<3, using: &random) > 0
                ? .answering : SourceState.allCases.randomElement(using: &random) ?? .answering
        }
        world.kafka = PerIDC(idc1: state(), idc2: state())
        world.connect = PerIDC(idc1: state(), idc2: state())
        world.traffic = state()
        world.brokersUp = PerIDC(idc1: .random(in: 0...3, using: &random), idc2: .random(in: 0...3, using: &random))
        world.offlinePartitions = PerIDC(
            idc1: .random(in: 0...1, using: &random), idc2: .random(in: 0...1, using: &random))
        return world
    }

    func randomTargets(_ random: inout SeededRandom) -> [MirrorTarget] {
        var targets: [MirrorTarget] = []
        for topic in topics.keys.sorted() {
            for source in IDC.allCases where Bool.random(using: &random) {
                targets.append(MirrorTarget(topic, from: source))
            }
        }
        return targets.shuffled(using: &random)
    }
}
