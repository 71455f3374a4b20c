import Configuration
import ConnectAdapter
import Domain
import FoundationEssentials
import Glibc
import HistoryStore
import Operations
import Sandbox
import Synchronization

/// The sandbox's world with everything that a console, or a player of scenarios, needs of it: the same adapters, ports
/// and plans as for real clusters.
struct SandboxSide: Sendable {
    static let names = PerIDC(idc1: "IDC1", idc2: "IDC2")

    let world: World
    private let connect: PerIDC<ConnectClient>
    private let collectorSettings: CollectorSettings
    private let journalPath: String

    init(_ settings: WorldSettings, log: ProgramLog) throws(PortError) {
        let addresses = Mutex<PerIDC<String>?>(nil)
        let clock = WorldClock(ContinuousClock())
        world = try World(
            settings, clock: clock, log: { log.write("sandbox: \($0)") },
            mirrors: { (bootstrap, topics, oneWay) throws(PortError) in
                let workers = try MirrorWorkers(
                    bootstrap, topics: topics, oneWay: oneWay, clock: clock, wallTime: WallClock.now,
                    controls: { (url) throws(PortError) in ConnectController(try Self.client(url)) },
                    log: { log.write("mirror: \($0)") })
                addresses.withLock { $0 = PerIDC { workers.address(beside: $0) } }
                return workers
            })
        guard let urls = addresses.withLock({ $0 }) else {
            throw PortError(.failed, operation: "sandbox", detail: "the mirror workers have no address")
        }
        connect = PerIDC(idc1: try Self.client(urls.idc1), idc2: try Self.client(urls.idc2))
        do throws(NamePatternError) {
            collectorSettings = CollectorSettings(
                context: "sandbox", names: Self.names,
                shownGroups: try CollectorSettings.shownGroups(leavingOut: ["connect-.*", "__.*"]),
                recognition: try MirrorRecognition(kind: .bascule, names: Self.names), trafficSource: "router")
        } catch {
            throw PortError(.failed, operation: "sandbox", detail: "\(error)")
        }
        // Nothing of the sandbox outlives it: the journal of what is done there goes with it.
        journalPath =
            "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/bascule-sandbox-\(getpid())/journal.db"
    }

    private static func client(_ url: String) throws(PortError) -> ConnectClient {
        do throws(ConnectAdapter.ConnectSettings.Invalid) {
            return ConnectClient(
                try ConnectSettings(urls: [url], conflictDeadline: .seconds(20)), clock: ContinuousClock(),
                wallTime: WallClock.now)
        } catch {
            throw PortError(.failed, operation: "sandbox", detail: error.description)
        }
    }

    private var ports: PerIDC<ClusterPorts> {
        PerIDC { world.ports(of: $0, connectors: ConnectReader(connect[$0])) }
    }

    /// By Bascule's own mirrors, as the configuration of real clusters would say.
    private func syncEngine() -> SyncEngine {
        let groups = collectorSettings.shownGroups
        let topics = collectorSettings.liveTopics
        let recognition = collectorSettings.recognition
        return SyncEngine(
            sides: PerIDC { world.syncSide(of: $0, connectors: ConnectReader(connect[$0])) },
            settings: SyncSettings(
                policy: SyncPolicy(retention: .seconds(7 * 86_400)), kind: .bascule,
                copyRules: PerIDC { ProvenanceRule(copyHeaders: recognition.copyHeaders(on: $0)) }, held: [],
                isWanted: { groups.accepts($0) }, isMirrored: { topics.accepts($0) }),
            now: WallClock.now)
    }

    // MARK: The console

    func consoleWorld(playing scenario: Scenario?, isReadOnly: Bool) -> ConsoleWorld {
        let world = world
        var acting: ConsoleWorld.MakeActingSide?
        if !isReadOnly { acting = { newest in ActingSide(sandbox: self, newestSnapshot: newest) } }
        let connectors = connect.map { ConnectController($0) as any ConnectorControlling }
        return ConsoleWorld(
            collectorSettings: collectorSettings, ports: ports, traffic: world.router,
            sync: syncEngine(),
            planner: Planner(
                settings: PlannerSettings(isProduction: false, mirrorTemplate: nil, hasWorkerMirrors: true)),
            acting: acting,
            journal: JournalFileReader(path: journalPath),
            runs: consoleRuns(isReadOnly: isReadOnly),
            inject: { (fault) throws(PortError) in try await world.inject(fault) },
            live: { failed in
                await withDiscardingTaskGroup { group in
                    group.addTask { await world.live(failed) }
                    guard let scenario else { return }
                    let player = ScenarioPlayer(scenario, in: world, connectors: connectors)
                    group.addTask { await player.playFaultsOnly() }
                }
            },
            close: { await close() })
    }

