import Foundation
import Testing

/// Settings for authentication and TLS, in Kafka's own spelling and in librdkafka's, on a real broker that insists.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Lab.isThere, "KAFKA_HOME is not set"))
struct SecuredClusterTests {
    /// What `status` says of IDC1 reached with the given settings; IDC2 is served by nobody.
    private func status(_ broker: SecuredBroker, _ settings: String, _ folder: Scratch) throws -> (JSON, String) {
        let path = try folder.write(
            """
            context: secured
            idcs:
              idc1: {bootstrap: "\(broker.bootstrap)", \(settings)}
              idc2: {bootstrap: "127.0.0.1:1"}
            """, to: "bascule.yaml")
        let result = try Program.run(
            Program.bascule,
            ["--config", path, "--log", folder.path("log"), "status", "--once", "--timeout", "10s", "-o", "json"])
        let log = (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? ""
        let document = JSON(try JSONSerialization.jsonObject(with: Data(result.output.utf8)))
        return (document, result.output + result.error + log)
    }

    private func problem(_ document: JSON) -> String {
        document["problems"].array.filter { $0["source"].string == "kafka idc1" }
            .compactMap { $0["detail"].string }.joined(separator: "\n")
    }

    private func properties(_ broker: SecuredBroker, password: String, authority: String, _ folder: Scratch) throws
        -> String
    {
        let file = try folder.write(
            """
            # As Kafka's own tools read it with --command-config.
            security.protocol=SASL_SSL
            sasl.mechanism=SCRAM-SHA-512
            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
              username="\(SecuredBroker.user)" password="\(password)";
            ssl.truststore.type=PEM
            ssl.truststore.location=\(authority)

            """, to: "client.properties")
        return "properties: \"\(file)\""
    }

    @Test func `SCRAM over TLS by the properties of Kafka's tools, PLAIN by librdkafka's names, and refusals by name`()
        async throws
    {
        let broker = try await SecuredBroker(
            kafkaHome: try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"]),
            logSettings: try #require(ProcessInfo.processInfo.environment["LAB_DIR"]))
        defer { broker.end() }
        let folder = try Scratch()
        defer { folder.remove() }

        let scram = try status(
            broker, properties(broker, password: SecuredBroker.password, authority: broker.authority, folder), folder)
        if scram.0["idcs"]["idc1"]["reachable"].int == 1 {
            #expect(scram.0["idcs"]["idc1"]["brokers"]["up"].int == 1)
        } else {
            // Nothing but the library stands in the way, and the message says so.
            #expect(problem(scram.0).contains("cannot log in to Kafka 4 by SCRAM, 2.6.1 can"), "\(scram.1)")
        }

        let plain = try status(
            broker,
            """
            kafka: {security.protocol: sasl_ssl, sasl.mechanism: PLAIN, sasl.username: \(SecuredBroker.user), \
            sasl.password: \(SecuredBroker.password), ssl.ca.location: "\(broker.authority)"}
            """, folder)
        #expect(plain.0["idcs"]["idc1"]["reachable"].int == 1, "\(plain.1)")

        let refused = try status(
            broker, properties(broker, password: "wrong-password", authority: broker.authority, folder), folder)
        #expect(refused.0["idcs"]["idc1"]["reachable"].int == 0)
        #expect(refused.0["idcs"]["idc1"]["groups"].int == nil)
        #expect(problem(refused.0).lowercased().contains("authentication"), "\(problem(refused.0))")

        let distrusted = try status(
            broker, properties(broker, password: SecuredBroker.password, authority: broker.strangeAuthority, folder),
            folder)
        #expect(distrusted.0["idcs"]["idc1"]["reachable"].int == 0)
        #expect(problem(distrusted.0).lowercased().contains("certificate"), "\(problem(distrusted.0))")

        for said in [scram.1, plain.1, refused.1, distrusted.1] {
            #expect(!said.contains(SecuredBroker.password) && !said.contains("wrong-password"), "a secret is shown")
        }
    }
}
