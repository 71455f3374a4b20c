import Domain
import FoundationEssentials
import Glibc
import KafkaAdapter
import Operations
import TestSupport
import Testing

/// What real coordinators say to commits from outside.
@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: RealClusters.current != nil))
struct RealGroupOffsetTests {
    /// One group on one side, with a topic that it consumes and one that it does not.
    private struct Subject {
        let clusters: RealClusters
        let cluster: KafkaCluster
        let committer: GroupOffsetCommitter
        let group: String
        let topic: String
        let other: String

        init(_ name: String) async throws {
            let clusters = try #require(RealClusters.current)
            let configuration = KafkaConfiguration(bootstrap: clusters.bootstrap.idc1, requestTimeout: .seconds(20))
            self.clusters = clusters
            cluster = try KafkaCluster(configuration, log: { _ in })
            committer = try GroupOffsetCommitter(configuration, log: { _ in })
            group = "\(name)-\(getpid())"
            topic = "\(name)-\(getpid())-a"
            other = "\(name)-\(getpid())-b"
            let creator = try TopicCreator(configuration, log: { _ in })
            for topic in [topic, other] {
                try await creator.create(topic, partitions: 2, replication: 1, settings: [:])
            }
            await creator.close()
        }

        func close() async {
            await committer.close()
            await cluster.close()
        }

        /// A commit on every partition of both topics.
        func commits(_ offset: Int64, _ metadata: String) -> [TopicPartition: CommittedOffset] {
            var commits: [TopicPartition: CommittedOffset] = [:]
            for topic in [topic, other] {
                for partition in 0..<2 {
                    commits[TopicPartition(topic, Int32(partition))] = CommittedOffset(
                        offset: Offset(offset), metadata: metadata)
                }
            }
            return commits
        }

        func state() async -> ListedGroup? { try? await cluster.groupStates().value[group] }

        func consumer(_ protocolName: String) throws -> ChildProcess {
            try clusters.start(
                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                [
                    "--bootstrap-server", clusters.bootstrap.idc1, "--topic", topic, "--group", group,
                    "--consumer-property", "group.protocol=\(protocolName)",
                ])
        }

        /// Tries until the coordinator has been found, has loaded the group and has heard of both topics.
        func commit(_ offsets: [TopicPartition: CommittedOffset]) async throws -> Set<Int32> {
            var codes: Set<Int32> = []
            await eventually("the coordinator answers for \(group)") {
                do throws(PortError) {
                    codes = Set(try await committer.commit(offsets, for: group).values)
                    return codes.isDisjoint(with: [3, 14, 15, 16])
                } catch {
                    return false
                }
            }
            return codes
        }
    }

    @Test(arguments: ["classic", "consumer"])
    func `a group with members is refused as a whole, nothing changes, and without them it is written`(
        _ protocolName: String
    ) async throws {
        let subject = try await Subject("refused-\(protocolName)")
        #expect(try await subject.commit(subject.commits(0, "before")) == [0])
        let consumer = try subject.consumer(protocolName)
        let isLive = await eventually("the group has members") { await subject.state()?.state.isLive == true }
        if isLive {
            #expect(try await subject.commit(subject.commits(7, "while live")) == [25])
            let standing = try await subject.cluster.offsets(of: subject.group, for: nil)
            #expect(standing.count == 4 && standing.values.allSatisfy { $0.metadata != "while live" }, "\(standing)")
        }
        kill(consumer.pid, SIGTERM)
        _ = consumer.waitUntilExit()
        await eventually("the group is empty") {
            guard let listed = await subject.state() else { return false }
            return !listed.state.isLive
        }
        let written = subject.commits(0, "osync1;src=abc;o=1;r=0;m=cuts;t=1")
        #expect(try await subject.commit(written) == [0])
        #expect(try await subject.cluster.offsets(of: subject.group, for: nil) == written)
        await subject.close()
    }

    @Test func `a group that nobody has joined is made by the first commit, and is a simple one`() async throws {
        let subject = try await Subject("absent")
        #expect(await subject.state() == nil)
        #expect(try await subject.commit(subject.commits(3, "first")) == [0])
        let listed = try #require(await subject.state())
        #expect(listed.isSimple && !listed.state.isLive)
        await subject.close()
    }

    @Test func `a share group is no consumer group`() async throws {
        let subject = try await Subject("share")
        let libraries = try FileManager.default.contentsOfDirectory(atPath: "\(subject.clusters.kafkaHome)/libs")
        // Share groups came with Kafka 4.
        guard libraries.contains(where: { $0.hasPrefix("kafka-clients-4.") }) else { return await subject.close() }
        let consumer = try subject.clusters.start(
            "org.apache.kafka.tools.consumer.ConsoleShareConsumer",
            [
                "--bootstrap-server", subject.clusters.bootstrap.idc1, "--topic", subject.topic, "--group",
                subject.group,
            ])
        defer { consumer.end() }
        func isStable() throws -> Bool {
            let log = "/tmp/bascule-share-\(getpid()).log"
            defer { unlink(log) }
            let tool = try subject.clusters.start(
                "org.apache.kafka.tools.consumer.group.ShareGroupCommand",
                [
                    "--bootstrap-server", subject.clusters.bootstrap.idc1, "--describe", "--state", "--group",
                    subject.group,
                ], log: log)
            _ = tool.waitUntilExit()
            return RealClusters.text(of: log).contains("Stable")
        }
        // A commit before its first member would make it a consumer group.
        if try await eventually("the share group has a member", isStable) {
            #expect(try await subject.commit(subject.commits(0, "share")) == [69])
            // It is what it was: no consumer group of that name, and its member is in it.
            #expect(await subject.state() == nil)
            #expect(try isStable())
        }
        await subject.close()
    }
}
