import Domain
import Operations
import TestSupport
import Testing

@Suite struct `The collector's parts` {
    @Test func `waits double up to thirty seconds and start anew after an answer`() {
        var backoff = Backoff()
        let waits = (0..<6).map { _ in backoff.failed(interval: .seconds(1), jitter: 0) }
        #expect(waits == [2, 4, 8, 16, 30, 30].map { Duration.seconds($0) })
        backoff.succeeded()
        #expect(backoff.failed(interval: .seconds(1), jitter: 0) == .seconds(2))
    }

    @Test func `chance takes off at most half of a wait`() {
        for jitter in [-1.0, 0.0, 0.3, 1.0, 7.0] {
            var backoff = Backoff()
            let wait = backoff.failed(interval: .seconds(1), jitter: jitter)
            #expect(wait >= .seconds(1) && wait <= .seconds(2))
        }
    }

    @Test func `a long interval is not shortened by failing`() {
        var backoff = Backoff()
        #expect(backoff.failed(interval: .seconds(20), jitter: 0) == .seconds(30))
        #expect(backoff.failed(interval: .seconds(60), jitter: 0) == .seconds(30))
    }

    @Test func `a name passes when it is included and not excluded`() throws {
        let filter = try NameFilter(included: ["orders.*", "pay\\.eu"], excluded: [".*-internal", "orders9"])
        for name in ["orders", "orders1", "pay.eu"] { #expect(filter.accepts(name), "\(name)") }
        for name in ["order", "pay-eu", "orders-internal", "orders9", "xorders"] {
            #expect(!filter.accepts(name), "\(name)")
        }
    }

    @Test func `a pattern that is no regular expression is refused`() {
        #expect(throws: NamePatternError.self) { try NameFilter(included: ["orders("], excluded: []) }
    }
}
