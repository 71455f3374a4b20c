package import Domain

/// Reads evidence for groups that consume on one side, once per cycle for all of them, and keeps it.
///
/// The order of the reads is the proof: first the mirror's commits on the other side, then the live side's ends.
package actor EvidenceGatherer: TranslationEvidenceReading {
    /// Where the commits of the mirrors' position groups are read.
    package struct Ports: Sendable {
        /// Of the mirror towards the live side, on the other side.
        package let towardsLive: any GroupOffsetReading
        /// Of the mirror towards the other side, on the live side.
        package let towardsOther: any GroupOffsetReading

        package init(towardsLive: any GroupOffsetReading, towardsOther: any GroupOffsetReading) {
            self.towardsLive = towardsLive
            self.towardsOther = towardsOther
        }
    }

    /// Where the mirrors stood before the logs' bounds were read.
    package struct Positions: Sendable {
        let partitions: [TopicPartition]
        /// Those that the other side does not have: nothing of them can have arrived.
        let alone: Set<TopicPartition>
        let commits: [TopicPartition: CommittedOffset]
        /// Of connectors, lifted.
        let scanned: [TopicPartition: Offset]
        /// How far the mirrors towards the other side had come.
        let arrived: [TopicPartition: Offset]
        /// The other side's bounds that were read before all that, in a first round.
        let otherEnds: [TopicPartition: OffsetRange]
        let failures: [PortError]
    }

    /// The groups that hold the mirrors' positions.
    package struct PositionGroups: Hashable, Sendable {
        /// Of the mirror towards the live side, on the other side.
        package let towardsLive: String
        /// Of the mirror towards the other side, on the live side.
        package let towardsOther: String

        package init(towardsLive: String, towardsOther: String) {
            self.towardsLive = towardsLive
            self.towardsOther = towardsOther
        }
    }

    private struct Bounds: Sendable {
        let live: OffsetRange
        let other: OffsetRange
        let round: UInt64
        /// The other side's end as it was read before this round's live end; `nil`: it was not.
        let earlierOtherEnd: Offset?
    }

    private let ports: Ports
    private let groups: PositionGroups
    /// `nil`: the mirrors are no connectors.
    private let connectors: ConnectorMirrors?
    private let connectorPositions: ConnectorPositions?
    private let liveCluster: String
    private let now: @Sendable () -> WallTime
    /// Topics of which no copy can have been compacted away. Of the others it may have been, or that is not known.
    private var uncompactedTopics: Set<String> = []
    /// What a connector's configuration leaves open; `nil`: nothing.
    private var condition: ProvenBound.Condition?
    /// Whether the mirror towards the live side may leave records out and go on, or whether that is not known.
    private var mayDeadLetter = true
    private var round: UInt64 = 0
    private var lastSync: [TopicPartition: OffsetSync] = [:]
    private var evidence: [TopicPartition: PartitionEvidence] = [:]
    /// Positions of connectors above the ends that were read after them.
    private var ofOlderLogs: [TopicPartition: Offset] = [:]
    private var bounds: [TopicPartition: Bounds] = [:]
    private var towardsOther: [TopicPartition: Offset] = [:]
    private var connectorsTowardsOther: [TopicPartition: Offset] = [:]
    private let isMirrored: @Sendable (String) -> Bool
    /// `nil`: no topic is declared to be one-sided.
    private let producedOn: (@Sendable (String) -> OneSidedTimestamps.ProducedOn?)?
    /// What timestamps of each side's topics are good for.
    private var timestampedOnLive: Set<String> = []
    private var timestampedOnOther: Set<String> = []
    private var leavesNothingOut = (towardsLive: false, towardsOther: false)
    /// What had not arrived on the other side at most, as of the newest bounds of all mirrored partitions; `nil`: of some
    /// of them it was never known.
    private(set) var stranded: StrandedRecords?

    /// - Parameter condition: what the mirror leaves open until its configuration was read.
    package init(
        ports: Ports, groups: PositionGroups, liveCluster: String, connectors: ConnectorMirrors? = nil,
        isMirrored: @escaping @Sendable (String) -> Bool = { _ in true },
        producedOn: (@Sendable (String) -> OneSidedTimestamps.ProducedOn?)? = nil,
        condition: ProvenBound.Condition? = nil, now: @escaping @Sendable () -> WallTime
    ) {
        self.isMirrored = isMirrored
        self.producedOn = producedOn
        self.condition = condition
        self.ports = ports
        self.groups = groups
        self.liveCluster = liveCluster
        self.connectors = connectors
        connectorPositions = connectors.map { ConnectorPositions($0) }
        self.now = now
    }

    /// What the topics' settings say.
    package func learned(uncompacted: Set<String>) { uncompactedTopics = uncompacted }

    /// Topics of a side that are not compacted and keep the timestamps that producers gave their records.
    package func learned(timestamped: Set<String>, onLiveSide: Bool) {
        if onLiveSide { timestampedOnLive = timestamped } else { timestampedOnOther = timestamped }
    }

    /// Whether a mirror is known to leave no record out.
    package func learned(leavesNothingOut: Bool, towardsLive: Bool) {
        if towardsLive {
            self.leavesNothingOut.towardsLive = leavesNothingOut
        } else {
            self.leavesNothingOut.towardsOther = leavesNothingOut
        }
    }

    /// What the connectors' configurations say.
    package func learned(condition: ProvenBound.Condition?, mayDeadLetter: Bool) {
        self.condition = condition
        self.mayDeadLetter = mayDeadLetter
    }

    /// How far connectors have brought the live side's records to the other side, as the gatherer of groups that consume
    /// there has found.
    package func learned(connectorsTowardsOther positions: [TopicPartition: Offset]) {
        connectorsTowardsOther = positions
    }

    /// Whether a round needs bounds of the other side that were read before it: the first one, of connectors and of topics
    /// that timestamps are looked at of.
    var needsEnds: Bool { (connectors != nil || producedOn != nil) && bounds.isEmpty }

    /// How far connectors have brought the other side's records to the live side, by the last round.
    var connectorsReached: [TopicPartition: Offset] {
        get async {
            await connectorPositions?.latest.filter { partition, position in
                ofOlderLogs[partition].map { position < $0 } ?? true
            } ?? [:]
        }
    }

    /// Reads where the mirrors stand, of every partition that both sides have. The first half of a round: what these
    /// positions acknowledge lies below log ends that are read after it. What fails is told in the answer.
    ///
    /// - Parameter otherEnds: bounds of the other side that were read before, for a first round: copies are looked at
    ///   up to the ends of the round before.
    package func positions(
        live liveTopics: [Topic], other otherTopics: [Topic], otherEnds: [TopicPartition: OffsetRange] = [:]
    ) async -> Positions {
        let partitions = Self.common(liveTopics, otherTopics)
        let alone = Set(Self.partitions(liveTopics)).subtracting(partitions)
        let arrived = towardsOther.merging(connectorsTowardsOther) { max($0, $1) }
        var failures: [PortError] = []
        var commits: [TopicPartition: CommittedOffset] = [:]
        do throws(PortError) {
            commits = try await ports.towardsLive.offsets(of: groups.towardsLive, for: partitions)
        } catch {
            failures.append(error)
        }
        let scanned =
            await connectorPositions?.read(
                of: partitions, in: bounds.mapValues(\.other).merging(otherEnds) { known, _ in known }, &failures)
            ?? [:]
        return Positions(
            partitions: partitions, alone: alone, commits: commits, scanned: scanned, arrived: arrived,
            otherEnds: otherEnds, failures: failures)
    }

    private static func common(_ live: [Topic], _ other: [Topic]) -> [TopicPartition] {
        partitions(live).filter(Set(partitions(other)).contains)
    }

    private static func partitions(_ topics: [Topic]) -> [TopicPartition] {
        topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
    }

    /// Takes in the positions with the bounds that were read after them: the second half of a round.
    ///
    /// A side's bounds may be missing, in part or whole. Cuts say of themselves which offsets of the live side they
    /// are about, and need the other side's end only; anchors need both.
    ///
    /// - Returns: failures of partitions that could not be read; their evidence stays as it was.
    package func take(
        _ positions: Positions, live: [TopicPartition: OffsetRange], other: [TopicPartition: OffsetRange]
    ) async -> [PortError] {
        let partitions = positions.partitions
        var failures = positions.failures
        round += 1
        for partition in partitions {
            let (liveRange, otherRange) = (live[partition], other[partition])
            let old = bounds[partition]
            guard liveRange != nil || otherRange != nil, let newLive = liveRange ?? old?.live,
                let newOther = otherRange ?? old?.other
            else { continue }
            let new = Bounds(
                live: newLive, other: newOther, round: liveRange == nil ? old?.round ?? round : round,
                earlierOtherEnd: liveRange == nil
                    ? old?.earlierOtherEnd : old?.other.logEnd ?? positions.otherEnds[partition]?.logEnd)
            let isSameLog = changed(to: new, on: partition)
            if !isSameLog { await connectorPositions?.forget(partition) }
            // A commit that was read before a new log was seen may be of the old one.
            guard isSameLog, otherRange != nil else { continue }
            take(positions.commits[partition], new, anchors: liveRange != nil, on: partition)
            if let position = positions.scanned[partition], isOfThisLog(position, new, partition), liveRange != nil {
                evidence[partition, default: PartitionEvidence()].scanned.append(
                    Anchor(position: position, liveEnd: new.live.logEnd), at: now())
            }
        }
        let moment = now()
        stranded = strandedNow(positions, live, at: moment) ?? stranded
        await readSyncs(Set(partitions), &failures)
        for partition in partitions { evidence[partition]?.thin(now: moment) }
        return failures
    }

    /// The bounds were read after where the mirrors stood: what lies between is no less than what has not arrived.
    private func strandedNow(
        _ positions: Positions, _ live: [TopicPartition: OffsetRange], at moment: WallTime
    ) -> StrandedRecords? {
        // That the other side has nothing is not believed: its topics may not have been told.
        guard !positions.partitions.isEmpty else { return nil }
        var counts: [String: Int64] = [:]
        for partition in positions.alone.union(positions.partitions) where isMirrored(partition.topic) {
            guard let range = live[partition] else { return nil }
            guard range.logEnd > range.logStart else { continue }
            let nothing = positions.alone.contains(partition) ? range.logStart : nil
            guard let arrived = positions.arrived[partition] ?? nothing else { return nil }
            let left = max(0, range.logEnd.distance(from: max(arrived, range.logStart)))
            counts[partition.topic] = (counts[partition.topic] ?? 0).addingReportingOverflow(left).partialValue
        }
        return StrandedRecords(atMost: counts, readAt: moment)
    }

    /// Reads how far Bascule's mirror towards the other side has come. No position depends on it; without it none is called
    /// exact.
    package func readArrivals(live liveTopics: [Topic], other otherTopics: [Topic]) async -> [PortError] {
        do throws(PortError) {
            towardsOther = try await ports.towardsOther.offsets(
                of: groups.towardsOther, for: Self.common(liveTopics, otherTopics)
            ).mapValues(\.offset)
            return []
        } catch {
            towardsOther = [:]
            return [error]
        }
    }

    private func readSyncs(_ partitions: Set<TopicPartition>, _ failures: inout [PortError]) async {
        guard let reader = connectors?.syncs else { return }
        do throws(PortError) {
            let moment = now()
            for sync in try await reader.newSyncs() where partitions.contains(sync.topicPartition) {
                let partition = sync.topicPartition
                // A mirror that began again, or a topic that was created again: what was said before may be about
                // another log.
                if let last = lastSync[partition], sync.upstreamOffset < last.upstreamOffset {
                    evidence[partition]?.syncs = OffsetSyncEvidence()
                }
                lastSync[partition] = sync
                evidence[partition, default: PartitionEvidence()].syncs.append(
                    upstream: sync.upstreamOffset, downstream: sync.downstreamOffset, at: moment)
            }
        } catch {
            failures.append(error)
        }
    }

    /// Whether both logs are those that were there before.
    private func changed(to new: Bounds, on partition: TopicPartition) -> Bool {
        var known = evidence[partition] ?? PartitionEvidence()
        if let old = bounds[partition] {
            func change(_ from: OffsetRange, _ to: OffsetRange) -> LogChange {
                LogChange(
                    from: LogReading(topicID: .unknown, range: from), to: LogReading(topicID: .unknown, range: to))
            }
            known.liveSideChanged(change(old.live, new.live), firstLostCopy: nil)
            known.otherSideChanged(change(old.other, new.other))
        }
        bounds[partition] = new
        evidence[partition] = known
        return known.recreatedOnOtherSide == nil
    }

    /// A position above the end that was read after it is of another log under the same name, or of an end that was lost,
    /// and stays so until it is set back: a log that grows past it has records below it that were never copied.
    private func isOfThisLog(_ position: Offset, _ new: Bounds, _ partition: TopicPartition) -> Bool {
        if let older = ofOlderLogs[partition], position >= older { return false }
        ofOlderLogs[partition] = position > new.other.logEnd ? position : nil
        return position <= new.other.logEnd
    }

    private func take(
        _ commit: CommittedOffset?, _ new: Bounds, anchors: Bool, on partition: TopicPartition
    ) {
        // A position above the end that was read after it is of another log under the same name.
        guard let commit, commit.offset <= new.other.logEnd else { return }
        var known = evidence[partition] ?? PartitionEvidence()
        let moment = now()
        let cut = Cut(commit, liveCluster: liveCluster, topicID: .unknown)
        if let cut { known.cuts.append(cut, at: moment) }
        known.gaps = []
        if let gap = MirrorCommit(metadata: commit.metadata)?.gap { known.gaps.insert(Offset(gap)) }
        if anchors {
            known.anchors.append(
                Anchor(position: cut?.position ?? commit.offset, liveEnd: new.live.logEnd), at: moment)
        }
        evidence[partition] = known
    }

    /// An operator let groups go on past what was created again or lost.
    package func released(_ partition: TopicPartition) {
        evidence[partition]?.released()
    }

    package func accept(_ baseline: Baseline, on partition: TopicPartition) {
        evidence[partition, default: PartitionEvidence()].baselines.append(baseline)
    }

    /// With a cut as old as the commit headers refine what it has proven. Without one, as in a process that began after the
    /// group had stopped, they are searched by the mirror's contract that no copy is written twice (M4).
    package func question(_ committed: Offset, on partition: TopicPartition) async -> HeaderSearch.Question? {
        guard connectors == nil, let known = evidence[partition], let bounds = bounds[partition],
            known.recreatedOnOtherSide == nil
        else { return nil }
        let proven = known.cuts.bounds(for: committed)
        let hasCut = proven.lower != nil
        return HeaderSearch.Question(
            committed: committed, otherStart: bounds.other.logStart, otherEnd: bounds.other.logEnd,
            liveStart: bounds.live.logStart, liveEnd: bounds.live.logEnd, bounds: hasCut ? proven : nil,
            mayDeadLetter: mayDeadLetter, sourceOffsetsIncrease: !hasCut, copiesCarryHeaders: hasCut,
            isCompacted: !uncompactedTopics.contains(partition.topic), gap: known.cap(for: committed), readAt: now())
    }

    /// The end of the other side is the one that was read in the round before: before the live side's.
    package func timestampQuestion(on partition: TopicPartition) async -> TimestampQuestion? {
        guard let producedOn = producedOn?(partition.topic), let known = evidence[partition],
            known.recreatedOnOtherSide == nil, let bounds = bounds[partition], let end = bounds.earlierOtherEnd
        else { return nil }
        let keepsCreateTime =
            timestampedOnOther.contains(partition.topic)
            && (producedOn == .liveSide || timestampedOnLive.contains(partition.topic))
        // Records that were produced on the other side may have been seen all the same.
        let local = producedOn == .liveSide ? await connectorPositions?.local(of: partition) : nil
        return TimestampQuestion(
            producedOn: producedOn, oneSidedness: local.map { .broken(at: $0) } ?? .declared,
            other: OffsetRange(logStart: bounds.other.logStart, logEnd: max(end, bounds.other.logStart)),
            live: bounds.live, isCompacted: !uncompactedTopics.contains(partition.topic),
            keepsCreateTime: keepsCreateTime,
            isMirrorComplete: producedOn == .liveSide ? leavesNothingOut.towardsOther : leavesNothingOut.towardsLive,
            readAt: now())
    }

    package func translate(
        _ committed: [TopicPartition: Offset], searched: [TopicPartition: MethodAnswer] = [:]
    ) async throws(PortError) -> [TopicPartition: TranslatedPartition] {
        var answers: [TopicPartition: TranslatedPartition] = [:]
        for (partition, offset) in committed {
            guard let known = evidence[partition], let bounds = bounds[partition] else { continue }
            answers[partition] = TranslatedPartition(
                translation: known.translate(
                    offset, live: bounds.live, other: bounds.other,
                    mirrorTowardsOther: [towardsOther[partition], connectorsTowardsOther[partition]].compactMap(\.self)
                        .max(),
                    others: searched[partition].map { [$0] } ?? [],
                    upperBoundsHold: uncompactedTopics.contains(partition.topic), condition: condition),
                live: bounds.live, other: bounds.other, round: bounds.round)
        }
        return answers
    }
}
