/// Writes a document as YAML that readers of 1.1 and 1.2 understand alike.
package enum YAMLText {
    /// Block style, two spaces of indentation. A string stands without quotes only where no reader could take it
    /// for anything else.
    package static func written(_ node: DataNode) -> String {
        var text = ""
        switch node {
        case .object(let members) where !members.isEmpty: writeMembers(members, indentation: 0, to: &text)
        case .array(let elements) where !elements.isEmpty: writeElements(elements, indentation: 0, to: &text)
        case .object, .array, .string, .integer, .double, .bool, .null: text = scalar(node) + "\n"
        }
        return text
    }

    private static func writeMembers(_ members: [DataMember], indentation: Int, to text: inout String) {
        for (index, member) in members.enumerated() {
            // The first member of an object in a list stands on the line of its dash.
            if index > 0 || text.isEmpty || text.hasSuffix("\n") { text += String(repeating: "  ", count: indentation) }
            text += string(member.key) + ":"
            switch member.value {
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                writeMembers(inner, indentation: indentation + 1, to: &text)
            case .array(let inner) where !inner.isEmpty:
                text += "\n"
                writeElements(inner, indentation: indentation + 1, to: &text)
            case .object, .array, .string, .integer, .double, .bool, .null: text += " \(scalar(member.value))\n"
            }
        }
    }

    private static func writeElements(_ elements: [DataNode], indentation: Int, to text: inout String) {
        for element in elements {
            text += String(repeating: "  ", count: indentation) + "- "
            switch element {
            case .object(let inner) where !inner.isEmpty: writeMembers(inner, indentation: indentation + 1, to: &text)
            case .array(let inner) where !inner.isEmpty:
                text.removeLast()
                text += "\n"
                writeElements(inner, indentation: indentation + 1, to: &text)
            case .object, .array, .string, .integer, .double, .bool, .null: text += scalar(element) + "\n"
            }
        }
    }

    private static func scalar(_ node: DataNode) -> String {
        switch node {
        case .object: "{}"
        case .array: "[]"
        case .string(let value): string(value)
        case .integer(let value): "\(value)"
        case .double(let value): value.isFinite ? number(value) : "null"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        }
    }

    /// YAML 1.1 takes `1e-05` for a string: a floating-point number needs its point, and a sign of the exponent.
    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        guard let exponent = text.firstIndex(of: "e") else { return text }
        let mantissa = text[..<exponent]
        return (mantissa.contains(".") ? "\(mantissa)" : "\(mantissa).0") + text[exponent...]
    }

    private static func string(_ value: String) -> String { isPlain(value) ? value : quoted(value) }

    /// Words that some reader takes for a truth value or for nothing.
    private static let reserved: Set<String> = [
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "nan", "inf",
    ]

    /// A letter, then letters, digits and a few marks: no number, no date, no indicator begins or ends so.
    private static func isPlain(_ value: String) -> Bool {
        guard let first = value.unicodeScalars.first, isLetter(first), let last = value.unicodeScalars.last, last != " "
        else { return false }
        let isWord = value.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "0"..."9", "_", "-", ".", "/", " ": true
            default: isLetter(scalar)
            }
        }
        return isWord && !reserved.contains(value.lowercased())
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z": true
        default: false
        }
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if !scalar.needsEscaping {
                    text.unicodeScalars.append(scalar)
                } else if scalar.value <= 0xFF {
                    text += "\\x" + hexadecimal(scalar.value, digits: 2)
                } else if scalar.value <= 0xFFFF {
                    text += "\\u" + hexadecimal(scalar.value, digits: 4)
                } else {
                    text += "\\U" + hexadecimal(scalar.value, digits: 8)
                }
            }
        }
        return text + "\""
    }
}
