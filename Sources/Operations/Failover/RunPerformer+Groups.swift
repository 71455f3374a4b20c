import Domain

/// The groups of a side as it lists them now.
struct SeenMembers: Sendable {
    let counts: [String: Int]
    let groups: [String: ConsumerGroup]

    func sights(_ asked: [String]) -> [FenceSight] {
        asked.map { group in
            FenceSight(group: group, members: counts[group], clients: clients(of: group))
        }
    }

    func clients(of group: String) -> [String] {
        (groups[group]?.members ?? []).map { "\($0.clientID) \($0.host)" }.sorted()
    }
}

extension RunPerformer {
    /// Asks a side itself. Groups are missing where it cannot be told whether they have members.
    func members(of groups: [String], on idc: IDC) async -> SeenMembers {
        let wanted = Set(groups)
        do throws(PortError) {
            let found = try await ports.clusters[idc].groups.groups(where: { wanted.contains($0) })
            var counts: [String: Int] = [:]
            var seen: [String: ConsumerGroup] = [:]
            for group in found.value {
                seen[group.id] = group
                // A group that is joining counts as one that has members, whoever they are.
                counts[group.id] = max(group.members.count, group.isLive ? 1 : 0)
            }
            // Where a broker did not answer, a group that is not listed may exist all the same.
            if found.isComplete { for group in groups where counts[group] == nil { counts[group] = 0 } }
            return SeenMembers(counts: counts, groups: seen)
        } catch {
            return SeenMembers(counts: [:], groups: [:])
        }
    }

    // MARK: Stopping and starting

    func stop(_ groups: [String], _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        let source = machine.header.from
        if let event = await obstacle(to: .write, machine) { return event }
        let before = await members(of: groups, on: source)
        let running = groups.filter { before.counts[$0] != 0 }
        if !running.isEmpty, let consumers = ports.consumers { try await consumers.stop(running, on: source) }
        let seen = try await until(
            pacing.groups, isWanted: { seen in groups.allSatisfy { seen.counts[$0] == 0 } },
            read: { () throws(PortError) in await members(of: groups, on: source) })
        return .consumersStopped(
            groups.map { group in
                switch seen.counts[group] {
                case 0?: GroupOutcome(group)
                case let count?: GroupOutcome(group, failure: "\(count) members are still there")
                case nil: GroupOutcome(group, failure: "it cannot be told whether members are still there")
                }
            })
    }

    /// What had no members is as it was.
    func restore(_ asked: [String], _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        let source = machine.header.from
        let groups = asked.filter { machine.groups[$0]?.wasEmpty != true }
        if let event = await obstacle(to: .startConsumers(groups: groups, on: source), machine) { return event }
        let before = await members(of: groups, on: source)
        let stopped = groups.filter { before.counts[$0] == 0 }
        if !stopped.isEmpty, let consumers = ports.consumers { try await consumers.start(stopped, on: source) }
        let seen = try await until(
            pacing.groups, isWanted: { seen in groups.allSatisfy { (seen.counts[$0] ?? 0) > 0 } },
            read: { () throws(PortError) in await members(of: groups, on: source) })
        return .consumersRestored(
            asked.map { group in
                !groups.contains(group) || (seen.counts[group] ?? 0) > 0
                    ? GroupOutcome(group) : GroupOutcome(group, failure: "no members are seen on \(source.rawValue)")
            })
    }

    func start(_ groups: [String], _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        let target = machine.header.to
        if let event = await obstacle(to: .startConsumers(groups: groups, on: target), machine) { return event }
        let before = await members(of: groups, on: target)
        let stopped = groups.filter { before.counts[$0] == 0 || before.counts[$0] == nil }
        if !stopped.isEmpty, let consumers = ports.consumers { try await consumers.start(stopped, on: target) }
        return .consumersStarted(groups.map { GroupOutcome($0) })
    }

    // MARK: Offsets, endpoints

