package import Domain

/// One cluster's records by their timestamps.
package protocol TimestampReading: Sendable {
    /// The timestamp of the first record from an offset on that consumers are given (`read_committed`), below `below`;
    /// `nil`: none was found there.
    ///
    /// - Throws: `.unsupported` where that record has no timestamp.
    func firstTimestamp(
        of partition: TopicPartition, from: Offset, below: Offset
    ) async throws(PortError) -> WallTime?

    /// ListOffsets by timestamp, `read_uncommitted`: the first offset whose record carries that timestamp or a later one;
    /// `nil`: there is none.
    func firstOffset(of partition: TopicPartition, atOrAfter timestamp: WallTime) async throws(PortError) -> Offset?

    /// ListOffsets: where the log starts.
    func logStart(of partition: TopicPartition) async throws(PortError) -> Offset
}

/// What is known of a partition of a one-sided topic before its timestamps are looked at.
package struct TimestampQuestion: Hashable, Sendable {
    package let producedOn: OneSidedTimestamps.ProducedOn
    package let oneSidedness: OneSidedTimestamps.OneSidedness
    /// Its end was read before that of ``live``.
    package let other: OffsetRange
    package let live: OffsetRange
    /// On either side, or that is not known.
    package let isCompacted: Bool
    /// Of the logs that timestamps are compared in; not known counts as no.
    package let keepsCreateTime: Bool
    /// Whether the mirror that brings the records is known to leave none out.
    package let isMirrorComplete: Bool
    package let readAt: WallTime

    package init(
        producedOn: OneSidedTimestamps.ProducedOn, oneSidedness: OneSidedTimestamps.OneSidedness, other: OffsetRange,
        live: OffsetRange, isCompacted: Bool, keepsCreateTime: Bool, isMirrorComplete: Bool, readAt: WallTime
    ) {
        self.producedOn = producedOn
        self.oneSidedness = oneSidedness
        self.other = other
        self.live = live
        self.isCompacted = isCompacted
        self.keepsCreateTime = keepsCreateTime
        self.isMirrorComplete = isMirrorComplete
        self.readAt = readAt
    }
}
