import FoundationEssentials
import HTTPTransport

extension ConnectStub.World {
    /// The first fault that matches, counted down.
    mutating func takeFault(for request: HTTPServerRequest) -> ConnectStub.Fault? {
        let found = faults.firstIndex { fault in
            (fault.method == nil || fault.method == request.method)
                && (fault.pathPart.isEmpty || request.target.contains(fault.pathPart))
        }
        guard let index = found else { return nil }
        let fault = faults[index].fault
        if let remaining = faults[index].remaining {
            faults[index].remaining = remaining - 1
            if remaining <= 1 { faults.remove(at: index) }
        }
        return fault
    }

    /// What Connect would answer.
    mutating func answer(_ request: HTTPServerRequest) -> HTTPServerResponse {
        guard let segments = request.pathSegments else { return .connectError(400, "Bad request") }
        switch (request.method, segments.first, segments.count) {
        case ("GET", nil, _):
            return .json("{\"version\":\"4.3.0\",\"commit\":\"stub\",\"kafka_cluster_id\":\"stub-cluster\"}")
        case ("GET", "connectors", 1):
            return listing(request)
        case (_, "connectors", 2...):
            let name = segments[1]
            if request.method == "PUT" && segments.count == 3 && segments[2] == "config" {
                return configure(name, request.body)
            }
            guard let connector = connectors[name] else {
                return .connectError(404, "Connector \(name) not found")
            }
            return answer(request, about: connector, segments.dropFirst(2).joined(separator: "/"))
        default:
            return .connectError(404, "HTTP 404 Not Found")
        }
    }

    private func listing(_ request: HTTPServerRequest) -> HTTPServerResponse {
        let expansions = request.query.filter { $0.name == "expand" }.map(\.value)
        let sorted = connectors.values.sorted { $0.name < $1.name }
        guard features.hasExpand, !expansions.isEmpty else {
            return .json("[" + sorted.map { jsonText($0.name) }.joined(separator: ",") + "]")
        }
        let members = sorted.map { "\(jsonText($0.name)):\($0.expandedJSON(expansions))" }
        return .json("{" + members.joined(separator: ",") + "}")
    }

    private mutating func answer(
        _ request: HTTPServerRequest, about connector: StubConnector, _ what: String
    ) -> HTTPServerResponse {
        var connector = connector
        switch (request.method, what) {
        case ("GET", ""):
            return .json(connector.rawJSON ?? connector.infoJSON)
        case ("GET", "status"):
            return .json(connector.rawJSON ?? connector.statusJSON)
        case ("GET", "config"):
            return .json(connector.configJSON)
        case ("GET", "offsets") where features.hasOffsets:
            return .json("{\"offsets\":[" + connector.offsets.map(\.json).joined(separator: ",") + "]}")
        case ("PUT", "pause"):
            connector.enter("PAUSED")
            connectors[connector.name] = connector
            return HTTPServerResponse(status: 202)
        case ("PUT", "resume"):
            connector.enter("RUNNING")
            connectors[connector.name] = connector
            return HTTPServerResponse(status: 202)
        case ("PUT", "stop") where features.hasOffsets:
            connector.enter("STOPPED")
            connectors[connector.name] = connector
            return HTTPServerResponse(status: 204)
        case ("POST", "restart"):
            let options = features.hasRestartOptions ? request.query.filter { $0.value == "true" }.map(\.name) : []
            let includesTasks = options.contains("includeTasks")
            connector.restart(includingTasks: includesTasks, onlyFailed: options.contains("onlyFailed"))
            connectors[connector.name] = connector
            return includesTasks ? .json(connector.statusJSON, status: 202) : HTTPServerResponse(status: 204)
        case ("DELETE", ""):
            connectors[connector.name] = nil
            return HTTPServerResponse(status: 204)
        default:
            return .connectError(404, "HTTP 404 Not Found")
        }
    }

    private mutating func configure(_ name: String, _ body: [UInt8]) -> HTTPServerResponse {
        guard let config = try? JSONDecoder().decode([String: String].self, from: Data(body)) else {
            return .connectError(500, "Cannot deserialize value of type `java.util.LinkedHashMap`")
        }
        guard let connectorClass = config["connector.class"] else {
            return .connectError(400, "Connector config \(config) contains no connector type")
        }
        let isNew = connectors[name] == nil
        var connector = connectors[name] ?? StubConnector(name)
        connector.type = connectorClass.contains("Sink") ? "sink" : "source"
        connector.config = config
        connectors[name] = connector
        return .json(connector.infoJSON, status: isNew ? 201 : 200)
    }
}

extension HTTPServerResponse {
    static func json(_ text: String, status: Int = 200) -> HTTPServerResponse {
        HTTPServerResponse(status: status, contentType: "application/json", text: text)
    }

    /// Connect's shape of an error.
    static func connectError(_ status: Int, _ message: String) -> HTTPServerResponse {
        json("{\"error_code\":\(status),\"message\":\(jsonText(message))}", status: status)
    }
}
