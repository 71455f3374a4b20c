package import Domain

/// A row of `offsets plan`: what would be done about one group's offset of one partition.
package struct OffsetPlanRow: Hashable, Sendable {
    package let group: String
    package let from: IDC
    package let to: IDC
    package let status: PartitionSyncStatus

    /// The rows of one group, by topic and partition; none where nothing says which way it goes.
    package static func rows(_ status: GroupSyncStatus) -> [OffsetPlanRow] {
        guard let flow = status.flow else { return [] }
        return status.partitions.map {
            OffsetPlanRow(group: status.group, from: flow.source, to: flow.target, status: $0)
        }
    }
}
