import Domain

/// The lease, what is recorded, gates, and what runs outside.
extension RunPerformer {
    func lease(_ machine: FailoverMachine) async -> [LeaseAnswer] {
        var answers: [LeaseAnswer] = []
        // The target first: without it nothing is driven.
        for idc in [machine.header.to, machine.header.from] {
            do throws(PortError) {
                try await ports.lease.take(on: idc, as: surroundings.author.name)
                answers.append(LeaseAnswer(idc))
            } catch {
                answers.append(LeaseAnswer(idc, failure: error.detail, isTaken: error.kind == .conflict))
            }
        }
        return answers
    }

    func approvals(_ machine: FailoverMachine) async throws(PortError) -> [String] {
        guard let approvals = ports.approvals else { return [] }
        return try await approvals.approvals(
            of: machine.header.run, step: machine.runbook.steps[machine.position].id)
    }

    func readings(_ machine: FailoverMachine) async -> ReadingsKept {
        guard let snapshot = await ports.newestSnapshot() else {
            return ReadingsKept(
                kept: 0, missing: ["nothing has been read"], stranded: nil, recordsPerSecond: nil)
        }
        return ReadingsKept(
            kept: snapshot.mirrors.count + snapshot.groups.count,
            missing: snapshot.problems.map { "\($0.source): \($0.because.detail)" },
            stranded: snapshot.stranded(on: machine.header.from), recordsPerSecond: await ports.rateBefore())
    }

    // MARK: Gates

    func findings(_ checks: [GateCheck], _ machine: FailoverMachine) async -> [GateFinding] {
        let snapshot = await snapshot(after: surroundings.now())
        var findings: [GateFinding] = []
        for check in checks { findings.append(await finding(check, machine, snapshot)) }
        return findings
    }

    private func finding(
        _ check: GateCheck, _ machine: FailoverMachine, _ snapshot: Snapshot?
    ) async -> GateFinding {
        let target = machine.header.to
        let unread = GateFinding(check, .unknown, "nothing has been read since the gate was reached")
        switch check {
        case .brokers: return snapshot.map { SnapshotFindings.brokers(of: $0.clusters[target]) } ?? unread
        case .quorum:
            switch await ports.target.hasQuorum(target) {
            case true?: return GateFinding(.quorum, .green, "a change is answered")
            case false?: return GateFinding(.quorum, .red, "no change is answered")
            case nil: return GateFinding(.quorum, .unknown, "it cannot be told")
            }
        case .partitions:
            return snapshot.map {
                SnapshotFindings.partitions(of: $0.clusters[target], isLive: ports.isLiveTopic)
            } ?? unread
        case .mirrors:
            return snapshot.map { SnapshotFindings.mirrors($0.mirrors, from: machine.header.from) } ?? unread
        case .offsets:
            let without = machine.active.filter { machine.groups[$0]?.decision?.isHeld ?? true }
            return without.isEmpty
                ? GateFinding(.offsets, .green, "every group has a position")
                : GateFinding(.offsets, .red, "without a position: \(without.shortList())")
        case .wrongSide:
            return SideFindings.wrongSide(
                machine.active, onSource: await members(of: machine.active, on: machine.header.from),
                source: machine.header.from, isStoppingStated: machine.isStoppingStated)
        case .splitConsumption: return await splitConsumption(machine)
        case .draining: return await draining(machine)
        case .canary:
            switch await ports.target.carriesCanary(target) {
            case true?: return GateFinding(.canary, .green, "a record was written and read")
            case false?: return GateFinding(.canary, .red, "a record that was written is not read")
            case nil: return GateFinding(.canary, .unknown, "it cannot be tried")
            }
        }
    }

    private func splitConsumption(_ machine: FailoverMachine) async -> GateFinding {
        async let onSource = members(of: machine.active, on: machine.header.from)
        async let onTarget = members(of: machine.active, on: machine.header.to)
        return SideFindings.splitConsumption(
            machine.active, onSource: await onSource, onTarget: await onTarget,
            isStoppingStated: machine.isStoppingStated)
    }

    /// A side that is too busy to answer is given more time, three times as long at most.
    private func draining(_ machine: FailoverMachine) async -> GateFinding {
        let moved = machine.active.filter { machine.groups[$0]?.stage == .moved }
        guard !moved.isEmpty else { return GateFinding(.draining, .green, "no group was moved") }
        let target = machine.header.to
        var watch = DrainWatch(moved)
        let began = surroundings.now()
        while true {
            let now = await members(of: watch.open, on: target)
            let ends = await ends(of: now.groups.values.flatMap { Array(($0.offsets ?? [:]).keys) }, on: target)
            watch.look(offsets: { now.groups[$0]?.offsets }, lag: { lag($0, ends) })
            let spent = surroundings.now().since(began)
            let isOver = spent >= pacing.draining && (watch.isSeenEnough || spent >= pacing.draining * 3)
            if watch.open.isEmpty || isOver || Task.isCancelled { return watch.finding }
            await sleep(pacing.poll)
        }
    }

    // MARK: Outside

    func run(
        _ call: CommandCall, _ machine: FailoverMachine, isRepeated: Bool
    ) async throws(PortError) -> FailoverEvent {
        guard let commands = ports.commands else {
            throw PortError(.unsupported, operation: "run", detail: "this session runs no programs")
        }
        if try await commands.run(call.verification, within: call.limit).status == 0 {
            return .commandEnded(status: 0, output: "", isVerified: true)
        }
        if isRepeated {
            return .actionFailed(
                reason: "\(call.arguments[0]) may have run, and its effect is not seen", isOutcomeKnown: false)
        }
        if let event = await obstacle(to: .write, machine) { return event }
        let outcome = try await commands.run(call.arguments, within: call.limit)
        let check = try await commands.run(call.verification, within: call.limit)
        return .commandEnded(status: outcome.status, output: outcome.output, isVerified: check.status == 0)
    }

    func call(
        _ call: HTTPCall, _ machine: FailoverMachine, isRepeated: Bool
    ) async throws(PortError) -> FailoverEvent {
        guard let http = ports.http else {
            throw PortError(.unsupported, operation: call.method, detail: "this session makes no calls")
        }
        if try await http.call("GET", call.verification, within: call.limit) == 200 {
            return .called(status: 200, isVerified: true)
        }
        if isRepeated {
            return .actionFailed(
                reason: "the call may have been made, and its effect is not seen", isOutcomeKnown: false)
        }
        if let event = await obstacle(to: .write, machine) { return event }
        let status = try await http.call(call.method, call.url, within: call.limit)
        let isVerified = try await http.call("GET", call.verification, within: call.limit) == 200
        return .called(status: status, isVerified: isVerified)
    }
}
