package import Domain

/// The states of one cluster's groups, without their members: one ListGroups per broker.
package protocol GroupStateReading: Sendable {
    /// Groups that are not listed are absent from the value. While a broker did not answer a failure says so, and
    /// what is not listed may exist all the same.
    func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError>
}

/// A group as ListGroups has it.
package struct ListedGroup: Hashable, Sendable {
    package let state: GroupState
    /// It has commits only, and never had members: each commit has an expiry of its own.
    package let isSimple: Bool

    package init(_ state: GroupState, isSimple: Bool = false) {
        self.state = state
        self.isSimple = isSimple
    }
}

/// Committed offsets of one group at a time.
package protocol GroupOffsetReading: Sendable {
    /// What a group has committed for the given partitions, `nil` for all; those without a commit are missing. Of
    /// transactional commits, the last stable ones.
    func offsets(
        of group: String, for partitions: [TopicPartition]?
    ) async throws(PortError) -> [TopicPartition: CommittedOffset]
}

/// Commits on behalf of groups without members.
package protocol GroupOffsetWriting: Sendable {
    /// Commits for one group, with leader epoch -1.
    ///
    /// - Returns: Kafka's error code of every partition given; 0 is accepted.
    /// - Throws: when no answer came: what was written is then not known.
    func commit(
        _ offsets: [TopicPartition: CommittedOffset], for group: String
    ) async throws(PortError) -> [TopicPartition: Int32]
}

/// What MirrorMaker 2 writes about one direction's copies.
package protocol OffsetSyncReading: Sendable {
    /// The syncs appended since the last call; the first call begins at the topic's start.
    func newSyncs() async throws(PortError) -> [OffsetSync]
}

/// What is known about the partitions of one direction.
package protocol TranslationEvidenceReading: Sendable {
    /// Translates committed offsets by the evidence of now, and reads what that needs.
    ///
    /// - Parameter searched: what the records' headers have said, by partition.
    /// - Returns: of every partition given, the two logs and the position or the reason why there is none.
    func translate(
        _ committed: [TopicPartition: Offset], searched: [TopicPartition: MethodAnswer]
    ) async throws(PortError) -> [TopicPartition: TranslatedPartition]

    /// What a search by headers begins with; `nil` where headers prove nothing.
    func question(_ committed: Offset, on partition: TopicPartition) async -> HeaderSearch.Question?

    /// What a look at timestamps begins with; `nil` where they prove nothing: nobody has said that the topic is produced
    /// on one side only, or its logs are not known yet.
    func timestampQuestion(on partition: TopicPartition) async -> TimestampQuestion?
}

/// One partition's answer of ``TranslationEvidenceReading``.
package struct TranslatedPartition: Hashable, Sendable {
    package let translation: SyncSituation.Translation
    /// To their high watermarks, read after the commits.
    package let live: OffsetRange
    package let other: OffsetRange
    /// Counts the readings of ``live``; grows from one to the next.
    package let round: UInt64

    package init(translation: SyncSituation.Translation, live: OffsetRange, other: OffsetRange, round: UInt64) {
        self.translation = translation
        self.live = live
        self.other = other
        self.round = round
    }

    /// No method has proven a position, and nothing else speaks against one.
    package var isUnproven: Bool {
        if case .held(.unproven) = translation { true } else { false }
    }

    /// The position is proven without a condition and nothing at or above it was consumed: there is no higher one.
    var isOptimal: Bool {
        guard case .proven(let resume) = translation else { return false }
        switch resume.guarantee {
        case .exact: return true
        case .atMost(let count): return count == 0
        case .conditional: return false
        }
    }
}
