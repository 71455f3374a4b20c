/// Everything that one poll of both clusters showed: whole and immutable, so that no pane mixes two polls.
package struct Snapshot: Hashable, Sendable {
    /// Counts polls from 1.
    package let sequence: UInt64
    package let at: WallTime
    /// The context's name in the configuration.
    package let context: String
    package let isProduction: Bool
    /// What people call the two IDCs.
    package let names: PerIDC<String>
    package let clusters: PerIDC<ClusterView>
    package let traffic: TrafficView
    /// One row per live topic and per topic that a mirror names, sorted by name.
    package let mirrors: [MirrorRow]
    /// One row per group that either side lists, sorted by id.
    package let groups: [GroupRow]
    /// The operator's word that freezes all writes; `nil` in it: nothing does.
    package let freeze: Reading<OperatorHold?>
    /// By source: what had not crossed, as the other side's daemon wrote it down last; `nil`: nothing was, or it was not
    /// read yet.
    package let announced: PerIDC<StrandedRecords?>
    /// What is wrong now, worst first.
    package let alerts: [Alert]
    /// Sources that could not be read in full.
    package let problems: [Problem]
    /// What happened, oldest first; the newest few hundred.
    package let events: [ObservedEvent]

    package init(
        sequence: UInt64, at: WallTime, context: String, isProduction: Bool, names: PerIDC<String>,
        clusters: PerIDC<ClusterView>, traffic: TrafficView, mirrors: [MirrorRow], groups: [GroupRow],
        freeze: Reading<OperatorHold?> = .pending, announced: PerIDC<StrandedRecords?> = PerIDC { _ in nil },
        alerts: [Alert], problems: [Problem], events: [ObservedEvent]
    ) {
        self.sequence = sequence
        self.at = at
        self.context = context
        self.isProduction = isProduction
        self.names = names
        self.clusters = clusters
        self.traffic = traffic
        self.mirrors = mirrors
        self.groups = groups
        self.freeze = freeze
        self.announced = announced
        self.alerts = alerts
        self.problems = problems
        self.events = events
    }
}

extension Snapshot {
    /// The word that freezes all writes, as far as is known.
    package var frozenBy: OperatorHold? { freeze.lastKnown.flatMap(\.self) }
}

/// One side: its brokers, logs, topics and Connect.
package struct ClusterView: Hashable, Sendable {
    package let idc: IDC
    package let metadata: Reading<ClusterMetadata>
    /// Sorted by id: every broker the cluster is known to have.
    package let brokers: [BrokerView]
    /// Log bounds of the live topics' partitions; partitions that could not be read are missing here and
    /// named in ``Snapshot/problems``.
    package let ranges: Reading<[TopicPartition: OffsetRange]>
    package let settings: Reading<[String: TopicSettings]>
    package let groups: Reading<[ConsumerGroup]>
    package let connectors: Reading<[ConnectorView]>
    /// Connect workers by URL, and whether each answered last time.
    package let connectWorkers: [ConnectWorkerView]
    /// Growth of this side's log ends per second over the last seconds, oldest first, for the sparkline.
    package let producedHistory: [Double]
    /// How long the last answer of each kind took (`metadata`, `ranges`, `groups`, ...), by that name.
    package let took: [String: Duration]

    package init(
        idc: IDC, metadata: Reading<ClusterMetadata>, brokers: [BrokerView],
        ranges: Reading<[TopicPartition: OffsetRange]>, settings: Reading<[String: TopicSettings]>,
        groups: Reading<[ConsumerGroup]>, connectors: Reading<[ConnectorView]>,
        connectWorkers: [ConnectWorkerView], producedHistory: [Double], took: [String: Duration] = [:]
    ) {
        self.idc = idc
        self.metadata = metadata
        self.brokers = brokers
        self.ranges = ranges
        self.settings = settings
        self.groups = groups
        self.connectors = connectors
        self.connectWorkers = connectWorkers
        self.producedHistory = producedHistory
        self.took = took
    }

    /// Partitions with fewer in-sync replicas than replicas; `nil` when not known.
    package var underReplicated: Int? {
        metadata.lastKnown.map { $0.topics.reduce(0) { $0 + $1.partitions.count(where: \.isUnderReplicated) } }
    }

    /// Partitions without a leader; `nil` when not known.
    package var offline: Int? {
        metadata.lastKnown.map { $0.topics.reduce(0) { $0 + $1.partitions.count(where: \.isOffline) } }
    }
}

