import Domain
import Foundation
import Operations
import TestSupport
import Testing

@testable import TrafficAdapter

/// Against a real BIND.
@Suite(
    "Endpoints that are names in the DNS", .timeLimit(.minutes(3)),
    .enabled(if: BINDServer.isInstalled, "bind9 and bind9-dnsutils are not installed"))
struct NameServerEndpointTests {
    private let addresses = PerIDC<NameServerRecord.Value>(
        idc1: .addresses(["127.0.1.1", "127.0.1.2"]), idc2: .addresses(["127.0.2.1", "fd00:0::2"]))

    private func controller(
        _ server: NameServer, name: String = "orders.kafka.test", values: PerIDC<NameServerRecord.Value>? = nil
    ) throws -> EndpointController {
        let record = try NameServerRecord(server: server, name: name, timeToLive: 3, values: values ?? addresses)
        return EndpointController([EndpointSettings(name: "orders", source: .nameServer(record))])
    }

    private func failure(_ body: () async throws -> Void) async -> PortError? {
        await #expect(throws: PortError.self) { try await body() }
    }

    /// Straight at the server, not through what is tested.
    private func update(_ lines: String, at bind: BINDServer) throws {
        let file = bind.directory + "/update.txt"
        try Data("server 127.0.0.1 \(bind.port)\nzone kafka.test\n\(lines)\nsend\n".utf8)
            .write(to: URL(filePath: file))
        let nsupdate = try ChildProcess("/usr/bin/nsupdate", ["-v", "-k", bind.key, file])
        #expect(nsupdate.waitUntilExit() == 0)
    }

