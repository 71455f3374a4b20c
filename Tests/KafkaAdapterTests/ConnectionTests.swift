import Domain
import Foundation
import KafkaAdapter
import Operations
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct ConnectionTests {
    /// A reader of nothing but the given configuration.
    private func error(
        bootstrap: String, properties: [String: String] = [:]
    ) async throws -> PortError {
        let configuration = KafkaConfiguration(
            bootstrap: bootstrap, properties: properties, requestTimeout: .seconds(2))
        let cluster = try KafkaCluster(configuration, log: { _ in })
        let error = try await portError { try await cluster.metadata() }
        await cluster.close()
        return error
    }

    /// A mock that is gone: nobody listens at its address.
    private func deadAddress() async throws -> String {
        let mock = try MockCluster.start(brokers: 1)
        let address = mock.bootstrap
        await mock.destroy()
        return address
    }

    /// The signals that a thread of this process blocks, as a mask; threads by librdkafka's name for them.
    private func blockedSignals(ofThreadsNamed name: String) throws -> [UInt64] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
            let folder = "/proc/self/task/\(thread)/"
            // A thread may have ended since it was listed.
            guard let called = try? String(contentsOfFile: folder + "comm", encoding: .utf8), called == name + "\n",
                let status = try? String(contentsOfFile: folder + "status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") })
            else { return nil }
            return UInt64(line.dropFirst("SigBlk:".count).trimmingCharacters(in: .whitespaces), radix: 16)
        }
    }

    @Test func `a signal to the process does not end a mock cluster's thread`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        let hangUp: UInt64 = 1 << (1 - 1)
        let terminate: UInt64 = 1 << (15 - 1)
        let windowChange: UInt64 = 1 << (28 - 1)
        let wanted = hangUp | terminate | windowChange
        // A thread names itself once it runs.
        var masks: [UInt64] = []
        await eventually("the mock's thread runs") {
            masks = (try? blockedSignals(ofThreadsNamed: "rdk:mock")) ?? []
            return !masks.isEmpty
        }
        for mask in masks { #expect(mask & wanted == wanted, "\(String(mask, radix: 16))") }
        await mock.destroy()
    }

    @Test func `a crash on one of librdkafka's threads reaches its handler`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        let cluster = try KafkaCluster(KafkaConfiguration(bootstrap: mock.bootstrap), log: { _ in })
        _ = try await cluster.metadata()
        let crashes: UInt64 = 1 << (11 - 1) | 1 << (6 - 1) | 1 << (7 - 1)  // SIGSEGV, SIGABRT, SIGBUS
        let terminate: UInt64 = 1 << (15 - 1)
        // The mock's own handle has the same name and is none of ours, so one that lets crashes through is enough.
        let masks = try blockedSignals(ofThreadsNamed: "rdk:main")
        #expect(masks.contains { $0 & crashes == 0 && $0 & terminate != 0 }, "\(masks)")
        await cluster.close()
        await mock.destroy()
    }

    @Test func `a dead cluster is unreachable, and the error says that the connection was refused`() async throws {
        let address = try await deadAddress()
        let error = try await error(bootstrap: address)
        #expect(error.kind == .unreachable)
        #expect(error.detail.contains("Connect to \(address) failed: Connection refused"))
        #expect(!error.detail.contains("ipv4#"))
        #expect(!error.detail.contains("(after"))
    }

    @Test func `every reading of a dead cluster fails with the reason`() async throws {
        let address = try await deadAddress()
        let cluster = try KafkaCluster(
            KafkaConfiguration(bootstrap: address, requestTimeout: .seconds(1)), log: { _ in })
        let topic = Topic(
            name: "orders", partitions: [Partition(number: 0, leader: 1, replicas: [1], inSyncReplicas: [1])])
        let rule = ProvenanceRule(copyHeaders: [])
        let errors = [
            try await portError { try await cluster.groups { _ in true } },
            try await portError { try await cluster.ranges(of: [topic]) },
            try await portError { try await cluster.settings(of: ["orders"]) },
            try await portError {
                try await cluster.origins(in: [TopicPartition("orders", 0): 0..<5], by: rule, within: .seconds(1))
            },
        ]
        for error in errors {
            #expect(error.kind == .unreachable, "\(error)")
            #expect(error.detail.contains("Connection refused"), "\(error)")
        }
        let states = await cluster.brokerStates(of: [Broker(id: 1, host: "127.0.0.1", port: 1)])
        #expect(states[1] != .up)
        #expect(states.count == 1)
        await cluster.close()
    }

    @Test func `a host name that does not exist is unreachable and named`() async throws {
        let error = try await error(bootstrap: "no-such-host.invalid:9092")
        #expect(error.kind == .unreachable)
        #expect(error.detail.contains("no-such-host.invalid"))
    }

    @Test func `TLS against a listener without it is refused as TLS`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        let error = try await error(bootstrap: mock.bootstrap, properties: ["security.protocol": "ssl"])
        #expect(error.kind == .refused)
        #expect(error.detail.contains("SSL"))
        await mock.destroy()
    }

    @Test func `a cluster that does not take the SASL mechanism is refused with the mechanism named`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        let error = try await error(
            bootstrap: mock.bootstrap,
            properties: [
                "security.protocol": "sasl_plaintext", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "ops",
                "sasl.password": "hunter2",
            ])
        #expect(error.kind == .refused)
        #expect(error.detail.contains("SCRAM-SHA-512"))
        #expect(!error.detail.contains("hunter2"))
        await mock.destroy()
    }

    @Test func `after close every reading is cancelled, and a second close returns`() async throws {
        try await withMockedCluster { world in
            _ = try await world.cluster.metadata()
            await world.cluster.close()
            await world.cluster.close()
            #expect(try await portError { try await world.cluster.metadata() }.kind == .cancelled)
            #expect(try await portError { try await world.cluster.settings(of: ["x"]) }.kind == .cancelled)
            #expect(
                try await portError {
                    try await world.cluster.origins(
                        in: [TopicPartition("x", 0): 0..<1], by: ProvenanceRule(copyHeaders: []), within: .seconds(1))
                }.kind == .cancelled)
        }
    }

    @Test func `a cluster that is dropped without close still ends its threads`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        do {
            let cluster = try KafkaCluster(KafkaConfiguration(bootstrap: mock.bootstrap), log: { _ in })
            _ = try await cluster.metadata()
        }
        await mock.destroy()
    }

    @Test func `a cancelled request throws before its time-out`() async throws {
        try await withMockedCluster(requestTimeout: .seconds(3)) { world in
            try world.mock.createTopic("orders", partitions: 1)
            _ = try await world.cluster.metadata()
            try world.mock.setRoundTrip(.seconds(60))
            let asking = Task { try await world.cluster.settings(of: ["orders"]) }
            asking.cancel()
            let error = try await portError { try await asking.value }
            #expect(error.kind == .cancelled)
            try world.mock.setRoundTrip(.zero)
        }
    }
}

