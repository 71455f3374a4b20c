import TestSupport
import Testing

@testable import Domain

/// Runs and what happens in them, for tests.
enum FailoverFixture {
    static let start = WallTime(milliseconds: 1_764_000_000_000)

    /// Two endpoints: one with the group `a`, one with `b` and `c`.
    static let endpoints = [
        EndpointGroups(endpoint: "one", groups: ["a"]), EndpointGroups(endpoint: "two", groups: ["b", "c"]),
    ]

    static func runbook(_ name: String) -> Runbook {
        let steps: [RunbookStep]
        switch name {
        case "disaster": steps = disaster
        case "planned": steps = planned
        case "failback": steps = failback
        default: steps = outside
        }
        return Runbook(
            name: name, summary: "",
            promise: ["planned", "failback"].contains(name) ? .nothingReadTwice : .nothingLost,
            steps: steps, text: name)
    }

    private static func step(_ id: String, _ kind: StepKind) -> RunbookStep {
        RunbookStep(id: id, title: id, kind: kind)
    }

    private static let waves: [WaveSize] = [.groups(1), .rest]

    static let disaster: [RunbookStep] = [
        step("declare", .declare(approvals: 0)), step("record", .record(.readings)),
        step("target", .gate(checks: [.brokers, .quorum], mayBeWaived: true)),
        step("traffic", .traffic(.target, atLeast: 90)), step("hold-late", .mirrors(.pause, .sourceToTarget)),
        step("fence", .groups(.fence)), step("offsets", .groups(.decide)),
        step("move", .groups(.move(waves: waves))), step("check", .gate(checks: [.wrongSide], mayBeWaived: true)),
        step("close", .record(.report)),
    ]

    static let planned: [RunbookStep] = [
        step("declare", .declare(approvals: 0)), step("record", .record(.readings)),
        step("target", .gate(checks: [.brokers, .quorum], mayBeWaived: false)),
        step("traffic", .traffic(.target, atLeast: 90)), step("clear", .mirrors(.awaitClear, .sourceToTarget)),
        step("move", .groups(.move(waves: waves))), step("close", .record(.report)),
    ]

    static let failback: [RunbookStep] = [
        step("declare", .declare(approvals: 0)), step("record", .record(.readings)),
        step("target", .gate(checks: [.quorum], mayBeWaived: false)),
        step("tail", .mirrors(.lateTail, .targetToSource)), step("resume", .mirrors(.resume, .both)),
        step("close", .record(.report)),
    ]

    static let outside: [RunbookStep] = [
        step("declare", .declare(approvals: 1)), step("record", .record(.readings)),
        step(
            "program",
            .command(CommandCall(arguments: ["/bin/stop"], limit: .seconds(5), verification: ["/bin/stopped"]))),
        step(
            "call",
            .http(HTTPCall(method: "POST", url: "http://x/a", limit: .seconds(5), verification: "http://x/b"))),
        step("question", .confirm(question: "Is the market closed?")), step("pause", .wait(.seconds(1))),
        step("close", .record(.report)),
    ]

    static func header(_ name: String, empty: [String] = []) -> RunHeader {
        RunHeader(
            run: "20261125-031200-test", runbook: name, runbookText: name, from: .idc1, driver: "kim", host: "h1",
            reason: "a drill", split: nil, endpoints: endpoints, emptyGroups: empty)
    }

    static func machine(_ name: String) -> FailoverMachine {
        FailoverMachine(header(name), runbook(name), at: start)
    }

    static func answer(_ choice: DriverChoice, text: String = "because", name: String = "idc2") -> FailoverEvent {
        .answered(DriverAnswer(choice, text: text, name: name, by: "kim"))
    }

    /// The groups of the action that is waited for.
    static func groups(_ machine: FailoverMachine) -> [String] {
        switch machine.wanted {
        case .examineFence(let groups)?, .decideOffsets(let groups, _)?, .stopConsumers(let groups)?,
            .restoreConsumers(let groups)?, .writeOffsets(let groups)?, .pointEndpoints(let groups)?,
            .startConsumers(let groups)?, .watchGroups(let groups)?:
            groups
        default: []
        }
    }

    static func decision(_ group: String, _ verdict: GroupDecision.Verdict) -> GroupDecision {
        GroupDecision(
            group: group, verdict: verdict,
            positions: [
                PartitionMove(TopicPartition("orders", 0), from: Offset(7), to: Offset(5), method: "headers")
            ], lag: 2)
    }

    /// The answer of one kind for the groups of whatever action is waited for.
    static func outcomes(_ machine: FailoverMachine, failing: Bool) -> FailoverEvent? {
        let outcomes = groups(machine).enumerated().map { index, group in
            GroupOutcome(group, failure: failing && index == 0 ? "refused" : nil)
        }
        switch machine.wanted {
        case .stopConsumers?: return .consumersStopped(outcomes)
        case .restoreConsumers?: return .consumersRestored(outcomes)
        case .writeOffsets?: return .offsetsWritten(outcomes)
        case .pointEndpoints?: return .endpointsPointed(outcomes)
        case .startConsumers?: return .consumersStarted(outcomes)
        default: return nil
        }
    }

    static func sights(_ machine: FailoverMachine, onSource: Int?, hasBegun: Bool) -> FailoverEvent {
        .groupsSeen(
            groups(machine).enumerated().map { index, group in
                GroupSight(
                    group: group, onSource: index == 0 ? onSource : 0, onTarget: 2,
                    hasBegun: index == 0 ? hasBegun : true, lag: 3,
                    clientsOnSource: index == 0 && onSource != 0 ? ["app-1 /10.0.0.1"] : [])
            })
    }

