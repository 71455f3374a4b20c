import Cells
import Domain

/// The runbooks, and what the one under the cursor would do now.
struct RunbookLines {
    let model: Model
    let words: RunWords
    private let glyphs: Glyphs

    init(_ model: Model) {
        self.model = model
        words = RunWords(model)
        glyphs = model.settings.glyphs
    }

    private var source: IDC { model.failoverSource }

    func lines(columns: Int, rows: Int) -> [[TextRun]] {
        guard let runbook = model.shownRunbook else {
            return [[], [TextRun("  "), TextRun(words.say("no runbook is known", "런북이 없습니다"), .unknown)]]
        }
        var top: [[TextRun]] = [direction]
        let width = (model.settings.runbooks.map { TextWidth.of($0.name) }.max() ?? 0) + 2
        for (index, book) in model.settings.runbooks.enumerated() {
            let isShown = index == model.failover.runbook
            top.append(
                [
                    TextRun(isShown ? " > " : "   ", .key),
                    TextRun(
                        TextWidth.padded(book.name, to: width),
                        isShown ? CellStyle(.selection, bold: true) : CellStyle(.text)),
                    TextRun(" " + book.summary, isShown ? .text : .dim),
                ].truncated(to: columns, glyphs: glyphs))
        }
        top.append(
            TextBox.rule(
                [TextRun(runbook.name, .heading), TextRun(": " + words.promise(runbook.promise), .dim)], width: columns,
                glyphs))
        let bottom =
            RunbookCost(model, runbook, from: source).lines(width: columns)
            + [TextBox.rule([TextRun(words.say("Now", "지금"), .heading)], width: columns, glyphs), begin]
        let room = max(1, rows - top.count - bottom.count)
        var plan = RunbookPlan(model, runbook, from: source).lines(width: columns)
        if plan.count > room, room > 1 {
            let hidden = plan.count - room + 1
            let more = words.say("\(hidden) more: Enter shows all", "\(hidden)줄 더 있음: Enter로 모두 보기")
            plan = plan.prefix(room - 1) + [[TextRun("   " + more, .dim)]]
        }
        let blank = Array(repeating: [TextRun](), count: max(0, room - plan.count))
        return top + plan + blank + bottom
    }

    private var direction: [TextRun] {
        let names = model.names
        return [
            TextRun(words.say(" A run would leave ", " 떠나는 쪽 "), .text), TextRun(names[source], bold: true),
            TextRun(words.say(" for ", ", 넘겨받는 쪽 "), .text), TextRun(names[source.other], bold: true),
            TextRun("   "), TextRun(model.keyName(.turnRound), .key),
            TextRun(words.say(" turns it round", " 방향 바꾸기"), .dim),
        ]
    }

    private var begin: [TextRun] {
        if let reason = model.reasonNotToBegin { return [TextRun(" "), TextRun(reason, .dim)] }
        let target = model.names[source.other]
        return [
            TextRun(" "), TextRun(model.keyName(.goOn), .key),
            TextRun(
                words.say(
                    " begins it: a reason and the name \(target) are asked first; nothing is done before",
                    " 시작: 먼저 이유와 \(target)을(를) 입력받으며, 그 전에는 아무것도 하지 않음"), .text),
        ]
    }
}

/// What the steps of a runbook would do now, and what that would cost as far as it is known.
struct RunbookPlan {
    let model: Model
    let runbook: Runbook
    let source: IDC
    private let words: RunWords

    init(_ model: Model, _ runbook: Runbook, from source: IDC) {
        self.model = model
        self.runbook = runbook
        self.source = source
        words = RunWords(model)
    }

    func lines(width: Int) -> [[TextRun]] {
        let titles = max(14, min(30, width - 46))
        return runbook.steps.enumerated().map { index, step in
            let number = index + 1 < 10 ? " \(index + 1)" : "\(index + 1)"
            let (text, role) = wouldDo(step.kind)
            return [
                TextRun("  \(TextWidth.padded("\(number) \(step.title)", to: titles)) ", .text), TextRun(text, role),
            ].truncated(to: width, glyphs: model.settings.glyphs)
        }
    }

