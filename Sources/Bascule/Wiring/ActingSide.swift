import Configuration
import ConnectAdapter
import Domain
import HistoryStore
import KafkaAdapter
import Operations
import TrafficAdapter

/// Everything of a context that can change something. A read-only session never makes one.
///
/// The journal is opened with the first act: nothing that could not be recorded is done, and a disk that was full
/// when the console started may have room by then.
actor ActingSide {
    private let makeRunner: @Sendable (JournalFile) throws(PortError) -> PlanRunner
    private let journalPath: String?
    private var opened: PlanRunner?

    init(
        _ context: ContextSettings, journalPath: String?, reading: ReadingSide,
        newestSnapshot: @escaping @Sendable () async -> Snapshot?
    ) {
        // The reading side was made from the same settings, so they are known to be right.
        let haproxy = try? context.trafficSettings()
        self.journalPath = journalPath
        makeRunner = { journal throws(PortError) in
            // The reading side was made from the same settings here too.
            let sync = try? SyncReading(context, reading)
            let writers = PerIDC<any GroupOffsetWriting>(
                idc1: try GroupOffsetCommitter(context.kafka(.idc1, clientID: "bascule"), log: { _ in }),
                idc2: try GroupOffsetCommitter(context.kafka(.idc2, clientID: "bascule"), log: { _ in }))
            return PlanRunner(
                acting: ActingPorts(
                    connectors: PerIDC { idc in reading.connect[idc].map { ConnectController($0) } },
                    traffic: haproxy.map { HAProxyController($0) },
                    sync: sync.map { ForcedSync($0.engine, writing: writers) },
                    holds: OperatorHolds(context, reading), journal: journal),
                rereading: RereadingPorts(
                    connectors: reading.connectors, traffic: reading.traffic, newestSnapshot: newestSnapshot,
                    trafficChangedAt: { try? await journal.trafficChangedAt() }),
                author: .ofThisProcess(), names: context.idcs.map(\.name),
                pacing: PlanPacing(betweenTrafficChanges: context.failover.waitPeriod), clock: ContinuousClock(),
                now: WallClock.now)
        }
    }

    /// Everything of the sandbox that can change something.
    init(sandbox: SandboxSide, newestSnapshot: @escaping @Sendable () async -> Snapshot?) {
        journalPath = sandbox.journal
        makeRunner = { sandbox.runner($0, newestSnapshot: newestSnapshot) }
    }

    /// What runs plans.
    ///
    /// - Throws: `.journalUnavailable` while the journal cannot be written.
    func runner() async throws(Refusal) -> PlanRunner {
        if let opened { return opened }
        guard let journalPath else {
            throw Refusal(
                .journalUnavailable,
                "Nothing is done, because it could not be recorded: set `journal` in the configuration, or HOME.")
        }
        do throws(PortError) {
            Folders.makeParent(of: journalPath)
            let runner = try makeRunner(try await JournalFile.open(at: journalPath))
            opened = runner
            return runner
        } catch {
            throw Refusal(.journalUnavailable, "Nothing is done, because it could not be recorded: \(error.detail)")
        }
    }
}

extension ContextSettings {
    /// What the planner has to know. A read-only session plans too: to show what would be done.
    var plannerSettings: PlannerSettings {
        let creation = mirrors.creation
        var overrides = creation.configuration.reveal()
        overrides["tasks.max"] = overrides["tasks.max"] ?? String(creation.maximumTasks)
        overrides["offset-syncs.topic.replication.factor"] =
            overrides["offset-syncs.topic.replication.factor"] ?? String(creation.replicationFactor)
        return PlannerSettings(
            isProduction: isProduction,
            mirrorTemplate: mirrors.kind == .mirrormaker2
                ? MirrorTemplate(
                    aliases: PerIDC { idc in mirrors.aliases[idc].first ?? idc.rawValue },
                    bootstrapServers: creation.bootstrap.map { $0.joined(separator: ",") }, overrides: overrides)
                : nil,
            hasWorkerMirrors: mirrors.kind == .bascule)
    }
}

extension OperatorHolds {
    /// By `bascule-sync` of both sides of a context.
    init(_ context: ContextSettings, _ reading: ReadingSide) {
        self.init(
            PerIDC { idc in
                Side(
                    name: context.idcs[idc].name, reading: HoldReader(reading.clusters[idc]),
                    writing: HoldWriter(reading.clusters[idc], context.kafka(idc, clientID: "bascule"), log: { _ in }),
                    groups: reading.clusters[idc])
            }, configured: context.sync.held.map { Glob($0) }, author: .ofThisProcess(), clock: ContinuousClock(),
            now: WallClock.now)
    }
}
