import Domain
import FoundationEssentials
import Operations
import TestSupport
import Testing
import TrafficAdapter

private let haproxy = "/usr/sbin/haproxy"

/// Against real HAProxies, started for each test with a runtime socket in a directory of its own.
@Suite(.timeLimit(.minutes(2)), .enabled(if: ChildProcess.canRun(haproxy), "haproxy is not installed"))
struct HAProxyTests {
    @Test func `the split is read, set, and read back`() async throws {
        try await withHAProxies { sockets in
            let settings = try settings(sockets)
            let reader = HAProxyReader(settings)
            let controller = HAProxyController(settings)
            let first = try await reader.configured()
            #expect(first.split == TrafficSplit(idc1: 50, idc2: 50))
            #expect(first.servers.map(\.name) == ["a1", "a2", "b1", "b2", "b3"])
            #expect(first.servers.map(\.idc) == [.idc1, .idc1, .idc2, .idc2, .idc2])
            #expect(first.servers.map(\.weight) == [150, 150, 100, 100, 100])
            #expect(first.servers.allSatisfy { $0.status == "no check" })
            for share in [0, 1, 37, 50, 99, 100, 63] {
                let split = try #require(TrafficSplit(idc1: share, idc2: 100 - share))
                try await controller.set(split)
                let read = try await reader.configured()
                #expect(read.split == split)
                #expect(read.problems.isEmpty)
            }
        }
    }

    @Test func `several HAProxies are set and read together, one of them over TCP`() async throws {
        try await withHAProxies(count: 2) { sockets in
            let both = try settings(sockets)
            let split = try #require(TrafficSplit(idc1: 20, idc2: 80))
            try await HAProxyController(try settings([sockets[1]])).set(split)
            let apart = try await HAProxyReader(both).configured()
            #expect(apart.split == TrafficSplit(idc1: 35, idc2: 65))
            #expect(apart.problems.count == 1)
            try await HAProxyController(both).set(split)
            let together = try await HAProxyReader(both).configured()
            #expect(together.split == split)
            #expect(together.problems.isEmpty)
        }
    }

