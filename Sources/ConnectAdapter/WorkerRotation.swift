/// Which worker to ask next: the one that answered last, then the others in their order, and those that failed
/// only after a back-off that doubles from half a second to half a minute.
struct WorkerRotation: Hashable, Sendable {
    private var standings: [Standing]
    private var preferred = 0

    private struct Standing: Hashable {
        var failures = 0
        /// On the caller's clock.
        var notBefore = Duration.zero
    }

    static let shortestBackoff = Duration.milliseconds(500)
    static let longestBackoff = Duration.seconds(30)

    init(count: Int) {
        standings = Array(repeating: Standing(), count: count)
    }

    /// The workers to try now, best first: those that are not backing off or, when all are, the one whose
    /// back-off ends first. So one dead cluster costs one attempt a poll.
    func candidates(at now: Duration) -> [Int] {
        let ready = order.filter { isReady($0, at: now) }
        if !ready.isEmpty { return ready }
        return order.min { standings[$0].notBefore < standings[$1].notBefore }.map { [$0] } ?? []
    }

    /// All workers, best first and those backing off last: for a person's act, which is worth every attempt.
    func allCandidates(at now: Duration) -> [Int] {
        let ready = order.filter { isReady($0, at: now) }
        let waiting = order.filter { !isReady($0, at: now) }
        return ready + waiting.sorted { standings[$0].notBefore < standings[$1].notBefore }
    }

    /// Whether a worker is not backing off.
    func isReady(_ worker: Int, at now: Duration) -> Bool { standings[worker].notBefore <= now }

    /// From the one that answered last, round the ring.
    private var order: [Int] {
        standings.indices.map { (preferred + $0) % standings.count }
    }

    mutating func workerAnswered(_ worker: Int) {
        standings[worker] = Standing()
        preferred = worker
    }

    /// - Parameter jitter: in 0..<1; spreads the back-off over its upper half, so that several consoles do not
    ///   come back at the same moment.
    mutating func workerFailed(_ worker: Int, at now: Duration, jitter: Double) {
        let doublings = min(standings[worker].failures, 10)
        standings[worker].failures += 1
        let full = min(Self.shortestBackoff * (1 << doublings), Self.longestBackoff)
        standings[worker].notBefore = now + full * (0.5 + jitter / 2)
    }
}
