import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientTests {
    @Test func `a request arrives as it was asked and its answer comes back whole`() async throws {
        try await serving { request in
            HTTPServerResponse(
                status: 201,
                headers: [HTTPHeader("X-Method", request.method), HTTPHeader("X-Target", request.target)],
                body: request.body)
        } _: { address in
            let client = patientClient()
            let response = try await client.send(
                HTTPRequest(
                    .put, address, path: "/connectors/a%2Fb%20c/config?x=1",
                    headers: [HTTPHeader("Content-Type", "application/json")], body: Array("{\"ü\":1}".utf8)))
            #expect(response.status == 201)
            #expect(response.headers[named: "x-method"] == "PUT")
            #expect(response.headers[named: "X-TARGET"] == "/connectors/a%2Fb%20c/config?x=1")
            #expect(String(decoding: response.body, as: UTF8.self) == "{\"ü\":1}")
        }
    }

    @Test(arguments: HTTPMethod.allCases)
    func `every method is sent under its own name, without a body or a type that nobody gave`(
        _ method: HTTPMethod
    ) async throws {
        let seen = Mutex<[HTTPServerRequest]>([])
        try await serving { request in
            seen.withLock { $0.append(request) }
            return HTTPServerResponse(status: 204)
        } _: { address in
            _ = try await patientClient().send(HTTPRequest(method, address, path: "/x"))
        }
        let request = try #require(seen.withLock { $0.first })
        #expect(request.method == method.rawValue)
        #expect(request.body.isEmpty)
        #expect(request.headers[named: "Content-Type"] == nil)
        #expect(request.headers[named: "Expect"] == nil)
    }

    @Test func `dots in a path are not taken away`() async throws {
        try await serving {
            HTTPServerResponse(status: 200, contentType: "text/plain", text: $0.target)
        } _: { address in
            let response = try await patientClient().send(
                HTTPRequest(.get, address, path: "/connectors/../%2E%2E/status"))
            #expect(String(decoding: response.body, as: UTF8.self) == "/connectors/../%2E%2E/status")
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let count = Atomic(0)
        try await serving { _ in
            count.add(1, ordering: .relaxed)
            return HTTPServerResponse(status: 302, headers: [HTTPHeader("Location", "/elsewhere")])
        } _: { address in
            let response = try await patientClient().send(HTTPRequest(.get, address, path: "/"))
            #expect(response.status == 302)
            #expect(response.headers[named: "Location"] == "/elsewhere")
        }
        #expect(count.load(ordering: .relaxed) == 1)
    }

    @Test func `five hundred requests share eight connections`() async throws {
        let limits = HTTPLimits(totalTimeout: .seconds(60))
        let current = Mutex((now: 0, most: 0))
        try await serving { request in
            current.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { current.withLock { $0.now -= 1 } }
            await Task.yield()
            return HTTPServerResponse(status: 200, contentType: "text/plain", text: request.target)
        } _: { address in
            let client = HTTPClient(limits: limits)
            let bodies = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let response = try await client.send(HTTPRequest(.get, address, path: "/\(number)"))
                        return String(decoding: response.body, as: UTF8.self)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(bodies == Set((0..<500).map { "/\($0)" }))
        }
        #expect(current.withLock { $0.most } <= 8)
    }

    @Test func `a refused connection is unreachable and says where and why`() async throws {
        let port = try await ByteServer.serving(.silence) { $0.port }
        let address = try HTTPAddress("http://operator:geheim@127.0.0.1:\(port)")
        let error = await #expect(throws: HTTPError.self) {
            try await patientClient().send(HTTPRequest(.get, address, path: "/"))
        }
        #expect(error == .unreachable("no connection to 127.0.0.1:\(port): connection refused"))
        #expect(error?.requestMayHaveArrived == false)
    }

    @Test func `a host name that does not exist is unreachable`() async throws {
        let address = try HTTPAddress("http://no-such-host.invalid:8083")
        let error = await #expect(throws: HTTPError.self) {
            try await patientClient().send(HTTPRequest(.get, address, path: "/"))
        }
        #expect(error == .unreachable("the host name of no-such-host.invalid:8083 was not found"))
    }

    @Test func `a server that never answers times out, and the request may have arrived`() async throws {
        try await ByteServer.serving(.silence) { server in
            let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
            let client = HTTPClient(limits: HTTPLimits(totalTimeout: .milliseconds(200)))
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest(.get, address, path: "/"))
            }
            #expect(
                error == .timedOut("127.0.0.1:\(server.port) gave no whole answer within 0.2 seconds", connected: true))
        }
    }

    @Test func `requests that wait behind hanging ones end too`() async throws {
        try await ByteServer.serving(.silence) { server in
            let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
            let client = HTTPClient(limits: HTTPLimits(totalTimeout: .milliseconds(300), connectionsPerHost: 2))
            let timedOut = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        guard case .timedOut = await failure(of: client, HTTPRequest(.get, address, path: "/")) else {
                            return false
                        }
                        return true
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(timedOut == 20)
        }
    }

    @Test func `cancelling a task ends its transfer and leaves the others alone`() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await serving { request in
            if request.path == "/hang" {
                arrived.continuation.yield()
                await park()
            }
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            let error = await withTaskGroup(of: HTTPError?.self) { group in
                group.addTask { await failure(of: client, HTTPRequest(.get, address, path: "/hang")) }
                for await _ in arrived.stream { break }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
            let response = try await client.send(HTTPRequest(.get, address, path: "/"))
            #expect(response.status == 200)
        }
    }

    @Test func `a closed client ends what is under way and refuses what comes`() async throws {
        let arrived = AsyncStream.makeStream(of: Void.self)
        try await serving { _ in
            arrived.continuation.yield()
            await park()
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            let error = await withTaskGroup(of: HTTPError?.self) { group in
                group.addTask { await failure(of: client, HTTPRequest(.get, address, path: "/")) }
                for await _ in arrived.stream { break }
                client.close()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
            await #expect(throws: HTTPError.cancelled) {
                try await client.send(HTTPRequest(.get, address, path: "/"))
            }
        }
    }

    @Test(arguments: [true, false])
    func `a body over the limit is refused, with a length announced and without`(_ isAnnounced: Bool) async throws {
        let head = isAnnounced ? "Content-Length: 5000\r\n" : ""
        let answer =
            Array("HTTP/1.1 200 OK\r\n\(head)Connection: close\r\n\r\n".utf8) + [UInt8](repeating: 65, count: 5_000)
        try await ByteServer.serving(.answer(answer)) { server in
            let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
            let small = HTTPClient(limits: HTTPLimits(totalTimeout: .seconds(60), bodyLimit: 4_999))
            await #expect(throws: HTTPError.tooLarge(limit: 4_999)) {
                try await small.send(HTTPRequest(.get, address, path: "/"))
            }
            let large = HTTPClient(limits: HTTPLimits(totalTimeout: .seconds(60), bodyLimit: 5_000))
            #expect(try await large.send(HTTPRequest(.get, address, path: "/")).body.count == 5_000)
        }
    }

    @Test func `an answer that is cut off, is none, or is not HTTP gets a name`() async throws {
        let cases: [(String, (UInt16) -> HTTPError)] = [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":",
                { .malformed("the answer of 127.0.0.1:\($0) was cut off") }
            ),
            ("", { .disconnected("127.0.0.1:\($0) closed the connection without an answer") }),
        ]
        for (bytes, expected) in cases {
            try await ByteServer.serving(.answer(Array(bytes.utf8))) { server in
                let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
                await #expect(throws: expected(server.port)) {
                    try await patientClient().send(HTTPRequest(.get, address, path: "/"))
                }
            }
        }
        try await ByteServer.serving(.answer([0, 0, 0, 12, 0x1B, 0x5B, 0x33, 0x31, 0x6D, 7, 10])) { server in
            let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
            let error = await #expect(throws: HTTPError.self) {
                try await patientClient().send(HTTPRequest(.get, address, path: "/"))
            }
            guard case .malformed(let text) = error else {
                Issue.record("not malformed: \(String(describing: error))")
                return
            }
            #expect(text.hasPrefix("127.0.0.1:\(server.port) does not speak HTTP"))
            #expect(text.utf8.allSatisfy { $0 >= 0x20 })
        }
    }

    @Test func `credentials are sent and shown nowhere`() async throws {
        let seen = Mutex<[String?]>([])
        try await serving { request in
            seen.withLock { $0.append(request.headers[named: "Authorization"]) }
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            let embedded = try HTTPAddress("http://op%40desk:ge%3Aheim@\(address.authority)")
            let basic = try HTTPAddress(address.text, credentials: .basic(user: "op@desk", password: "ge:heim"))
            let bearer = try HTTPAddress(address.text, credentials: .bearer(token: "geheim"))
            for address in [embedded, basic, bearer, address] {
                _ = try await client.send(HTTPRequest(.get, address, path: "/"))
                var dumped = ""
                dump(address, to: &dumped)
                for text in [address.description, "\(address)", String(reflecting: address), dumped] {
                    #expect(!text.contains("heim"))
                }
            }
        }
        let basic = "Basic b3BAZGVzazpnZTpoZWlt"
        #expect(seen.withLock { $0 } == [basic, basic, "Bearer geheim", nil])
    }

    @Test func `a header with a line end is not sent`() async throws {
        let seen = Mutex<[HTTPServerRequest]>([])
        try await serving { request in
            seen.withLock { $0.append(request) }
            return HTTPServerResponse(status: 200)
        } _: { address in
            let evil = try HTTPAddress(address.text, credentials: .bearer(token: "a\r\nX-Evil: 1"))
            let error = await #expect(throws: HTTPError.self) {
                try await patientClient().send(HTTPRequest(.get, evil, path: "/"))
            }
            #expect(error == .refused("a request header holds a control character; nothing was sent"))
        }
        #expect(seen.withLock { $0.isEmpty })
    }
}

/// Runs `body` beside a server that answers with `answer`.
func serving<Result>(
    credentials: HTTPServerCredentials? = nil, limits: HTTPServerLimits = HTTPServerLimits(),
    _ answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse,
    _ body: (HTTPAddress) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer(credentials: credentials, limits: limits)
    let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.run(answer) }
        defer { server.stop() }
        return try await body(address)
    }
}

/// Suspends until the task is cancelled.
func park() async {
    let (never, _) = AsyncStream.makeStream(of: Never.self)
    for await _ in never {}
}

/// How a request failed; `nil` when it was answered.
func failure(of client: HTTPClient, _ request: HTTPRequest) async -> HTTPError? {
    do throws(HTTPError) {
        _ = try await client.send(request)
        return nil
    } catch {
        return error
    }
}

/// With limits that a busy machine does not reach.
func patientClient(tls: TLSSettings = TLSSettings()) -> HTTPClient {
    HTTPClient(tls: tls, limits: HTTPLimits(connectTimeout: .seconds(60), totalTimeout: .seconds(60)))
}
