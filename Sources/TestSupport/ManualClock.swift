package import Domain
import Synchronization

/// A clock that stands still until a test advances it, so that schedules and back-offs are tested without
/// waiting.
///
/// ``advance(by:)`` wakes sleepers in the order of their deadlines and lets what they wake run before the next
/// one; code that is woken may sleep again within the same advance.
package final class ManualClock: Clock, Sendable {
    package struct Instant: InstantProtocol {
        package let offset: Duration

        package init(offset: Duration) { self.offset = offset }

        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.offset < rhs.offset }
    }

    private struct Sleeper {
        let id: UInt64
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var nextID: UInt64 = 0
        var sleepers: [Sleeper] = []
        /// Sleeps that were cancelled before their continuation was stored.
        var cancelledEarly: Set<UInt64> = []
    }

    private let state = Mutex(State())
    /// What ``wallTime`` says when the clock has not been advanced yet.
    private let epoch: WallTime

    package init(epoch: WallTime = WallTime(milliseconds: 1_795_000_000_000)) {
        self.epoch = epoch
    }

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Civil time that moves with this clock.
    package var wallTime: WallTime { epoch.advanced(by: now.offset) }

    /// How many tasks sleep on this clock now; a test that ends with some has leaked them.
    package var pendingSleepers: Int { state.withLock { $0.sleepers.count } }

    /// The deadlines of the present sleepers, as time from now, shortest first.
    package var pendingDelays: [Duration] {
        state.withLock { state in state.sleepers.map { $0.deadline.offset - state.now.offset }.sorted() }
    }

    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let immediate: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelledEarly.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            let sleeper: Sleeper? = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelledEarly.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelledEarly.remove(id) }
    }

    /// Moves time on, waking every sleeper whose deadline comes by.
    package func advance(by duration: Duration) async {
        let target = now.advanced(by: duration)
        await letOthersRun()
        while let due = wakeNext(notAfter: target) {
            due.continuation.resume()
            await letOthersRun()
        }
        state.withLock { state in
            if state.now < target { state.now = target }
        }
        await letOthersRun()
    }

    private func wakeNext(notAfter target: Instant) -> Sleeper? {
        state.withLock { state in
            let due = state.sleepers.indices.min { state.sleepers[$0].deadline < state.sleepers[$1].deadline }
            guard let due, state.sleepers[due].deadline <= target else { return nil }
            let sleeper = state.sleepers.remove(at: due)
            if state.now < sleeper.deadline { state.now = sleeper.deadline }
            return sleeper
        }
    }

    /// Gives woken tasks a chance to reach their next suspension point.
    private func letOthersRun() async {
        for _ in 0..<20 { await Task.yield() }
    }
}
