import Cells
import Commands
import Configuration
import Domain
import HistoryStore
import KafkaAdapter
import Operations

/// `bascule offsets plan`, `sync` and `adopt`.
struct OffsetsCommand {
    private let settings: Settings
    private let options: GlobalOptions

    init(_ settings: Settings, _ options: GlobalOptions) {
        self.settings = settings
        self.options = options
    }

    // MARK: Plan

    func plan(_ selection: GroupSelection, _ report: ReportOptions) -> ExitCode {
        withReading { context, reading, sync in
            let (statuses, problems) = await read(sync.engine, selection, order: nil, within: report.timeout)
            return finish(statuses, problems, selection, as: report.output)
        }
    }

    /// Evidence of two rounds, as copies are looked at up to the end of the round before, and a plan of every group.
    /// Records are read for as long as there is time: what they cannot make exact then is told as what it is at most.
    private func read(
        _ engine: SyncEngine, _ selection: GroupSelection, order: SyncOrder?, within deadline: Duration
    ) async -> ([GroupSyncStatus], [PortError]) {
        let end = ContinuousClock.now + deadline
        _ = await engine.refresh()
        let problems = await engine.refresh()
        let ids = await engine.groups().filter(selection.selects)
        // A commit that rests is told from one that moves by a second look.
        _ = await engine.plan(ids, order: order)
        var statuses = await engine.plan(ids, order: order)
        let open = statuses.indices.filter { index in statuses[index].partitions.contains { $0.readTwice != 0 } }
        var searched = 0
        while searched < open.count, ContinuousClock.now < end {
            let some = open[searched..<min(searched + Self.searchedAtOnce, open.count)]
            searched += some.count
            for status in await engine.plan(some.map { statuses[$0].group }, order: order, readsRecords: true) {
                guard let index = some.first(where: { statuses[$0].group == status.group }) else { continue }
                statuses[index] = status
            }
        }
        if searched < open.count {
            Standard.error(
                "bascule: records were not read for \(open.count - searched) groups within \(deadline.spelled); what "
                    + "they would read twice is told as what it is at most")
        }
        return (statuses, problems)
    }

    /// Groups whose records are read between two looks at the time.
    private static let searchedAtOnce = 8

    private func finish(
        _ statuses: [GroupSyncStatus], _ problems: [PortError], _ selection: GroupSelection, as format: OutputFormat
    ) -> ExitCode {
        tell(problems)
        if statuses.isEmpty, !selection.names.isEmpty {
            let names = selection.names.map { Spelling.quoted($0.pattern) }.joined(separator: ", ")
            Standard.error(
                "bascule: "
                    + (problems.isEmpty
                        ? "no group matches \(names)" : "whether a group matches \(names) is not known: see above"))
            return problems.isEmpty ? .critical : .unknown
        }
        let document = OffsetPlanDocument(statuses)
        Standard.output(ReportText.written(document.rows, as: format, text: document.text(width: { TextWidth.of($0) })))
        return exitCode(statuses, problems)
    }

    /// A side that is gone fails many readings for one reason.
    private func tell(_ problems: [PortError]) {
        var told: Set<String> = []
        for problem in problems {
            let text = "\(problem.operation): \(problem.detail)"
            if told.insert(text).inserted { Standard.error("bascule: \(text)") }
        }
    }

    private func exitCode(_ statuses: [GroupSyncStatus], _ problems: [PortError]) -> ExitCode {
        if !problems.isEmpty || statuses.contains(where: { $0.problem != nil }) { return .unknown }
        let isHeld = statuses.contains { status in
            status.partitions.contains { row in
                switch row.state {
                case .held, .foreign, .unproven: true
                case .inSync, .mirroring, .liveThere, .expiring, .unsupportedType, .notSynced: false
                }
            }
        }
        return isHeld ? .warning : .success
    }

    // MARK: Sync and adopt

    func sync(_ selection: GroupSelection, _ sync: OffsetSyncOptions) -> ExitCode {
        write(selection, sync, as: "offsets sync") { statuses, _, _ in
            statuses.filter { status in
                status.problem == nil
                    && status.partitions.contains { if case .write = $0.decision { true } else { false } }
            }
        }
    }

    func adopt(_ selection: GroupSelection, _ sync: OffsetSyncOptions) -> ExitCode {
        write(selection, sync, as: "offsets adopt") { (statuses, reading, aliases) async throws(PortError) in
            var adopted: [GroupSyncStatus] = []
            var checkpoints: PerIDC<[String: [TopicPartition: Set<Offset>]]> = PerIDC { _ in [:] }
            for idc in IDC.allCases {
                checkpoints[idc] = try await CheckpointTopic.downstreamOffsets(
                    on: reading.clusters[idc], aliases: aliases[idc.other])
            }
            for status in statuses {
                guard let flow = status.flow else { continue }
                let foreign = status.partitions.filter { $0.owner == .foreign }
                guard !foreign.isEmpty else { continue }
                let known = checkpoints[flow.target][status.group] ?? [:]
                let strange = foreign.filter { row in
                    !(row.standing.map { known[row.partition]?.contains($0) ?? false } ?? false)
                }
                if strange.isEmpty {
                    adopted.append(status)
                } else {
                    Standard.error(
                        "\(status.group): left as it is: no checkpoint of MirrorMaker 2 accounts for "
                            + strange.map { "\($0.partition.topic)-\($0.partition.partition)" }.joined(separator: ", "))
                }
            }
            return adopted
        }
    }

