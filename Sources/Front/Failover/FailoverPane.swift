import Cells
import Domain

/// The Failover pane: the runbooks and what they would do before a run, the run while there is one.
enum FailoverPane {
    static func lines(of model: Model, columns: Int, rows: Int) -> [[TextRun]] {
        if let run = model.failover.shownRun {
            return lines(RunLines(model, run), columns: columns, rows: rows)
        }
        return RunbookLines(model).lines(columns: columns, rows: rows)
    }

    // MARK: A run

    private static func lines(_ lines: RunLines, columns: Int, rows: Int) -> [[TextRun]] {
        let glyphs = lines.model.settings.glyphs
        let bottom = lines.now(width: columns)
        let top = lines.head + [lines.numbers(width: columns)]
        let room = max(2, rows - top.count - bottom.count - 1)
        let middle =
            columns >= 100
            ? beside(lines, columns: columns, rows: room) : stacked(lines, columns: columns, rows: room)
        let title = lines.run.outcome == nil ? lines.words.say("Now", "지금") : lines.words.say("End", "끝")
        return top + middle + [TextBox.rule([TextRun(title, .heading)], width: columns, glyphs)] + bottom
    }

    private static func stacked(_ lines: RunLines, columns: Int, rows: Int) -> [[TextRun]] {
        let shown = lines.model.failover.shownStep(of: lines.run)
        let findings = lines.findings(shown, width: columns - 2)
        // A third for the steps where the evidence needs the rest.
        let steps = min(lines.run.steps.count, max(3, rows - 1 - min(findings.count, (rows - 1) * 2 / 3)))
        let first = window(around: shown, of: lines.run.steps.count, showing: steps)
        var all = (first..<min(first + steps, lines.run.steps.count)).map {
            lines.stepLine($0, width: columns, isShown: $0 == shown)
        }
        all.append(TextBox.rule(title(lines, shown), width: columns, lines.model.settings.glyphs))
        all += last(findings, max(0, rows - steps - 1), lines).map { [TextRun(" ")] + $0 }
        return filled(all, to: rows)
    }

    private static func beside(_ lines: RunLines, columns: Int, rows: Int) -> [[TextRun]] {
        let glyphs = lines.model.settings.glyphs
        let shown = lines.model.failover.shownStep(of: lines.run)
        let left = columns / 2
        let right = columns - left
        let count = min(lines.run.steps.count, rows - 2)
        let first = window(around: shown, of: lines.run.steps.count, showing: count)
        let steps = (first..<(first + count)).map { lines.stepLine($0, width: left - 4, isShown: $0 == shown) }
        let findings = last(lines.findings(shown, width: right - 4), rows - 2, lines)
        let title = [TextRun(lines.words.say("Steps", "단계"), .heading)]
        return TextBox.beside([
            (TextBox.boxed(title, steps, width: left, height: rows - 2, glyphs), left),
            (TextBox.boxed(self.title(lines, shown), findings, width: right, height: rows - 2, glyphs), right),
        ])
    }

    private static func title(_ lines: RunLines, _ step: Int) -> [TextRun] {
        guard step < lines.run.steps.count else { return [] }
        return [TextRun("\(step + 1)/\(lines.run.steps.count) \(lines.run.steps[step].title)", .heading)]
    }

    /// The newest lines, and how many there are before them.
    private static func last(_ findings: [[TextRun]], _ count: Int, _ lines: RunLines) -> [[TextRun]] {
        guard findings.count > count, count > 1 else { return Array(findings.suffix(count)) }
        let hidden = findings.count - count + 1
        let text = lines.words.say("\(hidden) lines before: Enter shows all", "앞에 \(hidden)줄 더 있음: Enter로 모두 보기")
        return [[TextRun(text, .dim)]] + findings.suffix(count - 1)
    }

    private static func window(around index: Int, of total: Int, showing count: Int) -> Int {
        max(0, min(index - count / 2, total - count))
    }

    private static func filled(_ lines: [[TextRun]], to rows: Int) -> [[TextRun]] {
        Array((lines + Array(repeating: [], count: max(0, rows - lines.count))).prefix(rows))
    }
}
