import Glibc
import Testing

@testable import Cells
@testable import Terminal

/// The loop over a pseudo terminal. Each test is a process of its own: the screen and the signals are.
@Suite(.serialized) struct LoopTests {
    @Test func `keys, resize, events, ticks and SIGTERM come in and each is drawn once`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession { run in
                var inputs: [TerminalInput<Int>] = []
                run.loop.run(
                    clock: ContinuousClock(), untilTick: { inputs.contains(.event(7)) ? .milliseconds(1) : nil },
                    take: { input in
                        inputs.append(input)
                        switch input {
                        case .key(.character("c")): run.pty.resize(columns: 60, rows: 15)
                        case .resized: run.mailbox.post(7)
                        case .event:
                            // The tick is asked for once the event has come, so wake the loop once more.
                            run.pty.type("\u{1B}[6~")
                        case .key(.pageDown): kill(getpid(), SIGTERM)
                        case .terminated: return .leave
                        case .key, .tick, .interrupted, .hungUp, .resumed, .needsASCII: break
                        }
                        return .changed
                    },
                    draw: { columns, rows in
                        if inputs.isEmpty { run.pty.type("a\u{1B}[A한c") }
                        return run.picture("\(columns)x\(rows) \(inputs.count)")
                    })
                #expect(
                    inputs == [
                        .key(.character("a")), .key(.up), .key(.character("한")), .key(.character("c")),
                        .resized(columns: 60, rows: 15), .event(7), .key(.pageDown), .terminated,
                    ])
                #expect(run.screen.columns == 60)
                let output = run.pty.output
                #expect(output.contains("80x24 0"))
                #expect(output.contains("60x15"))
            }
        }
    }

    @Test func `ticks come at their time and with nothing else`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession { run in
                var ticks = 0
                var drawn = 0
                run.loop.run(
                    clock: ContinuousClock(), untilTick: { .milliseconds(2) },
                    take: { input in
                        guard input == .tick else { return .unchanged }
                        ticks += 1
                        return ticks == 5 ? .leave : .unchanged
                    },
                    draw: { _, _ in
                        drawn += 1
                        return nil
                    })
                #expect(ticks == 5)
                #expect(drawn == 1)
            }
        }
    }

    @Test func `Ctrl-C is an event and a lone escape a key`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession { run in
                var inputs: [TerminalInput<Int>] = []
                run.loop.run(
                    clock: ContinuousClock(), untilTick: { nil },
                    take: { input in
                        inputs.append(input)
                        switch input {
                        case .interrupted: run.pty.type("\u{1B}")
                        case .key(.escape): run.pty.type("\u{1B}[200~pasted\u{1B}[201~")
                        case .key(.paste): return .leave
                        default: break
                        }
                        return .unchanged
                    },
                    draw: { _, _ in
                        run.pty.type("\u{3}")
                        return run.picture("up")
                    })
                #expect(inputs == [.interrupted, .key(.escape), .key(.paste("pasted"))])
            }
        }
    }

    @Test func `a terminal that goes away is told once and polled no more`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession(hasOwnSession: false) { run in
                var inputs: [TerminalInput<Int>] = []
                run.loop.run(
                    clock: ContinuousClock(), untilTick: { .milliseconds(20) },
                    take: { input in
                        inputs.append(input)
                        return inputs.count == 4 ? .leave : .changed
                    },
                    draw: { _, _ in
                        #expect(inputs.isEmpty, "nothing is drawn on a terminal that is gone")
                        run.pty.hangUp()
                        return run.picture("up")
                    })
                #expect(inputs == [.hungUp, .tick, .tick, .tick])
            }
        }
    }

    @Test func `only changed cells are sent`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession { run in
                var grid = CellGrid(columns: 80, rows: 24)
                for row in 0..<24 {
                    grid.put(String(repeating: "체결", count: 20), column: 0, row: row, style: CellStyle(.text))
                }
                run.pty.forget()
                run.screen.show(grid, palette: LoopRun.palette)
                #expect(run.pty.forget() > 80 * 24)
                run.screen.show(grid, palette: LoopRun.palette)
                #expect(run.pty.forget() == 0)
                grid.put("9", column: 79, row: 23, style: CellStyle(.text))
                run.screen.show(grid, palette: LoopRun.palette)
                let sent = run.pty.forget()
                #expect(sent > 0 && sent < 40)
                run.screen.repaint()
                run.screen.show(grid, palette: LoopRun.palette)
                #expect(run.pty.forget() > 80 * 24)
            }
        }
    }

    @Test(arguments: [2, 3, 4])
    func `a terminal that draws line signs wide gets ASCII`(column: Int) async {
        await #expect(processExitsWith: .success) { [column] in
            try LoopRun.inSession { run in
                #expect(run.pty.output.contains("\u{1B}[2;1H─\u{1B}[6n"))
                var inputs: [TerminalInput<Int>] = []
                run.loop.run(
                    clock: ContinuousClock(), untilTick: { nil },
                    take: { input in
                        inputs.append(input)
                        return input == .key(.character("q")) ? .leave : .changed
                    },
                    draw: { _, _ in
                        if inputs.isEmpty { run.pty.type("\u{1B}[2;\(column)Rq") }
                        return run.picture("up")
                    })
                #expect(run.screen.needsASCII == (column != 2))
                run.screen.show(run.picture("┌─ 한").grid, palette: LoopRun.palette)
                #expect(run.pty.output.contains(column == 2 ? "┌─ 한" : "+- ??"))
            }
        }
    }

    @Test func `the clipboard gets the text`() async {
        await #expect(processExitsWith: .success) {
            unsetenv("TMUX")
            try LoopRun.inSession { run in
                #expect(run.screen.copyToClipboard("row"))
                #expect(run.pty.output.hasSuffix("\u{1B}]52;c;cm93\u{7}"))
            }
        }
    }

    @Test func `a closed screen leaves the terminal as it was`() async {
        await #expect(processExitsWith: .success) {
            try LoopRun.inSession { run in
                run.screen.show(run.picture("up").grid, palette: LoopRun.palette)
                #expect(!run.pty.isCooked)
                run.screen.close()
                #expect(run.pty.isCooked)
                let output = run.pty.output
                #expect(output.contains("\u{1B}[?1049h"))
                #expect(output.contains("\u{1B}[?2004h"))
                #expect(output.contains("\u{1B}[?1049l"))
                #expect(output.hasSuffix("\u{1B}[?2004l"))
            }
        }
    }

    @Test func `a command without a screen gets its signals and events`() async {
        await #expect(processExitsWith: .success) {
            alarm(60)
            let signals = try SignalPipe()
            let mailbox = try Mailbox<Int> { _ in false }
            mailbox.post(1)
            var inputs: [TerminalInput<Int>] = []
            HeadlessLoop(signals: signals, mailbox: mailbox).run { input in
                inputs.append(input)
                switch input {
                case .event: kill(getpid(), SIGINT)
                case .interrupted: kill(getpid(), SIGTERM)
                case .terminated: return .leave
                default: break
                }
                return .unchanged
            }
            #expect(inputs == [.event(1), .interrupted, .terminated])
        }
    }

    @Test func `signals that were ignored stay ignored`() async {
        await #expect(processExitsWith: .success) {
            // Threads of the pool block signals, and a blocked one would only be pending.
            var none = sigset_t()
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, nil)
            signal(SIGHUP, SIG_IGN)
            let signals = try SignalPipe()
            // To this thread, so that the handler has run when the call returns.
            raise(SIGHUP)
            raise(SIGTERM)
            #expect(signals.drain() == [.terminate])
            #expect(throws: TerminalError.self) { try SignalPipe() }
        }
    }
}

