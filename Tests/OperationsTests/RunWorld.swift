import Digests
import Domain
import Operations
import Synchronization
import TestSupport

/// Two sides as a run meets them, in memory: IDC1 is gone, and everything else obeys.
final class RunWorld: Sendable {
    struct State {
        var split = TrafficSplit(idc1: 50, idc2: 50)
        var members: PerIDC<[String: Int]> = PerIDC(idc1: ["a": 2, "b": 1, "c": 1], idc2: [:])
        var offsets: [String: Int64] = [:]
        var timeToLive: Duration = .zero
        /// A daemon's older position lands on these groups after what is written for them.
        var late: Set<String> = []
        /// The daemon does not answer when it is asked what it has under way.
        var isDaemonSilent = false
        /// Where it has.
        var outrun: Set<String> = []
        var sides: [String: IDC] = ["one": .idc1, "two": .idc1]
        /// What was called that changes something, in order.
        var acts: [String] = []
        var commandsRun = 0
        var records: [RunRecord] = []
        /// What the second journal has.
        var copy: [RunRecord] = []
        /// The copy on IDC1, which takes records only under its lease.
        var sourceCopy: [RunRecord] = []
        var hasSourceLease = false
        /// So many times, IDC1 does not answer when its lease is asked for.
        var unansweredLeases = Int.max
        /// The second journal does not answer once, when it is given the record of this number.
        var copyIsAwayAt: Int64?
        /// The journal takes no more than so many records.
        var limit = Int.max
        var holder: Int?
        /// Whoever has the lease is alive, so that nobody else gets it.
        var isHolderThere = false
        var nextHolder = 0
        var isFrozen = false
        /// When an act changed the traffic, outside of any run.
        var trafficChangedAt: WallTime?
        /// So many times, whether writes are frozen cannot be read.
        var unreadFreezes = 0
        var hasQuorum = true
        var isSourceGone = true
        var obeys = true
        /// What Connect beside IDC2 lists; `nil`: nothing there answers.
        var connectors: [String: ConnectorState]?
        /// Connectors that Connect does not say anything of.
        var unreadConnectors = 0
        /// What the console reads, one after the other; the last one stays.
        var snapshots: [Snapshot] = []
    }

    let state = Mutex(State())
    let clock = JumpingClock(epoch: WallTime(milliseconds: 1_764_000_000_000))

    static let groups = ["a", "b", "c"]

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    var acts: [String] { state.withLock { $0.acts } }

    private var isFrozen: Bool? {
        state.withLock { state in
            guard state.unreadFreezes > 0 else { return state.isFrozen }
            state.unreadFreezes -= 1
            return nil
        }
    }

    private func nextSnapshot() -> Snapshot? {
        state.withLock { $0.snapshots.count > 1 ? $0.snapshots.removeFirst() : $0.snapshots.first }
    }

    /// A process of its own that drives.
    func process(_ runbook: Runbook, pacing: RunPacing = RunPacing()) -> FailoverRunner.Surroundings {
        let holder = state.withLock { state in
            state.nextHolder += 1
            return state.nextHolder
        }
        let side = ClusterPorts(
            topics: Unread(), offsets: Unread(), groups: Groups(world: self, idc: .idc1), records: Unread(),
            mirrorPositions: nil, connectors: nil)
        let other = ClusterPorts(
            topics: Unread(), offsets: Unread(), groups: Groups(world: self, idc: .idc2), records: Unread(),
            mirrorPositions: nil, connectors: Connect(world: self))
        return FailoverRunner.Surroundings(
            ports: RunPorts(
                journals: [Journal(world: self), Copy(world: self), SourceCopy(world: self)],
                lease: Lease(world: self, holder: holder),
                approvals: nil,
                newestSnapshot: { self.nextSnapshot() }, rateBefore: { 100 }, clusters: PerIDC(idc1: side, idc2: other),
                traffic: Router(world: self), connectors: PerIDC(idc1: nil, idc2: Connect(world: self)),
                endpoints: Names(world: self),
                consumers: Consumers(world: self), offsets: Positions(world: self), target: Probe(world: self),
                commands: Programs(world: self), http: nil, reports: Reports(),
                provenance: PerIDC { _ in
                    ProvenanceRule(copyHeaders: ["o"])
                }, isLiveTopic: { _ in true }, isFrozen: { self.isFrozen },
                trafficChangedAt: { self.state.withLock { $0.trafficChangedAt } }),
            author: RunAuthor(name: "kim", host: "host-\(holder)"),
            digest: { SHA256.digest(of: $0) ?? [] }, pacing: pacing, clock: clock, now: { [clock] in clock.wallTime },
            runbook: { _ in .success(runbook) })
    }
}

private func gone(_ what: String) -> PortError {
    PortError(.unreachable, operation: what, detail: "IDC1 does not answer")
}

