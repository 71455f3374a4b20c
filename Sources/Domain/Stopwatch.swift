extension Clock where Duration == Swift.Duration {
    /// Tells how much of this clock's time has passed since the call.
    package func startStopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
