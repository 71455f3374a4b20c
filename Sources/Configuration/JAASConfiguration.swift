/// The value of `sasl.jaas.config`: one login module, its control flag and its options, ended by a semicolon,
/// in the syntax of Java's `StreamTokenizer` as Kafka's `JaasConfig` sets it up.
struct JAASConfiguration {
    let loginModule: String
    let options: [String: String]

    /// Why a text is no such configuration; free of its values.
    struct Problem: Error {
        let message: String
    }

    init(_ text: String) throws(Problem) {
        let tokens = try Self.tokens(of: Array(text.unicodeScalars))
        guard case .word(let module)? = tokens.first else {
            throw Problem(message: "expected the class of a login module")
        }
        guard tokens.count > 1, case .word(let flag) = tokens[1],
            ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased())
        else { throw Problem(message: "expected \"required\" behind the class of the login module") }
        var options: [String: String] = [:]
        var rest = tokens.dropFirst(2)
        while let token = rest.popFirst() {
            switch token {
            case .semicolon:
                guard rest.isEmpty else { throw Problem(message: "expected one login module, found more") }
                loginModule = module
                self.options = options
                return
            case .word(let name):
                guard case .equals? = rest.popFirst(), case .word(let value)? = rest.popFirst() else {
                    throw Problem(message: "expected NAME=\"VALUE\" for every option")
                }
                options[name] = value
            case .equals: throw Problem(message: "expected NAME=\"VALUE\" for every option")
            }
        }
        throw Problem(message: "expected a semicolon at the end")
    }

    private enum Token: Hashable {
        case word(String)
        case equals
        case semicolon
    }

    private static func tokens(of text: [Unicode.Scalar]) throws(Problem) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < text.count {
            let scalar = text[index]
            if scalar.properties.isWhitespace {
                index += 1
            } else if scalar == "=" {
                tokens.append(.equals)
                index += 1
            } else if scalar == ";" {
                tokens.append(.semicolon)
                index += 1
            } else if scalar == "\"" || scalar == "'" {
                tokens.append(.word(try quoted(text, &index)))
            } else {
                var word = String.UnicodeScalarView()
                while index < text.count, !text[index].properties.isWhitespace,
                    !"=;\"'".unicodeScalars.contains(text[index])
                {
                    word.append(text[index])
                    index += 1
                }
                tokens.append(.word(String(word)))
            }
        }
        return tokens
    }

    /// A quoted text, with the escapes of C.
    private static func quoted(_ text: [Unicode.Scalar], _ index: inout Int) throws(Problem) -> String {
        let quote = text[index]
        var value = String.UnicodeScalarView()
        index += 1
        while index < text.count, text[index] != quote {
            if text[index] == "\\", index + 1 < text.count {
                index += 1
                value.append(escaped(text, &index))
            } else {
                value.append(text[index])
                index += 1
            }
        }
        guard index < text.count else { throw Problem(message: "a quote is not closed") }
        index += 1
        return String(value)
    }

    private static func escaped(_ text: [Unicode.Scalar], _ index: inout Int) -> Unicode.Scalar {
        let scalar = text[index]
        index += 1
        switch scalar {
        case "a": return "\u{07}"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "0"..."7":
            // Up to three octal digits, the first of three at most 3.
            var value = scalar.value - 0x30
            let limit = value <= 3 ? 2 : 1
            for _ in 0..<limit {
                guard index < text.count, ("0"..."7").contains(text[index]) else { break }
                value = value * 8 + text[index].value - 0x30
                index += 1
            }
            return Unicode.Scalar(value) ?? "?"
        default: return scalar
        }
    }
}
