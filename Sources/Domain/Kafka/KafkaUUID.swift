/// A UUID of Kafka's: a cluster's or a topic's. 16 bytes, written in base64url without padding (22 characters).
package struct KafkaUUID: Hashable, Sendable {
    /// The first eight bytes, big-endian.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// What librdkafka 2.0.2 knows of a topic's id: nothing.
    package static let unknown = KafkaUUID(high: 0, low: 0)

    /// Of at least 16 bytes, the first 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count >= 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        self.init(high: words.0, low: words.1)
    }

    /// Reads Kafka's spelling; `nil` for everything that does not encode exactly 16 bytes.
    package init?(base64URL text: String) {
        guard text.utf8.count == 22 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8 {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // 132 bits: the last four stand for nothing.
        guard bits & 0xF == 0 else { return nil }
        self.init(bytes: bytes)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package var bytes: [UInt8] { [high, low].flatMap { word in (0..<8).map { UInt8(word >> (56 - 8 * $0) & 0xFF) } } }
}

extension KafkaUUID: CustomStringConvertible {
    /// Kafka's spelling.
    package var description: String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes + [0] {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6, text.count < 22 {
                count -= 6
                text.append(Self.alphabet[Int(bits >> UInt32(count) & 0x3F)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
