/// Writes a document as JSON (RFC 8259).
package enum JSONText {
    /// With two spaces of indentation and a newline at the end. Keys stay in order. Characters that a terminal
    /// could take for commands or that turn the direction of text are escaped; Hangul and others are kept.
    package static func written(_ node: DataNode) -> String {
        var text = ""
        write(node, indentation: 0, to: &text)
        return text + "\n"
    }

    private static func write(_ node: DataNode, indentation: Int, to text: inout String) {
        switch node {
        case .object(let members):
            writeList(members, between: ("{", "}"), indentation: indentation, to: &text) { member, text in
                text += "\(quoted(member.key)): "
                write(member.value, indentation: indentation + 1, to: &text)
            }
        case .array(let elements):
            writeList(elements, between: ("[", "]"), indentation: indentation, to: &text) { element, text in
                write(element, indentation: indentation + 1, to: &text)
            }
        case .string(let value): text += quoted(value)
        case .integer(let value): text += "\(value)"
        // Swift's shortest description of a finite number is a JSON number: 12431.0, 1e-05, 5e-324.
        case .double(let value): text += value.isFinite ? "\(value)" : "null"
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], between brackets: (String, String), indentation: Int, to text: inout String,
        write: (Element, inout String) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            text += index == 0 ? "\n" : ",\n"
            text += String(repeating: "  ", count: indentation + 1)
            write(element, &text)
        }
        if !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indentation) }
        text += brackets.1
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
                if scalar.needsEscaping {
                    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                        text += "\\u" + hexadecimal(UInt32(unit), digits: 4)
                    }
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }
}

/// `value` with leading zeros.
func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension Unicode.Scalar {
    /// Control characters, line and paragraph separators, direction marks, the byte order mark, and what is no
    /// character.
    var needsEscaping: Bool {
        switch value {
        case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: isControl
        }
    }
}
