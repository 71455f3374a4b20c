import Domain
import Operations
import Synchronization
import TestSupport

/// Two sides with topics and connectors, from which both a snapshot and the clusters that play it are made.
struct ActWorld {
    static let moment = WallTime(milliseconds: 1_795_371_127_000)

    struct Topic {
        var partitions = PerIDC<Int?>(idc1: 3, idc2: 3)
        var toCopy = PerIDC<Estimate?>(idc1: Estimate(0, isExact: true), idc2: Estimate(0, isExact: true))
        var timeUntilLoss = PerIDC<Duration?>(idc1: nil, idc2: nil)
        var positions = PerIDC<Offset?>(idc1: Offset(10), idc2: Offset(10))
        var rate = PerIDC<Double?>(idc1: nil, idc2: nil)
        /// What is seen of the mirror that Connect cannot see.
        var mirror = PerIDC<MirrorState?>(idc1: nil, idc2: nil)
    }

    struct Job {
        var name: String
        var target: MirrorTarget
        var state: ConnectorState
        var tasks: [ConnectorState]
        var role: ConnectorRole
        var config: [String: String] = [:]

        var connector: Connector {
            Connector(
                name: name, type: "source", state: state, workerID: "worker:8083",
                tasks: tasks.enumerated().map {
                    ConnectorTask(id: $0.offset, state: $0.element, workerID: "worker:8083")
                },
                config: config)
        }
    }

    var at = ActWorld.moment
    var isProduction = false
    var names = PerIDC(idc1: "IDC1", idc2: "IDC2")
    var topics: [String: Topic] = [:]
    var jobs: [Job] = []
    var kafka = PerIDC<SourceState>(idc1: .answering, idc2: .answering)
    var connect = PerIDC<SourceState>(idc1: .answering, idc2: .answering)
    var problems: [Problem] = []
    var split = TrafficSplit(idc1: 50, idc2: 50)
    var traffic: SourceState = .answering
    var servers: [TrafficServer]?
    var brokersUp = PerIDC(idc1: 3, idc2: 3)
    var offlinePartitions = PerIDC(idc1: 0, idc2: 0)

    enum SourceState: CaseIterable {
        case answering
        case pending
        case stale
        case unreachable
        case unsupported
    }

    /// Topics that are mirrored both ways by running jobs.
    init(_ topics: String...) {
        for topic in topics { add(topic) }
    }

    mutating func add(_ topic: String, _ state: ConnectorState = .running, tasks: [ConnectorState]? = nil) {
        topics[topic] = Topic()
        for flow in ReplicationFlow.all { addJob(topic, from: flow.source, state, tasks: tasks) }
    }

    mutating func addJob(
        _ topic: String, from source: IDC, _ state: ConnectorState = .running, tasks: [ConnectorState]? = nil,
        name: String? = nil, role: ConnectorRole? = nil, config: [String: String]? = nil
    ) {
        let flow = ReplicationFlow(from: source)
        let standard = [
            "topics": topic, "predicates.ours.name": "mm-origin-\(source.other.rawValue)",
            "transforms.stamp.header": "mm-origin-\(source.rawValue)",
        ]
        jobs.append(
            Job(
                name: name ?? "mirror-\(source.rawValue)-\(flow.target.rawValue)-\(topic)",
                target: MirrorTarget(topic: topic, flow: flow), state: state,
                tasks: tasks ?? (state == .stopped ? [] : [state]),
                role: role ?? .mirror(.mirrormaker2, topic: topic, flow: flow), config: config ?? standard))
    }

    mutating func set(_ topic: String, from source: IDC, _ state: ConnectorState, tasks: [ConnectorState]? = nil) {
        for index in jobs.indices where jobs[index].target == MirrorTarget(topic: topic, flow: .init(from: source)) {
            jobs[index].state = state
            jobs[index].tasks = tasks ?? (state == .stopped ? [] : [state])
        }
    }

    mutating func removeJobs(_ topic: String, from source: IDC) {
        jobs.removeAll { $0.target == MirrorTarget(topic: topic, flow: .init(from: source)) }
    }

    // MARK: Snapshot

    var snapshot: Snapshot {
        Snapshot(
            sequence: 1, at: at, context: "lab", isProduction: isProduction, names: names,
            clusters: PerIDC(cluster), traffic: trafficView,
            mirrors: topics.keys.sorted().map(row), groups: [], alerts: [], problems: problems, events: [])
    }

    private func reading<Value>(_ value: Value, _ state: SourceState) -> Reading<Value> {
        let because = Unavailability(
            kind: state == .unsupported ? .unsupported : .unreachable, detail: "connection refused",
            since: at.advanced(by: .seconds(-14)))
        switch state {
        case .answering: return .known(value, at: at)
        case .pending: return .pending
        case .stale: return .stale(value, at: at.advanced(by: .seconds(-20)), because: because)
        case .unreachable, .unsupported: return .unavailable(because)
        }
    }

