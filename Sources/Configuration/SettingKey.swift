import Domain

/// A key of the configuration. The decoder, its messages and docs/CONFIGURATION.md come from these.
struct SettingKey: Sendable {
    let name: String
    let kind: SettingKind
    /// Whether the file must have it.
    let isRequired: Bool
    /// What holds where the file does not have it, as YAML; `nil`: nothing does.
    let fallback: String?
    /// A value, as YAML on one line.
    let example: String
    /// A sentence or two for the documentation, in Markdown.
    let meaning: String

    init(
        _ name: String, _ kind: SettingKind, required: Bool = false, default fallback: String? = nil, example: String,
        _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        isRequired = required
        self.fallback = fallback
        self.example = example
        self.meaning = meaning
    }
}

/// What a value has to be.
indirect enum SettingKind: Sendable {
    case text(TextRule)
    /// A text that no message and no output shows.
    case secret
    case boolean
    case integer(ClosedRange<Int>)
    case duration(ClosedRange<Duration>)
    case choice([String])
    /// Several values; a single one may stand alone.
    case list(of: SettingKind)
    /// A map with the given keys.
    case group([SettingKey])
    /// A map with one value per IDC, under `idc1` and `idc2`.
    case perIDC(SettingKind, isComplete: Bool)
    /// A map with keys of the user's choice; `keyName` stands for them in the documentation.
    case table(of: SettingKind, keyName: String)
    /// Settings of a library by their own names: texts, some of them secret.
    case librarySettings(keyName: String)
    /// The first kind where a map stands, the second anywhere else.
    case mapOr(SettingKind, SettingKind)

    /// What was expected, for messages and the documentation.
    var expectation: String {
        switch self {
        case .text(let rule): rule.expectation
        case .secret: "a text (secret)"
        case .boolean: "true or false"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let range): "a duration from \(range.lowerBound.spelled) to \(range.upperBound.spelled)"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .list(let element): "a list, each \(element.expectation)"
        case .group: "a map"
        case .perIDC(let kind, _): "a map with idc1 and idc2, each \(kind.expectation)"
        case .table(let element, let keyName): "a map from \(keyName) to \(element.expectation)"
        case .librarySettings(let keyName): "a map from \(keyName) to its value"
        case .mapOr(_, let other): "\(other.expectation), or a map"
        }
    }
}
