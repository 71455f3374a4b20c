import Domain

/// How far a group has come since it was started on a side, and where it begins whatever is committed.
///
/// All members that are started together have the same one: whoever is given a partition goes on where the one before
/// stopped. By commits alone it would not, as a mock cluster refuses them while a group rebalances, where real ones take
/// them until the last member has joined again. Used by one task at a time.
final class GroupProgress {
    private var nexts: [TopicPartition: Offset]

    init(from starts: [TopicPartition: Offset] = [:]) { nexts = starts }

    /// The next offset to process; `nil`: where the group's commit stands.
    func next(in partition: TopicPartition) -> Offset? { nexts[partition] }

    /// A member has processed everything below.
    func processed(_ partition: TopicPartition, below next: Offset) {
        nexts[partition] = max(next, nexts[partition] ?? next)
    }
}
