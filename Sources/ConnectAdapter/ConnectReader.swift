package import Domain
import HTTPTransport
package import Operations

/// The reading half of Kafka Connect's REST interface. Sends GET requests only.
package struct ConnectReader: ConnectorReading {
    private let client: ConnectClient
    /// Requests under way at once where a worker has no expanded listing.
    private static let fanOut = 8

    package init(_ client: ConnectClient) {
        self.client = client
    }

    /// Every connector by `GET /connectors?expand=status&expand=info` (KIP-465), or two requests each where the
    /// workers do not know that.
    package func connectors() async throws(PortError) -> Partial<[Connector], PortError> {
        let path = "/connectors?expand=status&expand=info"
        let listing = try await client.read(path) { (response) async throws(PortError) -> JSONValue in
            let value = try await ConnectJSON.decode(response, operation: "GET \(path)")
            guard value.members != nil || value.elements?.allSatisfy({ $0.text != nil }) == true else {
                throw PortError(
                    .malformed, operation: "GET \(path)",
                    detail: "Connect's list of connectors is neither names nor objects")
            }
            return value
        }
        if let members = listing.members { return Self.connectors(in: members) }
        return try await connectors(named: (listing.elements ?? []).compactMap(\.text))
    }

    package func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset] {
        let path = try Self.path(of: name, "offsets")
        let value = try await client.read(path) { (response) async throws(PortError) -> JSONValue in
            try await ConnectJSON.decode(response, operation: "GET \(path)")
        }
        do throws(MirrorOffsets.Odd) {
            return try MirrorOffsets.positions(in: value)
        } catch {
            throw PortError(
                .malformed, operation: "GET \(path)",
                detail: "the offsets of \(name.plainLine(limit: 100)) are not a mirror's: \(error.description)")
        }
    }

    package func workers() async -> [ConnectWorkerView] { client.workers() }

    /// `/connectors/NAME`, or what is below it.
    static func path(of name: String, _ rest: String...) throws(PortError) -> String {
        guard !name.isEmpty else {
            throw PortError(.notFound, operation: "/connectors/", detail: "a connector without a name does not exist")
        }
        return (["/connectors", percentEncoded(pathSegment: name)] + rest).joined(separator: "/")
    }

    // MARK: Decoding

    private static func connectors(in listing: [String: JSONValue]) -> Partial<[Connector], PortError> {
        var result = Partial<[Connector], PortError>([])
        for (name, parts) in listing.sorted(by: { $0.key < $1.key }) {
            add(name, status: parts["status"], info: parts["info"], to: &result)
        }
        return result
    }

    private static func add(
        _ name: String, status: JSONValue?, info: JSONValue?, to result: inout Partial<[Connector], PortError>
    ) {
        let (connector, problems) = ConnectorPayload.connector(name, status: status, info: info)
        if let connector { result.value.append(connector) }
        guard !problems.isEmpty else { return }
        result.failures.append(
            PortError(
                .malformed, operation: "GET /connectors",
                detail: "Connect's answer about \(name.plainLine(limit: 100)): \(problems.joined(separator: ", "))"))
    }

    // MARK: One by one

    private enum Described: Sendable {
        case read(name: String, status: JSONValue, info: JSONValue)
        /// Deleted since the names were listed.
        case gone
        case failed(PortError)
    }

    private func connectors(named names: [String]) async throws(PortError) -> Partial<[Connector], PortError> {
        let described = await withTaskGroup(of: Described.self) { group in
            var waiting = names[...]
            var described: [Described] = []
            for _ in 0..<Self.fanOut {
                if let name = waiting.popFirst() { group.addTask { await describe(name) } }
            }
            for await one in group {
                described.append(one)
                if let name = waiting.popFirst() { group.addTask { await describe(name) } }
            }
            return described
        }
        var result = Partial<[Connector], PortError>([])
        for one in described {
            switch one {
            case .read(let name, let status, let info): Self.add(name, status: status, info: info, to: &result)
            case .gone: break
            case .failed(let error):
                if error.kind == .cancelled { throw error }
                result.failures.append(error)
            }
        }
        if result.value.isEmpty, let failure = result.failures.first { throw failure }
        result.value.sort { $0.name < $1.name }
        return result
    }

    private func describe(_ name: String) async -> Described {
        do throws(PortError) {
            let statusPath = try Self.path(of: name, "status")
            let infoPath = try Self.path(of: name)
            let status = try await client.read(statusPath) { (response) async throws(PortError) -> JSONValue in
                try await ConnectJSON.decode(response, operation: "GET \(statusPath)")
            }
            let info = try await client.read(infoPath) { (response) async throws(PortError) -> JSONValue in
                try await ConnectJSON.decode(response, operation: "GET \(infoPath)")
            }
            return .read(name: name, status: status, info: info)
        } catch {
            return error.kind == .notFound ? .gone : .failed(error)
        }
    }
}

/// Connect's bodies.
enum ConnectJSON {
    /// Off the caller's executor: a listing of 500 connectors takes some milliseconds.
    @concurrent static func decode(
        _ response: HTTPResponse, operation: String
    ) async throws(PortError) -> JSONValue {
        do throws(JSONParser.Malformed) {
            return try JSONParser.value(of: response.body)
        } catch {
            throw PortError(
                .malformed, operation: operation,
                detail: "Connect's answer of \(response.body.count) bytes is no JSON or was cut off (at byte "
                    + "\(error.offset)); a proxy in between, or the wrong address")
        }
    }
}
