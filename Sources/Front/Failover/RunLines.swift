import Cells
import Domain

/// The parts of a run as lines of the screen.
struct RunLines {
    let model: Model
    let run: RunView
    let words: RunWords
    private let glyphs: Glyphs

    init(_ model: Model, _ run: RunView) {
        self.model = model
        self.run = run
        words = RunWords(model)
        glyphs = model.settings.glyphs
    }

    var source: String { model.names[run.from] }
    var target: String { model.names[run.to] }

    /// Since the run was declared; its whole length once it has ended. `nil` before the first tick.
    var elapsed: Duration? {
        if let end = run.endedAt { return end.since(run.declaredAt) }
        return model.now.map { $0.since(run.declaredAt) }
    }

    var elapsedText: String { elapsed.map(Spans.age) ?? Figures.unknown }

    // MARK: Head

    var head: [[TextRun]] {
        let since =
            run.outcome == nil
            ? words.say("declared \(elapsedText) ago", "선언 후 \(elapsedText)")
            : words.say("took \(elapsedText)", "걸린 시간 \(elapsedText)")
        let driver = words.say("by \(run.driver) on \(run.host)", "\(run.driver)@\(run.host)")
        return [
            [
                TextRun(" \(run.runbook)", .heading), TextRun("  \(source) \(glyphs.longRight) \(target)", bold: true),
                TextRun("   \(since)", .text), TextRun("   \(driver)", .dim), TextRun("   \(run.run)", .dim),
            ],
            [TextRun(" \"\(run.reason)\"", .text), TextRun("   \(words.promise(run.promise))", .dim)],
        ]
    }

    /// The numbers, those that matter at this step first; as many as fit. What is not known is a `?`.
    func numbers(width: Int) -> [TextRun] {
        var runs = [TextRun(" ")]
        for (text, role) in numbersInOrder {
            let next = [TextRun(runs.count > 1 ? "   " : "", .dim), TextRun(text, role)]
            guard runs.width + next.width <= width else { continue }
            runs += next
        }
        return runs
    }

    private var numbersInOrder: [(String, Role)] {
        switch run.current.map({ run.steps[$0].explanation }) {
        case .traffic?: [share, stranded, groups, twice]
        case .declare?, .recordReadings?, .gate?, .pauseMirrors?, .resumeMirrors?, .awaitClear?, .catchUp?, .lateTail?:
            [stranded, share, groups, twice]
        case .fence?, .decide?, .move?, .endpoint?, .command?, .http?, .confirm?, .wait?, .recordReport?, nil:
            [groups, twice, stranded, share]
        }
    }

    private var groups: (String, Role) {
        let numbers = run.numbers
        let moved = Figures.count(numbers.moved)
        let ready = Figures.count(numbers.ready)
        let blocked = Figures.count(numbers.blocked)
        let all = Figures.count(numbers.groups)
        let left = numbers.leftOut
        let rest = rest(empty: numbers.empty, leftOut: left)
        return (
            words.say(
                "moved \(moved), ready \(ready), blocked \(blocked)\(rest) of \(all)",
                "이동 \(moved), 준비 \(ready), 막힘 \(blocked)\(rest) / \(all)"),
            numbers.blocked > 0 ? .critical : left > 0 ? .warning : .text
        )
    }

    /// What is not there in most runs.
    private func rest(empty: Int, leftOut: Int) -> String {
        (empty > 0 ? words.say(", empty \(empty)", ", 멤버 없음 \(empty)") : "")
            + (leftOut > 0 ? words.say(", left out \(leftOut)", ", 제외 \(leftOut)") : "")
    }

    private var twice: (String, Role) {
        let count = Figures.count(run.numbers.readTwice)
        return (
            words.say("read twice at most \(count)", "중복 최대 \(count)"), run.numbers.readTwice == nil ? .unknown : .text
        )
    }

    private var stranded: (String, Role) {
        let stranded = run.numbers.stranded
        let count = Figures.count(stranded?.total)
        let age = stranded?.total.age.map { " (\(Spans.duration($0)))" } ?? ""
        var (english, korean) = ("stranded \(count)\(age)", "고립 \(count)\(age)")
        if let stranded, !stranded.isCurrent {
            let at = Spans.moment(stranded.total.readAt, now: model.now, utcOffset: model.utcOffset)
            english += " as of \(at)"
            korean += " \(at) 기준"
        }
        return (words.say(english, korean), stranded == nil ? .unknown : .text)
    }

    private var share: (String, Role) {
        let share = RunWords.percent(run.numbers.targetPerMille)
        return (
            words.say("\(target) produces \(share) of before", "\(target) 생산량 이전의 \(share)"),
            run.numbers.targetPerMille == nil ? .unknown : .text
        )
    }

    // MARK: Steps

