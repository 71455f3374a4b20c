/// The steps that are about groups: fence, decide, and move in waves.
extension FailoverMachine {
    /// Groups that have not been left out, sorted.
    package var active: [String] { groups.filter { $0.value.stage != .leftOut }.keys.sorted() }

    mutating func enterGroups(_ act: GroupsAct) -> [FailoverAction] {
        guard !active.isEmpty else { return stepPassed() }
        switch act {
        case .fence: return want(.examineFence(active))
        case .decide: return want(.decideOffsets(active, isFinal: false))
        case .move(let sizes):
            waves = Wave.cut(header.endpoints, by: sizes, empty: Set(header.emptyGroups))
            wave = 0
            return enterWave()
        }
    }

    // MARK: Fence

    mutating func fenceExamined(_ sights: [FenceSight]) -> [FailoverAction] {
        guard case .examineFence(let asked)? = wanted else { return [] }
        let byGroup = Dictionary(sights.map { ($0.group, $0) }, uniquingKeysWith: { first, _ in first })
        let open = asked.filter { byGroup[$0]?.members != 0 }
        for group in open.prefix(Self.shownGroups) {
            keep(.notFenced(group: group, members: byGroup[group]?.members))
        }
        let areSeen = open.contains { byGroup[$0]?.members != nil }
        guard open.isEmpty || (!areSeen && isStoppingStated) else {
            // Members that are seen cannot be stated away.
            return ask(
                .notFenced(groups: open.count, areSeen: areSeen),
                areSeen ? [.retry, .leaveOut, .abort] : [.retry, .state, .abort], about: wanted)
        }
        keep(.fenced(groups: asked.count))
        return stepPassed()
    }

    /// So many groups of a kind stand in the evidence by name.
    static let shownGroups = 20

    // MARK: Decide

    mutating func offsetsDecided(_ decisions: [GroupDecision]) -> [FailoverAction] {
        guard case .decideOffsets(let asked, let isFinal)? = wanted else { return [] }
        let byGroup = Dictionary(decisions.map { ($0.group, $0) }, uniquingKeysWith: { first, _ in first })
        for group in asked { decide(group, byGroup[group], isFinal: isFinal) }
        keepDecisions(of: asked)
        let open = asked.filter { groups[$0]?.stage == .blocked }
        guard case .groups(.move) = runbook.steps[position].kind else {
            guard open.isEmpty else {
                let choices: [DriverChoice] =
                    isStrict ? [.retry, .leaveOut, .abort] : [.retry, .leaveOut, .waive, .abort]
                return ask(.groupsHeld(open), choices, about: wanted)
            }
            return stepPassed()
        }
        guard isFinal else {
            guard open.isEmpty else { return ask(.groupsHeld(open), [.retry, .leaveOut, .abort], about: wanted) }
            return stopWave()
        }
        // Stopped, and not exact: started again where it was, and everything behind its endpoint with it.
        for group in open { leaveOut(group, groups[group]?.reason ?? "") }
        let restored = asked.filter { groups[$0]?.stage == .leftOut }
        return restored.isEmpty ? writeWave() : want(.restoreConsumers(restored))
    }

    private mutating func decide(_ group: String, _ decision: GroupDecision?, isFinal: Bool) {
        guard var progress = groups[group] else { return }
        progress.decision = decision ?? progress.decision
        progress.isFinal = isFinal && decision != nil
        let obstacle: String? =
            switch decision?.verdict {
            case nil: "nothing was said about it"
            case .held(let reason)?: reason
            case .exact?: nil
            case .bounded(let readTwice)?:
                isStrict && isFinal ? "at most \(readTwice) records would be read twice" : nil
            }
        if let obstacle, !progress.isWaived {
            progress.stage = .blocked
            progress.reason = obstacle
        } else {
            progress.stage = progress.stage == .stopped ? .stopped : .ready
            progress.reason = nil
        }
        groups[group] = progress
    }

    private mutating func keepDecisions(of asked: [String]) {
        var exact = 0
        var bounded = 0
        var held = 0
        var readTwice: Int64 = 0
        for group in asked {
            switch groups[group]?.decision?.verdict {
            case .exact?: exact += 1
            case .bounded(let count)?:
                bounded += 1
                readTwice += count
            case .held?, nil: held += 1
            }
        }
        keep(.decided(exact: exact, bounded: bounded, held: held, readTwice: readTwice))
    }

