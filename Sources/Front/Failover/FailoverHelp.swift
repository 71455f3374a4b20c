import Cells
import Domain

/// What `?` says first on the Failover pane: the step in plain words, and what is asked.
enum FailoverHelp {
    static func add(_ model: Model, _ place: Place, to sheet: inout TextSheet) {
        guard Place.runs.contains(place) else { return }
        let words = RunWords(model)
        guard let run = model.failover.shownRun else {
            if let runbook = model.shownRunbook { StepDetail(model).add(runbook: runbook.name, to: &sheet) }
            return
        }
        var index = model.failover.shownStep(of: run)
        if case .step(let shown) = model.detail?.subject { index = shown }
        guard index < run.steps.count else { return }
        let step = run.steps[index]
        sheet.text("\(index + 1)/\(run.steps.count) \(step.title)", .heading)
        sheet.text(words.explanation(step.explanation, from: run.from, to: run.to))
        guard let prompt = run.prompt else { return }
        sheet.heading(words.say("What is asked", "지금 묻는 것"))
        sheet.text(words.question(prompt.question, in: run), .warning)
        for (number, choice) in prompt.choices.enumerated() {
            sheet.field(model.keyName(number == 0 ? .goOn : choice.actionID), words.choice(choice), nameWidth: 14)
        }
    }
}