    private func dig(_ type: String, _ name: String, at bind: BINDServer) throws -> String {
        let file = bind.directory + "/\(type)-\(UUID().uuidString)"
        let dig = try ChildProcess(
            "/usr/bin/dig",
            ["-r", "@127.0.0.1", "-p", "\(bind.port)", "+noall", "+answer", "-q", name, "-t", type], log: file)
        #expect(dig.waitUntilExit() == 0)
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").sorted()
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: "\n")
    }

    @Test("addresses are read, set with their time to live, and read back, there and back again")
    func addressesMove() async throws {
        try await BINDServer.running { bind in
            let endpoints = try controller(try bind.server(key: bind.key))
            #expect(try await endpoints.side(of: "orders") == .idc1)
            #expect(try await endpoints.timeToLive(of: "orders") != .seconds(3))
            try await endpoints.point("orders", to: .idc2)
            #expect(try await endpoints.side(of: "orders") == .idc2)
            #expect(try await endpoints.timeToLive(of: "orders") == .seconds(3))
            #expect(try dig("A", "orders.kafka.test", at: bind) == "orders.kafka.test. 3 IN A 127.0.2.1")
            #expect(try dig("AAAA", "orders.kafka.test", at: bind) == "orders.kafka.test. 3 IN AAAA fd00::2")
            // The same again changes nothing and is no error.
            try await endpoints.point("orders", to: .idc2)
            try await endpoints.point("orders", to: .idc1)
            #expect(try await endpoints.side(of: "orders") == .idc1)
            #expect(try dig("AAAA", "orders.kafka.test", at: bind).isEmpty)
        }
    }

    @Test("an alias is moved, and gives way to addresses")
    func aliasMoves() async throws {
        try await BINDServer.running { bind in
            let aliases = PerIDC<NameServerRecord.Value>(
                idc1: .alias("idc1.kafka.test"), idc2: .alias("IDC2.kafka.test."))
            let server = try bind.server(key: bind.key)
            let endpoints = try controller(server, name: "billing.kafka.test", values: aliases)
            #expect(try await endpoints.side(of: "orders") == .idc1)
            try await endpoints.point("orders", to: .idc2)
            #expect(try await endpoints.side(of: "orders") == .idc2)
            #expect(
                try dig("CNAME", "billing.kafka.test", at: bind) == "billing.kafka.test. 3 IN CNAME idc2.kafka.test.")
            let mixed = try controller(
                server, name: "billing.kafka.test",
                values: PerIDC(idc1: .addresses(["127.0.1.9"]), idc2: .alias("idc2.kafka.test")))
            try await mixed.point("orders", to: .idc1)
            #expect(try await mixed.side(of: "orders") == .idc1)
            #expect(try await endpoints.side(of: "orders") == nil)
        }
    }

    @Test("a name that has values of both sides, or of neither, or none, points nowhere")
    func halfUpdated() async throws {
        try await BINDServer.running { bind in
            let endpoints = try controller(try bind.server(key: bind.key))
            try update("update add orders.kafka.test 5 A 127.0.2.1", at: bind)
            #expect(try await endpoints.side(of: "orders") == nil)
            try update("update delete orders.kafka.test A 127.0.1.1", at: bind)
            #expect(try await endpoints.side(of: "orders") == nil)
            try update("update delete orders.kafka.test A 127.0.1.2", at: bind)
            #expect(try await endpoints.side(of: "orders") == .idc2)
            try update("update add orders.kafka.test 5 A 127.0.9.9", at: bind)
            #expect(try await endpoints.side(of: "orders") == nil)
            try update("update delete orders.kafka.test A", at: bind)
            #expect(try await endpoints.side(of: "orders") == nil)
            // What is half of one and half of the other becomes whole.
            try update(
                "update add orders.kafka.test 5 A 127.0.2.1\nupdate add orders.kafka.test 5 A 127.0.1.1", at: bind)
            try await endpoints.point("orders", to: .idc1)
            #expect(try await endpoints.side(of: "orders") == .idc1)
        }
    }

    @Test("a wrong key, no key, and a key file that is not there are refused, and the name stays")
    func keys() async throws {
        try await BINDServer.running { bind in
            let place = "name server 127.0.0.1 port \(bind.port): "
            let wrong = try controller(try bind.server(key: bind.wrongKey))
            let refused = await failure { try await wrong.point("orders", to: .idc2) }
            #expect(refused?.kind == .refused)
            #expect(refused?.detail.hasPrefix(place) == true)
            #expect(refused?.detail.contains("NOTAUTH(BADKEY)") == true)
            #expect(refused?.detail.contains("check the key file") == true)
            let unreadable = await failure { _ = try await wrong.side(of: "orders") }
            #expect(unreadable?.kind == .refused)
            #expect(unreadable?.detail.contains("the key does not fit") == true)
            let unsigned = try controller(try bind.server(key: nil))
            let withoutKey = await failure { try await unsigned.point("orders", to: .idc2) }
            #expect(withoutKey?.kind == .refused)
            #expect(withoutKey?.detail.contains("update-policy") == true)
            let missing = try controller(try bind.server(key: bind.directory + "/none.key"))
            let noFile = await failure { try await missing.point("orders", to: .idc2) }
            #expect(noFile?.detail.contains("the key file cannot be used") == true)
            let reading = await failure { _ = try await missing.side(of: "orders") }
            #expect(reading?.detail.contains("the key file cannot be used") == true)
            #expect(try await unsigned.side(of: "orders") == .idc1)
            // No message carries the key itself.
            let secret = try String(contentsOfFile: bind.key, encoding: .utf8).split(separator: "\"")[3]
            for error in [refused, withoutKey, noFile] { #expect(error?.detail.contains(secret) == false) }
        }
    }

    @Test("a server that is away, or hangs, is not there, and its name may or may not have changed")
    func away() async throws {
        try await BINDServer.running { bind in
            let free = try await ByteServer.serving(.silence) { $0.port }
            let gone = try controller(try bind.server(key: bind.key, port: free))
            #expect(await failure { _ = try await gone.side(of: "orders") }?.kind == .unreachable)
            let setting = await failure { try await gone.point("orders", to: .idc2) }
            #expect(setting?.kind == .unreachable)
            #expect(setting?.detail.contains("may or may not have changed") == true)
            let hanging = try controller(try bind.server(key: bind.key, timeout: .seconds(1)))
            kill(bind.pid, SIGSTOP)
            #expect(await failure { _ = try await hanging.side(of: "orders") }?.kind == .unreachable)
            #expect(await failure { try await hanging.point("orders", to: .idc2) }?.kind == .unreachable)
            kill(bind.pid, SIGCONT)
        }
    }

    @Test("a server without authority over the name is no source")
    func withoutAuthority() async throws {
        try await BINDServer.running { bind in
            let elsewhere = try NameServer(
                address: "127.0.0.1", port: bind.port, zone: "elsewhere.test", keyPath: bind.key)
            let endpoints = try controller(elsewhere, name: "orders.elsewhere.test")
            let reading = await failure { _ = try await endpoints.side(of: "orders") }
            #expect(reading?.kind == .refused)
            #expect(reading?.detail.contains("answers REFUSED for orders.elsewhere.test.") == true)
            let setting = await failure { try await endpoints.point("orders", to: .idc2) }
            #expect(setting?.kind == .refused)
        }
    }
}

/// What needs no name server.
@Suite("Endpoint settings")
struct EndpointSettingsTests {
    private func server(_ address: String = "127.0.0.1", zone: String = "kafka.test") throws -> NameServer {
        try NameServer(address: address, zone: zone, keyPath: nil)
    }

