import Domain

/// The root of a YAML document, read by libyaml.
///
/// Beyond what libyaml checks, it refuses duplicate keys, keys that are no scalars, aliases that contain
/// themselves or blow up, deep nesting, more than one document, and text that is no clean UTF-8.
struct YAMLDocument {
    let root: YAMLNode

    /// Bytes of a file. Far more than any configuration needs.
    static let sizeLimit = 1024 * 1024
    /// Nodes of a document, each use of an alias counted.
    static let nodeLimit = 50_000
    /// Levels of nesting. libyaml itself takes a quadratic time for deep ones.
    static let depthLimit = 32

    init(_ bytes: [UInt8], file: String) throws(SettingsError) {
        guard bytes.count <= Self.sizeLimit else {
            throw SettingsError(
                "the file is larger than \(Self.sizeLimit / 1024) KiB", at: SourceLocation(file: file, line: 1))
        }
        try Self.checkText(bytes, file: file)
        self.root = try Self.load(bytes, file: file)
    }

    // MARK: Text

    /// Finds what is no UTF-8, and control characters, with line and column, which libyaml does not tell.
    private static func checkText(_ bytes: [UInt8], file: String) throws(SettingsError) {
        var decoder = UTF8()
        var source = bytes.makeIterator()
        var line = 1
        var column = 1
        while true {
            switch decoder.decode(&source) {
            case .emptyInput: return
            case .error:
                throw SettingsError(
                    "this is no UTF-8; expected a text file in UTF-8",
                    at: SourceLocation(file: file, line: line, column: column))
            case .scalarValue("\n"):
                line += 1
                column = 1
            case .scalarValue(let scalar):
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                guard !isControl || scalar == "\t" || scalar == "\r" || scalar == "\u{85}" else {
                    throw SettingsError(
                        "a control character (\(Spelling.quoted(String(scalar)))); expected text",
                        at: SourceLocation(file: file, line: line, column: column))
                }
                column += 1
            }
        }
    }

    // MARK: libyaml

    private static func load(_ bytes: [UInt8], file: String) throws(SettingsError) -> YAMLNode {
        // An empty array has no address; a line feed is as empty a document.
        let text = bytes.isEmpty ? [UInt8(ascii: "\n")] : bytes
        // The parser keeps the pointer, so everything happens in here.
        return try text.withUnsafeBufferPointer { (buffer) throws(SettingsError) -> YAMLNode in
            guard let events = YAMLEvents(buffer, file: file) else { throw SettingsError("no memory to read \(file)") }
            var composer = YAMLComposer(events: events, file: file)
            return try composer.onlyRoot()
        }
    }
}
