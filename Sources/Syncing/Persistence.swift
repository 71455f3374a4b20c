internal import Domain
internal import Operations

/// Does again what has failed, later each time: for what shall go on for as long as a daemon runs.
struct Persistence<C: Clock>: Sendable where C.Duration == Duration {
    let clock: C
    /// What went on for so long had succeeded: the next pause is the first again.
    let settledAfter: Duration
    var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }

    static var firstPause: Duration { .milliseconds(500) }

    /// Returns when it is cancelled, or when there is nothing left to do.
    ///
    /// - Parameters:
    ///   - attempt: goes on for as long as it can; `nil`: it has ended in order.
    ///   - failed: told each failure, and how long the pause after it is.
    func keep(
        _ attempt: () async -> PortError?, failed: (_ failure: PortError, _ pause: Duration) -> Void
    ) async {
        var backoff = Backoff()
        while !Task.isCancelled {
            let began = clock.now
            guard let failure = await attempt(), !Task.isCancelled else { return }
            if began.duration(to: clock.now) >= settledAfter { backoff.succeeded() }
            let pause = backoff.failed(interval: Self.firstPause, jitter: jitter())
            failed(failure, pause)
            try? await clock.sleep(for: pause)
        }
    }
}
