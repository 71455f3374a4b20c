package import Domain
package import Operations

/// One cluster's records by their timestamps.
package final class TimestampReader: TimestampReading {
    /// What consumers are given.
    private let committed: StretchReaderOnDemand
    /// Everything that stands in the log.
    private let uncommitted: StretchReaderOnDemand

    private static let patience = Duration.seconds(2)
    private static let group = "bascule-reads-timestamps"

    package init(_ cluster: KafkaCluster) {
        committed = StretchReaderOnDemand(cluster, group: Self.group, readsUncommitted: false)
        uncommitted = StretchReaderOnDemand(cluster, group: Self.group)
    }

    package func firstTimestamp(
        of partition: TopicPartition, from: Offset, below: Offset
    ) async throws(PortError) -> WallTime? {
        let found = try await committed.reader().records(
            of: partition, from: from.rawValue, to: below.rawValue, atLeast: 1, patience: Self.patience
        ) { record in record.timestamp ?? -1 }
        guard let first = found.values.first else { return nil }
        guard first >= 0 else {
            throw PortError(.unsupported, operation: "Fetch", detail: "\(partition): records without timestamps")
        }
        return WallTime(milliseconds: first)
    }

    package func firstOffset(
        of partition: TopicPartition, atOrAfter timestamp: WallTime
    ) async throws(PortError) -> Offset? {
        try await uncommitted.reader().firstOffset(
            of: partition, atOrAfter: timestamp.milliseconds, timeout: Self.patience
        ).map { Offset($0) }
    }

    package func logStart(of partition: TopicPartition) async throws(PortError) -> Offset {
        let start = try await uncommitted.reader().firstOffset(
            of: partition, atOrAfter: ListOffsetsRound.earliest, timeout: Self.patience)
        guard let start else {
            throw PortError(.failed, operation: "ListOffsets", detail: "\(partition): its start was not told")
        }
        return Offset(start)
    }

    package func close() async {
        await committed.close()
        await uncommitted.close()
    }
}