    @Test func `a dead HAProxy beside a living one is a problem, and named when setting`() async throws {
        try await withHAProxies { sockets in
            let settings = try settings(["/nonexistent/admin.sock"] + sockets)
            let read = try await HAProxyReader(settings).configured()
            #expect(read.split == TrafficSplit(idc1: 50, idc2: 50))
            #expect(
                read.problems == [
                    "HAProxy /nonexistent/admin.sock: there is no such socket; check that HAProxy runs and the path is right"
                ])
            let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
            let error = try await failure { () throws(PortError) in try await HAProxyController(settings).set(split) }
            #expect(error.kind == .unreachable)
            #expect(error.detail.hasSuffix("; the split is 0:100 at \(sockets[0])"))
            let after = try await HAProxyReader(settings).configured()
            #expect(after.split == split)
        }
    }

    @Test func `a server in maintenance takes no traffic`() async throws {
        try await withHAProxies(backend: "half") { sockets in
            let settings = try settings(sockets, backend: "half", one: ["a1"], two: ["b1"])
            let read = try await HAProxyReader(settings).configured()
            #expect(read.split == TrafficSplit(idc1: 100, idc2: 0))
            #expect(read.servers.map(\.status) == ["no check", "MAINT"])
        }
    }

    @Test func `a missing backend and a missing server are named, and nothing is changed`() async throws {
        try await withHAProxies { sockets in
            let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
            let noBackend = try settings(sockets, backend: "nope")
            let noServer = try settings(sockets, one: ["a1", "zz"])
            for (settings, text) in [
                (noBackend, "there is no backend nope; there is api, fixed, half"),
                (noServer, "backend api has no server zz; it has a1, a2, b1, b2, b3"),
            ] {
                let reading = try await failure { () throws(PortError) in
                    _ = try await HAProxyReader(settings).configured()
                }
                #expect(reading.kind == .notFound)
                #expect(reading.detail == "HAProxy \(sockets[0]): \(text)")
                let setting = try await failure { () throws(PortError) in
                    try await HAProxyController(settings).set(split)
                }
                #expect(setting.detail == "HAProxy \(sockets[0]): \(text); nothing was changed")
            }
            let after = try await HAProxyReader(try settings(sockets)).configured()
            #expect(after.split == TrafficSplit(idc1: 50, idc2: 50))
        }
    }

    @Test func `a weight that the algorithm does not accept comes back in HAProxy's words`() async throws {
        try await withHAProxies { sockets in
            let settings = try settings(sockets, backend: "fixed", one: ["a1"], two: ["b1"])
            let split = try #require(TrafficSplit(idc1: 30, idc2: 70))
            let error = try await failure { () throws(PortError) in try await HAProxyController(settings).set(split) }
            #expect(error.kind == .failed)
            #expect(error.detail.contains("the weight was not accepted: \"Backend is using a static LB algorithm"))
            #expect(error.detail.hasSuffix("0 of 2 weights were set there"))
        }
    }

    @Test func `a socket without the right to change can be read and not set`() async throws {
        try await withHAProxies { sockets in
            let settings = try settings([sockets[0].replacing("admin", with: "user")])
            let read = try await HAProxyReader(settings).configured()
            #expect(read.split == TrafficSplit(idc1: 50, idc2: 50))
            let split = try #require(TrafficSplit(idc1: 30, idc2: 70))
            let error = try await failure { () throws(PortError) in try await HAProxyController(settings).set(split) }
            #expect(error.kind == .refused)
            #expect(error.detail.contains("\"Permission denied\"; the stats socket needs `level admin`"))
        }
    }

    private func settings(
        _ sockets: [String], backend: String = "api", one: [String] = ["a1", "a2"], two: [String] = ["b1", "b2", "b3"]
    ) throws -> HAProxySettings {
        try HAProxySettings(
            sockets: sockets, backend: backend,
            servers: PerIDC(idc1: one, idc2: backend == "api" || backend == "nope" ? two : ["b1"]))
    }

    /// Runs HAProxies whose admin sockets are given to `body`; none of their servers listens.
    private func withHAProxies(
        count: Int = 1, backend: String = "api", _ body: ([String]) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            var processes: [ChildProcess] = []
            defer { for process in processes { process.end() } }
            var sockets: [String] = []
            for number in 0..<count {
                // A port that was free a moment ago.
                let socket =
                    number == 0
                    ? "\(directory)/admin0.sock"
                    : try await ByteServer.serving(.silence) { "127.0.0.1:\($0.port)" }
                let listener = number == 0 ? socket : "ipv4@\(socket)"
                let configuration = """
                    global
                        stats socket \(listener) level admin
                        stats socket \(directory)/user\(number).sock level user
                    defaults
                        mode http
                        timeout connect 1s
                        timeout client 1s
                        timeout server 1s
                    backend api
                        balance roundrobin
                        server a1 127.0.0.1:1 weight 150
                        server a2 127.0.0.1:1 weight 150
                        server b1 127.0.0.1:1 weight 100
                        server b2 127.0.0.1:1 weight 100
                        server b3 127.0.0.1:1 weight 100
                    backend half
                        server a1 127.0.0.1:1 weight 50
                        server b1 127.0.0.1:1 weight 50 disabled
                    backend fixed
                        balance static-rr
                        server a1 127.0.0.1:1 weight 50
                        server b1 127.0.0.1:1 weight 50

                    """
                let file = "\(directory)/haproxy\(number).cfg"
                try Data(configuration.utf8).write(to: URL(filePath: file))
                processes.append(try ChildProcess(haproxy, ["-db", "-f", file], log: "\(directory)/haproxy.log"))
                sockets.append(socket)
            }
            for socket in sockets {
                let reader = HAProxyReader(try settings([socket]))
                await eventually("HAProxy answers at \(socket)") { (try? await reader.configured()) != nil }
            }
            try await body(sockets)
        }
    }
}

/// What a reader makes of something at the socket that is not a healthy HAProxy.
@Suite(.timeLimit(.minutes(1)))
struct RuntimeSocketTests {
    private func error(at port: UInt16, timeout: Duration = .seconds(20)) async throws -> PortError {
        let settings = try HAProxySettings(
            sockets: ["127.0.0.1:\(port)"], backend: "api", servers: PerIDC(idc1: ["a"], idc2: ["b"]), timeout: timeout)
        return try await failure { () throws(PortError) in _ = try await HAProxyReader(settings).configured() }
    }