    /// What plans of the sandbox's console run on.
    func runner(
        _ journal: JournalFile, newestSnapshot: @escaping @Sendable () async -> Snapshot?
    ) -> PlanRunner {
        let world = world
        return PlanRunner(
            acting: ActingPorts(
                connectors: connect.map { ConnectController($0) }, traffic: world.router,
                sync: ForcedSync(syncEngine(), writing: PerIDC { world.offsetWriter(on: $0) }),
                holds: OperatorHolds(
                    PerIDC { idc in
                        OperatorHolds.Side(
                            name: Self.names[idc], reading: world.holds[idc], writing: world.holds[idc],
                            groups: world.syncSide(of: idc, connectors: nil).groups)
                    }, configured: [], author: .ofThisProcess(), clock: ContinuousClock(), now: WallClock.now),
                journal: SlowJournal(journal: journal, pause: { world.historyPause })),
            rereading: RereadingPorts(
                connectors: connect.map { ConnectReader($0) }, traffic: world.router, newestSnapshot: newestSnapshot,
                trafficChangedAt: { try? await journal.trafficChangedAt() }),
            author: .ofThisProcess(), names: Self.names, clock: ContinuousClock(), now: WallClock.now)
    }

    var journal: String { journalPath }

    /// Runs of the failover, on the sandbox's own ports.
    private var runs: SandboxRuns {
        SandboxRuns(
            world,
            SandboxRuns.Makings(
                ports: ports, connectors: connect.map { ConnectController($0) as any ConnectorControlling },
                digest: { ChainDigest.sha256($0) }, runbook: { RunbookFile.journalled($0) }, clock: ContinuousClock(),
                now: WallClock.now,
                trafficChangedAt: { [journalPath] in
                    try? await JournalFileReader(path: journalPath).trafficChangedAt()
                }))
    }

    /// Runs as the sandbox's console follows and drives them.
    private func consoleRuns(isReadOnly: Bool) -> ConsoleRuns {
        let runs = runs
        let author = RunAuthor(.ofThisProcess())
        let driving = ConsoleRuns.Driving(
            author: author,
            surroundings: { runs.surroundings(author, driver: runs.journal.driver()) },
            header: { (request) throws(RunStop) in
                guard
                    let begun = await runs.header(
                        request.runbook, from: request.from, run: request.run, by: author, reason: request.reason,
                        split: request.split)
                else { throw .refused("The runbook \(request.runbook) is not one of the sandbox's.") }
                return begun
            })
        return ConsoleRuns(
            copies: runs.journal.driver().journals, digest: { ChainDigest.sha256($0) },
            runbook: { RunbookFile.journalled($0) }, watch: { runs.watch($0) }, driving: isReadOnly ? nil : driving)
    }

    // MARK: Without a console

    /// Plays a scenario to its end, watched through the console's own collector. `report` is called once, before the
    /// world ends.
    func play(
        _ scenario: Scenario, driver: (any DriverAsking)?,
        report: @escaping @Sendable (Result<SandboxReport, PortError>) -> Void
    ) async {
        let player = ScenarioPlayer(
            scenario, in: world, connectors: connect.map { ConnectController($0) as any ConnectorControlling },
            runs: runs, driver: driver)
        let collector = Collector(
            settings: collectorSettings, ports: ports, traffic: world.router, clock: ContinuousClock(),
            wallTime: WallClock.now)
        await withTaskGroup(of: Void.self) { [world] group in
            group.addTask { await world.live() }
            group.addTask { await collector.run { player.watch($0) } }
            do throws(PortError) {
                report(.success(try await player.play()))
            } catch {
                report(.failure(error))
            }
            group.cancelAll()
        }
    }

    /// Waits until a condition holds or the time is over.
    func wait(atMost limit: Duration, until condition: @Sendable () -> Bool) async {
        await world.clock.wait(atMost: limit) { condition() }
    }

    func close() async {
        await world.close()
        for suffix in ["", "-wal", "-shm"] { unlink(journalPath + suffix) }
        if let slash = journalPath.lastIndex(of: "/") { rmdir(String(journalPath[..<slash])) }
    }
}

/// A journal on a disk that is slow on purpose.
private struct SlowJournal: JournalWriting {
    let journal: JournalFile
    let pause: @Sendable () -> Duration

    func append(_ record: JournalRecord) async throws(PortError) {
        let pause = pause()
        if pause > .zero { try? await Task.sleep(for: pause) }
        try await journal.append(record)
    }
}
