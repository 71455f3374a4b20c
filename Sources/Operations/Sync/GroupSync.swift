package import Domain

/// Keeps one group's offsets on the other side, a cycle at a time: the write protocol of docs/TRANSLATION.md.
///
/// The order of a cycle matters: the commits on the live side, then the evidence, then the group on the other side,
/// then its commits there, and the write last. Whoever runs it owns the group's partition of `bascule-sync`.
package struct GroupSync: Sendable {
    /// The ports of one direction.
    package struct Ports: Sendable {
        package let live: any GroupOffsetReading
        package let evidence: any TranslationEvidenceReading
        package let otherGroups: any GroupStateReading
        package let other: any GroupOffsetReading
        package let writing: any GroupOffsetWriting

        package init(
            live: any GroupOffsetReading, evidence: any TranslationEvidenceReading,
            otherGroups: any GroupStateReading, other: any GroupOffsetReading, writing: any GroupOffsetWriting
        ) {
            self.live = live
            self.evidence = evidence
            self.otherGroups = otherGroups
            self.other = other
            self.writing = writing
        }
    }

    /// What a cycle says of one group.
    package struct Outcome: Sendable {
        /// What was decided, or what a refusal made of it, by partition.
        package internal(set) var decisions: [TopicPartition: SyncDecision] = [:]
        package internal(set) var resume: [TopicPartition: ResumePosition] = [:]
        package internal(set) var committed: [TopicPartition: Offset] = [:]
        /// Accepted by the coordinator in this cycle; the next one reads them back.
        package internal(set) var accepted: Set<TopicPartition> = []
    }

    private let ports: Ports
    private let liveCluster: String
    private let policy: SyncPolicy
    private let token: Int64
    private let now: @Sendable () -> WallTime

    package init(
        ports: Ports, liveCluster: String, policy: SyncPolicy, token: Int64, now: @escaping @Sendable () -> WallTime
    ) {
        self.ports = ports
        self.liveCluster = liveCluster
        self.policy = policy
        self.token = token
        self.now = now
    }

    /// Decides about every partition, and writes unless `plansOnly`.
    package func cycle(
        _ group: String, partitions: [TopicPartition], isLiveOnLiveSide: Bool, memory: inout SyncMemory,
        order: SyncOrder? = nil, plansOnly: Bool = false
    ) async throws(PortError) -> Outcome {
        var outcome = Outcome()
        outcome.committed = try await ports.live.offsets(of: group, for: partitions).mapValues(\.offset)
        let translated = try await ports.evidence.translate(outcome.committed)
        let state = try await otherGroup(group)
        if isLiveOnLiveSide, case .listed(let other) = state, other.isLive { memory.wasLiveOnBothSides = true }
        let commits = try await ports.other.offsets(of: group, for: partitions)
        var writes: [TopicPartition: SyncWrite] = [:]
        for partition in partitions {
            let seen = memory.observed(commits[partition], on: partition)
            guard let answer = translated[partition] else {
                outcome.decisions[partition] =
                    outcome.committed[partition] == nil ? .skip(.noCommit) : .hold(.unproven([]))
                continue
            }
            if case .proven(let resume) = answer.translation { outcome.resume[partition] = resume }
            var situation = SyncSituation(
                group: group, liveCluster: liveCluster, isLiveOnLiveSide: isLiveOnLiveSide, otherGroup: state,
                liveCommit: memory.live(outcome.committed[partition], end: answer.live.logEnd, on: partition),
                otherCommit: seen, other: answer.other, translation: answer.translation,
                lastWritten: memory.lastWritten[partition], now: now(), token: token, policy: policy, order: order)
            situation.isHeldByOperator = memory.heldByOperator.contains(partition)
            situation.wasLiveOnBothSides = memory.wasLiveOnBothSides
            let decision = situation.decision
            outcome.decisions[partition] = decision
            if case .write(let write) = decision { writes[partition] = write }
        }
        if let until = memory.backsOffUntil, now() < until { return refused(writes, .groupIsLive, outcome) }
        if plansOnly || writes.isEmpty { return outcome }
        return try await write(writes, group, outcome, &memory)
    }

    /// Every state but Empty and Dead is live. Not listed counts as absent only when every broker has answered.
    private func otherGroup(_ group: String) async throws(PortError) -> SyncSituation.OtherGroup {
        let states = try await ports.otherGroups.groupStates()
        if let state = states.value[group] { return states.isComplete || state.isLive ? .listed(state) : .unknown }
        return states.isComplete ? .absent : .unknown
    }

    private func write(
        _ writes: [TopicPartition: SyncWrite], _ group: String, _ before: Outcome, _ memory: inout SyncMemory
    ) async throws(PortError) -> Outcome {
        var outcome = before
        let isShort = memory.shortensTags
        let codes = try await ports.writing.commit(
            writes.mapValues { write in
                CommittedOffset(
                    offset: write.offset, metadata: isShort ? write.tag.shortMetadata : write.tag.metadata)
            }, for: group)
        var isLive = false
        for (partition, write) in writes {
            // No code: the answer left the partition out, and what became of it is read in the next cycle.
            guard let code = codes[partition] else { continue }
            guard let refusal = CommitRefusal(code: code) else {
                outcome.accepted.insert(partition)
                memory.lastWritten[partition] = write.tag
                continue
            }
            isLive = isLive || refusal == .groupIsLive
            if refusal == .metadataTooLarge {
                // Tried once more with the short form; below that nobody could tell whose the commit is.
                if isShort { outcome.decisions[partition] = .hold(.refused(code: code)) }
                memory.shortensTags = true
            }
            if let decision = refusal.decision { outcome.decisions[partition] = decision }
        }
        if isLive { memory.wasRefused(at: now()) } else { memory.wasAccepted() }
        return outcome
    }

    private func refused(
        _ writes: [TopicPartition: SyncWrite], _ refusal: CommitRefusal, _ before: Outcome
    ) -> Outcome {
        var outcome = before
        for partition in writes.keys { outcome.decisions[partition] = refusal.decision }
        return outcome
    }
}