    func stepLine(_ index: Int, width: Int, isShown: Bool) -> [TextRun] {
        let step = run.steps[index]
        let (sign, role) = look(step.status)
        var text = words.status(step.status)
        if let began = step.beganAt, let end = step.endedAt ?? model.now, step.status != .pending {
            text += (text.isEmpty ? "" : "  ") + Spans.age(end.since(began))
        }
        let number = index + 1 < 10 ? " \(index + 1)" : "\(index + 1)"
        let title = TextWidth.padded("\(number) \(step.title)", to: max(12, min(34, width - 26)))
        return [
            TextRun(isShown ? ">" : " ", .key), TextRun("\(sign) ", role),
            TextRun(title, isShown ? CellStyle(.text, bold: true) : CellStyle(step.status == .pending ? .dim : .text)),
            TextRun(" \(text)", role),
        ].truncated(to: width, glyphs: glyphs)
    }

    private func look(_ status: StepStatus) -> (sign: String, role: Role) {
        switch status {
        case .pending: (glyphs.hollowBullet, .dim)
        case .running: (glyphs.running, .key)
        case .waiting: (glyphs.warning, .warning)
        case .passed: (glyphs.check, .ok)
        case .failed: (glyphs.cancel, .critical)
        case .waived: (glyphs.warning, .critical)
        }
    }

    // MARK: What is known of a step

    /// Its evidence, newest last; then blocked groups and waves where they belong to the step.
    func findings(_ index: Int, width: Int) -> [[TextRun]] {
        let step = run.steps[index]
        var sheet = TextSheet(width: max(10, width))
        for evidence in step.evidence {
            let (text, role) = words.evidence(evidence)
            sheet.text(CleanText(text).text, role)
        }
        if step.explanation == .move || step.explanation == .decide || step.explanation == .fence {
            for blocked in run.blocked {
                let group = CleanText(blocked.group).text
                sheet.text("! \(group): \(CleanText(blocked.reason).text)", .warning)
            }
        }
        if step.explanation == .move {
            for wave in run.waves { sheet.text(waveText(wave), wave.blocked > 0 ? .critical : .text) }
        }
        if sheet.lines.isEmpty { sheet.text(words.say("nothing yet", "아직 없음"), .dim) }
        return sheet.lines
    }

    private func waveText(_ wave: RunView.WaveView) -> String {
        let names = RunWords.list(wave.endpoints, atMost: 3)
        let rest = rest(empty: wave.empty, leftOut: wave.leftOut)
        return words.say(
            "wave \(wave.number + 1): moved \(wave.moved), ready \(wave.ready), blocked \(wave.blocked)\(rest) "
                + "of \(wave.groups)   \(names)",
            "웨이브 \(wave.number + 1): 이동 \(wave.moved), 준비 \(wave.ready), 막힘 \(wave.blocked)\(rest) "
                + "/ \(wave.groups)   \(names)")
    }

    // MARK: What is asked or done now

    /// The last lines of the pane: how it ended, what is asked, or what is being done.
    func now(width: Int) -> [[TextRun]] {
        if let outcome = run.outcome {
            return wrapped(words.outcome(outcome), width, role(of: outcome))
                + [[TextRun(" "), TextRun(model.keyName(.back), .key), TextRun(" \(backHint)", .dim)]]
        }
        if let prompt = run.prompt {
            return wrapped(words.question(prompt.question, in: run), width, .warning) + answers(prompt, width)
        }
        if let action = run.action {
            return wrapped("\(glyphs.running) \(words.action(action, in: run))", width, .text) + [watcher]
        }
        return [watcher]
    }

    private var backHint: String { words.say("puts it away; Enter shows a step in full", "닫기, Enter는 단계 상세") }

    private func role(of outcome: RunOutcome) -> Role {
        switch outcome {
        case .finished: .ok
        case .finishedWithout: .warning
        case .aborted: .critical
        }
    }

    private func wrapped(_ text: String, _ width: Int, _ role: Role) -> [[TextRun]] {
        TextSheet.wrapped(CleanText(text).text, width: width - 2).prefix(4).map { [TextRun(" "), TextRun($0, role)] }
    }

    private func answers(_ prompt: DriverPrompt, _ width: Int) -> [[TextRun]] {
        guard model.reasonNotToDrive == nil else { return [watcher] }
        var lines: [[TextRun]] = [[TextRun(" ")]]
        for (index, choice) in prompt.choices.enumerated() {
            let key = model.keyName(index == 0 ? .goOn : choice.actionID)
            let answer = [
                TextRun(key, .key), TextRun(" \(words.choice(choice))", index == 0 ? .text : .dim), TextRun("   "),
            ]
            if lines[lines.count - 1].width + answer.width - 3 > width { lines.append([TextRun(" ")]) }
            lines[lines.count - 1] += answer
        }
        return lines
    }

    /// Why this session has nothing to answer; empty where it drives.
    private var watcher: [TextRun] {
        guard let reason = model.reasonNotToDrive else { return [] }
        return [TextRun(" "), TextRun(reason, .dim)]
    }
}
