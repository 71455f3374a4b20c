/// The start procedure of one partition's mirror, M4 of mirroring.md, as decisions over what was read.
package struct MirrorStartPlan: Hashable, Sendable {
    /// Both logs' bounds, read after the commit.
    package struct Bounds: Hashable, Sendable {
        package let source: OffsetRange
        package let target: OffsetRange

        package init(source: OffsetRange, target: OffsetRange) {
            self.source = source
            self.target = target
        }
    }

    /// What of the target's log has to be read for copies.
    package enum Scan: Hashable, Sendable {
        /// From here to the high watermark.
        case forward(from: Int64)
        /// From the high watermark down, in growing windows, until ``MirrorStartPlan/isEnough(_:)`` or this offset.
        case backward(downTo: Int64)
    }

    /// Why a partition does not start before an operator has decided.
    package enum Refusal: Error, Hashable, Sendable {
        /// Retention has taken `[position, logStart)` before it was copied.
        case overtaken(position: Int64, logStart: Int64)
        /// The source's log ends below the position: it is another log.
        case recreated(position: Int64, logEnd: Int64)
    }

    package let scan: Scan
    private let bounds: Bounds
    /// `nil`: there is no commit.
    private let position: Int64?
    /// `nil`: there is none, or it is of another cluster or topic.
    private let evidence: MirrorCommit?
    private let accepted: [AcceptedGap]
    private let floor: Int64?
    /// Without evidence nobody knows which records were dead-lettered: the whole log below the position may have
    /// gaps, which an operator has to accept.
    private let suspectedGap: Int64?

    /// - Parameters:
    ///   - commit: of the position group; `nil` when the group has none for this partition.
    ///   - deadLetters: whether refused records of the topic are dead-lettered.
    ///   - accepted: the gaps of this partition that an operator has accepted.
    package init(
        commit: CommittedCut?, targetCluster: String, topicID: KafkaUUID, bounds: Bounds, deadLetters: Bool,
        accepted: [AcceptedGap]
    ) throws(Refusal) {
        self.bounds = bounds
        suspectedGap = deadLetters ? bounds.source.logStart.rawValue : nil
        self.accepted = accepted
        let targetEnd = bounds.target.logEnd.rawValue
        var metadata = commit.flatMap { MirrorCommit(metadata: $0.metadata) }
        // A target that ends below E is not the log that E was read from.
        if let read = metadata,
            read.targetCluster != targetCluster || read.topicID != topicID || read.copiedEnd > targetEnd
        {
            metadata = nil
        }
        floor = metadata?.generationFloor
        let targetStart = max(bounds.target.logStart.rawValue, floor ?? 0)
        guard let commit else {
            position = nil
            evidence = nil
            scan = .backward(downTo: targetStart)
            return
        }
        let start = try Self.entered(commit.offset, bounds: bounds, accepted: accepted)
        position = start.position
        if start.isAnotherLog {
            // Copies of the older log would pass for copies of this one: none of them counts.
            evidence = MirrorCommit(
                copiedEnd: targetEnd, highestFiltered: targetEnd - 1, copies: 0, targetCluster: targetCluster,
                topicID: topicID, isUpperBound: targetEnd > 0, generationFloor: targetEnd)
            scan = .forward(from: targetEnd)
            return
        }
        evidence = metadata
        if let metadata, !metadata.isUpperBound {
            scan = .forward(from: min(max(metadata.copiedEnd, targetStart), targetEnd))
        } else {
            scan = .backward(downTo: targetStart)
        }
    }

    /// Whether a scan backwards that has found these copies has gone far enough.
    package func isEnough(_ copies: [MirroredCopy]) -> Bool {
        guard let position else { return !copies.isEmpty }
        return copies.contains { $0.source < position }
    }

    /// Where the mirror begins, once the target was read.
    ///
    /// - Parameter copies: every copy of this origin, topic and partition in the scanned stretch.
    package func start(copies: [MirroredCopy]) throws(Refusal) -> MirrorStart {
        let targetEnd = bounds.target.logEnd.rawValue
        if let position {
            let known =
                evidence
                ?? MirrorCommit(
                    copiedEnd: targetEnd, highestFiltered: targetEnd - 1, copies: 0, targetCluster: "",
                    gap: suspectedGap.flatMap { $0 < position ? $0 : nil }, isUpperBound: targetEnd > 0,
                    generationFloor: floor)
            return MirrorStart(position: position, evidence: known, copies: copies, accepted: accepted)
        }
        guard let highest = copies.map(\.source).max() else {
            return MirrorStart(
                position: bounds.source.logStart.rawValue,
                evidence: MirrorCommit(copiedEnd: 0, highestFiltered: -1, copies: 0, targetCluster: ""), copies: [],
                accepted: accepted)
        }
        let start = try Self.entered(highest + 1, bounds: bounds, accepted: accepted)
        return MirrorStart(
            position: start.position,
            evidence: MirrorCommit(
                copiedEnd: targetEnd, highestFiltered: targetEnd - 1, copies: 0, targetCluster: "",
                gap: start.isAnotherLog ? nil : suspectedGap.flatMap { $0 < start.position ? $0 : nil },
                isUpperBound: true, generationFloor: start.isAnotherLog ? targetEnd : nil),
            copies: start.isAnotherLog ? [] : copies, accepted: accepted)
    }

    /// The position that is in the source's log, by way of what an operator has accepted.
    private static func entered(
        _ position: Int64, bounds: Bounds, accepted: [AcceptedGap]
    ) throws(Refusal) -> (position: Int64, isAnotherLog: Bool) {
        let start = bounds.source.logStart.rawValue
        let end = bounds.source.logEnd.rawValue
        if end < position {
            guard accepted.contains(where: { $0.from == position && $0.to < position }) else {
                throw .recreated(position: position, logEnd: end)
            }
            return (start, true)
        }
        if start > position {
            guard accepted.contains(where: { $0.from <= position && $0.to >= start }) else {
                throw .overtaken(position: position, logStart: start)
            }
            return (start, false)
        }
        return (position, false)
    }
}

