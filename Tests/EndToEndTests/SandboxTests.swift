import Foundation
import Testing

/// `bascule sandbox` as a person runs it.
@Suite(.serialized) struct SandboxTests {
    @Test func `the sandbox's console is live, pauses a mirror by the ordinary plan, and knows faults`() async throws {
        let session = try TmuxSession(
            columns: 120, rows: 40,
            command: "'\(Program.bascule)' sandbox")
        defer { session.end() }
        try await session.wait(for: "SANDBOX")
        try await session.wait(for: "mirrors 24/24", within: .seconds(90))
        try session.press("2")
        try await session.wait(for: "RUNNING")
        try session.press("p")
        try await session.wait("the plan") { $0.contains("PUT /connectors/") && $0.contains("pause") }
        try session.press("y")
        try await session.wait(for: "PAUSED", within: .seconds(60))
        // Escape and a key in one breath are Alt and that key.
        for _ in 0..<2 {
            try session.press("Escape")
            await Task.pause()
        }
        try session.press("1")
        try await session.wait(for: "Last events")
        try session.type(":fault cut idc1")
        try session.press("Enter")
        try await session.wait("IDC1 gone, IDC2 live", within: .seconds(60)) {
            $0.contains("IDC1  brokers ?/3") && $0.contains("IDC2  brokers 3/3")
        }
    }

    /// What `--headless -o json` prints, as far as it is looked at here.
    private struct Report: Decodable {
        struct Expectation: Decodable {
            let text: String
            let met: Bool
        }
        struct Run: Decodable {
            let outcome: String
            let moved, records, resumed: Int
        }
        let produced, mirrored, processed, lost, duplicates, announcedDuplicates: Int
        let expectations: [Expectation]
        let runs: [Run]
    }

    /// How many scenarios are played at once: they wait more than they work, but those that a program without
    /// optimisation plays need a processor each.
    private static let width = ProcessInfo.processInfo.environment["BASCULE"] == nil ? 1 : 4

    @Test func `every built-in scenario, played without a console, loses nothing and shows what it should`()
        async throws
    {
        let refusal = try Program.run(Program.bascule, ["sandbox", "--print-scenario", "none"])
        let listed = try #require(refusal.error.components(separatedBy: "built in are ").dropFirst().first)
        let names = listed.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: ", ")
        #expect(names.contains("quiet-night") && names.contains("disaster-run"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                if index >= Self.width { try await group.next() }
                group.addTask { try await Self.play(name) }
            }
            try await group.waitForAll()
        }
    }

    private static func play(_ name: String) async throws {
        // It blocks, and the threads of tasks are few.
        let result = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try Program.run(
                            Program.bascule, ["sandbox", "--headless", "--scenario", name, "--output", "json"])
                    })
            }
        }
        let said: Comment = "\(name): \(result.output)\(result.error)"
        #expect(result.status == 0, said)
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.lost == 0, said)
        for expectation in report.expectations { #expect(expectation.met, said) }
        #expect(report.produced > 500 && report.processed > 500 && report.mirrored > 100, said)
        if name == "disaster-run" { #expect(report.duplicates <= report.announcedDuplicates, said) }
        if name == "driver-killed" {
            let run = try #require(report.runs.first, said)
            #expect(run.outcome == "finished" && run.moved == 6, said)
            // Each record that is no resumption has one driver who was killed before it, and one after it; nobody is left
            // to be killed by the last one, that the lease was given back.
            #expect(run.resumed > 40 && run.resumed >= 2 * (run.records - run.resumed) - 4, said)
        }
        if name == "planned-run" { #expect(report.duplicates == 0, said) }
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
        #expect(result.error.contains(#"story.yaml:4:23: there is no fault "cutt""#))
        #expect(result.error.contains(#"did you mean "cut"?"#))
    }
}
