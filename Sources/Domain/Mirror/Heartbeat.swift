/// A record of MirrorMaker 2's heartbeats topic.
///
/// Big-endian. Key: `string sourceAlias | string targetAlias`; value: `int16 version = 0 | int64 timestamp`.
package struct Heartbeat: Hashable, Sendable {
    package let sourceClusterAlias: String
    package let targetClusterAlias: String
    package let timestamp: WallTime

    package init(sourceClusterAlias: String, targetClusterAlias: String, timestamp: WallTime) {
        self.sourceClusterAlias = sourceClusterAlias
        self.targetClusterAlias = targetClusterAlias
        self.timestamp = timestamp
    }

    /// - Throws: ``RecordFormatError`` when a byte is missing or left over, or the version is not 0.
    package init(key: [UInt8], value: [UInt8]) throws(RecordFormatError) {
        var key = RecordBytes(key)
        let source = try key.string("source alias")
        let target = try key.string("target alias")
        try key.end()
        var value = RecordBytes(value)
        try value.version(0)
        self.init(
            sourceClusterAlias: source, targetClusterAlias: target,
            timestamp: WallTime(milliseconds: try value.int64("timestamp")))
        try value.end()
    }
}