/// A copy on the target, by its header.
package struct MirroredCopy: Hashable, Sendable {
    package let source: Int64
    package let target: Int64

    package init(source: Int64, target: Int64) {
        self.source = source
        self.target = target
    }
}

/// A stretch of source offsets that will not be on the other side, with an operator's consent.
///
/// `to` below `from`: the log was created again, and the mirror goes on at its start.
package struct AcceptedGap: Hashable, Sendable {
    package let partition: Int32
    package let from: Int64
    package let to: Int64

    package init(partition: Int32, from: Int64, to: Int64) {
        self.partition = partition
        self.from = from
        self.to = to
    }

    /// Reads `PARTITION:FROM-TO,...`, blanks allowed; `nil` when a part is none.
    package static func list(_ text: String) -> [AcceptedGap]? {
        let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
        let gaps = parts.compactMap { part -> AcceptedGap? in
            let sides = part.split(separator: ":")
            guard sides.count == 2, let partition = Int32(sides[0]) else { return nil }
            let bounds = sides[1].split(separator: "-")
            guard bounds.count == 2, let from = Int64(bounds[0]), let to = Int64(bounds[1]), from >= 0, to >= 0 else {
                return nil
            }
            return AcceptedGap(partition: partition, from: from, to: to)
        }
        return gaps.count == parts.count ? gaps : nil
    }
}

/// Where a partition's mirror begins.
package struct MirrorStart: Hashable, Sendable {
    /// The first source offset to read.
    package let position: Int64
    package let evidence: MirrorCommit
    /// The copies that are on the target already, by source offset, each with its first target offset.
    package let listed: [MirroredCopy]

    package init(position: Int64, evidence: MirrorCommit, copies: [MirroredCopy], accepted: [AcceptedGap] = []) {
        self.position = position
        var evidence = evidence
        if let gap = evidence.gap, accepted.contains(where: { $0.from <= gap && gap < $0.to }) { evidence.gap = nil }
        self.evidence = evidence
        var first: [Int64: Int64] = [:]
        for copy in copies where copy.source >= position {
            first[copy.source] = min(first[copy.source] ?? copy.target, copy.target)
        }
        listed = first.map { MirroredCopy(source: $0.key, target: $0.value) }.sorted { $0.source < $1.source }
    }
}
