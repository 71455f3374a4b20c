import ConnectAdapter
import Domain
import FoundationEssentials
import HTTPTransport
import Operations
import TestSupport
import Testing

/// Where the real Connect clusters are: `BASCULE_TEST_CONNECT1` and `BASCULE_TEST_CONNECT2`, workers separated by
/// commas, over Kafka clusters at `BASCULE_TEST_IDC1` and `BASCULE_TEST_IDC2`.
private enum RealConnect {
    static func list(_ name: String) -> [String] {
        (ProcessInfo.processInfo.environment[name] ?? "").split(separator: ",").map(String.init)
    }

    static let workers =
        list("BASCULE_TEST_CONNECT2").isEmpty ? list("BASCULE_TEST_CONNECT1") : list("BASCULE_TEST_CONNECT2")
    static let source = ProcessInfo.processInfo.environment["BASCULE_TEST_IDC1"] ?? ""
    static let target = ProcessInfo.processInfo.environment["BASCULE_TEST_IDC2"] ?? ""
    static let isThere = !workers.isEmpty
}

@Suite(.timeLimit(.minutes(5)), .serialized, .enabled(if: RealConnect.isThere, "BASCULE_TEST_CONNECT1 is not set"))
struct RealConnectTests {
    /// A loop-free mirror of a topic, as docs/ describes it. The topic need not exist: the connector then runs
    /// without a task.
    private func mirror(of topic: String) -> [String: String] {
        var config = StubConnector.mirror(of: topic, from: "idc1", to: "idc2").config
        let byteArray = "org.apache.kafka.connect.converters.ByteArrayConverter"
        config.merge([
            "source.cluster.bootstrap.servers": RealConnect.source,
            "target.cluster.bootstrap.servers": RealConnect.target,
            "replication.factor": "-1", "offset-syncs.topic.replication.factor": "1",
            "sync.topic.configs.enabled": "false", "sync.topic.acls.enabled": "false",
            "refresh.topics.interval.seconds": "5", "offset.lag.max": "0", "consumer.auto.offset.reset": "earliest",
            "key.converter": byteArray, "value.converter": byteArray, "header.converter": byteArray,
        ]) { $1 }
        return config
    }

    private func client() throws -> ConnectClient {
        let settings = try ConnectSettings(
            urls: RealConnect.workers, limits: HTTPLimits(totalTimeout: .seconds(60)), conflictDeadline: .seconds(90))
        return ConnectClient(settings, clock: ContinuousClock()) { WallTime(milliseconds: 0) }
    }

    @Test func `a mirror is created, paused, resumed, stopped, restarted and deleted`() async throws {
        let client = try client()
        let reader = ConnectReader(client)
        let controller = ConnectController(client)
        let name = "http-test-mirror.\(UInt32.random(in: 0...UInt32.max))"
        let topic = ProcessInfo.processInfo.environment["BASCULE_TEST_TOPIC"] ?? "http-test-topic"
        func found() async throws(PortError) -> Connector? {
            try await reader.connectors().value.first { $0.name == name }
        }
        func becomes(_ state: ConnectorState) async throws {
            try await eventually("\(name) is \(state)", within: .seconds(90)) { try await found()?.state == state }
        }
        try await controller.create(name, config: mirror(of: topic))
        do {
            try await becomes(.running)
            let connector = try #require(try await found())
            #expect(connector.type == "source")
            #expect(connector.connectorClass == "org.apache.kafka.connect.mirror.MirrorSourceConnector")
            #expect(!connector.workerID.isEmpty)
            try await controller.perform(.pause, on: name)
            try await becomes(.paused)
            try await controller.perform(.resume, on: name)
            try await becomes(.running)
            try await controller.perform(.restartAll, on: name)
            try await controller.perform(.restartFailed, on: name)
            try await becomes(.running)
            if ProcessInfo.processInfo.environment["BASCULE_TEST_TOPIC"] != nil {
                // The topic exists and holds records: the task runs and the position moves.
                try await eventually("the mirror has a position", within: .seconds(120)) {
                    try await reader.mirrorPositions(of: name).values.contains { $0 > Offset(0) }
                }
                let tasks = try await found()?.tasks
                #expect(tasks?.map(\.state) == [.running])
            } else {
                let positions = try await reader.mirrorPositions(of: name)
                #expect(positions.isEmpty)
            }
            try await controller.perform(.stop, on: name)
            try await becomes(.stopped)
        } catch {
            try await controller.perform(.delete, on: name)
            throw error
        }
        try await controller.perform(.delete, on: name)
        try await eventually("\(name) is gone", within: .seconds(90)) { try await found() == nil }
    }

    @Test func `what is not there is not found`() async throws {
        let client = try client()
        let controller = ConnectController(client)
        for act in [ConnectorAct.pause, .resume, .stop, .restartFailed, .delete] {
            let error = try await portError { () throws(PortError) in
                try await controller.perform(act, on: "http-test no such ü")
            }
            #expect(error.kind == .notFound, "\(act): \(error)")
        }
        let reader = ConnectReader(client)
        let error = try await portError { () throws(PortError) in
            _ = try await reader.mirrorPositions(of: "http-test-none")
        }
        #expect(error.kind == .notFound, "\(error)")
    }

    @Test func `a configuration that Connect refuses says why`() async throws {
        let controller = ConnectController(try client())
        let error = try await portError { () throws(PortError) in
            try await controller.create(
                "http-test-bad", config: ["connector.class": "no.such.Class", "x.password": "geheim"])
        }
        #expect(error.kind == .failed)
        #expect(error.detail.contains("no.such.Class"))
        #expect(!error.detail.contains("geheim"))
    }

    @Test func `acts are carried out in spite of the 409 that Connect answers while configurations change`()
        async throws
    {
        let client = try client()
        let controller = ConnectController(client)
        let run = UInt32.random(in: 0...UInt32.max)
        let config = mirror(of: "http-test-none")
        let names = (0..<6).map { "http-test-\(run)-\($0)" }
        let raw = HTTPClient()
        let address = try HTTPAddress(RealConnect.workers[0])
        let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
            for name in names {
                group.addTask {
                    var conflicts = 0
                    for _ in 0..<5 {
                        try await controller.create(name, config: config)
                        // At once, without waiting: what Connect answers to that, ...
                        let path = "/connectors/\(name)/restart?includeTasks=true&onlyFailed=false"
                        let answer = try await raw.send(HTTPRequest(.post, address, path: path))
                        conflicts += answer.status == 409 ? 1 : 0
                        // ... and what comes of it through the controller. A connector so new may have no status yet.
                        do throws(PortError) {
                            try await controller.perform(.restartAll, on: name)
                        } catch {
                            #expect(error.kind == .notFound, "\(error)")
                        }
                        try await controller.perform(.delete, on: name)
                    }
                    return conflicts
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(conflicts > 0, "Connect never answered 409, so this shows nothing")
        let reader = ConnectReader(client)
        try await eventually("all are gone", within: .seconds(90)) {
            try await reader.connectors().value.allSatisfy { !names.contains($0.name) }
        }
    }
}
