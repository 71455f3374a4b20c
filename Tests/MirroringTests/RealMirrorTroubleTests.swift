import Domain
import HTTPTransport
import KafkaAdapter
import Operations
import TestSupport
import Testing

@testable import Mirroring

@Suite("A worker between two real clusters in trouble", .serialized, .timeLimit(.minutes(5)))
struct RealMirrorTroubleTests {
    @Test("a topic that was made anew on the source fails until an operator says that it starts over")
    func recreated() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            for idc in IDC.allCases { try await mirror.create(on: idc, partitions: 1) }
            try await world.produce(mirror.topic, on: .idc1, (0..<10).map { "a\($0)" })
            try await world.working(mirror.worker()) { _ in try await world.copied(mirror.topic, 10, on: .idc2) }
            try await mirror.delete(on: .idc1)
            try await mirror.create(on: .idc1, partitions: 1)
            try await world.produce(mirror.topic, on: .idc1, (0..<3).map { "b\($0)" })
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "topic re-created")
                #expect(try await world.values(of: mirror.topic, on: .idc2).count == 10)
                let answer = try await client.ask(
                    .put, "/connectors/\(mirror.name)/config",
                    body: #"{"topic":"\#(mirror.topic)","accepted.gaps":"0:10-0"}"#)
                #expect(answer.status == 200)
                try await world.copied(mirror.topic, 13, on: .idc2)
            }
            let values = try await world.values(of: mirror.topic, on: .idc2)
            #expect(values == (0..<10).map { "a\($0)" } + (0..<3).map { "b\($0)" })
        }
    }

    @Test("what may not be written or read fails with the resource, and goes on when its task is restarted")
    func unauthorised() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            for idc in IDC.allCases { try await mirror.create(on: idc, partitions: 1) }
            try await world.produce(mirror.topic, on: .idc1, ["a", "b"])
            let task = "/connectors/\(mirror.name)/tasks/0"
            try mirror.allowOnly(["Describe", "DescribeConfigs", "Read"], on: .idc2)
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "not authorised")
                #expect(try await client.ask(.get, task + "/status").text.contains("WRITE"))
                #expect(try await world.end(of: TopicPartition(mirror.topic, 0), on: .idc2) == 0)
                try mirror.allowAll(on: .idc2)
                // The broker hears of it a moment later.
                try await eventually("the restarted task has copied: \(world.log.tail)") {
                    guard try await client.ask(.post, task + "/restart").status == 204 else { return false }
                    return try await world.end(of: TopicPartition(mirror.topic, 0), on: .idc2) == 2
                }
            }
            try mirror.allowOnly(["Describe", "DescribeConfigs", "Write"], on: .idc1)
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "not authorised")
                #expect(try await client.ask(.get, task + "/status").text.contains(mirror.topic))
                try mirror.allowAll(on: .idc1)
                try await world.produce(mirror.topic, on: .idc1, ["c"])
                try await eventually("the restarted task has copied: \(world.log.tail)") {
                    guard try await client.ask(.post, task + "/restart").status == 204 else { return false }
                    return try await world.end(of: TopicPartition(mirror.topic, 0), on: .idc2) == 3
                }
            }
            #expect(try await world.values(of: mirror.topic, on: .idc2) == ["a", "b", "c"])
        }
    }

    @Test("committed transactions are copied and aborted ones are not, and the position passes their markers")
    func transactions() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            for idc in IDC.allCases { try await mirror.create(on: idc, partitions: 1) }
            let producer = try RecordProducer(
                KafkaConfiguration(
                    bootstrap: world.configurations.idc1.bootstrap, properties: ["transactional.id": mirror.topic]),
                log: { _ in })
            func records(_ values: String...) -> [ProducerRecord] {
                values.map { ProducerRecord(topic: mirror.topic, partition: 0, value: Array($0.utf8)) }
            }
            try await producer.transaction(records("a", "b"), commits: true, within: .seconds(20))
            try await producer.transaction(records("x"), commits: false, within: .seconds(20))
            try await producer.transaction(records("c"), commits: true, within: .seconds(20))
            await producer.close()
            let partition = TopicPartition(mirror.topic, 0)
            // The coordinator answers before the partition's leader has written the marker.
            let end: Int64 = 7
            try await eventually("four records and three markers") {
                try await world.end(of: partition, on: .idc1) == end
            }
            for _ in 0..<2 {
                try await world.working(mirror.worker()) { _ in
                    try await world.copied(mirror.topic, 3, on: .idc2)
                    try await eventually("the position is past the last marker") {
                        try await world.committed(partition, from: .idc1)?.offset == end
                    }
                }
            }
            #expect(try await world.values(of: mirror.topic, on: .idc2) == ["a", "b", "c"])
        }
    }

    @Test("of a compacted topic what is left is copied once, and the position passes the holes")
    func compacted() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            try await mirror.create(
                on: .idc1, partitions: 1,
                settings: [
                    "cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01",
                    "max.compaction.lag.ms": "100",
                ])
            try await mirror.create(on: .idc2, partitions: 1, settings: ["cleanup.policy": "compact"])
            func write(_ key: String, _ value: String) async throws {
                try await world.produce(
                    [ProducerRecord(topic: mirror.topic, partition: 0, key: Array(key.utf8), value: Array(value.utf8))],
                    on: .idc1)
            }
            for round in 0..<5 { for key in ["k1", "k2"] { try await write(key, "\(key)-\(round)") } }
            // Only segments that are not written any more are compacted, and a new record begins a new one.
            try await eventually("compaction has taken records") {
                try await write("k3", "k3")
                return try await world.values(of: mirror.topic, on: .idc1).filter { $0.hasPrefix("k1") }.count == 1
            }
            let partition = TopicPartition(mirror.topic, 0)
            let end = try #require(try await world.end(of: partition, on: .idc1))
            for _ in 0..<2 {
                try await world.working(mirror.worker()) { _ in
                    try await eventually("the position is at the end: \(world.log.tail)") {
                        try await world.committed(partition, from: .idc1)?.offset == end
                    }
                }
            }
            let copies = try await world.values(of: mirror.topic, on: .idc2)
            #expect(copies.filter { $0.hasPrefix("k1") } == ["k1-4"])
            #expect(copies.filter { $0.hasPrefix("k2") } == ["k2-4"])
            #expect(Int64(copies.count) < end)
        }
    }
}
