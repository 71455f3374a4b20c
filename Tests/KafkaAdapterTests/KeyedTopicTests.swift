import Domain
import Operations
import TestSupport
import Testing

@testable import KafkaAdapter

/// Topics of keyed records, read by callers that are gone before the answer is there.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct KeyedTopicTests {
    private static let word = OperatorHold(
        order: .hold, actor: "alice", host: "ops1", at: WallTime(milliseconds: 1_764_000_000_000),
        reason: "INC-1234", number: 1)

    /// A mock cluster with a topic `bascule-sync` in which one group is held.
    private func withHeldGroup(_ body: (MockedCluster) async throws -> Void) async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic(SyncTopic.name, partitions: 4)
            let subject = HoldSubject.group("billing")
            try await world.produce([
                ProducerRecord(
                    topic: SyncTopic.name, partition: SyncTopic.partition(of: subject, partitions: 4),
                    key: Array(OperatorHold.key(of: subject).utf8), value: Array(Self.word.record.utf8))
            ])
            try await body(world)
        }
    }

    @Test func `what was read for a caller that has gone is told to the next one`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("board", partitions: 1)
            let tail = try KeyedTopicTail(world.cluster.configuration, fetchWait: .milliseconds(50), log: { _ in })
            try tail.start([TopicPartition("board", 0)])
            await eventually("an empty topic is read to its end") {
                _ = try? await tail.next(wait: .milliseconds(20))
                return tail.isReadToEnd
            }
            var told: [String] = []
            let keys = (0..<20).map { "key-\($0)" }
            for key in keys {
                let gone = Task { try await tail.next(wait: .milliseconds(100)) }
                // By then it is fetching.
                _ = try await world.cluster.metadata()
                try await world.produce([
                    ProducerRecord(topic: "board", partition: 0, key: Array(key.utf8), value: [1])
                ])
                gone.cancel()
                told += ((try? await gone.value) ?? []).map(\.key)
            }
            await eventually("every record is told: \(told)", within: .seconds(10)) {
                told += ((try? await tail.next(wait: .milliseconds(20))) ?? []).map(\.key)
                return told.count >= keys.count
            }
            #expect(told == keys)
            #expect(tail.isReadToEnd)
            await tail.close()
        }
    }

    @Test func `who asks of a cluster that is gone while another one asks is not told that nobody holds anything`()
        async throws
    {
        try await withHeldGroup { world in
            try world.mock.setDown(broker: 1)
            let reader = HoldReader(world.cluster)
            let both = [Task { try await reader.holds() }, Task { try await reader.holds() }]
            for asked in both { await #expect(throws: PortError.self) { try await asked.value } }
            try await world.mock.setUp(broker: 1)
            await eventually("the cluster answers again") {
                (try? await reader.holds())?.words[.group("billing")] != nil
            }
            await reader.close()
            await #expect(throws: PortError.self) { try await reader.holds() }
        }
    }
}
