import Cells
import Domain
import Front
import TestSupport
import Testing

struct RandomKeyTests {
    private static let keys: [Key] =
        KeyTable.actions.flatMap(\.keys).compactMap(KeyName.key)
        + "abco^$.*[](){}|\\!?/:yx 3가".unicodeScalars.map(Key.character)
        + [
            .enter, .enter, .escape, .backspace, .tab, .paste("주문\u{1B}[31m"), .mouse(column: 4, row: 7, button: 1),
            .mouse(column: 4, row: 7, button: 5), .function(9), .control("u"),
        ]

    private static let builders: [SnapshotBuilder] = {
        var unreachable = SnapshotBuilder()
        unreachable.clusters.idc1 = .unreachable
        unreachable.connect.idc2 = .stale(age: .seconds(500))
        return [SnapshotBuilder(), .empty, .pending, .large(topics: 120, groups: 90), unreachable]
    }()

    private static let runs: [FailoverFixture?] = [
        nil, .declared, .gateRed, .beforeTraffic, .waveBlocked, .finished, .aborted,
    ]

    private static let snapshots = builders.map { $0.build() }

    /// Any key at any time in any size: the grid always has the model's size and never half of a wide cell, and
    /// nothing is run that was not planned and confirmed.
    @Test(arguments: 1...12)
    func `whatever is pressed, the screen is whole and nothing runs unasked`(seed: UInt64) {
        var numbers = Numbers(seed: seed)
        let console = Console(
            seed.isMultiple(of: 3)
                ? FrontSettings(mode: .watch, runbooks: FailoverFixture.runbooks)
                : FrontSettings(runbooks: FailoverFixture.runbooks), snapshot: nil)
        var pending: Intent?
        var shown: Plan?
        var asked: DriverPrompt?
        for _ in 0..<700 {
            let effects: [Effect]
            switch numbers.next(21) {
            case 0:
                effects = console.send(.resized(columns: numbers.next(150), rows: numbers.next(50)))
            case 1:
                effects = console.send(.snapshot(Self.snapshots[numbers.next(Self.snapshots.count)]))
            case 2:
                console.wait(.seconds(numbers.next(10)))
                effects = []
            case 3:
                let intent = pending ?? .mirrors(.pause, [])
                let plan = plan(intent, numbers.next(3))
                if pending != nil { shown = plan }
                effects = console.send(
                    .planned(numbers.next(3) == 0 ? .failure(Refusal(.stalePlan, "old")) : .success(plan)))
            case 4:
                guard let plan = shown else { continue }
                let phases: [PlanProgress.Phase] = [.canary, .running, .verifying, .finished, .stopped(reason: "x")]
                let outcomes = plan.lines.map { _ in numbers.next(2) == 0 ? LineOutcome.verified : nil }
                guard console.model.isRunning else { continue }
                effects = console.send(
                    .progress(PlanProgress(plan: plan, outcomes: outcomes, phase: phases[numbers.next(5)])))
            case 5:
                effects = console.send(.journal(JournalFixture.records))
            case 6:
                let run = Self.runs[numbers.next(Self.runs.count)]
                let role: RunRole = console.model.settings.isReadOnly || numbers.next(2) == 0 ? .watching : .driving
                effects = console.send(.run(run?.view, role))
                asked = run?.view.prompt
            default:
                effects = console.send(.key(Self.keys[numbers.next(Self.keys.count)]))
            }
            for effect in effects {
                if case .makePlan(let intent) = effect { pending = intent }
                if case .answerRun(let answer) = effect { #expect(answer.prompt == asked) }
                #expect(!(effect.writes && console.model.settings.isReadOnly))
                if case .run(let plan) = effect {
                    #expect(plan == shown)
                    #expect(!plan.lines.isEmpty)
                    #expect(!console.model.settings.isReadOnly)
                }
            }
            let grid = console.grid
            #expect(grid.columns == console.model.columns && grid.rows == console.model.rows)
            #expect(grid.defect == nil)
            if let list = front(console.model) {
                #expect(list.order.isEmpty || list.order.indices.contains(list.position))
                #expect(list.top >= 0 && list.top <= max(0, list.order.count - 1))
            }
        }
    }

    private func front(_ model: Model) -> ListState? {
        switch model.pane {
        case .overview, .failover: nil
        case .mirrors: model.mirrorList
        case .groups: model.groupList
        case .journal: model.journalList
        }
    }

    private func plan(_ intent: Intent, _ count: Int) -> Plan {
        Plan(
            intent: intent, title: "Pause \(count)",
            lines: (0..<count).map { number in
                PlanLine(
                    step: .connector(.pause, name: "m\(number)", on: .idc1), call: "PUT m\(number)",
                    expected: .connector(.running))
            }, leftOut: [], warnings: [], equivalentCommand: "bascule mirrors pause m",
            confirmation: count == 2 ? .typed("3", prompt: "Type 3") : .yes, madeFrom: SnapshotBuilder.moment)
    }
}