    func wouldDo(_ kind: StepKind) -> (text: String, role: Role) {
        let target = model.names[source.other]
        switch kind {
        case .declare(let approvals):
            let text = words.say("right to drive on \(target), journal", "\(target) 운전 권한, 저널")
            guard approvals > 0 else { return (text, .dim) }
            return (text + words.say(", \(Count(approvals, "approval"))", ", 승인 \(approvals)건"), .text)
        case .record(.readings): return (words.say("keeps all that is known", "아는 것을 모두 기록"), .dim)
        case .record(.report): return (words.say("report; the right is given back", "보고서, 권한 반납"), .dim)
        case .gate(let checks, let mayBeWaived):
            let list = checks.map(words.check).joined(separator: ", ")
            return (list + (mayBeWaived ? "" : words.say("; no waiver", "; 면제 불가")), .text)
        case .traffic(let goal, let least): return traffic(goal, least)
        case .mirrors(let act, let scope): return mirrors(act, scope)
        case .groups(let act): return groups(act)
        case .endpoint(let name): return (words.say("\(name) to \(target)", "\(name) → \(target)"), .text)
        case .command(let call): return (call.arguments.joined(separator: " "), .text)
        case .http(let call): return ("\(call.method) \(call.url)", .text)
        case .confirm(let question): return (question, .text)
        case .wait(let duration): return (Spans.duration(duration), .text)
        }
    }

    private func traffic(_ goal: SplitGoal, _ least: Int) -> (String, Role) {
        let now = model.snapshot?.traffic.configured.lastKnown?.split.map { "\($0)" } ?? Figures.unknown
        let shares: PerIDC<Int>?
        switch goal {
        case .target: shares = PerIDC { $0 == source ? 0 : 100 }
        case .shares(let sourceShare, let targetShare): shares = PerIDC { $0 == source ? sourceShare : targetShare }
        case .given: shares = nil
        }
        let then = shares.map { "\($0.idc1):\($0.idc2)" } ?? words.say("as you say", "입력한 비율")
        return (
            words.say("split \(now) to \(then); \(least) % must be seen", "비율 \(now) → \(then), \(least) % 측정 필요"),
            now == Figures.unknown ? .unknown : .text
        )
    }

    private func mirrors(_ act: MirrorsAct, _ scope: MirrorsScope) -> (String, Role) {
        let flows = scope.flows(from: source)
        let names = model.names
        let arrows = flows.map { "\(names[$0.source]) to \(names[$0.target])" }.joined(separator: ", ")
        let count = model.snapshot.flatMap { snapshot -> Int? in
            let count = snapshot.mirrors.reduce(0) { sum, row in
                sum + flows.count { !row.flows[$0.source].connectors.isEmpty }
            }
            return model.summary?.canSay(mirrors: count) == true ? count : nil
        }
        let figure = count.map { Figures.count($0) } ?? Figures.unknown
        let mirrors = "\(figure) \(count == 1 ? "mirror" : "mirrors")"
        let text =
            switch act {
            case .pause: words.say("pauses \(mirrors), \(arrows)", "미러 \(figure)개 멈춤, \(arrows)")
            case .resume: words.say("resumes \(mirrors), \(arrows)", "미러 \(figure)개 다시 시작, \(arrows)")
            case .awaitClear: words.say("waits for \(mirrors), \(arrows)", "미러 \(figure)개를 기다림, \(arrows)")
            case .catchUp: words.say("waits for \(mirrors), \(arrows)", "미러 \(figure)개를 기다림, \(arrows)")
            case .lateTail: words.say("counts what never crossed", "건너오지 못한 레코드를 셈")
            }
        return (text, count == nil ? .unknown : .text)
    }

    private func groups(_ act: GroupsAct) -> (String, Role) {
        // That there are none is said of a side that can be read; of another one the run asks further.
        let here = model.summary.flatMap { summary -> Int? in
            let count = summary.groupsHere[source]
            return summary.canSay(groups: count, of: source) ? count : nil
        }
        let isOld = model.summary?.areGroupsCurrent[source] == false
        let figure = here.map { Figures.count($0) } ?? Figures.unknown
        let from = model.names[source]
        let role: Role = here == nil || isOld ? .unknown : .text
        let groups = here.map { words.groups($0) } ?? words.say("? groups", "그룹 ?개")
        let old = here != nil && isOld ? words.say(", as last seen", ", 마지막으로 본 값") : ""
        switch act {
        case .fence:
            return (
                words.say(
                    "\(groups) \(here == 1 ? "has" : "have") members on \(from)\(old)",
                    "\(from)에 멤버가 있는 그룹 \(figure)개\(old)"), role
            )
        case .decide: return (words.say("positions for \(groups)\(old)", "그룹 \(figure)개의 위치 결정\(old)"), role)
        case .move(let waves):
            let sizes = waves.map(\.spelled).joined(separator: ", ")
            return (
                words.say("\(groups)\(old), in waves of \(sizes)", "그룹 \(figure)개\(old), 웨이브 \(sizes)"), role
            )
        }
    }
}
