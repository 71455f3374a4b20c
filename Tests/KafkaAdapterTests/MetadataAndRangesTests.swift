import Domain
import KafkaAdapter
import Operations
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct MetadataAndRangesTests {
    @Test func `metadata names the cluster, its brokers and every partition with leader and replicas`() async throws {
        try await withMockedCluster(brokers: 3) { world in
            try world.mock.createTopic("orders", partitions: 4, replication: 3)
            try world.mock.createTopic("billing", partitions: 1, replication: 2)
            let metadata = try await world.cluster.metadata()
            #expect(!metadata.clusterID.isEmpty)
            #expect(metadata.brokers.map(\.id) == [1, 2, 3])
            #expect(metadata.brokers.map { "\($0.host):\($0.port)" }.joined(separator: ",") == world.mock.bootstrap)
            // The mock names broker 0 as controller, which it does not have.
            #expect(metadata.controllerID == nil)
            #expect(metadata.topics.map(\.name) == ["billing", "orders"])
            let orders = try #require(metadata.topics.last)
            #expect(orders.partitions.map(\.number) == [0, 1, 2, 3])
            #expect(orders.partitions.allSatisfy { $0.replicas.count == 3 && $0.inSyncReplicas.count == 3 })
            #expect(orders.partitions.allSatisfy { $0.leader.map($0.replicas.contains) ?? false })
        }
    }

    @Test func `a partition without a leader is offline, and its range is neither read nor a failure`() async throws {
        try await withMockedCluster(brokers: 2) { world in
            try world.mock.createTopic("orders", partitions: 2, replication: 2)
            try world.mock.moveLeader(topic: "orders", partition: 1, to: nil)
            let topics = try await world.topics(["orders"])
            #expect(topics.first?.partitions.map(\.isOffline) == [false, true])
            let ranges = try await world.cluster.ranges(of: topics)
            #expect(ranges.isComplete)
            #expect(Set(ranges.value.keys) == [TopicPartition("orders", 0)])
        }
    }

    @Test func `ranges give log start and log end of every partition over all leaders`() async throws {
        try await withMockedCluster(brokers: 3) { world in
            try world.mock.createTopic("orders", partitions: 6, replication: 1)
            for partition: Int32 in 0..<6 {
                try await world.produce(
                    topic: "orders", partition: partition, headers: Array(repeating: [], count: Int(partition)))
            }
            let ranges = try await world.ranges(of: "orders")
            #expect(ranges.failures == [])
            for partition: Int32 in 0..<6 {
                #expect(
                    ranges.value[TopicPartition("orders", partition)]
                        == OffsetRange(logStart: Offset(0), logEnd: Offset(Int64(partition))))
            }
        }
    }

    @Test func `a moved leader is found again, though the caller still names the old one`() async throws {
        try await withMockedCluster(brokers: 3) { world in
            try world.mock.createTopic("orders", partitions: 3, replication: 1)
            try await world.produce(topic: "orders", partition: 1, headers: [[], []])
            let before = try await world.topics(["orders"])
            let old = try #require(before.first?.partitions[1].leader)
            _ = try await world.cluster.ranges(of: before)
            let new = try #require([1, 2, 3].first { $0 != old })
            try world.mock.moveLeader(topic: "orders", partition: 1, to: Int32(new))
            let ranges = try await world.cluster.ranges(of: before)
            #expect(ranges.failures == [])
            #expect(ranges.value[TopicPartition("orders", 1)]?.logEnd == Offset(2))
            #expect(ranges.value.count == 3)
        }
    }

    @Test func `an unreachable leader costs its own partitions, and one failure names it and the reason`() async throws
    {
        try await withMockedCluster(brokers: 3, requestTimeout: .seconds(1)) { world in
            try world.mock.createTopic("orders", partitions: 6, replication: 1)
            for partition: Int32 in 0..<6 {
                try world.mock.moveLeader(topic: "orders", partition: partition, to: partition % 3 + 1)
            }
            let topics = try await world.topics(["orders"])
            _ = try await world.cluster.ranges(of: topics)
            try world.mock.setDown(broker: 2)
            let ranges = try await world.cluster.ranges(of: topics)
            #expect(Set(ranges.value.keys.map(\.partition)) == [0, 2, 3, 5])
            #expect(ranges.failures.count == 1)
            let failure = try #require(ranges.failures.first)
            #expect(failure.kind == .unreachable)
            #expect(failure.operation == "ListOffsets")
            #expect(failure.detail.contains("2 partitions (orders-1, orders-4) of broker 2 (127.0.0.1:"))
            #expect(failure.detail.contains("Connection refused") || failure.detail.contains("Disconnected"))
        }
    }

    @Test func `a leader that hangs costs its own partitions as timed out`() async throws {
        try await withMockedCluster(brokers: 2, requestTimeout: .seconds(1)) { world in
            try world.mock.createTopic("orders", partitions: 2, replication: 1)
            for partition: Int32 in 0..<2 {
                try world.mock.moveLeader(topic: "orders", partition: partition, to: partition + 1)
            }
            let topics = try await world.topics(["orders"])
            _ = try await world.cluster.ranges(of: topics)
            try world.mock.setRoundTrip(.seconds(60), broker: 2)
            let ranges = try await world.cluster.ranges(of: topics)
            #expect(Set(ranges.value.keys.map(\.partition)) == [0])
            #expect(ranges.failures.map(\.kind) == [.timedOut])
            try world.mock.setRoundTrip(.zero, broker: 2)
        }
    }

    @Test func `one partition that is refused does not take the others with it`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 4, replication: 1)
            let topics = try await world.topics(["orders"])
            // All four; all four after new metadata; the first two; the first one.
            try world.mock.push(Array(repeating: .topicAuthorizationFailed, count: 4), on: .listOffsets)
            let ranges = try await world.cluster.ranges(of: topics)
            #expect(Set(ranges.value.keys.map(\.partition)) == [1, 2, 3])
            #expect(ranges.failures.map(\.kind) == [.refused])
            #expect(ranges.failures.first?.detail.contains("the ACL DESCRIBE on Topic:orders is missing") ?? false)
        }
    }

    @Test func `a broker that is down or hangs is told from those that answer`() async throws {
        try await withMockedCluster(brokers: 3) { world in
            let brokers = try await world.cluster.metadata().brokers
            #expect(await world.cluster.brokerStates(of: brokers) == [1: .up, 2: .up, 3: .up])
            try world.mock.setDown(broker: 2)
            var reason = ""
            // The mock's lost connection may be noticed a moment later.
            await eventually("broker 2 is down, and only it") {
                let states = await world.cluster.brokerStates(of: brokers)
                guard case .down(let why) = states[2] else { return false }
                reason = why
                return states[1] == .up && states[3] == .up && states.count == 3
            }
            #expect(reason.contains("Connection refused") || reason.contains("Disconnected"))
            try await world.mock.setUp(broker: 2)
            await eventually("broker 2 is up again") { await world.cluster.brokerStates(of: brokers)[2] == .up }
        }
    }

    @Test func `settings of a mock are unsupported, with the request named`() async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            let error = try await portError { try await world.cluster.settings(of: ["orders"]) }
            #expect(error.kind == .unsupported)
            #expect(error.operation == "DescribeConfigs")
        }
    }

    @Test func `groups of a mock are unsupported, and closing still ends`() async throws {
        try await withMockedCluster(brokers: 2) { world in
            let error = try await portError { try await world.cluster.groups { _ in true } }
            #expect(error.kind == .unsupported)
            #expect(error.operation == "ListGroups")
        }
    }
}
