/// `host:port`; an IPv6 address stands in brackets.
struct NetworkAddress: Hashable {
    let host: String
    let port: UInt16

    init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits), port > 0,
            Self.isHost(text[..<colon])
        else { return nil }
        host = String(text[..<colon])
        self.port = port
    }

    static func isHost(_ text: some StringProtocol) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let address = text.dropFirst().dropLast()
            return address.contains(":") && address.allSatisfy { $0.isHexDigit || ":.%".contains($0) }
        }
        return !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// An `http` or `https` address whose credentials stand apart.
struct WebAddress: Hashable {
    /// Without credentials, and without a slash at the end.
    let text: String
    let user: String?
    let password: Secret?

    init?(_ text: String) {
        let scheme: String
        if text.lowercased().hasPrefix("http://") {
            scheme = "http://"
        } else if text.lowercased().hasPrefix("https://") {
            scheme = "https://"
        } else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { $0.isWhitespace || "?#\\\"<>{}|^`".contains($0) }) else { return nil }
        var authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        var user: String?
        var password: Secret?
        if let at = authority.lastIndex(of: "@") {
            let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap(Self.decoded), !name.isEmpty else { return nil }
            user = name
            if parts.count > 1 {
                guard let secret = Self.decoded(parts[1]) else { return nil }
                password = Secret(secret)
            }
            authority = authority[authority.index(after: at)...]
        }
        guard NetworkAddress.isHost(authority) || NetworkAddress(authority) != nil else { return nil }
        self.text = scheme + authority + path
        self.user = user
        self.password = password
    }

    /// The text with `%XX` replaced by what they stand for; `nil` where that is no text.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value > 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