/// A screen on a pseudo terminal in a process of its own.
struct LoopRun {
    let pty: Pty
    let screen: CursesScreen
    let mailbox: Mailbox<Int>
    let loop: TerminalLoop<Int>

    static let palette = Palette(name: "test", looks: [.text: .init(foreground: .ansi(7))])

    func picture(_ text: String) -> (grid: CellGrid, palette: Palette) {
        _ = pty.output  // a full pty would block the printer
        var grid = CellGrid(columns: screen.columns, rows: screen.rows)
        grid.put(text, column: 0, row: 0, style: CellStyle(.text))
        return (grid, Self.palette)
    }

    /// - Parameter hasOwnSession: whether the pty becomes the controlling terminal, which sends signals.
    static func inSession(hasOwnSession: Bool = true, _ body: (LoopRun) throws -> Void) throws {
        alarm(60)  // a loop that hangs is a failure
        let pty = try Pty()
        if hasOwnSession { try #require(setsid() > 0) }
        let slave = open(pty.path, hasOwnSession ? O_RDWR : O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        let signals = try SignalPipe()
        let screen = try CursesScreen(
            name: "xterm-256color", output: fdopen(slave, "r+"), input: fdopen(dup(slave), "r"), options: .init())
        let mailbox = try Mailbox<Int> { _ in false }
        try body(
            LoopRun(
                pty: pty, screen: screen, mailbox: mailbox,
                loop: TerminalLoop(screen: screen, signals: signals, mailbox: mailbox)))
        screen.close()
        signals.close()
        // The end of the pty is no longer the end of the process.
        signal(SIGHUP, SIG_IGN)
    }
}
