import Domain

/// Performs a run's actions over its ports: reads first, does what is not so yet, and says what was seen.
struct RunPerformer: Sendable {
    let surroundings: FailoverRunner.Surroundings
    /// The split that the present step was shown with: another one makes its plan stale.
    private var plannedFrom: TrafficSplit?

    var ports: RunPorts { surroundings.ports }
    var pacing: RunPacing { surroundings.pacing }

    init(_ surroundings: FailoverRunner.Surroundings) {
        self.surroundings = surroundings
    }

    /// Notes what the driver is shown.
    mutating func willAsk(_ machine: FailoverMachine) async {
        guard machine.prompt?.question == .beginStep else { return }
        plannedFrom = await configuredSplit()
    }

    func configuredSplit() async -> TrafficSplit? {
        do throws(PortError) {
            return try await ports.traffic?.configured().split
        } catch {
            return nil
        }
    }

    /// - Parameter isRepeated: it was begun before, and what became of it is not known.
    func perform(
        _ action: FailoverAction, _ machine: FailoverMachine, _ report: RunReport, isRepeated: Bool
    ) async -> FailoverEvent {
        do throws(PortError) {
            return try await tried(action, machine, report, isRepeated: isRepeated)
        } catch {
            return .actionFailed(
                reason: "\(error.operation): \(error.detail)", isOutcomeKnown: !action.writes)
        }
    }

    private func tried(
        _ action: FailoverAction, _ machine: FailoverMachine, _ report: RunReport, isRepeated: Bool
    ) async throws(PortError) -> FailoverEvent {
        let header = machine.header
        switch action {
        case .takeLease: return .leaseAnswered(await lease(machine))
        case .readApprovals: return .approvalsRead(try await approvals(machine))
        case .recordReadings: return .readingsRecorded(await readings(machine))
        case .examine(let checks): return .gateExamined(await findings(checks, machine))
        case .setTraffic(let split): return try await setTraffic(split, machine)
        case .measureTraffic(let split, let atLeast): return try await measure(split, atLeast: atLeast, machine)
        case .actOnMirrors(let act, let flows): return try await mirrors(act, flows, machine)
        case .examineFence(let groups):
            return .fenceExamined(await members(of: groups, on: header.from).sights(groups))
        case .decideOffsets(let groups, let isFinal):
            return .offsetsDecided(try await decisions(groups, machine, isFinal: isFinal))
        case .stopConsumers(let groups): return try await stop(groups, machine)
        case .restoreConsumers(let groups): return try await restore(groups, machine)
        case .writeOffsets(let groups): return try await write(groups, machine)
        case .pointEndpoints(let groups): return try await point(groups, machine)
        case .startConsumers(let groups): return try await start(groups, machine)
        case .watchGroups(let groups): return .groupsSeen(await watch(groups, machine))
        case .run(let call): return try await run(call, machine, isRepeated: isRepeated)
        case .call(let call): return try await self.call(call, machine, isRepeated: isRepeated)
        case .wait(let duration):
            await sleep(duration)
            return .waited
        case .writeReport:
            let kept = try await ports.reports.keep(report)
            return .reportWritten(path: kept.path, hash: kept.hash)
        // Given back once this is recorded: the copies in the clusters take nothing without it. A source that did not
        // answer when the run began may do so now, and gets its copy with the last record.
        case .releaseLease:
            if await ports.lease.isHeld(on: header.from) == false {
                try? await ports.lease.take(on: header.from, as: surroundings.author.name)
            }
            return .leaseReleased
        }
    }

    // MARK: Interlocks

    /// Asks the interlocks with fresh readings; an event where one forbids the act. What could not be read is read again
    /// for a while: a broker that is busy for a moment is no question for a person.
    func obstacle(to act: Interlock.Act, _ machine: FailoverMachine) async -> FailoverEvent? {
        let began = surroundings.now()
        while true {
            let obstacle = Interlock.obstacle(to: act, in: await readings(for: act, machine))
            guard let obstacle, obstacle.isUnknown, !Task.isCancelled,
                surroundings.now().since(began) < pacing.interlock
            else { return obstacle.map { .forbidden($0.interlock, detail: $0.detail) } }
            await sleep(pacing.poll)
        }
    }

    private func readings(for act: Interlock.Act, _ machine: FailoverMachine) async -> Interlock.Readings {
        var readings = Interlock.Readings()
        readings.holdsLease = await ports.lease.isHeld(on: machine.header.to)
        readings.isFrozen = await ports.isFrozen()
        readings.isPlanCurrent = true
        readings.trafficWait = surroundings.pacing.betweenTrafficChanges
        if machine.isQuorumWaived { readings.quorumWaivedOn = machine.header.to }
        if machine.isStoppingStated { readings.statedStoppedOn = machine.header.from }
        switch act {
        case .traffic:
            let changes = [machine.trafficChangedAt, await ports.trafficChangedAt()].compactMap(\.self)
            readings.sinceTrafficChange = changes.max().map { surroundings.now().since($0) }
            if let plannedFrom { readings.isPlanCurrent = await configuredSplit() == plannedFrom }
            for idc in IDC.allCases { readings.hasQuorum[idc] = await ports.target.hasQuorum(idc) }
        case .writeOffsets(let groups, let idc):
            readings.members[idc] = await members(of: groups, on: idc).counts
        case .startConsumers(let groups, let idc):
            readings.members[idc.other] = await members(of: groups, on: idc.other).counts
        case .write: break
        }
        return readings
    }

    // MARK: Waiting

    func sleep(_ duration: Duration) async { try? await surroundings.clock.sleep(for: duration) }

    /// Reads until it is as wanted or the time is over.
    ///
    /// - Returns: the last reading.
    func until<Value: Sendable>(
        _ limit: Duration, isWanted: (Value) -> Bool, read: () async throws(PortError) -> Value
    ) async throws(PortError) -> Value {
        let began = surroundings.now()
        while true {
            let value = try await read()
            if isWanted(value) || Task.isCancelled || surroundings.now().since(began) >= limit { return value }
            await sleep(pacing.poll)
        }
    }

    /// A snapshot that was begun after `moment`; `nil` where none comes in time.
    func snapshot(after moment: WallTime) async -> Snapshot? {
        let began = surroundings.now()
        while true {
            let newest = await ports.newestSnapshot()
            if let newest, newest.at > moment { return newest }
            if Task.isCancelled || surroundings.now().since(began) >= pacing.reading { return nil }
            await sleep(pacing.poll)
        }
    }
}
