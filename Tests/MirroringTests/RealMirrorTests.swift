import Domain
import HTTPTransport
import KafkaAdapter
import Operations
import TestSupport
import Testing

@testable import Mirroring

@Suite("A worker between two real clusters", .serialized, .timeLimit(.minutes(5)))
struct RealMirrorTests {
    @Test(
        "a record that is too large stops its partition, is dead-lettered when asked to, and leaves a gap until accepted"
    )
    func tooLarge() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            try await mirror.create(on: .idc1, partitions: 1)
            try await mirror.create(on: .idc2, partitions: 1, settings: ["max.message.bytes": "2000"])
            let large = String(repeating: "x", count: 5_000)
            try await world.produce(mirror.topic, on: .idc1, ["a", "b", large, "c", "d"])
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "record refused")
                let status = try await client.ask(.get, "/connectors/\(mirror.name)/status").text
                #expect(status.contains("offset 2, 5000 bytes, limit 2000 bytes"))
                #expect(try await world.values(of: mirror.topic, on: .idc2) == ["a", "b"])
                let partition = TopicPartition(mirror.topic, 0)
                try await eventually("the position stands at the record") {
                    try await world.committed(partition, from: .idc1)?.offset == 2
                }
                let answer = try await client.ask(
                    .put, "/connectors/\(mirror.name)/config",
                    body: #"{"topic":"\#(mirror.topic)","errors.refused.records":"dead-letter"}"#)
                #expect(answer.status == 200)
                try await world.copied(mirror.topic, 4, on: .idc2)
                #expect(try await world.values(of: mirror.topic, on: .idc2) == ["a", "b", "c", "d"])
                try await eventually("the gap is committed") {
                    let cut = try await world.committed(partition, from: .idc1)
                    return cut?.offset == 5 && cut.flatMap { MirrorCommit(metadata: $0.metadata) }?.gap == 2
                }
                let letters = try await world.records(of: TopicPartition("bascule-dlq-idc1-idc2", 0), on: .idc2)
                let letter = try #require(letters.last { $0.value == large })
                #expect(letter.header("__connect.errors.topic") == Array(mirror.topic.utf8))
                #expect(letter.header("__connect.errors.offset") == Array("2".utf8))
                #expect(
                    try await client.ask(
                        .put, "/connectors/\(mirror.name)/config",
                        body:
                            #"{"topic":"\#(mirror.topic)","errors.refused.records":"dead-letter","accepted.gaps":"0:2-3"}"#
                    ).status == 200)
                try await eventually("the accepted gap is open no more") {
                    try await world.committed(partition, from: .idc1)
                        .flatMap { MirrorCommit(metadata: $0.metadata) }.map { $0.gap == nil } ?? false
                }
            }
        }
    }

    @Test("a missing topic and a missing partition fail, and go on once they are there")
    func missing() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            try await mirror.create(on: .idc1, partitions: 2)
            try await world.produce(mirror.topic, on: .idc1, ["a"])
            try await world.produce(mirror.topic, on: .idc1, ["b"], partition: 1)
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "topic missing")
                try await mirror.create(on: .idc2, partitions: 1)
                try await world.copied(mirror.topic, 1, on: .idc2)
                try await client.status(of: mirror.name, has: "partitions differ")
            }
            #expect(try await world.values(of: mirror.topic, on: .idc2) == ["a"])
        }
    }

    @Test("a log start past the position fails as overtaken, and goes on when the gap is accepted")
    func overtaken() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            try await mirror.create(on: .idc1, partitions: 1)
            try await mirror.create(on: .idc2, partitions: 1)
            try await world.produce(mirror.topic, on: .idc1, (0..<10).map { "a\($0)" })
            try await world.working(mirror.worker()) { _ in
                try await world.copied(mirror.topic, 10, on: .idc2)
            }
            try await world.produce(mirror.topic, on: .idc1, (10..<20).map { "a\($0)" })
            try mirror.deleteRecords(below: 15)
            try await world.working(mirror.worker()) { client in
                try await client.status(of: mirror.name, has: "overtaken: offsets [10,15)")
                #expect(try await world.values(of: mirror.topic, on: .idc2).count == 10)
                let answer = try await client.ask(
                    .put, "/connectors/\(mirror.name)/config",
                    body: #"{"topic":"\#(mirror.topic)","accepted.gaps":"0:10-15"}"#)
                #expect(answer.status == 200)
                try await world.copied(mirror.topic, 15, on: .idc2)
            }
            let values = try await world.values(of: mirror.topic, on: .idc2)
            #expect(values == (0..<10).map { "a\($0)" } + (15..<20).map { "a\($0)" })
        }
    }

    @Test("positions that are lost are found again in the target's log, and nothing is repeated")
    func lostPositions() async throws {
        try await withRealMirror { mirror in
            let world = mirror.world
            try await mirror.create(on: .idc1, partitions: 1)
            try await mirror.create(on: .idc2, partitions: 1)
            try await world.produce(mirror.topic, on: .idc1, (0..<30).map { "a\($0)" })
            try await world.working(mirror.worker()) { _ in try await world.copied(mirror.topic, 30, on: .idc2) }
            try await world.produce(mirror.topic, on: .idc1, (30..<40).map { "a\($0)" })
            // Somebody else's commit: no evidence, and a position before what was copied.
            let positions = try PositionGroup(
                world.configurations.idc1, group: MirrorCommit.group(from: "idc1", to: "idc2"), log: { _ in })
            let partition = TopicPartition(mirror.topic, 0)
            await withCheckedContinuation { continuation in
                positions.commit([partition: CommittedCut(offset: 5, metadata: "strange")]) { _ in continuation.resume()
                }
            }
            await positions.close()
            try await world.working(mirror.worker()) { _ in try await world.copied(mirror.topic, 40, on: .idc2) }
            #expect(try await world.values(of: mirror.topic, on: .idc2) == (0..<40).map { "a\($0)" })
        }
    }
}
