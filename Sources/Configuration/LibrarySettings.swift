/// Settings of a library by its own names, in order; secrets among them.
package struct LibrarySettings: Hashable, Sendable {
    package let entries: [Entry]

    package init(_ entries: [Entry]) {
        self.entries = entries
    }

    package struct Entry: Hashable, Sendable {
        package let name: String
        package let value: Value
        /// Where it was written, for messages about a value that the library refuses.
        package let origin: SourceLocation

        package init(name: String, value: Value, origin: SourceLocation) {
            self.name = name
            self.value = value
            self.origin = origin
        }
    }

    package enum Value: Hashable, Sendable {
        case plain(String)
        case secret(Secret)

        /// The text itself.
        package func reveal() -> String {
            switch self {
            case .plain(let text): text
            case .secret(let secret): secret.reveal()
            }
        }
    }

    /// Name and text of every setting, secrets included: for the library and for nothing else.
    package func reveal() -> [String: String] {
        Dictionary(entries.map { ($0.name, $0.value.reveal()) }, uniquingKeysWith: { _, last in last })
    }

    /// Where a setting was written.
    package func origin(of name: String) -> SourceLocation? {
        entries.last { $0.name == name }?.origin
    }

    subscript(name: String) -> Value? { entries.last { $0.name == name }?.value }

    /// Whether the value of a setting of this name is nobody's business.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        if name.hasSuffix(".url") || name.hasSuffix(".location") { return false }
        let words = [
            "password", "passphrase", "secret", "token", "jaas", "credential", "api.key", "user.info", "ssl_key",
        ]
        return words.contains(where: name.contains) || name == "sasl.oauthbearer.config" || name.hasSuffix(".pem")
            || name.hasSuffix("keystore.key")
    }
}

/// Settings of librdkafka, by its own names.
package typealias KafkaSettings = LibrarySettings
