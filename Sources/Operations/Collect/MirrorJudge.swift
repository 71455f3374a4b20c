import Domain

/// Judges one topic's mirror in one direction for one snapshot.
struct MirrorJudge {
    let subject: MirrorSubject
    let flow: ReplicationFlow
    let verdict: Coverage.Verdict
    let loop: String?
    let readings: PerIDC<ClusterReadings>
    let growth: PerIDC<MirrorGrowth>
    let settings: CollectorSettings
    let now: Moment
    var memory: MirrorMemory

    private var source: IDC { flow.source }
    private var target: IDC { flow.target }
    private var names: PerIDC<String> { settings.names }

    /// What one partition came to.
    private struct PartitionFindings {
        let number: Int32
        let position: Offset
        let range: OffsetRange
        let toCopy: Estimate?
        let firstLocal: RecentOrigins.FirstLocal
        /// Locals gone below the log start that were never copied, for certain; `nil`: cannot be told.
        let lostForCertain: Int64?
        /// Offsets between the position and the log start.
        let below: Int64
    }

    mutating func judge(_ origins: inout PerIDC<RecentOrigins>) -> MirrorFlow {
        let job: RecognisedConnector?
        let kind: MirrorKind?
        if case .mirrored(let connector) = verdict, case .mirror(let found, _, _) = connector.recognition.role {
            (job, kind) = (connector, found)
        } else {
            (job, kind) = (nil, nil)
        }
        var notes = job?.recognition.notes ?? []
        let found = job.flatMap { job in kind.map { FoundPositions(of: job, kind: $0, flow: flow, readings) } } ?? .none
        let positions = mirrorPositions(found)
        let isCurrent = found.isCurrent && readings[source].ranges.current != nil
        if job != nil, !isCurrent { notes += staleNotes(found) }

        let findings = isCurrent ? examine(positions, &origins) : nil
        let age = oldest(findings, readAt: found.readAt)
        if isCurrent, found.readAt != memory.observedAt {
            memory.observedAt = found.readAt
            observe(positions, findings)
            if let age { memory.latency.add(age, at: now.uptime) }
        }
        let state = withCountdown(self.state(kind, findings, origins, &notes), job)
        let toCopy = total(findings?.map(\.toCopy), of: positions)
        let latency = memory.latency.percentiles(at: now.uptime)
        if let toCopy, let readAt = [found.readAt, readings[source].ranges.readAt].compactMap(\.self).min() {
            memory.lag = ReplicationLag(
                records: toCopy.count, precision: toCopy.isExact ? .exact : .estimated, age: age ?? latency?.p99,
                readAt: readAt)
        } else if case .none = verdict {
            // What is produced from now on, nobody copies.
            memory.lag = nil
        }
        return MirrorFlow(
            flow: flow, connectors: verdict.jobs.map(\.connector.name).sorted(), kind: kind, state: state,
            positions: positions, toCopy: toCopy,
            toScan: toScan(findings, of: positions), lag: memory.lag,
            recordsPerSecond: job == nil ? nil : copiesPerSecond(origins[target]),
            latency: latency, timeUntilLoss: timeUntilLoss(findings),
            notes: notes)
    }

    // MARK: Positions

    private mutating func mirrorPositions(_ found: FoundPositions) -> [MirrorPosition] {
        guard let topic = subject.topics[source] else { return [] }
        let ranges = readings[source].ranges.lastKnown
        return topic.partitions.map { partition in
            let topicPartition = TopicPartition(topic.name, partition.number)
            let range = ranges?[topicPartition]
            let position = found.values?[topicPartition]
            if position != nil {
                memory.assumedStarts[partition.number] = nil
            } else if found.startsAtLogStart, memory.assumedStarts[partition.number] == nil {
                memory.assumedStarts[partition.number] = range?.logStart
            }
            return MirrorPosition(
                partition: partition.number,
                position: position ?? (found.values == nil ? nil : memory.assumedStarts[partition.number]), range: range
            )
        }
    }

    private func staleNotes(_ found: FoundPositions) -> [String] {
        if let because = found.because {
            return ["Its positions cannot be read: \(because.detail). Shown are those last read."]
        }
        if let because = readings[source].ranges.unavailability {
            return ["The log ends of \(names[source]) cannot be read: \(because.detail)."]
        }
        return []
    }

    /// `nil` for partitions whose position or bounds are unknown.
    private func examine(
        _ positions: [MirrorPosition], _ origins: inout PerIDC<RecentOrigins>
    ) -> [PartitionFindings] {
        positions.compactMap { entry in
            guard let position = entry.position, let range = entry.range else { return nil }
            let topicPartition = TopicPartition(subject.topic, entry.partition)
            origins[source].forget(below: position, of: topicPartition)
            let below = max(0, range.logStart.distance(from: position))
            let start = max(position, range.logStart)
            var lost: Int64?
            if below > 0,
                let estimate = origins[source].locals(in: topicPartition, from: position, to: range.logStart),
                estimate.isExact
            {
                lost = estimate.count
            }
            return PartitionFindings(
                number: entry.partition, position: position, range: range,
                toCopy: origins[source].locals(in: topicPartition, from: start, to: range.logEnd),
                firstLocal: origins[source].firstLocal(in: topicPartition, from: start, to: range.logEnd),
                lostForCertain: lost, below: below)
        }
    }

