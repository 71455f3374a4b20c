import Domain
import KafkaAdapter
import Operations
import Synchronization

/// How far the IDCs are from each other. The console stands in IDC1; what it asks of IDC2 takes a round trip longer, and
/// what a mirror reads arrives half of one later. Simulated here, because a mock cluster that answers slowly stops recognising repeated batches.
final class Distance: Sendable {
    private let time = Mutex(Duration.zero)
    private let clock: WorldClock

    init(clock: WorldClock) {
        self.clock = clock
    }

    func set(_ roundTrip: Duration) { time.withLock { $0 = roundTrip } }

    /// How long a record is under way from one to the other.
    var oneWay: Duration { time.withLock { $0 } / 2 }

    /// Waits as long as a request to that side is on its way, there and back.
    func travel(to idc: IDC) async throws(PortError) {
        let time = time.withLock { $0 }
        guard idc == .idc2, time > .zero else { return }
        do {
            try await clock.sleep(time)
        } catch {
            throw PortError(.cancelled, operation: "request to \(idc.rawValue)", detail: "it was cancelled")
        }
    }
}

/// Everything that the console reads of one side of the sandbox: the real adapter on the mock cluster, and what such a
/// cluster cannot answer from what the sandbox knows.
struct SandboxPorts: TopicReading, OffsetReading, RecordReading, GroupReading {
    let site: Site
    let distance: Distance
    let topics: TopicDirectory
    let applications: Applications
    let standIn: OffsetStandIn

    var idc: IDC { site.idc }

    func metadata() async throws(PortError) -> ClusterMetadata {
        try await distance.travel(to: idc)
        return try await site.metadata()
    }

    func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] {
        do throws(PortError) {
            try await distance.travel(to: idc)
        } catch {
            return [:]
        }
        return await site.kafka.brokerStates(of: brokers)
    }

    /// What the topics were made with; a side that does not answer does not answer this either.
    func settings(
        of topics: [String]
    ) async throws(PortError) -> Partial<[String: TopicSettings], PortError> {
        _ = try await metadata()
        var value: [String: TopicSettings] = [:]
        for name in topics { value[name] = self.topics.topic(name)?.settings ?? Self.internalSettings }
        return Partial(value)
    }

    /// Of topics that the sandbox's own programs keep their state in.
    private static let internalSettings = TopicSettings(
        retention: .unlimited, cleanupPolicy: ["compact"], minInSyncReplicas: 2, maxMessageBytes: 1_048_588)

    func ranges(of topics: [Topic]) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        try await distance.travel(to: idc)
        return try await site.kafka.ranges(of: topics)
    }

    func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError> {
        try await distance.travel(to: idc)
        return try await site.kafka.origins(in: stretches, by: rule, within: deadline)
    }

    /// The groups of the sandbox's applications, and the mirrors' positions.
    func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError> {
        let metadata = try await metadata()
        var failures: [PortError] = []
        var groups: [ConsumerGroup] = []
        var wanted: [Listed] = []
        for description in await applications.descriptions(on: idc) where isWanted(description.group.id) {
            wanted.append(
                Listed(
                    id: description.group.id, state: description.state, protocolType: "consumer",
                    members: description.members, topics: description.group.topics, commits: description.commits))
        }
        let known = Set(wanted.map(\.id))
        let named = await applications.named
        let real = Set(await applications.groups.map(\.id))
        for id in standIn.groups(on: idc) where !known.contains(id) && isWanted(id) {
            // A scripted group has committed nothing where it never ran.
            wanted.append(Listed(id: id, topics: named[id]?.topics ?? [], commits: real.contains(id) ? nil : [:]))
        }
        let positions = MirrorNames.positionGroup(from: idc)
        if isWanted(positions) { wanted.append(Listed(id: positions, topics: topics.mirrored)) }

        let answers = await withTaskGroup(
            of: (Int, Result<[TopicPartition: CommittedOffset], PortError>).self
        ) { tasks in
            for (index, group) in wanted.enumerated() where group.commits == nil {
                let partitions = metadata.partitions(of: group.topics)
                tasks.addTask { (index, await committed(group.id, in: partitions)) }
            }
            return await tasks.reduce(into: [Int: Result<[TopicPartition: CommittedOffset], PortError>]()) {
                $0[$1.0] = $1.1
            }
        }
        for (index, group) in wanted.enumerated() {
            var offsets: [TopicPartition: CommittedOffset]?
            switch group.commits.map({ .success($0) }) ?? answers[index] {
            case .success(let found): offsets = standIn.seen(found, of: group.id, on: idc)
            case .failure(let error): failures.append(error)
            case nil: break
            }
            // A group without members and without offsets is gone, as on a real cluster.
            if group.members.isEmpty, !group.state.isLive, offsets?.isEmpty == true { continue }
            groups.append(
                ConsumerGroup(
                    id: group.id, state: group.state, protocolType: group.protocolType, members: group.members,
                    offsets: offsets))
        }
        return Partial(groups, failures: failures)
    }

    /// A group that is listed; without members unless it says otherwise.
    private struct Listed {
        let id: String
        var state = GroupState.empty
        var protocolType = ""
        var members: [GroupMember] = []
        let topics: [String]
        /// As ``Applications/Description/commits``.
        var commits: [TopicPartition: CommittedOffset]?
    }

    /// What the cluster itself says is committed.
    func committed(
        _ group: String, in partitions: [TopicPartition]
    ) async -> Result<[TopicPartition: CommittedOffset], PortError> {
        do throws(PortError) {
            return .success(
                group == MirrorNames.positionGroup(from: idc)
                    ? try await site.mirrorPositions(in: partitions)
                    : try await applications.committed(of: group, on: idc, in: partitions))
        } catch {
            return .failure(error)
        }
    }
}

extension ClusterMetadata {
    /// Every partition of the topics that there are.
    func partitions(of names: [String]) -> [TopicPartition] {
        let wanted = Set(names)
        return topics.filter { wanted.contains($0.name) }
            .flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
    }
}

/// Names that the mirror worker gives to what it keeps on the clusters. mirroring.md, sections 3 and 5.
enum MirrorNames {
    /// Carries the positions of the mirrors that read from a side.
    static func positionGroup(from source: IDC) -> String {
        "__osync.mirror.\(source.rawValue).\(source.other.rawValue)"
    }

    /// Shares the work of one direction.
    static func workGroup(from source: IDC) -> String {
        "bascule-mirror.\(source.rawValue).\(source.other.rawValue)"
    }

    static func connector(_ target: MirrorTarget) -> String {
        "mirror-\(target.flow.source.rawValue)-\(target.flow.target.rawValue)-\(target.topic)"
    }
}

/// The topics of the sandbox that people see, and those that came later.
final class TopicDirectory: Sendable {
    private let topics: Mutex<[String: WorldTopic]>
    /// Topics without a mirror, on purpose.
    private let unmirrored = Mutex<Set<String>>([])

    init(_ topics: [WorldTopic]) {
        self.topics = Mutex(Dictionary(topics.map { ($0.name, $0) }) { first, _ in first })
    }

    func topic(_ name: String) -> WorldTopic? { topics.withLock { $0[name] } }

    func add(_ topic: WorldTopic, isMirrored: Bool) {
        topics.withLock { $0[topic.name] = topic }
        if !isMirrored { _ = unmirrored.withLock { $0.insert(topic.name) } }
    }

    /// Sorted.
    var all: [WorldTopic] { topics.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// Names of topics with a job each way, sorted.
    var mirrored: [String] {
        let left = unmirrored.withLock { $0 }
        return all.map(\.name).filter { !left.contains($0) }
    }
}