    func metadata(_ idc: IDC) -> ClusterMetadata {
        ClusterMetadata(
            clusterID: idc.rawValue, controllerID: 1,
            brokers: (1...3).map { Broker(id: $0, host: "kafka", port: 9_092) },
            topics: topics.keys.sorted().compactMap { name in
                guard let count = topics[name]?.partitions[idc] else { return nil }
                return Domain.Topic(
                    name: name,
                    partitions: (0..<count).map { number in
                        let isOffline = number < offlinePartitions[idc]
                        return Partition(
                            number: Int32(number), leader: isOffline ? nil : 1, replicas: [1, 2, 3],
                            inSyncReplicas: isOffline ? [] : [1, 2, 3])
                    })
            })
    }

    private func cluster(_ idc: IDC) -> ClusterView {
        let views = jobs.filter { $0.target.flow.target == idc }.map {
            ConnectorView(connector: $0.connector, role: $0.role)
        }
        return ClusterView(
            idc: idc, metadata: reading(metadata(idc), kafka[idc]),
            brokers: (1...3).map { id in
                let state: BrokerState =
                    kafka[idc] != .answering ? .unknown : id <= brokersUp[idc] ? .up : .down(reason: "gone")
                return BrokerView(id: Int32(id), address: nil, state: state, since: nil)
            },
            ranges: reading([:], kafka[idc]), settings: reading([:], kafka[idc]), groups: reading([], kafka[idc]),
            connectors: reading(views, connect[idc]), connectWorkers: [], producedHistory: [])
    }

    private func row(_ topic: String) -> MirrorRow {
        let fixture = topics[topic] ?? Topic()
        return MirrorRow(
            topic: topic, partitionCounts: fixture.partitions,
            flows: PerIDC { source in
                let flow = ReplicationFlow(from: source)
                let mine = jobs.filter { job in
                    if case .mirror(_, _, let its) = job.role { return its == flow && job.target.topic == topic }
                    return false
                }
                let state: MirrorState =
                    fixture.mirror[source]
                    ?? (mine.isEmpty ? .none : mine.count > 1 ? .double(reason: "two jobs") : .running)
                return MirrorFlow(
                    flow: flow, connectors: mine.map(\.name), kind: mine.isEmpty ? nil : .mirrormaker2,
                    state: reading(state, connect[flow.target]),
                    positions: [
                        MirrorPosition(
                            partition: 0, position: fixture.positions[source],
                            range: OffsetRange(logStart: Offset(0), logEnd: Offset(1_000)))
                    ],
                    toCopy: fixture.toCopy[source], toScan: nil, lag: nil, recordsPerSecond: fixture.rate[source],
                    latency: nil,
                    timeUntilLoss: fixture.timeUntilLoss[source], notes: [])
            })
    }

    private var trafficView: TrafficView {
        let servers =
            servers
            ?? IDC.allCases.map {
                TrafficServer(name: "\($0)-1", idc: $0, weight: split?.shares[$0] ?? 0, status: "UP")
            }
        return TrafficView(
            source: traffic == .unsupported ? "none" : "haproxy",
            configured: reading(ConfiguredTraffic(servers: servers, split: split), traffic),
            measured: .unavailable(Unavailability(kind: .unsupported, detail: "not measured", since: at)))
    }

    // MARK: Clusters

    func clusters() -> PerIDC<ScriptedCluster> {
        PerIDC { idc in
            var world = ScriptedWorld(metadata: metadata(idc))
            world.connectors = jobs.filter { $0.target.flow.target == idc }.map(\.connector)
            return ScriptedCluster(world)
        }
    }
}

extension MirrorTarget {
    init(_ topic: String, from source: IDC) {
        self.init(topic: topic, flow: ReplicationFlow(from: source))
    }
}

extension PlannerSettings {
    static let lab = PlannerSettings(
        isProduction: false,
        mirrorTemplate: MirrorTemplate(
            aliases: PerIDC(idc1: "idc1", idc2: "idc2"),
            bootstrapServers: PerIDC(idc1: "one:9092,two:9092", idc2: "three:9092")))
}

extension Planner {
    static let lab = Planner(settings: .lab)

    func plan(_ action: MirrorAction, _ targets: [MirrorTarget], in world: ActWorld) -> Result<Plan, Refusal> {
        plan(.mirrors(action, targets), from: world.snapshot)
    }
}

extension Result where Success == Plan, Failure == Refusal {
    var plan: Plan? { if case .success(let plan) = self { plan } else { nil } }
    var refusal: Refusal? { if case .failure(let refusal) = self { refusal } else { nil } }
}
