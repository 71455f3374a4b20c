import Foundation
import Testing

/// The guided failover as a person drives it, key by key.
@Suite(.serialized) struct FailoverTests {
    /// What the driver would press next, from what stands on the screen; `nil`: nothing is asked.
    private static func answer(_ screen: String) -> (key: String, text: [String])? {
        guard screen.contains("WAITS FOR") else { return nil }
        if screen.contains("How do you know") { return ("s", ["the power is off, seen on site"]) }
        if screen.contains("v waive") { return ("v", ["a drill in the sandbox", "IDC2"]) }
        return screen.contains("y go on") || screen.contains("y look again") ? ("y", []) : nil
    }

    /// Answers whatever is asked until the run has ended.
    ///
    /// - Returns: the texts of all screens on which something was asked.
    private static func drive(_ session: TmuxSession, within limit: Duration = .seconds(420)) async throws -> [String] {
        let deadline = ContinuousClock.now.advanced(by: limit)
        var asked: [String] = []
        while ContinuousClock.now < deadline {
            let screen = try session.screen()
            if screen.contains("FINISHED") || screen.contains("ABORTED") { return asked }
            guard let (key, text) = answer(screen) else {
                await Task.pause()
                continue
            }
            asked.append(screen)
            try session.press(key)
            for line in text {
                try await session.wait(for: "leaves it undone")
                try session.type(line)
                try session.press("Enter")
            }
            // The question that was answered goes before another is looked for.
            let question = Self.question(screen)
            try await session.wait("another question than \(question)", within: .seconds(120)) {
                Self.question($0) != question && !$0.contains("leaves it undone")
            }
        }
        throw Program.Failure(description: "the run has not ended\n\(try session.screen())")
    }

    /// The step and what stands beneath the last rule: what is asked there.
    private static func question(_ screen: String) -> String {
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let rule = lines.lastIndex { $0.contains(" Now ") || $0.contains(" End ") } ?? 0
        let step = lines.first { $0.contains("FAILOVER RUN") }?.components(separatedBy: "WAITS").first ?? ""
        return step + lines[rule...].prefix(4).joined(separator: "\n")
    }

    @Test func `IDC1 is lost, and a disaster run is driven through the screen to its end`() async throws {
        let session = try TmuxSession(columns: 80, rows: 24, command: "'\(Program.bascule)' sandbox")
        defer { session.end() }
        try await session.wait(for: "mirrors 24/24", within: .seconds(120))
        // What users had waiting for the world to begin counts as traffic: the run compares with the rate before.
        try await session.wait("both sides produce 100 records a second and no more", within: .seconds(90)) {
            let rates = $0.matches(of: /produced +(\d+)\/s/).compactMap { Int($0.output.1) }
            return rates.count == 2 && (190...206).contains(rates[0] + rates[1])
        }
        try session.press("F")
        try await session.wait(for: "A run would leave IDC1 for IDC2")
        try await session.wait(for: "12 groups have members on IDC1")
        try session.type(":fault cut idc1")
        try session.press("Enter")
        try await session.wait(for: "as last seen", within: .seconds(60))

        try session.press("y")
        try await session.wait(for: "Type IDC2, the side that takes over")
        try session.type("IDC1 is lost")
        try session.press("Enter")
        try session.type("IDC1")
        try session.press("Enter")
        try await session.wait(for: #""IDC1" is not "IDC2": nothing has been done"#)
        try session.press("C-u")
        try session.type("IDC2")
        try session.press("Enter")
        try await session.wait(for: "FAILOVER RUN disaster IDC1 to IDC2", within: .seconds(60))

        let asked = try await Self.drive(session)
        #expect(asked.contains { $0.contains("Wave 1 of") }, "the canary wave was asked about")
        #expect(asked.contains { $0.contains("How do you know that their consumers") })
        let screen = try session.screen()
        #expect(screen.contains("FINISHED"), "\(screen)")
        #expect(screen.contains("moved 12, ready 0, blocked 0 of 12"), "\(screen)")
        #expect(screen.contains("read twice at most"), "\(screen)")
        #expect(!screen.contains("FAILOVER RUN"), "the banner goes with the run")

        // The step stands in full behind Enter, and the runbooks come back after Escape.
        try session.press("Enter")
        try await session.wait(for: "What was seen")
        try session.press("Escape")
        try await session.wait("the details have gone") { !$0.contains("What was seen") }
        try session.press("Escape")
        try await session.wait(for: "A run would leave")
        try session.press("1")
        try await session.wait("every group consumes on IDC2", within: .seconds(60)) {
            $0.components(separatedBy: "IDC2  brokers 3/3").last?.contains("groups here 12") == true
        }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `leaving in the middle asks once, and a read-only sandbox drives nothing`() async throws {
        let session = try TmuxSession(columns: 120, rows: 40, command: "'\(Program.bascule)' sandbox")
        defer { session.end() }
        try await session.wait(for: "mirrors 24/24", within: .seconds(120))
        try session.press("F", "y")
        try await session.wait(for: "Type IDC2")
        try session.type("a drill")
        try session.press("Enter")
        try session.type("IDC2")
        try session.press("Enter")
        try await session.wait("the first question, with the banner and the badge", within: .seconds(120)) {
            $0.contains("WAITS FOR") && $0.contains("DRIVER")
        }
        for pane in ["1", "2", "3", "7"] {
            try session.press(pane)
            try await session.wait(for: "FAILOVER RUN disaster IDC1 to IDC2")
        }
        try session.press("q")
        try await session.wait(for: "bascule failover resume")
        try session.press("q")
        #expect(try await session.exitStatus() == 0)

        let watching = try TmuxSession(columns: 80, rows: 24, command: "'\(Program.bascule)' sandbox --read-only")
        defer { watching.end() }
        try await watching.wait(for: "READ-ONLY")
        try watching.press("F")
        try await watching.wait(for: "A run would leave")
        try watching.press("y")
        try await watching.wait(for: "READ-ONLY: this session cannot change anything")
        #expect(try !watching.screen().contains("Type IDC2"))
    }
}
