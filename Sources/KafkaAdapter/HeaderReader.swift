package import Domain
package import Operations
internal import Synchronization

/// One cluster's records as the search by headers looks at them.
package final class HeaderReader: HeaderReading {
    private let cluster: KafkaCluster
    private let origin: @Sendable (String, TopicPartition) -> MirroredPartition?
    private let reader: StretchReaderOnDemand
    private let knownID = Mutex<String?>(nil)

    private static let patience = Duration.seconds(5)

    /// - Parameter origin: what judges the records of a partition, by the id of the cluster; `nil`: nothing can.
    package init(
        _ cluster: KafkaCluster, origin: @escaping @Sendable (String, TopicPartition) -> MirroredPartition?
    ) {
        self.cluster = cluster
        self.origin = origin
        reader = StretchReaderOnDemand(cluster, group: "bascule-reads-headers")
    }

    package func slice(
        of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
    ) async throws(PortError) -> HeaderSearch.Slice {
        let id = try await clusterID()
        guard let origin = origin(id, partition) else {
            throw PortError(.unsupported, operation: "headers", detail: "\(partition): nothing marks its copies")
        }
        let (records, examinedTo) = try await reader.reader().records(
            of: partition, from: from.rawValue, to: below.rawValue, atLeast: atLeast, patience: Self.patience
        ) { record in
            let seen: SeenRecord.Origin =
                switch origin.verdict(on: record.provenance) {
                case .local: .local
                case .mirrored(let source): .copy(source: Offset(source))
                case .unknownVersion: .unknownVersion
                }
            return SeenRecord(offset: Offset(record.offset), origin: seen)
        }
        return HeaderSearch.Slice(records: records, examinedTo: Offset(examinedTo))
    }

    package func close() async { await reader.close() }

    private func clusterID() async throws(PortError) -> String {
        if let known = knownID.withLock({ $0 }) { return known }
        let id = try await cluster.metadata().clusterID
        knownID.withLock { $0 = id }
        return id
    }
}
