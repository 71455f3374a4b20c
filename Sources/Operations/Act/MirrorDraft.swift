import Domain

/// The plan of an act on mirrors while it is being made.
struct MirrorDraft {
    let snapshot: Snapshot
    private(set) var lines: [PlanLine] = []
    private(set) var leftOut: [Plan.LeftOut] = []
    /// The selected mirrors that the lines are about, each once, in the plan's order.
    private(set) var plannedTargets: [MirrorTarget] = []
    /// Partition counts by topic, of each side whose newest poll read them.
    let partitionCounts: PerIDC<[String: Int]?>
    private let rows: [String: MirrorRow]
    private var plannedConnectors: Set<Planned> = []

    private struct Planned: Hashable {
        let name: String
        let idc: IDC
    }

    init(snapshot: Snapshot) {
        self.snapshot = snapshot
        rows = Dictionary(snapshot.mirrors.map { ($0.topic, $0) }) { first, _ in first }
        partitionCounts = snapshot.clusters.map { cluster in
            cluster.metadata.current.map { metadata in
                Dictionary(metadata.topics.map { ($0.name, $0.partitions.count) }) { first, _ in first }
            }
        }
    }

    func row(of target: MirrorTarget) -> MirrorRow? { rows[target.topic] }

    mutating func leaveOut(_ target: MirrorTarget, _ reason: String) {
        let subject =
            "\(target.topic) \(snapshot.names[target.flow.source]) to \(snapshot.names[target.flow.target])"
        leftOut.append(Plan.LeftOut(subject: subject.withoutControls, reason: reason.withoutControls))
    }

    mutating func add(_ act: ConnectorAct, _ connector: Connector, on idc: IDC, for target: MirrorTarget) {
        // One connector may mirror several of the selected topics: it is called once.
        if plannedConnectors.insert(Planned(name: connector.name, idc: idc)).inserted {
            lines.append(
                PlanLine(
                    step: .connector(act, name: connector.name, on: idc),
                    call: "\(act.request(connector.name)) on Connect \(snapshot.names[idc])".withoutControls,
                    expected: .connector(connector.state), target: target))
        }
        remember(target)
    }

    mutating func add(creating configuration: NewMirror) {
        let target = configuration.target
        let idc = target.flow.target
        let name = configuration.connectorName
        guard plannedConnectors.insert(Planned(name: name, idc: idc)).inserted else { return }
        lines.append(
            PlanLine(
                step: .createConnector(name: name, config: configuration.entries, on: idc),
                call: "PUT /connectors/\(name)/config on Connect \(snapshot.names[idc])".withoutControls,
                expected: .noConnector, target: target))
        remember(target)
    }

    private mutating func remember(_ target: MirrorTarget) {
        if plannedTargets.last != target { plannedTargets.append(target) }
    }
}

extension ConnectorAct {
    /// The request to Connect's REST interface.
    func request(_ name: String) -> String {
        switch self {
        case .pause: "PUT /connectors/\(name)/pause"
        case .resume: "PUT /connectors/\(name)/resume"
        case .stop: "PUT /connectors/\(name)/stop"
        case .restartFailed: "POST /connectors/\(name)/restart?includeTasks=true&onlyFailed=true"
        case .restartAll: "POST /connectors/\(name)/restart?includeTasks=true&onlyFailed=false"
        case .delete: "DELETE /connectors/\(name)"
        }
    }
}
