import Domain
import KafkaAdapter
import Operations
import TestSupport
import Testing

/// Records by their timestamps, on a real cluster.
@Suite(
    .serialized, .enabled(if: RealClusters.current != nil), .cleansUpRealClusters, .timeLimit(.minutes(5)))
struct RealTimestampTests {
    private func reading(
        _ world: RealWorld, _ body: (TimestampReader) async throws -> Void
    ) async throws {
        let reader = TimestampReader(world.cluster)
        let failure: (any Error)?
        do {
            try await body(reader)
            failure = nil
        } catch {
            failure = error
        }
        await reader.close()
        if let failure { throw failure }
    }

    @Test func `an offset is found by its timestamp or the next later one, in disorder too`() async throws {
        try await withRealCluster("stamped") { world in
            let topic = try await world.createTopic("orders", partitions: 2)
            let partition = TopicPartition(topic.name, 1)
            for stamp: Int64 in [1_000, 3_000, 2_000, 4_000] {
                try world.producer.produce(
                    ProducerRecord(topic: topic.name, partition: 1, value: [1], timestamp: stamp))
                try await world.producer.flush(within: .seconds(30))
            }
            try await reading(world) { reader in
                for (stamp, offset): (Int64, Int64?) in [
                    (1, 0), (1_000, 0), (1_500, 1), (2_000, 1), (3_001, 3), (4_001, nil),
                ] {
                    let found = try await reader.firstOffset(
                        of: partition, atOrAfter: WallTime(milliseconds: stamp))
                    #expect(found?.rawValue == offset, "\(stamp)")
                }
                for (from, stamp): (Int64, Int64?) in [(0, 1_000), (2, 2_000), (4, nil)] {
                    let found = try await reader.firstTimestamp(of: partition, from: Offset(from), below: Offset(4))
                    #expect(found?.milliseconds == stamp, "\(from)")
                }
                #expect(try await reader.logStart(of: partition) == Offset(0))
                let empty = TopicPartition(topic.name, 0)
                #expect(try await reader.logStart(of: empty) == Offset(0))
                #expect(try await reader.firstOffset(of: empty, atOrAfter: WallTime(milliseconds: 1)) == nil)
                let missing = TopicPartition("\(topic.name)-missing", 0)
                let error = await #expect(throws: PortError.self) { try await reader.logStart(of: missing) }
                #expect(error?.operation == "ListOffsets")
            }
        }
    }

    @Test func `what consumers are not given has no timestamp here, and stands in the log all the same`() async throws {
        try await withRealCluster("aborted") { world in
            let topic = try await world.createTopic("orders", partitions: 1)
            let partition = TopicPartition(topic.name, 0)
            let producer = try RecordProducer(
                KafkaConfiguration(bootstrap: world.bootstrap, properties: ["transactional.id": world.prefix]),
                log: { _ in })
            func record(_ stamp: Int64) -> [ProducerRecord] {
                [ProducerRecord(topic: topic.name, partition: 0, value: [1], timestamp: stamp)]
            }
            // Offsets 0, 2 and 4, each with a marker behind it.
            try await producer.transaction(record(9_000), commits: false, within: .seconds(20))
            try await producer.transaction(record(5_000), commits: true, within: .seconds(20))
            try await producer.transaction(record(7_000), commits: false, within: .seconds(20))
            await producer.close()
            try await eventually("three records and three markers") {
                try await world.cluster.ranges(of: [topic]).value[partition]?.logEnd == Offset(6)
            }
            try await reading(world) { reader in
                try await eventually("the last marker is written where consumers look") {
                    try await reader.firstTimestamp(of: partition, from: Offset(0), below: Offset(6))?.milliseconds
                        == 5_000
                }
                #expect(try await reader.firstTimestamp(of: partition, from: Offset(3), below: Offset(6)) == nil)
                #expect(
                    try await reader.firstOffset(of: partition, atOrAfter: WallTime(milliseconds: 6_000)) == Offset(0))
            }
        }
    }
}
