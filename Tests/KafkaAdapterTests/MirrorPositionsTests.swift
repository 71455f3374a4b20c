import Domain
import KafkaAdapter
import Operations
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct MirrorPositionsTests {
    private func entry(_ key: String?, _ value: String?, partition: Int32 = 0, topic: String = "connect-offsets")
        -> ProducerRecord
    {
        ProducerRecord(
            topic: topic, partition: partition, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) })
    }

    private func key(_ connector: String, _ topic: String, _ partition: Int) -> String {
        #"["\#(connector)",{"cluster":"idc1","partition":\#(partition),"topic":"\#(topic)"}]"#
    }

    @Test func `positions are the offset after the last mirrored one, newest first, per connector`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("connect-offsets", partitions: 3)
            try await world.produce([
                entry(key("a", "orders", 0), #"{"offset":41}"#),
                entry(key("a", "orders", 0), #"{"offset":99}"#),
                entry(key("a", "orders", 1), #"{"offset":0}"#, partition: 1),
                entry(key("b", "bills", 0), #"{"offset":-1}"#, partition: 2),
            ])
            let reader = MirrorOffsetTopicReader(cluster: world.cluster, topic: "connect-offsets")
            #expect(
                try await reader.positions() == [
                    "a": [TopicPartition("orders", 0): Offset(100), TopicPartition("orders", 1): Offset(1)],
                    "b": [TopicPartition("bills", 0): Offset(0)],
                ])
            try await world.produce([
                entry(key("a", "orders", 0), #"{"offset":120}"#), entry(key("b", "bills", 0), nil, partition: 2),
            ])
            #expect(
                try await reader.positions() == [
                    "a": [TopicPartition("orders", 0): Offset(121), TopicPartition("orders", 1): Offset(1)]
                ])
            #expect(try await reader.positions().count == 1)
            await reader.close()
        }
    }

    @Test func `keys of other connectors and bytes that make no sense are passed over`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("connect-offsets", partitions: 1)
            try await world.produce([
                entry(#"["inventory",{"server":"dbserver1"}]"#, #"{"file":"mysql-bin.3","pos":154}"#),
                entry(#"["heartbeats",{"sourceClusterAlias":"idc1","targetClusterAlias":"idc2"}]"#, #"{"offset":0}"#),
                entry(#"["checkpoints",{"group":"g","topic":"orders","partition":0}]"#, #"{"offset":5}"#),
                entry(#"["text",{"cluster":"idc1","partition":"7","topic":"orders"}]"#, #"{"offset":5}"#),
                entry(#"["minus",{"cluster":"idc1","partition":-7,"topic":"orders"}]"#, #"{"offset":5}"#),
                entry(#"{"not":"an array"}"#, #"{"offset":5}"#),
                entry("[[[[[[", "x"),
                entry(nil, #"{"offset":5}"#),
                entry("", ""),
                ProducerRecord(topic: "connect-offsets", partition: 0, key: [0xFF, 0xFE, 0], value: [0xC3, 0x28]),
                entry(key("bad", "orders", 0), #"{"offset":"5"}"#),
                entry(key("worse", "orders", 0), #"{"offset":-2}"#),
                entry(key("huge", "orders", 0), #"{"offset":9223372036854775807}"#),
                entry(key("good", "orders", 0), #"{"offset":5}"#),
                entry(key("was-good", "orders", 0), #"{"offset":5}"#),
                entry(key("was-good", "orders", 0), #"{"offset":"#),
            ])
            let reader = MirrorOffsetTopicReader(cluster: world.cluster, topic: "connect-offsets")
            #expect(try await reader.positions() == ["good": [TopicPartition("orders", 0): Offset(6)]])
            await reader.close()
        }
    }

    @Test func `the offset topic is found by itself: the one whose keys are Connect's`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("a-connect-offsets", partitions: 1)
            try world.mock.createTopic("prod-connect-offsets", partitions: 1)
            try world.mock.createTopic("connect-status", partitions: 1)
            let reader = MirrorOffsetTopicReader(cluster: world.cluster)
            #expect(try await reader.positions().isEmpty)
            try await world.produce([
                entry("x", "y", topic: "a-connect-offsets"),
                entry(key("a", "orders", 0), #"{"offset":1}"#, topic: "prod-connect-offsets"),
            ])
            #expect(try await reader.positions() == ["a": [TopicPartition("orders", 0): Offset(2)]])
            #expect(try await reader.positions() == ["a": [TopicPartition("orders", 0): Offset(2)]])
            await reader.close()
        }
    }

    @Test func `without any candidate the reader says which setting names the topic`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            let reader = MirrorOffsetTopicReader(cluster: world.cluster)
            let error = try await portError { try await reader.positions() }
            #expect(error.kind == .notFound)
            #expect(error.detail.contains("connect.offsetTopic"))
            await reader.close()
        }
    }

    @Test func `an unreachable cluster is an error, not an empty answer`() async throws {
        try await withMockedCluster(requestTimeout: .seconds(1)) { world in
            try world.mock.createTopic("connect-offsets", partitions: 1)
            try await world.produce([entry(key("a", "orders", 0), #"{"offset":1}"#)])
            let reader = MirrorOffsetTopicReader(cluster: world.cluster, topic: "connect-offsets")
            #expect(try await reader.positions().count == 1)
            try world.mock.setDown(broker: 1)
            #expect(try await portError { try await reader.positions() }.kind == .unreachable)
            await reader.close()
            #expect(try await portError { try await reader.positions() }.kind != .failed)
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(3)))
struct RecordProducerTests {
    @Test func `deliveries and failures are counted, and flush waits for both`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            try await world.produce(topic: "orders", headers: Array(repeating: [], count: 50))
            #expect(world.producer.deliveries == DeliveryCounts(delivered: 50))
            try world.mock.push([.topicAuthorizationFailed], on: .produce)
            try world.producer.produce(ProducerRecord(topic: "orders", partition: 0, value: [1]))
            try await world.producer.flush(within: .seconds(20))
            #expect(world.producer.deliveries.delivered == 50)
            #expect(world.producer.deliveries.failed == 1)
            #expect(world.producer.deliveries.failure?.contains("authorization failed") ?? false)
        }
    }

    @Test func `records that cannot be delivered in time stay queued, and flush says how many`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            try await world.produce(topic: "orders", headers: [[]])
            try world.mock.setRoundTrip(.seconds(60))
            try world.producer.produce(ProducerRecord(topic: "orders", partition: 0, value: [1]))
            let error = try await portError { try await world.producer.flush(within: .milliseconds(50)) }
            #expect(error.kind == .timedOut || error.kind == .unreachable)
            try world.mock.setRoundTrip(.zero)
        }
    }

    @Test func `a full queue is a conflict`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        let producer = try RecordProducer(
            KafkaConfiguration(
                bootstrap: mock.bootstrap,
                properties: ["queue.buffering.max.messages": "1", "linger.ms": "60000"]),
            log: { _ in })
        let record = ProducerRecord(topic: "orders", partition: 0, value: [1])
        try producer.produce(record)
        let error = try await portError { try producer.produce(record) }
        #expect(error.kind == .conflict)
        await producer.close()
        await mock.destroy()
    }
}