package struct BrokerView: Hashable, Sendable {
    package let id: Int32
    /// `host:port`, where Metadata has listed it.
    package let address: String?
    package let state: BrokerState
    /// When it came into this state, as far as this program has seen.
    package let since: WallTime?

    package init(id: Int32, address: String?, state: BrokerState, since: WallTime?) {
        self.id = id
        self.address = address
        self.state = state
        self.since = since
    }
}

package struct ConnectorView: Hashable, Sendable {
    package let connector: Connector
    package let role: ConnectorRole

    package init(connector: Connector, role: ConnectorRole) {
        self.connector = connector
        self.role = role
    }
}

package struct ConnectWorkerView: Hashable, Sendable {
    /// Without user and password.
    package let url: String
    /// `nil`: it answered, or was not needed; otherwise why it did not.
    package let failure: Unavailability?

    package init(url: String, failure: Unavailability?) {
        self.url = url
        self.failure = failure
    }
}

/// The split of user traffic: configured and measured.
package struct TrafficView: Hashable, Sendable {
    /// `haproxy`, or `none` where no source is configured.
    package let source: String
    /// `.unavailable` with kind `.unsupported` where no source is configured.
    package let configured: Reading<ConfiguredTraffic>
    package let measured: Reading<MeasuredSplit>

    package init(source: String, configured: Reading<ConfiguredTraffic>, measured: Reading<MeasuredSplit>) {
        self.source = source
        self.configured = configured
        self.measured = measured
    }
}

/// A count that may be an estimate, shown with `~`.
package struct Estimate: Hashable, Sendable {
    package let count: Int64
    package let isExact: Bool

    package init(_ count: Int64, isExact: Bool) {
        self.count = count
        self.isExact = isExact
    }
}

/// One topic and both directions of its mirroring.
package struct MirrorRow: Hashable, Sendable {
    package let topic: String
    /// Partition count per side; `nil`: the topic is missing there, or the side has never been read.
    package let partitionCounts: PerIDC<Int?>
    /// By source: `flows.idc1` is IDC1 to IDC2.
    package let flows: PerIDC<MirrorFlow>

    package init(topic: String, partitionCounts: PerIDC<Int?>, flows: PerIDC<MirrorFlow>) {
        self.topic = topic
        self.partitionCounts = partitionCounts
        self.flows = flows
    }
}

/// One topic's mirror in one direction.
package struct MirrorFlow: Hashable, Sendable {
    package let flow: ReplicationFlow
    /// The connectors that mirror this topic this way: none, one, or, in state `double`, more.
    package let connectors: [String]
    package let kind: MirrorKind?
    package let state: Reading<MirrorState>
    /// Per partition of the source; the position is `nil` where it is not known.
    package let positions: [MirrorPosition]
    /// Records produced on the source that are not copied yet; `nil`: not known.
    package let toCopy: Estimate?
    /// Records between the position and the source's log end, of either origin; `nil`: not known.
    package let toScan: Int64?
    /// What was to be copied when that could be read last; `nil`: never, or nothing mirrors the topic.
    package let lag: ReplicationLag?
    /// Copies written to the target per second; `nil`: not known.
    package let recordsPerSecond: Double?
    package let latency: LatencyPercentiles?
    /// Until retention deletes what has not been copied; `nil`: not known or nothing to lose.
    package let timeUntilLoss: Duration?
    /// What else an operator should know, a sentence each.
    package let notes: [String]

    package init(
        flow: ReplicationFlow, connectors: [String], kind: MirrorKind?, state: Reading<MirrorState>,
        positions: [MirrorPosition], toCopy: Estimate?, toScan: Int64?, lag: ReplicationLag?,
        recordsPerSecond: Double?, latency: LatencyPercentiles?, timeUntilLoss: Duration?, notes: [String]
    ) {
        self.flow = flow
        self.connectors = connectors
        self.kind = kind
        self.state = state
        self.positions = positions
        self.toCopy = toCopy
        self.toScan = toScan
        self.lag = lag
        self.recordsPerSecond = recordsPerSecond
        self.latency = latency
        self.timeUntilLoss = timeUntilLoss
        self.notes = notes
    }
}

