import Domain
import TestSupport

/// A disaster run, led from event to event by the machine that leads real ones.
struct FailoverFixture {
    static let disaster = Runbook(
        name: "disaster", summary: "an IDC is gone or going; traffic and consumers go on in the other",
        promise: .nothingLost,
        steps: [
            RunbookStep(id: "declare", title: "Declare", kind: .declare(approvals: 0)),
            RunbookStep(id: "record", title: "Record what is known", kind: .record(.readings)),
            RunbookStep(
                id: "target", title: "The target can take it",
                kind: .gate(checks: [.brokers, .quorum, .partitions, .mirrors], mayBeWaived: true)),
            RunbookStep(id: "traffic", title: "Traffic to the target", kind: .traffic(.target, atLeast: 90)),
            RunbookStep(id: "hold-late", title: "Hold late records back", kind: .mirrors(.pause, .sourceToTarget)),
            RunbookStep(id: "fence", title: "Fence the source's consumers", kind: .groups(.fence)),
            RunbookStep(id: "offsets", title: "Offsets", kind: .groups(.decide)),
            RunbookStep(
                id: "move", title: "Move consumers in waves",
                kind: .groups(.move(waves: [.groups(1), .percent(5), .rest]))),
            RunbookStep(
                id: "check", title: "Check",
                kind: .gate(checks: [.wrongSide, .splitConsumption, .draining, .canary], mayBeWaived: true)),
            RunbookStep(id: "close", title: "Close", kind: .record(.report)),
        ], text: "runbook: disaster")

    static let planned = Runbook(
        name: "planned", summary: "work on a healthy IDC; every group moves from an exact position or stays",
        promise: .nothingReadTwice,
        steps: [
            RunbookStep(id: "declare", title: "Declare", kind: .declare(approvals: 1)),
            RunbookStep(id: "close", title: "Close", kind: .record(.report)),
        ], text: "runbook: planned")

    static let traffic = Runbook(
        name: "traffic", summary: "user traffic moves to the split that is given, and consumers stay",
        promise: .consumersUntouched,
        steps: [
            RunbookStep(id: "declare", title: "Declare", kind: .declare(approvals: 0)),
            RunbookStep(id: "traffic", title: "Set the split", kind: .traffic(.given, atLeast: 90)),
            RunbookStep(id: "close", title: "Close", kind: .record(.report)),
        ], text: "runbook: traffic")

    static let runbooks = [disaster, planned, traffic]

    private(set) var machine: FailoverMachine
    private var moment: WallTime

    /// - Parameter groups: so many, two behind each name but for the first. The last has no members anywhere.
    init(groups: Int = 9) {
        let names = (0..<groups).map { $0 < 10 ? "billing-0\($0)" : "billing-\($0)" }
        var endpoints = [EndpointGroups(endpoint: "kafka-canary", groups: [names[0]])]
        for start in stride(from: 1, to: groups, by: 2) {
            endpoints.append(
                EndpointGroups(endpoint: "kafka-\(start)", groups: Array(names[start..<min(start + 2, groups)])))
        }
        moment = SnapshotBuilder.moment.advanced(by: .seconds(-221))
        machine = FailoverMachine(
            RunHeader(
                run: "20261123-030826-kdmq", runbook: "disaster", runbookText: "runbook: disaster", from: .idc1,
                driver: "jo", host: "bastion-1", reason: "IDC1 has lost its power, 인프라팀 확인", split: nil,
                endpoints: endpoints, emptyGroups: names.suffix(1)), Self.disaster, at: moment)
    }

    var view: RunView { machine.view }

    mutating func happened(_ event: FailoverEvent) {
        moment = moment.advanced(by: .seconds(9))
        for action in machine.actions { _ = machine.apply(.acting(action), at: moment) }
        _ = machine.apply(event, at: moment)
    }

    mutating func answered(_ choice: DriverChoice, _ text: String = "") {
        happened(.answered(DriverAnswer(choice, text: text, name: "idc2", by: "jo")))
    }

    // MARK: As far as

    /// The lease is held, and the readings are about to be kept.
    static var declared: FailoverFixture {
        var run = FailoverFixture()
        run.happened(
            .leaseAnswered([LeaseAnswer(.idc2), LeaseAnswer(.idc1, failure: "IDC1 does not answer for 5 s")]))
        return run
    }

