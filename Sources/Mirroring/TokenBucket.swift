/// A limit in bytes per second: what was spent above it has to be waited for.
struct TokenBucket {
    let rate: Int
    private var balance: Double
    private var filledAt: ContinuousClock.Instant

    init(rate: Int, now: ContinuousClock.Instant) {
        self.rate = rate
        balance = 0
        filledAt = now
    }

    /// Spends bytes; they may be owed.
    mutating func spend(_ bytes: Int) { balance -= Double(bytes) }

    /// Fills it for the time that has passed, to a quarter of a second's worth at most.
    mutating func fill(now: ContinuousClock.Instant) {
        let passed = filledAt.duration(to: now) / .seconds(1)
        filledAt = now
        balance = min(balance + passed * Double(rate), Double(rate) / 4)
    }

    var isInDebt: Bool { balance < 0 }
}
