internal import Domain

/// Time as the sandbox has it: since the world was made, and pauses.
package struct WorldClock: Sendable {
    package let uptime: @Sendable () -> Duration
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(_ clock: some Clock<Duration>) {
        uptime = clock.startStopwatch()
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }

    /// Looks again and again until a condition holds or the time is over.
    ///
    /// - Returns: whether it came to hold.
    @discardableResult
    package func wait(
        atMost limit: Duration, every pause: Duration = .milliseconds(50), until condition: () async -> Bool
    ) async -> Bool {
        let deadline = uptime() + limit
        while !Task.isCancelled {
            if await condition() { return true }
            if uptime() >= deadline { return false }
            do { try await sleep(pause) } catch { return false }
        }
        return false
    }
}
