import Cells
import Domain

/// A plan before, while and after it runs, in words.
enum PlanText {
    // MARK: Before

    static func add(_ preview: Preview, _ model: Model, to sheet: inout TextSheet) {
        let plan = preview.plan
        sheet.text(plan.title, .heading)
        if let remark = preview.remark { sheet.text("made again: \(remark)", .warning) }
        if model.snapshot?.isProduction == true {
            sheet.text("\(model.snapshot?.context ?? "") is in production", .critical)
        }
        if let now = model.now {
            sheet.text("made from what was read \(Spans.age(now.since(plan.madeFrom))) ago", .dim)
        }
        if !plan.warnings.isEmpty {
            sheet.heading("What could go wrong")
            for warning in plan.warnings { sheet.text("! \(warning)", .warning, indent: 2) }
        }
        sheet.heading(plan.lines.count == 1 ? "1 call" : "\(Figures.count(plan.lines.count)) calls, in this order")
        if plan.lines.isEmpty { sheet.text("none: there is nothing to do", .warning, indent: 2) }
        for (index, line) in plan.lines.enumerated() {
            let canary = index == 0 && plan.lines.count > 1 ? "   (canary: the rest follows when it has worked)" : ""
            sheet.text("\(line.call)\(canary)", indent: 2)
        }
        if !plan.leftOut.isEmpty {
            sheet.heading("Left out: \(Figures.count(plan.leftOut.count))")
            for left in plan.leftOut { sheet.text("\(left.subject): \(left.reason)", .dim, indent: 2) }
        }
        sheet.heading("The same from the shell")
        sheet.text(plan.equivalentCommand, .dim, indent: 2)
    }

    static func question(_ preview: Preview, _ model: Model, width: Int) -> [[TextRun]] {
        let leave = [TextRun("   "), TextRun(model.keyName(.back), .key), TextRun(" leaves it undone", .dim)]
        guard !preview.plan.lines.isEmpty else { return [Array(leave.dropFirst())] }
        switch preview.plan.confirmation {
        case .yes:
            return [[TextRun(model.keyName(.confirm), .key), TextRun(" does it", .text)] + leave]
        case .typed(_, let prompt):
            var lines = TextSheet.wrapped(prompt, width: width).map { [TextRun($0, .warning)] }
            lines.append(
                [TextRun("> ", .key)] + PromptLine.runs(preview.typed, width: max(4, width - 30))
                    + [TextRun("  "), TextRun("Enter", .key), TextRun(" does it", .dim)])
            if let problem = preview.problem { lines.append([TextRun(problem, .critical)]) }
            lines.append(Array(leave.dropFirst()))
            return lines
        }
    }

    // MARK: While and after

    static func addProgress(_ model: Model, to sheet: inout TextSheet) {
        let progress: PlanProgress
        switch model.act {
        case .running(let plan, let known):
            guard let known else {
                sheet.text(plan.title, .heading)
                sheet.text("confirmed; nothing has been called yet", .dim)
                return
            }
            progress = known
        case .idle, .planning:
            guard let last = model.lastProgress else {
                sheet.text("no plan has run in this session", .dim)
                return
            }
            progress = last
        }
        sheet.text(progress.plan.title, .heading)
        let tally = OutcomeTally(progress.outcomes)
        let count = progress.outcomes.count
        let reached = count - tally.open
        let share = count == 0 ? 1 : Double(reached) / Double(count)
        let gauge = Gauge(share).runs(width: max(10, min(40, sheet.width - 30)), glyphs: model.settings.glyphs)
        let (phase, role) = phaseText(progress.phase)
        sheet.add(gauge + [TextRun(" \(reached)/\(count) called"), TextRun(rateText(model, reached), .dim)])
        sheet.text(phase, role)
        sheet.text(tally.text, tally.failed > 0 ? .critical : .text)
        let pairs = Array(zip(progress.plan.lines, progress.outcomes))
        let bad = pairs.filter { isBad($0.1) }
        if !bad.isEmpty {
            sheet.heading("Not as planned")
            for (line, outcome) in bad { add(line, outcome, to: &sheet) }
        }
        sheet.heading("Calls")
        for (line, outcome) in pairs { add(line, outcome, to: &sheet) }
        for line in progress.plan.lines.dropFirst(pairs.count) { add(line, nil, to: &sheet) }
    }

    static func progressFooter(_ model: Model) -> [[TextRun]] {
        guard model.isRunning else { return [[TextRun(model.keyName(.back), .key), TextRun(" closes", .dim)]] }
        return [
            [
                TextRun(model.keyName(.back), .key), TextRun(" leaves it running   ", .dim),
                TextRun(model.keyName(.cancelRun), .key), TextRun(" or ", .dim), TextRun("Ctrl-C", .key),
                TextRun(" cancels the rest", .dim),
            ]
        ]
    }

    static func addInterruption(_ model: Model, to sheet: inout TextSheet) {
        if case .running(let plan, let progress) = model.act {
            sheet.text(plan.title, .heading)
            sheet.text(OutcomeTally(progress?.outcomes ?? plan.lines.map { _ in nil }).text)
        }
        sheet.blank()
        for (id, text) in [
            (ActionID.confirm, "cancel the rest: what has been called stays, nothing more is called"),
            (.quitAnyway, "cancel the rest and quit"), (.back, "let it go on"),
        ] {
            sheet.add([TextRun(TextWidth.padded(model.keyName(id), to: 6), .key), TextRun(text)])
        }
    }

    /// What the second row of the frame says of a plan that is running in the background.
    static func badge(_ model: Model) -> String? {
        switch model.act {
        case .idle: return nil
        case .planning: return "making a plan"
        case .running(let plan, let progress):
            let open = OutcomeTally(progress?.outcomes ?? []).open
            let reached = (progress?.outcomes.count ?? 0) - open
            return "plan \(reached)/\(plan.lines.count) [\(model.keyName(.showProgress))]"
        }
    }

    private static func rateText(_ model: Model, _ reached: Int) -> String {
        guard let began = model.runBegan, let now = model.now else { return "" }
        let seconds = now.since(began).inSeconds
        return seconds >= 1 && model.isRunning ? ", \(Figures.shortRate(Double(reached) / seconds))" : ""
    }

    private static func phaseText(_ phase: PlanProgress.Phase) -> (String, Role) {
        switch phase {
        case .canary: ("canary: the first one alone", .text)
        case .running: ("calling", .text)
        case .verifying: ("all calls are made; waiting to see their effect", .text)
        case .finished: ("finished", .ok)
        case .stopped(let reason): ("stopped: \(reason)", .critical)
        }
    }

    private static func isBad(_ outcome: LineOutcome?) -> Bool {
        switch outcome {
        case .failed, .skipped: true
        case .done, .verified, nil: false
        }
    }

    private static func add(_ line: PlanLine, _ outcome: LineOutcome?, to sheet: inout TextSheet) {
        switch outcome {
        case nil: sheet.text("...       \(line.call)", .dim, indent: 2)
        case .done: sheet.text("called    \(line.call)", indent: 2)
        case .verified: sheet.text("verified  \(line.call)", .ok, indent: 2)
        case .failed(let reason): sheet.text("FAILED    \(line.call): \(reason)", .critical, indent: 2)
        case .skipped(let reason): sheet.text("skipped   \(line.call): \(reason)", .warning, indent: 2)
        }
    }
}
