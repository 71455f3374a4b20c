import Cells
import Commands
import Domain
import Front
import Glibc
import HistoryStore
import Operations
import Terminal

/// The console on a terminal: the loop on the main thread, everything else in tasks beside it.
final class ConsoleSession {
    private let world: ConsoleWorld
    private let log: ProgramLog
    private let options: GlobalOptions
    private let mailbox: Mailbox<Event>
    private let newest = NewestSnapshot()
    private let collector: Collector
    private let effects: EffectRunner
    private let watching: ScreenWatch
    /// How long leaving may take once the screen is gone.
    private static let closingTime = Duration.seconds(5)
    private var model: Model
    private var frontSettings: FrontSettings

    init(_ world: ConsoleWorld, front: FrontSettings, options: GlobalOptions, log: ProgramLog) throws(TerminalError) {
        self.world = world
        self.options = options
        self.log = log
        frontSettings = front
        model = Model(front)
        mailbox = try Mailbox { if case .snapshot = $0 { true } else { false } }
        collector = Collector(
            settings: world.collectorSettings, ports: world.ports, traffic: world.traffic, sync: world.sync,
            clock: ContinuousClock(),
            wallTime: WallClock.now)
        effects = EffectRunner(world, collector: collector, mailbox: mailbox, log: log, newest: newest)
        watching = ScreenWatch()
    }

    /// Runs until the person leaves, or the terminal goes.
    func run(standardErrorPath: String?) throws(TerminalError) -> ExitCode {
        let signals = try SignalPipe()
        defer { signals.close() }
        let screen = try CursesScreen(
            options: .init(
                usesColor: !options.isWithoutColor && getenv("NO_COLOR") == nil, usesMouse: options.usesMouse,
                crashNote: "bascule crashed; the trace is " + (standardErrorPath.map { "in \($0)" } ?? "below")),
            signals: signals)
        defer { screen.close() }
        let capture = standardErrorPath.flatMap { path -> StandardErrorCapture? in
            Folders.makeParent(of: path)
            return try? StandardErrorCapture(path: path, isLogLine: ProgramLog.isLine)
        }
        let (stream, queue) = AsyncStream.makeStream(of: Effect.self)
        let background = Background.start { [shared = Shared(self)] in await shared.live(stream) }
        apply(.resized(columns: screen.columns, rows: screen.rows), screen, queue)
        apply(tick(), screen, queue)
        let loop = TerminalLoop(screen: screen, signals: signals, mailbox: mailbox)
        loop.run(
            clock: ContinuousClock(), untilTick: { Self.untilNextSecond() },
            take: { input in take(input, screen, queue) },
            draw: { columns, rows in
                let grid = draw(model)
                watching.show(grid)
                return (grid, palette(of: model))
            })
        effects.stopRun()
        queue.finish()
        background.cancel()
        screen.close()
        capture?.release()
        // What a dead cluster holds up must not keep the person: the process ends all the same.
        let closed: Void? = Background.run(within: Self.closingTime) { [world] in
            await background.value
            await world.close()
        }
        if closed == nil { log.write("not everything was closed within \(Self.closingTime.spelled)") }
        return .success
    }

    /// Shows a line before the first screen is drawn.
    func say(_ text: String) { mailbox.post(.message(.warning, text)) }

    // MARK: The main thread

    private func take(
        _ input: TerminalInput<Event>, _ screen: CursesScreen, _ queue: AsyncStream<Effect>.Continuation
    ) -> LoopVerdict {
        switch input {
        case .key(let key): return apply(.key(key), screen, queue)
        case .resized(let columns, let rows): return apply(.resized(columns: columns, rows: rows), screen, queue)
        case .tick: return apply(tick(), screen, queue)
        case .event(let event): return apply(event, screen, queue)
        case .interrupted: return apply(.interrupt, screen, queue)
        case .terminated: return apply(.terminate, screen, queue)
        case .hungUp: return .leave
        case .resumed: return .repaint
        case .needsASCII:
            drawWithASCII(screen, queue)
            return .repaint
        }
    }

