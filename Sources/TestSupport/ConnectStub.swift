package import HTTPTransport
import Synchronization

/// A Kafka Connect worker of this process: the REST interface over scripted connectors, with faults on demand
/// and a record of every request. Answers as Connect 4.3.0 does.
///
/// ```swift
/// try await ConnectStub.serving([.mirror(of: "orders", from: "idc1", to: "idc2")]) { stub in
///     stub.inject(.conflict, times: 2)
///     ...  // ask stub.url
///     #expect(stub.mutatingRequestCount == 0)
/// }
/// ```
package final class ConnectStub: Sendable {
    private let server: HTTPServer
    private let world: Mutex<World>

    /// What a worker may be told to answer in place of the right thing.
    package enum Fault: Sendable {
        /// Connect's own error: `{"error_code":status,"message":message}`.
        case status(Int, message: String)
        /// 409, as during a rebalance.
        case conflict
        /// A page of HTML with this status, as from a proxy in between.
        case html(status: Int)
        /// The right answer, cut in the middle.
        case truncatedJSON
        /// No answer until the client gives up or the stub ends.
        case hang
        /// A JSON array of this many bytes.
        case hugeBody(bytes: Int)
        /// Any answer.
        case answer(HTTPServerResponse)
    }

    /// What this worker does not know yet.
    package struct Features: Sendable {
        /// `?expand=` (Connect 2.3); without it the query is ignored.
        package var hasExpand = true
        /// Offsets and STOPPED (KIP-875, Connect 3.5).
        package var hasOffsets = true
        /// `includeTasks`, `onlyFailed` (KIP-745, Connect 3.0); without it the query is ignored.
        package var hasRestartOptions = true

        package init(hasExpand: Bool = true, hasOffsets: Bool = true, hasRestartOptions: Bool = true) {
            self.hasExpand = hasExpand
            self.hasOffsets = hasOffsets
            self.hasRestartOptions = hasRestartOptions
        }
    }

    /// A request that arrived, faulty answer or not.
    package struct RecordedRequest: Hashable, Sendable {
        package let method: String
        /// Path and query as they came, percent-encoded.
        package let target: String
        package let body: String

        package init(method: String, target: String, body: String = "") {
            self.method = method
            self.target = target
            self.body = body
        }
    }

    struct PlannedFault: Sendable {
        let fault: Fault
        let method: String?
        let pathPart: String
        var remaining: Int?
    }

    /// What the stub plays, and what it has been asked.
    struct World: Sendable {
        var connectors: [String: StubConnector]
        var features: Features
        var faults: [PlannedFault] = []
        var requests: [RecordedRequest] = []
    }

    /// Starts a stub, runs `body` with it and stops it again.
    ///
    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - credentials: a user and password that every request must carry.
    package static func serving<Result>(
        _ connectors: [StubConnector] = [], features: Features = Features(), port: UInt16 = 0,
        credentials: HTTPServerCredentials? = nil, _ body: (ConnectStub) async throws -> Result
    ) async throws -> Result {
        let server = try HTTPServer(
            port: port, credentials: credentials, limits: HTTPServerLimits(handlerTimeout: .seconds(600)))
        let stub = ConnectStub(server: server, connectors: connectors, features: features)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run { await stub.answer($0) } }
            defer { server.stop() }
            return try await body(stub)
        }
    }

    private init(server: HTTPServer, connectors: [StubConnector], features: Features) {
        self.server = server
        let byName = Dictionary(connectors.map { ($0.name, $0) }) { _, last in last }
        world = Mutex(World(connectors: byName, features: features))
    }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://\(server.host):\(server.port)" }
    package var port: UInt16 { server.port }

    // MARK: The script

    /// Adds or replaces a connector.
    package func put(_ connector: StubConnector) {
        world.withLock { $0.connectors[connector.name] = connector }
    }

    package func remove(_ name: String) {
        world.withLock { $0.connectors[name] = nil }
    }

    package func connector(_ name: String) -> StubConnector? {
        world.withLock { $0.connectors[name] }
    }

    /// Answers with the fault, the next `times` matching requests or, without a number, all of them. Faults
    /// injected earlier come first.
    ///
    /// - Parameters:
    ///   - method: only requests with this method.
    ///   - pathPart: only requests whose target contains this.
    package func inject(_ fault: Fault, method: String? = nil, pathPart: String = "", times: Int? = nil) {
        world.withLock {
            $0.faults.append(PlannedFault(fault: fault, method: method, pathPart: pathPart, remaining: times))
        }
    }

    /// Ends all faults.
    package func heal() {
        world.withLock { $0.faults = [] }
    }

    // MARK: The record

    /// Every request so far, in order of arrival.
    package var requests: [RecordedRequest] { world.withLock { $0.requests } }

    /// Requests so far that were neither GET nor HEAD: what a read-only session must not send.
    package var mutatingRequestCount: Int {
        requests.count { $0.method != HTTPMethod.get.rawValue && $0.method != HTTPMethod.head.rawValue }
    }

    package func forgetRequests() {
        world.withLock { $0.requests = [] }
    }

    // MARK: Answers

    private func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
        let fault = world.withLock { world in
            world.requests.append(
                RecordedRequest(
                    method: request.method, target: request.target, body: String(decoding: request.body, as: UTF8.self))
            )
            return world.takeFault(for: request)
        }
        switch fault {
        case nil:
            return world.withLock { $0.answer(request) }
        case .status(let status, let message):
            return .connectError(status, message)
        case .conflict:
            return .connectError(
                409,
                "Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway."
            )
        case .html(let status):
            return HTTPServerResponse(
                status: status, contentType: "text/html",
                text: "<!DOCTYPE html><html><head><title>Proxy</title></head><body><h1>It works</h1></body></html>")
        case .truncatedJSON:
            let whole = world.withLock { $0.answer(request) }
            return HTTPServerResponse(
                status: whole.status, headers: whole.headers, body: Array(whole.body.prefix(whole.body.count / 2)))
        case .hang:
            await untilCancelled()
            return .connectError(503, "the stub ended")
        case .hugeBody(let bytes):
            var body = Array(repeating: UInt8(ascii: " "), count: max(2, bytes))
            body[0] = UInt8(ascii: "[")
            body[body.count - 1] = UInt8(ascii: "]")
            return HTTPServerResponse(
                status: 200, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
        case .answer(let response):
            return response
        }
    }
}

/// Suspends until the task is cancelled.
private func untilCancelled() async {
    let (never, _) = AsyncStream.makeStream(of: Never.self)
    for await _ in never {}
}
