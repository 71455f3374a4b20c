/// A record of MirrorMaker 2's offset-syncs topic: the copy of an upstream record stands at a downstream offset.
///
/// Big-endian. Key: `string topic | int32 partition`, the topic by its name on the source; value:
/// `int64 upstream | int64 downstream`, no version.
package struct OffsetSync: Hashable, Sendable {
    package let topicPartition: TopicPartition
    package let upstreamOffset: Offset
    package let downstreamOffset: Offset

    package init(topicPartition: TopicPartition, upstreamOffset: Offset, downstreamOffset: Offset) {
        self.topicPartition = topicPartition
        self.upstreamOffset = upstreamOffset
        self.downstreamOffset = downstreamOffset
    }

    /// - Throws: ``RecordFormatError`` when a byte is missing or left over, or a number makes no sense.
    package init(key: [UInt8], value: [UInt8]) throws(RecordFormatError) {
        var key = RecordBytes(key)
        let topic = try key.string("topic")
        let partition = try key.partition()
        try key.end()
        var value = RecordBytes(value)
        self.init(
            topicPartition: TopicPartition(topic, partition),
            upstreamOffset: try value.offset("upstream offset"), downstreamOffset: try value.offset("downstream offset")
        )
        try value.end()
    }
}
