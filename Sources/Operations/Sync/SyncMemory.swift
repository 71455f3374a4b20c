package import Domain

/// What a writer remembers of one group from cycle to cycle.
package struct SyncMemory: Hashable, Sendable {
    /// What was written last, by partition; also what a commit with our tag says was written.
    package internal(set) var lastWritten: [TopicPartition: OwnershipTag] = [:]
    /// Why somebody wants nothing to be written; `nil`: nobody does.
    package var hold: HoldReason?
    /// The side where members were seen last.
    package var lastLive: IDC?
    /// Members were seen on both sides at once, and nobody has said that both were one worker.
    package var wasLiveOnBothSides = false
    /// Nothing is written before this moment: the group was found live by a refusal.
    package internal(set) var backsOffUntil: WallTime?
    /// The broker allows less metadata than a whole tag takes.
    package internal(set) var shortensTags = false
    /// Refusals in a row by which the group was found live.
    private var refusals = 0
    private var observed: [TopicPartition: Observation] = [:]
    private var pastLogEnd: [TopicPartition: PastEnd] = [:]
    private var provenBefore: [TopicPartition: Proven] = [:]

    private struct PastEnd: Hashable, Sendable {
        let offset: Offset
        let round: UInt64
    }

    private struct Proven: Hashable, Sendable {
        let position: Offset
        let committed: Offset
    }

    private struct Observation: Hashable, Sendable {
        let commit: CommittedOffset
        var cycles: Int
    }

    package init() {}

    /// How many readings in a row have shown this very commit, this one included.
    mutating func observed(_ commit: CommittedOffset?, on partition: TopicPartition) -> SyncSituation.OtherCommit {
        guard let commit else {
            observed[partition] = nil
            return .none
        }
        let cycles = observed[partition].map { $0.commit == commit ? $0.cycles + 1 : 1 } ?? 1
        observed[partition] = Observation(commit: commit, cycles: cycles)
        if case .ours(let tag) = CommitOwner(of: commit) { lastWritten[partition] = tag }
        return .present(commit, unchangedCycles: cycles)
    }

    /// Positions on the other side that were proven for commits on the live side.
    mutating func proven(_ positions: [TopicPartition: Offset], for committed: [TopicPartition: Offset]) {
        for (partition, position) in positions {
            guard let offset = committed[partition] else { continue }
            provenBefore[partition] = Proven(position: position, committed: offset)
        }
    }

    /// The newest position that was proven for a commit no later than this one; `nil`: none, or the group was set back.
    func lastProven(for committed: Offset, on partition: TopicPartition) -> Offset? {
        provenBefore[partition].flatMap { $0.committed <= committed ? $0.position : nil }
    }

    /// The commit on the live side. It lies above the log's end for good only where an end that was read after it is
    /// still below it: as a rule the end is the older of the two.
    mutating func live(
        _ offset: Offset?, end: Offset, round: UInt64, on partition: TopicPartition
    ) -> SyncSituation.LiveCommit {
        guard let offset else {
            pastLogEnd[partition] = nil
            return .none
        }
        guard offset > end else {
            pastLogEnd[partition] = nil
            return .at(offset)
        }
        if let seen = pastLogEnd[partition], seen.offset > end {
            return .pastLogEnd(offset, logEnd: end, readings: round > seen.round ? 2 : 1)
        }
        pastLogEnd[partition] = PastEnd(offset: offset, round: round)
        return .pastLogEnd(offset, logEnd: end, readings: 1)
    }

    /// A commit was refused because the group has members: the next attempt waits, longer each time.
    mutating func wasRefused(at moment: WallTime) {
        refusals = min(refusals + 1, 6)
        backsOffUntil = moment.advanced(by: .seconds(1 << refusals))
    }

    mutating func wasAccepted() {
        refusals = 0
        backsOffUntil = nil
    }
}
