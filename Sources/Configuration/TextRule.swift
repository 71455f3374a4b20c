import Domain
import Glibc

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
    /// An IPv4 or IPv6 address.
    case address
    /// A name of the DNS.
    case domainName
    /// An Ed25519 public key: PEM, or base64.
    case publicKey

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
        case .address: "an IPv4 or IPv6 address"
        case .domainName: "a name of the DNS"
        case .publicKey: "an Ed25519 public key as `openssl pkey -pubout` prints it, or its 32 bytes in base64"
        }
    }

    /// What is wrong with a text, beyond ``expectation``; an empty text where that says it all; `nil` where
    /// nothing is wrong. What needs the file system is checked by the reader.
    func problem(with text: String) -> String? {
        // PEM has several lines.
        if case .publicKey = self { return Self.publicKeyProblem(with: text) }
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
        case .address: return Self.isAddress(text) ? nil : ""
        case .domainName: return Self.isDomainName(text) ? nil : ""
        case .publicKey: return Self.publicKeyProblem(with: text)
        }
    }

    static func isAddress(_ text: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return [AF_INET, AF_INET6].contains { inet_pton($0, text, &bytes) == 1 }
    }

    private static func isDomainName(_ text: String) -> Bool {
        let labels = (text.hasSuffix(".") ? text.dropLast() : Substring(text))
            .split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 254
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isNameByte)
                    && !label.hasPrefix("-") && !label.hasSuffix("-")
            }
    }

    /// The shape only; whether it is a key, libcrypto says when it is used.
    private static func publicKeyProblem(with text: String) -> String? {
        if text.contains("PRIVATE KEY") {
            return "this is a private key: print the public one with `openssl pkey -pubout`"
        }
        let lines = text.split(whereSeparator: \.isNewline).map { String(trimmed($0)) }
        let body = lines.filter { !$0.isEmpty && !$0.hasPrefix("-----") }.joined()
        let isBase64 = body.utf8.allSatisfy { byte in
            isNameByte(byte) && !"._-".utf8.contains(byte) || "+/=".utf8.contains(byte)
        }
        // 32 bytes, or 44 with what says in PEM that it is Ed25519.
        return isBase64 && [44, 60].contains(body.utf8.count) ? nil : ""
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