    static var gateRed: FailoverFixture {
        var run = declared
        run.happened(
            .readingsRecorded(
                ReadingsKept(
                    kept: 412, missing: ["brokers of IDC1", "groups of IDC1"],
                    stranded: .fixture(readAt: run.moment.advanced(by: .seconds(-60))),
                    recordsPerSecond: 12_431)))
        run.happened(
            .gateExamined([
                GateFinding(.brokers, .green, "3 of 3 brokers answer."),
                GateFinding(.quorum, .unknown, "No controller has answered a validate-only request within 5 s."),
                GateFinding(.partitions, .red, "14 partitions have fewer replicas in sync than writes need: 주문-이벤트-3."),
                GateFinding(.mirrors, .green, "12 of 12 as last seen."),
            ]))
        return run
    }

    /// Waits for a person before the traffic is set.
    static var beforeTraffic: FailoverFixture {
        var run = gateRed
        run.answered(.waive, "브로커 2 재시작 중")
        run.answered(.waive, "drill")
        return run
    }

    static var moving: FailoverFixture {
        var run = beforeTraffic
        run.answered(.goOn)
        if let split = TrafficSplit(idc1: 0, idc2: 100) {
            run.happened(.trafficSet(split, before: TrafficSplit(idc1: 50, idc2: 50)))
            run.happened(
                .trafficMeasured(
                    TrafficSeen(configured: split, targetPerMille: 971, sourceGrows: nil, isAsWanted: true)))
        }
        run.answered(.goOn)
        run.happened(.mirrorsActed(MirrorsSeen(done: 10, notReached: ["mirror-idc1-idc2-quotes"], left: nil)))
        run.happened(.fenceExamined([]))
        run.answered(.state, "the power is off, seen on site")
        let active = run.machine.active
        run.happened(
            .offsetsDecided(
                active.enumerated().map { index, group in
                    GroupDecision(
                        group: group,
                        verdict: index == 4
                            ? .held(reason: "no evidence for partition 3 of quotes")
                            : index % 2 == 0 ? .exact : .bounded(readTwice: 1_059), positions: [], lag: 3)
                }))
        run.answered(.leaveOut)
        return run
    }

    /// The second wave, with a group that is not seen to consume.
    static var waveBlocked: FailoverFixture {
        var run = moving
        run.answered(.goOn)
        run.wave { _ in true }
        run.answered(.goOn)
        run.wave { $0 != "billing-02" }
        return run
    }

    static var finished: FailoverFixture {
        var run = waveBlocked
        run.answered(.accept, "restarted by hand, seen in its log")
        while run.view.prompt != nil {
            run.answered(.goOn)
            run.wave { _ in true }
        }
        run.happened(
            .gateExamined(
                [GateCheck.wrongSide, .splitConsumption, .draining, .canary].map {
                    GateFinding($0, .green, "as it should be.")
                }))
        run.happened(.reportWritten(path: "/var/lib/bascule/20261123-030826-kdmq.html", hash: "9f86d081884c7d65"))
        run.happened(.leaseReleased)
        return run
    }

    static var aborted: FailoverFixture {
        var run = beforeTraffic
        run.answered(.abort, "IDC1 is back, 복구됨")
        run.happened(.reportWritten(path: "/var/lib/bascule/20261123-030826-kdmq.html", hash: "2c26b46b68ffc68f"))
        run.happened(.leaseReleased)
        return run
    }

    /// What comes of the wave that was confirmed, until something is asked.
    private mutating func wave(_ isSeen: (String) -> Bool) {
        for _ in 0..<6 {
            switch machine.actions.first {
            case .writeOffsets(let groups)?: happened(.offsetsWritten(groups.map { GroupOutcome($0) }))
            case .pointEndpoints(let groups)?: happened(.endpointsPointed(groups.map { GroupOutcome($0) }))
            case .startConsumers(let groups)?: happened(.consumersStarted(groups.map { GroupOutcome($0) }))
            case .watchGroups(let groups)?:
                happened(
                    .groupsSeen(
                        groups.map {
                            let isThere = isSeen($0) && !machine.header.emptyGroups.contains($0)
                            return GroupSight(
                                group: $0, onSource: 0, onTarget: isThere ? 2 : 0, hasBegun: isThere, lag: 12,
                                clientsOnSource: [])
                        }))
            default: return
            }
        }
    }
}
