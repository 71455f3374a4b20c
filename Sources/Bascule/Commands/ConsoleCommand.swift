import Cells
import Commands
import Configuration
import Domain
import Front
import HistoryStore
import Operations
import Terminal

/// `bascule` and `bascule watch`: the console on the clusters of a context.
enum ConsoleCommand {
    static func run(_ settings: Settings, _ options: GlobalOptions, isWatching: Bool) -> ExitCode {
        do throws(SettingsError) {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            for note in settings.notes { log.write(note) }
            let reading = try ReadingSide(context, log: log)
            let sync = try SyncReading(context, reading)
            let isReadOnly = isWatching || options.isReadOnly
            let journalPath = settings.journalPath
            // Read-only is enforced here and nowhere else: what could write is not even made.
            var acting: ConsoleWorld.MakeActingSide?
            var driving: DrivingSide?
            if !isReadOnly {
                driving = try DrivingSide(context, settings, reading, log: log)
                acting = { newest in
                    ActingSide(context, journalPath: journalPath, reading: reading, newestSnapshot: newest)
                }
            }
            let world = ConsoleWorld(
                collectorSettings: try CollectorSettings(context, interval: settings.refreshInterval),
                ports: reading.ports(), traffic: reading.traffic, sync: sync.engine,
                planner: Planner(settings: context.plannerSettings),
                acting: acting, journal: journalPath.map { JournalFileReader(path: $0) },
                runs: Self.runs(journalPath, reading, driving), inject: nil,
                live: { _ in },
                close: { [driving] in
                    await driving?.close()
                    await sync.close()
                    await reading.close()
                })
            var front = FrontSettings(
                mode: isWatching ? .watch : .normal,
                readOnlyReason: isReadOnly && !isWatching ? FrontSettings.readOnlyText : nil,
                context: context.name, names: context.idcs.map(\.name),
                keyMap: try KeyMap(settings.keys, file: settings.path), refreshInterval: settings.refreshInterval,
                runbooks: Runbooks.builtIn(), language: settings.language)
            let themes = Themes(chosen: options.theme ?? settings.theme)
            front.palettes = themes.palettes
            if options.isASCIIOnly { front.glyphs = .ascii }
            return open(
                world, front, options, log, standardError: options.logPath ?? settings.logPath,
                notes: themes.problems + [log.problem].compactMap(\.self))
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    /// Runs as the console of a context follows them: by the local copy of their journals and by those in both clusters.
    /// A session that may write drives them too.
    private static func runs(
        _ journalPath: String?, _ reading: ReadingSide, _ driving: DrivingSide?
    ) -> ConsoleRuns {
        let local: [any RunJournalReading] = journalPath.map { [JournalFileReader(path: $0)] } ?? []
        return ConsoleRuns(
            copies: local + IDC.allCases.map { reading.runJournals[$0] }, digest: { ChainDigest.sha256($0) },
            runbook: { RunbookFile.journalled($0) }, watch: { driving?.observations.watch($0) },
            driving: driving?.driving)
    }

    /// Opens the console on a world; what went wrong before the first screen is shown on it.
    static func open(
        _ world: ConsoleWorld, _ front: FrontSettings, _ options: GlobalOptions, _ log: ProgramLog,
        standardError: String?, notes: [String]
    ) -> ExitCode {
        do throws(TerminalError) {
            let session = try ConsoleSession(world, front: front, options: options, log: log)
            for note in notes {
                log.write(note)
                session.say(note)
            }
            return try session.run(standardErrorPath: standardError)
        } catch {
            Standard.error("bascule: \(error)")
            Background.run { await world.close() }
            return .usage
        }
    }
}

extension KeyMap {
    /// The standard keys with the configuration's own in their place.
    init(_ settings: [KeySetting], file: String) throws(SettingsError) {
        do throws(KeyMapRefusal) {
            try self.init(
                overrides: settings.map {
                    KeyOverride(action: $0.action, keys: $0.keys, location: "\($0.location)")
                })
        } catch {
            throw SettingsError(error.problems.map { .init($0, at: nil) })
        }
    }
}
