import Domain

/// Traffic and mirrors.
extension RunPerformer {
    func setTraffic(_ split: TrafficSplit, _ machine: FailoverMachine) async throws(PortError) -> FailoverEvent {
        guard let traffic = ports.traffic else {
            throw PortError(.unsupported, operation: "set traffic", detail: "no traffic source is configured")
        }
        let before = try await traffic.configured()
        // A side whose servers are down takes nothing whatever its weight: the weights decide what is set.
        if before.weights == split { return .trafficSet(split, before: machine.splitBefore ?? before.weights) }
        if let event = await obstacle(to: .traffic(split.shares), machine) { return event }
        try await traffic.set(split)
        let after = try await traffic.configured()
        guard after.weights == split || after.split == split else {
            throw PortError(.failed, operation: "set traffic", detail: "the split does not read as set")
        }
        return .trafficSet(split, before: before.weights ?? before.split)
    }

    /// Measures what is produced on each side until the side that gains has its share, or the time is over.
    func measure(
        _ split: TrafficSplit, atLeast: Int, _ machine: FailoverMachine
    ) async throws(PortError) -> FailoverEvent {
        let target = machine.header.to
        let seen = try await until(
            pacing.traffic, isWanted: { (seen: TrafficSeen) in seen.isAsWanted },
            read: { () throws(PortError) in
                async let one = produced(on: .idc1)
                async let two = produced(on: .idc2)
                let rates = PerIDC(idc1: await one, idc2: await two)
                let configured = await configuredSplit()
                let source = rates[target.other]
                let perMille = perMille(rates, target, machine.readings?.recordsPerSecond)
                return TrafficSeen(
                    configured: configured, targetPerMille: perMille, sourceGrows: source.map { $0 > 0 },
                    isAsWanted: split.isFollowed(
                        towards: target, perMille: perMille, atLeast: atLeast, onSource: source,
                        promise: machine.runbook.promise))
            })
        return .trafficMeasured(seen)
    }

    /// The target's part of both sides' rate: of before where that is known, of now where both can be read.
    private func perMille(_ rates: PerIDC<Double?>, _ target: IDC, _ before: Int64?) -> Int? {
        guard let there = rates[target] else { return nil }
        if let source = rates[target.other] {
            let sum = there + source
            return sum > 0 ? Int(there / sum * 1_000 + 0.5) : nil
        }
        guard let before, before > 0 else { return nil }
        return Int(there / Double(before) * 1_000 + 0.5)
    }

    /// Records per second that are produced on a side now, copies not counted; `nil`: it cannot be read.
    private func produced(on idc: IDC) async -> Double? {
        // Without a header that marks copies all of them would count.
        guard !ports.provenance[idc].copyHeaders.isEmpty else { return nil }
        do throws(PortError) {
            let metadata = try await ports.clusters[idc].topics.metadata()
            let topics = metadata.topics.filter { ports.isLiveTopic($0.name) }
            let before = try await ports.clusters[idc].offsets.ranges(of: topics)
            let began = surroundings.now()
            await sleep(pacing.measured)
            let after = try await ports.clusters[idc].offsets.ranges(of: topics)
            let seconds = max(surroundings.now().since(began), .milliseconds(1)).inSeconds
            guard before.isComplete, after.isComplete else { return nil }
            var stretches: [TopicPartition: Range<Int64>] = [:]
            for (partition, range) in after.value {
                guard let from = before.value[partition]?.logEnd.rawValue, from < range.logEnd.rawValue else {
                    continue
                }
                stretches[partition] = from..<range.logEnd.rawValue
            }
            guard !stretches.isEmpty else { return 0 }
            let samples = try await ports.clusters[idc].records.origins(
                in: stretches, by: ports.provenance[idc], within: pacing.reading)
            guard samples.isComplete else { return nil }
            return Double(samples.value.values.reduce(0) { $0 + $1.locals.count }) / seconds
        } catch {
            return nil
        }
    }

    // MARK: Mirrors

    func mirrors(
        _ act: MirrorsAct, _ flows: [ReplicationFlow], _ machine: FailoverMachine
    ) async throws(PortError) -> FailoverEvent {
        switch act {
        case .pause: return await order(.pause, flows, machine)
        case .resume: return await order(.resume, flows, machine)
        case .awaitClear, .catchUp: return .mirrorsActed(await passed(flows))
        case .lateTail: return .mirrorsActed(MirrorsSeen(done: 0, left: await tail(flows)))
        }
    }

