internal import Domain
internal import FoundationEssentials

/// A key of Kafka Connect's offset topic: `["connector", {what the connector calls a partition}]`.
struct ConnectOffsetKey: Hashable, Sendable {
    let connector: String
    /// The source partition, when the key is MirrorMaker's: `{"cluster":..,"partition":N,"topic":..}`. `nil` for
    /// every other connector's.
    let mirrored: TopicPartition?

    /// `nil` when the bytes are no key of Connect's at all.
    init?(_ bytes: [UInt8]) {
        guard let parsed = try? JSONDecoder().decode(Wire.self, from: Data(bytes)) else { return nil }
        connector = parsed.connector
        mirrored = parsed.source.topicPartition
    }

    private struct Wire: Decodable {
        let connector: String
        let source: Source

        init(from decoder: any Decoder) throws {
            var elements = try decoder.unkeyedContainer()
            connector = try elements.decode(String.self)
            source = try elements.decode(Source.self)
        }
    }

    private struct Source: Decodable {
        let topicPartition: TopicPartition?

        private enum Key: String, CodingKey {
            case cluster
            case partition
            case topic
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            // MirrorMaker's checkpoints and heartbeats, Debezium, JDBC and others have other fields or types.
            if (try? fields.decode(String.self, forKey: .cluster)) != nil,
                let topic = try? fields.decode(String.self, forKey: .topic),
                let partition = try? fields.decode(Int32.self, forKey: .partition), partition >= 0
            {
                topicPartition = TopicPartition(topic, partition)
            } else {
                topicPartition = nil
            }
        }
    }
}

/// A value of MirrorMaker's in Connect's offset topic: `{"offset":N}`, N being the last offset mirrored.
enum ConnectOffsetValue {
    private struct Wire: Decodable {
        let offset: Int64
    }

    /// The next source offset to read, N + 1. `nil` when the bytes are no such value.
    static func nextOffset(_ bytes: [UInt8]) -> Offset? {
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(bytes)), wire.offset >= -1,
            wire.offset < .max
        else { return nil }
        return Offset(wire.offset + 1)
    }
}
