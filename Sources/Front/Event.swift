package import Cells
package import Domain

/// Everything that can happen to the console. The loop feeds these to ``update(_:_:)``, one after the other.
package enum Event: Hashable, Sendable {
    case snapshot(Snapshot)
    case key(Key)
    case resized(columns: Int, rows: Int)
    /// At least once a second: the wall clock, and the local offset from UTC.
    case tick(WallTime, utcOffset: Duration)
    /// The answer to ``Effect/makePlan(_:)``, and to a plan that could not be run.
    case planned(Result<Plan, Refusal>)
    case progress(PlanProgress)
    /// The newest records of the journal, oldest first; replaces those of before.
    case journal([JournalRecord])
    /// The newest run as its journal tells it, and what this session has to do with it; `nil`: there is none.
    case run(RunView?, RunRole)
    /// Why the run that was driven from here does not begin or go on.
    case runStopped(String)
    /// One line for the message row.
    case message(Severity, String)
    case screenSaved(path: String)
    /// Ctrl-C.
    case interrupt
    /// SIGTERM or SIGHUP: the session ends.
    case terminate
}
