internal import Domain

/// A record of a run as it stands in `bascule-journal`: the value is the record's bytes as they are hashed, the key
/// `RUN/SEQUENCE`, and the hashes are headers.
enum RunRecordCoding {
    static let previousHeader = "previous"
    static let hashHeader = "hash"

    static func record(_ record: RunRecord) -> ProducerRecord {
        ProducerRecord(
            topic: DriverNames.topic, partition: 0, key: Array("\(record.run)/\(record.sequence)".utf8),
            value: record.bytes,
            headers: [
                .init(name: previousHeader, value: record.previous), .init(name: hashHeader, value: record.hash),
            ])
    }

    /// `nil` for anything that no driver wrote.
    static func read(key: [UInt8]?, value: [UInt8]?, headers: [ProducerRecord.Header]) -> RunRecord? {
        guard let key, let value, let slash = key.lastIndex(of: UInt8(ascii: "/")), slash > 0,
            let run = String(validating: key[..<slash], as: UTF8.self),
            let sequence = Int64(String(decoding: key[(slash + 1)...], as: UTF8.self)),
            let previous = headers.first(where: { $0.name == previousHeader })?.value,
            let hash = headers.first(where: { $0.name == hashHeader })?.value
        else { return nil }
        return RunRecord(run: run, sequence: sequence, bytes: value, previous: previous, hash: hash)
    }
}
