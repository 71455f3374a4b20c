package import Domain
internal import Operations

/// Looks whether a cluster takes what comes: a change that its controllers would make, and a record that is written and
/// read again. It writes that record, so a read-only session has none.
package struct TargetProbe: TargetProbing {
    package static let topic = "bascule-canary"

    private let clusters: PerIDC<KafkaCluster>
    private let log: @Sendable (String) -> Void

    private static let deadline = Duration.seconds(10)

    package init(_ clusters: PerIDC<KafkaCluster>, log: @escaping @Sendable (String) -> Void) {
        self.clusters = clusters
        self.log = log
    }

    package func hasQuorum(_ idc: IDC) async -> Bool? {
        do throws(PortError) {
            let creator = try TopicCreator(clusters[idc].configuration, log: clusters[idc].log)
            let answer = await Self.answer(of: creator)
            await creator.close()
            return answer
        } catch {
            return nil
        }
    }

    private static func answer(of creator: TopicCreator) async -> Bool? {
        do throws(PortError) {
            try await creator.tryOut("\(topic)-trial", replication: 1)
            return true
        } catch {
            switch error.kind {
            case .unreachable, .timedOut: return false
            // Controllers that refuse have answered; whether they would take what is allowed is not known.
            case .refused, .notFound, .malformed, .unsupported, .conflict, .cancelled, .failed: return nil
            }
        }
    }

    package func carriesCanary(_ idc: IDC) async -> Bool? {
        let cluster = clusters[idc]
        do throws(PortError) {
            guard let topic = try await canaryTopic(on: cluster) else { return nil }
            let partition = TopicPartition(Self.topic, 0)
            guard let end = try await cluster.ranges(of: [topic]).value[partition]?.logEnd.rawValue else { return nil }
            try await write(to: cluster)
            let seen = try await cluster.origins(
                in: [partition: end..<end + 1], by: ProvenanceRule(copyHeaders: []), within: Self.deadline)
            return seen.value[partition].map { $0.records > 0 } ?? false
        } catch {
            log("canary of \(idc.rawValue): \(error.operation): \(error.detail)")
            return false
        }
    }

    private func write(to cluster: KafkaCluster) async throws(PortError) {
        let producer = try RecordProducer(cluster.configuration, log: log)
        let failure: PortError?
        do throws(PortError) {
            try producer.produce(ProducerRecord(topic: Self.topic, partition: 0, value: Array("canary".utf8)))
            try await producer.flush(within: Self.deadline)
            failure = nil
        } catch {
            failure = error
        }
        await producer.close()
        if let failure { throw failure }
    }

    /// Made where it is missing; its records are kept for a day.
    private func canaryTopic(on cluster: KafkaCluster) async throws(PortError) -> Topic? {
        func existing() async throws(PortError) -> (topic: Topic?, brokers: Int) {
            let metadata = try await cluster.metadata()
            return (
                metadata.topics.first { topic in
                    topic.name == Self.topic && !topic.partitions.isEmpty
                        && !topic.partitions.contains(where: \.isOffline)
                }, metadata.brokers.count
            )
        }
        let found = try await existing()
        if let topic = found.topic { return topic }
        let creator = try TopicCreator(cluster.configuration, log: cluster.log)
        let failure: PortError?
        do throws(PortError) {
            try await creator.create(
                Self.topic, partitions: 1, replication: min(3, max(1, found.brokers)),
                settings: ["retention.ms": "86400000"])
            failure = nil
        } catch {
            failure = error
        }
        await creator.close()
        if let failure { throw failure }
        // Brokers learn of a new topic one after the other.
        let elapsed = cluster.startStopwatch()
        while elapsed() < Self.deadline {
            if let topic = try await existing().topic { return topic }
            await BlockingLane.timers.pause(.milliseconds(100))
        }
        return nil
    }
}
