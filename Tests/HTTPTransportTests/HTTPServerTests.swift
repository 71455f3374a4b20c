import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HTTPServerTests {
    @Test func `only loopback addresses are listened on without credentials`() throws {
        for host in ["0.0.0.0", "192.168.1.1", "128.0.0.1"] {
            #expect(throws: HTTPServerError.notLoopback(host: host)) { try HTTPServer(host: host) }
        }
        for host in ["::1", "localhost"] {
            #expect(throws: HTTPServerError.noAddress(host: host)) { try HTTPServer(host: host) }
        }
        let open = try HTTPServer(
            host: "0.0.0.0", credentials: HTTPServerCredentials(user: "u", password: "p"))
        #expect(open.host == "0.0.0.0")
        open.stop()
        #expect(try HTTPServer(host: "127.0.0.3").host == "127.0.0.3")
    }

    @Test func `a port in use is refused with the reason`() throws {
        let first = try HTTPServer()
        #expect(first.port != 0)
        #expect(
            throws: HTTPServerError.cannotBind(host: "127.0.0.1", port: first.port, reason: "Address already in use")
        ) {
            try HTTPServer(port: first.port)
        }
        first.stop()
    }

    @Test func `a stopped server has given its port back`() async throws {
        let port = try await serving({ _ in HTTPServerResponse(status: 200) }) { address in
            _ = try await patientClient().send(HTTPRequest(.get, address, path: "/"))
            return try #require(UInt16(address.authority.split(separator: ":")[1]))
        }
        #expect(try HTTPServer(port: port).port == port)
    }

    @Test func `a request without the password reaches no handler`() async throws {
        let reached = Atomic(0)
        try await serving(credentials: HTTPServerCredentials(user: "ops", password: "geheim")) { _ in
            reached.add(1, ordering: .relaxed)
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            for wrong in [nil, HTTPCredentials.basic(user: "ops", password: "gehein"), .bearer(token: "geheim")] {
                let address = try HTTPAddress(address.text, credentials: wrong)
                let response = try await client.send(HTTPRequest(.put, address, path: "/", body: [1, 2, 3]))
                #expect(response.status == 401)
                #expect(response.headers[named: "WWW-Authenticate"]?.hasPrefix("Basic realm=") == true)
            }
            #expect(reached.load(ordering: .relaxed) == 0)
            let right = try HTTPAddress(address.text, credentials: .basic(user: "ops", password: "geheim"))
            #expect(try await client.send(HTTPRequest(.get, right, path: "/")).status == 200)
        }
    }

    @Test func `an upload over the limit is refused and one at the limit is not`() async throws {
        let sizes = Mutex<[Int]>([])
        try await serving(limits: HTTPServerLimits(uploadLimit: 100_000)) { request in
            sizes.withLock { $0.append(request.body.count) }
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            let fits = HTTPRequest(.put, address, path: "/", body: [UInt8](repeating: 1, count: 100_000))
            let fitting = try await client.send(fits)
            #expect(fitting.status == 200)
            let tooLarge = HTTPRequest(.put, address, path: "/", body: [UInt8](repeating: 1, count: 100_001))
            let refused = try await client.send(tooLarge)
            #expect(refused.status == 413)
            // Without a length announced, the connection ends instead.
            let chunked = HTTPRequest(
                .put, address, path: "/", headers: [HTTPHeader("Transfer-Encoding", "chunked")],
                body: [UInt8](repeating: 1, count: 400_000))
            await #expect(throws: HTTPError.self) { try await client.send(chunked) }
        }
        #expect(sizes.withLock { $0 } == [100_000])
    }

    @Test func `a handler over its time limit is cancelled and answered for`() async throws {
        try await serving(limits: HTTPServerLimits(handlerTimeout: .milliseconds(50))) { request in
            if request.path == "/slow" { await park() }
            return HTTPServerResponse(status: 200)
        } _: { address in
            let client = patientClient()
            let slow = try await client.send(HTTPRequest(.get, address, path: "/slow"))
            let quick = try await client.send(HTTPRequest(.get, address, path: "/quick"))
            #expect(slow.status == 503)
            #expect(quick.status == 200)
        }
    }

    @Test func `stopping ends handlers that wait and still sends their answers`() async throws {
        let server = try HTTPServer()
        let address = try HTTPAddress("http://127.0.0.1:\(server.port)")
        let taken = AsyncStream.makeStream(of: Void.self)
        let client = patientClient()
        let status = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                await server.run { _ in
                    taken.continuation.yield()
                    await park()
                    return HTTPServerResponse(status: 500)
                }
                return 0
            }
            group.addTask { try await client.send(HTTPRequest(.get, address, path: "/")).status }
            for await _ in taken.stream { break }
            server.stop()
            return try await group.reduce(0, +)
        }
        // The handler's own answer, sent although the server was stopping.
        #expect(status == 500)
        await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, address, path: "/")) }
    }

    @Test func `a server that nobody runs stops all the same`() async throws {
        let neverRun = try HTTPServer()
        let lonely = try HTTPAddress("http://127.0.0.1:\(neverRun.port)")
        let impatient = HTTPClient(limits: HTTPLimits(totalTimeout: .milliseconds(200)))
        await #expect(throws: HTTPError.self) { try await impatient.send(HTTPRequest(.get, lonely, path: "/")) }
        neverRun.stop()
    }

    @Test func `a target is split, decoded and searched segment by segment`() {
        let request = HTTPServerRequest(
            method: "GET", target: "/connectors/a%2Fb%20%C3%BC?expand=status&expand=info&x&y=1+2")
        #expect(request.path == "/connectors/a%2Fb%20%C3%BC")
        #expect(request.pathSegments == ["connectors", "a/b ü"])
        #expect(request.query.map(\.name) == ["expand", "expand", "x", "y"])
        #expect(request.query.map(\.value) == ["status", "info", "", "1 2"])
        #expect(HTTPServerRequest(method: "GET", target: "/a%2").pathSegments == nil)
        #expect(HTTPServerRequest(method: "GET", target: "/a%FF").pathSegments == nil)
    }
}