    /// Where nothing may be read twice, a group is stopped only when it has read what its logs hold now: lagging groups
    /// are waited for, and held where they do not come so far.
    func decisions(
        _ groups: [String], _ machine: FailoverMachine, isFinal: Bool
    ) async throws(PortError) -> [GroupDecision] {
        let source = machine.header.from
        let waits = machine.runbook.promise == .nothingReadTwice && !isFinal
        let behind = waits ? try await behind(groups, on: source) : [:]
        return try await ports.offsets.decide(groups, from: source, isFinal: isFinal).map { decision in
            guard let reason = behind[decision.group] else { return decision }
            return GroupDecision(
                group: decision.group, verdict: .held(reason: reason), positions: [], lag: decision.lag)
        }
    }

    /// Groups that have not read in time what their logs held when this began, and why.
    private func behind(_ groups: [String], on idc: IDC) async throws(PortError) -> [String: String] {
        let first = await members(of: groups, on: idc)
        let goals = await ends(of: first.groups.values.flatMap { Array(($0.offsets ?? [:]).keys) }, on: idc)
        return try await until(
            pacing.groups, isWanted: { (behind: [String: String]) in behind.isEmpty },
            read: { () throws(PortError) in
                let now = await members(of: groups, on: idc)
                var behind: [String: String] = [:]
                for group in groups {
                    guard let offsets = now.groups[group]?.offsets else {
                        behind[group] = "its commits on \(idc.rawValue) could not be read"
                        continue
                    }
                    if let left = lag(offsets, goals) {
                        if left > 0 { behind[group] = "it has \(left) records to read on \(idc.rawValue)" }
                    } else {
                        behind[group] = "the ends of its logs on \(idc.rawValue) could not be read"
                    }
                }
                return behind
            })
    }

    func write(_ groups: [String], _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        let target = machine.header.to
        if let event = await obstacle(to: .writeOffsets(groups: groups, on: target), machine) { return event }
        let decisions = groups.compactMap { machine.groups[$0]?.decision }.filter { !$0.isHeld }
        var outcomes = try await ports.offsets.write(decisions, on: target)
        // Of a side that is gone no daemon reads anything that it could write.
        guard machine.runbook.promise == .nothingReadTwice else { return .offsetsWritten(outcomes) }
        for _ in 0..<3 {
            // What a daemon had begun before lands after what was written here; what it begins later sees it.
            await settle(on: target)
            let now = await members(of: groups, on: target)
            guard decisions.contains(where: { isOutrun($0, now.groups[$0.group]?.offsets) }) else { break }
            if let event = await obstacle(to: .writeOffsets(groups: groups, on: target), machine) { return event }
            outcomes = try await ports.offsets.write(decisions, on: target)
        }
        return .offsetsWritten(outcomes)
    }

    private func settle(on target: IDC) async {
        do throws(PortError) {
            try await ports.offsets.settle(on: target)
        } catch {
            await sleep(pacing.settling)
        }
    }

    /// Whether something else stands there by now; what cannot be read is looked at by writing it again.
    private func isOutrun(_ decision: GroupDecision, _ standing: [TopicPartition: CommittedOffset]?) -> Bool {
        guard let standing else { return true }
        return decision.positions.contains { standing[$0.partition]?.offset != $0.to }
    }

    func point(_ groups: [String], _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        let target = machine.header.to
        if let event = await obstacle(to: .startConsumers(groups: groups, on: target), machine) { return event }
        let wanted = Set(groups)
        let endpoints = machine.header.endpoints.filter { $0.groups.contains(where: wanted.contains) }
        // A client that is started while a cache still answers with the source would read there what is read again on
        // the target.
        let isWaitedFor = machine.runbook.promise == .nothingReadTwice
        let wait = isWaitedFor ? await timeToLive(of: endpoints.compactMap(\.endpoint)) : .zero
        var outcomes: [GroupOutcome] = []
        for endpoint in endpoints {
            let failure = await point(endpoint.endpoint, to: target)
            outcomes += endpoint.groups.filter(wanted.contains).map { GroupOutcome($0, failure: failure) }
        }
        if wait > .zero { await sleep(min(wait, pacing.cachedNames)) }
        return .endpointsPointed(outcomes)
    }

