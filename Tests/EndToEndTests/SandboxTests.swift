import Foundation
import Testing

/// `bascule sandbox` as a person runs it.
@Suite(.serialized) struct SandboxTests {
    @Test func `the sandbox's console is live, pauses a mirror by the ordinary plan, and knows faults`() async throws {
        let session = try TmuxSession(
            columns: 120, rows: 40,
            command: "env XDG_STATE_HOME=/nonexistent HOME=/nonexistent '\(Program.bascule)' sandbox")
        defer { session.end() }
        try await session.wait(for: "SANDBOX")
        try await session.wait(for: "mirrors 24/24", within: .seconds(90))
        try session.press("2")
        try await session.wait(for: "RUNNING")
        try session.press("p")
        try await session.wait("the plan") { $0.contains("PUT /connectors/") && $0.contains("pause") }
        try session.press("y")
        try await session.wait(for: "PAUSED", within: .seconds(60))
        try session.press("Escape", "Escape", "1")
        try session.type(":fault cut idc1")
        try session.press("Enter")
        try await session.wait(for: "IDC1 cannot be reached", within: .seconds(60))
    }

    @Test func `a built-in scenario is printed, and a name that is none is told with those that are`() throws {
        let printed = try Program.run(Program.bascule, ["sandbox", "--print-scenario", "idc1-lost"])
        #expect(printed.status == 0)
        #expect(printed.output.contains("inject: {cut: idc1}"))
        let unknown = try Program.run(Program.bascule, ["sandbox", "--print-scenario", "idc3-lost"])
        #expect(unknown.status == 64)
        #expect(unknown.error.contains("quiet-night"))
    }

    @Test func `a scenario with a mistake is told by line and column, and nothing is started`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        try "name: a\nlength: 5s\nsteps:\n  - {at: 1s, inject: {cutt: idc1}}\n"
            .write(toFile: folder.path("story.yaml"), atomically: true, encoding: .utf8)
        let result = try Program.run(
            Program.bascule, ["sandbox", "--headless", "--scenario", folder.path("story.yaml")])
        #expect(result.status == 78)
        #expect(result.error.contains(#"story.yaml:4:22: there is no fault "cutt""#))
        #expect(result.error.contains(#"did you mean "cut"?"#))
    }
}
