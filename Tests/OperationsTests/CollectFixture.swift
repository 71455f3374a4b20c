import Domain
import Operations
import Synchronization
import TestSupport
import Testing

/// Two scripted clusters with mirrors both ways, a collector over them, and the snapshots it publishes.
final class CollectFixture: Sendable {
    let clock = ManualClock()
    let clusters: PerIDC<ScriptedCluster>
    let traffic = ScriptedTraffic(
        ConfiguredTraffic(
            servers: [TrafficServer(name: "a1", idc: .idc1, weight: 100, status: "UP")],
            split: TrafficSplit(idc1: 100, idc2: 0)))
    let collector: Collector
    private let published = Mutex<[Snapshot]>([])

    static let topic = "orders"

    init(
        topics: [String: Int32] = [CollectFixture.topic: 1], recognition: MirrorRecognition? = nil,
        withOffsetTopic: Bool = true, limits: CollectorSettings.Limits = .init()
    ) throws {
        let clock = clock
        clusters = PerIDC { idc in
            var world = ScriptedWorld(clusterID: "cluster-\(idc.rawValue)", topics: topics)
            for topic in topics.keys.sorted() {
                world.connectors.append(CollectFixture.mirror(of: topic, from: idc.other))
                world.positions["mirror-\(idc.other.rawValue)-\(idc.rawValue)-\(topic)"] = [:]
                world.settings[topic] = TopicSettings(
                    retention: .limited(.seconds(7 * 86_400)), cleanupPolicy: ["delete"], minInSyncReplicas: 2,
                    maxMessageBytes: nil)
            }
            world.workers = [ConnectWorkerView(url: "http://connect-\(idc.rawValue):8083", failure: nil)]
            return ScriptedCluster(world, now: { clock.now.offset })
        }
        let settings = CollectorSettings(
            context: "test", names: PerIDC(idc1: "IDC1", idc2: "IDC2"),
            shownGroups: try CollectorSettings.shownGroups(leavingOut: ["connect-.*", "__.*"]),
            recognition: try recognition ?? MirrorRecognition(), trafficSource: "haproxy",
            limits: limits)
        collector = Collector(
            settings: settings,
            ports: clusters.map { cluster in
                ClusterPorts(
                    topics: cluster, offsets: cluster, groups: cluster, records: cluster,
                    mirrorPositions: withOffsetTopic ? cluster : nil, connectors: cluster)
            }, traffic: traffic, clock: clock, wallTime: { clock.wallTime }, jitter: { 0 })
    }

    /// As mirroring.md, section 7, has it.
    static func mirror(of topic: String, from source: IDC, state: ConnectorState = .running) -> Connector {
        let target = source.other
        return Connector(
            name: "mirror-\(source.rawValue)-\(target.rawValue)-\(topic)", type: "source", state: state,
            workerID: "worker:8083", tasks: [ConnectorTask(id: 0, state: state, workerID: "worker:8083")],
            config: mirrorConfig(of: topic, from: source))
    }

    static func mirrorConfig(of topic: String, from source: IDC) -> [String: String] {
        [
            "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector", "topics": topic,
            "source.cluster.alias": source.rawValue, "target.cluster.alias": source.other.rawValue,
            "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
            "header.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
            "sync.topic.configs.enabled": "false", "predicates": "ours",
            "predicates.ours.type": "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
            "predicates.ours.name": "mm-origin-\(source.other.rawValue)", "transforms": "drop,stamp",
            "transforms.drop.type": "org.apache.kafka.connect.transforms.Filter",
            "transforms.drop.predicate": "ours",
            "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertHeader",
            "transforms.stamp.header": "mm-origin-\(source.rawValue)", "transforms.stamp.value.literal": "null",
        ]
    }

    // MARK: What happens in the world

    func produce(_ count: Int, on idc: IDC, topic: String = CollectFixture.topic, partition: Int32 = 0) {
        let now = clock.wallTime
        clusters[idc].update { $0.logs[TopicPartition(topic, partition)]?.append(count, at: now) }
    }

    /// Writes copies to the other side and moves the position to the end of the source's log, as a mirror does.
    func copy(_ count: Int, from idc: IDC, topic: String = CollectFixture.topic, partition: Int32 = 0) {
        let place = TopicPartition(topic, partition)
        let end = clusters[idc].world.logs[place]?.end ?? 0
        clusters[idc.other].update { world in
            world.logs[place]?.append(count, headers: ["mm-origin-\(idc.rawValue)"])
            world.positions["mirror-\(idc.rawValue)-\(idc.other.rawValue)-\(topic)", default: [:]][place] = Offset(end)
        }
    }

    // MARK: What is seen

    var snapshots: [Snapshot] { published.withLock { $0 } }
    var newest: Snapshot? { published.withLock { $0.last } }

    /// Runs the collector while `body` runs.
    func run(_ body: () async throws -> Void) async rethrows {
        let collector = collector
        let published = self
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await collector.run { snapshot in published.published.withLock { $0.append(snapshot) } } }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// One shot, while time goes by half a second at a time; `each` happens before each half second.
    func collectOnce(
        within deadline: Duration, sourceLocation: SourceLocation = #_sourceLocation, _ each: () -> Void = {}
    ) async -> Snapshot? {
        let collector = collector
        let published = self
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let snapshot = await collector.collectOnce(within: deadline)
                published.published.withLock { $0.append(snapshot) }
            }
            await eventually("the one shot returns", sourceLocation: sourceLocation) {
                each()
                await clock.advance(by: .milliseconds(500))
                return newest != nil
            }
            // A run that never ends fails here instead of keeping everything waiting.
            group.cancelAll()
            return newest
        }
    }

    /// Lets seconds go by, one after the other; `each` happens before each.
    func pass(_ seconds: Int, _ each: () -> Void = {}) async {
        for _ in 0..<seconds {
            each()
            await clock.advance(by: .milliseconds(500))
            await clock.advance(by: .milliseconds(500))
        }
    }

    /// Lets time go by until a snapshot is as expected.
    @discardableResult
    func see(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: (Snapshot) -> Bool
    ) async -> Bool {
        await eventually(what, sourceLocation: sourceLocation) {
            if let newest, condition(newest) { return true }
            await clock.advance(by: .milliseconds(250))
            return newest.map(condition) ?? false
        }
    }
}

extension Snapshot {
    func flow(_ source: IDC, _ topic: String = CollectFixture.topic) -> MirrorFlow? {
        mirrors.first { $0.topic == topic }?.flows[source]
    }

    func group(_ id: String) -> GroupRow? { groups.first { $0.id == id } }
}
