import Configuration
import Domain
import Operations
import Testing

@testable import Sandbox

@Suite(.serialized)
struct ScenarioTests {
    @Test("every built-in scenario is a file of the public format, under its own name")
    func builtIns() throws {
        for (name, text) in BuiltInScenarios.all {
            let scenario = try ScenarioFile.parse(text, path: name)
            #expect(scenario.name == name)
            #expect(scenario.score.lost == 0)
            // A run of the failover goes at a person's pace, and coming back takes two of them.
            let isRun = scenario.steps.contains { if case .failover? = $0.act { true } else { false } }
            #expect(scenario.length <= .seconds(isRun ? 150 : 60))
            #expect(scenario.steps.allSatisfy { $0.at <= scenario.length })
        }
        #expect(Set(BuiltInScenarios.all.map(\.name)).count == BuiltInScenarios.all.count)
    }

    /// Those that ``RunTests`` plays are left to it.
    private static let names = BuiltInScenarios.all.map(\.name)
        .filter { !["disaster-run", "planned-run"].contains($0) }

    @Test("every built-in scenario loses nothing and shows what it should", arguments: names)
    func headless(name: String) async throws {
        let report = try await played(name)
        #expect(report.lost == 0, "\(SandboxDocument.text(of: report))")
        for outcome in report.expectations {
            #expect(outcome.isMet, "\(outcome.text)\n\(SandboxDocument.text(of: report))")
        }
        #expect(report.produced > 500)
        #expect(report.processed > 500)
        #expect(report.mirrored > 100)
    }
}