private struct Unread: TopicReading, OffsetReading, RecordReading {
    func metadata() async throws(PortError) -> ClusterMetadata { throw gone("Metadata") }
    func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] { [:] }
    func settings(of topics: [String]) async throws(PortError) -> Partial<[String: TopicSettings], PortError> {
        throw gone("DescribeConfigs")
    }
    func ranges(of topics: [Topic]) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        throw gone("ListOffsets")
    }
    func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError> { throw gone("Fetch") }
}

private struct Groups: GroupReading {
    let world: RunWorld
    let idc: IDC

    func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError> {
        let state = world.state.withLock { $0 }
        if idc == .idc1, state.isSourceGone { throw gone("ListGroups") }
        return Partial(
            RunWorld.groups.filter(isWanted).map { id in
                let count = state.members[idc][id] ?? 0
                // What a group goes on with is its own.
                let own = (state.members[idc][id] ?? 0) > 0 ? 1 : 0 as Int64
                var offset = state.offsets[id].map {
                    [TopicPartition("t", 0): CommittedOffset(offset: Offset($0 + own))]
                }
                if state.outrun.contains(id) {
                    offset = [TopicPartition("t", 0): CommittedOffset(offset: Offset(5), metadata: "ours")]
                }
                return ConsumerGroup(
                    id: id, state: count > 0 ? .stable : .empty, protocolType: "consumer",
                    members: (0..<count).map {
                        GroupMember(memberID: "\($0)", clientID: "c\($0)", host: "/10.0.0.1", assignment: [])
                    }, offsets: idc == .idc2 ? offset ?? [:] : [:])
            })
    }
}

private struct Journal: RunJournalWriting {
    let world: RunWorld
    var name: String { "local" }
    func records(of run: String) async throws(PortError) -> [RunRecord] { world.state.withLock { $0.records } }
    func runs() async throws(PortError) -> [String] { [] }
    func append(_ record: RunRecord) async throws(PortError) {
        let isKept = world.state.withLock { state in
            guard state.records.count < state.limit else { return false }
            state.records.append(record)
            return true
        }
        if !isKept { throw PortError(.failed, operation: "append", detail: "the process was killed here") }
    }
}

/// The journal of a cluster, which takes what it has already for what it is.
private struct Copy: RunJournalWriting {
    let world: RunWorld
    var name: String { "IDC2" }
    func records(of run: String) async throws(PortError) -> [RunRecord] { world.state.withLock { $0.copy } }
    func runs() async throws(PortError) -> [String] { [] }
    func append(_ record: RunRecord) async throws(PortError) {
        let isAway = world.state.withLock { state in
            guard state.copyIsAwayAt == record.sequence else { return false }
            state.copyIsAwayAt = nil
            return true
        }
        if isAway { throw PortError(.timedOut, operation: "Produce", detail: "no answer in time") }
        let isTaken = world.state.withLock { state in
            guard let kept = state.copy.first(where: { $0.sequence == record.sequence }) else {
                state.copy.append(record)
                return true
            }
            return kept == record
        }
        if !isTaken { throw PortError(.conflict, operation: "append", detail: "another record has its place") }
    }
}

private struct SourceCopy: RunJournalWriting {
    let world: RunWorld
    var name: String { "IDC1" }
    func records(of run: String) async throws(PortError) -> [RunRecord] { world.state.withLock { $0.sourceCopy } }
    func runs() async throws(PortError) -> [String] { [] }
    func append(_ record: RunRecord) async throws(PortError) {
        guard world.state.withLock({ $0.hasSourceLease }) else {
            throw PortError(.refused, operation: "Produce", detail: "the lease of IDC1 is not held")
        }
        world.change { $0.sourceCopy.append(record) }
    }
}

private struct Lease: DriverLeasing {
    let world: RunWorld
    let holder: Int
    func take(on idc: IDC, as driver: String) async throws(PortError) {
        if idc == .idc1 {
            let isTaken = world.state.withLock { state in
                guard state.unansweredLeases == 0 else {
                    state.unansweredLeases -= 1
                    return false
                }
                state.hasSourceLease = true
                return true
            }
            if !isTaken { throw gone("JoinGroup") }
            return
        }
        let isTaken = world.state.withLock { state in
            guard state.holder == nil || state.holder == holder || !state.isHolderThere else { return false }
            state.holder = holder
            return true
        }
        if !isTaken { throw PortError(.conflict, operation: "JoinGroup", detail: "somebody else holds it") }
    }
    func isHeld(on idc: IDC) async -> Bool? {
        world.state.withLock { idc == .idc1 ? $0.hasSourceLease : $0.holder == holder }
    }
    func release() async {
        world.change { state in
            state.holder = nil
            state.hasSourceLease = false
        }
    }
}

