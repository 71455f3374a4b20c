/// A run's state: what its events amount to. It reads no clock, does nothing, and gives the same state for the same
/// events, which is how a run is resumed.
///
/// At any moment it waits for one thing: an action that it wants done, a person's answer, or nothing, at the end.
/// What comes unasked changes nothing. The table of docs/FAILOVER.md has a row for every step.
package struct FailoverMachine: Hashable, Sendable {
    package let header: RunHeader
    package let runbook: Runbook
    package internal(set) var awaiting: Awaiting = .nothing
    /// When the run was declared.
    package let declaredAt: WallTime
    package internal(set) var endedAt: WallTime?
    package internal(set) var outcome: RunOutcome?
    package internal(set) var steps: [StepState]
    /// The step under way; the number of steps after the last.
    package internal(set) var position = 0
    package internal(set) var groups: [String: GroupProgress]
    package internal(set) var waves: [Wave] = []
    package internal(set) var wave = 0
    /// The driver has waived the target's quorum.
    package internal(set) var isQuorumWaived = false
    /// The driver has typed how the source's consumers are known to be stopped.
    package internal(set) var isStoppingStated = false
    package internal(set) var trafficChangedAt: WallTime?
    package internal(set) var splitBefore: TrafficSplit?
    package internal(set) var readings: ReadingsKept?
    package internal(set) var trafficSeen: TrafficSeen?
    package internal(set) var report: WrittenReport?
    package internal(set) var approvals: [String] = []
    /// How the run ends once the report is written and the lease released.
    var ending: RunOutcome?
    /// What was wanted when a person had to be asked about it.
    var held: FailoverAction?
    /// The moment of the event that is being taken in.
    var now: WallTime

    package enum Awaiting: Hashable, Sendable {
        /// `isUnderWay`: it was begun, and what became of it is not known.
        case action(FailoverAction, isUnderWay: Bool)
        case driver(DriverPrompt)
        case nothing
    }

    package struct StepState: Hashable, Sendable {
        package var status: StepStatus = .pending
        package var evidence: [Evidence] = []
        package var waivers: [Waiver] = []
        package var beganAt: WallTime?
        package var endedAt: WallTime?
    }

    /// Something that was gone past by a typed reason.
    package struct Waiver: Hashable, Sendable {
        package let subject: String
        package let by: String
        package let reason: String
    }

    package struct WrittenReport: Hashable, Sendable {
        package let path: String
        package let hash: String
    }

    /// Begins a run at its first step.
    package init(_ header: RunHeader, _ runbook: Runbook, at moment: WallTime) {
        self.header = header
        self.runbook = runbook
        declaredAt = moment
        now = moment
        steps = runbook.steps.map { _ in StepState() }
        groups = Dictionary(
            header.endpoints.flatMap { $0.groups.map { ($0, GroupProgress()) } },
            uniquingKeysWith: { first, _ in first })
        for group in header.emptyGroups { groups[group]?.wasEmpty = true }
        _ = enterStep()
    }

    /// What is wanted now.
    package var actions: [FailoverAction] {
        switch awaiting {
        case .action(let action, _): [action]
        case .driver, .nothing: []
        }
    }

    package var prompt: DriverPrompt? {
        switch awaiting {
        case .driver(let prompt): prompt
        case .action, .nothing: nil
        }
    }

    /// Whether groups move from exact positions only.
    var isStrict: Bool { runbook.promise == .nothingReadTwice }

    /// Takes an event in.
    ///
    /// - Returns: what is wanted next because of it; nothing where it was not waited for.
    package mutating func apply(_ event: FailoverEvent, at moment: WallTime) -> [FailoverAction] {
        now = moment
        switch event {
        case .begun: return []
        case .acting(let action): return begunActing(action)
        case .leaseAnswered(let answers): return leaseAnswered(answers)
        case .approvalsRead(let people): return approvalsRead(people)
        case .readingsRecorded(let kept): return readingsRecorded(kept)
        case .gateExamined(let findings): return gateExamined(findings)
        case .trafficSet(let split, let before): return trafficSet(split, before: before)
        case .trafficMeasured(let seen): return trafficMeasured(seen)
        case .mirrorsActed(let seen): return mirrorsActed(seen)
        case .fenceExamined(let sights): return fenceExamined(sights)
        case .offsetsDecided(let decisions): return offsetsDecided(decisions)
        case .consumersStopped(let outcomes): return consumersStopped(outcomes)
        case .consumersRestored(let outcomes): return consumersRestored(outcomes)
        case .offsetsWritten(let outcomes): return offsetsWritten(outcomes)
        case .endpointsPointed(let outcomes): return endpointsPointed(outcomes)
        case .consumersStarted(let outcomes): return consumersStarted(outcomes)
        case .groupsSeen(let sights): return groupsSeen(sights)
        case .commandEnded(let status, let output, let isVerified):
            return commandEnded(status: status, output: output, isVerified: isVerified)
        case .called(let status, let isVerified): return called(status: status, isVerified: isVerified)
        case .waited: return waited()
        case .reportWritten(let path, let hash): return reportWritten(path: path, hash: hash)
        case .leaseReleased: return leaseReleased()
        case .actionFailed(let reason, let isOutcomeKnown):
            return actionFailed(reason: reason, isOutcomeKnown: isOutcomeKnown)
        case .forbidden(let interlock, let detail): return forbidden(interlock, detail: detail)
        case .answered(let answer): return driverAnswered(answer)
        case .resumed(let driver, let host): return resumed(by: driver, host: host)
        }
    }

    // MARK: Moving on

    /// The action that is waited for, of whatever stage.
    var wanted: FailoverAction? {
        switch awaiting {
        case .action(let action, _): action
        case .driver, .nothing: nil
        }
    }

    mutating func want(_ action: FailoverAction) -> [FailoverAction] {
        awaiting = .action(action, isUnderWay: false)
        if ending == nil, position < steps.count { steps[position].status = .running }
        return [action]
    }

    mutating func ask(
        _ question: DriverQuestion, _ choices: [DriverChoice], about action: FailoverAction? = nil
    ) -> [FailoverAction] {
        held = action
        awaiting = .driver(DriverPrompt(question, choices))
        // A step at which the run was aborted stays failed.
        if ending == nil, position < steps.count { steps[position].status = .waiting }
        return []
    }

    mutating func keep(_ evidence: Evidence) {
        let index = min(position, steps.count - 1)
        steps[index].evidence.append(evidence)
    }

    mutating func waive(_ subject: String, _ answer: DriverAnswer) {
        steps[min(position, steps.count - 1)].waivers.append(
            Waiver(subject: subject, by: answer.by, reason: answer.text))
        keep(.typed(answer.text, by: answer.by))
    }

    /// The step is done: on to the next.
    mutating func stepPassed() -> [FailoverAction] {
        if let waiver = steps[position].waivers.first {
            steps[position].status = .waived(by: waiver.by, reason: waiver.reason)
        } else {
            steps[position].status = .passed
        }
        steps[position].endedAt = now
        position += 1
        return position < steps.count ? enterStep() : end(.finished)
    }

    /// The run ends: with the lease released, and before that a report, where none was written.
    mutating func end(_ outcome: RunOutcome) -> [FailoverAction] {
        ending = outcome == .finished ? finished : outcome
        if report == nil { return want(.writeReport) }
        return want(.releaseLease)
    }

    var finished: RunOutcome {
        let left = groups.values.count { $0.stage == .leftOut }
        return left > 0 ? .finishedWithout(groups: left) : .finished
    }

    /// How the run ends if nothing more goes wrong, once its report is being written; `nil` before that.
    var expectedOutcome: RunOutcome? { ending ?? (wanted == .writeReport ? finished : nil) }

    // MARK: What can happen at any step

    private mutating func begunActing(_ action: FailoverAction) -> [FailoverAction] {
        if wanted == action { awaiting = .action(action, isUnderWay: true) }
        return []
    }

    private mutating func resumed(by driver: String, host: String) -> [FailoverAction] {
        guard outcome == nil else { return [] }
        keep(.resumed(by: driver, host: host))
        return actions
    }

    private mutating func actionFailed(reason: String, isOutcomeKnown: Bool) -> [FailoverAction] {
        guard let action = wanted else { return [] }
        keep(.failed(reason))
        if action == .releaseLease {
            // It ends with this process in any case.
            return leaseReleased()
        }
        let question = DriverQuestion.actionFailed(reason: reason, isOutcomeKnown: isOutcomeKnown)
        if action == .writeReport { return ask(question, [.retry, .accept], about: action) }
        if ending != nil { return ask(question, [.retry], about: action) }
        if action.isOutsideOfReading { return ask(question, [.retry, .accept, .abort], about: action) }
        switch action {
        case .actOnMirrors: return ask(question, [.retry, .accept, .abort], about: action)
        case .takeLease, .readApprovals, .recordReadings, .examine, .setTraffic, .measureTraffic, .examineFence,
            .decideOffsets, .stopConsumers, .restoreConsumers, .writeOffsets, .pointEndpoints, .startConsumers,
            .watchGroups, .run, .call, .wait, .writeReport, .releaseLease:
            return ask(question, [.retry, .abort], about: action)
        }
    }

    private mutating func forbidden(_ interlock: Interlock, detail: String) -> [FailoverAction] {
        guard let action = wanted, action.writes else { return [] }
        keep(.failed(detail))
        return ask(.forbidden(interlock, detail: detail), [.retry, .abort], about: action)
    }

    private mutating func reportWritten(path: String, hash: String) -> [FailoverAction] {
        guard wanted == .writeReport else { return [] }
        report = WrittenReport(path: path, hash: hash)
        keep(.report(path: path, hash: hash))
        if ending != nil { return want(.releaseLease) }
        return stepPassed()
    }

    private mutating func leaseReleased() -> [FailoverAction] {
        guard wanted == .releaseLease else { return [] }
        awaiting = .nothing
        outcome = ending
        endedAt = now
        return []
    }
}

/// How far one group has come.
package struct GroupProgress: Hashable, Sendable {
    package enum Stage: String, CaseIterable, Hashable, Sendable {
        case pending
        /// It may be moved.
        case ready
        case stopped
        case written
        case pointed
        case moved
        /// It is placed on the target, and has no members there, as it had none before.
        case empty
        /// Something is in its way, which the reason tells.
        case blocked
        case leftOut = "left-out"
    }

    package var stage: Stage = .pending
    /// It had no members on the source as far as was seen before the run.
    package var wasEmpty = false
    package var decision: GroupDecision?
    /// Whether the decision was made from the commits of the stopped group.
    package var isFinal = false
    package var reason: String?
    /// The driver moves it although nothing is proven.
    package var isWaived = false
    package var lagAfter: Int64?
    package var movedAt: WallTime?

    package init() {}
}
