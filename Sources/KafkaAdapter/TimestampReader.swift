package import Domain
package import Operations
internal import Synchronization

/// One cluster's records by their timestamps. Its handles are made when they are needed first.
package final class TimestampReader: TimestampReading {
    private struct State: Sendable {
        /// What consumers are given.
        var committed: StretchReader?
        /// Everything that stands in the log.
        var uncommitted: StretchReader?
        var isClosed = false
    }

    private let cluster: KafkaCluster
    private let state = Mutex(State())

    private static let patience = Duration.seconds(2)

    package init(_ cluster: KafkaCluster) {
        self.cluster = cluster
    }

    package func firstTimestamp(
        of partition: TopicPartition, from: Offset, below: Offset
    ) async throws(PortError) -> WallTime? {
        let found = try await reader(\.committed, readsUncommitted: false).records(
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
        try await reader(\.uncommitted, readsUncommitted: true).firstOffset(
            of: partition, atOrAfter: timestamp.milliseconds, timeout: Self.patience
        ).map { Offset($0) }
    }

    package func logStart(of partition: TopicPartition) async throws(PortError) -> Offset {
        let start = try await reader(\.uncommitted, readsUncommitted: true).firstOffset(
            of: partition, atOrAfter: ListOffsetsRound.earliest, timeout: Self.patience)
        guard let start else {
            throw PortError(.failed, operation: "ListOffsets", detail: "\(partition): its start was not told")
        }
        return Offset(start)
    }

    package func close() async {
        let readers = state.withLock { state in
            state.isClosed = true
            return [state.committed.take(), state.uncommitted.take()]
        }
        for reader in readers { await reader?.close() }
    }

    private func reader(
        _ place: WritableKeyPath<State, StretchReader?>, readsUncommitted: Bool
    ) throws(PortError) -> StretchReader {
        let made: Result<StretchReader, PortError> = state.withLock { state in
            if let reader = state[keyPath: place] { return .success(reader) }
            guard !state.isClosed else {
                return .failure(PortError(.cancelled, operation: "Fetch", detail: "the reader is closed"))
            }
            do throws(PortError) {
                let reader = try StretchReader(
                    cluster.configuration, group: "bascule-reads-timestamps", readsUncommitted: readsUncommitted,
                    log: cluster.log)
                state[keyPath: place] = reader
                return .success(reader)
            } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }
}
