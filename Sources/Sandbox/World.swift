package import Domain
import KafkaAdapter
package import Operations
import Synchronization

/// The sandbox: two IDCs with mock clusters, users' traffic, mirrors and consumers in this process, faults, and the
/// truth about every record.
///
/// The clusters speak Kafka's protocol on loopback, so other clients can look at them.
package final class World: Sendable {
    package let router = EmbeddedRouter()
    /// Where the names point that the applications connect by.
    package let names: EndpointStandIn
    /// Every name, and the groups behind it.
    package let endpoints: [EndpointGroups]
    let settings: WorldSettings
    let sites: PerIDC<Site>
    let topics: TopicDirectory
    let traffic: TrafficSource
    let applications: Applications
    let truth = Truth()
    let standIn = OffsetStandIn()
    let anchors: AnchorKeeper
    /// What operators have said of groups.
    package let holds: PerIDC<SandboxHolds>
    let distance: Distance
    let mirrors: any SandboxMirrors
    package let clock: WorldClock
    let log: @Sendable (String) -> Void
    private let historyDelay = Mutex(Duration.zero)
    private let beginning = Mutex(Beginning.awaited)
    /// Jobs that are not as they were made at first.
    let jobs = Mutex<[MirrorTarget: MirrorJobSettings]>([:])

    private enum Beginning {
        case awaited, done
        case failed(PortError)
    }

    /// Where the consumers run at first.
    static let home = IDC.idc1

    /// Starts the clusters, with every topic and without a record before ``live()``.
    ///
    /// Whoever asks a mock cluster for a topic that is not there makes it, with another number of partitions: nobody
    /// knows the clusters' addresses before the topics are there.
    ///
    /// - Parameters:
    ///   - mirrors: made for the clusters' addresses, the topics, and how long a record is under way between the IDCs.
    ///   - log: receives what the sandbox's clients say.
    package init(
        _ settings: WorldSettings, clock: WorldClock, log: @escaping @Sendable (String) -> Void,
        mirrors makeMirrors: (
            _ bootstrap: PerIDC<String>, _ topics: [String], _ oneWay: @escaping @Sendable () -> Duration
        ) throws(PortError) -> any SandboxMirrors
    ) throws(PortError) {
        self.settings = settings
        self.clock = clock
        self.log = log
        let named = WorldTopic.first(settings.topics)
        topics = TopicDirectory(named)
        let one = try Site(.idc1, clock: clock, log: { log("idc1: \($0)") })
        let two = try Site(.idc2, clock: clock, log: { log("idc2: \($0)") })
        sites = PerIDC(idc1: one, idc2: two)
        holds = PerIDC(idc1: SandboxHolds(isGone: { one.isGone }), idc2: SandboxHolds(isGone: { two.isGone }))
        for site in [one, two] {
            try site.create(named.map { ($0.name, $0.partitions) } + Self.internalTopics(towards: site.idc))
            for idc in IDC.allCases {
                site.expect(group: MirrorNames.positionGroup(from: idc))
                site.expect(group: MirrorNames.workGroup(from: idc))
            }
        }
        let distance = Distance(clock: clock)
        self.distance = distance
        let groups = WorldGroup.real(settings, topics: named)
        let scripted = ScriptedGroups(count: settings.groups - groups.count, topics: named)
        endpoints = Self.endpoints(groups, scripted.groups)
        names = EndpointStandIn(endpoints.compactMap(\.endpoint), home: Self.home)
        applications = Applications(
            groups, scripted: scripted, home: Self.home, sites: sites, truth: truth, clock: clock,
            log: { log("consumer: \($0)") })
        traffic = TrafficSource(
            settings, topics: named, sites: sites, router: router, truth: truth, clock: clock,
            log: { log("service: \($0)") })
        anchors = AnchorKeeper(
            sites: sites, topics: topics, applications: applications, standIn: standIn, clock: clock, log: log)
        mirrors = try makeMirrors(sites.map(\.bootstrap), named.map(\.name), { distance.oneWay })
    }

    /// One name for every two real groups, and one for every fifty scripted ones.
    private static func endpoints(_ real: [WorldGroup], _ scripted: [WorldGroup]) -> [EndpointGroups] {
        func cut(_ groups: [WorldGroup], by size: Int) -> [[String]] {
            stride(from: 0, to: groups.count, by: size).map { start in
                groups[start..<min(start + size, groups.count)].map(\.id).sorted()
            }
        }
        return (cut(real, by: 2) + cut(scripted, by: 50)).enumerated().map { index, groups in
            EndpointGroups(endpoint: "kafka-\(index + 1).sandbox", groups: groups)
        }
    }

    /// What Bascule's own programs keep on a cluster: nobody can create topics on a mock cluster by a request.
    private static func internalTopics(towards idc: IDC) -> [(name: String, partitions: Int)] {
        [
            ("bascule-mirrors", 1), ("bascule-mirror-status", 1), ("bascule-sync", 32), ("bascule-ladder", 1),
            ("bascule-journal", 1), (SandboxProbe.topic, 1), ("bascule-dlq-\(idc.other.rawValue)-\(idc.rawValue)", 1),
        ]
    }

    /// Where groups may begin on the other side.
    var offsets: SandboxOffsets {
        SandboxOffsets(
            sites: sites, applications: applications, anchors: anchors, standIn: standIn, truth: truth, holds: holds,
            clock: clock, log: log)
    }

    /// Whether an operator has frozen all writes; `nil`: neither side is there to tell.
    var isFrozen: Bool? {
        guard IDC.allCases.contains(where: { !sites[$0].isGone }) else { return nil }
        return holds.map { Optional($0.said) }.newestWord(about: .everything)?.order == .hold
    }

    package func bootstrap(of idc: IDC) -> String { sites[idc].bootstrap }

    /// What a reader of one side needs; the connectors are read over HTTP like any others.
    package func ports(of idc: IDC, connectors: (any ConnectorReading)?) -> ClusterPorts {
        let ports = sandboxPorts(of: idc)
        return ClusterPorts(
            topics: ports, offsets: ports, groups: ports, records: ports, mirrorPositions: nil,
            connectors: connectors)
    }

    func sandboxPorts(of idc: IDC) -> SandboxPorts {
        SandboxPorts(
            site: sites[idc], distance: distance, topics: topics, applications: applications, standIn: standIn)
    }

    /// Lives until the task is cancelled.
    ///
    /// - Parameter failed: called when something of the world did not begin; the rest lives on. See ``failure``.
    package func live(_ failed: @escaping @Sendable (PortError) -> Void = { _ in }) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.mirrors.live() }
            group.addTask { await self.begin(failed) }
            group.addTask { await self.traffic.live() }
            group.addTask { await self.applications.live() }
            group.addTask { await self.applications.follow() }
            group.addTask { await self.anchors.live() }
        }
    }

    /// Services, consumers and mirrors, in the order in which little is left behind.
    private func begin(_ failed: @Sendable (PortError) -> Void) async {
        do throws(PortError) {
            for idc in IDC.allCases { try await traffic.open(idc) }
            try await applications.startAll(on: Self.home)
            for idc in IDC.allCases { try await mirrors.open(beside: idc) }
            beginning.withLock { $0 = .done }
        } catch {
            guard !Task.isCancelled else { return }
            log("the sandbox could not begin: \(error.operation): \(error.detail)")
            beginning.withLock { $0 = .failed(error) }
            failed(error)
        }
    }

    /// Why the world did not begin.
    package var failure: PortError? {
        beginning.withLock { if case .failed(let error) = $0 { error } else { nil } }
    }

    private var isReady: Bool {
        beginning.withLock { if case .done = $0 { true } else { false } }
    }

    /// Whether every mirror has a position where there are records, and every group has got its partitions.
    package func hasSettled() async -> Bool {
        guard isReady else { return false }
        let groups = await applications.groups
        let descriptions = await applications.descriptions(on: Self.home).filter { $0.commits == nil }
        guard descriptions.count == groups.count, descriptions.allSatisfy({ $0.state == .stable }) else { return false }
        return IDC.allCases.allSatisfy { idc in
            let positions = anchors.positions(from: idc)
            let begun = anchors.ranges(of: idc).filter { $0.value.logEnd > $0.value.logStart }
            return !positions.isEmpty && begun.allSatisfy { positions[$0.key] != nil }
        }
    }

    /// How long every write of the history store has to wait, for a slow disk.
    package var historyPause: Duration { historyDelay.withLock { $0 } }

    func setHistoryPause(_ pause: Duration) { historyDelay.withLock { $0 = pause } }

    package func close() async {
        await traffic.close()
        await applications.close()
        await mirrors.close()
        for idc in IDC.allCases { await sites[idc].close() }
    }
}
