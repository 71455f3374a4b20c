/// A connector as ``ConnectStub`` plays it. Words are free text, so that nonsense can be scripted too.
package struct StubConnector: Sendable {
    package var name: String
    package var type: String
    package var state: String
    package var workerID: String
    package var trace: String?
    package var tasks: [StubTask]
    package var config: [String: String]
    package var offsets: [StubOffset]
    /// What stands in the expanded listing and in answers of its own in place of all the above, for instance
    /// `{"status":7}`.
    package var rawJSON: String?

    package init(
        _ name: String, type: String = "source", state: String = "RUNNING", workerID: String = "127.0.0.1:8083",
        trace: String? = nil, tasks: [StubTask] = [StubTask(0)], config: [String: String] = [:],
        offsets: [StubOffset] = [], rawJSON: String? = nil
    ) {
        self.name = name
        self.type = type
        self.state = state
        self.workerID = workerID
        self.trace = trace
        self.tasks = tasks
        self.config = config
        self.offsets = offsets
        self.rawJSON = rawJSON
    }

    /// A MirrorMaker 2 source connector for one topic, named `mirror-FROM-TO-TOPIC`.
    ///
    /// - Parameter lastMirrored: per partition, the last source offset that was mirrored; `nil` leaves it out.
    package static func mirror(
        of topic: String, from source: String, to target: String, state: String = "RUNNING",
        tasks: [StubTask] = [StubTask(0)], lastMirrored: [Int64?] = [0]
    ) -> StubConnector {
        StubConnector(
            "mirror-\(source)-\(target)-\(topic)", state: state, tasks: tasks,
            config: [
                "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector", "tasks.max": "1",
                "source.cluster.alias": source, "target.cluster.alias": target, "topics": topic,
                "source.cluster.bootstrap.servers": "127.0.0.1:19091",
                "target.cluster.bootstrap.servers": "127.0.0.1:29091",
                "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
                "predicates": "ours", "predicates.ours.name": "mm-origin-\(target)",
                "predicates.ours.type": "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
                "transforms": "drop,stamp", "transforms.drop.type": "org.apache.kafka.connect.transforms.Filter",
                "transforms.drop.predicate": "ours",
                "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertHeader",
                "transforms.stamp.header": "mm-origin-\(source)", "transforms.stamp.value.literal": "null",
            ],
            offsets: lastMirrored.enumerated().compactMap { partition, offset in
                offset.map { .mirrorMaker(cluster: source, topic: topic, partition: partition, lastMirrored: $0) }
            })
    }
}

/// A task as ``ConnectStub`` plays it.
package struct StubTask: Sendable {
    package var id: Int
    package var state: String
    package var workerID: String
    package var trace: String?

    package init(_ id: Int, state: String = "RUNNING", workerID: String = "127.0.0.1:8083", trace: String? = nil) {
        self.id = id
        self.state = state
        self.workerID = workerID
        self.trace = trace
    }
}

/// An entry of `GET /connectors/{name}/offsets` (KIP-875).
package enum StubOffset: Sendable {
    /// MirrorMaker 2: the last offset that was mirrored.
    case mirrorMaker(cluster: String, topic: String, partition: Int, lastMirrored: Int64)
    /// A sink connector: the next offset to read.
    case sink(topic: String, partition: Int, next: Int64)
    /// The JSON of an entry as it is.
    case raw(String)

    var json: String {
        switch self {
        case .mirrorMaker(let cluster, let topic, let partition, let last):
            let place = "{\"cluster\":\(jsonText(cluster)),\"partition\":\(partition),\"topic\":\(jsonText(topic))}"
            return "{\"partition\":\(place),\"offset\":{\"offset\":\(last)}}"
        case .sink(let topic, let partition, let next):
            let place = "{\"kafka_topic\":\(jsonText(topic)),\"kafka_partition\":\(partition)}"
            return "{\"partition\":\(place),\"offset\":{\"kafka_offset\":\(next)}}"
        case .raw(let json):
            return json
        }
    }
}

extension StubConnector {
    var statusJSON: String {
        let traceMember = trace.map { ",\"trace\":\(jsonText($0))" } ?? ""
        let tasks = tasks.map { task in
            let trace = task.trace.map { ",\"trace\":\(jsonText($0))" } ?? ""
            return
                "{\"id\":\(task.id),\"state\":\(jsonText(task.state)),\"worker_id\":\(jsonText(task.workerID))\(trace)}"
        }
        let connector = "{\"state\":\(jsonText(state)),\"worker_id\":\(jsonText(workerID))\(traceMember)}"
        return "{\"name\":\(jsonText(name)),\"connector\":\(connector),\"tasks\":[\(tasks.joined(separator: ","))],"
            + "\"type\":\(jsonText(type))}"
    }

    var infoJSON: String {
        let config = configJSON
        let tasks = tasks.map { "{\"connector\":\(jsonText(name)),\"task\":\($0.id)}" }.joined(separator: ",")
        return "{\"name\":\(jsonText(name)),\"config\":\(config),\"tasks\":[\(tasks)],\"type\":\(jsonText(type))}"
    }

    var configJSON: String {
        let members = config.merging(["name": name]) { _, name in name }.sorted { $0.key < $1.key }
        return "{" + members.map { "\(jsonText($0.key)):\(jsonText($0.value))" }.joined(separator: ",") + "}"
    }

    /// The member of an expanded listing.
    func expandedJSON(_ expansions: [String]) -> String {
        if let rawJSON { return rawJSON }
        var members: [String] = []
        if expansions.contains("status") { members.append("\"status\":\(statusJSON)") }
        if expansions.contains("info") { members.append("\"info\":\(infoJSON)") }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Sets the state of the connector and of every task that has not FAILED, as Connect does.
    mutating func enter(_ newState: String) {
        state = newState
        if newState == "STOPPED" { tasks = [] }
        for index in tasks.indices where tasks[index].state != "FAILED" { tasks[index].state = newState }
        if newState == "RUNNING" && tasks.isEmpty { tasks = [StubTask(0, workerID: workerID)] }
    }

    mutating func restart(includingTasks: Bool, onlyFailed: Bool) {
        if !onlyFailed || state == "FAILED" {
            state = "RUNNING"
            trace = nil
        }
        guard includingTasks else { return }
        for index in tasks.indices where !onlyFailed || tasks[index].state == "FAILED" {
            tasks[index].state = "RUNNING"
            tasks[index].trace = nil
        }
    }
}

/// A JSON string, quotes included.
func jsonText(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": json += "\\\""
        case "\\": json += "\\\\"
        case "\n": json += "\\n"
        case "\t": json += "\\t"
        case let control where control.value < 0x20:
            let digits = String(control.value, radix: 16)
            json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}
