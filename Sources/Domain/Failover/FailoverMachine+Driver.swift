/// What a person answers.
extension FailoverMachine {
    /// An answer that was not offered, or without the text or name that it needs, changes nothing.
    mutating func driverAnswered(_ answer: DriverAnswer) -> [FailoverAction] {
        guard case .driver(let prompt) = awaiting, objection(to: answer, prompt) == nil else { return [] }
        if answer.choice == .abort {
            keep(.typed(answer.text, by: answer.by))
            if position < steps.count {
                steps[position].status = .failed(reason: answer.text)
                steps[position].endedAt = now
            }
            return end(.aborted(by: answer.by, reason: answer.text))
        }
        if answer.choice == .retry, let held { return want(held) }
        return answered(answer, prompt.question)
    }

    /// Why an answer is not taken; `nil`: it is.
    package func objection(to answer: DriverAnswer) -> String? {
        guard case .driver(let prompt) = awaiting else { return "nothing is asked now" }
        return objection(to: answer, prompt)
    }

    private func objection(to answer: DriverAnswer, _ prompt: DriverPrompt) -> String? {
        guard prompt.choices.contains(answer.choice) else { return "\(answer.choice.rawValue) is not offered here" }
        if answer.choice.needsText, answer.text.allSatisfy(\.isWhitespace) { return "a reason has to be typed" }
        if answer.choice.needsName, answer.name != header.to.rawValue {
            return "the name of the target, \(header.to.rawValue), has to be typed"
        }
        return nil
    }

    private mutating func answered(_ answer: DriverAnswer, _ question: DriverQuestion) -> [FailoverAction] {
        switch question {
        case .beginStep: return stepConfirmed()
        case .beginWave: return waveConfirmed()
        case .approvalMissing:
            waive("approval", answer)
            return stepPassed()
        case .gateNotGreen(let checks): return waived(checks, answer)
        case .trafficNotSeen:
            if answer.choice == .putBack, let splitBefore { return want(.setTraffic(splitBefore)) }
            waive("traffic", answer)
            return stepPassed()
        case .notFenced:
            if answer.choice == .leaveOut { return leftOutUnfenced() }
            isStoppingStated = true
            waive("fence", answer)
            return stepPassed()
        case .groupsHeld(let held): return answeredHeld(held, answer)
        case .lateTail: return stepPassed()
        case .groupsNotMoved:
            waive("wave \(wave + 1)", answer)
            return waveMoved()
        case .written:
            keep(.typed(answer.text, by: answer.by))
            return stepPassed()
        case .actionFailed: return accepted(answer)
        case .leaseTaken, .forbidden: return []
        }
    }

    /// Each check is waived by itself, the first that is open by this answer.
    private mutating func waived(_ checks: [GateCheck], _ answer: DriverAnswer) -> [FailoverAction] {
        guard let first = checks.first else { return [] }
        waive(first.rawValue, answer)
        if first == .quorum { isQuorumWaived = true }
        let left = Array(checks.dropFirst())
        return left.isEmpty ? stepPassed() : ask(.gateNotGreen(left), [.retry, .waive, .abort], about: held)
    }

    private mutating func leftOutUnfenced() -> [FailoverAction] {
        for group in unfenced { leaveOut(group, "members are on \(header.from.rawValue)") }
        return active.isEmpty ? stepPassed() : want(.examineFence(active))
    }

    /// Groups whose members were seen when the fence was examined last.
    private var unfenced: [String] {
        steps[position].evidence.compactMap { evidence in
            if case .notFenced(let group, _) = evidence { group } else { nil }
        }
    }

    private mutating func answeredHeld(_ held: [String], _ answer: DriverAnswer) -> [FailoverAction] {
        if answer.choice == .leaveOut {
            for group in held { leaveOut(group, groups[group]?.reason ?? "it is held") }
        } else {
            waive(held.joined(separator: ", "), answer)
            for group in held {
                groups[group]?.isWaived = true
                groups[group]?.stage = .ready
            }
        }
        guard case .groups(.move) = runbook.steps[position].kind else { return stepPassed() }
        return stopWave()
    }

    /// The driver takes what failed for done.
    private mutating func accepted(_ answer: DriverAnswer) -> [FailoverAction] {
        guard let action = held else { return [] }
        waive(action.word, answer)
        switch action {
        case .actOnMirrors, .run, .call: return stepPassed()
        case .restoreConsumers: return restored()
        case .writeReport:
            ending = ending ?? finished
            return want(.releaseLease)
        case .takeLease, .readApprovals, .recordReadings, .examine, .setTraffic, .measureTraffic, .examineFence,
            .decideOffsets, .stopConsumers, .writeOffsets, .pointEndpoints, .startConsumers, .watchGroups, .wait,
            .releaseLease:
            return []
        }
    }
}
