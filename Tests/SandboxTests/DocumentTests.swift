import Configuration
import Domain
import Foundation
import Testing

@testable import Sandbox

struct DocumentTests {
    @Test("the scenario of docs/SANDBOX.md can be played") func example() throws {
        let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/SANDBOX.md")
        let text = try String(contentsOf: document, encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first)
        let yaml = try #require(block.components(separatedBy: "```").first)
        let scenario = try ScenarioFile.parse(yaml, path: "SANDBOX.md")
        #expect(scenario.name == "two-faults")
        #expect(scenario.steps.count == 3)
    }
}
