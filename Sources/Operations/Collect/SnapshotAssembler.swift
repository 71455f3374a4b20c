package import Domain

/// Makes snapshots from the newest readings and from what the last seconds showed.
///
/// A state machine without a clock: readings and moments come in, snapshots come out.
package struct SnapshotAssembler {
    let settings: CollectorSettings
    let matcher: NameMatcher
    var origins: PerIDC<RecentOrigins>
    var splits: PerIDC<SplitWindow>
    var ends: PerIDC<EndsWindow>
    var lagWindows: PerIDC<[String: LagWindow]> = PerIDC { _ in [:] }
    /// By source.
    var mirrorMemories: PerIDC<[String: MirrorMemory]> = PerIDC { _ in [:] }
    /// Where members of a group were seen last.
    var lastHomes: [String: IDC] = [:]

    private var copyHeaders: PerIDC<Set<String>>
    private var brokerMemories: PerIDC<[Int32: BrokerMemory]> = PerIDC { _ in [:] }
    private var observedGroupsAt: PerIDC<WallTime?> = PerIDC { _ in nil }
    private var lastTraffic: ConfiguredTraffic?
    private var events: [ObservedEvent] = []
    private var previous: Snapshot?

    /// The rows of the newest snapshot.
    var lastMirrors: [MirrorRow]? { previous?.mirrors }

    package init(settings: CollectorSettings, matcher: NameMatcher = NameMatcher()) {
        self.settings = settings
        self.matcher = matcher
        origins = PerIDC { _ in RecentOrigins() }
        splits = PerIDC { _ in SplitWindow() }
        ends = PerIDC { _ in EndsWindow() }
        copyHeaders = PerIDC(settings.recognition.copyHeaders(on:))
    }

    // MARK: What comes in

    /// New log bounds of a side.
    package mutating func rangesRead(_ ranges: [TopicPartition: OffsetRange], on idc: IDC, at: Duration) {
        ends[idc].add(ranges, at: at)
        for (topicPartition, range) in ranges { origins[idc].logEnded(at: range.logEnd, in: topicPartition) }
    }

    /// A round of looking at new records has ended.
    ///
    /// - Parameters:
    ///   - samples: of the plan's stretches.
    ///   - fillings: of older stretches.
    ///   - ranges: the bounds that the plan was made for, read at `at`.
    package mutating func originsRead(
        _ plan: SamplingPlan, samples: [TopicPartition: OriginSample], fillings: [TopicPartition: OriginSample],
        ranges: [TopicPartition: OffsetRange], unreadPartitions: Int, on idc: IDC, at: Duration
    ) {
        for (topicPartition, sample) in samples { origins[idc].add(sample, to: topicPartition, at: at) }
        for (topicPartition, sample) in fillings { origins[idc].fill(sample, in: topicPartition) }
        splits[idc].add(plan, samples: samples, ranges: ranges, unreadPartitions: unreadPartitions, at: at)
    }

    /// A new reading of what the traffic source is set to.
    package mutating func trafficRead(_ configured: ConfiguredTraffic, at: Duration) {
        defer { lastTraffic = configured }
        guard let lastTraffic, lastTraffic.split != configured.split else { return }
        for idc in IDC.allCases { splits[idc].redirected(at: at) }
    }

    /// New metadata of a side: what is remembered of topics that are gone is forgotten.
    package mutating func metadataRead(_ metadata: ClusterMetadata, on idc: IDC) {
        let names = Set(metadata.topics.map(\.name))
        origins[idc].keepOnly { names.contains($0.topic) }
    }

    /// A side could not be read for a while: rates over the gap would be wrong.
    package mutating func interrupted(_ idc: IDC) {
        ends[idc].interrupted()
        splits[idc].interrupted()
    }

    /// How the copies on a side are told now. When that has changed, what was told before is forgotten.
    package mutating func provenanceRule(
        on idc: IDC, connectors: PerIDC<Reading<ConnectorList>>
    ) -> ProvenanceRule {
        var headers = settings.recognition.copyHeaders(on: idc)
        for side in IDC.allCases {
            for connector in connectors[side].lastKnown?.connectors ?? [] {
                guard connector.recognition.selection?.flow.target == idc,
                    let header = connector.recognition.stampedHeader
                else { continue }
                headers.insert(header)
            }
        }
        if headers != copyHeaders[idc] {
            copyHeaders[idc] = headers
            origins[idc] = RecentOrigins()
            splits[idc] = SplitWindow()
        }
        return ProvenanceRule(copyHeaders: headers)
    }

    // MARK: The snapshot

    package mutating func snapshot(
        of readings: PerIDC<ClusterReadings>, traffic: Reading<ConfiguredTraffic>,
        sync: SyncReadings = SyncReadings(
            .unavailable(SyncReadings.none), freeze: .unavailable(SyncReadings.none)), at now: Moment
    ) -> Snapshot {
        for idc in IDC.allCases { observeGroups(readings[idc], on: idc, at: now) }
        let clusters = PerIDC { clusterView($0, readings[$0], at: now) }
        let trafficView = TrafficView(
            source: settings.trafficSource, configured: traffic, measured: measured(readings, at: now))
        let mirrors = mirrorRows(readings, at: now)
        let groups = groupRows(readings, sync: sync)
        let alerts = Alerts.of(
            Alerts.Evidence(
                names: settings.names, clusters: clusters, traffic: trafficView, mirrors: mirrors, groups: groups,
                freeze: sync.freeze.lastKnown.flatMap(\.self)))
        let problems = problems(readings, traffic: traffic, sync: sync)
        func make(_ events: [ObservedEvent]) -> Snapshot {
            Snapshot(
                sequence: (previous?.sequence ?? 0) + 1, at: now.wall, context: settings.context,
                isProduction: settings.isProduction, names: settings.names, clusters: clusters, traffic: trafficView,
                mirrors: mirrors, groups: groups, freeze: sync.freeze, announced: sync.announced, alerts: alerts,
                problems: problems, events: events)
        }
        var snapshot = make(events)
        if let previous {
            let happened = ObservedEvents.between(previous, snapshot)
            if !happened.isEmpty {
                events = (events + happened).suffix(settings.limits.events)
                snapshot = make(events)
            }
        }
        previous = snapshot
        return snapshot
    }

    // MARK: Clusters

    private mutating func clusterView(_ idc: IDC, _ readings: ClusterReadings, at now: Moment) -> ClusterView {
        ClusterView(
            idc: idc, metadata: readings.metadata, brokers: brokers(idc, readings, at: now), ranges: readings.ranges,
            settings: readings.settings,
            groups: readings.groups.groups,
            connectors: readings.connectors.map { $0.connectors.map(\.view) },
            connectWorkers: readings.workers, producedHistory: ends[idc].history, took: readings.took)
    }

    /// A broker stays known for a while after Metadata has dropped it: a dead one must not vanish from the screen.
    private mutating func brokers(_ idc: IDC, _ readings: ClusterReadings, at now: Moment) -> [BrokerView] {
        guard let metadata = readings.metadata.lastKnown else { return [] }
        let listed = Dictionary(metadata.brokers.map { ($0.id, $0) }) { first, _ in first }
        let known = metadata.brokerIDs
        let isCurrent = readings.metadata.current != nil
        var memories: [Int32: BrokerMemory] = [:]
        var views: [BrokerView] = []
        for id in known.union(brokerMemories[idc].keys).sorted() {
            var memory = brokerMemories[idc][id] ?? BrokerMemory(knownAt: now.uptime)
            if known.contains(id) { memory.knownAt = now.uptime }
            guard now.uptime - memory.knownAt < BrokerMemory.length else { continue }
            if let broker = listed[id] { memory.address = "\(broker.host):\(broker.port)" }
            let state: BrokerState
            if !isCurrent {
                state = .unknown
            } else if listed[id] == nil {
                state = .down(reason: "the cluster does not list it any more")
            } else {
                state = readings.brokerStates.current?[id] ?? .unknown
            }
            views.append(
                BrokerView(id: id, address: memory.address, state: state, since: memory.since(state, at: now.wall)))
            memories[id] = memory
        }
        brokerMemories[idc] = memories
        return views
    }

    // MARK: Traffic

    private func measured(_ readings: PerIDC<ClusterReadings>, at now: Moment) -> Reading<MeasuredSplit> {
        let sides = PerIDC { splits[$0].side(at: now.uptime) }
        if let split = MeasuredSplit(sides) { return .known(split, at: now.wall) }
        for idc in IDC.allCases {
            if let because = readings[idc].origins.unavailability { return .unavailable(because) }
        }
        return .pending
    }

    // MARK: Problems

    private func problems(
        _ readings: PerIDC<ClusterReadings>, traffic: Reading<ConfiguredTraffic>, sync: SyncReadings
    ) -> [Problem] {
        var problems: [Problem] = []
        for idc in IDC.allCases {
            let side = readings[idc]
            let kafka = "kafka \(idc.rawValue)"
            if let because = side.metadata.unavailability {
                problems.append(Problem(source: kafka, because: because))
            } else {
                let parts = [
                    side.brokerStates.unavailability, side.ranges.unavailability ?? side.rangesGap,
                    side.settings.unavailability ?? side.settingsGap,
                    side.groups.unavailability ?? side.groups.lastKnown?.gap, side.origins.unavailability,
                ]
                for because in parts.compactMap(\.self) where because.kind != .unsupported || because.detail != "" {
                    problems.append(Problem(source: kafka, because: because))
                }
            }
            let connect = [
                side.connectors.unavailability ?? side.connectors.lastKnown?.gap, side.positions.unavailability,
            ]
            for because in connect.compactMap(\.self) where because != SnapshotAssembler.noConnect {
                problems.append(Problem(source: "connect \(idc.rawValue)", because: because))
            }
        }
        if let because = traffic.unavailability, because != SnapshotAssembler.noTraffic {
            problems.append(Problem(source: settings.trafficSource, because: because))
        }
        // What cannot be read because its cluster cannot has been said already.
        if let because = sync.statuses.unavailability ?? sync.gap, because != SyncReadings.none,
            IDC.allCases.allSatisfy({ readings[$0].metadata.unavailability == nil })
        {
            problems.append(Problem(source: "offset sync", because: because))
        }
        return problems
    }

    /// What stands in place of connectors where no Connect is configured.
    static let noConnect = Unavailability(
        kind: .unsupported, detail: "no Connect is configured for this side", since: WallTime(milliseconds: 0))

    /// What stands in place of the configured split where no traffic source is configured.
    static let noTraffic = Unavailability(
        kind: .unsupported, detail: "no traffic source is configured", since: WallTime(milliseconds: 0))

    // MARK: Groups' windows

    private mutating func observeGroups(_ readings: ClusterReadings, on idc: IDC, at now: Moment) {
        guard let list = readings.groups.current, let readAt = readings.groups.readAt,
            observedGroupsAt[idc] != readAt
        else { return }
        observedGroupsAt[idc] = readAt
        let ranges = readings.ranges.current
        var windows = lagWindows[idc]
        lagWindows[idc] = [:]
        var next: [String: LagWindow] = [:]
        next.reserveCapacity(list.groups.count)
        for group in list.groups {
            if group.isLive || !group.members.isEmpty, lastHomes[group.id] != idc { lastHomes[group.id] = idc }
            var window = windows.removeValue(forKey: group.id) ?? LagWindow()
            if let lag = GroupLag(group, ranges: ranges) { window.observe(lag, at: now.uptime) }
            next[group.id] = window
        }
        for carried in list.carried { next[carried.group.id] = windows.removeValue(forKey: carried.group.id) }
        lagWindows[idc] = next
        // Groups come and go under generated names: what nobody lists any more is forgotten.
        if lastHomes.count > 2 * (lagWindows.idc1.count + lagWindows.idc2.count) + 1_000 {
            lastHomes = lastHomes.filter { lagWindows.idc1[$0.key] != nil || lagWindows.idc2[$0.key] != nil }
        }
    }
}

/// What is remembered of a broker.
private struct BrokerMemory: Sendable {
    /// How long a broker that nothing names any more stays on the screen.
    static let length: Duration = .seconds(600)

    private enum Word {
        case up, down
    }

    var address: String?
    /// When the cluster named it last, as broker or as replica.
    var knownAt: Duration
    private var word: Word?
    private var wordSince: WallTime?

    init(knownAt: Duration) {
        self.knownAt = knownAt
    }

    /// Since when it has been up or down. Not having been able to ask for a while does not start that anew.
    mutating func since(_ state: BrokerState, at now: WallTime) -> WallTime? {
        let next: Word
        switch state {
        case .up: next = .up
        case .down: next = .down
        case .unknown: return nil
        }
        if word != next {
            word = next
            wordSince = now
        }
        return wordSince
    }
}
