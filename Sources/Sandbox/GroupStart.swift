import Domain

/// Where a group that was started begins, whatever is committed, and goes on until its own commits say as much.
///
/// All members that are started together have the same one: whoever is given a partition later goes on where the one
/// before stopped, and does not begin again. Used by one task at a time.
final class GroupStart {
    private struct Place {
        let start: Offset
        /// The next offset to process.
        var next: Offset
    }

    private var places: [TopicPartition: Place]

    init(_ starts: [TopicPartition: Offset] = [:]) {
        places = starts.mapValues { Place(start: $0, next: $0) }
    }

    /// The next offset that the group has to process; `nil`: where its commit stands.
    func next(in partition: TopicPartition) -> Offset? { places[partition]?.next }

    /// A member has processed everything below.
    func processed(_ partition: TopicPartition, below next: Offset) { places[partition]?.next = next }

    /// What the group has committed, as its coordinator says: from then on a coordinator sends nobody back to, or on
    /// to, what was committed before.
    func heard(of commits: [TopicPartition: CommittedOffset]) {
        for (partition, place) in places {
            guard let offset = commits[partition]?.offset, place.start <= offset, offset <= place.next else { continue }
            places[partition] = nil
        }
    }
}
