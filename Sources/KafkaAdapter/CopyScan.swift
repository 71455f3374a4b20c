package import Domain
package import Operations

/// Looks for a mirror's copies in partitions of the target, uncommitted ones included: step 2 of the start
/// procedure (mirroring.md, M4). Made for one start and closed after it.
package final class CopyScan: Sendable {
    private let reader: StretchReader

    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        reader = try StretchReader(configuration, group: "bascule-mirror-reads", log: log)
    }

    /// Every copy of `origin`'s records in a stretch of one partition, in order of target offsets.
    ///
    /// - Parameters:
    ///   - origin: judges the records of the target; a copy of the other side's is mirrored there.
    ///   - patience: how long nothing may arrive.
    /// - Throws: `.notFound` when the stretch is not in the log any more.
    package func copies(
        in partition: TopicPartition, from: Int64, to: Int64, origin: MirroredPartition, patience: Duration
    ) async throws(PortError) -> [MirroredCopy] {
        try await reader.records(of: partition, from: from, to: to, patience: patience) { record in
            guard let header = record.provenance, case .mirrored(let source) = origin.verdict(on: header) else {
                return nil
            }
            return MirroredCopy(source: source, target: record.offset)
        }.values
    }

    package func close() async { await reader.close() }
}
