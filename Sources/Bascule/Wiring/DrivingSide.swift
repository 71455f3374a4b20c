import Configuration
import ConnectAdapter
import Domain
import HistoryStore
import KafkaAdapter
import Operations
import TrafficAdapter

/// Everything of a context that drives runs of the failover. A read-only session never makes one.
///
/// What can write is made when the first run is driven; each run has a lease of its own.
actor DrivingSide {
    /// What all runs of this process use.
    private struct Opened {
        let journal: JournalFile
        let moves: SyncedMoves
        let sync: SyncReading
        let writers: PerIDC<GroupOffsetCommitter>
        let endpoints: [TrafficAdapter.EndpointSettings]
        let approvals: SignedApprovals
    }

    nonisolated let author = RunAuthor(.ofThisProcess())
    nonisolated let observations = RunObservations()
    private let context: ContextSettings
    private let journalPath: String?
    private let language: Language
    private let reading: ReadingSide
    private let collector: CollectorSettings
    private let haproxy: TrafficAdapter.HAProxySettings?
    private let log: ProgramLog
    private var opened: Opened?

    /// How long a side is waited for that has not said which groups it has.
    private static let patience = Duration.seconds(20)

    init(
        _ context: ContextSettings, _ settings: Settings, _ reading: ReadingSide, log: ProgramLog
    ) throws(SettingsError) {
        self.context = context
        journalPath = settings.journalPath
        language = settings.language
        collector = try CollectorSettings(context, interval: settings.refreshInterval)
        haproxy = try context.trafficSettings()
        self.reading = reading
        self.log = log
    }

    /// What one run needs. Its lease is whoever's who asked.
    func surroundings() async throws(RunStop) -> FailoverRunner.Surroundings {
        let opened: Opened
        do throws(PortError) {
            opened = try await open()
        } catch {
            throw .refused("\(error.operation): \(error.detail)")
        }
        var pacing = RunPacing()
        pacing.betweenTrafficChanges = context.failover.waitPeriod
        return FailoverRunner.Surroundings(
            ports: ports(opened), author: author, digest: { ChainDigest.sha256($0) }, pacing: pacing,
            clock: ContinuousClock(), now: WallClock.now, runbook: { RunbookFile.journalled($0) })
    }

    private func open() async throws(PortError) -> Opened {
        if let opened { return opened }
        guard let journalPath else {
            throw PortError(
                .failed, operation: "journal",
                detail: "nothing is done, because it could not be recorded: set `journal` in the configuration, or HOME"
            )
        }
        Folders.makeParent(of: journalPath)
        let journal = try await JournalFile.open(at: journalPath)
        let sync: SyncReading
        do throws(SettingsError) {
            sync = try SyncReading(context, reading)
        } catch {
            throw PortError(.failed, operation: "configuration", detail: error.text)
        }
        let log = log
        func writer(_ idc: IDC) throws(PortError) -> GroupOffsetCommitter {
            try GroupOffsetCommitter(context.kafka(idc, clientID: "bascule"), log: { log.write("librdkafka: \($0)") })
        }
        let writers = PerIDC(idc1: try writer(.idc1), idc2: try writer(.idc2))
        let made = Opened(
            journal: journal,
            moves: SyncedMoves(
                sync.engine, writing: writers.map { $0 }, clusters: reading.ports(),
                commits: reading.clusters.map { $0 }, daemons: OperatorHolds(context, reading), clock: ContinuousClock()
            ),
            sync: sync, writers: writers, endpoints: try ConfiguredEndpoints.settings(of: context.failover),
            approvals: try SignedApprovals(context.failover, reading.runJournals))
        opened = made
        return made
    }

    private func ports(_ opened: Opened) -> RunPorts {
        let (log, names, reading) = (log, context.idcs.map(\.name), reading)
        let collector = collector
        let lease = DriverLease(clusters: reading.clusters, names: names, log: { log.write($0) })
        let observations = observations
        let liveTopics = collector.liveTopics
        let folder = journalPath.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } } ?? "."
        var journals: [any RunJournalWriting] = [opened.journal]
        for idc in IDC.allCases {
            journals.append(KafkaRunJournal(idc: idc, lease: lease, reader: reading.runJournals[idc]))
        }
        let connectors = PerIDC<(any ConnectorControlling)?> { idc in
            reading.connect[idc].map { ConnectController($0) }
        }
        let traffic: (any TrafficReading & TrafficControlling)? = haproxy.map { HAProxyRouter($0) }
        return RunPorts(
            journals: journals, lease: lease, approvals: opened.approvals, newestSnapshot: { observations.newest },
            rateBefore: { observations.rateBefore }, clusters: reading.ports(),
            traffic: traffic, connectors: connectors,
            endpoints: EndpointController(opened.endpoints),
            // A person, or what the endpoint does to connections, stops and starts consumers.
            consumers: nil, offsets: opened.moves, target: TargetProbe(reading.clusters, log: { log.write($0) }),
            commands: CommandRunner(), http: RunCalls(),
            reports: FileReports(
                folder: folder + "/reports", names: names, language: language),
            provenance: PerIDC { ProvenanceRule(copyHeaders: collector.recognition.copyHeaders(on: $0)) },
            isLiveTopic: { liveTopics.accepts($0) }, isFrozen: { await opened.sync.engine.isFrozen() },
            trafficChangedAt: { try? await opened.journal.trafficChangedAt() })
    }

    // MARK: How a run begins

    /// The first record of a run: with every group that consumes on the side that is left, as far as that is known.
    func header(_ request: RunRequestNamed) async throws(RunStop) -> (header: RunHeader, runbook: Runbook) {
        let runbook = try Self.runbook(request.runbook, in: context)
        guard let snapshot = await snapshot(knowingGroupsOf: request.from) else {
            throw .refused("Nothing has been read yet.")
        }
        let target = request.from.other
        let onTarget: Partial<[ConsumerGroup], PortError>
        do throws(PortError) {
            let shown = collector.shownGroups
            onTarget = try await reading.clusters[target].groups(where: { shown.accepts($0) })
        } catch {
            throw .refused("The groups of \(context.idcs[target].name) could not be read: \(error.detail)")
        }
        let onSource = await listing(of: request.from, known: snapshot)
        let groups = try groups(runbook, request.from, snapshot, onSource, onTarget)
        // What it lists as live now has members, whatever was seen before.
        let quiet = groups.filter { onSource?[$0]?.state.isLive != true }
        let failover = context.failover
        do throws(RunScope.Ambiguity) {
            let endpoints = try RunScope.byEndpoint(groups) { group in
                failover.endpoints(of: group).map { endpoint in
                    // What a person points has no name that could be read.
                    (endpoint.name, endpoint.source == .byHand ? nil : endpoint.name)
                }
            }
            return (
                RunHeader(
                    run: request.run, runbook: runbook.name, runbookText: runbook.text, from: request.from,
                    driver: author.name, host: author.host, reason: request.reason, split: request.split,
                    endpoints: endpoints, emptyGroups: observations.empty(quiet, on: request.from)), runbook
            )
        } catch {
            throw .refused(
                "The group \(error.group) is behind several endpoints, \(error.endpoints.joined(separator: ", ")): "
                    + "give it to one of them in the configuration.")
        }
    }

    /// The newest, once a side has answered which groups it has or has failed to; after a while whatever there is.
    private func snapshot(knowingGroupsOf idc: IDC) async -> Snapshot? {
        let end = ContinuousClock.now.advanced(by: Self.patience)
        while true {
            let newest = observations.newest
            if let newest, newest.clusters[idc].groups != .pending { return newest }
            guard ContinuousClock.now < end, !Task.isCancelled else { return newest }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// All groups that a side lists now; `nil` where it does not answer, or after a while still in part only. A busy broker
    /// lists groups long before it has described them all.
    private func listing(of idc: IDC, known snapshot: Snapshot) async -> [String: ListedGroup]? {
        let shown = collector.shownGroups
        let end = ContinuousClock.now.advanced(by: Self.patience)
        while (observations.newest ?? snapshot).clusters[idc].metadata.current != nil {
            do throws(PortError) {
                let listed = try await reading.clusters[idc].groupStates()
                if listed.isComplete { return listed.value.filter { shown.accepts($0.key) } }
            } catch {
                log.write("groups of \(context.idcs[idc].name): \(error.operation): \(error.detail)")
            }
            guard ContinuousClock.now < end, !Task.isCancelled else { break }
            try? await Task.sleep(for: .milliseconds(500))
        }
        return nil
    }

    private func groups(
        _ runbook: Runbook, _ source: IDC, _ snapshot: Snapshot, _ onSource: [String: ListedGroup]?,
        _ onTarget: Partial<[ConsumerGroup], PortError>
    ) throws(RunStop) -> [String] {
        do throws(RunScope.Unread) {
            return try RunScope.groups(leaving: source, snapshot, onSource: onSource, onTarget: onTarget)
        } catch {
            let movesGroups = runbook.steps.contains { step in if case .groups = step.kind { true } else { false } }
            guard movesGroups else { return [] }
            switch error {
            case .pending(let idc):
                throw .refused("The groups of \(context.idcs[idc].name) have not been read yet: try again in a moment.")
            case .unavailable(let idc, let detail):
                throw .refused(
                    "No group that runs on \(context.idcs[source].name) is known, and the groups of "
                        + "\(context.idcs[idc].name) cannot be read: \(detail). `bascule traffic set` moves the traffic; "
                        + "a runbook that moves groups begins once they are known from either side.")
            }
        }
    }

    /// A built-in one of that name, else the file; with a second person where the context asks for one.
    static func runbook(_ name: String, in context: ContextSettings) throws(RunStop) -> Runbook {
        let needsSecond =
            switch context.failover.secondPerson {
            case .never: false
            case .production: context.isProduction
            case .always: true
            }
        do throws(SettingsError) {
            guard var text = BuiltInRunbooks.text(named: name) else {
                let runbook = try RunbookFile.load(path: name)
                if needsSecond, case .declare(0)? = runbook.steps.first?.kind {
                    throw SettingsError(
                        "the runbook \(name) declares no approvals, and \(context.name) needs a second person: write {approvals: 1}"
                    )
                }
                return runbook
            }
            if needsSecond { text = text.replacing("declare: {approvals: 0}", with: "declare: {approvals: 1}") }
            return try RunbookFile.parse(text, path: name)
        } catch {
            throw .refused(error.text)
        }
    }

    /// As the console takes it.
    nonisolated var driving: ConsoleRuns.Driving {
        ConsoleRuns.Driving(
            author: author, surroundings: { () async throws(RunStop) in try await self.surroundings() },
            header: { (request) async throws(RunStop) in try await self.header(request) })
    }

    func close() async {
        guard let opened else { return }
        await opened.sync.close()
        for idc in IDC.allCases { await opened.writers[idc].close() }
    }
}
