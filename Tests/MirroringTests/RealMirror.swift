import Domain
import Glibc
import KafkaAdapter
import Operations
import TestSupport
import Testing

@testable import Mirroring

/// Whether the environment names two running clusters.
private let realBootstraps: PerIDC<String>? = {
    func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
    guard let idc1 = variable("BASCULE_TEST_IDC1"), let idc2 = variable("BASCULE_TEST_IDC2"),
        variable("KAFKA_HOME") != nil
    else {
        print("skipped: real-cluster tests of Mirroring need KAFKA_HOME and running clusters (make lab)")
        return nil
    }
    return PerIDC(idc1: idc1, idc2: idc2)
}()

/// A topic of a test's own on both real clusters.
struct RealMirror {
    let world: MirrorWorld
    let topic: String

    var name: String { "mirror-idc1-idc2-\(topic)" }

    func create(on idc: IDC, partitions: Int, settings: [String: String] = [:]) async throws {
        let creator = try TopicCreator(world.configurations[idc], log: { _ in })
        let brokers = try await world.clusters[idc].metadata().brokers.count
        try await creator.create(topic, partitions: partitions, replication: min(3, brokers), settings: settings)
        await creator.close()
        try await eventually("\(topic) has leaders on \(idc.rawValue)") {
            try await world.clusters[idc].metadata().topics.contains { topic in
                topic.name == self.topic && topic.partitions.allSatisfy { $0.leader != nil }
            }
        }
    }

    func worker() throws -> MirrorWorker { try world.worker(topic, flows: [ReplicationFlow(from: .idc1)]) }

    func delete(on idc: IDC) async throws {
        let deleter = try TopicDeleter(world.configurations[idc], log: { _ in })
        let failure: (any Error)?
        do {
            try await deleter.delete(topic)
            failure = nil
        } catch {
            failure = error
        }
        await deleter.close()
        if let failure { throw failure }
        try await eventually("\(topic) is gone from \(idc.rawValue)") {
            try await !world.clusters[idc].metadata().topics.contains { $0.name == topic }
        }
    }

    func deleteRecords(below offset: Int64) throws {
        let file = "/tmp/bascule-delete-\(getpid()).json"
        let text = #"{"partitions":[{"topic":"\#(topic)","partition":0,"offset":\#(offset)}],"version":1}"#
        let stream = try #require(fopen(file, "w"))
        fputs(text, stream)
        fclose(stream)
        defer { unlink(file) }
        try tool("org.apache.kafka.tools.DeleteRecordsCommand", on: .idc1, "--offset-json-file", file)
    }

    /// What nobody is allowed to do with the topic any more, apart from what is named.
    func allowOnly(_ operations: [String], on idc: IDC) throws {
        try acls(
            on: idc,
            ["--add", "--allow-principal", "User:ANONYMOUS"] + operations.flatMap { ["--operation", $0] })
    }

    func allowAll(on idc: IDC) throws { try acls(on: idc, ["--remove", "--force"]) }

    private func acls(on idc: IDC, _ arguments: [String]) throws {
        let home = String(cString: getenv("KAFKA_HOME"))
        // It moved from one jar to another.
        let isOld = access("\(home)/libs/kafka-clients-3.9.2.jar", R_OK) == 0
        try tool(
            isOld ? "kafka.admin.AclCommand" : "org.apache.kafka.tools.AclCommand", on: idc,
            arguments + ["--topic", topic])
    }

    private func tool(_ name: String, on idc: IDC, _ arguments: String...) throws {
        try tool(name, on: idc, arguments)
    }

    private func tool(_ name: String, on idc: IDC, _ arguments: [String]) throws {
        let home = String(cString: getenv("KAFKA_HOME"))
        let code = try ChildProcess(
            "/usr/bin/env",
            [
                "java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", "\(home)/libs/*", name, "--bootstrap-server",
                world.configurations[idc].bootstrap,
            ] + arguments
        ).waitUntilExit()
        try #require(code == 0)
    }

    /// Leaves nothing of it behind: neither topics nor what is wanted of its mirror.
    func clean() async throws {
        for idc in IDC.allCases { try await delete(on: idc) }
        try await world.produce(
            [ProducerRecord(topic: "bascule-mirrors", key: Array(name.utf8), value: nil)], on: .idc2)
    }
}

func withRealMirror(_ body: (RealMirror) async throws -> Void) async throws {
    guard let realBootstraps else { return }
    let world = try MirrorWorld(
        realBootstraps.map { KafkaConfiguration(bootstrap: $0) },
        timing: .init(
            sessionTimeout: .seconds(6), heartbeat: .seconds(1), fetchWait: .milliseconds(50),
            topicInterval: .seconds(1), retryInterval: .seconds(1)))
    let failure: (any Error)?
    do {
        let mirror = RealMirror(world: world, topic: "m\(getpid())-\(UInt32.random(in: 0 ... .max))")
        try await body(mirror)
        try await mirror.clean()
        failure = nil
    } catch {
        failure = error
    }
    await world.close()
    if let failure { throw failure }
}
