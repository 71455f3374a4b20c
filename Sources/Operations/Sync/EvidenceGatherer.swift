package import Domain

/// Reads evidence for groups that consume on one side, once per cycle for all of them, and keeps it.
///
/// The order of the reads is the proof: first the mirror's commits on the other side, then the live side's ends.
package actor EvidenceGatherer: TranslationEvidenceReading {
    /// What it reads from.
    package struct Ports: Sendable {
        /// Commits of the mirrors' position groups, on the other side.
        package let positions: any GroupOffsetReading
        package let live: any OffsetReading
        package let other: any OffsetReading

        package init(positions: any GroupOffsetReading, live: any OffsetReading, other: any OffsetReading) {
            self.positions = positions
            self.live = live
            self.other = other
        }
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
    }

    private let ports: Ports
    private let livePositions: any GroupOffsetReading
    private let groups: PositionGroups
    private let liveCluster: String
    private let now: @Sendable () -> WallTime
    private var evidence: [TopicPartition: PartitionEvidence] = [:]
    private var bounds: [TopicPartition: Bounds] = [:]
    private var towardsOther: [TopicPartition: Offset] = [:]

    /// - Parameter livePositions: commits on the live side, for the mirror towards the other side.
    package init(
        ports: Ports, livePositions: any GroupOffsetReading, groups: PositionGroups, liveCluster: String,
        now: @escaping @Sendable () -> WallTime
    ) {
        self.ports = ports
        self.livePositions = livePositions
        self.groups = groups
        self.liveCluster = liveCluster
        self.now = now
    }

    /// Takes in what the mirrors and the logs say now, of every partition of the given topics.
    ///
    /// - Returns: failures of partitions that could not be read; their evidence stays as it was.
    package func gather(_ topics: [Topic]) async throws(PortError) -> [PortError] {
        let partitions = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
        let commits = try await ports.positions.offsets(of: groups.towardsLive, for: partitions)
        // After the commits: what they acknowledge lies below these ends.
        let live = try await ports.live.ranges(of: topics)
        let other = try await ports.other.ranges(of: topics)
        var failures = live.failures + other.failures
        do throws(PortError) {
            towardsOther = try await livePositions.offsets(of: groups.towardsOther, for: partitions).mapValues(\.offset)
        } catch {
            // Without it nothing is called exact; positions do not depend on it.
            towardsOther = [:]
            failures.append(error)
        }
        for partition in partitions {
            guard let liveRange = live.value[partition], let otherRange = other.value[partition] else { continue }
            take(commits[partition], Bounds(live: liveRange, other: otherRange), on: partition)
        }
        return failures
    }

    private func take(_ commit: CommittedOffset?, _ new: Bounds, on partition: TopicPartition) {
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
        // A commit that was read before a new log was seen may be of the old one.
        if let commit, known.recreatedOnOtherSide == nil {
            let moment = now()
            let cut = Cut(commit, liveCluster: liveCluster, topicID: .unknown)
            if let cut { known.cuts.append(cut, at: moment) }
            known.gaps = []
            if let gap = MirrorCommit(metadata: commit.metadata)?.gap { known.gaps.insert(Offset(gap)) }
            known.anchors.append(
                Anchor(position: cut?.position ?? commit.offset, liveEnd: new.live.logEnd), at: moment)
            known.thin(now: moment)
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

    package func translate(
        _ committed: [TopicPartition: Offset]
    ) async throws(PortError) -> [TopicPartition: TranslatedPartition] {
        var answers: [TopicPartition: TranslatedPartition] = [:]
        for (partition, offset) in committed {
            guard let known = evidence[partition], let bounds = bounds[partition] else { continue }
            answers[partition] = TranslatedPartition(
                translation: known.translate(
                    offset, live: bounds.live, other: bounds.other, mirrorTowardsOther: towardsOther[partition]),
                live: bounds.live, other: bounds.other)
        }
        return answers
    }
}
