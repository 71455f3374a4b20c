import Configuration
import Domain
import Testing

@testable import Sandbox

struct ScenarioTests {
    @Test("every built-in scenario is a file of the public format, under its own name")
    func builtIns() throws {
        for (name, text) in BuiltInScenarios.all {
            let scenario = try ScenarioFile.parse(text, path: name)
            #expect(scenario.name == name)
            #expect(scenario.score.lost == 0)
            // A run of the failover goes at a person's pace, and coming back takes two of them.
            #expect(scenario.length <= .seconds(scenario.steps.contains(where: \.isRun) ? 150 : 60))
            #expect(scenario.steps.allSatisfy { $0.at <= scenario.length })
        }
        #expect(Set(BuiltInScenarios.all.map(\.name)).count == BuiltInScenarios.all.count)
    }
}
