package import Domain
package import Operations
internal import Synchronization

/// One cluster's records as the search by headers looks at them. Its handle is made with the first read.
package final class HeaderReader: HeaderReading {
    private struct State: Sendable {
        var reader: StretchReader?
        var clusterID: String?
        var isClosed = false
    }

    private let cluster: KafkaCluster
    private let origin: @Sendable (String, TopicPartition) -> MirroredPartition?
    private let state = Mutex(State())

    private static let patience = Duration.seconds(5)

    /// - Parameter origin: what judges the records of a partition, by the id of the cluster; `nil`: nothing can.
    package init(
        _ cluster: KafkaCluster, origin: @escaping @Sendable (String, TopicPartition) -> MirroredPartition?
    ) {
        self.cluster = cluster
        self.origin = origin
    }

    package func slice(
        of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
    ) async throws(PortError) -> HeaderSearch.Slice {
        let id = try await clusterID()
        guard let origin = origin(id, partition) else {
            throw PortError(.unsupported, operation: "headers", detail: "\(partition): nothing marks its copies")
        }
        let (records, examinedTo) = try await reader().records(
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

    package func close() async {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        await reader?.close()
    }

    private func clusterID() async throws(PortError) -> String {
        if let known = state.withLock({ $0.clusterID }) { return known }
        let id = try await cluster.metadata().clusterID
        state.withLock { $0.clusterID = id }
        return id
    }

    private func reader() throws(PortError) -> StretchReader {
        let made: Result<StretchReader, PortError> = state.withLock { state in
            if let reader = state.reader { return .success(reader) }
            guard !state.isClosed else {
                return .failure(PortError(.cancelled, operation: "Fetch", detail: "the reader is closed"))
            }
            do throws(PortError) {
                let reader = try StretchReader(
                    cluster.configuration, group: "bascule-reads-headers", log: cluster.log)
                state.reader = reader
                return .success(reader)
            } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }
}