    /// One name moves every client behind it: a group that stays keeps all of its endpoint's.
    mutating func leaveOut(_ group: String, _ reason: String) {
        let endpoint = header.endpoints.first { $0.groups.contains(group) }
        for other in endpoint?.groups ?? [group] {
            guard groups[other]?.stage != .leftOut else { continue }
            groups[other]?.stage = .leftOut
            groups[other]?.reason = other == group ? reason : "\(group) behind the same endpoint stays: \(reason)"
        }
    }

    // MARK: Waves

    /// The groups of the wave under way that have not been left out.
    var moving: [String] { wave < waves.count ? waves[wave].groups.filter { groups[$0]?.stage != .leftOut } : [] }

    mutating func enterWave() -> [FailoverAction] {
        while wave < waves.count, moving.isEmpty { wave += 1 }
        guard wave < waves.count else { return stepPassed() }
        return ask(.beginWave(wave), [.goOn, .abort])
    }

    mutating func waveConfirmed() -> [FailoverAction] {
        isStrict ? want(.decideOffsets(moving, isFinal: false)) : writeWave()
    }

    mutating func stopWave() -> [FailoverAction] {
        guard !moving.isEmpty else { return enterWave() }
        return want(.stopConsumers(moving))
    }

    mutating func consumersStopped(_ outcomes: [GroupOutcome]) -> [FailoverAction] {
        guard case .stopConsumers(let asked)? = wanted else { return [] }
        let failures = failures(asked, outcomes)
        for group in asked where failures[group] == nil { groups[group]?.stage = .stopped }
        for (group, reason) in failures.sorted(by: { $0.key < $1.key }) { leaveOut(group, reason) }
        let restored = asked.filter { groups[$0]?.stage == .leftOut }
        if !restored.isEmpty { return want(.restoreConsumers(restored)) }
        return want(.decideOffsets(moving, isFinal: true))
    }

    mutating func consumersRestored(_ outcomes: [GroupOutcome]) -> [FailoverAction] {
        guard case .restoreConsumers(let asked)? = wanted else { return [] }
        let failures = failures(asked, outcomes)
        if !failures.isEmpty { return askAbout(failures, [.retry, .accept, .abort]) }
        return restored()
    }

    /// What was left out consumes again where it was; on with the rest.
    mutating func restored() -> [FailoverAction] {
        let areDecided = moving.allSatisfy { groups[$0]?.isFinal == true }
        return areDecided ? writeWave() : want(.decideOffsets(moving, isFinal: true))
    }

    mutating func writeWave() -> [FailoverAction] {
        guard !moving.isEmpty else { return enterWave() }
        // Nothing is proven of a group whose hold was waived: it begins at what stands there.
        let written = moving.filter { groups[$0]?.isWaived == false }
        return written.isEmpty ? want(.pointEndpoints(moving)) : want(.writeOffsets(written))
    }

    mutating func offsetsWritten(_ outcomes: [GroupOutcome]) -> [FailoverAction] {
        guard case .writeOffsets(let asked)? = wanted else { return [] }
        let failures = failures(asked, outcomes)
        for group in asked where failures[group] == nil { groups[group]?.stage = .written }
        keep(.written(groups: asked.count - failures.count))
        if !failures.isEmpty { return askAbout(failures, [.retry, .abort]) }
        return want(.pointEndpoints(moving))
    }

    mutating func endpointsPointed(_ outcomes: [GroupOutcome]) -> [FailoverAction] {
        guard case .pointEndpoints(let asked)? = wanted else { return [] }
        let failures = failures(asked, outcomes)
        for group in asked where failures[group] == nil { groups[group]?.stage = .pointed }
        for endpoint in header.endpoints {
            guard let name = endpoint.endpoint, endpoint.groups.contains(where: asked.contains) else { continue }
            if endpoint.groups.allSatisfy({ failures[$0] == nil }) { keep(.pointed(endpoint: name, to: header.to)) }
        }
        if !failures.isEmpty { return askAbout(failures, [.retry, .abort]) }
        guard case .groups(.move) = runbook.steps[position].kind else { return stepPassed() }
        return want(.startConsumers(asked))
    }

