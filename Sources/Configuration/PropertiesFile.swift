import Domain

/// A `.properties` file as Java reads it (`java.util.Properties.load(InputStream)`): ISO 8859-1, `#` and `!`
/// comments, `=`, `:` or white space behind the key, a backslash at the end of a line joins the next one,
/// `\t \n \r \f \uXXXX` and a backslash before anything else. A key given twice holds what came last.
struct PropertiesFile {
    struct Entry: Hashable {
        let name: String
        let value: String
        let location: SourceLocation
    }

    /// In the order of the file, each name once, where it came last.
    let entries: [Entry]
    /// Names that were given more than once: the place of the one that holds.
    let repeated: [Entry]

    /// Bytes of a file.
    static let sizeLimit = 1024 * 1024

    init(_ bytes: [UInt8], file: String) throws(SettingsError) {
        var entries: [Entry] = []
        var repeated: [Entry] = []
        var index: [String: Int] = [:]
        for line in Self.logicalLines(bytes) {
            let location = SourceLocation(file: file, line: line.number)
            let (name, value) = try Self.split(line.text, location)
            let entry = Entry(name: name, value: value, location: location)
            if let known = index[name] {
                entries[known] = entry
                repeated.append(entry)
            } else {
                index[name] = entries.count
                entries.append(entry)
            }
        }
        self.entries = entries
        self.repeated = repeated
    }

    // MARK: Lines

    private struct Line {
        let number: Int
        var text: [UInt8]
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0C }

    /// Lines without comments and blanks, joined where a backslash says so.
    private static func logicalLines(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var current: Line?
        var number = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            number += 1
            let natural = rest.prefix { $0 != 0x0A && $0 != 0x0D }
            rest = rest.dropFirst(natural.count)
            // CR, LF and CR LF end a line.
            if rest.starts(with: [0x0D, 0x0A]) { rest = rest.dropFirst() }
            rest = rest.dropFirst()
            var text = Array(natural.drop(while: isSpace))
            if current == nil {
                guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "!") else { continue }
            }
            let backslashes = text.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
            let isJoined = !backslashes.isMultiple(of: 2)
            if isJoined { text.removeLast() }
            var line = current ?? Line(number: number, text: [])
            line.text += text
            if isJoined {
                current = line
            } else {
                lines.append(line)
                current = nil
            }
        }
        if let current { lines.append(current) }
        return lines
    }

    // MARK: Keys and values

    private static func split(
        _ text: [UInt8], _ location: SourceLocation
    ) throws(SettingsError) -> (name: String, value: String) {
        var end = 0
        while end < text.count {
            let byte = text[end]
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || isSpace(byte) { break }
            end += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        end = min(end, text.count)
        let name = try unescaped(text[..<end], location)
        var rest = text[end...].drop(while: isSpace)
        if rest.first == UInt8(ascii: "=") || rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst().drop(while: isSpace)
        }
        return (name, try unescaped(rest, location))
    }

    private static func unescaped(_ text: ArraySlice<UInt8>, _ location: SourceLocation) throws(SettingsError) -> String
    {
        var units: [UInt16] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                // A backslash at the very end stands for nothing.
                if byte != UInt8(ascii: "\\") { units.append(UInt16(byte)) }
                continue
            }
            switch escaped {
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "u"):
                let digits = rest.prefix(4)
                guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16),
                    digits.first != UInt8(ascii: "+")
                else { throw SettingsError("\\u without four hexadecimal digits behind it", at: location) }
                rest = rest.dropFirst(4)
                units.append(unit)
            default: units.append(UInt16(escaped))
            }
        }
        guard let result = String(validating: units, as: UTF16.self) else {
            throw SettingsError("half of a surrogate pair (\\uD800 to \\uDFFF) stands alone", at: location)
        }
        guard !result.unicodeScalars.contains("\0") else { throw SettingsError("a NUL character", at: location) }
        return result
    }
}
