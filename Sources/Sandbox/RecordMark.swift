import Domain
import KafkaAdapter

/// The mark by which the truth counter knows every record of the sandbox: a header with the IDC that produced it and
/// its number among the records that the IDC produced into the partition.
struct RecordMark: Hashable, Sendable {
    static let headerName = "sandbox-record"

    let origin: IDC
    let number: Int64

    init(origin: IDC, number: Int64) {
        self.origin = origin
        self.number = number
    }

    /// `nil`: the record is none of the sandbox's.
    init?(_ headers: [ProducerRecord.Header]) {
        guard let value = headers.first(where: { $0.name == Self.headerName })?.value else { return nil }
        let parts = String(decoding: value, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let origin = IDC(rawValue: String(parts[0])), let number = Int64(parts[1]) else {
            return nil
        }
        self.init(origin: origin, number: number)
    }

    var header: ProducerRecord.Header {
        .init(name: Self.headerName, value: Array("\(origin.rawValue) \(number)".utf8))
    }
}
