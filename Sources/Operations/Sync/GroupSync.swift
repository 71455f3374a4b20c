package import Domain

/// Keeps one group's offsets on the other side, a cycle at a time: the write protocol of docs/TRANSLATION.md.
///
/// The order of a cycle matters: the commits on the live side, then the evidence, then the group on the other side,
/// then its commits there, and the write last. Where those rest on a later commit than the one that was read, it is read
/// again: only one that is lower still was set back. Whoever runs it owns the group's partition of `bascule-sync`.
package struct GroupSync: Sendable {
    /// The ports of one direction.
    package struct Ports: Sendable {
        package let live: any GroupOffsetReading
        package let evidence: any TranslationEvidenceReading
        package let otherGroups: any GroupStateReading
        package let other: any GroupOffsetReading
        /// `nil`: nothing is written, only planned.
        package let writing: (any GroupOffsetWriting)?

        package init(
            live: any GroupOffsetReading, evidence: any TranslationEvidenceReading,
            otherGroups: any GroupStateReading, other: any GroupOffsetReading,
            writing: (any GroupOffsetWriting)?
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
        /// What stands on the other side, what was accepted in this cycle included.
        package internal(set) var standing: [TopicPartition: CommittedOffset] = [:]
        /// What it rests on, with what stands there after it.
        package internal(set) var sighting: GroupSighting?
        /// Accepted by the coordinator in this cycle; the next one reads them back.
        package internal(set) var accepted: Set<TopicPartition> = []
    }

    private let ports: Ports
    /// `nil`: no record is read.
    private let headers: HeaderSearching?
    /// `nil`: no topic is one-sided.
    private let timestamps: TimestampSearching?
    private let liveCluster: String
    private let policy: SyncPolicy
    private let token: Int64
    private let now: @Sendable () -> WallTime

    package init(
        ports: Ports, liveCluster: String, policy: SyncPolicy, token: Int64, now: @escaping @Sendable () -> WallTime,
        headers: (live: any HeaderReading, other: any HeaderReading)? = nil, timestamps: TimestampSearching? = nil
    ) {
        self.ports = ports
        self.headers = headers.map { HeaderSearching(live: $0.live, other: $0.other) }
        self.timestamps = timestamps
        self.liveCluster = liveCluster
        self.policy = policy
        self.token = token
        self.now = now
    }

    /// Decides about every partition, and writes unless `plansOnly`.
    ///
    /// - Parameter partitions: `nil`: those in which the group has committed on the live side.
    package func cycle(
        _ group: String, partitions: [TopicPartition]?, isLiveOnLiveSide: Bool, memory: inout SyncMemory,
        order: SyncOrder? = nil, plansOnly: Bool = false
    ) async throws(PortError) -> Outcome {
        var translated = try await translated(group, partitions, isLiveOnLiveSide, memory)
        let state = try await otherGroup(group)
        let partitions = partitions ?? translated.committed.keys.sorted()
        let commits = try await ports.other.offsets(of: group, for: partitions)
        // Somebody else has written what a later commit proves, while this cycle was on its way: no group was set back.
        if isOutrun(translated.committed, by: commits) {
            translated = try await self.translated(group, partitions, isLiveOnLiveSide, memory)
        }
        let sighting = GroupSighting(
            group: group, liveCluster: liveCluster, partitions: partitions, isLiveOnLiveSide: isLiveOnLiveSide,
            otherGroup: state, committed: translated.committed, translated: translated.partitions, standing: commits)
        let outcome = sighting.decided(policy: policy, token: token, now: now(), order: order, memory: &memory)
        memory.proven(
            outcome.resume.filter { $1.clamps.isEmpty && !translated.leavesDeleted.contains($0) }.mapValues(\.offset),
            for: translated.committed)
        let writes = outcome.decisions.compactMapValues { decision in
            if case .write(let write) = decision { write } else { nil }
        }
        guard let writing = ports.writing, !plansOnly, !writes.isEmpty else { return outcome }
        return try await write(writes, group, outcome, &memory, through: writing)
    }

    /// What the group has committed, and what follows from the evidence.
    private struct Translated: Sendable {
        let committed: [TopicPartition: Offset]
        var partitions: [TopicPartition: TranslatedPartition]
        /// Those whose positions say nothing about what retention has taken.
        var leavesDeleted: Set<TopicPartition> = []
    }

    /// Reads in this order: what the group has committed, then what follows from it.
    private func translated(
        _ group: String, _ partitions: [TopicPartition]?, _ isLiveOnLiveSide: Bool, _ memory: SyncMemory
    ) async throws(PortError) -> Translated {
        let committed = try await ports.live.offsets(of: group, for: partitions).mapValues(\.offset)
        // Of a group that goes on, the next commit is asked for soon anyway.
        var searched = isLiveOnLiveSide ? [:] : try await searched(committed)
        var translated = Translated(
            committed: committed, partitions: try await ports.evidence.translate(committed, searched: searched))
        guard let timestamps else { return translated }
        // Timestamps come last: where nothing else has proven a position.
        var isAsked = false
        for (partition, offset) in committed where translated.partitions[partition]?.isUnproven == true {
            guard let question = await ports.evidence.timestampQuestion(on: partition) else { continue }
            isAsked = true
            let (answer, coversDeleted) = await timestamps.answer(
                question, for: offset, lastProven: memory.lastProven(for: offset, on: partition), on: partition)
            searched[partition] = answer
            if !coversDeleted { translated.leavesDeleted.insert(partition) }
        }
        if isAsked { translated.partitions = try await ports.evidence.translate(committed, searched: searched) }
        return translated
    }

    /// Whether what stands there rests on a later commit than the one that was read.
    private func isOutrun(
        _ committed: [TopicPartition: Offset], by standing: [TopicPartition: CommittedOffset]
    ) -> Bool {
        standing.contains { partition, commit in
            guard case .ours(let tag) = CommitOwner(of: commit), tag.names(cluster: liveCluster) else { return false }
            return committed[partition].map { $0 < tag.committed } ?? false
        }
    }

    /// What the records themselves say, where that is asked for and can say more than is proven already.
    private func searched(
        _ committed: [TopicPartition: Offset]
    ) async throws(PortError) -> [TopicPartition: MethodAnswer] {
        guard let headers else { return [:] }
        let proven = try await ports.evidence.translate(committed, searched: [:])
        var answers: [TopicPartition: MethodAnswer] = [:]
        for (partition, offset) in committed where proven[partition]?.isOptimal != true {
            guard let question = await ports.evidence.question(offset, on: partition) else { continue }
            answers[partition] = await headers.answer(question, on: partition)
        }
        return answers
    }

    /// Every state but Empty and Dead is live. Not listed counts as absent only when every broker has answered.
    private func otherGroup(_ group: String) async throws(PortError) -> SyncSituation.OtherGroup {
        let states = try await ports.otherGroups.groupStates()
        if let listed = states.value[group] {
            return states.isComplete || listed.state.isLive ? .listed(listed.state) : .unknown
        }
        return states.isComplete ? .absent : .unknown
    }

    private func write(
        _ writes: [TopicPartition: SyncWrite], _ group: String, _ before: Outcome, _ memory: inout SyncMemory,
        through writing: any GroupOffsetWriting
    ) async throws(PortError) -> Outcome {
        var outcome = before
        let isShort = memory.shortensTags
        let commits = writes.mapValues { write in
            CommittedOffset(offset: write.offset, metadata: isShort ? write.tag.shortMetadata : write.tag.metadata)
        }
        let codes = try await writing.commit(commits, for: group)
        var isLive = false
        for (partition, write) in writes {
            // No code: the answer left the partition out, and what became of it is read in the next cycle.
            guard let code = codes[partition] else { continue }
            guard let refusal = CommitRefusal(code: code) else {
                outcome.accepted.insert(partition)
                outcome.standing[partition] = commits[partition]
                outcome.sighting?.standing[partition] = commits[partition]
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
}