    private mutating func observe(_ positions: [MirrorPosition], _ findings: [PartitionFindings]?) {
        let observations = (findings ?? []).map { finding in
            FlowWindow.Observation(
                partition: finding.number, position: finding.position,
                hasRecordsToCopy: (finding.toCopy?.count ?? 0) > 0,
                isPastTheEnd: finding.position > finding.range.logEnd)
        }
        memory.flow.observe(observations, at: now.uptime)
    }

    // MARK: Figures

    /// The sum; `nil` when any partition's part is unknown.
    private func total(_ parts: [Estimate?]?, of positions: [MirrorPosition]) -> Estimate? {
        guard let parts, parts.count == positions.count, !positions.isEmpty else { return nil }
        var count: Int64 = 0
        var isExact = true
        for part in parts {
            guard let part else { return nil }
            count += part.count
            isExact = isExact && part.isExact
        }
        return Estimate(count, isExact: isExact)
    }

    private func toScan(_ findings: [PartitionFindings]?, of positions: [MirrorPosition]) -> Int64? {
        guard let findings, findings.count == positions.count, !positions.isEmpty,
            memory.flow.partitionsPastTheEnd(at: now.uptime).isEmpty
        else { return nil }
        // A position read a moment after the log end may lie past it: there is nothing to scan then.
        return findings.reduce(0) { $0 + max(0, $1.range.logEnd.distance(from: max($1.position, $1.range.logStart))) }
    }

    private func copiesPerSecond(_ origins: RecentOrigins) -> Double? {
        guard let pair = growth[target].recent, readings[target].ranges.current != nil,
            let topic = subject.topics[target]
        else { return nil }
        var copies = 0.0
        for partition in topic.partitions {
            let topicPartition = TopicPartition(topic.name, partition.number)
            guard let growth = pair.growth(of: topicPartition) else { return nil }
            if growth == 0 { continue }
            guard let density = origins.copyDensity(of: topicPartition, at: now.uptime) else { return nil }
            copies += Double(growth) * density
        }
        return copies / pair.span.inSeconds
    }

    /// How old the oldest record was that was not copied when the positions were read; `nil`: not known.
    private func oldest(_ findings: [PartitionFindings]?, readAt: WallTime?) -> Duration? {
        guard let findings, !findings.isEmpty, let readAt else { return nil }
        var worst: Duration = .zero
        for finding in findings {
            switch finding.firstLocal {
            case .none: continue
            case .unknown: return nil
            case .found(let local):
                // From the future: somebody's clock is wrong, and the figure would be too.
                guard let timestamp = local.timestamp, timestamp <= now.wall else { return nil }
                // Produced after the position was read: nothing was waiting then.
                worst = max(worst, readAt.since(timestamp))
            }
        }
        return worst
    }

    private func timeUntilLoss(_ findings: [PartitionFindings]?) -> Duration? {
        guard let findings, let topicSettings = readings[source].settings.lastKnown?[subject.topic],
            case .limited(let retention)? = topicSettings.retention,
            topicSettings.cleanupPolicy.isEmpty || topicSettings.cleanupPolicy.contains("delete")
        else { return nil }
        return findings.compactMap { finding -> Duration? in
            guard case .found(let local) = finding.firstLocal, let timestamp = local.timestamp else { return nil }
            return max(.zero, retention - now.wall.since(timestamp))
        }.min()
    }

    // MARK: State

