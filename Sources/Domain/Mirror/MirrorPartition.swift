/// One partition's mirror at work: what was read, what is under way, and the evidence for the position.
/// mirroring.md, section 3. Records are read in order of their offsets; acknowledgements may come in any order.
package struct MirrorPartition: Sendable {
    /// What to do with a record that was read.
    package enum Step: Hashable, Sendable {
        /// A copy: left out.
        case filtered
        /// Its copy is on the target since before the last start.
        case copiedBefore
        /// Write it, and say what became of it under this number.
        case write(sequence: Int64)
        /// Dead-lettered before the last start: a gap is open from here.
        case gap
        /// Read before: an offset below the next one.
        case repeated
        /// Nothing of this partition may be read on.
        case stop(unknownVersion: UInt8)
    }

    private enum Outcome: Hashable, Sendable {
        case underWay
        case copied(Int64)
        case deadLettered
    }

    private struct Pending: Hashable, Sendable {
        let offset: Int64
        /// K of everything below this record.
        let filteredBefore: Int64
        var outcome: Outcome
    }

    /// The next source offset to read.
    package private(set) var next: Int64
    /// Whether a missing copy below the highest listed one was dead-lettered, or else compacted away.
    package let deadLetters: Bool
    /// Copies whose source offset fell below an earlier one's: a record was published again into its own topic.
    package private(set) var sourceRegressions: Int64 = 0
    package private(set) var forwardedHeaders: Int64 = 0

    private var evidence: MirrorCommit
    private var filtered: Int64
    private var latestSource: Int64 = -1
    /// Bounds that E and K have to rise above before they are exact.
    private let bound: (copiedEnd: Int64, filtered: Int64)?
    private var listed: ArraySlice<MirroredCopy>
    private var pending: [Pending] = []
    private var firstPending = 0
    private var firstSequence: Int64 = 0

    package init(_ start: MirrorStart, targetCluster: String, topicID: KafkaUUID = .unknown, deadLetters: Bool) {
        next = start.position
        evidence = start.evidence
        evidence.targetCluster = targetCluster
        evidence.topicID = topicID
        filtered = start.evidence.highestFiltered
        bound =
            start.evidence.isUpperBound ? (start.evidence.copiedEnd, start.evidence.highestFiltered) : nil
        listed = start.listed[...]
        self.deadLetters = deadLetters
    }

    /// The first source offset that is neither filtered nor acknowledged.
    package var position: Int64 { firstPending < pending.count ? pending[firstPending].offset : next }

    /// The evidence for ``position``.
    package var commit: MirrorCommit {
        var commit = evidence
        commit.highestFiltered = firstPending < pending.count ? pending[firstPending].filteredBefore : filtered
        if let bound {
            commit.isUpperBound = commit.copiedEnd <= bound.copiedEnd || commit.highestFiltered <= bound.filtered
        }
        return commit
    }

    package var underWay: Int { pending.count - firstPending }
    /// Copies found on the target that the source has not been read up to yet.
    package var isCatchingUp: Bool { !listed.isEmpty }

    /// The next record of the source.
    package mutating func read(_ offset: Int64, _ verdict: MirrorVerdict) -> Step {
        guard offset >= next else { return .repeated }
        switch verdict {
        case .unknownVersion(let version):
            return .stop(unknownVersion: version)
        case .mirrored(let source):
            next = offset + 1
            if source < latestSource { sourceRegressions += 1 }
            latestSource = max(latestSource, source)
            filtered = max(filtered, source)
            return .filtered
        case .local(let hasForeignHeader):
            next = offset + 1
            if hasForeignHeader { forwardedHeaders += 1 }
            return local(offset)
        }
    }

    private mutating func local(_ offset: Int64) -> Step {
        // Copies whose source is gone from the source's log.
        while let first = listed.first, first.source < offset { listed.removeFirst() }
        guard let first = listed.first else {
            pending.append(Pending(offset: offset, filteredBefore: filtered, outcome: .underWay))
            return .write(sequence: firstSequence + Int64(pending.count - 1))
        }
        // Nothing is written while copies are listed, so nothing is under way and E rises at once.
        if first.source == offset {
            listed.removeFirst()
            copied(at: first.target)
            return .copiedBefore
        }
        if deadLetters {
            evidence.gap = min(evidence.gap ?? offset, offset)
            return .gap
        }
        // Compaction took its copy, which stood below the next one's. No further, or the next start would not
        // find that one.
        evidence.copiedEnd = max(evidence.copiedEnd, first.target)
        evidence.copies += 1
        return .copiedBefore
    }

    /// The source's log has no record from the next offset to this one: markers, gaps of compaction, the end.
    package mutating func passed(to offset: Int64) { next = max(next, offset) }

    /// A record that was to be written is on the target.
    package mutating func acknowledged(_ sequence: Int64, at target: Int64) { settle(sequence, .copied(target)) }

    /// A record that was to be written is in the dead-letter topic, acknowledged.
    package mutating func deadLettered(_ sequence: Int64) { settle(sequence, .deadLettered) }

    /// The source offset of a record that is under way.
    package func offset(of sequence: Int64) -> Int64? {
        let index = Int(sequence - firstSequence)
        return index >= firstPending && index < pending.count ? pending[index].offset : nil
    }

    private mutating func settle(_ sequence: Int64, _ outcome: Outcome) {
        let index = Int(sequence - firstSequence)
        guard index >= firstPending, index < pending.count, pending[index].outcome == .underWay else { return }
        pending[index].outcome = outcome
        while firstPending < pending.count {
            let first = pending[firstPending]
            switch first.outcome {
            case .underWay: return
            case .copied(let target): copied(at: target)
            case .deadLettered: evidence.gap = min(evidence.gap ?? first.offset, first.offset)
            }
            firstPending += 1
            if firstPending == pending.count || firstPending >= 4_096 {
                pending.removeFirst(firstPending)
                firstSequence += Int64(firstPending)
                firstPending = 0
            }
        }
    }

    private mutating func copied(at target: Int64) {
        evidence.copiedEnd = max(evidence.copiedEnd, target + 1)
        evidence.copies += 1
    }

    /// An operator has accepted gaps of this partition.
    package mutating func accept(_ gaps: [AcceptedGap]) {
        if let gap = evidence.gap, gaps.contains(where: { $0.from <= gap && gap < $0.to }) { evidence.gap = nil }
    }
}
