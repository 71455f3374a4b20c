import Domain
import Glibc
import KafkaAdapter
import Operations
import TestSupport
import Testing

/// The running clusters that the environment names: `KAFKA_HOME`, `BASCULE_TEST_IDC1`, `BASCULE_TEST_IDC2`.
struct RealClusters: Sendable {
    let kafkaHome: String
    let bootstrap: PerIDC<String>

    /// `nil` says so in one line, once.
    static let current: RealClusters? = {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name), value.pointee != 0 else { return nil }
            return String(cString: value)
        }
        guard let kafkaHome = variable("KAFKA_HOME"), let idc1 = variable("BASCULE_TEST_IDC1"),
            let idc2 = variable("BASCULE_TEST_IDC2")
        else {
            print("skipped: real-cluster tests of KafkaAdapter need KAFKA_HOME and running clusters (make lab)")
            return nil
        }
        return RealClusters(kafkaHome: kafkaHome, bootstrap: PerIDC(idc1: idc1, idc2: idc2))
    }()

    /// Starts one of Kafka's command-line classes; end or await it.
    func start(_ mainClass: String, _ arguments: [String], log: String = "/dev/null") throws -> ChildProcess {
        try ChildProcess(
            "/usr/bin/env",
            [
                "java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "\(kafkaHome)/libs/*",
                mainClass,
            ] + arguments,
            log: log)
    }

    /// Runs one to its end, and fails the test when it fails.
    func run(_ mainClass: String, _ arguments: [String]) throws {
        try withLog { log in
            let code = try start(mainClass, arguments, log: log).waitUntilExit()
            try #require(code == 0, "\(mainClass) \(arguments): \(Self.text(of: log))")
        }
    }

    private func withLog(_ body: (String) throws -> Void) throws {
        let log = "/tmp/bascule-kafka-tool-\(getpid())-\(UInt32.random(in: 0 ... .max)).log"
        defer { unlink(log) }
        try body(log)
    }

    static func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4_000)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

/// What one test does on idc1.
struct RealWorld {
    let clusters: RealClusters
    let cluster: KafkaCluster
    let producer: RecordProducer
    /// Begins every name, so that tests on shared clusters do not meet.
    let prefix: String

    var bootstrap: String { clusters.bootstrap.idc1 }

    func topic(_ name: String) async throws -> Topic? {
        try await cluster.metadata().topics.first { $0.name == "\(prefix)-\(name)" }
    }

    /// Creates a topic and waits until it has leaders.
    func createTopic(
        _ name: String, partitions: Int, replication: Int = 1, settings: [String] = []
    ) async throws -> Topic {
        try clusters.run(
            "org.apache.kafka.tools.TopicCommand",
            [
                "--bootstrap-server", bootstrap, "--create", "--topic", "\(prefix)-\(name)", "--partitions",
                "\(partitions)", "--replication-factor", "\(replication)", "--config", "min.insync.replicas=1",
            ] + settings.flatMap { ["--config", $0] })
        var found: Topic?
        try await eventually("\(name) has leaders") {
            found = try await topic(name)
            return found.map { $0.partitions.count == partitions && !$0.partitions.contains(where: \.isOffline) }
                ?? false
        }
        return try #require(found)
    }

    func produce(_ topic: String, partition: Int32 = 0, count: Int, headers: [String] = []) async throws {
        for index in 0..<count {
            try producer.produce(
                ProducerRecord(
                    topic: "\(prefix)-\(topic)", partition: partition, value: Array("\(index)".utf8),
                    headers: headers.map { ProducerRecord.Header(name: $0, value: nil) }))
        }
        try await producer.flush(within: .seconds(30))
        try #require(producer.deliveries.failed == 0)
    }

    /// The group of this test with the given name, once `condition` holds for it.
    func group(
        _ name: String, _ what: String, where condition: (ConsumerGroup) -> Bool
    ) async throws -> ConsumerGroup? {
        let id = "\(prefix)-\(name)"
        var found: ConsumerGroup?
        try await eventually(what, within: .seconds(60)) {
            let groups = try await cluster.groups { $0 == id }
            found = groups.value.first
            return found.map(condition) ?? false
        }
        return found
    }
}

/// Begins every name that this run makes.
private let runPrefix = "kafka-\(getpid())-\(UInt32.random(in: 0 ... .max))"

/// Topics that begin with `name` in this run, with a reader and a producer that are closed after `body`.
func withRealCluster(_ name: String, _ body: (RealWorld) async throws -> Void) async throws {
    guard let clusters = RealClusters.current else { return }
    let configuration = KafkaConfiguration(bootstrap: clusters.bootstrap.idc1)
    let cluster = try KafkaCluster(configuration, log: { _ in })
    let producer = try RecordProducer(configuration, log: { _ in })
    let failure: (any Error)?
    do {
        try await body(
            RealWorld(clusters: clusters, cluster: cluster, producer: producer, prefix: "\(runPrefix)-\(name)"))
        failure = nil
    } catch {
        failure = error
    }
    await producer.close()
    await cluster.close()
    if let failure { throw failure }
}

/// Deletes this run's groups and topics after the suite, in one go: each of Kafka's tools takes seconds.
struct CleansUpRealClusters: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await function()
        guard let clusters = RealClusters.current else { return }
        let bootstrap = clusters.bootstrap.idc1
        let cluster = try KafkaCluster(KafkaConfiguration(bootstrap: bootstrap), log: { _ in })
        let groups = try await cluster.groups { $0.hasPrefix(runPrefix) }.value.map(\.id)
        let topics = try await cluster.metadata().topics.map(\.name).filter { $0.hasPrefix(runPrefix) }
        await cluster.close()
        if !groups.isEmpty {
            try clusters.run(
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                ["--bootstrap-server", bootstrap, "--delete"] + groups.flatMap { ["--group", $0] })
        }
        if !topics.isEmpty {
            try clusters.run(
                "org.apache.kafka.tools.TopicCommand",
                ["--bootstrap-server", bootstrap, "--delete", "--topic", "\(runPrefix)-.*"])
        }
    }
}

extension Trait where Self == CleansUpRealClusters {
    /// See ``CleansUpRealClusters``.
    static var cleansUpRealClusters: Self { Self() }
}

/// Writes a small file.
func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
}
