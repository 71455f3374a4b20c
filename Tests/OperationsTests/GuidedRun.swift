import Domain
import Operations

/// A run through every kind of step, as the tests drive it in a ``RunWorld``.
enum GuidedRun {
    private static func step(_ id: String, _ kind: StepKind) -> RunbookStep {
        RunbookStep(id: id, title: id, kind: kind)
    }

    static let runbook = Runbook(
        name: "test", summary: "", promise: .nothingLost,
        steps: [
            step("declare", .declare(approvals: 0)), step("record", .record(.readings)),
            step("target", .gate(checks: [.quorum], mayBeWaived: true)),
            step("traffic", .traffic(.target, atLeast: 90)),
            step(
                "program",
                .command(CommandCall(arguments: ["/bin/stop"], limit: .seconds(1), verification: ["/bin/stopped"]))),
            step("fence", .groups(.fence)), step("offsets", .groups(.decide)),
            step("move", .groups(.move(waves: [.groups(1), .rest]))), step("close", .record(.report)),
        ], text: "test")

    static let header = header(reason: "IDC1 is gone")

    private static func header(reason: String) -> RunHeader {
        RunHeader(
            run: "20261125-031200-test", runbook: "test", runbookText: "test", from: .idc1, driver: "kim", host: "h",
            reason: reason, split: nil,
            endpoints: [
                EndpointGroups(endpoint: "one", groups: ["a"]), EndpointGroups(endpoint: "two", groups: ["b", "c"]),
            ])
    }

    /// Goes on wherever that is allowed.
    struct Driver: DriverAsking {
        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            let wanted: [DriverChoice] = [.goOn, .accept, .state, .waive, .retry]
            guard let choice = wanted.first(where: prompt.choices.contains) else { return nil }
            return DriverAnswer(choice, text: "tested", name: "idc2", by: "kim")
        }
    }

    static func drive(
        _ world: RunWorld, by driver: any DriverAsking = Driver(), reason: String = "IDC1 is gone"
    ) async throws -> FailoverMachine {
        let runner = try await FailoverRunner.begin(
            header(reason: reason), runbook, in: world.process(runbook), shown: { _ in })
        return try await runner.drive(by: driver)
    }
}
