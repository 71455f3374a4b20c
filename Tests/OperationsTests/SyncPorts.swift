import Domain
import Operations
import Synchronization

/// One side's groups, offsets and refusals, as a test sets them; every call is written down in order.
final class SyncSide: GroupStateReading, GroupOffsetReading, GroupOffsetWriting, OffsetReading {
    struct State: Sendable {
        var states: [String: GroupState] = [:]
        var listingFailures: [PortError] = []
        var offsets: [String: [TopicPartition: CommittedOffset]] = [:]
        /// What OffsetFetch answers once: it was on its way while the group committed.
        var early: [String: [TopicPartition: CommittedOffset]] = [:]
        var ranges: [TopicPartition: OffsetRange] = [:]
        /// Error codes of the next commit, by partition; missing: accepted.
        var codes: [TopicPartition: Int32] = [:]
    }

    let name: String
    let calls: SyncCalls
    private let state = Mutex(State())

    init(_ name: String, _ calls: SyncCalls) {
        self.name = name
        self.calls = calls
    }

    func change(_ body: @Sendable (inout sending State) -> Void) { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }

    func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        calls.note("\(name) ListGroups")
        let now = now
        return Partial(now.states.mapValues { ListedGroup($0) }, failures: now.listingFailures)
    }

    func offsets(
        of group: String, for partitions: [TopicPartition]?
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        calls.note("\(name) OffsetFetch \(group)")
        let found = now.early[group] ?? now.offsets[group] ?? [:]
        change { $0.early[group] = nil }
        return found.filter { partitions?.contains($0.key) ?? true }
    }

    func commit(
        _ offsets: [TopicPartition: CommittedOffset], for group: String
    ) async throws(PortError) -> [TopicPartition: Int32] {
        calls.note("\(name) OffsetCommit \(group)")
        let codes = now.codes
        change { state in
            for (partition, offset) in offsets where codes[partition, default: 0] == 0 {
                state.offsets[group, default: [:]][partition] = offset
            }
        }
        return offsets.mapValues { _ in 0 }.merging(codes.filter { offsets[$0.key] != nil }) { $1 }
    }

    func ranges(of topics: [Topic]) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        calls.note("\(name) ListOffsets")
        return Partial(now.ranges)
    }
}

final class SyncCalls: Sendable {
    private let names = Mutex<[String]>([])

    func note(_ name: String) { names.withLock { $0.append(name) } }

    /// What was called since the last look.
    func taken() -> [String] {
        names.withLock { names in
            defer { names = [] }
            return names
        }
    }
}
