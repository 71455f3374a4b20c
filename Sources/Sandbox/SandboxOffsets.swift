import Domain
import KafkaAdapter
import Operations

/// Where groups of the sandbox may begin on the other side: by anchors while they run or their side is gone, by the
/// records' headers once they are stopped.
struct SandboxOffsets: MoveOffsets {
    let sites: PerIDC<Site>
    let applications: Applications
    let anchors: AnchorKeeper
    let standIn: OffsetStandIn
    let truth: Truth
    let holds: PerIDC<SandboxHolds>
    let clock: WorldClock
    let log: @Sendable (String) -> Void

    /// What commits from outside carry here.
    private static let metadata = "sandbox move"

    func isOurs(_ commit: CommittedOffset) -> Bool { commit.metadata == Self.metadata }

    // MARK: Deciding

    func decide(
        _ groups: [String], from source: IDC, isFinal: Bool
    ) async throws(PortError) -> [GroupDecision] {
        let target = source.other
        let metadata = try await sites[target].kafka.metadata()
        let bounds = try await sites[target].kafka.ranges(of: metadata.topics).value
        let known = await applications.named
        var readers: Readers?
        if isFinal {
            await waitForMirrors(from: source, groups.compactMap { known[$0] })
            readers = Readers(
                live: try LogReader(sites[source], clock: clock, log: log),
                other: try LogReader(sites[target], clock: clock, log: log),
                liveEnds: try await sites[source].kafka.ranges(
                    of: try await sites[source].kafka.metadata().topics
                ).value)
        }
        var decisions: [GroupDecision] = []
        for id in groups {
            guard let group = known[id] else {
                decisions.append(
                    GroupDecision(group: id, verdict: .held(reason: "no such group"), positions: [], lag: nil))
                continue
            }
            if let reason = hold(of: id) {
                decisions.append(
                    GroupDecision(group: id, verdict: .held(reason: reason.sentence), positions: [], lag: nil))
                continue
            }
            decisions.append(try await decide(group, from: source, bounds, &readers))
        }
        await readers?.live.close()
        await readers?.other.close()
        return decisions
    }

    private func hold(of group: String) -> HoldReason? {
        let said = holds.map { Optional($0.said) }
        func held(_ subject: HoldSubject) -> OperatorHold? {
            said.newestWord(about: subject).flatMap { $0.order == .hold ? $0 : nil }
        }
        return held(.everything).map { .frozen($0) } ?? held(.group(group)).map { .byOperator($0) }
    }

    private struct Readers {
        let live: LogReader
        let other: LogReader
        let liveEnds: [TopicPartition: OffsetRange]
        /// What was found for a commit is as true for another group that has committed the same.
        var found: [TopicPartition: [Offset: ProvenBound?]] = [:]
    }

    private func decide(
        _ group: WorldGroup, from source: IDC, _ bounds: [TopicPartition: OffsetRange], _ readers: inout Readers?
    ) async throws(PortError) -> GroupDecision {
        let target = source.other
        let partitions = bounds.keys.filter { group.topics.contains($0.topic) }.sorted()
        let committed = await committed(group.id, on: source, partitions)
        let told = try await applications.committed(of: group.id, on: target, in: partitions)
        let earlier = standIn.seen(told, of: group.id, on: target)
        let copied = anchors.positions(from: source)
        let ends = anchors.ranges(of: source)
        var moves: [PartitionMove] = []
        var readTwice: Int64 = 0
        var isExact = readers != nil
        var lag: Int64 = 0
        for partition in partitions {
            guard let range = bounds[partition] else { continue }
            let offset = committed[partition]
            if let end = ends[partition]?.logEnd { lag += max(0, end.distance(from: offset ?? Offset(0))) }
            // Lower bounds compose: the highest proven one is safe. What the group had committed here is proven too.
            let anchor = offset.flatMap { anchors.resume(partition, live: source, committed: $0) }
            let lower = [anchor, earlier[partition]?.offset, range.logStart].compactMap(\.self).max() ?? range.logStart
            if let offset, let bound = try await bound(partition, offset, lower: lower, range, &readers),
                let counted = bound.counted,
                let position = copied[partition], position >= offset
            {
                moves.append(PartitionMove(partition, from: offset, to: bound.offset, method: "headers"))
                readTwice += counted
                isExact = isExact && counted == 0
                continue
            }
            moves.append(
                PartitionMove(
                    partition, from: offset, to: lower, method: lower == anchor ? "anchor" : "start"))
            let count = self.readTwice(from: lower, range, committed: offset, copied: copied[partition])
            readTwice += count
            // Nothing there and nothing consumed: nothing can be read twice.
            isExact = isExact && count == 0
        }
        return GroupDecision(
            group: group.id, verdict: isExact && readTwice == 0 ? .exact : .bounded(readTwice: readTwice),
            positions: moves, lag: lag)
    }