    /// What the table of docs/FAILOVER.md calls an event; `nil`: no such word.
    static func event(_ word: String, _ machine: FailoverMachine) -> FailoverEvent? {
        switch word {
        case "lease held": .leaseAnswered([LeaseAnswer(.idc2), LeaseAnswer(.idc1, failure: "unreachable")])
        case "lease taken": .leaseAnswered([LeaseAnswer(.idc2, failure: "lee has it", isTaken: true)])
        case "no lease on the target": .leaseAnswered([LeaseAnswer(.idc2, failure: "no quorum"), LeaseAnswer(.idc1)])
        case "unasked": .waited
        case "approved": .approvalsRead(["lee"])
        case "approved by the driver": .approvalsRead(["kim"])
        case "readings kept":
            .readingsRecorded(
                ReadingsKept(
                    kept: 9, missing: ["kafka idc1"], stranded: .fixture(readAt: start), recordsPerSecond: 200))
        case "all green":
            .gateExamined(GateCheck.allCases.map { GateFinding($0, .green, "seen") })
        case "one red":
            .gateExamined(GateCheck.allCases.map { GateFinding($0, $0 == .quorum ? .red : .green, "seen") })
        case "nothing said": .gateExamined([GateFinding(.quorum, .green, "seen")])
        case "split set":
            if case .setTraffic(let split)? = machine.wanted {
                .trafficSet(split, before: TrafficSplit(idc1: 50, idc2: 50))
            } else {
                nil
            }
        case "traffic seen":
            .trafficMeasured(TrafficSeen(configured: nil, targetPerMille: 990, sourceGrows: false, isAsWanted: true))
        case "traffic not seen":
            .trafficMeasured(TrafficSeen(configured: nil, targetPerMille: 500, sourceGrows: true, isAsWanted: false))
        case "mirrors done": .mirrorsActed(MirrorsSeen(done: 3, left: nil))
        case "mirrors not reached": .mirrorsActed(MirrorsSeen(done: 0, notReached: ["connect idc2"], left: nil))
        case "mirrors failed": .mirrorsActed(MirrorsSeen(done: 2, failed: ["orders: 409"], left: nil))
        case "nothing left": .mirrorsActed(MirrorsSeen(done: 0, left: 0))
        case "records left": .mirrorsActed(MirrorsSeen(done: 0, left: 12))
        case "no members": .fenceExamined(groups(machine).map { FenceSight(group: $0, members: 0, clients: []) })
        case "members seen": .fenceExamined(groups(machine).map { FenceSight(group: $0, members: 1, clients: ["c"]) })
        case "members unknown":
            .fenceExamined(groups(machine).map { FenceSight(group: $0, members: nil, clients: []) })
        case "decided":
            .offsetsDecided(groups(machine).map { decision($0, .exact) })
        case "one held":
            .offsetsDecided(
                groups(machine).enumerated().map { decision($1, $0 == 0 ? .held(reason: "no evidence") : .exact) })
        case "groups done": outcomes(machine, failing: false)
        case "one group failed": outcomes(machine, failing: true)
        case "all moved": sights(machine, onSource: 0, hasBegun: true)
        case "one on the source": sights(machine, onSource: 1, hasBegun: true)
        case "one not committed": sights(machine, onSource: 0, hasBegun: false)
        case "verified":
            if case .run? = machine.wanted {
                .commandEnded(status: 0, output: "ok", isVerified: true)
            } else {
                .called(status: 200, isVerified: true)
            }
        case "not verified": .commandEnded(status: 1, output: "no", isVerified: false)
        case "waited": .waited
        case "report written": .reportWritten(path: "r.html", hash: "00")
        case "lease released": .leaseReleased
        case "failed": .actionFailed(reason: "it broke", isOutcomeKnown: false)
        case "forbidden": .forbidden(.frozen, detail: "writes are frozen")
        case "go on": answer(.goOn)
        case "retry": answer(.retry)
        case "accept": answer(.accept)
        case "waive": answer(.waive)
        case "waive without a name": answer(.waive, name: "idc1")
        case "waive without a reason": answer(.waive, text: " ")
        case "state": answer(.state)
        case "put back": answer(.putBack)
        case "leave out": answer(.leaveOut)
        case "abort": answer(.abort)
        default: nil
        }
    }

    static let words = [
        "lease held", "lease taken", "no lease on the target", "unasked", "approved", "approved by the driver",
        "readings kept", "all green", "one red", "nothing said", "split set", "traffic seen", "traffic not seen",
        "mirrors done", "mirrors not reached", "mirrors failed", "nothing left", "records left", "no members",
        "members seen", "members unknown", "decided", "one held", "groups done", "one group failed", "all moved",
        "one on the source", "one not committed", "verified", "not verified", "waited", "report written",
        "lease released", "failed", "forbidden", "go on", "retry", "accept", "waive", "waive without a name", "state",
        "put back", "leave out", "abort",
    ]
}

extension FailoverMachine {
    /// The state as the table of docs/FAILOVER.md has it.
    var label: String {
        let step = position < steps.count ? runbook.steps[position].id : runbook.steps.last?.id ?? ""
        switch awaiting {
        case .action(let action, _): return "\(step): \(action.word)"
        case .driver(let prompt):
            if case .notFenced(_, areSeen: true) = prompt.question { return "\(step): ask not-fenced (seen)" }
            return "\(step): ask \(prompt.question.word)"
        case .nothing:
            switch outcome {
            case .finished?: return "finished"
            case .finishedWithout?: return "finished without"
            case .aborted?: return "aborted"
            case nil: return "nothing"
            }
        }
    }
}
