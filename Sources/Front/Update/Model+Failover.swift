import Cells
import Domain

// The guided failover: what keys do to a run, and why they cannot.
extension Model {
    /// The side that a run would leave: the one that a person has chosen, else the one that consumers are on while the
    /// other can be read, or the one that cannot be read.
    var failoverSource: IDC {
        if let chosen = failover.chosenSource { return chosen }
        guard let snapshot, let summary else { return .idc1 }
        let unread = IDC.allCases.filter { snapshot.clusters[$0].metadata.current == nil }
        if unread.count == 1 { return unread[0] }
        return summary.groupsHere.idc2 > summary.groupsHere.idc1 ? .idc2 : .idc1
    }

    /// The runbook under the cursor, while no run is shown.
    var shownRunbook: Runbook? {
        let books = settings.runbooks
        return books.isEmpty ? nil : books[min(max(0, failover.runbook), books.count - 1)]
    }

    private var words: RunWords { RunWords(self) }

    // MARK: Why not

    /// Why this session answers no question of the run; `nil`: it drives, and is asked.
    var reasonNotToDrive: String? {
        if let reason = settings.readOnlyReason { return reason }
        guard let run = failover.openRun else { return words.say("no run is going", "진행 중인 실행이 없습니다") }
        switch failover.role {
        case .driving: return nil
        case .beginning: return words.say("taking over", "이어받는 중입니다")
        case .watching:
            let key = keyName(.takeOver)
            return words.say(
                "\(run.driver) on \(run.host) drives this run; \(key) takes it over where nobody does any more",
                "\(run.driver)@\(run.host)이(가) 운전하는 실행입니다. 아무도 운전하지 않으면 \(key)(으)로 이어받습니다")
        }
    }

    /// Why no run can be begun here and now.
    var reasonNotToBegin: String? {
        if let reason = settings.readOnlyReason { return reason }
        if failover.role == .beginning { return words.say("a run is being begun", "실행을 시작하는 중입니다") }
        if let run = failover.openRun {
            return words.say("the run \(run.run) is going", "\(run.run) 실행이 진행 중입니다")
        }
        if shownRunbook == nil { return words.say("no runbook is known", "런북이 없습니다") }
        return reasonNotToAct
    }

    var reasonNotToTakeOver: String? {
        guard failover.openRun != nil else { return words.say("no run is going", "진행 중인 실행이 없습니다") }
        switch failover.role {
        case .driving: return words.say("this session drives already", "이미 여기서 운전 중입니다")
        case .beginning: return words.say("taking over", "이어받는 중입니다")
        case .watching: return nil
        }
    }

    func reasonNotToAnswer(_ choice: DriverChoice?) -> String? {
        if let reason = reasonNotToDrive { return reason }
        guard let prompt = failover.openRun?.prompt else {
            return words.say("nothing is asked now", "지금은 묻는 것이 없습니다")
        }
        guard let choice, !prompt.choices.contains(choice) else { return nil }
        return words.say("\(words.choice(choice)): not offered here", "\(words.choice(choice)): 여기서는 선택할 수 없습니다")
    }

    // MARK: What happens

    mutating func runChanged(_ run: RunView?, _ role: RunRole) {
        if run?.run != failover.run?.run || run?.current != failover.run?.current { failover.chosenStep = nil }
        let isNew = run?.run != failover.run?.run
        // What had ended before this console looked is no news, and does not stand before what is to be begun now.
        if failover.run == nil, role == .watching, let run, run.outcome != nil { failover.dismissed = run.run }
        failover.run = run
        failover.role = role
        // What was being typed answers a question that is no longer asked.
        if case .runForm(let form) = overlays.last {
            switch form.subject {
            case .answer(let id, let prompt, _):
                if run?.run != id || run?.prompt != prompt { dropForm() }
            case .begin:
                if run?.outcome == nil, run != nil { dropForm() }
            }
        }
        if isNew, role == .driving, pane != .failover { go(to: .failover) }
        if case .step(let index) = detail?.subject, run.map({ index >= $0.steps.count }) ?? true { detail = nil }
    }

    private mutating func dropForm() {
        overlays.removeLast()
        say(.warning, words.say("the question has changed: nothing was answered", "질문이 바뀌었습니다. 답하지 않았습니다"))
    }

    // MARK: Keys

    mutating func moveInFailover(_ motion: Motion) {
        if let run = failover.shownRun {
            let shown = failover.shownStep(of: run)
            failover.chosenStep = motion.applied(to: shown, page: 5, last: run.steps.count - 1)
        } else {
            failover.runbook = motion.applied(to: failover.runbook, page: 5, last: settings.runbooks.count - 1)
        }
    }

    /// The key of the pane, pressed on it, puts an end away that has been read, as Esc does.
    mutating func showFailover() {
        if pane == .failover, detail == nil, let run = failover.shownRun, run.outcome != nil {
            failover.dismissed = run.run
        }
        go(to: .failover)
    }