struct KafkaConfigurationTests {
    @Test func `an unknown setting is refused by its name`() throws {
        let configuration = KafkaConfiguration(bootstrap: "127.0.0.1:1", properties: ["sasl.pasword": "hunter2"])
        let error = #expect(throws: PortError.self) { try configuration.validate() }
        #expect(error?.detail.contains("no setting 'sasl.pasword'") ?? false)
        #expect(!(error?.detail.contains("hunter2") ?? true))
        #expect(throws: PortError.self) { try KafkaCluster(configuration, log: { _ in }) }
    }

    @Test func `a bad value is shown when it is harmless and hidden when it may be a secret`() throws {
        let harmless = #expect(throws: PortError.self) {
            try KafkaConfiguration(bootstrap: "b:1", properties: ["security.protocol": "tls"]).validate()
        }
        #expect(harmless?.detail == "the value 'tls' of 'security.protocol' is not valid")
        let secret = #expect(throws: PortError.self) {
            try KafkaConfiguration(bootstrap: "b:1", properties: ["sasl.oauthbearer.method": "hunter2"]).validate()
        }
        #expect(secret?.detail == "the value of 'sasl.oauthbearer.method' is not valid")
    }

    @Test func `a good configuration is valid without connecting`() throws {
        try KafkaConfiguration(bootstrap: "127.0.0.1:1", properties: ["ssl.ca.location": "probe"]).validate()
    }

    @Test func `descriptions and dumps mask what is not known to be harmless`() {
        let configuration = KafkaConfiguration(
            bootstrap: "kafka:9092",
            properties: ["sasl.password": "hunter2", "ssl.key.pem": "-----BEGIN", "security.protocol": "sasl_ssl"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("BEGIN"))
            #expect(text.contains("sasl.password=***"))
            #expect(text.contains("security.protocol=sasl_ssl"))
        }
    }
}
