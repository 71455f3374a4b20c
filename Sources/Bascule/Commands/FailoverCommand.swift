import Commands
import Configuration
import Domain
import HistoryStore
import Operations

/// `bascule failover`: plans, runs that were driven from here, and their reports.
struct FailoverCommand {
    let settings: Settings
    let options: GlobalOptions

    init(_ settings: Settings, _ options: GlobalOptions) {
        self.settings = settings
        self.options = options
    }

    /// Prints a runbook's file, which needs no configuration.
    static func printRunbook(_ name: String) -> ExitCode {
        do throws(SettingsError) {
            Standard.output(try runbook(name).text)
            return .success
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    /// A built-in one of that name, else the file.
    private static func runbook(_ name: String) throws(SettingsError) -> Runbook {
        if let text = BuiltInRunbooks.text(named: name) { return try RunbookFile.parse(text, path: name) }
        return try RunbookFile.load(path: name)
    }

    func run(_ request: FailoverRequest) -> ExitCode {
        switch request {
        case .plan(let name, let source, let report): plan(name, from: source, report)
        case .status(let output): status(output)
        case .start(let name, let source, let reason, let split, let confirmation):
            start(name, from: source, reason: reason, split: split, confirmation: confirmation)
        case .resume(let run): resume(run)
        case .approve(let run, let confirmation): approve(run, confirmation: confirmation)
        case .report(let run, let format, let language, let isVerified):
            report(run, format, Language(rawValue: language) ?? .english, isVerified: isVerified)
        }
    }

    private func plan(_ name: String, from source: IDC, _ report: ReportOptions) -> ExitCode {
        do throws(SettingsError) {
            let runbook = try Self.runbook(name)
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let reading = try ReadingSide(context, log: log)
            let live = try LiveReading(context, reading, interval: settings.refreshInterval)
            let sync = try SyncReading(context, reading)
            let end = ContinuousClock.now + report.timeout
            // Half of the time at most, so that what it costs can be read in the other half.
            let snapshot = Background.run { await live.settled(within: report.timeout / 2) }
            let cost = cost(leaving: source, snapshot, sync, reading, until: end)
            let announced = announced(by: source.other, sync, until: end)
            let plan = RunPlan(runbook, from: source, snapshot: snapshot, announced: announced, cost: cost)
            Standard.output(ReportText.written(plan.node, as: report.output, text: plan.text))
            // What a dead cluster holds up must not keep the person: the process ends all the same.
            let _: Void? = Background.run(within: .seconds(1)) {
                await sync.close()
                await live.close()
            }
            return plan.steps.allSatisfy(\.blocking.isEmpty) ? .success : .warning
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    /// What the groups of a side would read twice, and which could not be moved, from what is proven now; `nil`: not known.
    private func cost(
        leaving source: IDC, _ snapshot: Snapshot, _ sync: SyncReading, _ reading: ReadingSide,
        until end: ContinuousClock.Instant
    ) -> MoveCost? {
        guard let groups = RunPlan.groups(leaving: source, snapshot) else { return nil }
        let decisions = MoveDecisions(
            sync.engine, clusters: reading.ports(), commits: reading.clusters.map { $0 }, clock: ContinuousClock())
        let decided = Background.run(within: ContinuousClock.now.duration(to: end)) {
            await decisions.decide(groups, from: source, isFinal: false)
        }
        if decided == nil {
            Standard.error(
                "bascule: what moving the groups would cost is not known: it was not read in time; give it a longer --timeout"
            )
        }
        return MoveCost(of: groups, decided: decided ?? [])
    }

    /// What had not come over, as the daemon of the side that would take over wrote it down.
    private func announced(
        by target: IDC, _ sync: SyncReading, until end: ContinuousClock.Instant
    ) -> StrandedRecords? {
        let said: StrandedRecords?? = Background.run(within: ContinuousClock.now.duration(to: end)) {
            // The cost was read with it, where groups were found.
            if await sync.engine.announced()[target.other] == nil { await sync.engine.refreshHolds(target) }
            return await sync.engine.announced()[target.other]
        }
        return said.flatMap(\.self)
    }

    // MARK: Runs

    var journal: JournalFileReader? { settings.journalPath.map { JournalFileReader(path: $0) } }

    private func status(_ output: OutputFormat) -> ExitCode {
        guard let journal else { return noJournal() }
        let runs: Result<[(run: String, report: RunReport)], PortError> = Background.run {
            do throws(PortError) {
                var found: [(run: String, report: RunReport)] = []
                for run in try await journal.runs() {
                    guard case .success(let report) = Self.reading(try await journal.records(of: run)) else { continue }
                    found.append((run, report))
                }
                return .success(found)
            } catch {
                return .failure(error)
            }
        }
        switch runs {
        case .failure(let error):
            Standard.error("bascule: \(error.operation): \(error.detail)")
            return .unknown
        case .success(let runs):
            let node = DataNode.array(runs.map { RunDocument.node(of: $0.report) })
            let lines = runs.map { "\($0.run)  \($0.report.header.runbook)  \(RunDocument.word($0.report.outcome))" }
            Standard.output(
                ReportText.written(
                    node, as: output,
                    text: lines.isEmpty ? "no run was driven from this host\n" : lines.joined(separator: "\n") + "\n"))
            return .success
        }
    }

    static func reading(_ records: [RunRecord]) -> Result<RunReport, JournalProblem> {
        do throws(JournalProblem) {
            let entries = try RunChain.entries(of: records)
            let machine = try FailoverMachine.replaying(entries) { (text) throws(JournalProblem) in
                try RunbookFile.journalled(text).get()
            }
            return .success(RunReport(machine, entries: entries, chainHead: records.last?.hash ?? RunChain.beginning))
        } catch {
            return .failure(error)
        }
    }

    func noJournal() -> ExitCode {
        Standard.error("bascule: there is no journal: set `journal` in the configuration, or HOME")
        return .configuration
    }
}
