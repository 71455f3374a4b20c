internal import Synchronization

/// One admin request that waits for its reply event.
///
/// librdkafka carries it as the request's opaque pointer. It holds the waiting continuation and never the
/// handle, so the last reference to a handle cannot die on librdkafka's own thread.
final class PendingReply: Sendable {
    /// Decodes the event into Swift values and resumes the waiter. Runs on librdkafka's background thread.
    let resolve: @Sendable (_ event: OpaquePointer) -> Void

    init(resolve: @escaping @Sendable (_ event: OpaquePointer) -> Void) {
        self.resolve = resolve
    }
}

/// A continuation that is resumed once, by whichever of reply and cancellation comes first.
final class ReplyWaiter<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Result<Value, KafkaError>, Never>)
        case done(Result<Value, KafkaError>?)
    }

    private let state = Mutex(State.idle)

    /// Starts to wait. False when the outcome was there before, and the continuation has been resumed with it.
    func wait(_ continuation: CheckedContinuation<Result<Value, KafkaError>, Never>) -> Bool {
        let early: Result<Value, KafkaError>? = state.withLock { state in
            switch state {
            case .idle:
                state = .waiting(continuation)
                return nil
            case .done(let result):
                state = .done(nil)
                return result
            case .waiting:
                return nil
            }
        }
        guard let early else { return true }
        continuation.resume(returning: early)
        return false
    }

    /// Resumes the waiter with `error` unless something else has by then.
    func giveUp(after timeout: Duration, with error: KafkaError) {
        BlockingLane.timers.start(after: timeout) { [weak self] in self?.resume(.failure(error)) }
    }

    /// Resumes the waiter. What comes after the first outcome is dropped.
    func resume(_ result: Result<Value, KafkaError>) {
        let waiting: CheckedContinuation<Result<Value, KafkaError>, Never>? = state.withLock { state in
            switch state {
            case .idle:
                state = .done(result)
                return nil
            case .waiting(let continuation):
                state = .done(nil)
                return continuation
            case .done:
                return nil
            }
        }
        waiting?.resume(returning: result)
    }
}
