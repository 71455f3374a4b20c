import Cells
import Domain

/// What is typed before a run begins or with an answer, as an overlay.
enum RunFormText {
    static func title(_ form: RunForm, _ model: Model) -> String {
        let words = RunWords(model)
        switch form.subject {
        case .begin(let runbook, let source):
            return
                "\(runbook.name)  \(model.names[source]) \(model.settings.glyphs.longRight) \(model.names[source.other])"
        case .answer(_, _, let choice): return words.choice(choice)
        }
    }

    static func add(_ form: RunForm, _ model: Model, to sheet: inout TextSheet) {
        let words = RunWords(model)
        if model.snapshot?.isProduction == true {
            sheet.text(
                words.say(
                    "\(model.snapshot?.context ?? "") is in production", "\(model.snapshot?.context ?? ""): 운영 환경입니다"),
                .critical)
        }
        switch form.subject {
        case .begin(let runbook, let source):
            sheet.text(words.promise(runbook.promise), .heading)
            for line in RunbookPlan(model, runbook, from: source).lines(width: sheet.width) { sheet.add(line) }
            for line in RunbookCost(model, runbook, from: source).lines(width: sheet.width) { sheet.add(line) }
        case .answer(_, let prompt, _):
            guard let run = model.failover.run else { return }
            sheet.text(words.question(prompt.question, in: run), .warning)
            let step = model.failover.shownStep(of: run)
            for line in RunLines(model, run).findings(step, width: sheet.width) { sheet.add(line) }
        }
    }

    static func fields(_ form: RunForm, _ model: Model, width: Int) -> [[TextRun]] {
        let words = RunWords(model)
        var lines: [[TextRun]] = []
        for (index, field) in form.fields.enumerated() {
            let isCurrent = index == form.current
            lines += TextSheet.wrapped(words.fieldLabel(field.kind), width: width).map {
                [TextRun($0, isCurrent ? .warning : .dim)]
            }
            let typed =
                isCurrent
                ? PromptLine.runs(field.editor, width: max(4, width - 4))
                : [TextRun(TextWidth.truncated(field.editor.text, to: max(4, width - 4)), .dim)]
            lines.append([TextRun(isCurrent ? "> " : "  ", .key)] + typed)
        }
        if let problem = form.problem { lines.append([TextRun(problem, .critical)]) }
        let isLast = form.current == form.fields.count - 1
        lines.append([
            TextRun("Enter", .key),
            TextRun(isLast ? words.say(" does it   ", " 실행   ") : words.say(" next   ", " 다음   "), .dim),
            TextRun(model.keyName(.back), .key), TextRun(words.say(" leaves it undone", " 하지 않고 나가기"), .dim),
        ])
        return lines
    }
}
