package import Domain

/// A row of `offsets plan`: what would be done about one group's offset of one partition.
package struct OffsetPlanRow: Hashable, Sendable {
    package let group: String
    package let topic: String
    package let partition: Int32
    package let from: IDC
    package let to: IDC
    /// `nil`: no commit on the live side.
    package let sourceOffset: Offset?
    /// `nil`: no position is proven, or none is asked for.
    package let resume: Offset?
    package let method: TranslationMethod?
    package let guarantee: ResumePosition.Guarantee?
    package let action: String
    package let reason: String

    /// `nil`: not known.
    package var readTwice: Int64? { guarantee?.readTwice }

    /// The rows of one group, by topic and partition.
    package static func rows(
        group: String, flow: ReplicationFlow, outcome: GroupSync.Outcome
    ) -> [OffsetPlanRow] {
        outcome.decisions.sorted { $0.key < $1.key }.map { partition, decision in
            let resume = outcome.resume[partition]
            return OffsetPlanRow(
                group: group, topic: partition.topic, partition: partition.partition, from: flow.source,
                to: flow.target, sourceOffset: outcome.committed[partition],
                resume: position(decision) ?? resume?.offset, method: method(decision) ?? resume?.method,
                guarantee: resume?.guarantee, action: decision.action, reason: decision.reason)
        }
    }

    /// What stands or will stand there, which may be higher than what is proven now.
    private static func position(_ decision: SyncDecision) -> Offset? { tag(decision)?.resume }

    private static func method(_ decision: SyncDecision) -> TranslationMethod? { tag(decision)?.method }

    private static func tag(_ decision: SyncDecision) -> OwnershipTag? {
        switch decision {
        case .write(let write): write.tag
        case .keep(let tag): tag
        case .hold, .skip: nil
        }
    }
}
