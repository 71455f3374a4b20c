import Cells
import Domain

/// A step of a run, or a runbook before one, in full.
struct StepDetail {
    let model: Model
    private let words: RunWords

    init(_ model: Model) {
        self.model = model
        words = RunWords(model)
    }

    func add(step index: Int, to sheet: inout TextSheet) {
        guard let run = model.failover.run, index < run.steps.count else {
            sheet.text(words.say("this run is no longer shown", "이 실행은 더 이상 표시되지 않습니다"), .unknown)
            return
        }
        let step = run.steps[index]
        sheet.text(words.explanation(step.explanation, from: run.from, to: run.to))
        sheet.heading(words.say("State", "상태"))
        let status = words.status(step.status)
        sheet.text(status.isEmpty ? words.say("not begun", "시작 전") : status, indent: 2)
        if let began = step.beganAt {
            let end = step.endedAt.map { Spans.clock($0, utcOffset: model.utcOffset) } ?? "..."
            sheet.text("\(Spans.clock(began, utcOffset: model.utcOffset)) - \(end)", .dim, indent: 2)
        }
        sheet.heading(words.say("What was seen", "확인된 것"))
        for line in RunLines(model, run).findings(index, width: sheet.width - 2) {
            sheet.add([TextRun("  ")] + line)
        }
    }

    func add(runbook name: String, to sheet: inout TextSheet) {
        guard let runbook = model.settings.runbooks.first(where: { $0.name == name }) else {
            sheet.text(words.say("no runbook is called \(name)", "\(name)(이)라는 런북이 없습니다"), .unknown)
            return
        }
        let source = model.failoverSource
        sheet.text(runbook.summary)
        sheet.text(words.promise(runbook.promise), .heading)
        let cost = RunbookCost(model, runbook, from: source)
        for line in cost.lines(width: sheet.width) { sheet.add(line) }
        for reason in cost.reasons() { sheet.text(reason, .warning, indent: 2) }
        let plan = RunbookPlan(model, runbook, from: source)
        for (index, step) in runbook.steps.enumerated() {
            sheet.heading("\(index + 1) \(step.title)")
            let (text, role) = plan.wouldDo(step.kind)
            sheet.text(text, role, indent: 2)
            sheet.text(words.explanation(step.kind.explanation, from: source, to: source.other), .dim, indent: 2)
        }
    }
}
