import Domain
import HTTPTransport
import KafkaAdapter
import Operations
import TestSupport
import Testing

@testable import Mirroring

@Suite("A worker between two mock clusters", .serialized, .timeLimit(.minutes(3)))
struct MockMirrorTests {
    @Test("records of both sides are on both sides once, in order, with nothing of them changed")
    func bothWays() async throws {
        try await withMockWorld(topics: ["orders": 2]) { world, _ in
            try await world.produce(
                [
                    ProducerRecord(
                        topic: "orders", partition: 0, key: Array("k".utf8), value: Array("v".utf8),
                        headers: [
                            .init(name: "a", value: [1]), .init(name: "b", value: nil), .init(name: "a", value: []),
                        ],
                        timestamp: 1_700_000_000_123),
                    ProducerRecord(topic: "orders", partition: 0, key: [], value: nil, timestamp: 1_700_000_000_124),
                    ProducerRecord(topic: "orders", partition: 0, key: nil, value: [], timestamp: 1_700_000_000_125),
                    ProducerRecord(topic: "orders", partition: 1, value: Array("other".utf8)),
                ], on: .idc1)
            try await world.produce("orders", on: .idc2, ["x", "y", "z"])
            try await world.working(world.worker("orders")) { _ in
                for idc in IDC.allCases {
                    try await world.copied("orders", 6, on: idc)
                    try await world.copied("orders", 1, partition: 1, on: idc)
                }
                try await world.produce("orders", on: .idc2, ["w"])
                for idc in IDC.allCases { try await world.copied("orders", 7, on: idc) }
                try await eventually("the position has passed the filtered copy") {
                    try await world.committed(TopicPartition("orders", 0), from: .idc1)?.offset == 7
                }
            }
            let copies = try await world.records(of: TopicPartition("orders", 0), on: .idc2).filter {
                $0.header("osync-origin") != nil
            }
            #expect(copies.count == 3)
            let first = try #require(copies.first?.record)
            #expect(first.key == Array("k".utf8))
            #expect(first.timestamp == 1_700_000_000_123)
            #expect(first.headers.map(\.name) == ["a", "b", "a", "osync-origin"])
            #expect(first.headers.prefix(3).map(\.value) == [[1], nil, []])
            #expect(copies.map(\.record.key) == [Array("k".utf8), [], nil])
            #expect(copies.map(\.record.value) == [Array("v".utf8), nil, []])
            let sources = copies.compactMap { copy -> Int64? in
                let bytes = copy.record.headers.last?.value ?? []
                guard case .header(let header) = bytes.withUnsafeBytes({ ProvenanceHeader.decode($0) }) else {
                    return nil
                }
                return header.offset
            }
            #expect(sources == [0, 1, 2])
            let cut = try #require(try await world.committed(TopicPartition("orders", 0), from: .idc1))
            #expect(cut.offset == 7)
            let evidence = try #require(MirrorCommit(metadata: cut.metadata))
            #expect(evidence.copies == 3)
            #expect(evidence.copiedEnd == (copies.last?.offset ?? -1) + 1)
        }
    }

