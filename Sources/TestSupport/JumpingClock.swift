package import Domain
import Synchronization

/// A clock on which sleeping takes no time: it jumps to the deadline. For code that waits in one task only, which
/// then runs through at once.
package final class JumpingClock: Clock {
    package typealias Instant = ManualClock.Instant

    private let moment = Mutex(ManualClock.Instant(offset: .zero))
    private let epoch: WallTime
    private let observers = Mutex<[@Sendable (Duration) -> Void]>([])

    package init(epoch: WallTime) {
        self.epoch = epoch
    }

    package var now: ManualClock.Instant { moment.withLock { $0 } }
    package var minimumResolution: Duration { .nanoseconds(1) }
    /// Civil time that moves with this clock.
    package var wallTime: WallTime { epoch.advanced(by: now.offset) }

    package func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let slept = moment.withLock { moment in
            let left = moment.duration(to: deadline)
            if left > .zero { moment = deadline }
            return left
        }
        for observer in observers.withLock({ $0 }) { observer(slept) }
        await Task.yield()
    }

    /// Calls `observer` after each sleep, with its length.
    package func observe(_ observer: @escaping @Sendable (Duration) -> Void) {
        observers.withLock { $0.append(observer) }
    }
}
