/// A position in a partition's log: the number of a record, never a sentinel.
///
/// Kafka's -1 (latest), -2 (earliest) and -1001 (none) do not pass an adapter's edge.
package struct Offset: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ value: Int64) {
        self.init(rawValue: value)
    }

    package static func < (lhs: Offset, rhs: Offset) -> Bool { lhs.rawValue < rhs.rawValue }

    /// How many offsets lie from `other` up to this one; negative when this one is lower.
    package func distance(from other: Offset) -> Int64 { rawValue - other.rawValue }

    package func advanced(by count: Int64) -> Offset { Offset(rawValue + count) }
}

/// The bounds of a partition's log: the log start and the high watermark (`read_uncommitted`).
package struct OffsetRange: Hashable, Sendable {
    package let logStart: Offset
    /// The offset that the next record will get.
    package let logEnd: Offset

    package init(logStart: Offset, logEnd: Offset) {
        self.logStart = logStart
        self.logEnd = logEnd
    }
}

/// A partition of a topic.
package struct TopicPartition: Hashable, Comparable, Sendable {
    package let topic: String
    package let partition: Int32

    package init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package static func < (lhs: TopicPartition, rhs: TopicPartition) -> Bool {
        (lhs.topic, lhs.partition) < (rhs.topic, rhs.partition)
    }
}
