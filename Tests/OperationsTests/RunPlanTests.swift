import Domain
import Operations
import TestSupport
import Testing

@Suite struct `What a run would do and cost` {
    private static let cost = MoveCost(
        of: ["a", "b", "c"],
        decided: [
            GroupDecision(group: "a", verdict: .bounded(readTwice: 41), positions: [], lag: nil),
            GroupDecision(group: "b", verdict: .exact, positions: [], lag: nil),
            GroupDecision(group: "c", verdict: .held(reason: "Held by alice"), positions: [], lag: nil),
        ])

    private static func plan(
        _ promise: Runbook.Promise, _ cost: MoveCost?,
        steps: [StepKind] = [.traffic(.target, atLeast: 90), .groups(.decide), .groups(.move(waves: [.rest]))],
        of given: SnapshotBuilder? = nil
    ) -> RunPlan {
        let runbook = Runbook(
            name: "test", summary: "a test", promise: promise,
            steps: steps.map { RunbookStep(id: $0.word, title: $0.word, kind: $0) }, text: "test")
        var builder = SnapshotBuilder()
        builder.topics = [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(9, isExact: true), idc2: Estimate(0, isExact: true)))
        ]
        return RunPlan(runbook, from: .idc1, snapshot: (given ?? builder).build(), cost: cost)
    }

    private static func costs(_ plan: RunPlan) -> [String] {
        JSONText.written(plan.node).split(separator: "\"cost\":").dropFirst().map { part in
            String(part.prefix { $0 != "}" }.filter { !$0.isWhitespace }) + "}"
        }
    }

    @Test func `records read twice and groups that stay stand beside the steps that move them`() {
        let plan = Self.plan(.nothingLost, Self.cost)
        #expect(
            plan.text.contains(
                "records that have not crossed: 9 (9 ms)\nrecords read twice at most: 41\n"
                    + "groups that would stay where they are: 1\n   ! c: Held by alice\n"))
        #expect(plan.steps.last?.blocking.last == "1 group would stay on IDC1: c")
        #expect(
            Self.costs(plan) == [
                #"{"readTwice":null,"stranded":9,"held":null}"#, #"{"readTwice":41,"stranded":null,"held":1}"#,
                #"{"readTwice":41,"stranded":null,"held":1}"#,
            ])
    }

    @Test func `where nothing may be read twice nothing is, and the groups that stay are told all the same`() {
        let plan = Self.plan(.nothingReadTwice, Self.cost)
        #expect(plan.text.contains("records read twice at most: none; a group that would read any stays where it is\n"))
        #expect(Self.costs(plan).last == #"{"readTwice":0,"stranded":null,"held":1}"#)
    }

    @Test func `what had not crossed from a side that is gone is as its daemon wrote it down`() {
        let said = StrandedRecords(atMost: ["orders": 60], readAt: WallTime(milliseconds: 1_764_000_000_000))
        func plan(_ state: SnapshotBuilder.SourceState) -> RunPlan {
            var builder = SnapshotBuilder.empty
            builder.topics = [TopicFixture("orders", toCopy: PerIDC(idc1: nil, idc2: nil))]
            builder.clusters.idc1 = state
            let runbook = Runbook(name: "test", summary: "", promise: .nothingLost, steps: [], text: "")
            return RunPlan(runbook, from: .idc1, snapshot: builder.build(), announced: said, cost: nil)
        }
        #expect(
            plan(.unreachable).text.contains(
                "records that have not crossed: at most 60, as last read at 2025-11-24T16:00:00.000Z\n"))
        #expect(plan(.answering).text.contains("records that have not crossed: not known\n"))
    }

    @Test func `what is not known is not 0`() {
        #expect(Self.plan(.nothingLost, nil).text.contains("records read twice, groups that would stay: not known\n"))
        #expect(
            Self.costs(Self.plan(.nothingReadTwice, nil)).last == #"{"readTwice":null,"stranded":null,"held":null}"#)
        let half = MoveCost(
            of: ["a", "b"],
            decided: [GroupDecision(group: "a", verdict: .bounded(readTwice: 41), positions: [], lag: nil)])
        #expect(
            Self.plan(.nothingLost, half).text.contains(
                "records read twice at most: 41, and of 1 group it is not known\n"
                    + "groups that would stay where they are: 0, and of 1 group it is not known\n"))
        #expect(
            Self.costs(Self.plan(.nothingLost, half)).last == #"{"readTwice":null,"stranded":null,"held":null}"#)
        let none = MoveCost(of: ["a"], decided: [])
        #expect(Self.plan(.nothingLost, none).text.contains("records read twice at most: not known\n"))
    }

    @Test func `of sides that could not be read no number is kept, least of all 0`() {
        func keeps(_ builder: SnapshotBuilder) -> String? {
            Self.plan(.nothingLost, nil, steps: [.record(.readings)], of: builder).steps.first?.wouldDo
        }
        var builder = SnapshotBuilder.empty
        #expect(keeps(builder) == "keep 0 mirrors and 0 groups as last known")
        #expect(keeps(.pending) == "keep ? mirrors and ? groups as last known")
        builder.clusters.idc2 = .unreachable
        #expect(keeps(builder) == "keep ? mirrors and ? groups as last known")
        builder.topics = [TopicFixture("orders")]
        builder.groups = [GroupFixture("billing")]
        #expect(keeps(builder) == "keep 1 mirror and 1 group as last known")
    }

    @Test func `which side's groups are not known is said, and why`() {
        func obstacles(_ change: (inout SnapshotBuilder) -> Void) -> [String] {
            var builder = SnapshotBuilder.empty
            change(&builder)
            return Self.plan(.nothingLost, nil, steps: [.groups(.decide)], of: builder).steps.flatMap(\.blocking)
        }
        #expect(obstacles { _ in } == [])
        #expect(
            obstacles { $0 = .pending } == ["the groups of IDC2 were not read in time: give it a longer --timeout"])
        #expect(
            obstacles { $0.clusters.idc1 = .pending }
                == ["the groups of IDC1 were not read in time: give it a longer --timeout"])
        let gone = obstacles { $0.clusters.idc2 = .unreachable }
        #expect(gone.count == 1 && gone.first?.hasPrefix("the groups of IDC2 are not known: ") == true)
    }

    @Test func `a runbook that moves no group costs none`() {
        let plan = Self.plan(.consumersUntouched, nil, steps: [.traffic(.given, atLeast: 90)])
        #expect(!plan.text.contains("read twice"))
    }
}
