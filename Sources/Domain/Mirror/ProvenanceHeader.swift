/// Where a copy comes from: the value of the header `osync-origin`, version 1. mirroring.md, section 2.
package struct ProvenanceHeader: Hashable, Sendable {
    package static let name = "osync-origin"
    package static let version: UInt8 = 1

    package let cluster: KafkaUUID
    /// The first 8 bytes of the SHA-256 of the topic's name.
    package let topicHash: UInt64
    package let topicID: KafkaUUID
    package let partition: Int32
    /// -1 on the wire: unknown.
    package let leaderEpoch: Int32?
    package let offset: Int64
    package let runningMaximum: Int64?

    package init(
        cluster: KafkaUUID, topicHash: UInt64, topicID: KafkaUUID = .unknown, partition: Int32,
        leaderEpoch: Int32? = nil, offset: Int64, runningMaximum: Int64? = nil
    ) {
        self.cluster = cluster
        self.topicHash = topicHash
        self.topicID = topicID
        self.partition = partition
        self.leaderEpoch = leaderEpoch
        self.offset = offset
        self.runningMaximum = runningMaximum
    }

    /// 58 bytes, 66 with a running maximum.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = [Self.version, runningMaximum == nil ? 0 : 1]
        func append<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(cluster.high)
        append(cluster.low)
        append(topicHash)
        append(topicID.high)
        append(topicID.low)
        append(partition)
        append(leaderEpoch ?? -1)
        append(offset)
        if let runningMaximum { append(runningMaximum) }
        return bytes
    }

    /// What the bytes of a header of this name are.
    package enum Decoded: Hashable, Sendable {
        case header(ProvenanceHeader)
        /// A version that this program does not know.
        case unknownVersion(UInt8)
        /// Not written by a mirror: empty, cut off, or too long.
        case malformed
    }

    /// - Parameter bytes: `nil` and empty are malformed.
    package static func decode(_ bytes: UnsafeRawBufferPointer) -> Decoded {
        guard let version = bytes.first else { return .malformed }
        guard version == Self.version else { return .unknownVersion(version) }
        guard bytes.count >= 58 else { return .malformed }
        let hasMaximum = bytes[1] & 1 == 1
        guard bytes.count == (hasMaximum ? 66 : 58) else { return .malformed }
        func number<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number {
            Number(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: type))
        }
        let epoch = number(Int32.self, at: 46)
        return .header(
            ProvenanceHeader(
                cluster: KafkaUUID(high: number(UInt64.self, at: 2), low: number(UInt64.self, at: 10)),
                topicHash: number(UInt64.self, at: 18),
                topicID: KafkaUUID(high: number(UInt64.self, at: 26), low: number(UInt64.self, at: 34)),
                partition: number(Int32.self, at: 42), leaderEpoch: epoch < 0 ? nil : epoch,
                offset: number(Int64.self, at: 50),
                runningMaximum: hasMaximum ? number(Int64.self, at: 58) : nil))
    }
}

/// What a mirror makes of a record by its header. mirroring.md, section 2.
package enum MirrorVerdict: Hashable, Sendable {
    /// Produced here. `hasForeignHeader`: an application forwarded a header that belongs elsewhere; it is replaced.
    case local(hasForeignHeader: Bool)
    /// Copied here by a mirror of this partition from this offset of the other side.
    case mirrored(source: Int64)
    /// Neither copying nor dropping it is safe.
    case unknownVersion(UInt8)
}

/// The partition whose records are judged.
package struct MirroredPartition: Hashable, Sendable {
    /// Of the cluster that is read.
    package let localCluster: KafkaUUID
    package let topicHash: UInt64
    package let partition: Int32

    package init(localCluster: KafkaUUID, topicHash: UInt64, partition: Int32) {
        self.localCluster = localCluster
        self.topicHash = topicHash
        self.partition = partition
    }

    /// Mirrored if and only if cluster, topic and partition say so; an unreadable header was written by no mirror.
    ///
    /// - Parameter header: the last header of the name; `nil` where there is none.
    package func verdict(on header: ProvenanceHeader.Decoded?) -> MirrorVerdict {
        switch header {
        case nil: .local(hasForeignHeader: false)
        case .unknownVersion(let version): .unknownVersion(version)
        case .malformed: .local(hasForeignHeader: true)
        case .header(let header):
            header.cluster != localCluster && header.topicHash == topicHash && header.partition == partition
                ? .mirrored(source: header.offset) : .local(hasForeignHeader: true)
        }
    }
}
