package import Domain
internal import HTTPTransport
package import KafkaAdapter
package import Operations
internal import Synchronization

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
    private let schedule = Mutex(SyncSchedule())
    private let now: @Sendable () -> WallTime
    private let log: @Sendable (String) -> Void
    private let clock = ContinuousClock()

    package var port: UInt16 { server.port }

    /// Binds the address and makes the handles; connections come about in the background.
    ///
    /// - Parameters:
    ///   - engine: reads through ports of its own.
    ///   - clusters: for following commits and holding the lease.
    ///   - writerID: tells this process from every other one, before and after.
    ///   - log: one line for people per call, on any thread.
    /// - Throws: when a setting is refused or the address cannot be bound.
    package init(
        _ settings: SyncDaemonSettings, engine: SyncEngine, clusters: PerIDC<KafkaCluster>, writerID: String,
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
        leases = PerIDC { idc in
            SyncLease(
                idc, configuration: settings.clusters[idc], cluster: clusters[idc], writerID: writerID,
                sessionTimeout: settings.sessionTimeout, log: log)
        }
        writers = PerIDC(
            idc1: try GroupOffsetCommitter(settings.clusters.idc1, log: log),
            idc2: try GroupOffsetCommitter(settings.clusters.idc2, log: log))
        tails = PerIDC { GroupCommitTail(cluster: clusters[$0]) }
        figures = SyncFigures()
    }

    /// Works until it is cancelled; then ends what is under way and leaves the lease's groups.
    package func run() async {
        let wakes = AsyncStream<Wake>.makeStream(bufferingPolicy: .bufferingNewest(8))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.server.run { await self.answer($0) } }
            for idc in IDC.allCases {
                group.addTask { await self.leases[idc].run() }
                group.addTask { await self.follow(idc) { wakes.continuation.yield(.moved) } }
            }
            group.addTask { await self.gather { wakes.continuation.yield(.evidence) } }
            group.addTask { await self.work(wakes.stream) }
        }
        for idc in IDC.allCases {
            await tails[idc].close()
            await writers[idc].close()
        }
    }

    private enum Wake: Sendable {
        case moved
        case evidence
    }

    // MARK: Reading

    private func gather(_ wake: @Sendable () -> Void) async {
        var told: Set<String> = []
        while !Task.isCancelled {
            let begin = clock.now
            let failures = await engine.refresh()
            figures.refreshed(at: now(), failures: failures)
            let fresh = Set(failures.map { "\($0.operation): \($0.detail)" })
            for line in fresh.subtracting(told).sorted() { log("sync: \(line)") }
            told = fresh
            wake()
            let left = settings.interval - (clock.now - begin)
            // A cluster that is gone is not asked all the time.
            try? await clock.sleep(for: max(left, .milliseconds(20)))
        }
    }

    private func follow(_ idc: IDC, _ wake: @Sendable () -> Void) async {
        var told = ""
        while !Task.isCancelled {
            do throws(PortError) {
                let moved = try await tails[idc].moved(wait: .milliseconds(20))
                figures.follows(idc, true)
                if moved.isEmpty {
                    try? await clock.sleep(for: .milliseconds(20))
                } else {
                    schedule.withLock { $0.moved(moved) }
                    wake()
                }
            } catch {
                if error.kind == .cancelled { return }
                figures.follows(idc, false)
                if error.detail != told {
                    told = error.detail
                    log("sync \(idc.rawValue): who commits is not seen, groups are asked in turn: \(error.detail)")
                }
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    // MARK: Writing

    /// Every group goes at its own pace: one whose coordinator does not answer holds up no other.
    private func work(_ wakes: AsyncStream<Wake>) async {
        let writer = SyncEngine.Writer(
            sides: PerIDC { writers[$0] }, token: { [leases] group, idc in leases[idc].token(for: group) })
        await withDiscardingTaskGroup { tasks in
            for await wake in wakes {
                if Task.isCancelled { return }
                guard figures.hasEvidence else { continue }
                let due = await due(after: wake)
                for (group, committedAt) in due {
                    tasks.addTask { await self.synchronise(group, committedAt: committedAt, by: writer) }
                }
            }
        }
    }

    /// The groups that begin now, with the moment of the commit that made them due.
    private func due(after wake: Wake) async -> [(group: String, committedAt: WallTime?)] {
        let moment = now()
        let moved = schedule.withLock { $0.takeMoved(now: moment) }
        var due = Set(moved.keys)
        if case .evidence = wake {
            let groups = await engine.groups().filter(isOurs)
            await engine.keep(Set(groups))
            figures.keep(Set(groups))
            let (warm, turns) = schedule.withLock {
                ($0.warm(now: moment), $0.takeTurns(of: groups, now: moment))
            }
            due.formUnion(turns)
            for group in warm where !due.contains(group) && isOurs(group) {
                if await engine.wouldWrite(group) { due.insert(group) }
            }
        }
        let wanted = due.filter(isOurs)
        return schedule.withLock { $0.begin(wanted, moved: moved, now: moment) }.map { ($0, moved[$0]) }
    }

    private func synchronise(_ group: String, committedAt: WallTime?, by writer: SyncEngine.Writer) async {
        let statuses = await engine.sync([group], by: writer)
        let end = now()
        schedule.withLock {
            $0.ended(group, needsAnotherTry: statuses.contains(where: \.needsAnotherTry), now: end)
        }
        figures.took(statuses, moved: committedAt.map { [group: $0] } ?? [:], at: end)
    }

    private func isOurs(_ group: String) -> Bool {
        IDC.allCases.contains { leases[$0].token(for: group) != nil }
    }

    // MARK: Answering

    private func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
        func plain(_ status: Int, _ text: String) -> HTTPServerResponse {
            HTTPServerResponse(status: status, contentType: "text/plain", text: text + "\n")
        }
        guard request.method == "GET", let path = request.pathSegments else { return plain(404, "not found") }
        switch path {
        case ["healthz"]:
            let isAlive = figures.refreshedAt.map { now().since($0) < .seconds(30) } ?? true
            return plain(isAlive ? 200 : 503, isAlive ? "ok" : "no evidence for 30 s")
        case ["readyz"]:
            let isReady = figures.hasEvidence && IDC.allCases.contains { leases[$0].isJoined }
            return plain(isReady ? 200 : 503, isReady ? "ready" : "not ready")
        case ["metrics"]:
            let families = SyncMetrics.families(
                figures, statuses: await engine.statuses(), leases: leases.map(\.counts), at: now())
            return HTTPServerResponse(
                status: 200, contentType: MetricText.contentType, text: MetricText.written(families))
        default: return plain(404, "not found")
        }
    }
}
