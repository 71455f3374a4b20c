import Glibc
import Synchronization

/// Asynchronous work beside the main thread. The program's tasks begin here and nowhere else.
enum Background {
    /// Starts `work` on the cooperative pool.
    nonisolated static func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task { await work() }
    }

    /// Runs `work` on the cooperative pool and blocks the calling thread until it returns.
    nonisolated static func run<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
        let answer = Answer<Value>()
        _ = start { answer.give(await work()) }
        while true {
            if let given = answer.wait(milliseconds: -1) { return given }
        }
    }

    /// Like ``run(_:)``, but gives up at the deadline: `nil` when `work` has not returned by then.
    nonisolated static func run<Value: Sendable>(
        within deadline: Duration, _ work: @escaping @Sendable () async -> Value
    ) -> Value? {
        let answer = Answer<Value>()
        _ = start { answer.give(await work()) }
        let end = ContinuousClock.now + deadline
        while true {
            let left = ContinuousClock.now.duration(to: end)
            if let given = answer.wait(milliseconds: max(0, Int32(left / .milliseconds(1)))) { return given }
            if left <= .zero { return nil }
        }
    }

    /// A value that one thread waits for and a task gives.
    private final class Answer<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)
        private let ends: (reading: Int32, writing: Int32)

        init() {
            var ends: [Int32] = [-1, -1]
            precondition(pipe(&ends) == 0, "no file descriptors are left for a pipe")
            self.ends = (ends[0], ends[1])
        }

        deinit {
            close(ends.reading)
            close(ends.writing)
        }

        func give(_ given: Value) {
            value.withLock { $0 = given }
            _ = write(ends.writing, [1], 1)
        }

        /// Waits once for at most so long, -1 for ever; a signal may end the wait early.
        func wait(milliseconds: Int32) -> Value? {
            var waiting = pollfd(fd: ends.reading, events: Int16(POLLIN), revents: 0)
            _ = poll(&waiting, 1, milliseconds)
            return value.withLock { $0 }
        }
    }
}
