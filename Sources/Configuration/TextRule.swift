import Domain

/// What a text has to look like, beyond being a text.
enum TextRule: Sendable {
    /// Anything printable.
    case printable
    /// The name of a context.
    case contextName
    /// What people call an IDC: it stands in narrow columns and is typed to confirm.
    case displayName
    /// `host:port`, or several with commas.
    case bootstrap
    /// `http://host:port`, credentials allowed.
    case url
    /// A regular expression.
    case pattern
    /// A file that must be there and readable; relative to the configuration.
    case existingFile
    /// A file to write; relative to the configuration.
    case path
    /// A UNIX socket's path or a loopback address with a port.
    case socket
    /// The name of a topic.
    case topic
    /// The name of a header, an alias, a server: printable, without spaces.
    case word

    var expectation: String {
        switch self {
        case .printable: "a text"
        case .contextName: "a name of letters, digits, '.', '_' and '-'"
        case .displayName: "a text of 1 to 16 printable characters without spaces"
        case .bootstrap: "HOST:PORT"
        case .url: "http://HOST:PORT or https://HOST:PORT"
        case .pattern: "a regular expression"
        case .existingFile: "the path of a readable file"
        case .path: "a path"
        case .socket: "the path of a UNIX socket or 127.0.0.1:PORT"
        case .topic: "the name of a topic"
        case .word: "a word without spaces"
        }
    }

    /// What is wrong with a text, beyond ``expectation``; an empty text where that says it all; `nil` where
    /// nothing is wrong. What needs the file system is checked by the reader.
    func problem(with text: String) -> String? {
        guard !text.isEmpty, text.unicodeScalars.allSatisfy(Self.isPrintable) else { return "" }
        switch self {
        case .printable, .path, .existingFile: return nil
        case .contextName, .topic:
            let isSound = text.utf8.count <= 249 && text.utf8.allSatisfy(Self.isNameByte)
            return isSound && text != "." && text != ".." ? nil : ""
        case .displayName: return text.count <= 16 && !text.contains(where: \.isWhitespace) ? nil : ""
        case .word: return text.contains(where: \.isWhitespace) ? "" : nil
        case .bootstrap:
            let servers = text.split(separator: ",", omittingEmptySubsequences: false)
            return servers.allSatisfy { NetworkAddress(Self.trimmed($0)) != nil } ? nil : ""
        case .url:
            return WebAddress(text) == nil ? "" : nil
        case .pattern:
            do {
                _ = try Regex(text)
                return nil
            } catch {
                return "\(error)"
            }
        case .socket: return HAProxySocket(text) == nil ? "" : nil
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
