import Domain
import Front
import Operations
import Synchronization

/// The person at the console, as a run asks them. A question waits until it is answered on the screen.
final class ConsoleDriver: DriverAsking {
    private struct Waiting {
        let run: String
        let prompt: DriverPrompt
        let answer: CheckedContinuation<DriverAnswer?, Never>
    }

    private struct State {
        var waiting: Waiting?
        /// The session ends: nobody will answer any more.
        var hasLeft = false
    }

    private let name: String
    private let state = Mutex(State())

    init(name: String) { self.name = name }

    func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLeft = state.withLock { state in
                    if state.hasLeft { return true }
                    state.waiting = Waiting(run: view.run, prompt: prompt, answer: continuation)
                    return false
                }
                if isLeft { continuation.resume(returning: nil) }
            }
        } onCancel: {
            leave()
        }
    }

    /// Gives a person's answer to the run.
    ///
    /// - Returns: false where that question is no longer asked; nothing has been answered then.
    func take(_ answer: RunAnswer) -> Bool {
        let waiting = state.withLock { state -> Waiting? in
            guard let waiting = state.waiting, waiting.run == answer.run, waiting.prompt == answer.prompt else {
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.answer.resume(
            returning: DriverAnswer(answer.choice, text: answer.text, name: answer.name, by: name))
        return waiting != nil
    }

    /// Nobody is there any more.
    func leave() {
        let waiting = state.withLock { state -> Waiting? in
            defer { state.waiting = nil }
            state.hasLeft = true
            return state.waiting
        }
        waiting?.answer.resume(returning: nil)
    }
}
