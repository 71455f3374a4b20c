internal import Domain
internal import FoundationEssentials
internal import HTTPTransport
internal import KafkaAdapter
internal import Operations

/// The REST interface: Kafka Connect's, as far as mirrors need it (mirroring.md, section 6), with metrics and health.
struct ConnectRoutes: Sendable {
    let directions: [MirrorDirection]
    let workerID: String
    /// The release of Connect whose answers these are.
    static let connectVersion = "4.3.0"

    /// Answers one request.
    func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
        guard let segments = request.pathSegments else { return Self.error(400, "the path has a broken escape") }
        switch (request.method, segments.first, segments.count) {
        case ("GET", nil, _):
            return Self.json(
                200,
                .object([
                    DataMember("version", .string(Self.connectVersion)), DataMember("commit", .string("bascule")),
                    DataMember("kafka_cluster_id", directions.first?.targetClusterID.map { .string($0) } ?? .null),
                ]))
        case ("GET", "healthz", 1): return HTTPServerResponse(status: 200, contentType: "text/plain", text: "ok\n")
        case ("GET", "readyz", 1):
            let isReady = directions.allSatisfy(\.isReady)
            return HTTPServerResponse(
                status: isReady ? 200 : 503, contentType: "text/plain", text: isReady ? "ready\n" : "not ready\n")
        case ("GET", "metrics", 1):
            return HTTPServerResponse(
                status: 200, contentType: MetricText.contentType,
                text: MetricText.written(MirrorMetrics.families(directions)))
        case (_, "connectors", 1):
            return request.method == "GET" ? list(request) : Self.error(405, "HTTP 405 Method Not Allowed")
        case (_, "connectors", 2...):
            return await connector(segments[1], Array(segments.dropFirst(2)), request)
        default:
            return Self.error(404, "HTTP 404 Not Found")
        }
    }

    // MARK: Connectors

    private struct Mirror {
        let direction: MirrorDirection
        let name: String
        let topic: String
        let definition: MirrorDefinition
    }

    private func mirrors() -> [Mirror] {
        directions.flatMap { direction in
            direction.mirrors().map {
                Mirror(direction: direction, name: $0.name, topic: $0.topic, definition: $0.definition)
            }
        }
    }

    private func list(_ request: HTTPServerRequest) -> HTTPServerResponse {
        guard directions.allSatisfy(\.isReady) else { return Self.notReady }
        let expansions = request.query.filter { $0.name == "expand" }.map(\.value)
        let found = mirrors()
        guard !expansions.isEmpty else { return Self.json(200, .array(found.map { .string($0.name) })) }
        return Self.json(
            200,
            .object(
                found.map { mirror in
                    var members: [DataMember] = []
                    if expansions.contains("status") { members.append(DataMember("status", status(of: mirror))) }
                    if expansions.contains("info") { members.append(DataMember("info", info(of: mirror))) }
                    return DataMember(mirror.name, .object(members))
                }))
    }

    private func connector(
        _ name: String, _ rest: [String], _ request: HTTPServerRequest
    ) async -> HTTPServerResponse {
        guard directions.allSatisfy(\.isReady) else { return Self.notReady }
        if request.method == "PUT", rest == ["config"] { return await configure(name, request) }
        guard let mirror = mirrors().first(where: { $0.name == name }) else {
            return Self.error(404, "Connector \(name) not found")
        }
        switch (request.method, rest) {
        case ("GET", []): return Self.json(200, info(of: mirror))
        case ("GET", ["config"]): return Self.json(200, config(of: mirror))
        case ("GET", ["status"]): return Self.json(200, status(of: mirror))
        case ("GET", ["offsets"]): return await offsets(of: mirror)
        case ("PUT", ["pause"]): return await change(mirror, status: 202) { $0.state = .paused }
        case ("PUT", ["resume"]): return await change(mirror, status: 202) { $0.state = .running }
        case ("PUT", ["stop"]): return await change(mirror, status: 204) { $0.state = .stopped }
        case ("POST", ["restart"]): return await restart(mirror, request)
        case (_, _) where rest.first == "tasks": return await task(Array(rest.dropFirst()), of: mirror, request)
        case ("DELETE", []):
            return await change(mirror, status: 204) {
                $0.isDeleted = true
                $0.state = .stopped
            }
        default: return Self.error(404, "HTTP 404 Not Found")
        }
    }

    private func change(
        _ mirror: Mirror, status: Int, _ alter: (inout MirrorDefinition) -> Void
    ) async -> HTTPServerResponse {
        do throws(PortError) {
            _ = try await mirror.direction.define(mirror.name, else: mirror.definition, alter)
        } catch {
            return Self.failure(error)
        }
        return HTTPServerResponse(status: status)
    }

    private func restart(_ mirror: Mirror, _ request: HTTPServerRequest) async -> HTTPServerResponse {
        let query = request.query
        func flag(_ name: String) -> Bool { query.contains { $0.name == name && $0.value.lowercased() == "true" } }
        // The connector itself has nothing to restart; its tasks are restarted when they are asked for.
        guard flag("includeTasks") else { return HTTPServerResponse(status: 204) }
        let onlyFailed = flag("onlyFailed")
        let answer = await change(mirror, status: 202) {
            $0.restarts += 1
            $0.restartsOnlyFailed = onlyFailed
        }
        return answer.status == 202 ? Self.json(202, status(of: mirror)) : answer
    }

    private func task(_ rest: [String], of mirror: Mirror, _ request: HTTPServerRequest) async -> HTTPServerResponse {
        let numbers = taskNumbers(of: mirror)
        guard let first = rest.first else {
            guard request.method == "GET" else { return Self.error(405, "HTTP 405 Method Not Allowed") }
            return Self.json(
                200,
                .array(
                    numbers.map {
                        .object([DataMember("id", taskID($0, of: mirror)), DataMember("config", config(of: mirror))])
                    }))
        }
        guard let number = Int32(first), numbers.contains(number) else {
            return Self.error(404, "Unknown task: \(mirror.name)-\(first)")
        }
        switch (request.method, Array(rest.dropFirst())) {
        case ("GET", ["status"]): return Self.json(200, taskStatus(number, of: mirror))
        case ("POST", ["restart"]):
            return await change(mirror, status: 204) { definition in
                definition.taskRestarts = (definition.taskRestarts ?? [:]).merging(["\(number)": 1]) { $0 + $1 }
            }
        default: return Self.error(404, "HTTP 404 Not Found")
        }
    }

    private func configure(_ name: String, _ request: HTTPServerRequest) async -> HTTPServerResponse {
        guard let config = try? JSONDecoder().decode([String: String].self, from: Data(request.body)) else {
            return Self.error(400, "the body is no JSON object of texts")
        }
        guard let direction = directions.first(where: { $0.topic(ofConnector: name) != nil }) else {
            return Self.error(
                400,
                "connectors are called mirror-FROM-TO-TOPIC; this worker mirrors "
                    + directions.map { "\($0.from) to \($0.to)" }.joined(separator: ", "))
        }
        if let problem = MirrorDefinition.problem(with: config, name: name, from: direction.from, to: direction.to) {
            return Self.error(400, "Connector configuration is invalid: \(problem)")
        }
        let known = mirrors().first { $0.name == name }
        var complete = config
        for (key, value) in MirrorDefinition.standardConfig(
            name: name, from: direction.from, to: direction.to, topic: config[MirrorDefinition.topicKey] ?? "")
        where complete[key] == nil {
            complete[key] = value
        }
        let definition: MirrorDefinition
        do throws(PortError) {
            definition = try await direction.define(
                name, else: known?.definition ?? MirrorDefinition(config: complete)
            ) { $0.config = complete }
        } catch {
            return Self.failure(error)
        }
        let mirror = Mirror(
            direction: direction, name: name, topic: definition.config[MirrorDefinition.topicKey] ?? "",
            definition: definition)
        return Self.json(known == nil ? 201 : 200, info(of: mirror))
    }

    private func offsets(of mirror: Mirror) async -> HTTPServerResponse {
        guard let positions = mirror.direction.positions else { return Self.notReady }
        let count = mirror.direction.topics[mirror.topic] ?? 0
        var found: [TopicPartition: CommittedCut] = [:]
        if count > 0 {
            do throws(PortError) {
                found = try await positions.committed((0..<Int32(count)).map { TopicPartition(mirror.topic, $0) })
            } catch {
                return Self.failure(error)
            }
        }
        let entries = found.sorted { $0.key < $1.key }.map { partition, cut in
            DataNode.object([
                DataMember(
                    "partition",
                    .object([
                        DataMember("kafka_topic", .string(partition.topic)),
                        DataMember("kafka_partition", .integer(Int64(partition.partition))),
                    ])),
                DataMember("offset", .object([DataMember("kafka_offset", .integer(cut.offset))])),
            ])
        }
        return Self.json(200, .object([DataMember("offsets", .array(entries))]))
    }

    // MARK: Documents

    private func config(of mirror: Mirror) -> DataNode {
        .object(mirror.definition.config.sorted { $0.key < $1.key }.map { DataMember($0.key, .string($0.value)) })
    }

    private func taskNumbers(of mirror: Mirror) -> Range<Int32> {
        mirror.definition.state == .stopped ? 0..<0 : 0..<Int32(mirror.direction.topics[mirror.topic] ?? 0)
    }

    private func info(of mirror: Mirror) -> DataNode {
        .object([
            DataMember("name", .string(mirror.name)),
            DataMember("config", config(of: mirror)),
            DataMember(
                "tasks",
                .array(
                    taskNumbers(of: mirror).map { taskID($0, of: mirror) })),
            DataMember("type", .string("sink")),
        ])
    }

    private func status(of mirror: Mirror) -> DataNode {
        let direction = mirror.direction
        let tasks = taskNumbers(of: mirror).map { taskStatus($0, of: mirror) }
        var connector = [
            DataMember("state", .string(mirror.definition.state.rawValue)),
            DataMember("worker_id", .string(workerID)),
        ]
        if direction.topics[mirror.topic] == nil {
            connector = [
                DataMember("state", .string("FAILED")), DataMember("worker_id", .string(workerID)),
                DataMember("trace", .string("topic missing: \(mirror.topic) is not on \(direction.from)")),
            ]
        }
        return .object([
            DataMember("name", .string(mirror.name)), DataMember("connector", .object(connector)),
            DataMember("tasks", .array(tasks)), DataMember("type", .string("sink")),
        ])
    }

    private func taskID(_ number: Int32, of mirror: Mirror) -> DataNode {
        .object([
            DataMember("connector", .string(mirror.name)), DataMember("task", .integer(Int64(number))),
        ])
    }

    /// A partition's mirror, here or on another worker.
    private func taskStatus(_ number: Int32, of mirror: Mirror) -> DataNode {
        var state = TaskView.State.unassigned.rawValue
        var worker = ""
        var trace: String?
        var notFlowing: String?
        if let view = mirror.direction.desk.currentViews[TopicPartition(mirror.topic, number)] {
            state = view.state.rawValue
            worker = workerID
            trace = view.trace
            notFlowing = view.notFlowing
        } else if let record = mirror.direction.board.statuses(of: mirror.name)[number], record.workerID != workerID {
            state = record.state
            worker = record.workerID
            trace = record.trace
            notFlowing = record.notFlowing
        }
        var members = [
            DataMember("id", .integer(Int64(number))), DataMember("state", .string(state)),
            DataMember("worker_id", .string(worker)),
        ]
        if let trace { members.append(DataMember("trace", .string(trace))) }
        // Connect has no such word; its clients ignore it.
        if let notFlowing { members.append(DataMember("not_flowing", .string(notFlowing))) }
        return .object(members)
    }

    // MARK: Answers

    static func json(_ status: Int, _ node: DataNode) -> HTTPServerResponse {
        HTTPServerResponse(status: status, contentType: "application/json", text: JSONText.written(node))
    }

    static func error(_ status: Int, _ message: String) -> HTTPServerResponse {
        json(
            status,
            .object([
                DataMember("error_code", .integer(Int64(status))), DataMember("message", .string(message)),
            ]))
    }

    /// Connect's word while it cannot answer yet: wait and try again.
    static let notReady = error(
        409, "Cannot complete request momentarily due to stale configuration (the worker starts)")

    static func failure(_ failure: PortError) -> HTTPServerResponse {
        switch failure.kind {
        case .conflict: error(409, failure.detail)
        case .notFound, .unreachable, .timedOut, .refused, .malformed, .unsupported, .cancelled, .failed:
            error(500, failure.detail)
        }
    }
}
