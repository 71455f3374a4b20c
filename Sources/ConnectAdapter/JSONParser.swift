/// Reads RFC 8259's JSON into ``JSONValue``s.
///
/// FoundationEssentials' decoder finds a value's kind by trying one after the other, each miss a thrown error:
/// a poll of 500 connectors then costs a noticeable part of a second.
struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0

    /// Deeper nesting is refused: it comes from nobody but an attacker, and the stack is finite.
    static let deepest = 100

    /// Not JSON, or cut off.
    struct Malformed: Error, Hashable {
        /// In bytes, where reading stopped.
        let offset: Int
    }

    /// The one value that the bytes hold.
    static func value(of bytes: [UInt8]) throws(Malformed) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.malformed }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var malformed: Malformed { Malformed(offset: index) }
    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Takes the byte if it comes next, after space.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func demand(_ byte: UInt8) throws(Malformed) {
        guard take(byte) else { throw malformed }
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
        guard depth <= Self.deepest else { throw malformed }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Malformed) -> JSONValue {
        let isNext = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard isNext else { throw malformed }
        index += word.utf8CodeUnitCount
        return value
    }

    private mutating func members(depth: Int) throws(Malformed) -> [String: JSONValue] {
        try demand(UInt8(ascii: "{"))
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let key = try text()
            try demand(UInt8(ascii: ":"))
            members[key] = try value(depth: depth + 1)
        } while take(UInt8(ascii: ","))
        try demand(UInt8(ascii: "}"))
        return members
    }

    private mutating func elements(depth: Int) throws(Malformed) -> [JSONValue] {
        try demand(UInt8(ascii: "["))
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while take(UInt8(ascii: ","))
        try demand(UInt8(ascii: "]"))
        return elements
    }

    private mutating func number() throws(Malformed) -> JSONValue {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") {
            // No digit may follow a leading zero.
            index += 1
        } else {
            try digits()
        }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let digits = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(digits) { return .integer(integer) }
        guard let number = Double(digits) else { throw malformed }
        return .number(number)
    }

    private mutating func digits() throws(Malformed) {
        let start = index
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw malformed }
    }

    private mutating func text() throws(Malformed) -> String {
        guard next == UInt8(ascii: "\"") else { throw malformed }
        index += 1
        let start = index
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if next == UInt8(ascii: "\"") {
            // The usual text has no escapes and is taken in one piece.
            defer { index += 1 }
            return try utf8(Array(bytes[start..<index]))
        }
        var unescaped = Array(bytes[start..<index])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw malformed }
            index += 1
            if byte == UInt8(ascii: "\\") {
                unescaped += try escape()
            } else {
                unescaped.append(byte)
            }
        }
        guard next != nil else { throw malformed }
        index += 1
        return try utf8(unescaped)
    }

    private func utf8(_ bytes: [UInt8]) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        return text
    }

    private mutating func escape() throws(Malformed) -> [UInt8] {
        guard let byte = next else { throw malformed }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw malformed
        }
    }

    /// After `\u`: a scalar, or both halves of a surrogate pair. A lonely half stands for nothing and becomes
    /// U+FFFD.
    private mutating func scalar() throws(Malformed) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        let lowFollows = bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
        guard high < 0xDC00, lowFollows else { return "\u{FFFD}" }
        let before = index
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
            index = before
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt32 {
        guard index + 4 <= bytes.count else { throw malformed }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { throw malformed }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
