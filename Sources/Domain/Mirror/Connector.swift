/// A connector of a Kafka Connect cluster, as its REST interface describes it.
package struct Connector: Hashable, Sendable {
    package let name: String
    /// `source`, `sink`, or whatever else Connect answered.
    package let type: String
    package let state: ConnectorState
    package let workerID: String
    package let tasks: [ConnectorTask]
    /// The configuration with every secret already masked.
    package let config: [String: String]
    /// The trace of the connector itself, where it has FAILED.
    package let trace: String?

    package init(
        name: String, type: String, state: ConnectorState, workerID: String, tasks: [ConnectorTask],
        config: [String: String], trace: String? = nil
    ) {
        self.name = name
        self.type = type
        self.state = state
        self.workerID = workerID
        self.tasks = tasks
        self.config = config
        self.trace = trace
    }

    package var connectorClass: String { config["connector.class"] ?? "" }

    /// What its configuration lets it leave out and go on, a sentence each: records that it cannot convert or write, and
    /// those that are older than what it begins with.
    package var omissions: [String] {
        var found: [String] = []
        if config["errors.tolerance"]?.lowercased() == "all" {
            found.append("'errors.tolerance' is all: records that cannot be written are left out silently.")
        }
        for (key, value) in config.sorted(by: { $0.key < $1.key }) where key.hasSuffix("auto.offset.reset") {
            guard !["earliest", "none"].contains(value.lowercased()) else { continue }
            found.append("'\(key)' is \(value): records from before it begins are left out silently.")
        }
        return found
    }

    /// The consumer group of a sink connector (`SinkUtils.consumerGroupId`), which its configuration may name itself
    /// (KIP-458).
    package var sinkGroup: String { config["consumer.override.group.id"] ?? "connect-\(name)" }
}

/// A task of a connector.
package struct ConnectorTask: Hashable, Sendable {
    package let id: Int
    package let state: ConnectorState
    package let workerID: String
    package let trace: String?

    package init(id: Int, state: ConnectorState, workerID: String, trace: String? = nil) {
        self.id = id
        self.state = state
        self.workerID = workerID
        self.trace = trace
    }
}

/// Connect's states of a connector or a task (`AbstractStatus.State`).
package enum ConnectorState: Hashable, Sendable {
    case running
    case paused
    case stopped
    case failed
    case unassigned
    case restarting
    /// A state this version has no name for, as Connect spells it.
    case unknown(String)

    package init(_ word: String) {
        switch word {
        case "RUNNING": self = .running
        case "PAUSED": self = .paused
        case "STOPPED": self = .stopped
        case "FAILED": self = .failed
        case "UNASSIGNED": self = .unassigned
        case "RESTARTING": self = .restarting
        default: self = .unknown(word)
        }
    }
}

extension ConnectorState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .running: "RUNNING"
        case .paused: "PAUSED"
        case .stopped: "STOPPED"
        case .failed: "FAILED"
        case .unassigned: "UNASSIGNED"
        case .restarting: "RESTARTING"
        case .unknown(let raw): raw
        }
    }
}

/// What a connector is for, told from its class and configuration.
package enum ConnectorRole: Hashable, Sendable {
    /// Mirrors `topic` in the direction `flow`.
    case mirror(MirrorKind, topic: String, flow: ReplicationFlow)
    /// A Debezium source: change data capture.
    case cdc
    /// MirrorMaker's checkpoint or heartbeat connector.
    case mirrorMakerCompanion
    /// Looks like a mirror but is not one that Bascule can account for; the reason says why.
    case unaccountedMirror(reason: String)
    case other
}
