package import Domain
package import Operations
import Synchronization

/// One side of a pair as the synchronisation reads and writes it: level logs of one topic, groups with commits, and
/// ports that hang or fail where told to.
package final class ScriptedSyncSide: Sendable {
    /// What can be asked, and made to fail, on its own.
    package enum Port: Hashable, Sendable, CaseIterable {
        case metadata
        case settings
        case connectors
        case ranges
        case listing
        /// Offsets of groups, all of them.
        case offsets
        case commit
    }

    package enum Fault: Hashable, Sendable {
        case fail(PortError)
        /// Until it is cancelled or healed.
        case hang
    }

    package struct State: Sendable {
        package var groups: [String: GroupState] = [:]
        package var offsets: [String: [TopicPartition: CommittedOffset]] = [:]
        package var logEnd: Int64 = 100
        /// More than ``topic``, with as long logs.
        package var moreTopics: [Topic] = []
        package var faults: [Port: Fault] = [:]
        /// Groups whose coordinator does not answer.
        package var hangingGroups: Set<String> = []
        package var calls: [Port: Int] = [:]
        /// Every group whose offsets were asked for, in order.
        package var asked: [String] = []
    }

    package static let partition = TopicPartition("orders", 0)
    package static let topic = Topic(
        name: "orders", partitions: [Partition(number: 0, leader: 1, replicas: [1], inSyncReplicas: [1])])

    package let idc: IDC
    private let state = Mutex(State())

    package init(_ idc: IDC) {
        self.idc = idc
    }

    package static func clusterID(of idc: IDC) -> String {
        idc == .idc1 ? "aWRjMS1pZGMxLWlkYzEtMQ" : "aWRjMi1pZGMyLWlkYzItMg"
    }

    package var now: State { state.withLock { $0 } }
    package func change(_ body: @Sendable (inout sending State) -> Void) { state.withLock { body(&$0) } }

    package func fail(_ ports: Port...) {
        change { state in
            for port in ports {
                state.faults[port] = .fail(PortError(.unreachable, operation: "\(port)", detail: "\(port) is away"))
            }
        }
    }

    package func hang(_ ports: Port...) {
        change { state in for port in ports { state.faults[port] = .hang } }
    }

    package func heal() {
        change { state in
            state.faults = [:]
            state.hangingGroups = []
        }
    }

    /// The group has members here, and has committed.
    package func consumes(_ group: String, at offset: Int64) {
        change { state in
            state.groups[group] = .stable
            state.offsets[group] = [Self.partition: CommittedOffset(offset: Offset(offset))]
        }
    }

    /// The mirror from this side to the other one has passed everything below `position`.
    package func mirrored(to position: Int64) {
        let commit = MirrorCommit(
            copiedEnd: position, highestFiltered: position - 1, copies: position,
            targetCluster: Self.clusterID(of: idc.other))
        let group = MirrorCommit.group(from: idc.rawValue, to: idc.other.rawValue)
        change { state in
            state.offsets[group] = [
                Self.partition: CommittedOffset(offset: Offset(position), metadata: commit.metadata)
            ]
        }
    }

    /// What stands there for a group.
    package func standing(_ group: String) -> Offset? { now.offsets[group]?[Self.partition]?.offset }

    /// The reading ports, as an engine takes them.
    package var side: SyncSide { side(holds: nil) }

    package func side(holds: (any GroupHoldReading)?) -> SyncSide {
        SyncSide(
            topics: self, offsets: self, groups: self, commits: self, records: Unimplemented(), mirrorPositions: nil,
            connectors: self, syncs: nil, holds: holds)
    }

    private func reach(_ port: Port, group: String? = nil) async throws(PortError) {
        change { state in
            state.calls[port, default: 0] += 1
            if let group { state.asked.append(group) }
        }
        if case .fail(let error)? = now.faults[port] { throw error }
        while now.faults[port] == .hang || group.map({ now.hangingGroups.contains($0) }) ?? false {
            do {
                try await ContinuousClock().sleep(for: .milliseconds(2))
            } catch {
                throw PortError(.cancelled, operation: "\(port)", detail: "cancelled")
            }
        }
        if case .fail(let error)? = now.faults[port] { throw error }
    }
}

extension ScriptedSyncSide: TopicReading, OffsetReading {
    package func metadata() async throws(PortError) -> ClusterMetadata {
        try await reach(.metadata)
        return ClusterMetadata(
            clusterID: Self.clusterID(of: idc), controllerID: 1,
            brokers: [Broker(id: 1, host: "\(idc.rawValue)-1", port: 9_092)], topics: [Self.topic] + now.moreTopics)
    }

    package func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] { [:] }

    package func settings(
        of topics: [String]
    ) async throws(PortError) -> Partial<[String: TopicSettings], PortError> {
        try await reach(.settings)
        let settings = TopicSettings(
            retention: .unlimited, cleanupPolicy: ["delete"], minInSyncReplicas: 1, maxMessageBytes: 1_000_000)
        return Partial(Dictionary(uniqueKeysWithValues: topics.map { ($0, settings) }))
    }

    package func ranges(
        of topics: [Topic]
    ) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        try await reach(.ranges)
        let range = OffsetRange(logStart: Offset(0), logEnd: Offset(now.logEnd))
        let partitions = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
        return Partial(Dictionary(uniqueKeysWithValues: partitions.map { ($0, range) }))
    }
}

extension ScriptedSyncSide: ConnectorReading {
    package func connectors() async throws(PortError) -> Partial<[Connector], PortError> {
        try await reach(.connectors)
        return Partial([])
    }

    package func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset] { [:] }
    package func workers() async -> [ConnectWorkerView] { [] }
}

extension ScriptedSyncSide: GroupStateReading, GroupOffsetReading, GroupOffsetWriting {
    package func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        try await reach(.listing)
        return Partial(now.groups.mapValues { ListedGroup($0) })
    }

    package func offsets(
        of group: String, for partitions: [TopicPartition]?
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        try await reach(.offsets, group: group)
        return (now.offsets[group] ?? [:]).filter { partitions?.contains($0.key) ?? true }
    }

    package func commit(
        _ offsets: [TopicPartition: CommittedOffset], for group: String
    ) async throws(PortError) -> [TopicPartition: Int32] {
        try await reach(.commit)
        change { $0.offsets[group, default: [:]].merge(offsets) { _, new in new } }
        return offsets.mapValues { _ in 0 }
    }
}
