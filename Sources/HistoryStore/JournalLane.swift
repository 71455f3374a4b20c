import Dispatch
import Operations

/// A serial queue on which blocking calls of one file run, as an executor of actors.
final class JournalLane: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    var unownedExecutor: UnownedSerialExecutor { asUnownedSerialExecutor() }

    /// Runs `body` on the queue and waits for it without blocking the caller's thread.
    func run<Value>(
        _ body: @escaping @Sendable () throws(PortError) -> sending Value
    ) async throws(PortError) -> sending Value {
        let result: Result<Value, PortError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(PortError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
