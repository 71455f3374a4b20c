package import Domain
package import Operations
internal import Synchronization

/// The topic `bascule-sync` of one cluster: hand-overs between daemons and operators' words, compacted: about a group on
/// its partition, about anything else on the first one.
package enum SyncTopic {
    package static let name = "bascule-sync"
    package static let partitions: Int32 = 32
    package static let handOverKey = "hand-over"

    /// Where words about a subject stand.
    package static func partition(of subject: HoldSubject, partitions: Int32) -> Int32 {
        switch subject {
        case .group(let group): GroupPartition.ofSyncTopic(group: group, partitions: partitions)
        case .everything, .writesUnderWay: 0
        }
    }

    /// How many partitions it has; `nil`: there is none.
    package static func partitionCount(on cluster: KafkaCluster) async throws(PortError) -> Int32? {
        try await cluster.metadata().topics.first { $0.name == name && !$0.partitions.isEmpty }
            .map { Int32($0.partitions.count) }
    }

    /// Makes it where it is missing.
    ///
    /// - Returns: how many partitions it has; `nil`: it is not seen yet.
    package static func prepare(
        on cluster: KafkaCluster, creatingBy configuration: KafkaConfiguration,
        log: @escaping @Sendable (String) -> Void
    ) async throws(PortError) -> Int32? {
        let metadata = try await cluster.metadata()
        if let topic = metadata.topics.first(where: { $0.name == name && !$0.partitions.isEmpty }) {
            return Int32(topic.partitions.count)
        }
        let creator = try TopicCreator(configuration, log: log)
        var failure: PortError?
        do throws(PortError) {
            try await creator.create(
                name, partitions: Int(partitions), replication: max(1, min(3, metadata.brokers.count)),
                settings: ["cleanup.policy": "compact"])
        } catch {
            failure = error
        }
        await creator.close()
        if let failure { throw failure }
        return try await partitionCount(on: cluster)
    }

    /// What would let records go that are the newest of their key; `nil`: nothing, or it cannot be read.
    package static func wrongCleanup(on cluster: KafkaCluster) async -> String? {
        do throws(PortError) {
            guard let policy = try await cluster.settings(of: [name]).value[name]?.cleanupPolicy, policy != ["compact"]
            else { return nil }
            return
                "\(name) has cleanup.policy=\(policy.sorted().joined(separator: ",")), which lets holds go with time: "
                + "set it to compact"
        } catch {
            return nil
        }
    }
}

/// Reads what operators have said in `bascule-sync` of one cluster.
package actor HoldReader: GroupHoldReading {
    private let cluster: KafkaCluster
    private var tail: KeyedTopicTail?
    private var words = HoldWords()
    private var isReading = false
    /// How often it was read to its end.
    private var readings = 0
    private var isClosed = false

    package init(_ cluster: KafkaCluster) {
        self.cluster = cluster
    }

    /// To the end that the topic had when the first call came there; what has been appended since comes with the calls.
    package func holds() async throws(PortError) -> HoldWords {
        let before = readings
        try await othersEnd()
        // Somebody else has read it meanwhile. Where that one has not come to an end, nothing is known by it.
        if readings != before { return words }
        isReading = true
        defer { isReading = false }
        try await read()
        readings += 1
        return words
    }

    /// One fetch at a time: entries are handed out once.
    private func othersEnd() async throws(PortError) {
        let elapsed = cluster.startStopwatch()
        while isReading {
            guard elapsed() < cluster.configuration.requestTimeout * 2, !Task.isCancelled else {
                throw Self.notReadToEnd
            }
            await BlockingLane.timers.pause(.milliseconds(10))
        }
    }

    private func read() async throws(PortError) {
        guard let tail = try await started() else { return }
        let elapsed = cluster.startStopwatch()
        repeat {
            for entry in try await tail.next(wait: .milliseconds(tail.isReadToEnd ? 20 : 100)) {
                words.take(
                    key: entry.key, value: entry.value.map { String(decoding: $0, as: UTF8.self) })
            }
            if elapsed() > cluster.configuration.requestTimeout, !tail.isReadToEnd { throw Self.notReadToEnd }
        } while !tail.isReadToEnd
    }

    private static let notReadToEnd = PortError(
        .timedOut, operation: "Fetch", detail: "\(SyncTopic.name) was not read to its end in time")

    package func close() async {
        isClosed = true
        await tail?.close()
        tail = nil
    }

    /// `nil`: there is no such topic, so that nobody has said anything.
    private func started() async throws(PortError) -> KeyedTopicTail? {
        if let tail { return tail }
        let count = try await SyncTopic.partitionCount(on: cluster)
        guard !isClosed else {
            throw PortError(.unreachable, operation: "Fetch", detail: "\(SyncTopic.name) is not read any more")
        }
        guard let count else { return nil }
        let new = try KeyedTopicTail(cluster.configuration, fetchWait: .milliseconds(100), log: cluster.log)
        try new.start((0..<count).map { TopicPartition(SyncTopic.name, $0) })
        tail = new
        return new
    }
}

/// Writes operators' words to `bascule-sync` of one cluster. Apart from what reads, so that a reading side cannot reach it.
package struct HoldWriter: GroupHoldWriting {
    private let cluster: KafkaCluster
    private let configuration: KafkaConfiguration
    private let log: @Sendable (String) -> Void

    private static let deadline = Duration.seconds(10)

    /// - Parameter configuration: how it is written to.
    package init(
        _ cluster: KafkaCluster, _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) {
        self.cluster = cluster
        self.configuration = configuration
        self.log = log
    }

    package func partitions() async throws(PortError) -> Int32 {
        try await SyncTopic.partitionCount(on: cluster) ?? 0
    }

    package func write(_ word: OperatorHold, about subject: HoldSubject) async throws(PortError) {
        let elapsed = cluster.startStopwatch()
        var count = try await SyncTopic.prepare(on: cluster, creatingBy: configuration, log: log)
        // Brokers learn of a new topic one after the other.
        while count == nil, elapsed() < Self.deadline {
            await BlockingLane.timers.pause(.milliseconds(100))
            count = try await SyncTopic.partitionCount(on: cluster)
        }
        guard let count else {
            throw PortError(
                .timedOut, operation: "CreateTopics", detail: "\(SyncTopic.name) was made and is not seen yet")
        }
        if let problem = await SyncTopic.wrongCleanup(on: cluster) {
            throw PortError(.refused, operation: word.order.rawValue, detail: problem)
        }
        let producer = try RecordProducer(configuration, log: log)
        let failure: PortError?
        do throws(PortError) {
            try producer.produce(
                ProducerRecord(
                    topic: SyncTopic.name, partition: SyncTopic.partition(of: subject, partitions: count),
                    key: Array(OperatorHold.key(of: subject).utf8), value: Array(word.record.utf8)))
            try await producer.flush(within: Self.deadline)
            let deliveries = producer.deliveries
            failure =
                deliveries.delivered == 1
                ? nil
                : PortError(
                    .failed, operation: "Produce",
                    detail: deliveries.failure ?? "the record was not accepted by \(SyncTopic.name)")
        } catch {
            failure = error
        }
        await producer.close()
        if let failure { throw failure }
    }
}