    mutating func consumersStarted(_ outcomes: [GroupOutcome]) -> [FailoverAction] {
        guard case .startConsumers(let asked)? = wanted else { return [] }
        let failures = failures(asked, outcomes)
        if !failures.isEmpty { return askAbout(failures, [.retry, .abort]) }
        return want(.watchGroups(asked))
    }

    mutating func groupsSeen(_ sights: [GroupSight]) -> [FailoverAction] {
        guard case .watchGroups(let asked)? = wanted else { return [] }
        let byGroup = Dictionary(sights.map { ($0.group, $0) }, uniquingKeysWith: { first, _ in first })
        for group in asked { saw(group, byGroup[group]) }
        let empty = asked.count { groups[$0]?.stage == .empty }
        let open = asked.filter { groups[$0]?.stage != .moved && groups[$0]?.stage != .empty }
        keep(.moved(groups: asked.count - empty - open.count))
        if empty > 0 { keep(.empty(groups: empty)) }
        guard open.isEmpty else { return ask(.groupsNotMoved(open), [.retry, .accept, .abort], about: wanted) }
        return waveMoved()
    }

    private mutating func saw(_ group: String, _ sight: GroupSight?) {
        guard var progress = groups[group] else { return }
        let obstacle = sight.map(obstacle) ?? "it was not seen"
        progress.lagAfter = sight?.lag ?? progress.lagAfter
        if let obstacle {
            progress.stage = .blocked
            progress.reason = obstacle
            if let sight, !sight.clientsOnSource.isEmpty {
                keep(.stillThere(group: group, clients: sight.clientsOnSource))
            }
        } else if sight?.onTarget == 0 {
            progress.stage = .empty
            progress.reason = "it had no members on \(header.from.rawValue) and has none on \(header.to.rawValue)"
        } else {
            progress.stage = .moved
            progress.reason = nil
            progress.movedAt = progress.movedAt ?? now
        }
        groups[group] = progress
    }

    /// Why a group is not taken for placed; `nil`: nothing is in its way.
    package func obstacle(_ sight: GroupSight) -> String? {
        if let members = sight.onSource, members > 0 {
            return "\(Count(members, "member")) \(members == 1 ? "is" : "are") on \(header.from.rawValue)"
        }
        if sight.onSource == nil, !isStoppingStated { return "\(header.from.rawValue) could not be read" }
        guard let members = sight.onTarget else { return "\(header.to.rawValue) could not be read" }
        guard members > 0 else {
            return groups[sight.group]?.wasEmpty == true ? nil : "no members are on \(header.to.rawValue)"
        }
        return sight.hasBegun == true ? nil : "it has not committed on \(header.to.rawValue) yet"
    }

    mutating func waveMoved() -> [FailoverAction] {
        wave += 1
        return enterWave()
    }

    // MARK: Outcomes of several groups

    /// A group that was asked about and not answered has failed too.
    private func failures(_ asked: [String], _ outcomes: [GroupOutcome]) -> [String: String] {
        let answered = Dictionary(outcomes.map { ($0.group, $0) }, uniquingKeysWith: { first, _ in first })
        var failures: [String: String] = [:]
        for group in asked {
            guard let outcome = answered[group] else {
                failures[group] = "nothing was said about it"
                continue
            }
            failures[group] = outcome.failure
        }
        return failures
    }

    private mutating func askAbout(_ failures: [String: String], _ choices: [DriverChoice]) -> [FailoverAction] {
        let sorted = failures.sorted { $0.key < $1.key }
        for (group, reason) in sorted {
            groups[group]?.reason = reason
            if groups[group]?.stage != .leftOut { groups[group]?.stage = .blocked }
        }
        let first = sorted.prefix(3).map { "\($0.key): \($0.value)" }.joined(separator: "; ")
        let more = sorted.count > 3 ? ", and \(sorted.count - 3) more" : ""
        keep(.failed(first + more))
        return ask(.actionFailed(reason: first + more, isOutcomeKnown: true), choices, about: wanted)
    }
}
