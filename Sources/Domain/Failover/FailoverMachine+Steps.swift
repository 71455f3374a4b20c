/// The steps that are not about groups.
extension FailoverMachine {
    /// The step under way begins.
    mutating func enterStep() -> [FailoverAction] {
        steps[position].beganAt = now
        steps[position].status = .running
        switch runbook.steps[position].kind {
        case .declare: return want(.takeLease)
        case .record(.readings): return want(.recordReadings)
        case .record(.report): return want(.writeReport)
        case .gate(let checks, _): return want(.examine(checks))
        case .traffic, .endpoint, .command, .http: return ask(.beginStep, [.goOn, .abort])
        case .mirrors(let act, let scope):
            switch act {
            case .pause, .resume: return ask(.beginStep, [.goOn, .abort])
            case .awaitClear, .catchUp, .lateTail: return want(.actOnMirrors(act, scope.flows(from: header.from)))
            }
        case .groups(let act): return enterGroups(act)
        case .confirm(let question): return ask(.written(question), [.state, .abort])
        case .wait(let duration): return want(.wait(duration))
        }
    }

    /// The driver lets the step change what it changes.
    mutating func stepConfirmed() -> [FailoverAction] {
        switch runbook.steps[position].kind {
        case .traffic(let goal, _): return want(.setTraffic(split(goal)))
        case .mirrors(let act, let scope): return want(.actOnMirrors(act, scope.flows(from: header.from)))
        case .endpoint: return want(.pointEndpoints(groupsOfEndpointStep))
        case .command(let call): return want(.run(call))
        case .http(let call): return want(.call(call))
        case .declare, .record, .gate, .groups, .confirm, .wait: return []
        }
    }

    private func split(_ goal: SplitGoal) -> TrafficSplit {
        let isFirst = header.to == .idc1
        let all = TrafficSplit(idc1: isFirst ? 100 : 0, idc2: isFirst ? 0 : 100)
        let wanted: TrafficSplit? =
            switch goal {
            case .target: all
            case .shares(let source, let target):
                TrafficSplit(idc1: isFirst ? target : source, idc2: isFirst ? source : target)
            case .given: header.split
            }
        guard let wanted = wanted ?? all else { preconditionFailure("0:100 and 100:0 are splits") }
        return wanted
    }

    /// The groups behind the endpoint that an `endpoint` step names.
    private var groupsOfEndpointStep: [String] {
        guard case .endpoint(let name) = runbook.steps[position].kind else { return [] }
        return header.endpoints.filter { $0.endpoint == name }.flatMap(\.groups)
    }

    // MARK: Declare

    mutating func leaseAnswered(_ answers: [LeaseAnswer]) -> [FailoverAction] {
        guard wanted == .takeLease else { return [] }
        let held = answers.filter { $0.failure == nil }.map(\.idc)
        if !held.isEmpty { keep(.leaseHeld(held)) }
        for answer in answers {
            if let failure = answer.failure { keep(.leaseNotTaken(answer.idc, reason: failure)) }
        }
        if let taken = answers.first(where: \.isTaken) {
            return ask(.leaseTaken(holder: taken.failure ?? ""), [.retry, .abort], about: .takeLease)
        }
        guard held.contains(header.to) else {
            let reason = answers.first { $0.idc == header.to }?.failure ?? "the target was not asked"
            return ask(.actionFailed(reason: reason, isOutcomeKnown: true), [.retry, .abort], about: .takeLease)
        }
        guard case .declare(let approvals) = runbook.steps[position].kind, approvals > 0 else { return stepPassed() }
        return want(.readApprovals)
    }

    mutating func approvalsRead(_ people: [String]) -> [FailoverAction] {
        guard wanted == .readApprovals, case .declare(let need) = runbook.steps[position].kind else { return [] }
        for person in people where person != header.driver && !approvals.contains(person) {
            approvals.append(person)
            keep(.approved(by: person))
        }
        guard approvals.count >= need else {
            return ask(
                .approvalMissing(have: approvals.count, need: need), [.retry, .waive, .abort], about: .readApprovals)
        }
        return stepPassed()
    }

    // MARK: Record, gate

    mutating func readingsRecorded(_ kept: ReadingsKept) -> [FailoverAction] {
        guard wanted == .recordReadings else { return [] }
        readings = kept
        keep(.readings(kept: kept.kept, missing: kept.missing))
        return stepPassed()
    }

