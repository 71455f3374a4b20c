import ConnectAdapter
import Domain
import HTTPTransport
import Operations
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConnectReaderTests {
    @Test func `one request reads every connector with its tasks, traces and worker ids`() async throws {
        let trace = "org.apache.kafka.connect.errors.ConnectException: \u{1B}[2Jboom\n\tat a.b.C(D.java:1)\n"
        let failed = StubConnector(
            "mirror-idc1-idc2-quotes", state: "RUNNING", workerID: "connect-2:8083",
            tasks: [StubTask(1, state: "FAILED", workerID: "connect-1:8083", trace: trace), StubTask(0)])
        let sink = StubConnector("audit", type: "sink", state: "PAUSED", tasks: [])
        try await ConnectStub.serving([.mirror(of: "orders", from: "idc1", to: "idc2"), failed, sink]) { stub in
            let answer = try await reader(of: stub).connectors()
            #expect(answer.failures.isEmpty)
            #expect(answer.value.map(\.name) == ["audit", "mirror-idc1-idc2-orders", "mirror-idc1-idc2-quotes"])
            #expect(answer.value[0].type == "sink")
            #expect(answer.value[0].state == .paused)
            #expect(answer.value[1].connectorClass == "org.apache.kafka.connect.mirror.MirrorSourceConnector")
            #expect(answer.value[2].workerID == "connect-2:8083")
            let task = try #require(answer.value[2].tasks.last)
            #expect(answer.value[2].tasks.map(\.id) == [0, 1])
            #expect(task.state == .failed)
            #expect(task.workerID == "connect-1:8083")
            #expect(
                task.trace == "org.apache.kafka.connect.errors.ConnectException: [2Jboom\n    at a.b.C(D.java:1)\n")
            #expect(stub.requests.map(\.target) == ["/connectors?expand=status&expand=info"])
        }
    }

    @Test func `five hundred connectors are read, expanded or one by one`() async throws {
        let connectors = (0..<500).map { number in
            StubConnector.mirror(of: "topic-\(number)", from: "idc1", to: "idc2")
        }
        for hasExpand in [true, false] {
            try await ConnectStub.serving(connectors, features: .init(hasExpand: hasExpand)) { stub in
                let answer = try await reader(of: stub).connectors()
                #expect(answer.failures.isEmpty)
                #expect(answer.value.map(\.name) == connectors.map(\.name).sorted())
                #expect(answer.value.allSatisfy { $0.state == .running && $0.config.count > 10 && $0.tasks.count == 1 })
                #expect(stub.requests.count == (hasExpand ? 1 : 1_001))
                #expect(stub.mutatingRequestCount == 0)
            }
        }
    }

    @Test func `one by one, a connector that fails does not take the others along`() async throws {
        let names = ["a", "b", "c/d ü", "gone"]
        try await ConnectStub.serving(names.map { StubConnector($0) }, features: .init(hasExpand: false)) { stub in
            stub.inject(.status(500, message: "no leader"), pathPart: "/connectors/b/status")
            stub.inject(
                .status(404, message: "No status found for connector gone"), pathPart: "/connectors/gone/status")
            let answer = try await reader(of: stub).connectors()
            #expect(answer.value.map(\.name) == ["a", "c/d ü"])
            #expect(answer.failures.map(\.operation) == ["GET /connectors/b/status"])
            #expect(answer.failures.map(\.kind) == [.failed])
        }
    }

    @Test func `a connector that makes no sense is named, kept as far as it can be read, and loses nobody else`()
        async throws
    {
        let odd: [(String, String)] = [
            ("b-nothing", "7"),
            ("c-no-info", #"{"status":{"connector":{"state":"RUNNING","worker_id":"w"},"tasks":[],"type":"sink"}}"#),
            ("d-no-status", #"{"info":{"config":{"topics":"t","n":3,"f":null,"o":{}},"type":"source"}}"#),
            (
                "e-odd-task",
                #"{"status":{"connector":{"state":"DREAMING\u001b[1m","worker_id":1},"tasks":[{"id":0},{"state":"RUNNING"}],"#
                    + #""type":"sink"},"info":{"config":{},"type":"sink"}}"#
            ),
        ]
        let connectors =
            odd.map { StubConnector($0.0, rawJSON: $0.1) } + [StubConnector("a-good"), StubConnector("f-good")]
        try await ConnectStub.serving(connectors) { stub in
            let answer = try await reader(of: stub).connectors()
            #expect(answer.value.map(\.name) == ["a-good", "c-no-info", "d-no-status", "e-odd-task", "f-good"])
            #expect(
                answer.value.map(\.state) == [
                    .running, .running, .unknown("no state"), .unknown("DREAMING [1m"), .running,
                ])
            #expect(answer.value[2].config == ["topics": "t", "n": "3"])
            #expect(answer.value[3].tasks.map(\.state) == [.unknown("no state")])
            #expect(
                answer.failures.map(\.detail) == [
                    "Connect's answer about b-nothing: neither status nor configuration can be read",
                    "Connect's answer about c-no-info: its configuration cannot be read",
                    "Connect's answer about d-no-status: the connector has no state, its tasks cannot be read, "
                        + "its setting o is no text",
                    "Connect's answer about e-odd-task: task 0 has no state, a task has no id",
                ])
        }
    }

    @Test func `a secret in a configuration is masked and the rest is left alone`() async throws {
        let connector = StubConnector(
            "jdbc",
            config: [
                "connection.password": "geheim",
                "connection.url": "jdbc:postgresql://u:geheim@db/x?password=geheim&ssl=1",
                "producer.override.sasl.jaas.config": "PlainLoginModule required password=\"geheim\";",
                "key.converter": "org.apache.kafka.connect.storage.StringConverter", "topics": "a\\.b",
            ])
        try await ConnectStub.serving([connector]) { stub in
            let answer = try await reader(of: stub).connectors()
            #expect(
                answer.value.first?.config == [
                    "name": "jdbc", "connection.password": "********",
                    "connection.url": "jdbc:postgresql://********@db/x?password=********&ssl=1",
                    "producer.override.sasl.jaas.config": "********",
                    "key.converter": "org.apache.kafka.connect.storage.StringConverter", "topics": "a\\.b",
                ])
        }
    }

    @Test func `no connectors is an answer, not a failure`() async throws {
        for hasExpand in [true, false] {
            try await ConnectStub.serving(features: .init(hasExpand: hasExpand)) { stub in
                let answer = try await reader(of: stub).connectors()
                #expect(answer == Partial([]))
            }
        }
    }

    @Test func `positions are the next source offset, of MirrorMaker and of a sink`() async throws {
        let mirror = StubConnector.mirror(of: "orders", from: "idc1", to: "idc2", lastMirrored: [41, nil, 0])
        var sink = StubConnector("sink", type: "sink")
        sink.offsets = [.sink(topic: "orders", partition: 7, next: 41)]
        var fresh = StubConnector("fresh")
        fresh.offsets = [.raw(#"{"partition":{"cluster":"idc1","partition":1,"topic":"t"},"offset":null}"#)]
        try await ConnectStub.serving([mirror, sink, fresh]) { stub in
            let reader = try reader(of: stub)
            let ofMirror = try await reader.mirrorPositions(of: mirror.name)
            let ofSink = try await reader.mirrorPositions(of: "sink")
            let ofFresh = try await reader.mirrorPositions(of: "fresh")
            #expect(ofMirror == [TopicPartition("orders", 0): Offset(42), TopicPartition("orders", 2): Offset(1)])
            #expect(ofSink == [TopicPartition("orders", 7): Offset(41)])
            #expect(ofFresh.isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"partition":{"server":"db"},"offset":{"pos":4}}"#, "an entry names no topic and partition"),
        (
            #"{"partition":{"cluster":"a","partition":0,"topic":"t"},"offset":{"offset":-1}}"#,
            "t-0 has no usable offset"
        ),
        (
            #"{"partition":{"cluster":"a","partition":0,"topic":"t"},"offset":{"offset":9223372036854775807}}"#,
            "t-0 has no usable offset"
        ),
        (
            #"{"partition":{"cluster":"a","partition":0,"topic":"t"},"offset":{"offset":"4"}}"#,
            "t-0 has no usable offset"
        ),
        (#"{"partition":{"cluster":"a","partition":0,"topic":"t"}}"#, "an entry lacks its partition or its offset"),
        (
            #"{"partition":{"cluster":"a","partition":4294967296,"topic":"t"},"offset":{"offset":1}}"#,
            "an entry names no topic and partition"
        ),
        (
            #"{"partition":{"cluster":"a","partition":0,"topic":"x"},"offset":{"offset":1}}"#,
            "x-0 has two positions, of two source clusters"
        ),
    ])
    func `an odd entry makes all positions unknown instead of fewer`(_ entry: String, _ reason: String) async throws {
        var connector = StubConnector("m")
        connector.offsets = [
            .mirrorMaker(cluster: "idc1", topic: "x", partition: 0, lastMirrored: 9), .raw(entry),
        ]
        try await ConnectStub.serving([connector]) { stub in
            let reader = try reader(of: stub)
            let error = try await portError { () throws(PortError) in _ = try await reader.mirrorPositions(of: "m") }
            #expect(error.kind == .malformed)
            #expect(error.detail == "the offsets of m are not a mirror's: \(reason)")
        }
    }

    @Test func `positions of an unknown connector, a nameless one, and of an old Connect are told apart`() async throws
    {
        try await ConnectStub.serving([StubConnector("old")], features: .init(hasOffsets: false)) { stub in
            let reader = try reader(of: stub)
            let unknown = try await portError { () throws(PortError) in _ = try await reader.mirrorPositions(of: "x/y")
            }
            #expect(unknown.kind == .notFound)
            #expect(unknown.operation == "GET /connectors/x%2Fy/offsets")
            #expect(unknown.detail == "Connect \(stub.url) answered 404: Connector x/y not found")
            let old = try await portError { () throws(PortError) in _ = try await reader.mirrorPositions(of: "old") }
            #expect(old.kind == .unsupported)
            let nameless = try await portError { () throws(PortError) in _ = try await reader.mirrorPositions(of: "") }
            #expect(nameless.kind == .notFound)
        }
    }
}
