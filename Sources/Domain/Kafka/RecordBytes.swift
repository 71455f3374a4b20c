/// Why a record of an internal topic could not be decoded.
package enum RecordFormatError: Error, Hashable, Sendable {
    case truncated(field: String)
    /// Bytes after the last field: another format than the one known.
    case leftOver(bytes: Int)
    case unknownVersion(Int16)
    /// A number or text that the field cannot hold.
    case malformed(field: String)
}

/// A cursor over the bytes of a record in Kafka's own binary formats: big-endian, strings with an int16 length.
struct RecordBytes: Sendable {
    private let bytes: [UInt8]
    private var next = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func unsigned(_ count: Int, _ field: String) throws(RecordFormatError) -> UInt64 {
        guard bytes.count - next >= count else { throw .truncated(field: field) }
        var value: UInt64 = 0
        for index in next..<next + count { value = value << 8 | UInt64(bytes[index]) }
        next += count
        return value
    }

    mutating func int16(_ field: String) throws(RecordFormatError) -> Int16 {
        Int16(truncatingIfNeeded: try unsigned(2, field))
    }

    mutating func int32(_ field: String) throws(RecordFormatError) -> Int32 {
        Int32(truncatingIfNeeded: try unsigned(4, field))
    }

    mutating func int64(_ field: String) throws(RecordFormatError) -> Int64 {
        Int64(truncatingIfNeeded: try unsigned(8, field))
    }

    /// Not nullable: a negative length is malformed.
    mutating func string(_ field: String) throws(RecordFormatError) -> String {
        let length = Int(try int16(field))
        guard length >= 0 else { throw .malformed(field: field) }
        guard bytes.count - next >= length else { throw .truncated(field: field) }
        guard let text = String(validating: bytes[next..<next + length], as: UTF8.self) else {
            throw .malformed(field: field)
        }
        next += length
        return text
    }

    /// Seven bits a byte, the lowest first, at most 32 in all.
    mutating func unsignedVarint(_ field: String) throws(RecordFormatError) -> Int {
        var value: UInt64 = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            let byte = try unsigned(1, field)
            value |= (byte & 0x7f) << UInt64(shift)
            if byte & 0x80 == 0 {
                guard value <= UInt64(Int32.max) else { throw .malformed(field: field) }
                return Int(value)
            }
        }
        throw .malformed(field: field)
    }

    /// Not nullable; its length, plus one, is a varint.
    mutating func compactString(_ field: String) throws(RecordFormatError) -> String {
        let length = try unsignedVarint(field) - 1
        guard length >= 0 else { throw .malformed(field: field) }
        guard bytes.count - next >= length else { throw .truncated(field: field) }
        guard let text = String(validating: bytes[next..<next + length], as: UTF8.self) else {
            throw .malformed(field: field)
        }
        next += length
        return text
    }

    /// Passes over a flexible version's tagged fields, which by their nature may be left aside.
    mutating func taggedFields() throws(RecordFormatError) {
        for _ in 0..<(try unsignedVarint("tagged fields")) {
            _ = try unsignedVarint("tag")
            let length = try unsignedVarint("tagged field")
            guard bytes.count - next >= length else { throw .truncated(field: "tagged field") }
            next += length
        }
    }

    /// An offset that names a record: negative ones are malformed.
    mutating func offset(_ field: String) throws(RecordFormatError) -> Offset {
        let value = try int64(field)
        guard value >= 0 else { throw .malformed(field: field) }
        return Offset(value)
    }

    mutating func partition() throws(RecordFormatError) -> Int32 {
        let value = try int32("partition")
        guard value >= 0 else { throw .malformed(field: "partition") }
        return value
    }

    mutating func version(_ known: Int16) throws(RecordFormatError) {
        let version = try int16("version")
        guard version == known else { throw .unknownVersion(version) }
    }

    func end() throws(RecordFormatError) {
        guard next == bytes.count else { throw .leftOver(bytes: bytes.count - next) }
    }
}
