import Synchronization

/// Wakes one waiting task. A ring while nobody waits is kept for the next wait.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var isCancelled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.hasRung = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Whether it rang since the last wait; takes the ring.
    func takeRing() -> Bool {
        state.withLock { state in
            defer { state.hasRung = false }
            return state.hasRung
        }
    }

    /// Returns when the bell rings, or when the task is cancelled. One task at a time may wait.
    func wait() async {
        state.withLock { $0.isCancelled = false }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isImmediate = state.withLock { state in
                    if state.hasRung || state.isCancelled || Task.isCancelled {
                        state.hasRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isImmediate { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiter
                state.waiter = nil
                state.isCancelled = waiter == nil
                return waiter
            }
            waiter?.resume()
        }
    }
}