    /// The longest; of a name that cannot be read, pointing it will tell.
    private func timeToLive(of endpoints: [String]) async -> Duration {
        var longest: Duration = .zero
        for endpoint in endpoints {
            longest = max(longest, (try? await ports.endpoints?.timeToLive(of: endpoint)) ?? .zero)
        }
        return longest
    }

    /// Why it does not point there; `nil`: it does, or a person sees to it.
    private func point(_ endpoint: String?, to target: IDC) async -> String? {
        guard let endpoint, let port = ports.endpoints else { return nil }
        do throws(PortError) {
            if try await port.side(of: endpoint) == target { return nil }
            try await port.point(endpoint, to: target)
            return try await port.side(of: endpoint) == target ? nil : "\(endpoint) does not read as set"
        } catch {
            return "\(endpoint): \(error.detail)"
        }
    }

    // MARK: Watching

    /// Waits until every group is seen to consume on the target, or the time is over.
    func watch(_ groups: [String], _ machine: FailoverMachine) async -> [GroupSight] {
        do throws(PortError) {
            return try await until(
                pacing.groups,
                isWanted: { sights in sights.allSatisfy { machine.obstacle($0) == nil } },
                read: { () throws(PortError) in await sights(of: groups, machine) })
        } catch {
            return []
        }
    }

    private func sights(of groups: [String], _ machine: FailoverMachine) async -> [GroupSight] {
        async let atSource = members(of: groups, on: machine.header.from)
        async let atTarget = members(of: groups, on: machine.header.to)
        let (source, target) = (await atSource, await atTarget)
        let ends = await ends(
            of: target.groups.values.flatMap { $0.offsets.map { Array($0.keys) } ?? [] }, on: machine.header.to)
        return groups.map { group in
            let decision = machine.groups[group]?.decision
            let committed = target.groups[group]?.offsets
            return GroupSight(
                group: group, onSource: source.counts[group], onTarget: target.counts[group],
                hasBegun: hasBegun(decision?.positions ?? [], committed, ends),
                lag: committed.flatMap { lag($0, ends) }, clientsOnSource: source.clients(of: group))
        }
    }

    /// At or after every position that was written, and by the group itself somewhere, unless nothing is there to read.
    private func hasBegun(
        _ positions: [PartitionMove], _ committed: [TopicPartition: CommittedOffset]?,
        _ ends: [TopicPartition: OffsetRange]
    ) -> Bool? {
        guard let committed else { return nil }
        for position in positions {
            guard let commit = committed[position.partition], commit.offset >= position.to else { return false }
        }
        if committed.values.contains(where: { !ports.offsets.isOurs($0) }) { return true }
        return committed.allSatisfy { partition, commit in ends[partition].map { $0.logEnd <= commit.offset } ?? false }
    }

    func lag(_ committed: [TopicPartition: CommittedOffset], _ ends: [TopicPartition: OffsetRange]) -> Int64? {
        var lag: Int64 = 0
        for (partition, commit) in committed {
            guard let end = ends[partition]?.logEnd else { return nil }
            lag += max(0, end.distance(from: commit.offset))
        }
        return lag
    }

    func ends(of partitions: [TopicPartition], on idc: IDC) async -> [TopicPartition: OffsetRange] {
        let names = Set(partitions.map(\.topic))
        guard !names.isEmpty else { return [:] }
        do throws(PortError) {
            let metadata = try await ports.clusters[idc].topics.metadata()
            return try await ports.clusters[idc].offsets.ranges(
                of: metadata.topics.filter { names.contains($0.name) }
            ).value
        } catch {
            return [:]
        }
    }
}
