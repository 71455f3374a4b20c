import Domain
import Operations
internal import Synchronization

/// A ``StretchReader`` whose handle is made with the first read: who never reads has no connection for it.
final class StretchReaderOnDemand: Sendable {
    private struct State: Sendable {
        var reader: StretchReader?
        var isClosed = false
    }

    private let cluster: KafkaCluster
    private let group: String
    private let readsUncommitted: Bool
    private let state = Mutex(State())

    init(_ cluster: KafkaCluster, group: String, readsUncommitted: Bool = true) {
        self.cluster = cluster
        self.group = group
        self.readsUncommitted = readsUncommitted
    }

    func reader() throws(PortError) -> StretchReader {
        let made: Result<StretchReader, PortError> = state.withLock { state in
            if let reader = state.reader { return .success(reader) }
            guard !state.isClosed else {
                return .failure(PortError(.cancelled, operation: "Fetch", detail: "the reader is closed"))
            }
            do throws(PortError) {
                let reader = try StretchReader(
                    cluster.configuration, group: group, readsUncommitted: readsUncommitted, log: cluster.log)
                state.reader = reader
                return .success(reader)
            } catch {
                return .failure(error)
            }
        }
        return try made.get()
    }

    func close() async {
        let reader = state.withLock { state in
            state.isClosed = true
            return state.reader.take()
        }
        await reader?.close()
    }
}