    /// Changes the model and deals with what it asks for.
    @discardableResult
    private func apply(
        _ event: Event, _ screen: CursesScreen, _ queue: AsyncStream<Effect>.Continuation
    ) -> LoopVerdict {
        var verdict = LoopVerdict.changed
        for effect in update(&model, event) {
            switch effect {
            case .quit: return .leave
            case .suspend: kill(getpid(), SIGTSTP)
            case .redraw: verdict = .repaint
            case .copy(let text):
                if !screen.copyToClipboard(text) {
                    verdict = max(verdict, apply(.message(.warning, "too long for the clipboard: cut"), screen, queue))
                }
            case .saveScreen(let path):
                verdict = max(verdict, apply(saved(draw(model), to: path), screen, queue))
            case .cancelRun: effects.stopRun()
            case .refreshNow, .setRefreshInterval, .makePlan, .run, .refused, .inject, .beginRun, .takeOverRun,
                .answerRun:
                queue.yield(effect)
            }
        }
        return verdict
    }

    private func saved(_ grid: CellGrid, to path: String) -> Event {
        let isPicture = path.hasSuffix(".svg")
        let text = isPicture ? grid.svg(palette: palette(of: model)) : grid.plainText
        if let problem = TextFile.write(text, to: path) {
            return .message(.warning, "the screen was not saved: \(path): \(problem)")
        }
        return .screenSaved(path: path)
    }

    private func tick() -> Event {
        let now = WallClock.now()
        return .tick(now, utcOffset: WallClock.utcOffset(at: now))
    }

    /// The console begun anew with plain glyphs: the terminal has shown that it cannot draw the others.
    private func drawWithASCII(_ screen: CursesScreen, _ queue: AsyncStream<Effect>.Continuation) {
        guard frontSettings.glyphs != .ascii else { return }
        frontSettings.glyphs = .ascii
        model = Model(frontSettings)
        apply(.resized(columns: screen.columns, rows: screen.rows), screen, queue)
        apply(tick(), screen, queue)
        if let snapshot = newest.snapshot { apply(.snapshot(snapshot), screen, queue) }
    }

    private static func untilNextSecond() -> Duration {
        .milliseconds(1_000 - WallClock.now().milliseconds % 1_000)
    }

    // MARK: Beside it

    /// What the tasks of a session may touch of it; everything in it is safe to share.
    private struct Shared: Sendable {
        let world: ConsoleWorld
        let collector: Collector
        let effects: EffectRunner
        let mailbox: Mailbox<Event>
        let newest: NewestSnapshot
        let watching: ScreenWatch
        let script: String?

        init(_ session: ConsoleSession) {
            world = session.world
            collector = session.collector
            effects = session.effects
            mailbox = session.mailbox
            newest = session.newest
            watching = session.watching
            script = session.options.scriptPath
        }

        /// Everything that runs while the console is open; ends when it is cancelled.
        func live(_ stream: AsyncStream<Effect>) async {
            await withDiscardingTaskGroup { group in
                group.addTask { [mailbox] in
                    await world.live { failure in
                        mailbox.post(
                            .message(
                                .critical, "The sandbox did not begin: \(failure.operation): \(failure.detail)"))
                    }
                }
                group.addTask { [mailbox, newest, runs = world.runs] in
                    await collector.run { snapshot in
                        newest.replace(with: snapshot)
                        runs?.watch(snapshot)
                        mailbox.post(.snapshot(snapshot))
                    }
                }
                group.addTask { await followJournal() }
                group.addTask { await effects.desk?.follow() }
                if let script {
                    group.addTask { await KeyScript(path: script, mailbox: mailbox, screen: watching).play() }
                }
                for await effect in stream {
                    group.addTask { await effects.perform(effect) }
                }
            }
        }

        /// The journal, whoever writes it: other sessions' acts show here too.
        private func followJournal() async {
            guard let journal = world.journal else { return }
            var shown: [JournalRecord]?
            while !Task.isCancelled {
                if let records = try? await journal.newest(500), records != shown {
                    shown = records
                    mailbox.post(.journal(records))
                }
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }
}
