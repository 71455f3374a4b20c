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
                kept: 0, missing: ["nothing has been read"], stranded: nil, strandedMilliseconds: nil,
                recordsPerSecond: nil)
        }
        let flow = ReplicationFlow(from: machine.header.from)
        let latencies = snapshot.mirrors.compactMap { $0.flows[flow.source].latency?.p99.wholeMilliseconds }
        return ReadingsKept(
            kept: snapshot.mirrors.count + snapshot.groups.count,
            missing: snapshot.problems.map { "\($0.source): \($0.because.detail)" },
            stranded: toCopy(snapshot, [flow]), strandedMilliseconds: latencies.max(),
            recordsPerSecond: await ports.rateBefore())
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
        switch check {
        case .brokers: return brokers(snapshot, target)
        case .quorum:
            switch await ports.target.hasQuorum(target) {
            case true?: return GateFinding(.quorum, .green, "a change is answered")
            case false?: return GateFinding(.quorum, .red, "no change is answered")
            case nil: return GateFinding(.quorum, .unknown, "it cannot be told")
            }
        case .partitions: return partitions(snapshot, target)
        case .mirrors: return mirrorsFinding(snapshot, machine)
        case .offsets:
            let without = machine.active.filter { machine.groups[$0]?.decision?.isHeld ?? true }
            return without.isEmpty
                ? GateFinding(.offsets, .green, "every group has a position")
                : GateFinding(.offsets, .red, "without a position: \(without.prefix(5).joined(separator: ", "))")
        case .wrongSide: return await wrongSide(machine)
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

    private func brokers(_ snapshot: Snapshot?, _ target: IDC) -> GateFinding {
        guard let brokers = snapshot?.clusters[target].brokers, !brokers.isEmpty,
            snapshot?.clusters[target].metadata.current != nil
        else { return GateFinding(.brokers, .unknown, "\(target.rawValue) could not be read") }
        let up = brokers.count { $0.state == .up }
        return GateFinding(
            .brokers, up == brokers.count ? .green : .red, "\(up) of \(brokers.count) brokers are up")
    }

    private func partitions(_ snapshot: Snapshot?, _ target: IDC) -> GateFinding {
        guard let view = snapshot?.clusters[target], let metadata = view.metadata.current else {
            return GateFinding(.partitions, .unknown, "\(target.rawValue) could not be read")
        }
        let settings = view.settings.lastKnown ?? [:]
        var bad: [String] = []
        for topic in metadata.topics {
            let least = settings[topic.name]?.minInSyncReplicas ?? 1
            for partition in topic.partitions
            where partition.isOffline || partition.inSyncReplicas.count < Int(least) {
                bad.append("\(topic.name)-\(partition.number)")
            }
        }
        return bad.isEmpty
            ? GateFinding(.partitions, .green, "every partition takes writes")
            : GateFinding(.partitions, .red, "\(bad.count) do not: \(bad.prefix(5).joined(separator: ", "))")
    }

    /// What was wrong with the mirrors towards the target when they were read last: that is what did not cross.
    private func mirrorsFinding(_ snapshot: Snapshot?, _ machine: FailoverMachine) -> GateFinding {
        guard let rows = snapshot?.mirrors, !rows.isEmpty else {
            return GateFinding(.mirrors, .unknown, "no mirror could be read")
        }
        var bad: [String] = []
        var unknown: [String] = []
        for row in rows {
            let flow = row.flows[machine.header.from]
            switch flow.state.lastKnown {
            // What a lost IDC does to mirrors by itself is no reason to stay there.
            case .running?, .notFlowing?, .unassigned?, .restarting?: break
            case nil: unknown.append(row.topic)
            case let state?: bad.append("\(row.topic) \(state)")
            }
        }
        if !bad.isEmpty { return GateFinding(.mirrors, .red, bad.prefix(5).joined(separator: ", ")) }
        if !unknown.isEmpty {
            return GateFinding(.mirrors, .unknown, "not known: \(unknown.prefix(5).joined(separator: ", "))")
        }
        return GateFinding(.mirrors, .green, "\(rows.count) topics are mirrored")
    }

    private func wrongSide(_ machine: FailoverMachine) async -> GateFinding {
        let active = machine.active
        let seen = await members(of: active, on: machine.header.from)
        let there = active.filter { (seen.counts[$0] ?? 0) > 0 }
        if !there.isEmpty {
            let clients = there.flatMap { group in seen.clients(of: group).map { "\(group) \($0)" } }
            return GateFinding(.wrongSide, .red, clients.prefix(5).joined(separator: ", "))
        }
        if active.contains(where: { seen.counts[$0] == nil }), !machine.isStoppingStated {
            return GateFinding(.wrongSide, .unknown, "\(machine.header.from.rawValue) could not be read")
        }
        return GateFinding(.wrongSide, .green, "nobody is on \(machine.header.from.rawValue)")
    }

    private func splitConsumption(_ machine: FailoverMachine) async -> GateFinding {
        async let atSource = members(of: machine.active, on: machine.header.from)
        async let atTarget = members(of: machine.active, on: machine.header.to)
        let (source, target) = (await atSource, await atTarget)
        let both = machine.active.filter { (source.counts[$0] ?? 0) > 0 && (target.counts[$0] ?? 0) > 0 }
        return both.isEmpty
            ? GateFinding(.splitConsumption, .green, "no group is on both sides")
            : GateFinding(.splitConsumption, .red, both.prefix(5).joined(separator: ", "))
    }

    /// A group drains when it has nothing left to read, or what it has committed rises while it is looked at.
    private func draining(_ machine: FailoverMachine) async -> GateFinding {
        let moved = machine.active.filter { machine.groups[$0]?.stage == .moved }
        guard !moved.isEmpty else { return GateFinding(.draining, .green, "no group was moved") }
        let target = machine.header.to
        let first = await members(of: moved, on: target)
        var still: [String] = moved
        let began = surroundings.now()
        while !still.isEmpty {
            let now = await members(of: moved, on: target)
            let ends = await ends(of: now.groups.values.flatMap { Array(($0.offsets ?? [:]).keys) }, on: target)
            still = still.filter { group in
                guard let offsets = now.groups[group]?.offsets else { return true }
                if lag(offsets, ends) == 0 { return false }
                let before = first.groups[group]?.offsets ?? [:]
                return !offsets.contains { partition, commit in
                    before[partition].map { $0.offset < commit.offset } ?? false
                }
            }
            if Task.isCancelled || surroundings.now().since(began) >= pacing.draining { break }
            if !still.isEmpty { await sleep(pacing.poll) }
        }
        return still.isEmpty
            ? GateFinding(.draining, .green, "\(moved.count) groups read on")
            : GateFinding(.draining, .red, "these stand still: \(still.prefix(5).joined(separator: ", "))")
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
