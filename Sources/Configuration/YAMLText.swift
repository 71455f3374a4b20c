/// Writes YAML that ``YAMLDocument`` reads back.
struct YAMLText {
    private(set) var lines: [String] = []

    mutating func comment(_ text: String) {
        lines.append("# \(text)")
    }

    mutating func entry(_ key: String, _ value: String, depth: Int) {
        lines.append(Self.indentation(depth) + "\(Self.scalar(key)): \(Self.scalar(value))")
    }

    mutating func list(_ key: String, _ values: [String], depth: Int) {
        lines.append(
            Self.indentation(depth) + "\(Self.scalar(key)): [\(values.map(Self.scalar).joined(separator: ", "))]")
    }

    mutating func heading(_ key: String, depth: Int) {
        lines.append(Self.indentation(depth) + "\(Self.scalar(key)):")
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    private static func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    /// The text as a scalar: as it is where that is safe, else in double quotes.
    static func scalar(_ text: String) -> String {
        let isSafe =
            text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
            && text.first.map { !"._-".contains($0) } == true && text.lowercased() != "null"
        if isSafe { return text }
        var result = "\""
        // What was "${" behind an expansion must not be expanded again.
        var escapedDollar = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "$", rest.first == "{" { escapedDollar = "$" } else { escapedDollar = "" }
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\x" + (digits.count < 2 ? "0" : "") + digits
                } else {
                    result += escapedDollar
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
