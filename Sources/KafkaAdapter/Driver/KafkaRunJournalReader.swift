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

    /// The approvals of a run that somebody has sent here, genuine or not.
    package func approvals(of run: String) async throws(PortError) -> [RunApproval] {
        try await read { (tail, remaining) throws(KafkaError) in try await tail.approvals(remaining: remaining) }[run]
            ?? []
    }

    /// Every run's records; none where the topic is not there yet.
    func all() async throws(PortError) -> [String: [RunRecord]] {
        try await read { (tail, remaining) throws(KafkaError) in try await tail.records(remaining: remaining) }
    }

    private func read<Value: Sendable>(
        _ body: (JournalTopicTail, @escaping @Sendable () -> Duration) async throws(KafkaError) -> [String: Value]
    ) async throws(PortError) -> [String: Value] {
        do throws(KafkaError) {
            let answer = try await cluster.metadata(ofTopic: DriverNames.topic)
            if let error = answer.topicErrors[DriverNames.topic] {
                if error.kind == .notFound { return [:] }
                throw error
            }
            guard answer.metadata.topics.contains(where: { $0.name == DriverNames.topic }) else { return [:] }
            let elapsed = cluster.startStopwatch()
            return try await body(tail) { Self.deadline - elapsed() }
        } catch {
            throw KafkaFailureReport(faults: tail.handle.faults, configuration: cluster.configuration).portError(
                error, subject: "topic \(DriverNames.topic)", access: .readTopic(DriverNames.topic))
        }
    }
}
