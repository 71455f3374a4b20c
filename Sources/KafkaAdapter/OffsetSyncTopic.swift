package import Domain
package import Operations

/// Reads what MirrorMaker 2 writes into `mm2-offset-syncs.<alias>.internal` about the mirrors of one direction.
///
/// With `offset-syncs.topic.location=source`, the default, it stands on the side that is mirrored from, under the
/// alias of the side that is mirrored to.
package actor OffsetSyncTopic: OffsetSyncReading {
    private let cluster: KafkaCluster
    private let names: Set<String>
    private var tail: KeyedTopicTail?
    private var isClosed = false

    /// - Parameters:
    ///   - cluster: the side that is mirrored from.
    ///   - aliases: of the side that is mirrored to, in every spelling.
    package init(cluster: KafkaCluster, aliases: Set<String>) {
        self.cluster = cluster
        names = Set(aliases.map { "mm2-offset-syncs.\($0).internal" })
    }

    /// Nothing while there is no such topic. Records that make no sense are passed over: they prove nothing.
    package func newSyncs() async throws(PortError) -> [OffsetSync] {
        guard let tail = try await started() else { return [] }
        var syncs: [OffsetSync] = []
        while true {
            let entries: [KeyedTopicTail.Entry]
            do throws(PortError) {
                entries = try await tail.next(wait: .milliseconds(10))
            } catch {
                // They are told once; a lasting failure comes again.
                if !syncs.isEmpty { return syncs }
                throw error
            }
            for entry in entries {
                guard let value = entry.value else { continue }
                if let sync = try? OffsetSync(key: entry.keyBytes, value: value) { syncs.append(sync) }
            }
            if entries.isEmpty { return syncs }
        }
    }

    package func close() async {
        isClosed = true
        await tail?.close()
        tail = nil
    }

    private func started() async throws(PortError) -> KeyedTopicTail? {
        if let tail { return tail }
        let partitions = try await cluster.metadata().topics.filter { names.contains($0.name) }.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.name, $0.number) }
        }
        guard !partitions.isEmpty, !isClosed, tail == nil else { return tail }
        let new = try KeyedTopicTail(cluster.configuration, fetchWait: .milliseconds(500), log: cluster.log)
        try new.start(partitions)
        tail = new
        return new
    }
}
