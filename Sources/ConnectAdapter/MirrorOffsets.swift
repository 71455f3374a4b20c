import Domain
import HTTPTransport

/// Positions in `GET /connectors/{name}/offsets` (KIP-875).
///
/// MirrorMaker 2 gives the last offset it mirrored, so the next is one more; a sink connector and Bascule's own
/// worker give the next offset to read.
enum MirrorOffsets {
    /// Why an answer gives no positions.
    struct Odd: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// Partitions whose offset is null have no position and are left out. An entry that makes no sense makes
    /// the whole answer odd: a short list would pass for a complete one.
    static func positions(in answer: JSONValue) throws(Odd) -> [TopicPartition: Offset] {
        guard let entries = answer["offsets"]?.elements else { throw Odd(description: "it has no list of offsets") }
        var positions: [TopicPartition: Offset] = [:]
        for entry in entries {
            guard let partition = entry["partition"], partition.members != nil, let offset = entry["offset"] else {
                throw Odd(description: "an entry lacks its partition or its offset")
            }
            let isSink = partition["kafka_topic"] != nil
            guard let topic = partition[isSink ? "kafka_topic" : "topic"]?.text, !topic.isEmpty,
                let number = partition[isSink ? "kafka_partition" : "partition"]?.integer,
                let number = Int32(exactly: number), number >= 0
            else { throw Odd(description: "an entry names no topic and partition") }
            if offset == .null { continue }
            let place = TopicPartition(topic, number)
            let subject = "\(topic.plainLine(limit: 100))-\(number)"
            guard let raw = offset[isSink ? "kafka_offset" : "offset"]?.integer, raw >= 0, raw < Int64.max else {
                throw Odd(description: "\(subject) has no usable offset")
            }
            guard positions.updateValue(Offset(isSink ? raw : raw + 1), forKey: place) == nil else {
                throw Odd(description: "\(subject) has two positions, of two source clusters")
            }
        }
        return positions
    }
}
