package import Domain
package import Operations

/// Reads how far MirrorMaker 2's source connectors are, from the offset topic of the Connect worker that runs
/// them (`offset.storage.topic`), on the worker's own cluster.
///
/// The topic is the given one, or else found: a compacted topic with "connect" and "offset" in its name, the
/// first that holds keys of Connect's. Keys of other connectors are passed over.
package actor MirrorOffsetTopicReader: MirrorPositionReading {
    private let cluster: KafkaCluster
    private let givenTopic: String?
    /// The topic that is followed, or those of which one may be it.
    private var tails: [OffsetTopicTail] = []
    private var isSettled: Bool
    private var isClosed = false

    /// A first reading of a long topic may take longer; it goes on with the next call.
    private static let deadline: Duration = .seconds(10)
    private static let candidateLimit = 4

    /// - Parameter topic: `nil`: to be found.
    package init(cluster: KafkaCluster, topic: String? = nil) {
        self.cluster = cluster
        givenTopic = topic
        isSettled = topic != nil
    }

    /// - Throws: `.notFound` when there is no such topic; `.timedOut` when its end was not reached yet.
    package func positions() async throws(PortError) -> [String: [TopicPartition: Offset]] {
        let elapsed = cluster.startStopwatch()
        let deadline = Self.deadline
        for topic in try await topics() {
            let tail = try tail(of: topic)
            let contents: OffsetTopicTail.Contents
            do throws(KafkaError) {
                contents = try await tail.contents(partitions: partitions(of: topic)) { deadline - elapsed() }
            } catch {
                throw KafkaFailureReport(faults: tail.handle.faults, configuration: cluster.configuration)
                    .portError(error, subject: "offset topic \(topic)", access: .readTopic(topic))
            }
            if isSettled { return contents.positions }
            if contents.hasConnectKeys {
                await settle(on: tail)
                return contents.positions
            }
        }
        // Candidates without a key: no source connector has committed anything yet.
        return [:]
    }

    /// Ends the reader's threads.
    package func close() async {
        isClosed = true
        let open = tails
        tails = []
        for tail in open { await tail.handle.close() }
    }

    private func topics() async throws(PortError) -> [String] {
        if let givenTopic { return [givenTopic] }
        if isSettled { return tails.map(\.topic) }
        let names = try await cluster.metadata().topics.map(\.name).filter { name in
            let lowered = name.lowercased()
            return lowered.contains("connect") && lowered.contains("offset")
        }
        let settings = names.isEmpty ? nil : try? await cluster.settings(of: names)
        let candidates = names.filter { name in
            // Not readable: the name must do.
            settings?.value[name].map { $0.cleanupPolicy.contains("compact") } ?? true
        }
        guard !candidates.isEmpty else {
            throw PortError(
                .notFound, operation: "Metadata",
                detail: "no offset topic of Kafka Connect on \(cluster.configuration.bootstrap); name it with "
                    + "connect.offsetTopic if it is called otherwise")
        }
        return Array(candidates.prefix(Self.candidateLimit))
    }

    private func partitions(of topic: String) async throws(KafkaError) -> [Int32] {
        let answer = try await cluster.metadata(ofTopic: topic)
        if let found = answer.metadata.topics.first(where: { $0.name == topic }) {
            return found.partitions.map(\.number)
        }
        throw answer.topicErrors[topic] ?? KafkaError.unknownTopic
    }

    private func tail(of topic: String) throws(PortError) -> OffsetTopicTail {
        if let tail = tails.first(where: { $0.topic == topic }) { return tail }
        guard !isClosed else { throw cluster.report.portError(.closed("Fetch")) }
        do throws(KafkaError) {
            let tail = try OffsetTopicTail(topic: topic, configuration: cluster.configuration, log: cluster.log)
            tails.append(tail)
            return tail
        } catch {
            throw cluster.report.portError(error)
        }
    }

    private func settle(on tail: OffsetTopicTail) async {
        guard !isSettled else { return }
        isSettled = true
        let others = tails.filter { $0 !== tail }
        tails = [tail]
        for other in others { await other.handle.close() }
    }
}
