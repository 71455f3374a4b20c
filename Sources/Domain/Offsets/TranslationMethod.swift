/// How a position was proven; the raw values stand in `osync1;` metadata as `m`.
package enum TranslationMethod: String, Hashable, Sendable, CaseIterable {
    /// What the mirror towards the live side commits about itself.
    case cuts
    /// Its position, and the live side's end read after it.
    case anchor
    /// The source offsets in the records' headers.
    case headers
    /// MirrorMaker 2's offset-syncs of the mirror towards the live side.
    case syncs
    /// Timestamps of a topic that is produced on one side.
    case time
    /// The log start of the other side: nothing lies below it.
    case start
    /// A baseline that an operator accepted.
    case base
}

/// What one method says about one group and partition.
package enum MethodAnswer: Hashable, Sendable {
    case proven(ProvenBound)
    case impossible(TranslationMethod, MethodRefusal)

    package var bound: ProvenBound? {
        switch self {
        case .proven(let bound): bound
        case .impossible: nil
        }
    }
}

/// A position below which a group has consumed everything, with the proof's kind and its limits.
package struct ProvenBound: Hashable, Sendable {
    package let offset: Offset
    package let method: TranslationMethod
    /// At and above it no record of the other side is consumed: what may be read twice lies from ``offset`` up to
    /// here. `nil`: anywhere up to the log's end.
    package let consumedEnd: Offset?
    /// Below its two bounds everything of that origin is consumed; at least ``offset`` each.
    package let fence: LadderBounds
    /// Records read twice, counted in their headers; `nil`: not counted.
    package let counted: Int64?
    /// What the proof rests on beyond what was read; `nil`: strict.
    package let condition: Condition?
    /// When the evidence was read last; `nil`: it does not age (a log start, a baseline).
    package let evidenceAt: WallTime?

    package init(
        offset: Offset, method: TranslationMethod, consumedEnd: Offset? = nil, fence: LadderBounds? = nil,
        counted: Int64? = nil, condition: Condition? = nil, evidenceAt: WallTime?
    ) {
        self.offset = offset
        self.method = method
        self.consumedEnd = consumedEnd.map { max($0, offset) }
        self.fence = fence ?? LadderBounds(aLower: offset, bLower: offset)
        self.counted = counted
        self.condition = condition
        self.evidenceAt = evidenceAt
    }

    /// What makes a guarantee conditional.
    package enum Condition: Hashable, Sendable {
        /// MirrorMaker 2 without exactly-once source support may copy again without a trace.
        case mirrorMayReplay
        /// Nobody looked whether the topic is produced on one side only; the configuration says so.
        case oneSidednessDeclared
        /// A connector that drops records it cannot write (`errors.tolerance=all`), or begins at the log's end
        /// (`auto.offset.reset=latest`), leaves no trace.
        case connectorMayDrop
    }
}

/// Why a method has no answer.
package enum MethodRefusal: Hashable, Sendable {
    /// The method's evidence was never read.
    case noEvidence
    /// Evidence there is, none of it as old as the committed offset.
    case evidenceTooNew
    /// The method does not hold on compacted topics.
    case compacted
    /// The live side's log starts above the committed offset.
    case liveSideAgedOut(logStart: Offset)
    /// Records of the other side stand in a topic that was held to be one-sided.
    case producedOnBothSides
    /// The other side stamps records with its own time.
    case logAppendTime
    /// The mirror is not known to keep order and to leave no record out.
    case mirrorIncomplete
    /// Headers could not be read to the end.
    case readsFailed(String)
    /// A header of a version that this program does not know.
    case unknownHeaderVersion(at: Offset)
}