    /// What the records themselves say.
    private func bound(
        _ partition: TopicPartition, _ committed: Offset, lower: Offset, _ range: OffsetRange,
        _ readers: inout Readers?
    ) async throws(PortError) -> ProvenBound? {
        guard let given = readers else { return nil }
        if let found = given.found[partition]?[committed] { return found }
        let bound = try await search(partition, committed, lower: lower, range, given)
        readers?.found[partition, default: [:]][committed] = .some(bound)
        return bound
    }

    private func search(
        _ partition: TopicPartition, _ committed: Offset, lower: Offset, _ range: OffsetRange, _ readers: Readers
    ) async throws(PortError) -> ProvenBound? {
        guard let live = readers.liveEnds[partition] else { return nil }
        var search = HeaderSearch(
            HeaderSearch.Question(
                committed: committed, otherStart: range.logStart, otherEnd: range.logEnd, liveStart: live.logStart,
                liveEnd: live.logEnd, bounds: LadderBounds(aLower: lower, bLower: lower), mayDeadLetter: false,
                sourceOffsetsIncrease: false,
                // A mock cluster compacts nothing, whatever the topic is set to.
                isCompacted: false, readAt: WallTime(milliseconds: clock.uptime().wholeMilliseconds)))
        while true {
            switch search.step {
            case .found(let outcome): return outcome.bound
            case .impossible(let refusal):
                log("\(partition.topic)-\(partition.partition): \(refusal)")
                return nil
            case .read(let read):
                let reader = read.side == .live ? readers.live : readers.other
                let (records, examinedTo) = try await reader.records(of: partition, from: read.from, below: read.below)
                search.received(
                    HeaderSearch.Slice(records: records.map(SeenRecord.init), examinedTo: examinedTo))
            }
        }
    }

    /// Until what the stopped groups have consumed has crossed, as far as it was produced here.
    private func waitForMirrors(from source: IDC, _ groups: [WorldGroup]) async {
        guard !sites[source].isGone else { return }
        let seen = anchors.rounds(live: source)
        await clock.wait(atMost: .seconds(10)) {
            guard anchors.rounds(live: source) >= seen + 2 else { return false }
            let copied = anchors.positions(from: source)
            for group in groups {
                for (partition, offset) in anchors.commits(of: group.id, on: source)
                where offset > copied[partition] ?? Offset(0) {
                    return false
                }
            }
            return true
        }
    }

    /// At most so many records are read twice: everything that is there already from the start on, and what the group
    /// has consumed that is still to come.
    private func readTwice(
        from start: Offset, _ range: OffsetRange, committed: Offset?, copied: Offset?
    ) -> Int64 {
        let there = max(0, range.logEnd.distance(from: start))
        guard let committed else { return there }
        return there + max(0, committed.distance(from: copied ?? Offset(0)))
    }

    private func committed(
        _ group: String, on source: IDC, _ partitions: [TopicPartition]
    ) async -> [TopicPartition: Offset] {
        guard !sites[source].isGone else { return anchors.commits(of: group, on: source) }
        do throws(PortError) {
            let told = try await applications.committed(of: group, on: source, in: partitions)
            return standIn.seen(told, of: group, on: source).mapValues(\.offset)
        } catch {
            return anchors.commits(of: group, on: source)
        }
    }

    // MARK: Writing

    /// Nothing else writes here: what `s` orders is written and read back before its key answers.
    func settle(on target: IDC) async throws(PortError) {}

    func write(_ decisions: [GroupDecision], on target: IDC) async throws(PortError) -> [GroupOutcome] {
        var outcomes: [GroupOutcome] = []
        for decision in decisions {
            let wanted = Dictionary(
                decision.positions.map { ($0.partition, CommittedOffset(offset: $0.to, metadata: Self.metadata)) },
                uniquingKeysWith: { first, _ in first })
            let partitions = wanted.keys.sorted()
            let told = try await applications.committed(of: decision.group, on: target, in: partitions)
            if standIn.seen(told, of: decision.group, on: target) != wanted {
                standIn.write(wanted.mapValues { $0 }, of: decision.group, on: target, told: told)
                if case .bounded(let readTwice) = decision.verdict { truth.announced(readTwice) }
            }
            let readBack = standIn.seen(told, of: decision.group, on: target)
            let isThere = wanted.allSatisfy { readBack[$0.key] == $0.value }
            outcomes.append(
                GroupOutcome(decision.group, failure: isThere ? nil : "what was written is not what is read"))
        }
        return outcomes
    }

    /// Where a group begins on a side: at what stands there.
    ///
    /// - Parameter metadata: of that side.
    func starts(
        of group: WorldGroup, on idc: IDC, _ metadata: ClusterMetadata
    ) async throws(PortError) -> [TopicPartition: Offset] {
        let partitions = metadata.partitions(of: group.topics)
        let told = try await applications.committed(of: group.id, on: idc, in: partitions)
        return standIn.seen(told, of: group.id, on: idc).mapValues(\.offset)
    }
}
