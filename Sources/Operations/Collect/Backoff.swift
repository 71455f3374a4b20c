/// Ever longer waits after failures: the interval doubled with each failure, at most thirty seconds, of which
/// up to half is left off by chance so that many consoles do not ask at once.
package struct Backoff: Hashable, Sendable {
    package static let longest: Duration = .seconds(30)

    package private(set) var failures = 0

    package init() {}

    package mutating func succeeded() { failures = 0 }

    /// - Parameters:
    ///   - interval: the wait after an answer.
    ///   - jitter: in 0...1, by chance.
    /// - Returns: how long to wait before asking again; never shorter than half the interval.
    package mutating func failed(interval: Duration, jitter: Double) -> Duration {
        failures += 1
        let doubled = interval * (1 << min(failures, 10))
        let full = max(min(doubled, Backoff.longest), min(interval, Backoff.longest))
        return full * (1 - min(max(jitter, 0), 1) / 2)
    }
}
