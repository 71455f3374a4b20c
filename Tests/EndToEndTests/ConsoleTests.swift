import Foundation
import Testing

/// The console in a real terminal. One after the other: two cores, and each has threads of its own.
@Suite(.serialized) struct ConsoleTests {
    private static func command(_ arguments: String) -> String {
        "'\(Program.bascule)' \(arguments)"
    }

    private static let modes = ["icrnl", "opost", "isig", "icanon", " echo "]

    @Test func `the demonstration opens at 80x24, walks through its panes and leaves a clean terminal`() async throws {
        let session = try TmuxSession(columns: 80, rows: 24, command: Self.command("sandbox"))
        defer { session.end() }
        let overview = try await session.wait("brokers and traffic of both sides") {
            $0.contains("IDC1  brokers 3/3") && $0.contains("IDC2  brokers 3/3") && $0.contains("SANDBOX")
        }
        #expect(overview.contains("1 Overview"))
        #expect(!overview.contains("1970"))
        try session.press("2")
        try await session.wait(for: "orders.events")
        try session.press("3")
        try await session.wait(for: "billing")
        try session.press("7")
        try await session.wait(for: "Journal")
        try session.press("?")
        try await session.wait(for: "Help: what works in Journal")
        try session.press("Escape")
        try await session.wait("the help gone") { !$0.contains("Help: what works") }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
        let modes = try session.terminalModes()
        for mode in Self.modes {
            #expect(modes.before.contains(mode) == modes.after.contains(mode), "\(mode)")
        }
    }

    @Test func `two dead clusters paint at once, name the reason and freeze no key`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let session = try TmuxSession(
            columns: 120, rows: 40, command: Self.command("--config '\(folder.deadClusters())'"))
        defer { session.end() }
        try await session.wait(for: "1 Overview")
        try await session.wait("both sides unreachable") { $0.contains("unreachable") && $0.contains("refused") }
        try session.press("3")
        let groups = try await session.wait("why no groups are shown") {
            $0.contains("Groups ?") && $0.contains("IDC1: not known") && $0.contains("IDC2: not known")
        }
        #expect(!groups.contains("Groups 0"))
        // The runbooks are offered, and say what would be done.
        try session.press("F")
        try await session.wait("the runbooks") { $0.contains("A run would leave") && $0.contains("disaster") }
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
        // What its log says about the refused connections stays in the log.
        #expect(try !session.screen().contains("librdkafka"))
    }

    @Test func `a resize redraws, and too small a terminal says so until it grows`() async throws {
        let session = try TmuxSession(columns: 120, rows: 40, command: Self.command("sandbox"))
        defer { session.end() }
        try await session.wait(for: "IDC2  brokers 3/3")
        try session.resize(columns: 50, rows: 10)
        try await session.wait("one line about the size") { $0.contains("60x15") || $0.contains("60 x 15") }
        try session.resize(columns: 80, rows: 24)
        try await session.wait(for: "1 Overview")
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `nonsense on every prompt is answered and forgotten`() async throws {
        let session = try TmuxSession(columns: 80, rows: 24, command: Self.command("sandbox"))
        defer { session.end() }
        try await session.wait(for: "IDC2  brokers 3/3")
        try session.type(":mirorrs pause")
        try session.press("Enter")
        try await session.wait(for: "did you mean")
        try session.press("Escape")
        try await session.wait("the notice gone") { !$0.contains("did you mean") }
        try session.press("2")
        try await session.wait(for: "orders.events")
        try session.type("/(((")
        try session.press("Enter")
        for _ in 0..<3 {
            try session.press("Escape")
            await Task.pause()
        }
        try session.type("~#%&$\u{7F}가나다")
        try session.press("F5", "C-k", "M-x")
        // Escape and a key in one breath are Alt and that key.
        for _ in 0..<3 {
            try session.press("Escape")
            await Task.pause()
        }
        try session.press("1")
        try await session.wait(for: "IDC1  brokers 3/3")
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `SIGTERM leaves a clean terminal`() async throws {
        let session = try TmuxSession(columns: 80, rows: 24, command: Self.command("sandbox"))
        defer { session.end() }
        try await session.wait(for: "IDC2  brokers 3/3")
        kill(try session.basculeProcess(), SIGTERM)
        #expect(try await session.exitStatus() == 0)
        let modes = try session.terminalModes()
        for mode in Self.modes { #expect(modes.before.contains(mode) == modes.after.contains(mode), "\(mode)") }
    }

    @Test func `a crash leaves a clean terminal and a trace in the log`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let log = folder.path("bascule.log")
        // Swift's own backtracer, where the toolchain has one, takes minutes over a debug build.
        let session = try TmuxSession(
            columns: 80, rows: 24,
            command: "SWIFT_BACKTRACE=enable=no " + Self.command("--log '\(log)' sandbox"))
        defer { session.end() }
        try await session.wait(for: "IDC2  brokers 3/3")
        kill(try session.basculeProcess(), SIGSEGV)
        #expect(try await session.exitStatus() == 128 + SIGSEGV)
        let modes = try session.terminalModes()
        for mode in Self.modes { #expect(modes.before.contains(mode) == modes.after.contains(mode), "\(mode)") }
        #expect(try session.screen().contains("bascule crashed; the trace is in"))
        let trace = try String(contentsOfFile: log, encoding: .utf8)
        #expect(trace.contains("bascule crashed: SIGSEGV"), "\(trace)")
        #expect(trace.contains("8Terminal0A4Loop") && trace.contains("Bascule_main"), "functions by name: \(trace)")
    }

    @Test func `the program ends when its terminal goes`() async throws {
        let session = try TmuxSession(columns: 80, rows: 24, command: Self.command("sandbox"))
        try await session.wait(for: "IDC2  brokers 3/3")
        let process = try session.basculeProcess()
        session.end()
        let end = ContinuousClock.now + .seconds(20)
        while kill(process, 0) == 0, ContinuousClock.now < end { await Task.pause() }
        #expect(kill(process, 0) != 0, "the program outlived its terminal")
    }

    @Test func `save-screen writes the cells as a picture`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let picture = folder.path("screen.svg")
        let session = try TmuxSession(columns: 100, rows: 30, command: Self.command("sandbox"))
        defer { session.end() }
        try await session.wait(for: "IDC2  brokers 3/3")
        try session.type(":save-screen \(picture)")
        try session.press("Enter")
        try await session.wait(for: "the screen is in")
        let text = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(text.hasPrefix("<svg") || text.hasPrefix("<?xml"))
        #expect(text.contains("Overview") && text.contains("</svg>"))
        try session.type(":save-screen \(folder.path("missing"))/x.svg")
        try session.press("Enter")
        try await session.wait(for: "the screen was not saved: ")
        #expect(!FileManager.default.fileExists(atPath: folder.path("missing")))
        try session.press("q")
        #expect(try await session.exitStatus() == 0)
    }

    @Test func `an unknown terminal ends with 64 and one line`() async throws {
        let session = try TmuxSession(
            columns: 80, rows: 24, command: "TERM=no-such-terminal " + Self.command("sandbox"))
        defer { session.end() }
        #expect(try await session.exitStatus() == 64)
        #expect(try session.screen().contains("no-such-terminal"))
    }
}
