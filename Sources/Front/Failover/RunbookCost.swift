import Cells
import Domain

/// What a run of a runbook would cost now, by what the console has read.
struct RunbookCost {
    let model: Model
    let runbook: Runbook
    let source: IDC
    private let words: RunWords
    private let stranded: StrandedRecords?
    /// `nil`: that a side has no groups may not be said.
    private let cost: MoveCost?

    init(_ model: Model, _ runbook: Runbook, from source: IDC) {
        self.model = model
        self.runbook = runbook
        self.source = source
        words = RunWords(model)
        stranded = model.snapshot?.stranded(on: source)
        guard runbook.movesGroups, let snapshot = model.snapshot, let summary = model.summary else {
            cost = nil
            return
        }
        let cost = MoveCost(of: snapshot, leaving: source)
        self.cost = summary.canSay(groups: cost.readTwice.count + cost.held.count, of: source) ? cost : nil
    }

    /// One line.
    func lines(width: Int) -> [[TextRun]] {
        let parts = [notMirrored] + (runbook.movesGroups ? [readTwice, held] : [])
        let isOld = isMirroringOld || runbook.movesGroups && isReadingOld
        let runs = parts.enumerated().flatMap { index, part in
            (index == 0 ? [] : [TextRun("; ", .dim)]) + [TextRun(part.text, part.role)]
        }
        return [
            ([
                TextRun(
                    isOld
                        ? words.say(" As last known: ", " 마지막으로 안 비용: ") : words.say(" Costs now: ", " 지금 비용: "), .dim)
            ] + runs)
            .truncated(to: width, glyphs: model.settings.glyphs)
        ]
    }

    /// Every group that would stay, with why.
    func reasons() -> [String] { (cost?.held ?? []).map { "\($0.group): \($0.reason)" } }

    private var notMirrored: (text: String, role: Role) {
        if isMirroringOld, let lag = stranded?.total {
            let figure = Figures.count(lag)
            return (words.say("\(figure) not mirrored", "아직 미러되지 않음 \(figure)"), .unknown)
        }
        let sum = model.summary.flatMap { $0.canSay(mirrors: $0.allMirrors) ? $0.flows[source].toCopy : nil }
        let figure = sum?.text ?? Figures.unknown
        let isKnown = sum?.isComplete == true && model.snapshot?.clusters[source].ranges.current != nil
        return (words.say("\(figure) not mirrored", "아직 미러되지 않음 \(figure)"), isKnown ? .text : .unknown)
    }

    private var readTwice: (text: String, role: Role) {
        guard runbook.promise != .nothingReadTwice else {
            return (words.say("none read twice", "두 번 읽기 없음"), .text)
        }
        var sum = KnownSum()
        for count in cost?.readTwice ?? [nil] { sum.add(count) }
        return (
            words.say("at most \(sum.text) read twice", "두 번 읽기 최대 \(sum.text)"),
            sum.isComplete && cost?.isOld == false ? .text : .unknown
        )
    }

    private var held: (text: String, role: Role) {
        let unknown = cost?.unknownCount ?? 1
        guard let held = cost?.held, !held.isEmpty || unknown == 0 else {
            return (words.say("? groups stay", "남을 그룹 ?개"), .unknown)
        }
        let names = held.isEmpty ? "" : ": " + held.map(\.group).shortList(of: 2)
        let role: Role = held.isEmpty ? .text : .warning
        guard unknown == 0 else {
            let count = "\(held.count) + \(unknown) ?"
            return (words.say("\(count) groups stay\(names)", "남을 그룹 \(count)개\(names)"), role)
        }
        return (
            words.say(
                "\(words.groups(held.count)) \(held.count == 1 ? "stays" : "stay")\(names)",
                "남을 그룹 \(held.count)개\(names)"), role
        )
    }

    /// What has not crossed is known, though not of now.
    private var isMirroringOld: Bool { stranded?.isCurrent == false }

    private var isReadingOld: Bool {
        guard let cost, runbook.promise != .nothingReadTwice else { return false }
        return cost.isOld && cost.unknownCount < cost.readTwice.count
    }
}
