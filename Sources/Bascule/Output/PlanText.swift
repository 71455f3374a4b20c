import Commands
import Domain
import Synchronization

/// Plans and their outcomes as the command line prints them.
enum PlanText {
    static func preview(_ plan: Plan) -> String {
        var lines = [plan.title]
        for (index, line) in plan.lines.enumerated() { lines.append("  \(index + 1). \(line.call)") }
        if !plan.leftOut.isEmpty {
            lines.append("Left out:")
            for left in plan.leftOut { lines.append("  \(left.subject): \(left.reason)") }
        }
        for warning in plan.warnings { lines.append("Note: \(warning)") }
        return lines.joined(separator: "\n")
    }

    static func summary(_ progress: PlanProgress) -> String {
        let verified = progress.outcomes.count { if case .verified = $0 { true } else { false } }
        let done = progress.outcomes.count { if case .done = $0 { true } else { false } }
        var text = "\(verified) of \(progress.outcomes.count) done and seen"
        if done > 0 { text += ", \(done) called but their effect not seen" }
        if case .stopped(let reason) = progress.phase { text += "; stopped: \(reason)" }
        return text
    }

    /// Done and seen: success. Some not seen or skipped: a warning. Failed or stopped: critical.
    static func exitCode(of progress: PlanProgress) -> ExitCode {
        if case .stopped = progress.phase { return .critical }
        var code = ExitCode.success
        for outcome in progress.outcomes {
            switch outcome {
            case .failed: return .critical
            case .skipped, .done, .none: code = .warning
            case .verified: break
            }
        }
        return code
    }

    static func words(_ outcome: LineOutcome) -> String {
        switch outcome {
        case .done: "called"
        case .verified: "done and seen"
        case .failed(let reason): "FAILED: \(reason)"
        case .skipped(let reason): "skipped: \(reason)"
        }
    }
}

/// Prints each outcome once, as it comes.
final class ProgressPrinter: Sendable {
    private let shown = Mutex<[LineOutcome?]>([])

    func show(_ progress: PlanProgress) {
        let news = shown.withLock { shown in
            let before = shown
            shown = progress.outcomes
            return progress.outcomes.enumerated().filter { index, outcome in
                outcome != nil && !(before.indices.contains(index) && before[index] == outcome)
            }
        }
        for (index, outcome) in news {
            guard let outcome else { continue }
            Standard.error("  \(index + 1). \(progress.plan.lines[index].step.subject): \(PlanText.words(outcome))")
        }
    }
}
