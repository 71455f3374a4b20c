import Domain
import Foundation
import Operations
import TestSupport
import Testing

@testable import TrafficAdapter

private let haproxy = "/usr/sbin/haproxy"

/// Against a real HAProxy, with a backend whose servers stand for both sides' brokers.
@Suite(
    "Endpoints that are backends of HAProxy", .timeLimit(.minutes(2)),
    .enabled(if: ChildProcess.canRun(haproxy), "haproxy is not installed"))
struct BackendEndpointTests {
    private func endpoints(_ sockets: [String], one: [String] = ["a1", "a2"]) throws -> EndpointController {
        let settings = try HAProxySettings(
            sockets: sockets, backend: "orders", servers: PerIDC(idc1: one, idc2: ["b1"]), timeout: .seconds(20))
        return EndpointController([EndpointSettings(name: "orders", source: .haproxy(settings))])
    }

    private func withHAProxies(count: Int, _ body: ([String]) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var processes: [ChildProcess] = []
            defer { for process in processes { process.end() } }
            var sockets: [String] = []
            for number in 0..<count {
                let socket = "\(directory)/admin\(number).sock"
                let configuration = """
                    global
                        stats socket \(socket) level admin
                        stats socket \(directory)/user\(number).sock level user
                    defaults
                        mode tcp
                        timeout connect 1s
                        timeout client 1s
                        timeout server 1s
                    backend orders
                        server a1 127.0.0.1:1
                        server a2 127.0.0.1:1
                        server b1 127.0.0.1:1 disabled

                    """
                let file = "\(directory)/haproxy\(number).cfg"
                try Data(configuration.utf8).write(to: URL(filePath: file))
                processes.append(try ChildProcess(haproxy, ["-db", "-f", file], log: "\(directory)/haproxy.log"))
                sockets.append(socket)
            }
            let all = try endpoints(sockets)
            await eventually("every HAProxy answers") { (try? await all.side(of: "orders")) == .idc1 }
            try await body(sockets)
        }
    }

    @Test("one side's servers are enabled and the other's in maintenance, there and back again, at every HAProxy")
    func moves() async throws {
        try await withHAProxies(count: 2) { sockets in
            let endpoints = try endpoints(sockets)
            try await endpoints.point("orders", to: .idc2)
            #expect(try await endpoints.side(of: "orders") == .idc2)
            for socket in sockets { #expect(try await self.endpoints([socket]).side(of: "orders") == .idc2) }
            try await endpoints.point("orders", to: .idc2)
            try await endpoints.point("orders", to: .idc1)
            #expect(try await endpoints.side(of: "orders") == .idc1)
        }
    }

    @Test("HAProxies that disagree, and servers of both sides, point nowhere")
    func neither() async throws {
        try await withHAProxies(count: 2) { sockets in
            try await endpoints([sockets[1]]).point("orders", to: .idc2)
            #expect(try await endpoints(sockets).side(of: "orders") == nil)
            let runtime = RuntimeSocket(try RuntimeAddress(sockets[1]), timeout: .seconds(20))
            _ = try await runtime.reply(to: "set server orders/a2 state ready")
            #expect(try await endpoints([sockets[1]]).side(of: "orders") == nil)
            _ = try await runtime.reply(to: "set server orders/a2 state maint")
            _ = try await runtime.reply(to: "set server orders/b1 state maint")
            #expect(try await endpoints([sockets[1]]).side(of: "orders") == nil)
        }
    }

    @Test(
        "a HAProxy that is not there, a server that is not there or nobody's, and a socket without the right are named")
    func trouble() async throws {
        try await withHAProxies(count: 1) { sockets in
            func failure(_ endpoints: EndpointController) async -> PortError? {
                await #expect(throws: PortError.self) { try await endpoints.point("orders", to: .idc2) }
            }
            let gone = await failure(try endpoints(sockets + ["/nonexistent/admin.sock"]))
            #expect(gone?.kind == .unreachable)
            let missing = await failure(try endpoints(sockets, one: ["a1", "zz"]))
            #expect(missing?.kind == .notFound)
            let stranger = await failure(try endpoints(sockets, one: ["a1"]))
            #expect(
                stranger?.detail.contains("server a2 of backend orders takes connections and belongs to no IDC") == true
            )
            let user = await failure(try endpoints([sockets[0].replacing("admin", with: "user")]))
            #expect(user?.kind == .refused)
            // Nothing of all that has changed anything.
            #expect(try await endpoints(sockets).side(of: "orders") == .idc1)
        }
    }
}