    @Test(
        "names that could carry a second command or an option are refused",
        arguments: [
            "", ".", "a..b", "-orders.kafka.test", "orders kafka.test", "orders\n.kafka.test", "+orders.kafka.test",
            "@orders.kafka.test", "orders;.kafka.test", "주문.kafka.test",
            String(repeating: "a", count: 64) + ".kafka.test",
            "orders.other.test", "xkafka.test",
        ])
    func names(_ name: String) throws {
        let server = try server()
        #expect(throws: NameServerRecord.Invalid.self) {
            _ = try NameServerRecord(
                server: server, name: name, timeToLive: 5,
                values: PerIDC(idc1: .addresses(["127.0.1.1"]), idc2: .addresses(["127.0.2.1"])))
        }
    }

    @Test("values that are no addresses, doubled, shared or missing are refused")
    func values() throws {
        let server = try server()
        let bad: [PerIDC<NameServerRecord.Value>] = [
            PerIDC(idc1: .addresses([]), idc2: .addresses(["127.0.2.1"])),
            PerIDC(idc1: .addresses(["127.0.1.1"]), idc2: .addresses(["127.0.1.1"])),
            PerIDC(idc1: .addresses(["fd00::1"]), idc2: .addresses(["fd00:0:0::1"])),
            PerIDC(idc1: .addresses(["127.0.1.1", "127.0.1.1"]), idc2: .addresses(["127.0.2.1"])),
            PerIDC(idc1: .addresses(["127.0.1"]), idc2: .addresses(["127.0.2.1"])),
            PerIDC(idc1: .alias("a b"), idc2: .addresses(["127.0.2.1"])),
            PerIDC(idc1: .alias("orders.kafka.test"), idc2: .addresses(["127.0.2.1"])),
            PerIDC(idc1: .alias("a.test"), idc2: .alias("A.test.")),
        ]
        for values in bad {
            #expect(throws: NameServerRecord.Invalid.self) {
                _ = try NameServerRecord(server: server, name: "orders.kafka.test", timeToLive: 5, values: values)
            }
        }
        #expect(throws: NameServerRecord.Invalid.self) { _ = try self.server("ns.kafka.test") }
        #expect(throws: NameServerRecord.Invalid.self) { _ = try self.server(zone: "a zone") }
    }

    @Test("an endpoint that is not configured is not found")
    func unknown() async throws {
        let endpoints = EndpointController([EndpointSettings(name: "orders", source: .byHand)])
        let reading = await #expect(throws: PortError.self) { try await endpoints.side(of: "other") }
        #expect(reading?.kind == .notFound)
        let setting = await #expect(throws: PortError.self) { try await endpoints.point("other", to: .idc1) }
        #expect(setting?.kind == .notFound)
    }

    @Test("what a person points is left to the person, and nothing is known of it")
    func byHand() async throws {
        let endpoints = EndpointController([EndpointSettings(name: "orders", source: .byHand)])
        try await endpoints.point("orders", to: .idc2)
        #expect(try await endpoints.side(of: "orders") == nil)
    }

    @Test("a command points the name, and another one says where it points")
    func command() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/side"
            func setting(_ side: String) -> [String] { ["/bin/sh", "-c", "echo \(side) > \(file)"] }
            func controller(_ point: PerIDC<[String]>) -> EndpointController {
                let command = CommandEndpoint(point: point, read: ["/bin/cat", file])
                return EndpointController([EndpointSettings(name: "orders", source: .command(command))])
            }
            let good = controller(PerIDC(idc1: setting("idc1"), idc2: setting("idc2")))
            let before = await #expect(throws: PortError.self) { try await good.side(of: "orders") }
            #expect(before?.kind == .failed)
            try await good.point("orders", to: .idc2)
            #expect(try await good.side(of: "orders") == .idc2)
            try await good.point("orders", to: .idc1)
            #expect(try await good.side(of: "orders") == .idc1)
            let liar = controller(PerIDC(idc1: ["/bin/true"], idc2: setting("both")))
            let both = await #expect(throws: PortError.self) { try await liar.point("orders", to: .idc2) }
            #expect(
                both?.detail == "pointing endpoint orders to idc2 ended with status 0, and it points to neither or both"
            )
            #expect(try await liar.side(of: "orders") == nil)
            let failing = controller(PerIDC(idc1: ["/bin/sh", "-c", "echo no route; exit 7"], idc2: ["/bin/true"]))
            let failed = await #expect(throws: PortError.self) { try await failing.point("orders", to: .idc1) }
            #expect(failed?.kind == .failed)
            #expect(failed?.detail == "pointing endpoint orders to idc1 ended with status 7: \"no route\"")
        }
    }
}
