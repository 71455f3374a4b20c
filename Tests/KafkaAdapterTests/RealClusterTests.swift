import Domain
import Glibc
import KafkaAdapter
import Operations
import TestSupport
import Testing

@Suite(
    .serialized, .enabled(if: RealClusters.current != nil), .cleansUpRealClusters, .timeLimit(.minutes(5)))
struct RealClusterTests {
    private static let rule = ProvenanceRule(copyHeaders: ["mm-origin-idc2"])

    @Test func `metadata, brokers and settings of a real cluster`() async throws {
        try await withRealCluster("metadata") { world in
            let topic = try await world.createTopic(
                "orders", partitions: 3, settings: ["retention.ms=-1", "cleanup.policy=compact"])
            let metadata = try await world.cluster.metadata()
            #expect(metadata.clusterID.count == 22)
            let controller = try #require(metadata.controllerID)
            #expect(metadata.brokers.map(\.id).contains(controller))
            #expect(metadata.topics.map(\.name) == metadata.topics.map(\.name).sorted())
            #expect(await world.cluster.brokerStates(of: metadata.brokers).values.allSatisfy { $0 == .up })
            #expect(await world.cluster.brokerStates(of: []).isEmpty)

            let settings = try await world.cluster.settings(of: [topic.name, topic.name, "\(world.prefix)-missing"])
            let found = try #require(settings.value[topic.name])
            #expect(found.retention == .unlimited)
            #expect(found.cleanupPolicy == ["compact"])
            #expect(found.minInSyncReplicas == 1)
            #expect(found.maxMessageBytes == 1_048_588)
            #expect(settings.value.count == 1)
            #expect(settings.failures.map(\.kind) == [.notFound])
        }
    }

