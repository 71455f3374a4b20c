/// What the synchronisation says of one group: what screens, documents and metrics show, and nothing else.
///
/// It is the same value whether it comes from a calculation by readings only (``OffsetPlanRow`` prints it, the console
/// draws it) or from the daemon that writes.
package struct GroupSyncStatus: Hashable, Sendable {
    package let group: String
    /// From the live side to the side that is written; `nil`: nothing says where the group consumes.
    package let flow: ReplicationFlow?
    /// By topic and partition.
    package let partitions: [PartitionSyncStatus]
    /// When it was calculated: the partitions, where ``problem`` is why they are older.
    package let at: WallTime
    /// Offsets that were written and accepted in this cycle.
    package let written: Int
    /// Why this cycle could not be finished; the partitions are then those of the last one that could.
    package let problem: Unavailability?
    /// Why somebody wants nothing to be written; `nil`: nobody does. It holds for both directions, and also where
    /// nothing else is known of the group.
    package let hold: HoldReason?

    package init(
        group: String, flow: ReplicationFlow?, partitions: [PartitionSyncStatus], at: WallTime,
        written: Int = 0, problem: Unavailability? = nil, hold: HoldReason? = nil
    ) {
        self.group = group
        self.flow = flow
        self.partitions = partitions.sorted { $0.partition < $1.partition }
        self.at = at
        self.written = written
        self.problem = problem
        self.hold = hold
    }

    /// What is said after `before`: of a cycle that could not be finished, what the last one said that could, of when that
    /// was, and since when none has been.
    package func afterwards(of before: GroupSyncStatus?) -> GroupSyncStatus {
        guard let problem, let before else { return self }
        let since = before.problem?.since ?? problem.since
        return GroupSyncStatus(
            group: group, flow: flow ?? before.flow, partitions: before.partitions,
            at: before.partitions.isEmpty ? at : before.at,
            problem: Unavailability(kind: problem.kind, detail: problem.detail, since: since), hold: hold)
    }

    /// The state that needs a person most, among the partitions; `nil`: none is known.
    package var state: SyncState? {
        hold.map { .held($0) } ?? partitions.map(\.state).max { $0.urgency < $1.urgency }
    }

    /// Records read again after a move now, in all partitions; `nil`: some are not known.
    package var readTwice: Int64? { sum(\.readTwice) }

    /// Consumed records that the other side does not have yet; `nil`: some are not known.
    package var tail: Int64? { sum(\.stillToArrive) }

    /// The methods in use, the most frequent first.
    package var methods: [TranslationMethod] {
        let counts = Dictionary(grouping: partitions.compactMap(\.method), by: \.self).mapValues(\.count)
        return counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map(\.key)
    }

    /// When the oldest evidence was read; `nil`: no partition has any.
    package var evidenceAt: WallTime? { partitions.compactMap(\.evidenceAt).min() }

    /// Until the first commit on the other side is deleted; `nil`: not known.
    package var expiresIn: Duration? { partitions.compactMap(\.expiresIn).min() }

    /// `D(t)`: the committed offsets on the live side less those that stand on the other, over the partitions that
    /// have both; `nil`: none has. Level logs keep it constant, with a saw-tooth; it is no lag.
    package var offsetDistance: Int64? {
        let pairs = partitions.compactMap { row in row.committed.flatMap { o in row.standing.map { (o, $0) } } }
        guard !pairs.isEmpty else { return nil }
        return pairs.reduce(0) { $0 + $1.0.distance(from: $1.1) }
    }

    /// Something failed that may succeed with the next cycle: nothing could be read, or a write was not accepted.
    package var needsAnotherTry: Bool {
        // That nothing says where a group consumes does not change by asking again at once.
        problem.map { $0.kind != .notFound } ?? false
            || partitions.contains { row in
                if case .write(let write) = row.decision { row.standing != write.offset } else { false }
            }
    }

    /// Every offset stands exactly where it should, as the cycle has read back: nothing but a commit, on either side, or the
    /// end of a log changes that.
    package var isSettled: Bool {
        problem == nil && hold == nil && !partitions.isEmpty
            && partitions.allSatisfy { row in
                switch row.decision {
                case .keep: row.state == .inSync
                case .skip(.noCommit): true
                case .write, .hold, .skip: false
                }
            }
    }

    /// The sentence of the partition that ``state`` is about.
    package var reason: String? {
        hold?.sentence ?? partitions.max { $0.state.urgency < $1.state.urgency }?.decision.reason
    }

    private func sum(_ count: (PartitionSyncStatus) -> Int64?) -> Int64? {
        let written = partitions.filter { row in
            if case .skip = row.decision { false } else { true }
        }
        // Of nothing that is written nothing is known.
        guard !written.isEmpty else { return nil }
        var total: Int64 = 0
        for row in written {
            guard let next = count(row) else { return nil }
            total += next
        }
        return total
    }
}

/// One partition of a ``GroupSyncStatus``.
package struct PartitionSyncStatus: Hashable, Sendable {
    package let partition: TopicPartition
    package let decision: SyncDecision
    package let state: SyncState
    /// `O`: what the group has committed on the live side; `nil`: nothing.
    package let committed: Offset?
    /// What stands on the other side now; `nil`: nothing.
    package let standing: Offset?
    /// Whose ``standing`` is.
    package let owner: CommitOwner?
    /// Where the group can resume; `nil`: no position is proven.
    package let resume: Offset?
    package let method: TranslationMethod?
    package let guarantee: ResumePosition.Guarantee?
    /// `nil`: the mirror towards the other side does not say where it stands.
    package let stillToArrive: Int64?
    /// When the evidence was read last; `nil`: there is none, or none that ages.
    package let evidenceAt: WallTime?
    /// Until the commit on the other side is deleted; `nil`: not known.
    package let expiresIn: Duration?

    /// - Parameters:
    ///   - resume: what is proven now; a decision may keep what was proven before, where that is higher.
    ///   - expiresIn: of the commit that stands on the other side.
    package init(
        _ partition: TopicPartition, decision: SyncDecision, resume: ResumePosition?, committed: Offset?,
        standing: CommittedOffset?, expiresIn: Duration?
    ) {
        self.partition = partition
        self.decision = decision
        self.committed = committed
        self.standing = standing?.offset
        owner = standing.map(CommitOwner.init(of:))
        self.resume = decision.tag?.resume ?? resume?.offset
        method = decision.tag?.method ?? resume?.method
        guarantee = resume?.guarantee
        stillToArrive = resume?.stillToArrive
        evidenceAt = resume?.evidenceAt
        self.expiresIn = expiresIn
        state = SyncState(decision, resume: resume, owner: owner, expiresIn: expiresIn)
    }

    /// Records read again after a move now, at most; `nil`: nothing limits it, ``decision`` says why.
    package var readTwice: Int64? { guarantee?.readTwice }
}

extension SyncDecision {
    /// What stands or will stand there, which may be higher than what is proven now; `nil`: nothing of ours.
    package var tag: OwnershipTag? {
        switch self {
        case .write(let write): write.tag
        case .keep(let tag): tag
        case .hold, .skip: nil
        }
    }
}

extension SyncState {
    /// How much a partition in this state needs a person; of several the highest is shown.
    package var urgency: Int {
        switch self {
        case .held: 8
        case .foreign: 7
        case .expiring: 6
        case .liveThere: 5
        case .unsupportedType: 4
        case .unproven: 3
        case .mirroring: 2
        case .inSync: 1
        case .notSynced: 0
        }
    }
}
