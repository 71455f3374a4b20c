package import Domain

/// Everything that the console asks of the world outside it.
package enum Effect: Hashable, Sendable {
    /// Leave the console; nothing more will be drawn.
    case quit
    case suspend
    /// Read everything again now.
    case refreshNow
    case setRefreshInterval(Duration)
    /// Answered by ``Event/planned(_:)``.
    case makePlan(Intent)
    /// A plan that was confirmed. Reported by ``Event/progress(_:)`` up to its last phase.
    case run(Plan)
    /// Call nothing more of the plan that is running.
    case cancelRun
    /// To the terminal's clipboard.
    case copy(String)
    /// Write the grid that is shown to a file; answered by ``Event/screenSaved(path:)`` or a message.
    case saveScreen(path: String)
    /// Forget what the terminal is believed to show, and send everything.
    case redraw
    /// For the local log: somebody asked for this, and it was refused.
    case refused(command: String, reason: String)
    /// Begin a run. Answered by ``Event/run(_:_:)``, with the role of driving where it has begun.
    case beginRun(RunRequest)
    case answerRun(RunAnswer)
    /// Drive the run of that name on from where its journal ends; answered as ``beginRun(_:)`` is.
    case takeOverRun(String)
    /// Something goes wrong in the sandbox, on purpose; answered by a message.
    case inject(Fault)

    /// Whether it changes something on a cluster. A read-only session never yields such an effect, nor a plan.
    package var writes: Bool {
        switch self {
        case .run, .inject, .beginRun, .answerRun, .takeOverRun: true
        case .quit, .suspend, .refreshNow, .setRefreshInterval, .makePlan, .cancelRun, .copy, .saveScreen, .redraw,
            .refused:
            false
        }
    }
}