    /// Records that the flows have left behind. Just after a side's return their positions are not known yet: waits for
    /// them, and `nil` when they do not come.
    private func tail(_ flows: [ReplicationFlow]) async -> Int64? {
        let began = surroundings.now()
        while true {
            let newest = await snapshot(after: surroundings.now())
            let left = newest.flatMap { $0.hasEnds(of: flows) ? $0.toCopy(flows) : nil }
            if left != nil || Task.isCancelled || surroundings.now().since(began) >= pacing.tail { return left }
            await sleep(pacing.poll)
        }
    }

    private func order(
        _ act: ConnectorAct, _ flows: [ReplicationFlow], _ machine: FailoverMachine
    ) async -> FailoverEvent {
        if let event = await obstacle(to: .write, machine) { return event }
        var done = 0
        var notReached: [String] = []
        var failed: [String] = []
        for flow in flows {
            guard let control = ports.connectors[flow.target], let reading = ports.clusters[flow.target].connectors
            else {
                notReached.append("connect \(flow.target.rawValue)")
                continue
            }
            do throws(PortError) {
                let all = try await reading.connectors()
                failed += all.failures.map { "\(flow.target.rawValue): \($0.detail)" }
                guard let names = await snapshot(after: surroundings.now())?.connectors(of: flow) else {
                    failed.append("which connectors of \(flow.target.rawValue) are mirrors could not be read")
                    continue
                }
                for connector in all.value where names.contains(connector.name) && !act.isDone(connector.state) {
                    do throws(PortError) {
                        try await control.perform(act, on: connector.name)
                    } catch {
                        failed.append("\(connector.name): \(error.detail)")
                    }
                }
                let after = try await until(
                    pacing.mirrors,
                    isWanted: { (now: [Connector]) in now.allSatisfy { act.isDone($0.state) || $0.state == .failed } },
                    read: { () throws(PortError) in
                        try await reading.connectors().value.filter { names.contains($0.name) }
                    })
                done += after.count { act.isDone($0.state) }
                // One that has failed copies nothing: of a lost side's mirrors that is no news.
                failed += after.filter { !act.isDone($0.state) && !(act == .pause && $0.state == .failed) }
                    .map { "\($0.name) is \($0.state)" }
            } catch {
                notReached.append("connect \(flow.target.rawValue): \(error.detail)")
            }
        }
        return .mirrorsActed(MirrorsSeen(done: done, notReached: notReached, failed: failed, left: nil))
    }

    /// Waits until the flows' positions have passed the ends that the logs have now.
    private func passed(_ flows: [ReplicationFlow]) async -> MirrorsSeen {
        let began = surroundings.now()
        var first: Snapshot?
        while true {
            let newest = await snapshot(after: surroundings.now())
            if first == nil, let newest, newest.hasEnds(of: flows) { first = newest }
            let left = first.flatMap { first in newest?.left(behind: first, flows) }
            if left == 0 || Task.isCancelled || surroundings.now().since(began) >= pacing.mirrors {
                return MirrorsSeen(done: 0, left: left)
            }
        }
    }
}

extension ConnectorAct {
    /// Whether a connector is as this leaves it.
    fileprivate func isDone(_ state: ConnectorState) -> Bool {
        self == .pause ? state == .paused || state == .stopped : state == .running
    }
}

extension TrafficSplit {
    /// Whether what is measured is this split.
    ///
    /// - Parameters:
    ///   - perMille: the part of all that is produced on the side that gains; `nil`: not known.
    ///   - atLeast: how much of its share it must have, in percent.
    ///   - onSource: records per second that are still produced on the other side; `nil`: it cannot be read, which is
    ///     no news of one that is gone. One that is left as planned has to say that nothing comes.
    func isFollowed(
        towards target: IDC, perMille: Int?, atLeast: Int, onSource: Double?, promise: Runbook.Promise
    ) -> Bool {
        guard let perMille, perMille >= shares[target] * 10 * atLeast / 100 else { return false }
        guard shares[target] == 100 else { return true }
        return onSource.map { $0 == 0 } ?? (promise != .nothingReadTwice)
    }
}

extension ConfiguredTraffic {
    /// What the weights of all servers amount to, whether they serve or not; `nil`: no server has a weight.
    var weights: TrafficSplit? {
        let sums = PerIDC { idc in servers.filter { $0.idc == idc }.reduce(0) { $0 + $1.weight } }
        let total = sums.idc1 + sums.idc2
        guard total > 0 else { return nil }
        let percent = Int(Double(sums.idc1) / Double(total) * 100 + 0.5)
        return TrafficSplit(idc1: percent, idc2: 100 - percent)
    }
}
