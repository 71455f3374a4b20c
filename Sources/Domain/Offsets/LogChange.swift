/// What became of a partition's log between two readings.
package enum LogChange: Hashable, Sendable {
    case grew
    /// Another log under the same name.
    case recreated
    /// The same topic, with its end lost from here on.
    case truncated(to: Offset)

    /// - Parameters: two readings of the same partition. Where a topic id is not known on either, an end that fell is
    ///   taken for a new log: that drops more evidence, and asks the operator.
    package init(from old: LogReading, to new: LogReading) {
        let areKnown = old.topicID != .unknown && new.topicID != .unknown
        if areKnown, old.topicID != new.topicID {
            self = .recreated
        } else if new.range.logEnd < old.range.logEnd {
            self = areKnown ? .truncated(to: new.range.logEnd) : .recreated
        } else if !areKnown, new.range.logStart < old.range.logStart {
            // A log start never goes back.
            self = .recreated
        } else {
            self = .grew
        }
    }
}

/// A partition's log, as read at one moment.
package struct LogReading: Hashable, Sendable {
    /// `.unknown` where the library cannot tell.
    package let topicID: KafkaUUID
    package let range: OffsetRange

    package init(topicID: KafkaUUID, range: OffsetRange) {
        self.topicID = topicID
        self.range = range
    }
}
