import Cells
import Domain

/// What stands on every pane while it is so: a run that goes on, and groups that consume on both sides.
enum RunBanner {
    static func count(_ model: Model) -> Int {
        (model.failover.openRun == nil ? 0 : 1) + ((model.summary?.splitGroups ?? 0) > 0 ? 1 : 0)
    }

    static func lines(of model: Model) -> [[TextRun]] {
        var lines: [[TextRun]] = []
        if let run = model.failover.openRun { lines.append([TextRun(text(run, model), .badgeAlert)]) }
        if let split = model.summary?.splitGroups, split > 0 {
            lines.append([TextRun(text(split: split, model), .badgeAlert)])
        }
        return lines
    }

    private static func text(_ run: RunView, _ model: Model) -> String {
        let words = RunWords(model)
        let lines = RunLines(model, run)
        let number = min((run.current ?? run.steps.count - 1) + 1, run.steps.count)
        let title = run.current.map { run.steps[$0].title } ?? ""
        let state =
            run.prompt == nil
            ? "" : words.say("  WAITS FOR \(run.driver)", "  \(run.driver)의 답을 기다림")
        return
            " FAILOVER RUN \(run.runbook) \(lines.source) to \(lines.target)  "
            + words.say("step", "단계") + " \(number)/\(run.steps.count)\(state)  \(lines.elapsedText)  \(title)"
    }

    private static func text(split: Int, _ model: Model) -> String {
        let words = RunWords(model)
        let groups = (model.snapshot?.groups ?? []).lazy.filter { $0.side == .both }.prefix(3).map(\.id)
        let more = split > 3 ? " +\(split - 3)" : ""
        let list = groups.map { CleanText($0).text }.joined(separator: ", ") + more
        return words.say(
            " ! SPLIT CONSUMPTION on \(model.names.idc1) and \(model.names.idc2): \(list)",
            " ! 양쪽 동시 소비 \(model.names.idc1), \(model.names.idc2): \(list)")
    }
}