    @Test func `a hang times out`() async throws {
        try await ByteServer.serving(.silence) { server in
            let error = try await error(at: server.port, timeout: .milliseconds(150))
            #expect(error.kind == .timedOut)
            #expect(
                error.detail == "HAProxy 127.0.0.1:\(server.port): no whole reply within 0.15 seconds; "
                    + "HAProxy hangs or is overloaded")
        }
    }

    @Test func `a port that nobody listens on is unreachable`() async throws {
        let port = try await ByteServer.serving(.silence) { $0.port }
        let error = try await error(at: port)
        #expect(error.kind == .unreachable)
        #expect(error.detail == "HAProxy 127.0.0.1:\(port): nobody listens; check that HAProxy runs")
    }

    @Test(arguments: [
        ("", "its reply was cut off after 0 bytes"),
        ("# pxname,svname,sta", "its reply was cut off after 19 bytes"),
        ("# pxname,svname,status,weight,bck\napi,a,UP,1,0\n", "answers its statistics were cut off"),
        ("HTTP/1.1 400 Bad request\r\n\r\n", "answers \"HTTP/1.1 400 Bad request\" in place of its statistics"),
        ("\u{1B}[2J\n\n", "answers \"[2J\" in place of its statistics"),
    ])
    func `nonsense and half a reply are malformed`(_ reply: String, _ reason: String) async throws {
        try await ByteServer.serving(.answer(Array(reply.utf8))) { server in
            let error = try await error(at: server.port)
            #expect(error.kind == .malformed)
            #expect(error.detail == "HAProxy 127.0.0.1:\(server.port): \(reason)")
        }
    }

    @Test func `two HAProxies that both are gone are both named`() async throws {
        let settings = try HAProxySettings(
            sockets: ["/nonexistent/1", "/nonexistent/2"], backend: "api", servers: PerIDC(idc1: ["a"], idc2: ["b"]))
        let error = try await failure { () throws(PortError) in _ = try await HAProxyReader(settings).configured() }
        #expect(error.kind == .unreachable)
        #expect(error.detail.contains("/nonexistent/1") && error.detail.contains("/nonexistent/2"))
    }

    @Test func `a weight that does not read back as set is a failure`() async throws {
        let statistics = Array("# pxname,svname,status,weight,bck\napi,a,UP,1,0\napi,b,UP,1,0\n\n".utf8)
        let accepted = Array("\n".utf8)
        try await ByteServer.serving(.answers([statistics, accepted, accepted, statistics])) { server in
            let settings = try HAProxySettings(
                sockets: ["127.0.0.1:\(server.port)"], backend: "api", servers: PerIDC(idc1: ["a"], idc2: ["b"]))
            let split = try #require(TrafficSplit(idc1: 30, idc2: 70))
            let error = try await failure { () throws(PortError) in try await HAProxyController(settings).set(split) }
            #expect(error.kind == .failed)
            #expect(
                error.detail == "HAProxy 127.0.0.1:\(server.port): server a should have the weight 30 and reads 1; "
                    + "somebody else may be setting it")
        }
    }

    @Test func `a HAProxy that ends in the middle of setting says how far it came`() async throws {
        let statistics = Array("# pxname,svname,status,weight,bck\napi,a,UP,1,0\napi,b,UP,1,0\n\n".utf8)
        try await ByteServer.serving(.answers([statistics, Array("\n".utf8), []])) { server in
            let settings = try HAProxySettings(
                sockets: ["127.0.0.1:\(server.port)"], backend: "api", servers: PerIDC(idc1: ["a"], idc2: ["b"]))
            let split = try #require(TrafficSplit(idc1: 30, idc2: 70))
            let error = try await failure { () throws(PortError) in try await HAProxyController(settings).set(split) }
            #expect(error.kind == .malformed)
            #expect(error.detail.hasSuffix("; 1 of 2 weights were set there, this one perhaps"))
        }
    }
}

private struct NoError: Error {}

private func failure(
    _ sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws(PortError) -> Void
) async throws -> PortError {
    do throws(PortError) {
        try await call()
    } catch {
        return error
    }
    Issue.record("it did not fail", sourceLocation: sourceLocation)
    throw NoError()
}
