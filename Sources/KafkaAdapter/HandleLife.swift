internal import Synchronization

/// One `rd_kafka_t` of a ``KafkaHandle``, from its making until nothing uses it any more.
final class HandleLife: Sendable {
    let pointers: HandlePointers
    let uses = HandleUses()
    let coordinated = CoordinatedRequests()
    private let begun = ContinuousClock.now
    private let isMisled = Mutex(false)

    init(_ pointers: HandlePointers) {
        self.pointers = pointers
    }

    /// A coordinator that it remembers is none any more.
    func misled() { isMisled.withLock { $0 = true } }

    /// Whether another one shall take its place: its requests wait for a coordinator for too long, or it asks one that
    /// is none any more, and has done so for longer than a coordinator takes to move.
    func isOutlived(longestWait: Duration, longestDetour: Duration) -> Bool {
        if coordinated.oldest.map({ $0 >= longestWait }) ?? false { return true }
        return isMisled.withLock { $0 } && .now - begun >= longestDetour
    }
}

/// Who is using the pointers. Kept apart from them: a pending reply holds this, never the handle.
final class HandleUses: Sendable {
    private struct State {
        var count = 0
        var isClosing = false
        var whenIdle: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// False once the handle is closing.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isClosing else { return false }
            state.count += 1
            return true
        }
    }

    func end() {
        let whenIdle: (@Sendable () -> Void)? = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return nil }
            return state.whenIdle.take()
        }
        whenIdle?()
    }

    /// Refuses new uses and calls back, once, when the last one has ended.
    func close(_ whenIdle: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            state.isClosing = true
            if state.count > 0 { state.whenIdle = whenIdle }
            return state.count == 0
        }
        if isIdle { whenIdle() }
    }
}

/// Requests that librdkafka has not answered yet and holds for a coordinator, those that were given up included.
final class CoordinatedRequests: Sendable {
    private struct State {
        var next = 0
        var begun: [Int: ContinuousClock.Instant] = [:]
    }

    private let state = Mutex(State())

    func begin() -> Int {
        state.withLock { state in
            state.next += 1
            state.begun[state.next] = .now
            return state.next
        }
    }

    func end(_ request: Int) {
        _ = state.withLock { $0.begun.removeValue(forKey: request) }
    }

    /// The age of the oldest; `nil` while there is none.
    var oldest: Duration? {
        state.withLock { $0.begun.values.min() }.map { .now - $0 }
    }
}
