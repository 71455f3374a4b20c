/// A record of `__consumer_offsets`, as far as it is about committed offsets.
///
/// Key: `int16 version`, 0 or 1: `string group | string topic | int32 partition`; 2 and above is not about offsets.
/// Value: `int16 version`; 0: `int64 offset | string metadata | int64 commitTimestamp`; 1 adds
/// `int64 expireTimestamp`; 3: `int64 offset | int32 leaderEpoch | string metadata | int64 commitTimestamp`; 4, of
/// Kafka 4.3, is 3 with a compact string, and with tagged fields at its end.
package enum OffsetCommitRecord: Hashable, Sendable {
    case committed(Key, OffsetCommitValue)
    /// A tombstone: the offset expired, or was deleted.
    case deleted(Key)
    /// Group metadata, or a kind of key that came later.
    case notAnOffset

    package struct Key: Hashable, Sendable {
        package let group: String
        package let topicPartition: TopicPartition

        package init(group: String, topicPartition: TopicPartition) {
            self.group = group
            self.topicPartition = topicPartition
        }
    }

    /// - Parameter value: `nil` for a tombstone.
    /// - Throws: `.unknownVersion` for a value of a version that is not known: then only polling tells which groups
    ///   moved. Other cases of ``RecordFormatError`` for bytes that are missing, left over or make no sense.
    package init(key: [UInt8], value: [UInt8]?) throws(RecordFormatError) {
        var key = RecordBytes(key)
        let version = try key.int16("version")
        guard version >= 0 else { throw .unknownVersion(version) }
        guard version <= 1 else {
            self = .notAnOffset
            return
        }
        let group = try key.string("group")
        let topic = try key.string("topic")
        let parsed = Key(group: group, topicPartition: TopicPartition(topic, try key.partition()))
        try key.end()
        if let value {
            self = .committed(parsed, try OffsetCommitValue(value))
        } else {
            self = .deleted(parsed)
        }
    }
}

/// What a group committed, as `__consumer_offsets` stores it.
package struct OffsetCommitValue: Hashable, Sendable {
    package let committed: CommittedOffset
    package let committedAt: WallTime
    /// `nil`: none given, or a version without the field.
    package let leaderEpoch: Int32?
    /// `nil`: by the broker's `offsets.retention.minutes`.
    package let expiresAt: WallTime?

    package init(
        committed: CommittedOffset, committedAt: WallTime, leaderEpoch: Int32? = nil, expiresAt: WallTime? = nil
    ) {
        self.committed = committed
        self.committedAt = committedAt
        self.leaderEpoch = leaderEpoch
        self.expiresAt = expiresAt
    }

    init(_ bytes: [UInt8]) throws(RecordFormatError) {
        var value = RecordBytes(bytes)
        let version = try value.int16("version")
        guard [0, 1, 3, 4].contains(version) else { throw .unknownVersion(version) }
        let offset = try value.offset("offset")
        let epoch = version >= 3 ? try value.int32("leader epoch") : -1
        let metadata = version >= 4 ? try value.compactString("metadata") : try value.string("metadata")
        let committedAt = WallTime(milliseconds: try value.int64("commit timestamp"))
        let expiry = version == 1 ? try value.int64("expire timestamp") : -1
        if version >= 4 { try value.taggedFields() }
        try value.end()
        self.init(
            committed: CommittedOffset(offset: offset, metadata: metadata), committedAt: committedAt,
            leaderEpoch: epoch < 0 ? nil : epoch, expiresAt: expiry < 0 ? nil : WallTime(milliseconds: expiry))
    }
}
