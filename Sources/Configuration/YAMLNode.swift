/// A value of a YAML document and where it stands. Tags are left out: every scalar is a text, and what it
/// means is decided by the key that it belongs to.
indirect enum YAMLNode: Hashable {
    /// `isPlain`: written without quotes, so that `null` and `~` mean nothing rather than a text.
    case scalar(String, isPlain: Bool, at: SourceLocation)
    case sequence([YAMLNode], at: SourceLocation)
    case mapping([Entry], at: SourceLocation)

    struct Entry: Hashable {
        let key: String
        let keyLocation: SourceLocation
        let value: YAMLNode
    }

    var location: SourceLocation {
        switch self {
        case .scalar(_, _, let location), .sequence(_, let location), .mapping(_, let location): location
        }
    }

    /// Whether nothing stands where a value is expected.
    var isNothing: Bool {
        switch self {
        case .scalar(let text, let isPlain, _): isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
        case .sequence, .mapping: false
        }
    }

    /// What it is, for messages.
    var kindName: String {
        switch self {
        case .scalar: isNothing ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}