private struct Router: TrafficReading, TrafficControlling {
    let world: RunWorld
    func configured() async throws(PortError) -> ConfiguredTraffic {
        let split = world.state.withLock { $0.split }
        let shares = split?.shares ?? PerIDC(idc1: 0, idc2: 0)
        return ConfiguredTraffic(
            servers: IDC.allCases.map { TrafficServer(name: "s", idc: $0, weight: shares[$0], status: "UP") },
            split: split)
    }
    func set(_ split: TrafficSplit) async throws(PortError) {
        world.change {
            $0.acts.append("traffic \(split)")
            if $0.obeys { $0.split = split }
        }
    }
}

private struct Connect: ConnectorReading, ConnectorControlling {
    let world: RunWorld

    func connectors() async throws(PortError) -> Partial<[Connector], PortError> {
        let state = world.state.withLock { $0 }
        guard let connectors = state.connectors else { throw gone("GET /connectors") }
        return Partial(
            connectors.keys.sorted().map { name in
                Connector(
                    name: name, type: "source", state: connectors[name] ?? .unassigned, workerID: "w", tasks: [],
                    config: [:])
            },
            failures: (0..<state.unreadConnectors).map { _ in
                PortError(.failed, operation: "GET /connectors", detail: "one is not readable")
            })
    }
    func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset] { [:] }
    func workers() async -> [ConnectWorkerView] { [] }
    func perform(_ act: ConnectorAct, on name: String) async throws(PortError) {
        world.change { state in
            state.acts.append("\(act) \(name)")
            if state.obeys { state.connectors?[name] = act == .pause ? .paused : .running }
        }
    }
    func create(_ name: String, config: [String: String]) async throws(PortError) {}
}

private struct Names: EndpointSwitching {
    let world: RunWorld
    func side(of endpoint: String) async throws(PortError) -> IDC? { world.state.withLock { $0.sides[endpoint] } }
    func timeToLive(of endpoint: String) async throws(PortError) -> Duration {
        world.state.withLock { $0.timeToLive }
    }
    func point(_ endpoint: String, to idc: IDC) async throws(PortError) {
        world.change {
            $0.acts.append("point \(endpoint)")
            $0.sides[endpoint] = idc
        }
    }
}

private struct Consumers: ConsumerControlling {
    let world: RunWorld
    func stop(_ groups: [String], on idc: IDC) async throws(PortError) {
        world.change { state in
            for group in groups {
                state.acts.append("stop \(group)")
                state.members[idc][group] = 0
            }
        }
    }
    func start(_ groups: [String], on idc: IDC) async throws(PortError) {
        world.change { state in
            for group in groups {
                state.acts.append("start \(group) \(idc.rawValue)")
                state.members[idc][group] = 1
            }
        }
    }
}

private struct Positions: MoveOffsets {
    let world: RunWorld
    func decide(_ groups: [String], from source: IDC, isFinal: Bool) async throws(PortError) -> [GroupDecision] {
        groups.map { group in
            GroupDecision(
                group: group, verdict: isFinal ? .exact : .bounded(readTwice: 3),
                positions: [PartitionMove(TopicPartition("t", 0), from: Offset(9), to: Offset(7), method: "cuts")],
                lag: 1)
        }
    }
    func write(_ decisions: [GroupDecision], on target: IDC) async throws(PortError) -> [GroupOutcome] {
        world.change { state in
            for decision in decisions where state.offsets[decision.group] != 7 || state.outrun.contains(decision.group)
            {
                state.outrun.remove(decision.group)
                state.acts.append("write \(decision.group)")
                state.offsets[decision.group] = 7
                if state.late.remove(decision.group) != nil { state.outrun.insert(decision.group) }
            }
        }
        return decisions.map { GroupOutcome($0.group) }
    }
    func settle(on target: IDC) async throws(PortError) {
        world.change { $0.acts.append("settle \(target.rawValue)") }
        if world.state.withLock({ $0.isDaemonSilent }) { throw gone("settle") }
    }
    func isOurs(_ commit: CommittedOffset) -> Bool { commit.metadata == "ours" }
}

private struct Probe: TargetProbing {
    let world: RunWorld
    func hasQuorum(_ idc: IDC) async -> Bool? {
        world.state.withLock { idc == .idc2 ? $0.hasQuorum : $0.isSourceGone ? nil : true }
    }
    func carriesCanary(_ idc: IDC) async -> Bool? { true }
}

private struct Programs: CommandRunning {
    let world: RunWorld
    func run(_ arguments: [String], within limit: Duration) async throws(PortError) -> CommandOutcome {
        let status: Int32 = world.state.withLock { state in
            guard arguments == ["/bin/stop"] else { return state.commandsRun > 0 ? 0 : 1 }
            state.commandsRun += 1
            state.acts.append("run")
            return 0
        }
        return CommandOutcome(status: status, output: "")
    }
}

private struct Reports: ReportKeeping {
    func keep(_ report: RunReport) async throws(PortError) -> (path: String, hash: String) { ("r", "00") }
}
