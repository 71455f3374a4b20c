internal import Dispatch

/// A thread's worth of blocking librdkafka calls, one after the other, away from the cooperative pool.
///
/// Lanes of one cluster never run calls for another, and a lane per leader keeps an unreachable leader's
/// time-out from delaying the others.
package final class BlockingLane: Sendable {
    // A serial queue without a target sits on libdispatch's overcommitting root queue: a blocked lane takes no
    // thread from another, and an idle lane has none.
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: "bascule.kafka.\(label)")
    }

    /// Runs `job` after the jobs before it, and waits for it in any case.
    package func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: job()) }
        }
    }

    /// Where time-outs run out: jobs that do not block.
    static let timers = BlockingLane(label: "timers")

    /// Runs `job` once `delay` has gone by.
    func start(after delay: Duration, _ job: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(delay.librdkafkaMilliseconds)), execute: job)
    }

    /// Returns once `delay` has gone by.
    func pause(_ delay: Duration) async {
        await withCheckedContinuation { continuation in start(after: delay) { continuation.resume() } }
    }

    /// Runs `job` after the jobs before it, without waiting for it.
    func start(_ job: @escaping @Sendable () -> Void) {
        queue.async(execute: job)
    }

    /// Runs `job` after the jobs before it and blocks the calling thread until it has ended, at most so long; the job
    /// goes on in any case.
    @discardableResult
    func run(within deadline: Duration, _ job: @escaping @Sendable () -> Void) -> Bool {
        let ended = DispatchSemaphore(value: 0)
        queue.async {
            job()
            ended.signal()
        }
        return ended.wait(timeout: .now() + .milliseconds(Int(deadline.librdkafkaMilliseconds))) == .success
    }

    /// Like ``run(_:)``, for a job that can fail. A cancelled caller goes on at once; the job still ends by itself.
    func attempt<Value: Sendable>(
        _ operation: String, _ job: @escaping @Sendable () throws(KafkaError) -> Value
    ) async throws(KafkaError) -> Value {
        let waiter = ReplyWaiter<Value>()
        let result: Result<Value, KafkaError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard waiter.wait(continuation) else { return }
                queue.async {
                    do throws(KafkaError) {
                        waiter.resume(.success(try job()))
                    } catch {
                        waiter.resume(.failure(error))
                    }
                }
            }
        } onCancel: {
            waiter.resume(.failure(.cancelled(operation)))
        }
        return try result.get()
    }
}
