import Cells
import Domain

// From a wish over its plan to what came of it.
extension Model {
    /// Asks for a plan. Whoever calls has looked at ``reasonDisabled(_:)`` or ``reasonNotToAct``.
    mutating func plan(_ intent: Intent) -> [Effect] {
        act = .planning(intent)
        say(.ok, "making a plan")
        return [.makePlan(intent)]
    }

    /// Why nothing at all can be planned now, besides the session being read-only.
    var reasonNotToAct: String? {
        if snapshot == nil { return "nothing has been read yet" }
        if isFrozen { return "the screen is frozen and may be out of date: \(keyName(.freezeScreen)) lets it go on" }
        switch act {
        case .idle: return nil
        case .planning: return "a plan is being made"
        case .running: return "a plan is running: \(keyName(.showProgress)) shows it"
        }
    }

    mutating func planned(_ answer: Result<Plan, Refusal>) -> [Effect] {
        switch (act, answer) {
        case (.idle, .success): return []
        case (.idle, .failure(let refusal)):
            refuse(refusal)
            return []
        case (.planning, .success(let plan)):
            act = .idle
            flash = nil
            overlays.append(.preview(Preview(plan: plan, remark: remadeBecause)))
            remadeBecause = nil
            return []
        case (.planning, .failure(let refusal)):
            act = .idle
            flash = nil
            remadeBecause = nil
            refuse(refusal)
            return []
        case (.running, .success): return []
        case (.running(let plan, _), .failure(let refusal)):
            act = .idle
            overlays.removeAll { if case .progress = $0 { true } else { $0 == .question(.planIsRunning) } }
            guard refusal.kind == .stalePlan else {
                refuse(refusal)
                return []
            }
            // What was confirmed no longer fits: a new plan, and a new question.
            remadeBecause = refusal.text
            return self.plan(plan.intent)
        }
    }

    private mutating func refuse(_ refusal: Refusal) {
        overlays.append(.notice(Notice(title: "Not done", severity: .warning, text: refusal.text)))
    }

    /// The answer yes, to whatever is asked.
    mutating func confirm() -> [Effect] {
        switch overlays.last {
        case .question(.planIsRunning):
            overlays.removeLast()
            guard isRunning else { return [] }
            say(.warning, "cancelling: no further call is made")
            return [.cancelRun]
        case .question(.runIsDriven):
            overlays.removeLast()
            return []
        case .preview(let preview):
            guard preview.plan.confirmation == .yes else { return [] }
            return run(preview.plan)
        case .help, .chooser, .prompt, .progress, .notice, .runForm, .none:
            return []
        }
    }

    mutating func run(_ plan: Plan) -> [Effect] {
        if let reason = settings.readOnlyReason {
            say(.warning, reason)
            return [.refused(command: plan.equivalentCommand, reason: reason)]
        }
        guard !plan.lines.isEmpty else { return [] }
        overlays.removeLast()
        act = .running(plan, nil)
        runBegan = now
        lastProgress = nil
        lastCommand = plan.equivalentCommand
        overlays.append(.progress(scroll: 0))
        return [.run(plan)]
    }

    mutating func progressed(_ progress: PlanProgress) {
        lastProgress = progress
        lastCommand = progress.plan.equivalentCommand
        switch progress.phase {
        case .canary, .running, .verifying:
            act = .running(progress.plan, progress)
        case .finished:
            ended(progress, because: nil)
        case .stopped(let reason):
            ended(progress, because: reason)
        }
    }

    private mutating func ended(_ progress: PlanProgress, because reason: String?) {
        act = .idle
        overlays.removeAll { $0 == .question(.planIsRunning) }
        let tally = OutcomeTally(progress.outcomes)
        let isBad = reason != nil || tally.failed > 0
        let text = "\(progress.plan.title): \(tally.text)" + (reason.map { "; stopped: \($0)" } ?? "")
        say(isBad ? .critical : tally.skipped > 0 ? .warning : .ok, text)
    }

    /// Keys of a preview that asks for a typed text; `nil`: not such a key.
    mutating func press(_ key: Key, in preview: Preview, expecting expected: String) -> [Effect]? {
        var preview = preview
        switch key {
        case .enter:
            guard !preview.plan.lines.isEmpty else { return [] }
            guard preview.typed.text == expected else {
                preview.problem =
                    preview.typed.isEmpty
                    ? "type \(expected) and press Enter, or leave with Esc"
                    : "\"\(preview.typed.text)\" is not \"\(expected)\": nothing has been done"
                preview.typed = LineEditor()
                overlays[overlays.count - 1] = .preview(preview)
                return []
            }
            return run(preview.plan)
        case .character, .paste, .backspace, .delete, .left, .right, .control("u"), .control("w"), .control("h"):
            guard !preview.plan.lines.isEmpty else { return nil }
            preview.problem = nil
            _ = preview.typed.press(key)
            overlays[overlays.count - 1] = .preview(preview)
            return []
        case .control, .alt, .escape, .tab, .backTab, .insert, .up, .down, .home, .end, .pageUp, .pageDown,
            .function, .mouse:
            return nil
        }
    }
}

/// How many lines of a plan came out how.
struct OutcomeTally: Hashable, Sendable {
    var verified = 0
    var done = 0
    var failed = 0
    var skipped = 0
    var open = 0

    init(_ outcomes: [LineOutcome?]) {
        for outcome in outcomes {
            switch outcome {
            case .verified: verified += 1
            case .done: done += 1
            case .failed: failed += 1
            case .skipped: skipped += 1
            case nil: open += 1
            }
        }
    }

    /// `3 verified, 1 failed, 2 not reached`: what there is, in words.
    var text: String {
        let parts = [
            (verified, "verified"), (done, "called, not verified"), (failed, "failed"), (skipped, "skipped"),
            (open, "not reached"),
        ]
        let said = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return said.isEmpty ? "nothing to do" : said.joined(separator: ", ")
    }
}
