/// Reads the JSON of a run's journal: objects, lists, texts, whole numbers, `true`, `false` and `null`.
struct JournalParser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    private static let deepest = 32

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func tree(of bytes: [UInt8]) throws(JournalProblem) -> JournalTree {
        var parser = JournalParser(bytes)
        let tree = try parser.value()
        parser.skipSpace()
        guard parser.index == bytes.count else { throw parser.problem("something follows the value") }
        return tree
    }

    private func problem(_ text: String) -> JournalProblem { JournalProblem("byte \(index): \(text)") }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func expect(_ word: StaticString) throws(JournalProblem) {
        let wanted = Array("\(word)".utf8)
        guard bytes[index...].starts(with: wanted) else { throw problem("expected \(word)") }
        index += wanted.count
    }

    private mutating func value() throws(JournalProblem) -> JournalTree {
        skipSpace()
        guard let byte = next else { throw problem("the text ends early") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: return try number()
        }
    }

    private mutating func enter() throws(JournalProblem) {
        depth += 1
        guard depth <= Self.deepest else { throw problem("nested too deeply") }
        index += 1
    }

    private mutating func object() throws(JournalProblem) -> JournalTree {
        try enter()
        var fields: [JournalTree.Field] = []
        skipSpace()
        while next != UInt8(ascii: "}") {
            if !fields.isEmpty { try expect(",") }
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("expected a key") }
            let key = try text()
            skipSpace()
            try expect(":")
            fields.append(JournalTree.Field(key: key, value: try value()))
            skipSpace()
        }
        index += 1
        depth -= 1
        return .object(fields)
    }

    private mutating func list() throws(JournalProblem) -> JournalTree {
        try enter()
        var elements: [JournalTree] = []
        skipSpace()
        while next != UInt8(ascii: "]") {
            if !elements.isEmpty { try expect(",") }
            elements.append(try value())
            skipSpace()
        }
        index += 1
        depth -= 1
        return .list(elements)
    }

    private mutating func number() throws(JournalProblem) -> JournalTree {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard let value = Int64(String(decoding: bytes[start..<index], as: UTF8.self)) else {
            throw problem("expected a whole number")
        }
        return .integer(value)
    }

    private mutating func text() throws(JournalProblem) -> String {
        index += 1
        var raw: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                raw.append(byte)
                continue
            }
            raw.append(contentsOf: try escaped())
        }
        guard next != nil else { throw problem("the text is not closed") }
        index += 1
        guard let text = String(validating: raw, as: UTF8.self) else { throw problem("the text is not UTF-8") }
        return text
    }

    private mutating func escaped() throws(JournalProblem) -> [UInt8] {
        guard let byte = next else { throw problem("the text is not closed") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            guard index + 4 <= bytes.count,
                let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw problem("expected four hexadecimal digits of a character") }
            index += 4
            return Array(String(Character(scalar)).utf8)
        default: throw problem("an escape that this journal does not have")
        }
    }
}