    private typealias Choice =
        @Sendable (
            [GroupSyncStatus], ReadingSide, PerIDC<Set<String>>
        ) async throws(PortError) -> [GroupSyncStatus]

    private func write(
        _ selection: GroupSelection, _ sync: OffsetSyncOptions, as command: String, choosing: @escaping Choice
    ) -> ExitCode {
        if options.isReadOnly, !sync.act.isDryRun {
            Standard.error(
                "bascule: READ-ONLY: this session cannot change anything; leave --read-only out, or add --dry-run")
            return .critical
        }
        let isAdopting = command == "offsets adopt"
        let order = SyncOrder(replacesForeignCommit: isAdopting || sync.replacesForeignCommits)
        return withReading { context, reading, sides in
            let (statuses, problems) = await read(sides.engine, selection, order: order, within: sync.act.timeout)
            let chosen: [GroupSyncStatus]
            do throws(PortError) {
                chosen = try await choosing(statuses, reading, sides.aliases)
            } catch {
                Standard.error("bascule: \(error.operation): \(error.detail)")
                return .unknown
            }
            let code = finish(isAdopting ? chosen : statuses, problems, GroupSelection(), as: sync.output)
            let isEmpty = selection.names.isEmpty == false && statuses.isEmpty
            if isEmpty {
                Standard.error(
                    problems.isEmpty
                        ? "bascule: no group matches" : "bascule: whether a group matches is not known: see above")
                return problems.isEmpty ? .critical : .unknown
            }
            guard !chosen.isEmpty else {
                Standard.error(
                    problems.isEmpty
                        ? "bascule: nothing to write"
                        : "bascule: nothing is written, as not all could be read: see above")
                return code
            }
            if sync.act.isDryRun { return code }
            guard confirms(chosen, sync.act) else {
                Standard.error("bascule: not confirmed, nothing was written")
                return .critical
            }
            return await carryOut(chosen.map(\.group), context, sides.engine, order, command)
        }
    }

    /// The count of groups is typed, so that a plan that has grown since is noticed.
    private func confirms(_ chosen: [GroupSyncStatus], _ act: ActOptions) -> Bool {
        if let text = act.confirmation { return text == "\(chosen.count)" }
        guard Standard.inputIsTerminal else { return false }
        Standard.error("Offsets of \(Count(chosen.count, "group")) will be written. Type \(chosen.count):")
        return Standard.line() == "\(chosen.count)"
    }

    private func carryOut(
        _ groups: [String], _ context: ContextSettings, _ engine: SyncEngine, _ order: SyncOrder, _ command: String
    ) async -> ExitCode {
        do throws(PortError) {
            guard let path = settings.journalPath else {
                throw PortError(
                    .failed, operation: "journal",
                    detail: "nothing is done, because it could not be recorded: set `journal`, or HOME")
            }
            Folders.makeParent(of: path)
            let journal = ActJournal(
                journal: try await JournalFile.open(at: path), author: .ofThisProcess(), now: WallClock.now)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let writers = PerIDC(
                idc1: try committer(.idc1, context, log), idc2: try committer(.idc2, context, log))
            let run = "\(command) \(WallClock.now().milliseconds)"
            let line = "bascule \(command) \(groups.map { Spelling.quoted($0) }.joined(separator: " "))"
            try await journal.append(
                .planned, run: run, text: "\(command): \(Count(groups.count, "group"))", command: line)
            // An order of a person's, beside whoever holds the lease: what is written is safe whoever writes it.
            let writer = SyncEngine.Writer(sides: writers.map { $0 }, token: { _, _ in 0 })
            _ = await engine.refresh()
            _ = await engine.sync(groups, by: writer, order: order, readsRecords: true)
            // What stands there now, by a reading of its own.
            let seen = await engine.plan(groups)
            let failed = seen.filter { status in
                status.problem != nil
                    || status.partitions.contains { if case .keep = $0.decision { false } else { true } }
            }
            for status in failed {
                for row in status.partitions {
                    if case .keep = row.decision { continue }
                    Standard.error(
                        "\(status.group) \(row.partition.topic)-\(row.partition.partition): \(row.decision.reason)")
                }
                if let problem = status.problem { Standard.error("\(status.group): \(problem.detail)") }
            }
            let text = "\(groups.count - failed.count) of \(groups.count) groups written whole and read back"
            try await journal.append(.finished, run: run, text: text, command: line)
            Standard.error("bascule: \(text)")
            for idc in IDC.allCases { await writers[idc].close() }
            return failed.isEmpty ? .success : .warning
        } catch {
            Standard.error("bascule: \(error.operation): \(error.detail)")
            return .critical
        }
    }

    private func committer(
        _ idc: IDC, _ context: ContextSettings, _ log: ProgramLog
    ) throws(PortError) -> GroupOffsetCommitter {
        try GroupOffsetCommitter(context.kafka(idc, clientID: "bascule"), log: { log.write("librdkafka: \($0)") })
    }

    private func withReading(
        _ body: @escaping @Sendable (ContextSettings, ReadingSide, SyncReading) async -> ExitCode
    ) -> ExitCode {
        do throws(SettingsError) {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let reading = try ReadingSide(context, log: log)
            let sync = try SyncReading(context, reading)
            return Background.run {
                let code = await body(context, reading, sync)
                await sync.close()
                await reading.close()
                return code
            }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }
}

extension ContextSettings {
    /// How one side's cluster is reached.
    func kafka(_ idc: IDC, clientID: String) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: idcs[idc].bootstrap.joined(separator: ","), properties: idcs[idc].kafka.reveal(),
            clientID: clientID)
    }
}
