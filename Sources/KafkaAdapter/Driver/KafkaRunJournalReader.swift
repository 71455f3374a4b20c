package import Domain
package import Operations

/// Reads the journals of runs from `bascule-journal` of one cluster. It holds nothing that could write.
package final class KafkaRunJournalReader: RunJournalReading {
    package let name: String
    private let cluster: KafkaCluster
    private let tail: JournalTopicTail

    /// A topic of many years of runs is read once, and this long at most at a time.
    private static let deadline = Duration.seconds(20)

    /// - Parameter name: what people call the side.
    /// - Throws: `.failed` when a setting is refused.
    package init(name: String, cluster: KafkaCluster) throws(PortError) {
        self.name = name
        self.cluster = cluster
        do throws(KafkaError) {
            tail = try JournalTopicTail(cluster.configuration, log: cluster.log)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    package func records(of run: String) async throws(PortError) -> [RunRecord] {
        try await all()[run] ?? []
    }

    package func runs() async throws(PortError) -> [String] {
        // A run's name begins with its beginning.
        try await all().keys.sorted()
    }

    /// Ends the reader's threads.
    package func close() async { await tail.handle.close() }

    /// Every run's records; none where the topic is not there yet.
    func all() async throws(PortError) -> [String: [RunRecord]] {
        do throws(KafkaError) {
            let answer = try await cluster.metadata(ofTopic: DriverNames.topic)
            if let error = answer.topicErrors[DriverNames.topic] {
                if error.kind == .notFound { return [:] }
                throw error
            }
            guard answer.metadata.topics.contains(where: { $0.name == DriverNames.topic }) else { return [:] }
            let elapsed = cluster.startStopwatch()
            return try await tail.records { Self.deadline - elapsed() }
        } catch {
            throw KafkaFailureReport(faults: tail.handle.faults, configuration: cluster.configuration).portError(
                error, subject: "topic \(DriverNames.topic)", access: .readTopic(DriverNames.topic))
        }
    }
}