    @Test("a worker that starts again goes on where it stopped and repeats nothing")
    func restart() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, _ in
            try await world.produce("orders", on: .idc1, (0..<50).map { "a\($0)" })
            try await world.working(world.worker("orders")) { _ in try await world.copied("orders", 50, on: .idc2) }
            try await world.produce("orders", on: .idc1, (50..<80).map { "a\($0)" })
            try await world.produce("orders", on: .idc2, (0..<10).map { "b\($0)" })
            try await world.working(world.worker("orders")) { _ in
                for idc in IDC.allCases { try await world.copied("orders", 90, on: idc) }
            }
            let values = try await world.values(of: "orders", on: .idc2)
            #expect(values.filter { $0.hasPrefix("a") } == (0..<80).map { "a\($0)" })
            #expect(values.filter { $0.hasPrefix("b") } == (0..<10).map { "b\($0)" })
        }
    }

    @Test("a pause through REST holds over a restart of the worker, and nothing is copied until it ends")
    func pause() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, _ in
            try await world.produce("orders", on: .idc1, ["a"])
            try await world.working(world.worker("orders", flows: [ReplicationFlow(from: .idc1)])) { client in
                try await world.copied("orders", 1, on: .idc2)
                #expect(try await client.ask(.put, "/connectors/mirror-idc1-idc2-orders/pause").status == 202)
                try await client.status(of: "mirror-idc1-idc2-orders", has: #""state": "PAUSED""#)
            }
            try await world.produce("orders", on: .idc1, ["b"])
            try await world.working(world.worker("orders", flows: [ReplicationFlow(from: .idc1)])) { client in
                try await eventually("the paused task is owned again") {
                    let text = try await client.ask(.get, "/connectors/mirror-idc1-idc2-orders/status").text
                    return text.components("PAUSED") == 2
                }
                #expect(try await world.end(of: TopicPartition("orders", 0), on: .idc2) == 1)
                #expect(try await client.ask(.put, "/connectors/mirror-idc1-idc2-orders/resume").status == 202)
                try await world.copied("orders", 2, on: .idc2)
                #expect(try await client.ask(.put, "/connectors/mirror-idc1-idc2-orders/stop").status == 204)
                try await client.status(of: "mirror-idc1-idc2-orders", has: #""tasks": []"#)
            }
            #expect(try await world.values(of: "orders", on: .idc2) == ["a", "b"])
        }
    }

    @Test("the answers are Connect's")
    func answers() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, _ in
            try await world.produce("orders", on: .idc1, ["a", "b"])
            try await world.working(world.worker("orders", id: "w1", flows: [ReplicationFlow(from: .idc1)])) { client in
                let name = "mirror-idc1-idc2-orders"
                try await client.status(of: name, has: #""state": "RUNNING""#)
                try await world.copied("orders", 2, on: .idc2)
                #expect(try await client.ask(.get, "/").text.contains("kafka_cluster_id"))
                #expect(try await client.ask(.get, "/connectors").text == "[\n  \"\(name)\"\n]\n")
                let all = try await client.ask(.get, "/connectors?expand=status&expand=info").text
                #expect(all.contains(#""connector.class": "bascule.Mirror""#) && all.contains(#""type": "sink""#))
                let missing = try await client.ask(.get, "/connectors/none/status")
                #expect(missing.status == 404 && missing.text.contains(#""error_code": 404"#))
                try await eventually("the position is committed") {
                    try await client.ask(.get, "/connectors/\(name)/offsets").text.contains(#""kafka_offset": 2"#)
                }
                #expect(try await client.ask(.post, "/connectors/\(name)/restart").status == 204)
                let restart = try await client.ask(
                    .post, "/connectors/\(name)/restart?includeTasks=true&onlyFailed=false")
                #expect(restart.status == 202 && restart.text.contains(#""tasks""#))
                try await client.status(of: name, has: #""state": "RUNNING""#)
                #expect(try await client.ask(.put, "/connectors/\(name)/config", body: "[]").status == 400)
                #expect(
                    try await client.ask(.put, "/connectors/\(name)/config", body: #"{"topic":"other"}"#).status == 400)
                #expect(
                    try await client.ask(
                        .put, "/connectors/\(name)/config",
                        body: #"{"topic":"orders","throttle.bytes.per.second":"1000000"}"#
                    ).status == 200)
                let metrics = try await client.ask(.get, "/metrics").text
                #expect(metrics.contains("# TYPE bascule_mirror_copied_records_total counter"))
                #expect(try await client.ask(.delete, "/connectors/\(name)").status == 204)
                #expect(try await client.ask(.get, "/connectors").text == "[]\n")
                #expect(
                    try await client.ask(.put, "/connectors/\(name)/config", body: #"{"topic":"orders"}"#).status == 201
                )
            }
            #expect(try await world.values(of: "orders", on: .idc2) == ["a", "b"])
        }
    }

    @Test("a header of another topic is replaced, one of an unknown version stops the partition")
    func foreignHeaders() async throws {
        try await withMockWorld(topics: ["orders": 2]) { world, _ in
            let foreign = ProvenanceHeader(
                cluster: KafkaUUID(high: 9, low: 9), topicHash: 1, partition: 0, offset: 77)
            try await world.produce(
                [
                    ProducerRecord(
                        topic: "orders", partition: 0, value: Array("a".utf8),
                        headers: [.init(name: "osync-origin", value: foreign.bytes)]),
                    ProducerRecord(
                        topic: "orders", partition: 1, value: Array("b".utf8),
                        headers: [.init(name: "osync-origin", value: [7, 7])]),
                ], on: .idc1)
            try await world.working(world.worker("orders")) { client in
                try await world.copied("orders", 1, on: .idc2)
                try await client.status(of: "mirror-idc1-idc2-orders", has: "unknown header version")
                #expect(try await client.ask(.get, "/metrics").text.contains("bascule_mirror_forwarded_headers_total"))
            }
            let copy = try #require(try await world.records(of: TopicPartition("orders", 0), on: .idc2).first)
            #expect(copy.record.headers.count == 1)
            #expect(copy.record.headers.first?.value?.count == 58)
            #expect(try await world.values(of: "orders", partition: 1, on: .idc2) == [])
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(_ text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
