import Commands
import Configuration
import Domain
import Front
import Operations
import TestSupport
import Testing

/// Runs that try to do what an interlock is there to prevent: from the screen, from the command line and from a
/// runbook's file (failover.md, 7).
@Suite struct `No run gets past an interlock` {
    /// One way to come to where an interlock forbids what is next.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let interlock: Interlock
        /// The steps of the runbook's file between its gate and its report.
        let steps: [String]
        /// How the world is when the run begins.
        var before: @Sendable (inout RunWorld.State) -> Void = { _ in }
        /// What happens while the driver is being asked whether a step or a wave may begin.
        var meanwhile: @Sendable (inout RunWorld.State) -> Void = { _ in }
        /// The beginnings of the acts that must not come.
        let forbidden: [String]

        var testDescription: String { interlock.rawValue }
    }

    private static let traffic = "{id: t, traffic: {to: target, atLeast: 1}}"
    private static let move = [
        "{id: f, groups: {act: fence}}", "{id: o, groups: {act: decide}}",
        "{id: m, groups: {act: move, waves: [rest]}}",
    ]

    static let attempts = [
        Attempt(
            interlock: .noQuorum, steps: [traffic], meanwhile: { $0.hasQuorum = false }, forbidden: ["traffic"]),
        Attempt(
            interlock: .groupHasMembers, steps: move, before: { $0.members.idc2["b"] = 1 },
            forbidden: ["write", "start", "point"]),
        Attempt(
            interlock: .membersOnOtherSide, steps: move,
            before: { state in
                state.isSourceGone = false
                state.members.idc1 = [:]
            }, meanwhile: { $0.members.idc1["a"] = 1 }, forbidden: ["start", "point"]),
        Attempt(
            interlock: .anotherDriver, steps: [traffic],
            meanwhile: { state in
                state.holder = 99
                state.isHolderThere = true
            }, forbidden: ["traffic"]),
        Attempt(interlock: .frozen, steps: [traffic], meanwhile: { $0.isFrozen = true }, forbidden: ["traffic"]),
        Attempt(
            interlock: .trafficTooSoon, steps: [traffic],
            // Somebody's `bascule traffic set` on this host.
            before: { $0.trafficChangedAt = WallTime(milliseconds: 1_764_000_000_000) }, forbidden: ["traffic"]),
        Attempt(
            interlock: .stalePlan, steps: [traffic], meanwhile: { $0.split = TrafficSplit(idc1: 30, idc2: 70) },
            forbidden: ["traffic"]),
    ]

    @Test func `every interlock that a run can meet is pressed against`() {
        // A split that is none comes to no run: see below.
        #expect(Set(Self.attempts.map(\.interlock)).union([.splitSum]) == Set(Interlock.allCases))
    }

    private static func file(_ steps: [String]) -> String {
        "runbook: own\npromise: nothing-lost\nsteps:\n"
            + steps.map { "  - \($0)\n" }.joined()
    }

    private static func runbook(_ steps: [String]) throws(SettingsError) -> Runbook {
        try RunbookFile.parse(
            file(["{id: a, declare: {}}", "{id: g, gate: {checks: [quorum]}}"] + steps + ["{id: z, record: report}"]),
            path: "own.yaml")
    }

    @Test(arguments: Door.allCases, attempts)
    func `what it forbids is not done, and nothing but to try again or to abort comes out`(
        door: Door, attempt: Attempt
    ) async throws {
        let world = RunWorld()
        world.change { state in
            attempt.before(&state)
        }
        let driver = door.driver { question in
            switch question {
            case .beginStep, .beginWave: world.change { attempt.meanwhile(&$0) }
            default: break
            }
        }
        let runbook = try Self.runbook(attempt.steps)
        var pacing = RunPacing()
        // Longer than the run takes to come there.
        pacing.betweenTrafficChanges = .seconds(600)
        let runner = try await FailoverRunner.begin(
            GuidedRun.header, runbook, in: world.process(runbook, pacing: pacing), shown: { _ in })
        let machine = try await runner.drive(by: driver)
        #expect(driver.forbidden == [attempt.interlock])
        #expect(driver.answers == [.abort])
        #expect(machine.outcome == .aborted(by: "kim", reason: "seen"))
        #expect(!world.acts.contains { act in attempt.forbidden.contains { act.hasPrefix($0) } }, "\(world.acts)")
    }

    @Test(arguments: ["0:0", "60:60", "100:100", "-10:110", "50", "half"])
    func `a split that is none is refused wherever it is typed`(split: String) {
        for arguments in [
            ["traffic", "set", split], ["failover", "start", "traffic", "--from", "idc1", "--split", split],
        ] {
            guard case .failure = CommandTable.parse(arguments: arguments) else {
                Issue.record("\(arguments) was taken")
                continue
            }
            guard case .failure = CommandTable.parse(line: arguments.joined(separator: " ")) else {
                Issue.record("\(arguments) was taken at the console")
                continue
            }
        }
        #expect(throws: SettingsError.self) {
            try Self.runbook(["{id: t, traffic: {shares: \"\(split)\"}}"])
        }
    }

    @Test(arguments: [
        (Interlock.noQuorum, ["{id: a, declare: {}}", traffic, "{id: z, record: report}"]),
        (
            .trafficTooSoon,
            [
                "{id: a, declare: {}}", "{id: g, gate: {checks: [quorum]}}", traffic, "{id: u, traffic: {to: target}}",
                "{id: z, record: report}",
            ]
        ),
        (
            .membersOnOtherSide,
            [
                "{id: a, declare: {}}", "{id: o, groups: {act: decide}}", "{id: m, groups: {act: move}}",
                "{id: z, record: report}",
            ]
        ),
    ])
    func `a file whose order breaks an interlock is not even loaded`(interlock: Interlock, steps: [String]) {
        do throws(SettingsError) {
            _ = try RunbookFile.parse(Self.file(steps), path: "own.yaml")
            Issue.record("it was loaded")
        } catch {
            #expect(error.text.contains(interlock.rawValue))
        }
    }

    @Test func `what is forbidden only because it is not known is the same at every door`() async throws {
        for door in Door.allCases {
            let world = RunWorld()
            let driver = door.driver { question in
                if question == .beginStep { world.change { $0.unreadFreezes = .max } }
            }
            let runbook = try Self.runbook([Self.traffic])
            let runner = try await FailoverRunner.begin(
                GuidedRun.header, runbook, in: world.process(runbook), shown: { _ in })
            _ = try await runner.drive(by: driver)
            #expect(driver.forbidden == [.frozen] && driver.answers == [.abort] && world.acts.isEmpty, "\(door)")
        }
    }
}
