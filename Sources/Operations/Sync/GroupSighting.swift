package import Domain

/// All that was read about one group for one cycle, and what follows from it. It reads nothing itself: a plan that
/// writes nothing can be made of it by reading ports only, or of what a collector has read already.
package struct GroupSighting: Sendable {
    package let group: String
    package let liveCluster: String
    package let partitions: [TopicPartition]
    package let isLiveOnLiveSide: Bool
    package let otherGroup: SyncSituation.OtherGroup
    /// On the live side.
    package let committed: [TopicPartition: Offset]
    package let translated: [TopicPartition: TranslatedPartition]
    /// On the other side.
    package internal(set) var standing: [TopicPartition: CommittedOffset]

    package init(
        group: String, liveCluster: String, partitions: [TopicPartition], isLiveOnLiveSide: Bool,
        otherGroup: SyncSituation.OtherGroup, committed: [TopicPartition: Offset],
        translated: [TopicPartition: TranslatedPartition], standing: [TopicPartition: CommittedOffset]
    ) {
        self.group = group
        self.liveCluster = liveCluster
        self.partitions = partitions
        self.isLiveOnLiveSide = isLiveOnLiveSide
        self.otherGroup = otherGroup
        self.committed = committed
        self.translated = translated
        self.standing = standing
    }

    /// Decides about every partition; nothing is written.
    package func decided(
        policy: SyncPolicy, token: Int64, now: WallTime, order: SyncOrder? = nil, memory: inout SyncMemory
    ) -> GroupSync.Outcome {
        var outcome = GroupSync.Outcome()
        outcome.committed = committed
        outcome.standing = standing
        outcome.sighting = self
        if isLiveOnLiveSide, case .listed(let other) = otherGroup, other.isLive { memory.wasLiveOnBothSides = true }
        let isBackingOff = memory.backsOffUntil.map { now < $0 } ?? false
        for partition in partitions {
            let seen = memory.observed(standing[partition], on: partition)
            guard let answer = translated[partition] else {
                outcome.decisions[partition] = committed[partition] == nil ? .skip(.noCommit) : .hold(.unproven([]))
                continue
            }
            if case .proven(let resume) = answer.translation { outcome.resume[partition] = resume }
            var situation = SyncSituation(
                group: group, liveCluster: liveCluster, isLiveOnLiveSide: isLiveOnLiveSide, otherGroup: otherGroup,
                liveCommit: memory.live(
                    committed[partition], end: answer.live.logEnd, round: answer.round, on: partition),
                otherCommit: seen, other: answer.other, translation: answer.translation,
                lastWritten: memory.lastWritten[partition], now: now, token: token, policy: policy, order: order)
            situation.hold = memory.hold
            situation.wasLiveOnBothSides = memory.wasLiveOnBothSides
            outcome.decisions[partition] = situation.decision
            // A refusal said that the group is live, whatever the listing said before it.
            if isBackingOff, case .write = situation.decision {
                outcome.decisions[partition] = CommitRefusal.groupIsLive.decision
            }
        }
        return outcome
    }
}

extension GroupSync.Outcome {
    /// What is said of the group.
    ///
    /// - Parameter commitExpires: each commit on the other side has an expiry of its own, as in groups that never had
    ///   members; elsewhere it is not known.
    package func status(
        of group: String, flow: ReplicationFlow, at moment: WallTime, retention: Duration, commitExpires: Bool,
        hold: HoldReason? = nil
    ) -> GroupSyncStatus {
        GroupSyncStatus(
            group: group, flow: flow,
            partitions: decisions.map { partition, decision in
                var expiresIn: Duration?
                if commitExpires, let commit = standing[partition], case .ours(let tag) = CommitOwner(of: commit) {
                    expiresIn = retention - moment.since(tag.writtenAt)
                }
                return PartitionSyncStatus(
                    partition, decision: decision, resume: resume[partition], committed: committed[partition],
                    standing: standing[partition], expiresIn: expiresIn)
            }, at: moment, written: accepted.count, hold: hold)
    }
}