/// Where a mirror stands in one partition of its source.
package struct MirrorPosition: Hashable, Sendable {
    package let partition: Int32
    /// The next source offset to read (P); `nil`: not known.
    package let position: Offset?
    package let range: OffsetRange?

    package init(partition: Int32, position: Offset?, range: OffsetRange?) {
        self.partition = partition
        self.position = position
        self.range = range
    }
}

/// Record latencies over the last minute.
package struct LatencyPercentiles: Hashable, Sendable {
    package let p50: Duration
    package let p99: Duration

    package init(p50: Duration, p99: Duration) {
        self.p50 = p50
        self.p99 = p99
    }
}

/// One consumer group, over both sides.
package struct GroupRow: Hashable, Sendable {
    package let id: String
    package let side: GroupSide
    /// What each side says of the group. `.known(nil)`: that side lists no such group.
    package let presence: PerIDC<Reading<ConsumerGroup?>>
    /// The side that ``lag`` is counted on: where the members are, else where it consumed last as far as
    /// that is known; `nil` when it is not.
    package let home: IDC?
    /// On ``home``; `nil` when the offsets could not be read.
    package let lag: GroupLag?
    package let verdict: LagVerdict?
    /// Records per second that the group commits on ``home``.
    package let recordsPerSecond: Double?
    /// At the present pace; `nil` when not draining, or not known.
    package let timeToDrain: Duration?
    /// Where it would go on at the other side, and what that costs.
    package let sync: Reading<GroupSyncStatus>

    package init(
        id: String, side: GroupSide, presence: PerIDC<Reading<ConsumerGroup?>>, home: IDC?, lag: GroupLag?,
        verdict: LagVerdict?, recordsPerSecond: Double?, timeToDrain: Duration?,
        sync: Reading<GroupSyncStatus> = .pending
    ) {
        self.id = id
        self.side = side
        self.presence = presence
        self.home = home
        self.lag = lag
        self.verdict = verdict
        self.recordsPerSecond = recordsPerSecond
        self.timeToDrain = timeToDrain
        self.sync = sync
    }

    /// Whether the group had members on a side when that was last read.
    package func isSeen(on idc: IDC) -> Bool {
        presence[idc].lastKnown.flatMap(\.self).map { $0.isLive || !$0.members.isEmpty } ?? false
    }

    /// Members on ``home``; `nil` when not known.
    package var memberCount: Int? {
        switch side {
        case .on(let idc): presence[idc].lastKnown??.members.count
        case .both:
            IDC.allCases.reduce(0) { $0 + (presence[$1].lastKnown??.members.count ?? 0) }
        case .none: 0
        case .unknown: nil
        }
    }
}

/// Where a group's members are.
package enum GroupSide: Hashable, Sendable {
    case on(IDC)
    /// Split consumption: every record is processed twice. An alarm.
    case both
    /// Members on neither side, and both sides were read.
    case none
    /// A side that could not be read might have members.
    case unknown
}

/// Something that is wrong now.
package struct Alert: Hashable, Sendable {
    package let severity: Severity
    /// What it is about, for example `mirror-idc1-idc2-orders`, `broker 2 of IDC1`.
    package let subject: String
    /// A sentence: what is wrong, where, and where it helps what to do.
    package let text: String
    package let kind: AlertKind

    package init(severity: Severity, subject: String, text: String, kind: AlertKind = .other) {
        self.severity = severity
        self.subject = subject
        self.text = text
        self.kind = kind
    }
}

/// A source that could not be read in full.
package struct Problem: Hashable, Sendable {
    /// For example `kafka idc1`, `connect idc2`, `haproxy`.
    package let source: String
    package let because: Unavailability

    package init(source: String, because: Unavailability) {
        self.source = source
        self.because = because
    }
}

/// Something that was seen to happen between two polls.
package struct ObservedEvent: Hashable, Sendable {
    package let at: WallTime
    package let severity: Severity
    package let text: String

    package init(at: WallTime, severity: Severity, text: String) {
        self.at = at
        self.severity = severity
        self.text = text
    }
}