    mutating func gateExamined(_ findings: [GateFinding]) -> [FailoverAction] {
        guard case .examine(let checks)? = wanted, case .gate(_, let mayBeWaived) = runbook.steps[position].kind else {
            return []
        }
        for finding in findings { keep(.finding(finding)) }
        let waived = Set(steps[position].waivers.map(\.subject))
        // A check that was asked for and not answered is not green.
        let red = checks.filter { check in
            !waived.contains(check.rawValue)
                && findings.first { $0.check == check }?.verdict != .green
        }
        guard !red.isEmpty else { return stepPassed() }
        return ask(.gateNotGreen(red), mayBeWaived ? [.retry, .waive, .abort] : [.retry, .abort], about: wanted)
    }

    // MARK: Traffic

    mutating func trafficSet(_ split: TrafficSplit, before: TrafficSplit?) -> [FailoverAction] {
        guard wanted == .setTraffic(split), case .traffic(let goal, let atLeast) = runbook.steps[position].kind else {
            return []
        }
        keep(.split(split))
        trafficChangedAt = now
        let isPutBack = split != self.split(goal)
        if isPutBack { return ask(.beginStep, [.goOn, .abort]) }
        // A second attempt finds the split as it was set: what was there before is what the first found.
        if splitBefore == nil || before != split { splitBefore = before }
        return want(.measureTraffic(split, atLeast: atLeast))
    }

    mutating func trafficMeasured(_ seen: TrafficSeen) -> [FailoverAction] {
        guard case .measureTraffic? = wanted else { return [] }
        trafficSeen = seen
        keep(.measured(targetPerMille: seen.targetPerMille, sourceGrows: seen.sourceGrows))
        guard !seen.isAsWanted else { return stepPassed() }
        let choices: [DriverChoice] =
            splitBefore == nil ? [.retry, .accept, .abort] : [.retry, .accept, .putBack, .abort]
        return ask(.trafficNotSeen, choices, about: wanted)
    }

    // MARK: Mirrors

    mutating func mirrorsActed(_ seen: MirrorsSeen) -> [FailoverAction] {
        guard case .actOnMirrors(let act, _)? = wanted else { return [] }
        switch act {
        case .pause, .resume:
            keep(.mirrors(done: seen.done, notReached: seen.notReached))
            guard seen.failed.isEmpty else {
                let reason = seen.failed.joined(separator: "; ")
                keep(.failed(reason))
                return ask(
                    .actionFailed(reason: reason, isOutcomeKnown: true), [.retry, .accept, .abort], about: wanted)
            }
            return stepPassed()
        case .awaitClear, .catchUp:
            keep(.left(records: seen.left))
            guard seen.left == 0, seen.failed.isEmpty else {
                let reason =
                    seen.failed.isEmpty
                    ? seen.left.map { "\($0) records are still to be copied" } ?? "what is left to copy is not known"
                    : seen.failed.joined(separator: "; ")
                return ask(.actionFailed(reason: reason, isOutcomeKnown: true), [.retry, .abort], about: wanted)
            }
            return stepPassed()
        case .lateTail:
            keep(.left(records: seen.left))
            return ask(.lateTail(records: seen.left), [.goOn, .abort], about: wanted)
        }
    }

    // MARK: Outside

    mutating func commandEnded(status: Int32, output: String, isVerified: Bool) -> [FailoverAction] {
        guard case .run? = wanted else { return [] }
        keep(.ended(status: status, output: output))
        return outsideActed(isVerified, "it ended with status \(status), and its effect is not seen")
    }

    mutating func called(status: Int, isVerified: Bool) -> [FailoverAction] {
        guard case .call? = wanted else { return [] }
        keep(.ended(status: Int32(clamping: status), output: ""))
        return outsideActed(isVerified, "it was answered by \(status), and its effect is not seen")
    }

    private mutating func outsideActed(_ isVerified: Bool, _ reason: String) -> [FailoverAction] {
        if isVerified { return stepPassed() }
        return ask(.actionFailed(reason: reason, isOutcomeKnown: true), [.retry, .accept, .abort], about: wanted)
    }

    mutating func waited() -> [FailoverAction] {
        guard case .wait? = wanted else { return [] }
        return stepPassed()
    }
}
