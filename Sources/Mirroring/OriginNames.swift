internal import Digests
package import Domain

/// Clusters and topics as the provenance header names them.
package enum OriginNames {
    /// The UUID that Kafka's `cluster.id` spells, else the first 16 bytes of its SHA-256.
    package static func cluster(_ id: String) -> KafkaUUID? {
        KafkaUUID(base64URL: id) ?? SHA256.digest(of: id.utf8).flatMap { KafkaUUID(bytes: $0) }
    }

    /// The first 8 bytes of the SHA-256 of the topic's name.
    package static func topicHash(_ name: String) -> UInt64? {
        SHA256.digest(of: name.utf8)?.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
