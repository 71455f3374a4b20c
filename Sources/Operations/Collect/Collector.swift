package import Domain

/// Asks both sides for everything, each source on its own schedule and in its own task, and publishes whole
/// snapshots: a dead cluster or a hanging Connect delays nothing else.
///
/// A source that fails keeps its last value as stale and is asked again with back-off up to thirty seconds.
/// Snapshots come at every interval, also while nothing answers: then the ages in them advance.
package actor Collector {
    /// A source of readings, on its own schedule.
    enum Source: String, Hashable, Sendable, CaseIterable {
        case metadata, brokerStates, ranges, groups, settings, connectors, positions, origins
        /// Of both sides at once.
        case sync

        static let ofEachSide = allCases.filter { $0 != .sync }
    }

    struct SourceID: Hashable, Sendable {
        /// `nil`: the traffic source, or what is read of both sides together.
        let idc: IDC?
        let source: Source

        static let traffic = SourceID(idc: nil, source: .connectors)
        static let sync = SourceID(idc: nil, source: .sync)
    }

    /// How a source stands.
    struct Schedule {
        let bell = Bell()
        var backoff = Backoff()
        /// Whether it has answered or failed at least once.
        var hasSettled = false
        var startedAt: Duration?
        var partialSince: WallTime?
    }

    var settings: CollectorSettings
    let ports: PerIDC<ClusterPorts>
    let traffic: (any TrafficReading)?
    let sync: (any GroupSyncReading)?
    let sleep: @Sendable (Duration) async throws -> Void
    let uptime: @Sendable () -> Duration
    let wallTime: @Sendable () -> WallTime
    let jitter: @Sendable () -> Double

    var readings: PerIDC<ClusterReadings> = PerIDC { _ in ClusterReadings() }
    var trafficReading: Reading<ConfiguredTraffic> = .pending
    var syncReadings = SyncReadings()
    /// What of the evidence could not be read, while the groups it is for have not been read themselves.
    var unusedEvidence: [PortError]?
    var assembler: SnapshotAssembler
    let recogniser: MirrorRecogniser
    /// Groups and positions wait for log bounds read after them: a commit must never seem to lie past the end.
    var awaitingRanges: PerIDC<AwaitingRanges> = PerIDC { _ in AwaitingRanges() }
    var sampling: PerIDC<SamplingPace> = PerIDC { _ in SamplingPace() }
    /// Positions are asked of Connect, connector by connector, because its offset topic cannot be read.
    var asksConnectForPositions = PerIDC { _ in false }
    var schedules: [SourceID: Schedule] = [:]
    private let publisherBell = Bell()

    /// Readings that are complete but not shown yet.
    struct AwaitingRanges {
        var groups: (value: GroupList, read: Moment)?
        var positions: (value: [String: [TopicPartition: Offset]], read: Moment)?
    }

    /// How much a round of looking at records may ask for, and what it was made from.
    struct SamplingPace {
        /// Requests per round; grows while rounds end well within the interval.
        var requests = 1
        /// When the newest bounds were read, and those that the last round used.
        var rangesAt: Duration?
        var usedAt: Duration?
    }

    /// - Parameters:
    ///   - traffic: `nil` where no traffic source is configured.
    ///   - sync: `nil` where offsets are not looked at.
    ///   - clock: for schedules, rates and windows.
    ///   - wallTime: for the moments that people see.
    ///   - jitter: a number in 0...1 by chance, for back-off.
    package init(
        settings: CollectorSettings, ports: PerIDC<ClusterPorts>, traffic: (any TrafficReading)?,
        sync: (any GroupSyncReading)? = nil, clock: some Clock<Duration>, wallTime: @escaping @Sendable () -> WallTime,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.settings = settings
        self.ports = ports
        self.traffic = traffic
        self.sync = sync
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
        uptime = clock.startStopwatch()
        self.wallTime = wallTime
        self.jitter = jitter
        let recogniser = MirrorRecogniser(settings.recognition)
        self.recogniser = recogniser
        assembler = SnapshotAssembler(settings: settings, matcher: NameMatcher())
        for id in Collector.allSources { schedules[id] = Schedule() }
        if sync == nil { syncReadings = SyncReadings(.unavailable(SyncReadings.none)) }
        if traffic == nil { trafficReading = .unavailable(SnapshotAssembler.noTraffic) }
        for idc in IDC.allCases where ports[idc].connectors == nil {
            readings[idc].connectors = .unavailable(SnapshotAssembler.noConnect)
            readings[idc].positions = .unavailable(SnapshotAssembler.noConnect)
        }
    }

    private static let allSources =
        IDC.allCases.flatMap { idc in Source.ofEachSide.map { SourceID(idc: idc, source: $0) } } + [.traffic, .sync]

    var now: Moment { Moment(wall: wallTime(), uptime: uptime()) }

    // MARK: Running

    /// Collects until the task is cancelled. The first snapshot is published at once, before anything has
    /// answered; `publish` is called from one task at a time and must not block.
    package func run(publishing publish: @escaping @Sendable (Snapshot) -> Void) async {
        await withDiscardingTaskGroup { group in
            for id in Collector.allSources where isUsed(id) { group.addTask { await self.follow(id) } }
            group.addTask { await self.publishSnapshots(publish) }
        }
    }

    /// Collects until every source has answered or failed once and rates span at least two seconds, or until
    /// the deadline, and returns the snapshot of that moment.
    package func collectOnce(within deadline: Duration) async -> Snapshot {
        await withTaskGroup(of: Void.self) { group in
            for id in Collector.allSources where isUsed(id) { group.addTask { await self.follow(id) } }
            await withTaskGroup(of: Void.self) { race in
                race.addTask { await self.waitUntilSettled() }
                race.addTask { try? await self.sleep(deadline) }
                await race.next()
                race.cancelAll()
            }
            group.cancelAll()
        }
        return assemble()
    }

    /// Asks every source now, whatever its schedule and its back-off.
    package func refreshNow() {
        for id in Collector.allSources {
            schedules[id]?.backoff.succeeded()
            schedules[id]?.bell.ring()
        }
        publisherBell.ring()
    }

    package func setInterval(_ interval: Duration) {
        settings.interval = max(interval, .milliseconds(100))
        refreshNow()
    }

    package var interval: Duration { settings.interval }

    // MARK: Publishing

    private func publishSnapshots(_ publish: @Sendable (Snapshot) -> Void) async {
        while !Task.isCancelled {
            publish(assemble())
            // At the start each first answer is shown soon; later the interval alone decides.
            let isStarting = schedules.contains { isUsed($0.key) && !$0.value.hasSettled }
            if isStarting {
                await pause(min(.milliseconds(50), settings.interval), or: nil)
                await pause(settings.interval, or: publisherBell)
            } else {
                _ = publisherBell.takeRing()
                await pause(settings.interval, or: publisherBell)
            }
        }
    }

    private func assemble() -> Snapshot {
        markOverdue()
        return assembler.snapshot(of: readings, traffic: trafficReading, sync: syncReadings, at: now)
    }

    /// A call that ignores its deadline does not keep an old value looking fresh.
    private func markOverdue() {
        let now = self.now
        for (id, schedule) in schedules {
            guard let startedAt = schedule.startedAt else { continue }
            let limit = deadline(of: id.source) + .seconds(1)
            guard now.uptime - startedAt > limit else { continue }
            let error = PortError(
                .timedOut, operation: "\(id.source)",
                detail: "no answer for \((now.uptime - startedAt).components.seconds) s")
            failed(id, error, at: now)
        }
    }

    private func waitUntilSettled() async {
        while !Task.isCancelled, !isSettled {
            await pause(.milliseconds(50), or: nil)
        }
    }

    /// Whether a snapshot made now is as good as one made later, but for ages and events.
    private var isSettled: Bool {
        guard schedules.allSatisfy({ !isUsed($0.key) || $0.value.hasSettled }) else { return false }
        return IDC.allCases.allSatisfy { idc in
            guard readings[idc].metadata.current != nil, readings[idc].ranges.current != nil else { return true }
            guard awaitingRanges[idc].groups == nil, awaitingRanges[idc].positions == nil else { return false }
            let span = assembler.ends[idc].span
            guard span >= .seconds(2) else { return false }
            return readings[idc].origins.unavailability != nil
                || assembler.splits[idc].span(at: uptime()) >= .seconds(2)
        }
    }

    // MARK: Schedules

    private func isUsed(_ id: SourceID) -> Bool {
        guard let idc = id.idc else { return id == .sync ? sync != nil : traffic != nil }
        switch id.source {
        case .metadata, .brokerStates, .ranges, .groups, .settings, .origins, .sync: return true
        case .connectors, .positions: return ports[idc].connectors != nil
        }
    }

    func deadline(of source: Source) -> Duration {
        switch source {
        case .groups, .settings, .positions, .sync: settings.limits.longDeadline
        case .metadata, .brokerStates, .ranges, .connectors, .origins: settings.limits.deadline
        }
    }

    /// Polls one source for ever: each poll, then its wait, which a ring of its bell ends.
    private func follow(_ id: SourceID) async {
        while !Task.isCancelled {
            let began = uptime()
            schedules[id]?.startedAt = began
            let outcome = await poll(id)
            schedules[id]?.startedAt = nil
            if Task.isCancelled { return }
            let wait: Duration
            switch outcome {
            case .answered:
                schedules[id]?.backoff.succeeded()
                // A source that takes long is left alone for as long: brokers that are late because of all that asks them
                // are not helped by being asked all the time.
                let took = uptime() - began
                if let idc = id.idc { readings[idc].took[id.source.rawValue] = took }
                wait = max(pace(of: id) - took, took)
                settle(id)
            case .failed(let error):
                failed(id, error, at: now)
                var backoff = schedules[id]?.backoff ?? Backoff()
                wait = backoff.failed(interval: settings.interval, jitter: jitter())
                schedules[id]?.backoff = backoff
                settle(id)
            case .notReady:
                wait = settings.interval
            }
            await pause(wait, or: schedules[id]?.bell)
        }
    }

    private func pace(of id: SourceID) -> Duration {
        switch id.source {
        case .settings: return settings.limits.settingsInterval
        case .sync: return max(settings.interval, settings.limits.syncInterval)
        case .positions:
            // One request per connector: less often than the topic is read.
            guard let idc = id.idc, asksConnectForPositions[idc] else { return settings.interval }
            return max(settings.interval, settings.limits.positionFallbackInterval)
        case .metadata, .brokerStates, .ranges, .groups, .connectors, .origins: return settings.interval
        }
    }

    private func settle(_ id: SourceID) {
        guard schedules[id]?.hasSettled == false else { return }
        schedules[id]?.hasSettled = true
        publisherBell.ring()
    }

    func ring(_ sources: Source..., of idc: IDC) {
        for source in sources { schedules[SourceID(idc: idc, source: source)]?.bell.ring() }
    }

    /// Waits for the time or for the bell, whichever is first.
    private func pause(_ duration: Duration, or bell: Bell?) async {
        guard let bell else {
            try? await sleep(duration)
            return
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.sleep(duration) }
            group.addTask { await bell.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
