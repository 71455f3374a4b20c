package import Domain
internal import HTTPTransport
package import KafkaAdapter
package import Operations

/// The synchronisation's daemon, one process of it. Any number of them share the groups and take over from one that
/// has died.
package final class SyncDaemon: Sendable {
    private let settings: SyncDaemonSettings
    private let engine: SyncEngine
    private let server: HTTPServer
    private let leases: PerIDC<SyncLease>
    private let writers: PerIDC<GroupOffsetCommitter>
    private let tails: PerIDC<GroupCommitTail>
    private let figures: SyncFigures
    private let rounds: SyncRounds<ContinuousClock>
    private let now: @Sendable () -> WallTime
    private let log: @Sendable (String) -> Void
    private let clock = ContinuousClock()

    package var port: UInt16 { server.port }

    /// Binds the address and makes the handles; connections come about in the background.
    ///
    /// - Parameters:
    ///   - engine: reads through ports of its own.
    ///   - holds: what the engine reads operators' words from; the leases keep it up to date.
    ///   - clusters: for following commits and holding the lease.
    ///   - writerID: tells this process from every other one, before and after.
    ///   - log: one line for people per call, on any thread.
    /// - Throws: when a setting is refused or the address cannot be bound.
    package init(
        _ settings: SyncDaemonSettings, engine: SyncEngine, holds: PerIDC<HoldRegister>, clusters: PerIDC<KafkaCluster>,
        writerID: String,
        now: @escaping @Sendable () -> WallTime, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.settings = settings
        self.engine = engine
        self.now = now
        self.log = log
        do throws(HTTPServerError) {
            server = try HTTPServer(
                host: settings.listenHost, port: settings.listenPort, credentials: settings.credentials)
        } catch {
            throw PortError(.failed, operation: "listen", detail: error.description)
        }
        let leases = PerIDC { idc in
            SyncLease(
                idc, configuration: settings.clusters[idc], cluster: clusters[idc], writerID: writerID,
                sessionTimeout: settings.sessionTimeout, holds: holds[idc], log: log)
        }
        let writers = PerIDC(
            idc1: try GroupOffsetCommitter(settings.clusters.idc1, log: log),
            idc2: try GroupOffsetCommitter(settings.clusters.idc2, log: log))
        let figures = SyncFigures()
        self.leases = leases
        self.writers = writers
        self.figures = figures
        tails = PerIDC { GroupCommitTail(cluster: clusters[$0]) }
        rounds = SyncRounds(
            engine,
            writer: SyncEngine.Writer(
                sides: writers.map { $0 }, token: { group, idc in leases[idc].token(for: group) }),
            answersFor: { group in IDC.allCases.contains { leases[$0].answers(for: group) } },
            interval: settings.interval, figures: figures, clock: clock, now: now, log: log)
    }

    /// Works until it is cancelled; then ends what is under way and leaves the lease's groups.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.server.run { await self.answer($0) } }
            for idc in IDC.allCases {
                group.addTask {
                    await self.leases[idc].run {
                        await self.rounds.noted($0, about: $1, on: idc)
                    } stranded: {
                        await self.engine.stranded(on: idc.other)
                    }
                }
                group.addTask { await self.follow(idc) }
            }
            group.addTask { await self.rounds.run() }
        }
        for idc in IDC.allCases {
            await tails[idc].close()
            await writers[idc].close()
        }
    }

    private func follow(_ idc: IDC) async {
        var told = ""
        while !Task.isCancelled {
            do throws(PortError) {
                let moved = try await tails[idc].moved(wait: .milliseconds(20))
                rounds.follows(idc, await tails[idc].isFollowing)
                if moved.isEmpty {
                    try? await clock.sleep(for: .milliseconds(20))
                } else {
                    rounds.moved(moved)
                }
            } catch {
                if error.kind == .cancelled { return }
                rounds.follows(idc, false)
                if error.detail != told {
                    told = error.detail
                    log("sync \(idc.rawValue): who commits is not seen, groups are asked in turn: \(error.detail)")
                }
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    // MARK: Answering

    private var leaseProblems: [String] {
        IDC.allCases.compactMap { idc in
            leases[idc].problem.map { "the lease on \(idc.rawValue) is not held: \($0.detail)" }
        }
    }

    private func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
        func plain(_ status: Int, _ text: String) -> HTTPServerResponse {
            HTTPServerResponse(status: status, contentType: "text/plain", text: text + "\n")
        }
        guard request.method == "GET", let path = request.pathSegments else { return plain(404, "not found") }
        switch path {
        case ["healthz"]:
            let stuck = IDC.allCases.filter { idc in
                figures.refreshedAt[idc].map { now().since($0) >= .seconds(30) } ?? false
            }
            let problems =
                stuck.map { "no evidence of groups on \($0.rawValue) for 30 s" } + leaseProblems
            return plain(stuck.isEmpty ? 200 : 503, problems.isEmpty ? "ok" : problems.joined(separator: "\n"))
        case ["readyz"]:
            // One side is enough to work; what is amiss with the other one is said.
            let isReady = figures.hasEvidence && IDC.allCases.contains { leases[$0].isJoined }
            return plain(
                isReady ? 200 : 503, ([isReady ? "ready" : "not ready"] + leaseProblems).joined(separator: "\n"))
        case ["metrics"]:
            let families = SyncMetrics.families(
                figures, groups: await rounds.groups(), statuses: await engine.statuses(),
                leases: leases.map(\.counts), freeze: await engine.freeze(), at: now())
            return HTTPServerResponse(
                status: 200, contentType: MetricText.contentType, text: MetricText.written(families))
        default: return plain(404, "not found")
        }
    }
}
