import Domain
import Glibc
import KafkaAdapter
import Operations
import Synchronization

/// One IDC's cluster: three mock brokers, and what such brokers do not tell by themselves, such as who is in sync
/// after one was set down.
final class Site: Sendable {
    static let brokerCount = 3
    /// How long a replica takes to catch up after its broker is back.
    private static let catchUp: Duration = .seconds(4)

    let idc: IDC
    let mock: MockCluster
    /// The real adapter, on the mock.
    let kafka: KafkaCluster
    /// Reads the positions of the mirrors that read from here.
    private let positions: GroupConsumer
    private let clock: WorldClock
    private let state = Mutex(State())

    private struct State {
        var down: Set<Int32> = []
        /// When the replicas of a broker that is back are in sync again.
        var inSyncAt: [Int32: Duration] = [:]
        /// Leaderships that were taken from a broker, by its id.
        var taken: [Int32: Set<TopicPartition>] = [:]
        /// Groups that there are, and where their coordinators were put; `nil`: where the cluster put it.
        var coordinators: [String: Int32?] = [:]
    }

    init(_ idc: IDC, clock: WorldClock, log: @escaping @Sendable (String) -> Void) throws(PortError) {
        self.idc = idc
        self.clock = clock
        mock = try MockCluster.start(brokers: Self.brokerCount)
        kafka = try KafkaCluster(
            KafkaConfiguration(bootstrap: mock.bootstrap, requestTimeout: .seconds(2)), log: log)
        positions = try GroupConsumer(
            KafkaConfiguration(bootstrap: mock.bootstrap, clientID: "mirror-positions"),
            group: MirrorNames.positionGroup(from: idc), log: log)
    }

    var bootstrap: String { mock.bootstrap }

    /// Brokers that are up.
    var up: [Int32] {
        let down = state.withLock { $0.down }
        return mock.brokerIDs.filter { !down.contains($0) }
    }

    /// Whether no broker is up.
    var isGone: Bool { up.isEmpty }

    // MARK: Groups

    /// A group is used here: when brokers fall, its coordinator goes to one that is up.
    func expect(group: String) {
        let target: Int32? = state.withLock { state in
            guard state.coordinators[group] == nil else { return nil }
            // The cluster itself would give it to any broker, one that is down too.
            let target = state.down.isEmpty ? nil : mock.brokerIDs.first { !state.down.contains($0) }
            state.coordinators.updateValue(target, forKey: group)
            return target
        }
        if let target { try? mock.moveCoordinator(group: group, to: target) }
    }

    // MARK: Topics

    /// Between two orders to the mock cluster: one that comes while it still turns back from the last can wait for a
    /// second until it is seen.
    private static let betweenOrders: Duration = .milliseconds(2)

    /// Makes topics of three replicas, a moment for each; blocks meanwhile.
    func create(_ topics: [(name: String, partitions: Int)]) throws(PortError) {
        for topic in topics {
            try mock.createTopic(topic.name, partitions: topic.partitions, replication: 3)
            usleep(UInt32(Self.betweenOrders.wholeMilliseconds) * 1_000)
        }
    }

    // MARK: Faults

    /// Sets a broker down; its leaderships and its groups go to the others, if there is one.
    func kill(broker: Int32) async throws(PortError) {
        guard mock.brokerIDs.contains(broker) else {
            throw PortError(.notFound, operation: "kill broker", detail: "there is no broker \(broker)")
        }
        guard up.contains(broker) else { return }
        let alive = up.filter { $0 != broker }
        let metadata = alive.isEmpty ? nil : try await kafka.metadata()
        try mock.setDown(broker: broker)
        var groups: [String] = []
        state.withLock { state in
            state.down.insert(broker)
            state.inSyncAt[broker] = nil
            groups = state.coordinators.filter { $0.value == broker || $0.value == nil }.map(\.key).sorted()
        }
        guard let metadata else { return }
        var turn = 0
        func next() -> Int32 {
            turn += 1
            return alive[turn % alive.count]
        }
        for topic in metadata.topics {
            for partition in topic.partitions where partition.leader == broker {
                try mock.moveLeader(topic: topic.name, partition: partition.number, to: next())
                _ = state.withLock {
                    $0.taken[broker, default: []].insert(TopicPartition(topic.name, partition.number))
                }
                try? await clock.sleep(Self.betweenOrders)
            }
        }
        for group in groups {
            let target = next()
            try mock.moveCoordinator(group: group, to: target)
            state.withLock { _ = $0.coordinators.updateValue(target, forKey: group) }
            try? await clock.sleep(Self.betweenOrders)
        }
    }

    /// Sets a broker up; its replicas catch up, and it leads again what it led before.
    func restore(broker: Int32) async throws(PortError) {
        let wasDown = state.withLock { $0.down.contains(broker) }
        guard wasDown else { return }
        try await mock.setUp(broker: broker)
        let taken = state.withLock { state in
            state.down.remove(broker)
            state.inSyncAt[broker] = clock.uptime() + Self.catchUp
            return state.taken.removeValue(forKey: broker) ?? []
        }
        for partition in taken {
            try mock.moveLeader(topic: partition.topic, partition: partition.partition, to: broker)
        }
    }

    /// Every broker at once: nothing is left to lead anything.
    func cut() throws(PortError) {
        for broker in up { try mock.setDown(broker: broker) }
        state.withLock { $0.down = Set(mock.brokerIDs) }
    }

    func heal() async throws(PortError) {
        for broker in mock.brokerIDs { try await restore(broker: broker) }
    }

    // MARK: What is seen

    /// Metadata as real brokers would give it: those that are down are neither listed nor in sync.
    func metadata() async throws(PortError) -> ClusterMetadata {
        let told = try await kafka.metadata()
        let now = clock.uptime()
        let (down, late) = state.withLock { state in
            (state.down, Set(state.inSyncAt.filter { $0.value > now }.map(\.key)))
        }
        guard !down.isEmpty || !late.isEmpty else { return told }
        let out = down.union(late)
        return ClusterMetadata(
            clusterID: told.clusterID, controllerID: told.controllerID,
            brokers: told.brokers.filter { !down.contains($0.id) },
            topics: told.topics.map { topic in
                Topic(
                    name: topic.name, isInternal: topic.isInternal,
                    partitions: topic.partitions.map { partition in
                        Partition(
                            number: partition.number,
                            leader: partition.leader.flatMap { down.contains($0) ? nil : $0 },
                            replicas: partition.replicas,
                            inSyncReplicas: partition.inSyncReplicas.filter { !out.contains($0) })
                    })
            })
    }

    /// What the mirrors that read from here have committed.
    func mirrorPositions(
        in partitions: [TopicPartition]
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        try await positions.committed(in: partitions, within: .milliseconds(1_500))
    }

    func close() async {
        await positions.close()
        await kafka.close()
        await mock.destroy()
    }
}
