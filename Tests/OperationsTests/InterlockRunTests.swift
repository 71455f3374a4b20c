import Domain
import Operations
import Synchronization
import TestSupport
import Testing

/// Runs that try to do what an interlock is there to prevent: below the screen, the command line and every runbook's file.
@Suite struct `No run gets past an interlock` {
    /// Goes on wherever that is allowed, and at the first obstacle looks whether anything else than to try again or to abort
    /// is offered.
    private final class Pressing: DriverAsking {
        private let seen = Mutex<[(interlock: Interlock, choices: Set<DriverChoice>)]>([])
        private let first: @Sendable (DriverQuestion) -> Void

        /// - Parameter first: called before each answer.
        init(first: @escaping @Sendable (DriverQuestion) -> Void = { _ in }) {
            self.first = first
        }

        var forbidden: [Interlock] { seen.withLock { $0.map(\.interlock) } }
        var choices: Set<DriverChoice> { seen.withLock { $0.reduce(into: []) { $0.formUnion($1.choices) } } }

        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            first(prompt.question)
            guard case .forbidden(let interlock, _) = prompt.question else {
                return await GuidedRun.Driver().answer(to: prompt, in: view)
            }
            seen.withLock { $0.append((interlock, Set(prompt.choices))) }
            return DriverAnswer(.abort, text: "seen", name: "idc2", by: "kim")
        }
    }

    private static func drive(
        _ world: RunWorld, _ kinds: [StepKind], by driver: Pressing, betweenTrafficChanges: Duration = .seconds(5)
    ) async throws -> FailoverMachine {
        let gate = StepKind.gate(checks: [.quorum], mayBeWaived: true)
        let steps = [.declare(approvals: 0), gate] + kinds + [.record(.report)]
        let runbook = Runbook(
            name: "test", summary: "", promise: .nothingLost,
            steps: steps.enumerated().map { RunbookStep(id: "s\($0)", title: "", kind: $1) }, text: "test")
        var pacing = RunPacing()
        pacing.betweenTrafficChanges = betweenTrafficChanges
        let runner = try await FailoverRunner.begin(
            GuidedRun.header, runbook, in: world.process(runbook, pacing: pacing), shown: { _ in })
        return try await runner.drive(by: driver)
    }

    @Test func `no offset is written to a group that has members`() async throws {
        let world = RunWorld()
        world.change { $0.members.idc2["b"] = 1 }
        let driver = Pressing()
        let machine = try await Self.drive(
            world, [.groups(.fence), .groups(.decide), .groups(.move(waves: [.rest]))], by: driver)
        #expect(driver.forbidden == [.groupHasMembers] && driver.choices == [.retry, .abort])
        #expect(machine.outcome == .aborted(by: "kim", reason: "seen"))
        #expect(!world.acts.contains { $0.hasPrefix("write") || $0.hasPrefix("start") || $0.hasPrefix("point") })
    }

    @Test func `no second change of the traffic follows the first one at once`() async throws {
        let world = RunWorld()
        world.change { $0.isSourceGone = false }
        let driver = Pressing()
        let change = StepKind.traffic(.target, atLeast: 1)
        _ = try await Self.drive(
            world,
            [
                change, .gate(checks: [.quorum], mayBeWaived: true),
                .traffic(.shares(source: 50, target: 50), atLeast: 1),
            ], by: driver,
            // Longer than it takes to see the first one.
            betweenTrafficChanges: .seconds(600))
        #expect(driver.forbidden == [.trafficTooSoon])
        #expect(driver.choices == [.retry, .abort])
        #expect(world.acts.filter { $0.hasPrefix("traffic") } == ["traffic 0:100"])
    }

    @Test func `no step is taken whose plan is of a split that somebody has changed since`() async throws {
        let world = RunWorld()
        let driver = Pressing { question in
            if question == .beginStep { world.change { $0.split = TrafficSplit(idc1: 30, idc2: 70) } }
        }
        _ = try await Self.drive(world, [.traffic(.target, atLeast: 1)], by: driver)
        #expect(driver.forbidden == [.stalePlan] && driver.choices == [.retry, .abort])
        #expect(world.acts.isEmpty)
    }

    @Test func `no traffic goes to a side that has lost its quorum since the gate`() async throws {
        let world = RunWorld()
        let driver = Pressing { question in
            if question == .beginStep { world.change { $0.hasQuorum = false } }
        }
        _ = try await Self.drive(world, [.traffic(.target, atLeast: 1)], by: driver)
        #expect(driver.forbidden == [.noQuorum] && driver.choices == [.retry, .abort])
        #expect(world.acts.isEmpty)
    }
}
