/// A record of MirrorMaker 2's checkpoints topic: where its own group sync puts a group.
///
/// Big-endian. Key: `string group | string topic | int32 partition`, the topic by its name on the target; value:
/// `int16 version = 0 | int64 upstream | int64 downstream | string metadata`.
package struct Checkpoint: Hashable, Sendable {
    package let group: String
    package let topicPartition: TopicPartition
    package let upstreamOffset: Offset
    package let downstreamOffset: Offset
    package let metadata: String

    package init(
        group: String, topicPartition: TopicPartition, upstreamOffset: Offset, downstreamOffset: Offset,
        metadata: String
    ) {
        self.group = group
        self.topicPartition = topicPartition
        self.upstreamOffset = upstreamOffset
        self.downstreamOffset = downstreamOffset
        self.metadata = metadata
    }

    /// - Throws: ``RecordFormatError`` when a byte is missing or left over, a number makes no sense, or the
    ///   version is not 0.
    package init(key: [UInt8], value: [UInt8]) throws(RecordFormatError) {
        var key = RecordBytes(key)
        let group = try key.string("group")
        let topic = try key.string("topic")
        let partition = try key.partition()
        try key.end()
        var value = RecordBytes(value)
        try value.version(0)
        self.init(
            group: group, topicPartition: TopicPartition(topic, partition),
            upstreamOffset: try value.offset("upstream offset"),
            downstreamOffset: try value.offset("downstream offset"), metadata: try value.string("metadata"))
        try value.end()
    }
}
