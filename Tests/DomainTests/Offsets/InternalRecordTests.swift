import Domain
import Testing

/// The golden bytes of MirrorMaker 2's internal topics, and `__consumer_offsets`.
@Suite struct `Records of internal topics` {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.filter { $0 != " " }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static let syncKey = bytes("00066f726465727300000003")
    static let syncValue = bytes("0000011f71fb04cb000000000000002a")
    static let checkpointKey = bytes("000762696c6c696e6700066f726465727300000003")
    static let checkpointValue = bytes("000000000000000003e900000000000005dc00046d657461")
    static let heartbeatKey = bytes("000449444331000449444332")
    static let heartbeatValue = bytes("00000000018bcfe56800")

    @Test func `an offset sync`() throws {
        let sync = try OffsetSync(key: Self.syncKey, value: Self.syncValue)
        #expect(
            sync
                == OffsetSync(
                    topicPartition: TopicPartition("orders", 3), upstreamOffset: Offset(1_234_567_890_123),
                    downstreamOffset: Offset(42)))
    }

    @Test func `a checkpoint`() throws {
        let checkpoint = try Checkpoint(key: Self.checkpointKey, value: Self.checkpointValue)
        #expect(
            checkpoint
                == Checkpoint(
                    group: "billing", topicPartition: TopicPartition("orders", 3), upstreamOffset: Offset(1_001),
                    downstreamOffset: Offset(1_500), metadata: "meta"))
    }

    @Test func `a heartbeat`() throws {
        let heartbeat = try Heartbeat(key: Self.heartbeatKey, value: Self.heartbeatValue)
        #expect(heartbeat.sourceClusterAlias == "IDC1" && heartbeat.targetClusterAlias == "IDC2")
        #expect(heartbeat.timestamp == WallTime(milliseconds: 1_700_000_000_000))
    }

    static let commitKey = bytes("0001 0007 62696c6c696e67 0006 6f7264657273 00000003")
    static let commitValues: [(hex: String, epoch: Int32?, expiry: Int64?)] = [
        ("0000 0000000000000457 0002 6f6b 0000018bcfe56800", nil, nil),
        ("0001 0000000000000457 0002 6f6b 0000018bcfe56800 0000018bcfe56801", nil, 1_700_000_000_001),
        ("0001 0000000000000457 0002 6f6b 0000018bcfe56800 ffffffffffffffff", nil, nil),
        ("0003 0000000000000457 00000007 0002 6f6b 0000018bcfe56800", 7, nil),
        ("0003 0000000000000457 ffffffff 0002 6f6b 0000018bcfe56800", nil, nil),
        ("0004 0000000000000457 00000007 03 6f6b 0000018bcfe56800 00", 7, nil),
        // With the topic's id, which stands in a tagged field.
        (
            "0004 0000000000000457 ffffffff 03 6f6b 0000018bcfe56800 01 00 10 000102030405060708090a0b0c0d0e0f", nil,
            nil
        ),
    ]

    @Test func `committed offsets of versions 0, 1, 3 and 4`() throws {
        let key = OffsetCommitRecord.Key(group: "billing", topicPartition: TopicPartition("orders", 3))
        for (hex, epoch, expiry) in Self.commitValues {
            for version in ["0000", "0001"] {
                let keyBytes = Self.bytes(version) + Self.commitKey.dropFirst(2)
                let value = OffsetCommitValue(
                    committed: CommittedOffset(offset: Offset(1_111), metadata: "ok"),
                    committedAt: WallTime(milliseconds: 1_700_000_000_000), leaderEpoch: epoch,
                    expiresAt: expiry.map(WallTime.init(milliseconds:)))
                #expect(try OffsetCommitRecord(key: keyBytes, value: Self.bytes(hex)) == .committed(key, value))
            }
        }
        #expect(try OffsetCommitRecord(key: Self.commitKey, value: nil) == .deleted(key))
    }

    @Test func `group metadata is not an offset`() throws {
        #expect(try OffsetCommitRecord(key: Self.bytes("0002 0001 61"), value: [1, 2]) == .notAnOffset)
        #expect(try OffsetCommitRecord(key: Self.bytes("0005"), value: nil) == .notAnOffset)
    }

    @Test func `unknown versions are said to be unknown`() {
        for version in ["0002", "0005", "7fff"] {
            let value = Self.bytes(version) + Self.bytes(Self.commitValues[0].hex).dropFirst(2)
            #expect(throws: RecordFormatError.unknownVersion(Int16(version, radix: 16) ?? 0)) {
                try OffsetCommitRecord(key: Self.commitKey, value: value)
            }
        }
        #expect(throws: RecordFormatError.unknownVersion(1)) {
            try Checkpoint(key: Self.checkpointKey, value: [0, 1] + Self.checkpointValue.dropFirst(2))
        }
        #expect(throws: RecordFormatError.unknownVersion(1)) {
            try Heartbeat(key: Self.heartbeatKey, value: [0, 1] + Self.heartbeatValue.dropFirst(2))
        }
    }

    /// Every prefix, and one byte too many.
    static func damaged(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { Array(bytes[..<$0]) } + [bytes + [0]]
    }

    @Test func `truncated and oversized records are refused`() {
        let cases: [([UInt8], [UInt8], ([UInt8], [UInt8]) throws -> Void)] = [
            (Self.syncKey, Self.syncValue, { _ = try OffsetSync(key: $0, value: $1) }),
            (Self.checkpointKey, Self.checkpointValue, { _ = try Checkpoint(key: $0, value: $1) }),
            (Self.heartbeatKey, Self.heartbeatValue, { _ = try Heartbeat(key: $0, value: $1) }),
            (Self.commitKey, Self.bytes(Self.commitValues[0].hex), { _ = try OffsetCommitRecord(key: $0, value: $1) }),
            (Self.commitKey, Self.bytes(Self.commitValues[1].hex), { _ = try OffsetCommitRecord(key: $0, value: $1) }),
            (Self.commitKey, Self.bytes(Self.commitValues[3].hex), { _ = try OffsetCommitRecord(key: $0, value: $1) }),
            (Self.commitKey, Self.bytes(Self.commitValues[6].hex), { _ = try OffsetCommitRecord(key: $0, value: $1) }),
        ]
        for (key, value, decode) in cases {
            for damaged in Self.damaged(key) { #expect(throws: RecordFormatError.self) { try decode(damaged, value) } }
            for damaged in Self.damaged(value) { #expect(throws: RecordFormatError.self) { try decode(key, damaged) } }
        }
    }

    @Test func `numbers and texts that make no sense are refused`() {
        let minusOne = Self.bytes("ffffffffffffffff 000000000000002a")
        #expect(throws: RecordFormatError.malformed(field: "upstream offset")) {
            try OffsetSync(key: Self.syncKey, value: minusOne)
        }
        #expect(throws: RecordFormatError.malformed(field: "topic")) {
            try OffsetSync(key: Self.bytes("ffff 00000003"), value: Self.syncValue)
        }
        #expect(throws: RecordFormatError.malformed(field: "topic")) {
            try OffsetSync(key: Self.bytes("0001 ff 00000003"), value: Self.syncValue)
        }
        #expect(throws: RecordFormatError.malformed(field: "partition")) {
            try OffsetSync(key: Self.bytes("0001 61 ffffffff"), value: Self.syncValue)
        }
    }

    /// Hash codes 0, 97, -109829509, -409431309 and 1421676 in Java.
    @Test(arguments: [("", 0), ("a", 47), ("billing", 9), ("orders-audit", 9), ("결제", 26)] as [(String, Int32)])
    func `the offsets topic's partition is that of Java's hash code`(_ group: String, _ partition: Int32) {
        #expect(GroupPartition.ofOffsetsTopic(group: group, partitions: 50) == partition)
    }

    @Test func `the one hash without an absolute value counts as zero`() {
        // hashCode("polygenelubricants") is Integer.MIN_VALUE.
        #expect(GroupPartition.ofOffsetsTopic(group: "polygenelubricants", partitions: 50) == 0)
    }

    /// The values of Kafka's own test of `Utils.murmur2`.
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func `murmur2 is Kafka's`(_ text: String, _ hash: Int32) {
        #expect(Int32(bitPattern: Murmur2.hash(Array(text.utf8))) == hash)
        let partition = GroupPartition.ofSyncTopic(group: text, partitions: 12)
        #expect(partition == Int32(bitPattern: UInt32(bitPattern: hash) & 0x7fff_ffff) % 12)
    }
}