    mutating func openInFailover() {
        if let run = failover.shownRun {
            openDetail(.step(failover.shownStep(of: run)))
        } else if let runbook = shownRunbook {
            openDetail(.runbook(runbook.name))
        }
    }

    /// The one key that goes on: begins the runbook under the cursor, or gives the first answer.
    mutating func goOn() -> [Effect] {
        guard let run = failover.shownRun else { return askToBegin() }
        guard let prompt = run.prompt, let first = prompt.choices.first else { return [] }
        return answer(first, prompt, run)
    }

    mutating func answer(_ choice: DriverChoice) -> [Effect] {
        guard let run = failover.openRun, let prompt = run.prompt, prompt.choices.contains(choice) else { return [] }
        return answer(choice, prompt, run)
    }

    private mutating func answer(_ choice: DriverChoice, _ prompt: DriverPrompt, _ run: RunView) -> [Effect] {
        var fields: [RunForm.Field] = []
        if choice.needsText { fields.append(RunForm.Field(kind: .reason)) }
        if choice.needsName { fields.append(RunForm.Field(kind: .name(names[run.to]))) }
        guard !fields.isEmpty else {
            return [.answerRun(RunAnswer(run: run.run, prompt: prompt, choice: choice))]
        }
        overlays.append(.runForm(RunForm(subject: .answer(run: run.run, prompt, choice), fields: fields)))
        return []
    }

    mutating func askToBegin(split: TrafficSplit? = nil) -> [Effect] {
        guard let runbook = shownRunbook else { return [] }
        let source = failoverSource
        var fields: [RunForm.Field] = []
        let asksForSplit = runbook.steps.contains { if case .traffic(.given, _) = $0.kind { true } else { false } }
        if asksForSplit {
            fields.append(RunForm.Field(kind: .split, editor: LineEditor(split.map { "\($0)" } ?? "")))
        }
        fields.append(RunForm.Field(kind: .reason))
        fields.append(RunForm.Field(kind: .name(names[source.other])))
        overlays.append(.runForm(RunForm(subject: .begin(runbook, from: source), fields: fields)))
        return []
    }

    mutating func takeOver() -> [Effect] {
        guard let run = failover.openRun else { return [] }
        failover.role = .beginning
        return [.takeOverRun(run.run)]
    }

    /// Keys of a form; `nil`: not such a key.
    mutating func press(_ key: Key, in form: RunForm) -> [Effect]? {
        var form = form
        switch key {
        case .enter:
            if form.current < form.fields.count - 1 {
                form.current += 1
                form.problem = nil
            } else if let (field, kind) = form.firstProblem {
                form.problem = words.fieldProblem(kind, typed: form.fields[field].editor.text)
                form.current = field
            } else {
                overlays.removeLast()
                return submit(form)
            }
        case .tab: form.current = (form.current + 1) % form.fields.count
        case .backTab: form.current = (form.current + form.fields.count - 1) % form.fields.count
        case .character, .paste, .backspace, .delete, .left, .right, .home, .end, .control("u"), .control("w"),
            .control("h"), .control("a"), .control("e"), .control("k"):
            form.problem = nil
            _ = form.fields[form.current].editor.press(key)
        case .control, .alt, .escape, .insert, .up, .down, .pageUp, .pageDown, .function, .mouse:
            return nil
        }
        overlays[overlays.count - 1] = .runForm(form)
        return []
    }

    private mutating func submit(_ form: RunForm) -> [Effect] {
        let command =
            switch form.subject {
            case .begin(let runbook, _): "failover run \(runbook.name)"
            case .answer(_, _, let choice): "failover: \(choice.rawValue)"
            }
        if let reason = settings.readOnlyReason {
            say(.warning, reason)
            return [.refused(command: command, reason: reason)]
        }
        switch form.subject {
        case .begin(let runbook, let source):
            failover.role = .beginning
            lastCommand = "bascule failover start \(runbook.name) --from \(source.rawValue)"
            return [
                .beginRun(RunRequest(runbook: runbook.name, from: source, reason: form.reason, split: form.split))
            ]
        case .answer(let run, let prompt, let choice):
            // The form has taken the name as the screen shows it; a run knows its sides by their keys.
            let name = choice.needsName ? failover.run?.to.rawValue ?? "" : ""
            return [
                .answerRun(RunAnswer(run: run, prompt: prompt, choice: choice, text: form.reason, name: name))
            ]
        }
    }
}

extension DriverChoice {
    /// The action whose key gives the answer.
    var actionID: ActionID {
        switch self {
        case .goOn: .goOn
        case .retry: .retry
        case .waive: .waive
        case .accept: .accept
        case .putBack: .putBack
        case .state: .stateStopped
        case .leaveOut: .leaveOut
        case .abort: .abortRun
        }
    }
}
