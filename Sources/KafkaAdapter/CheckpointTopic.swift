package import Domain
package import Operations

/// What MirrorMaker 2's checkpoint connectors have written on one side.
package enum CheckpointTopic {
    /// Every checkpoint that the topics `<alias>.checkpoints.internal` still hold, by group and partition: the offsets
    /// on this side that MirrorMaker 2's group sync may have committed.
    ///
    /// - Parameter aliases: of the other side, in every spelling.
    package static func downstreamOffsets(
        on cluster: KafkaCluster, aliases: Set<String>
    ) async throws(PortError) -> [String: [TopicPartition: Set<Offset>]] {
        let names = Set(aliases.map { "\($0).checkpoints.internal" })
        let partitions = try await cluster.metadata().topics.filter { names.contains($0.name) }.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.name, $0.number) }
        }
        guard !partitions.isEmpty else { return [:] }
        let tail = try KeyedTopicTail(cluster.configuration, fetchWait: .milliseconds(100), log: cluster.log)
        var found: [String: [TopicPartition: Set<Offset>]] = [:]
        var failure: PortError?
        do throws(PortError) {
            try tail.start(partitions)
            let elapsed = cluster.startStopwatch()
            while !tail.isReadToEnd {
                for entry in try await tail.next(wait: .milliseconds(50)) {
                    guard let value = entry.value,
                        let checkpoint = try? Checkpoint(key: entry.keyBytes, value: value)
                    else { continue }
                    found[checkpoint.group, default: [:]][checkpoint.topicPartition, default: []].insert(
                        checkpoint.downstreamOffset)
                }
                guard elapsed() < .seconds(30), !Task.isCancelled else {
                    throw PortError(
                        .timedOut, operation: "Fetch",
                        detail: "\(names.sorted().joined(separator: ", ")): not read to the end")
                }
            }
        } catch {
            failure = error
        }
        await tail.close()
        if let failure { throw failure }
        return found
    }
}
