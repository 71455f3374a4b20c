import Domain

/// What is remembered of one topic's mirror in one direction, from snapshot to snapshot.
struct MirrorMemory: Sendable {
    var flow = FlowWindow()
    var latency = LatencyWindow()
    /// When the positions that were observed last had been read.
    var observedAt: WallTime?
    /// Where the source's log began when a mirror that has copied nothing was first seen, by partition: it stands
    /// there however far retention moves the log's start.
    var assumedStarts: [Int32: Offset] = [:]
    /// What was to be copied when that could be read last.
    var lag: ReplicationLag?
    /// Since when Connect has said UNASSIGNED, without a break.
    var unassignedSince: WallTime?

    /// Connect's default `scheduled.rebalance.max.delay.ms`; workers do not tell theirs.
    static let rebalanceDelay: Duration = .seconds(300)
}

/// Where a mirror's positions were found.
struct FoundPositions {
    /// `nil`: never read, or the carrier has none.
    let values: [TopicPartition: Offset]?
    let readAt: WallTime?
    /// Why they are not current; `nil` when they are.
    let because: Unavailability?
    /// Nothing was ever copied, and the mirror starts at the log's start.
    let startsAtLogStart: Bool

    static let none = FoundPositions(values: nil, readAt: nil, because: nil, startsAtLogStart: false)

    var isCurrent: Bool { values != nil && because == nil }

    /// mirroring.md, section 1: by kind, Connect's offsets or the commits of a group on the source.
    init(of job: RecognisedConnector, kind: MirrorKind, flow: ReplicationFlow, _ readings: PerIDC<ClusterReadings>) {
        let name = job.connector.name
        switch kind {
        case .mirrormaker2:
            let reading = readings[job.foundOn].positions
            let resets = job.connector.config["consumer.auto.offset.reset"] ?? "earliest"
            let found = reading.lastKnown?[name]
            self.init(
                values: reading.lastKnown.map { _ in found ?? [:] }, readAt: reading.readAt,
                because: reading.unavailability,
                startsAtLogStart: reading.current != nil && resets == "earliest")
        case .sink:
            self.init(group: job.connector.sinkGroup, on: readings[flow.source].groups)
        case .bascule:
            self.init(
                group: "__osync.mirror.\(flow.source.rawValue).\(flow.target.rawValue)",
                on: readings[flow.source].groups)
        }
    }

    private init(group: String, on reading: Reading<GroupList>) {
        let offsets = reading.lastKnown?.positions[group]?.offsets
        self.init(
            values: offsets?.mapValues(\.offset), readAt: reading.readAt, because: reading.unavailability,
            startsAtLogStart: false)
    }

    private init(
        values: [TopicPartition: Offset]?, readAt: WallTime?, because: Unavailability?, startsAtLogStart: Bool
    ) {
        self.values = values
        self.readAt = readAt
        self.because = because
        self.startsAtLogStart = startsAtLogStart
    }
}

extension MirrorState {
    /// What Connect says of a connector and its tasks: a connector may be RUNNING over a FAILED task.
    init(_ connector: Connector) {
        if connector.state == .failed {
            self = .failed(reason: MirrorState.firstLine(connector.trace) ?? "the connector itself has failed")
            return
        }
        if let failed = connector.tasks.first(where: { $0.state == .failed }) {
            self = .failed(reason: MirrorState.firstLine(failed.trace) ?? "task \(failed.id) has failed")
            return
        }
        switch connector.state {
        case .paused: self = .paused
        case .stopped: self = .stopped
        case .unassigned: self = .unassigned(until: nil)
        case .restarting: self = .restarting
        case .unknown(let raw): self = .unknown(raw)
        case .running, .failed: self = MirrorState.tasks(connector.tasks)
        }
    }

    private static func tasks(_ tasks: [ConnectorTask]) -> MirrorState {
        // RUNNING without a task copies nothing; right after its creation that is so for a moment.
        guard !tasks.isEmpty else { return .unassigned(until: nil) }
        for task in tasks {
            switch task.state {
            case .running: continue
            case .unassigned: return .unassigned(until: nil)
            case .restarting: return .restarting
            case .paused: return .paused
            case .stopped: return .stopped
            case .failed: return .failed(reason: "task \(task.id) has failed")
            case .unknown(let raw): return .unknown(raw)
            }
        }
        return .running
    }

    /// The first line of a trace, short enough for a row; `nil` when there is none.
    static func firstLine(_ trace: String?) -> String? {
        guard let trace, let line = trace.split(whereSeparator: \.isNewline).first else { return nil }
        return line.count > 300 ? line.prefix(299) + "…" : String(line)
    }
}
