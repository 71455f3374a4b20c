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
        return answer.wait()
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

        func wait() -> Value {
            while true {
                if let given = value.withLock({ $0 }) { return given }
                var byte: UInt8 = 0
                _ = read(ends.reading, &byte, 1)
            }
        }
    }
}
