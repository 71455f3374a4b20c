/// Keeps secrets out of what is shown of Connect: of configurations by key and by value, of free text by value.
enum SecretMask {
    static let mask = "********"

    /// Parts of a key, in lower case, whose value is not shown.
    private static let secretParts: [[UInt8]] = [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "jaas", "api.key", "apikey",
        "api_key", "access.key", "accesskey", "access_key", "account.key", "private", "user.info", "userinfo",
        "authorization", "connection.string", "connectionstring", "sas.key",
    ].map { Array($0.utf8) }

    /// The configuration with the values of secret keys masked, and secrets cut out of the other values.
    static func masked(_ config: [String: String]) -> [String: String] {
        var masked: [String: String] = [:]
        for (key, value) in config {
            masked[key] = hidesValue(of: key) || isSecret(value) ? mask : redacted(value)
        }
        return masked
    }

    /// Whether a key's value is a secret by its name. `key.converter` and the like are not.
    static func hidesValue(of key: String) -> Bool {
        let key = Array(key.lowercased().utf8)
        return key.suffix(4).elementsEqual(".key".utf8) || secretParts.contains { holds(key, $0) }
    }

    /// Plain search over bytes: a listing of 500 connectors asks a quarter of a million times.
    private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            if text[start...].starts(with: part) { return true }
        }
        return false
    }

    /// A value that is a secret whatever its key.
    private static func isSecret(_ value: String) -> Bool {
        value.contains("PRIVATE KEY-----") || value.contains("LoginModule ")
    }

    /// Text with user and password in URLs, and what follows `password=` and the like, replaced by the mask.
    static func redacted(_ text: String) -> String {
        var text = text
        if text.utf8.contains(UInt8(ascii: "@")) && text.contains("://") { text = redactingUserInfo(text) }
        // Most values hold neither sign, and a listing has tens of thousands of them.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return text }
        let lowered = Array(text.lowercased().utf8)
        for word in ["password", "passwd", "secret", "token", "apikey", "api_key"]
        where holds(lowered, Array(word.utf8)) {
            text = redacting(text, after: word)
        }
        return text
    }

    /// `scheme://user:password@host` becomes `scheme://********@host`.
    private static func redactingUserInfo(_ text: String) -> String {
        let characters = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < characters.count {
            guard characters[index...].starts(with: "://".unicodeScalars) else {
                result.append(characters[index])
                index += 1
                continue
            }
            let start = index + 3
            let end = characters[start...].firstIndex { "/?# \t\r\n\"'<>,;".unicodeScalars.contains($0) }
            let authority = start..<(end ?? characters.count)
            result.append(contentsOf: "://".unicodeScalars)
            // The last one: a password may hold an @ of its own.
            if let at = characters[authority].lastIndex(of: "@") {
                result.append(contentsOf: mask.unicodeScalars)
                index = at
            } else {
                index = start
            }
        }
        return String(result)
    }

    /// `word = value` becomes `word = ********`, for a value in quotes or up to a separator.
    private static func redacting(_ text: String, after word: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let wanted = Array(word.unicodeScalars)
        guard scalars.count > wanted.count else { return text }
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            guard let value = valueRange(in: scalars, after: wanted, at: index) else {
                result.append(scalars[index])
                index += 1
                continue
            }
            result.append(contentsOf: scalars[index..<value.lowerBound])
            result.append(contentsOf: mask.unicodeScalars)
            index = value.upperBound
        }
        return String(result)
    }

    /// Where the value stands, if the word, an equals sign or colon and a value begin at `start`.
    private static func valueRange(
        in scalars: [Unicode.Scalar], after word: [Unicode.Scalar], at start: Int
    ) -> Range<Int>? {
        guard start + word.count < scalars.count,
            zip(word, scalars[start...]).allSatisfy({ $0 == $1 || ($1.isASCII && $0.value == $1.value | 0x20) })
        else { return nil }
        var index = start + word.count
        func skip(_ accepted: String) -> Int {
            let from = index
            while index < scalars.count, accepted.unicodeScalars.contains(scalars[index]) { index += 1 }
            return index - from
        }
        _ = skip("\"' ")
        guard skip("=:") > 0 else { return nil }
        _ = skip(" ")
        guard index < scalars.count else { return nil }
        let quote: Unicode.Scalar? = "\"'".unicodeScalars.contains(scalars[index]) ? scalars[index] : nil
        if quote != nil { index += 1 }
        let first = index
        while index < scalars.count {
            let isEnd =
                if let quote { scalars[index] == quote } else {
                    "&; ,\t\r\n\"'})".unicodeScalars.contains(scalars[index])
                }
            if isEnd { break }
            index += 1
        }
        return index > first ? first..<index : nil
    }
}
