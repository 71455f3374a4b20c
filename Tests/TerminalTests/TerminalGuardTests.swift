import Glibc
import Testing

@testable import Cells
@testable import Terminal

/// What is left of the terminal when the process ends in some other way than by closing the screen.
@Suite(.serialized) struct TerminalGuardTests {
    /// Takes over the terminal in the process that is about to end.
    static func openScreen(on path: String) throws -> CursesScreen {
        alarm(60)
        let slave = open(path, O_RDWR | O_NOCTTY)
        let screen = try CursesScreen(
            name: "xterm-256color", output: fdopen(slave, "r+"), input: fdopen(dup(slave), "r"),
            options: .init(crashNote: "bascule: crashed, trace in x.log"))
        screen.show(CellGrid(columns: 80, rows: 24), palette: Palette(name: "", looks: [:]))
        return screen
    }

    private func expectClean(_ pty: Pty, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(pty.isCooked, sourceLocation: sourceLocation)
        let output = pty.output
        #expect(output.contains("\u{1B}[?1049h"), sourceLocation: sourceLocation)
        #expect(output.contains("\u{1B}[?2004l"), sourceLocation: sourceLocation)
        #expect(
            output.hasSuffix("\u{1B}[?1049l\u{1B}[23;0;0t\r\nbascule: crashed, trace in x.log\r\n"),
            sourceLocation: sourceLocation)
    }

    @Test func `a trap`() async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .signal(SIGILL)) { [path = pty.path as String] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            let none: [Int] = []
            _ = none[screen.columns]
        }
        expectClean(pty)
    }

    @Test func `a trap on another thread`() async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .signal(SIGILL)) { [path = pty.path as String] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            let index = screen.columns
            await withTaskGroup { group in
                group.addTask {
                    let none: [Int] = []
                    _ = none[index]
                }
            }
            screen.close()
        }
        expectClean(pty)
    }

    @Test func `an abort`() async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .signal(SIGABRT)) { [path = pty.path as String] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            withExtendedLifetime(screen) { abort() }
        }
        expectClean(pty)
    }

    @Test(arguments: [SIGSEGV, SIGBUS, SIGFPE, SIGQUIT, SIGTRAP])
    func `a signal that was sent`(number: Int32) async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .signal(number)) { [path = pty.path as String, number] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            kill(getpid(), number)
            withExtendedLifetime(screen) { while true { pause() } }
        }
        expectClean(pty)
    }

    @Test func `an exit from anywhere`() async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .exitCode(64)) { [path = pty.path as String] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            withExtendedLifetime(screen) { exit(64) }
        }
        expectClean(pty)
    }

    @Test func `after the screen is closed a crash prints nothing more`() async throws {
        let pty = try Pty()
        await #expect(processExitsWith: .signal(SIGSEGV)) { [path = pty.path as String] in
            let screen = try TerminalGuardTests.openScreen(on: path)
            screen.close()
            kill(getpid(), SIGSEGV)
            while true { pause() }
        }
        #expect(pty.isCooked)
        #expect(!pty.output.contains("crashed"))
    }
}