    @Test func `the log start follows deleted records, and samples begin there`() async throws {
        try await withRealCluster("log-start") { world in
            let topic = try await world.createTopic("orders", partitions: 2)
            let first = TopicPartition(topic.name, 0)
            try await world.produce("orders", count: 100)
            try await world.produce("orders", count: 20, headers: ["mm-origin-idc2"])
            try await withTemporaryDirectory { directory in
                try world.deleteRecords(before: 40, of: first, in: directory)
            }
            try await eventually("the log starts at 40") {
                try await world.cluster.ranges(of: [topic]).value[first]?.logStart == Offset(40)
            }
            let ranges = try await world.cluster.ranges(of: [topic])
            #expect(ranges.isComplete)
            #expect(ranges.value[first] == OffsetRange(logStart: Offset(40), logEnd: Offset(120)))
            #expect(
                ranges.value[TopicPartition(topic.name, 1)]
                    == OffsetRange(logStart: Offset(0), logEnd: Offset(0)))

            let read = try await world.cluster.origins(in: [first: 10..<120], by: Self.rule, within: .seconds(20))
            let sample = try #require(read.value[first])
            #expect(sample.from == Offset(40))
            #expect(sample.to == Offset(120))
            #expect(sample.records == 80)
            #expect(sample.locals.count == 60)
            #expect(read.isComplete)
        }
    }

    @Test func `a topic that does not exist is a failure beside the ranges of the others`() async throws {
        try await withRealCluster("ghost") { world in
            let topic = try await world.createTopic("orders", partitions: 4)
            let ghost = Topic(
                name: "\(world.prefix)-ghost",
                partitions: topic.partitions.map {
                    Partition(number: $0.number, leader: $0.leader, replicas: [1], inSyncReplicas: [1])
                })
            let ranges = try await world.cluster.ranges(of: [topic, ghost])
            #expect(ranges.value.count == 4)
            #expect(ranges.value.keys.allSatisfy { $0.topic == topic.name })
            #expect(ranges.failures.map(\.kind) == [.notFound])
            #expect(try await world.cluster.metadata().topics.allSatisfy { $0.name != ghost.name })
        }
    }

    @Test func `transactions leave markers that are passed over`() async throws {
        try await withRealCluster("transactions") { world in
            let topic = try await world.createTopic("orders", partitions: 1)
            // Its first transaction ends in a marker at the end of the log.
            try world.clusters.run(
                "org.apache.kafka.tools.ProducerPerformance",
                [
                    "--topic", topic.name, "--num-records", "30", "--record-size", "10", "--throughput", "-1",
                    "--transactional-id", world.prefix, "--transaction-duration-ms", "1", "--producer-props",
                    "bootstrap.servers=\(world.bootstrap)",
                ])
            let partition = TopicPartition(topic.name, 0)
            let range = try #require(try await world.cluster.ranges(of: [topic]).value[partition])
            #expect(range.logEnd > Offset(30))
            let read = try await world.cluster.origins(
                in: [partition: 0..<range.logEnd.rawValue], by: Self.rule, within: .seconds(20))
            #expect(read.value[partition]?.records == 30)
            #expect(read.value[partition]?.to == range.logEnd)
        }
    }

    @Test func `a group with members shows them with their partitions, and after them its offsets`() async throws {
        try await withRealCluster("members") { world in
            let topic = try await world.createTopic("orders", partitions: 2)
            try await world.produce("orders", count: 7)
            let consumer = try world.startConsumer(of: topic, group: "readers", groupProtocol: "classic")
            let first = TopicPartition(topic.name, 0)
            let live = try #require(
                try await world.group("readers", "it has a member, and has committed the end") { group in
                    group.state == .stable && group.members.count == 1 && group.offsets?[first]?.offset == Offset(7)
                })
            world.leave(consumer)
            #expect(live.isLive)
            #expect(live.protocolType == "consumer")
            let member = try #require(live.members.first)
            #expect(member.clientID == "주문-client")
            #expect(member.host.hasPrefix("/127.0.0.1"))
            #expect(member.memberID.hasPrefix("주문-client"))
            #expect(member.assignment == [TopicPartition(topic.name, 0), TopicPartition(topic.name, 1)])
            let left = try #require(
                try await world.group("readers", "its member has left") { $0.state == .empty })
            #expect(left.members.isEmpty)
            #expect(left.offsets?[first]?.offset == Offset(7))
        }
    }

    @Test func `a KIP-848 group is listed as live, its members unknown, with its offsets`() async throws {
        try await withRealCluster("next") { world in
            let topic = try await world.createTopic("orders", partitions: 1)
            try await world.produce("orders", count: 3)
            let consumer = try world.startConsumer(of: topic, group: "next", groupProtocol: "consumer")
            let first = TopicPartition(topic.name, 0)
            let live = try #require(
                try await world.group("next", "it is live, and has committed the end") { group in
                    group.state == .unknown("Stable") && group.offsets?[first]?.offset == Offset(3)
                })
            world.leave(consumer)
            #expect(live.isLive)
            #expect(live.members.isEmpty)
            let left = try #require(try await world.group("next", "its member has left") { $0.state == .empty })
            #expect(left.offsets?.count == 1)
        }
    }

    @Test func `groups that are not wanted are left out`() async throws {
        try await withRealCluster("none") { world in
            let groups = try await world.cluster.groups { _ in false }
            #expect(groups.value.isEmpty)
            #expect(groups.isComplete)
        }
    }
}

extension RealWorld {
    func deleteRecords(before offset: Int, of partition: TopicPartition, in directory: String) throws {
        let file = "\(directory)/offsets.json"
        let json =
            #"{"partitions":[{"topic":"\#(partition.topic)","partition":\#(partition.partition),"offset":\#(offset)}],"#
            + #""version":1}"#
        try write(json, to: file)
        try clusters.run(
            "org.apache.kafka.tools.DeleteRecordsCommand",
            ["--bootstrap-server", bootstrap, "--offset-json-file", file])
    }

    func startConsumer(of topic: Topic, group: String, groupProtocol: String) throws -> ChildProcess {
        try clusters.start(
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            [
                "--bootstrap-server", bootstrap, "--topic", topic.name, "--group", "\(prefix)-\(group)",
                "--from-beginning",
            ]
                + ["client.id=주문-client", "group.protocol=\(groupProtocol)", "auto.commit.interval.ms=100"].flatMap {
                    [consumerPropertyOption, $0]
                })
    }

    /// Lets the consumer leave its group, instead of waiting for its session to time out.
    func leave(_ consumer: ChildProcess) {
        kill(consumer.pid, SIGTERM)
        _ = consumer.waitUntilExit()
    }

    /// Kafka 4.2 renamed the option (KIP-1147) and still takes the old name until 5.0.
    private var consumerPropertyOption: String { "--consumer-property" }
}
