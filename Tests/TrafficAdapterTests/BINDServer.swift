import Foundation
import TestSupport
import Testing

@testable import TrafficAdapter

/// A BIND of a test's own, primary of the zone `kafka.test`, with a key that may change it and one that may not.
struct BINDServer {
    static let named = "/usr/sbin/named"
    static let isInstalled = [named, "/usr/bin/nsupdate", "/usr/bin/dig", "/usr/sbin/tsig-keygen"]
        .allSatisfy(ChildProcess.canRun)

    let directory: String
    let port: UInt16
    let pid: Int32

    var key: String { directory + "/update.key" }
    var wrongKey: String { directory + "/wrong.key" }

    func server(key: String?, timeout: Duration = .seconds(20), port: UInt16? = nil) throws -> NameServer {
        try NameServer(
            address: "127.0.0.1", port: port ?? self.port, zone: "kafka.test", keyPath: key, timeout: timeout)
    }

    static func running(_ body: (BINDServer) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            for name in ["update", "wrong"] {
                let generator = try ChildProcess(
                    "/usr/sbin/tsig-keygen", ["-a", "hmac-sha256", name], log: "\(directory)/\(name).key")
                _ = generator.waitUntilExit()
            }
            // A port that was free a moment ago.
            let port = try await ByteServer.serving(.silence) { $0.port }
            let configuration = """
                include "\(directory)/update.key";
                options {
                    directory "\(directory)"; pid-file none; session-keyfile none;
                    listen-on port \(port) { 127.0.0.1; }; listen-on-v6 { none; };
                    recursion no; dnssec-validation no;
                };
                controls {};
                zone "kafka.test" {
                    type primary; file "\(directory)/zone";
                    update-policy { grant update subdomain kafka.test. A AAAA CNAME; };
                };
                """
            let zone = """
                $TTL 5
                @ IN SOA ns.kafka.test. root.kafka.test. 1 60 60 600 5
                @ IN NS ns
                ns IN A 127.0.0.1
                orders IN A 127.0.1.1
                orders IN A 127.0.1.2
                billing IN CNAME idc1
                idc1 IN A 127.0.1.1

                """
            try Data(configuration.utf8).write(to: URL(filePath: "\(directory)/named.conf"))
            try Data(zone.utf8).write(to: URL(filePath: "\(directory)/zone"))
            let log = "\(directory)/named.log"
            let process = try ChildProcess(named, ["-g", "-n", "1", "-c", "\(directory)/named.conf"], log: log)
            defer { process.end() }
            await eventually("BIND answers") {
                (try? String(contentsOfFile: log, encoding: .utf8))?.contains(" running\n") == true
            }
            try await body(BINDServer(directory: directory, port: port, pid: process.pid))
        }
    }
}
