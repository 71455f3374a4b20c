internal import Domain
internal import Operations
internal import Synchronization

/// What a daemon counts of itself.
final class SyncFigures: Sendable {
    struct Counts: Sendable {
        var refreshes: Int64 = 0
        var cycles: Int64 = 0
        var writes: Int64 = 0
        var errors: [String: Int64] = [:]
        var follows: PerIDC<Bool> = PerIDC { _ in false }
        /// From a commit, by the broker's clock, to the translated commit's acceptance.
        var latencyBuckets = [Int64](repeating: 0, count: SyncFigures.latencyBounds.count + 1)
        var latencySum = 0.0
        /// By live side.
        var refreshedAt: PerIDC<WallTime?> = PerIDC { _ in nil }
    }

    /// Seconds.
    static let latencyBounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]

    private struct State: Sendable {
        var counts = Counts()
        var distances: [String: OffsetDistances] = [:]
        /// The newest commit of a group that no write has followed yet.
        var waiting: [String: WallTime] = [:]
        /// When a group was last read whole.
        var readAt: [String: WallTime] = [:]
    }

    private let state = Mutex(State())

    var counts: Counts { state.withLock { $0.counts } }
    /// When the evidence of each direction was looked for last, by live side.
    var refreshedAt: PerIDC<WallTime?> { state.withLock { $0.counts.refreshedAt } }
    var hasEvidence: Bool { IDC.allCases.contains { refreshedAt[$0] != nil } }
    var distances: [String: OffsetDistances] { state.withLock { $0.distances } }
    var readAt: [String: WallTime] { state.withLock { $0.readAt } }

    func refreshed(live: IDC, at moment: WallTime) {
        state.withLock { state in
            state.counts.refreshes += 1
            state.counts.refreshedAt[live] = moment
        }
    }

    func failed(_ failures: [PortError]) {
        state.withLock { state in
            for failure in failures { state.counts.errors[failure.kind.rawValue, default: 0] += 1 }
        }
    }

    func follows(_ idc: IDC, _ does: Bool) { state.withLock { $0.counts.follows[idc] = does } }

    func took(_ statuses: [GroupSyncStatus], moved: [String: WallTime], at moment: WallTime) {
        state.withLock { state in
            for (group, at) in moved where state.waiting[group] == nil { state.waiting[group] = at }
            for status in statuses {
                state.counts.cycles += 1
                if let problem = status.problem {
                    state.counts.errors[problem.kind.rawValue, default: 0] += 1
                } else {
                    state.readAt[status.group] = moment
                }
                if let distance = status.offsetDistance {
                    state.distances[status.group, default: OffsetDistances()].append(distance, at: moment)
                }
                guard status.written > 0 else { continue }
                state.counts.writes += Int64(status.written)
                if let since = state.waiting.removeValue(forKey: status.group) {
                    let seconds = max(0, moment.since(since).inSeconds)
                    let bucket =
                        Self.latencyBounds.firstIndex { seconds <= $0 } ?? Self.latencyBounds.count
                    state.counts.latencyBuckets[bucket] += 1
                    state.counts.latencySum += seconds
                }
            }
        }
    }

    /// Forgets groups that are gone, or somebody else's now.
    func keep(_ groups: Set<String>) {
        state.withLock { state in
            state.distances = state.distances.filter { groups.contains($0.key) }
            state.waiting = state.waiting.filter { groups.contains($0.key) }
            state.readAt = state.readAt.filter { groups.contains($0.key) }
        }
    }
}