    private func state(
        _ kind: MirrorKind?, _ findings: [PartitionFindings]?, _ origins: PerIDC<RecentOrigins>,
        _ notes: inout [String]
    ) -> Reading<MirrorState> {
        let partitions = subject.topics.map { $0?.partitions.count }
        for idc in IDC.allCases where subject.isMissing(on: idc) {
            notes.append("\(subject.topic) is missing on \(names[idc]).")
        }
        switch verdict {
        case .unknown, .none: return absent()
        case .double(_, let reason): return reading(.double(reason: reason))
        case .unaccounted(let job, let reason):
            notes.insert("\(job.connector.name): \(reason).", at: 0)
            if case .failed(let trace) = MirrorState(job.connector) { return reading(.failed(reason: trace), job) }
            return reading(.unknown("not accounted for"), job)
        case .mirrored(let job):
            if let loop { return reading(.double(reason: loop), job) }
            var state = MirrorState(job.connector)
            if job.connector.state == .running, job.connector.tasks.isEmpty {
                notes.append("The connector is RUNNING without a task: nothing is copied.")
            }
            if let one = partitions[source], let two = partitions[target], one != two {
                notes.append("\(one) partitions on \(names[source]), \(two) on \(names[target]).")
            }
            if case .failed = state { return reading(state, job) }
            if let missing = missing(kind, isRunning: state == .running, findings, &notes) {
                if state != .running { notes.append("It is \(state.description).") }
                return reading(.overtaken(missing: missing), job)
            }
            if subject.isMissing(on: source) || subject.isMissing(on: target) { return reading(.topicMissing, job) }
            if let one = partitions[source], let two = partitions[target], one != two {
                if state != .running { notes.append("It is \(state.description).") }
                return reading(.partitionsDiffer(source: one, target: two), job)
            }
            let pastTheEnd = memory.flow.partitionsPastTheEnd(at: now.uptime)
            if !pastTheEnd.isEmpty {
                let list = pastTheEnd.map(String.init).joined(separator: ", ")
                notes.append(
                    "Its position lies past the end of \(names[source])'s log in partition \(list): the topic was "
                        + "truncated or created anew.")
            }
            if state == .running, findings != nil, let since = standingSince(kind, findings, origins) {
                state = .notFlowing(since: now.wallTime(at: since))
            }
            return reading(state, job)
        }
    }

    private func reading(_ state: MirrorState, _ job: RecognisedConnector? = nil) -> Reading<MirrorState> {
        readings[job?.foundOn ?? target].connectors.map { _ in state }
    }

    /// UNASSIGNED with the end of Connect's rebalance delay, as far as it can be told from here. Bascule's workers have none:
    /// another one takes over when the session of a lost one is over.
    private mutating func withCountdown(
        _ state: Reading<MirrorState>, _ job: RecognisedConnector?
    ) -> Reading<MirrorState> {
        guard state.lastKnown == .unassigned(until: nil), let job, !job.connector.tasks.isEmpty, job.workerFlow == nil
        else {
            memory.unassignedSince = nil
            return state
        }
        let since = memory.unassignedSince ?? now.wall
        memory.unassignedSince = since
        return state.map { _ in .unassigned(until: since.advanced(by: MirrorMemory.rebalanceDelay)) }
    }

    /// The state of a direction for which no job was found.
    private func absent() -> Reading<MirrorState> {
        guard subject.isLive else {
            return .unavailable(
                Unavailability(
                    kind: .unsupported, detail: "mirrors.topics leaves \(subject.topic) out", since: now.wall))
        }
        switch readings[target].connectors {
        case .pending: return .pending
        case .unavailable(let because): return .unavailable(because)
        case .stale(let list, let at, let because):
            return list.gap == nil ? .stale(.none, at: at, because: because) : .unavailable(because)
        case .known(let list, let at):
            guard let gap = list.gap else { return .known(.none, at: at) }
            return .unavailable(gap)
        }
    }

    /// Records that retention took before they were copied; `nil` when there are none.
    ///
    /// MirrorMaker's position stands still over records that it filters, so a log start past it is no loss while
    /// the mirror runs and moves: then only what is known of the missing records counts.
    private func missing(
        _ kind: MirrorKind?, isRunning: Bool, _ findings: [PartitionFindings]?, _ notes: inout [String]
    ) -> Int64? {
        var missing: Int64 = 0
        var unsure: Int64 = 0
        let standing = memory.flow.standing(at: now.uptime)
        for finding in findings ?? [] where finding.below > 0 {
            if let lost = finding.lostForCertain {
                missing += lost
            } else if kind == .mirrormaker2, isRunning, standing[finding.number] == nil {
                unsure += finding.below
            } else {
                missing += finding.below
            }
        }
        if unsure > 0 {
            notes.append(
                "\(names[source])'s log starts \(unsure) offsets past the last record copied; whether records produced "
                    + "there were among them cannot be told.")
        }
        return missing > 0 ? missing : nil
    }

    /// Since when the mirror has not flowed; `nil` while it does.
    private func standingSince(
        _ kind: MirrorKind?, _ findings: [PartitionFindings]?, _ origins: PerIDC<RecentOrigins>
    ) -> Duration? {
        memory.flow.standing(at: now.uptime).compactMap { partition, since -> Duration? in
            guard kind == .mirrormaker2 else { return since }
            // Connect writes positions down only now and then: new copies on the target tell more.
            let topicPartition = TopicPartition(subject.topic, partition)
            guard readings[target].ranges.current != nil else { return since }
            if growth[target].patient?.growth(of: topicPartition) != 0 {
                let copies = origins[target].copiesSeen(in: topicPartition, since: now.uptime - FlowWindow.patience)
                guard copies == 0 else { return nil }
            }
            // As many copies as there are records to copy have come since: only the position is late.
            let toCopy = findings?.first { $0.number == partition }?.toCopy?.count ?? 0
            let seen = origins[target].copiesSeen(in: topicPartition, since: since - .milliseconds(1_500)) ?? 0
            return seen >= toCopy ? nil : since
        }.min()
    }
}
