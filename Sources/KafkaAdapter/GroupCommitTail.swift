package import Domain
package import Operations

/// Tells which groups have committed, by following `__consumer_offsets` from its end: so that thousands of quiet
/// groups need not be asked. Needs READ on that topic.
package actor GroupCommitTail {
    private let cluster: KafkaCluster
    private var tail: KeyedTopicTail?
    /// What of the last records could not be read.
    private var unread: PortError?
    private var isClosed = false

    package init(cluster: KafkaCluster) {
        self.cluster = cluster
    }

    /// The groups with commits that Bascule has not written, or with commits that were deleted, since the last call,
    /// each with the moment of its newest one by the broker's clock; waits for some at most so long. The first call
    /// begins at the end and tells nothing.
    ///
    /// - Throws: `.unsupported` for records of a version that is not known, once those that came with them have been told:
    ///   then only asking tells who moved.
    package func moved(wait: Duration) async throws(PortError) -> [String: WallTime] {
        if let unread {
            self.unread = nil
            throw unread
        }
        guard let tail = try await started() else { return [:] }
        let entries = try await tail.next(wait: wait)
        var moved: [String: WallTime] = [:]
        for entry in entries {
            do throws(RecordFormatError) {
                switch try OffsetCommitRecord(key: entry.keyBytes, value: entry.value) {
                case .committed(let key, let value):
                    if OwnershipTag(metadata: value.committed.metadata) == nil {
                        moved[key.group] = max(value.committedAt, moved[key.group] ?? value.committedAt)
                    }
                case .deleted(let key):
                    let moment = WallTime(milliseconds: entry.timestamp ?? 0)
                    moved[key.group] = max(moment, moved[key.group] ?? moment)
                case .notAnOffset: break
                }
            } catch {
                unread = PortError(
                    .unsupported, operation: "Fetch", detail: "\(KafkaCluster.groupOffsetsTopic): \(error)")
            }
        }
        return moved
    }

    /// Whether every commit from now on will be told: where the log ends is known, on every partition.
    package var isFollowing: Bool { tail?.isReadToEnd ?? false }

    package func close() async {
        isClosed = true
        await tail?.close()
        tail = nil
    }

    private func started() async throws(PortError) -> KeyedTopicTail? {
        if let tail { return tail }
        // Internal, and made with the first group.
        let topic: Topic?
        do throws(KafkaError) {
            topic = try await cluster.metadata(ofTopic: KafkaCluster.groupOffsetsTopic).metadata.topics.first {
                $0.name == KafkaCluster.groupOffsetsTopic
            }
        } catch {
            throw cluster.report.portError(error, subject: KafkaCluster.groupOffsetsTopic)
        }
        guard let topic, !isClosed, tail == nil else { return tail }
        let new = try KeyedTopicTail(
            cluster.configuration, fetchWait: .milliseconds(100), queuedKilobytes: 16_384, log: cluster.log)
        try new.start(topic.partitions.map { TopicPartition(topic.name, $0.number) }, atEnd: true)
        tail = new
        return new
    }
}
