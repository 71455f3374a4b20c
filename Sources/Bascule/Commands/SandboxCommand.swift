import Cells
import Commands
import Configuration
import Domain
import Front
import Operations
import Sandbox
import Synchronization

/// `bascule sandbox`: the console on two clusters of this process's own, with traffic, mirrors and consumers; or, with
/// `--headless`, a scenario played to its end.
enum SandboxCommand {
    static func run(_ request: SandboxRequest, _ options: GlobalOptions) -> ExitCode {
        if let name = request.printedScenario { return printScenario(name) }
        let scenario: Scenario?
        do throws(SettingsError) {
            scenario = try request.scenario.map { (name) throws(SettingsError) in try self.scenario(name) }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
        if request.isHeadless, scenario == nil {
            Standard.error("bascule: --headless plays a scenario: name one with --scenario, \(names())")
            return .usage
        }
        let settings = worldSettings(request, scenario)
        let log = ProgramLog(path: options.logPath)
        do throws(PortError) {
            let side = try SandboxSide(settings, log: log)
            if let scenario, request.isHeadless { return play(scenario, side, request) }
            return open(side, scenario, options, log, caution: settings.caution)
        } catch {
            Standard.error("bascule: the embedded clusters did not start: \(error.operation): \(error.detail)")
            return .critical
        }
    }

    // MARK: Scenarios

    private static func printScenario(_ name: String) -> ExitCode {
        guard let text = BuiltInScenarios.text(named: name) else {
            Standard.error("bascule: no built-in scenario is called \(Spelling.quoted(name)): \(names())")
            return .usage
        }
        Standard.output(text)
        return .success
    }

    private static func names() -> String {
        "built in are " + BuiltInScenarios.all.map(\.name).joined(separator: ", ")
    }

    /// A built-in one of that name, else the file.
    private static func scenario(_ name: String) throws(SettingsError) -> Scenario {
        if let text = BuiltInScenarios.text(named: name) { return try ScenarioFile.parse(text, path: name) }
        return try ScenarioFile.load(path: name)
    }

    private static func worldSettings(_ request: SandboxRequest, _ scenario: Scenario?) -> WorldSettings {
        var settings =
            scenario.map { WorldSettings($0.world) }
            ?? WorldSettings(topics: 12, groups: 12, recordsPerSecond: 200, hasTroubledGroups: true, seed: 1)
        if let topics = request.topics { settings.topics = topics }
        if let groups = request.groups { settings.groups = groups }
        if let rate = request.recordsPerSecond { settings.recordsPerSecond = rate }
        if let seed = request.seed { settings.seed = UInt64(seed) }
        return settings
    }

    private static func play(_ scenario: Scenario, _ side: SandboxSide, _ request: SandboxRequest) -> ExitCode {
        let driver: (any DriverAsking)? =
            request.isGuided
            ? TerminalDriver(names: SandboxSide.names, author: JournalAuthor.ofThisProcess().actor) : nil
        let (stream, outcome) = AsyncStream.makeStream(of: Result<SandboxReport, PortError>.self)
        let ended = Mutex(false)
        _ = Background.start {
            await side.play(scenario, driver: driver) { outcome.yield($0) }
            await side.close()
            outcome.finish()
            ended.withLock { $0 = true }
        }
        // The report is printed when it is known; how the world ends afterwards keeps nobody waiting for long.
        let result: Result<SandboxReport, PortError>? = Background.run {
            for await result in stream { return result }
            return nil
        }
        defer { Background.run { await side.wait(atMost: .seconds(15)) { ended.withLock { $0 } } } }
        switch result {
        case nil:
            Standard.error("bascule: the scenario ended without a report")
            return .critical
        case .failure(let error)?:
            Standard.error("bascule: the scenario could not be played: \(error.operation): \(error.detail)")
            return .critical
        case .success(let report)?:
            Standard.output(
                ReportText.written(
                    SandboxDocument.node(of: report), as: request.output, text: SandboxDocument.text(of: report)))
            return report.isPassed ? .success : .critical
        }
    }

    // MARK: The console

    private static func open(
        _ side: SandboxSide, _ scenario: Scenario?, _ options: GlobalOptions, _ log: ProgramLog, caution: String?
    ) -> ExitCode {
        let themes = Themes(chosen: options.theme ?? "")
        var front = FrontSettings(
            mode: .sandbox, readOnlyReason: options.isReadOnly ? FrontSettings.readOnlyText : nil, context: "sandbox",
            names: SandboxSide.names, palettes: themes.palettes, runbooks: Runbooks.builtIn())
        if options.isASCIIOnly { front.glyphs = .ascii }
        return ConsoleCommand.open(
            side.consoleWorld(playing: scenario, isReadOnly: options.isReadOnly), front, options, log,
            standardError: options.logPath, notes: themes.problems + [caution].compactMap(\.self))
    }
}
