import Foundation
import TestSupport
import Testing

/// One real broker that only lets in who is authenticated (SCRAM-SHA-512 or PLAIN), over TLS with a certificate of a
/// CA of its own. Lives as long as the object.
final class SecuredBroker {
    static let user = "alice"
    static let password = "correct-horse-battery"

    let bootstrap: String
    /// The CA's certificate, and that of a CA that has signed nothing here.
    let authority: String
    let strangeAuthority: String
    private let folder: Scratch
    private let process: ChildProcess

    /// - Parameters:
    ///   - kafkaHome: where Kafka's jars are.
    ///   - logSettings: a folder with the lab's settings of Kafka's logs.
    init(kafkaHome: String, logSettings: String) async throws {
        folder = try Scratch()
        authority = folder.path("ca.pem")
        strangeAuthority = folder.path("strange.pem")
        for (name, subject) in [("ca", "/CN=test authority"), ("strange", "/CN=strange authority")] {
            try Self.openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject, "-keyout",
                folder.path(name + ".key"), "-out", folder.path(name + ".pem"))
        }
        try Self.openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", folder.path("broker.key"),
            "-out", folder.path("broker.csr"))
        let names = try folder.write("subjectAltName=IP:127.0.0.1\n", to: "names.cnf")
        try Self.openssl(
            "x509", "-req", "-days", "2", "-in", folder.path("broker.csr"), "-CA", authority, "-CAkey",
            folder.path("ca.key"), "-CAcreateserial", "-extfile", names, "-out", folder.path("broker.pem"))
        _ = try folder.write(
            try String(contentsOfFile: folder.path("broker.key"), encoding: .utf8)
                + String(contentsOfFile: folder.path("broker.pem"), encoding: .utf8), to: "keystore.pem")

        let ports = try (0..<3).map { _ in try Self.freePort() }
        bootstrap = "127.0.0.1:\(ports[0])"
        let settings = try folder.write(
            """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:\(ports[2])
            controller.listener.names=CONTROLLER
            listeners=SASL_SSL://127.0.0.1:\(ports[0]),INTERNAL://127.0.0.1:\(ports[1]),CONTROLLER://127.0.0.1:\(ports[2])
            advertised.listeners=SASL_SSL://127.0.0.1:\(ports[0]),INTERNAL://127.0.0.1:\(ports[1])
            listener.security.protocol.map=SASL_SSL:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
            inter.broker.listener.name=INTERNAL
            sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
            listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
            listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_\(Self.user)="\(Self.password)";
            ssl.keystore.type=PEM
            ssl.keystore.location=\(folder.path("keystore.pem"))
            log.dirs=\(folder.path("data"))
            offsets.topic.num.partitions=1
            offsets.topic.replication.factor=1

            """, to: "server.properties")
        let java = [
            "java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-Dlog4j.configuration=file:\(logSettings)/log4j.properties",
            "-Dlog4j2.configurationFile=\(logSettings)/log4j2.properties", "-cp", "\(kafkaHome)/libs/*",
        ]
        let formatted = try Program.run(
            "/usr/bin/env",
            java + [
                "kafka.tools.StorageTool", "format", "-t", "c2VjdXJlZC1zZWN1cmVkLQ", "-c", settings, "--add-scram",
                "SCRAM-SHA-512=[name=\(Self.user),password=\(Self.password)]",
            ])
        try #require(formatted.status == 0, "\(formatted.output)\(formatted.error)")
        let log = folder.path("broker.log")
        process = try ChildProcess("/usr/bin/env", java + ["kafka.Kafka", settings], log: log)
        func said() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
        do {
            try await eventually("the broker is up", state: said) { said().contains("Kafka Server started") }
        } catch {
            end()
            throw error
        }
    }

    func end() {
        process.end()
        folder.remove()
    }

    private static func openssl(_ arguments: String...) throws {
        let result = try Program.run("openssl", arguments)
        try #require(result.status == 0, "openssl \(arguments): \(result.error)")
    }

    /// A port that nobody listens on now.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, size) == 0 && getsockname(descriptor, raw, &size) == 0
            }
        }
        try #require(bound)
        return UInt16(bigEndian: address.sin_port)
    }
}
