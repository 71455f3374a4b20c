import Domain
import HTTPTransport
import KafkaAdapter
import Operations
import Synchronization
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
                #expect(try await client.ask(.get, "/connectors/\(name)/tasks").text.contains(#""task": 0"#))
                #expect(
                    try await client.ask(.get, "/connectors/\(name)/tasks/0/status").text.contains(
                        #""worker_id": "w1""#))
                #expect(try await client.ask(.post, "/connectors/\(name)/tasks/1/restart").status == 404)
                #expect(try await client.ask(.post, "/connectors/\(name)/tasks/0/restart").status == 204)
                try await eventually("the task has started twice") {
                    try await client.ask(.get, "/metrics").text.contains(
                        #"bascule_mirror_starts_total{from="idc1",to="idc2",topic="orders",partition="0"} 2"#)
                }
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
                #expect(metrics.contains("# TYPE bascule_mirror_latency_seconds histogram"))
                #expect(
                    metrics.contains(
                        #"bascule_mirror_latency_seconds_bucket{from="idc1",to="idc2",topic="orders",le="+Inf"} 2"#))
                #expect(try await client.ask(.delete, "/connectors/\(name)").status == 204)
                #expect(try await client.ask(.get, "/connectors").text == "[]\n")
                #expect(
                    try await client.ask(.put, "/connectors/\(name)/config", body: #"{"topic":"orders"}"#).status == 201
                )
            }
            #expect(try await world.values(of: "orders", on: .idc2) == ["a", "b"])
        }
    }

    @Test("changes that are asked for at once are all made, and all answered")
    func changesAtOnce() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, _ in
            try await world.working(world.worker("orders", flows: [ReplicationFlow(from: .idc1)])) { client in
                let name = "mirror-idc1-idc2-orders"
                try await client.status(of: name, has: #""state": "RUNNING""#)
                let config = #"{"topic":"orders","throttle.bytes.per.second":"1000003"}"#
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask { try await client.ask(.put, "/connectors/\(name)/config", body: config).status }
                    group.addTask { try await client.ask(.put, "/connectors/\(name)/pause").status }
                    for _ in 0..<4 {
                        group.addTask { try await client.ask(.post, "/connectors/\(name)/tasks/0/restart").status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.sorted() == [200, 202, 204, 204, 204, 204])
                #expect(try await client.ask(.get, "/connectors/\(name)/config").text.contains("1000003"))
                try await client.status(of: name, has: #""state": "PAUSED""#)
            }
        }
    }

    @Test("a mirror with a throttle waits out its debt, others do not, and goes on when the throttle is lifted")
    func throttle() async throws {
        try await withMockWorld(topics: ["orders": 1, "quotes": 1]) { world, _ in
            try await world.produce("orders", on: .idc1, ["a"])
            let worker = try world.worker("*s", flows: [ReplicationFlow(from: .idc1)])
            try await world.working(worker) { client in
                try await world.copied("orders", 1, on: .idc2)
                func configure(_ body: String) async throws {
                    #expect(
                        try await client.ask(.put, "/connectors/mirror-idc1-idc2-orders/config", body: body).status
                            == 200)
                }
                try await configure(#"{"topic":"orders","throttle.bytes.per.second":"1"}"#)
                // It owes these bytes for an hour.
                try await world.produce("orders", on: .idc1, [String(repeating: "b", count: 3_600)])
                try await world.copied("orders", 2, on: .idc2)
                try await world.produce("orders", on: .idc1, ["c"])
                for number in 1...3 {
                    try await world.produce("quotes", on: .idc1, ["q\(number)"])
                    try await world.copied("quotes", Int64(number), on: .idc2)
                }
                #expect(try await world.end(of: TopicPartition("orders", 0), on: .idc2) == 2)
                try await configure(#"{"topic":"orders","throttle.bytes.per.second":"1000000000"}"#)
                try await world.copied("orders", 3, on: .idc2)
            }
        }
    }

    @Test("records of a far source arrive when their time has come, and no later than it is near again")
    func distance() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, _ in
            let hours = Atomic(0)
            let far = try world.worker(
                "orders", flows: [ReplicationFlow(from: .idc1)],
                distance: { .seconds(3_600 * hours.load(ordering: .relaxed)) })
            let near = try world.worker("orders", flows: [ReplicationFlow(from: .idc2)])
            try await world.working(far) { _ in
                try await world.working(near) { _ in
                    try await world.produce("orders", on: .idc1, ["a"])
                    try await world.copied("orders", 1, on: .idc2)
                    hours.store(1, ordering: .relaxed)
                    try await world.produce("orders", on: .idc1, ["b"])
                    // The other way they come, one after the other.
                    for number in 1...3 {
                        try await world.produce("orders", on: .idc2, ["c\(number)"])
                        try await world.copied("orders", 2 + Int64(number), on: .idc1)
                    }
                    #expect(try await world.values(of: "orders", on: .idc2) == ["a", "c1", "c2", "c3"])
                    hours.store(0, ordering: .relaxed)
                    try await world.copied("orders", 5, on: .idc2)
                }
            }
            #expect(try await world.values(of: "orders", on: .idc2) == ["a", "c1", "c2", "c3", "b"])
        }
    }

    @Test("copies that are not acknowledged make a mirror RUNNING and not flowing, in its status and its metrics")
    func notFlowing() async throws {
        try await withMockWorld(topics: ["orders": 1]) { world, mocks in
            try await world.produce("orders", on: .idc1, ["a"])
            try await world.working(world.worker("orders", flows: [ReplicationFlow(from: .idc1)])) { client in
                try await world.copied("orders", 1, on: .idc2)
                let name = "mirror-idc1-idc2-orders"
                #expect(try await !client.ask(.get, "/connectors/\(name)/status").text.contains("not_flowing"))
                try mocks.idc2.setDown(broker: 1)
                try await world.produce("orders", on: .idc1, ["b"])
                try await client.status(of: name, has: "not_flowing")
                let status = try await client.ask(.get, "/connectors/\(name)/status").text
                #expect(status.contains(#""state": "RUNNING""#) && status.contains("not acknowledged"))
                let metric = #"bascule_mirror_not_flowing{from="idc1",to="idc2",topic="orders",partition="0"} "#
                #expect(try await client.ask(.get, "/metrics").text.contains(metric + "1"))
                try await mocks.idc2.setUp(broker: 1)
                try await world.copied("orders", 2, on: .idc2)
                try await eventually("it flows again") {
                    try await client.ask(.get, "/metrics").text.contains(metric + "0")
                }
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
