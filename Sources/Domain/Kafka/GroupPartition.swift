/// Which partition of an internal topic is responsible for a group.
package enum GroupPartition {
    /// The partition of `__consumer_offsets` that holds a group: `abs(hashCode(group)) % partitions`.
    ///
    /// - Parameter partitions: at least 1.
    package static func ofOffsetsTopic(group: String, partitions: Int32) -> Int32 {
        // Java's String.hashCode, over UTF-16 units.
        let hash = group.utf16.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
        // Kafka's Utils.abs: the one number without an absolute value counts as 0.
        return (hash == .min ? 0 : abs(hash)) % partitions
    }

    /// The partition of the topic `bascule-sync` whose assignee writes a group: Kafka's default partitioner.
    ///
    /// - Parameter partitions: at least 1.
    package static func ofSyncTopic(group: String, partitions: Int32) -> Int32 {
        Int32(bitPattern: Murmur2.hash(Array(group.utf8)) & 0x7fff_ffff) % partitions
    }
}

/// The hash by which Kafka's producers choose a partition.
package enum Murmur2 {
    private static let multiplier: UInt32 = 0x5bd1_e995
    private static let seed: UInt32 = 0x9747_b28c

    package static func hash(_ bytes: [UInt8]) -> UInt32 {
        var hash = seed ^ UInt32(truncatingIfNeeded: bytes.count)
        let whole = bytes.count / 4 * 4
        for start in stride(from: 0, to: whole, by: 4) {
            var block =
                UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
                | UInt32(bytes[start + 3]) << 24
            block = block &* multiplier
            block ^= block >> 24
            hash = hash &* multiplier ^ block &* multiplier
        }
        if whole < bytes.count {
            for index in whole..<bytes.count { hash ^= UInt32(bytes[index]) << UInt32((index - whole) * 8) }
            hash = hash &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ hash >> 15
    }
}
