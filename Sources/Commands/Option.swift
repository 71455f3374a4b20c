import Domain

/// An option of a command, or of all of them.
package struct Option: Hashable, Sendable {
    /// Without the dashes: `direction`.
    package let name: String
    /// The one-letter form: `o`.
    package let letter: Character?
    /// `nil` for a switch.
    package let value: Value?
    /// Whether it may be given several times; otherwise a second one is refused.
    package let isRepeatable: Bool
    package let summary: String
    /// Left out of every text; for tests of the program.
    package let isHidden: Bool
    package let places: Set<Command.Place>

    init(
        _ name: String, letter: Character? = nil, takes value: Value? = nil, repeats: Bool = false,
        hidden: Bool = false,
        places: Set<Command.Place> = [.shell, .console], _ summary: String
    ) {
        self.name = name
        self.letter = letter
        self.value = value
        isRepeatable = repeats
        self.summary = summary
        isHidden = hidden
        self.places = places
    }

    /// The value that follows an option.
    package struct Value: Hashable, Sendable {
        /// As the help prints it: `GLOB`.
        package let name: String
        package let kind: ValueKind
        /// The text that stands in for it where the option is not given, as it would be typed.
        package let fallback: String?

        static func named(_ name: String, _ kind: ValueKind, default fallback: String? = nil) -> Value {
            Value(name: name, kind: kind, fallback: fallback)
        }
    }

    /// As the help prints it: `-o, --output FORMAT`.
    package var synopsis: String {
        (letter.map { "-\($0), " } ?? "") + "--\(name)" + (value.map { " \($0.name)" } ?? "")
    }
}

/// What a value has to look like, and what completes it.
package enum ValueKind: Hashable, Sendable {
    /// One of a few words.
    case choice([String])
    /// A glob over names of one kind.
    case glob(DynamicName)
    /// A name of one kind, as it is.
    case name(DynamicName)
    /// A number with a unit: `500ms`, `10s`.
    case duration(ClosedRange<Duration>)
    case integer(ClosedRange<Int>)
    /// A split of traffic in percent: `50:50`.
    case split
    /// A file.
    case path
    case text
    /// The rest of the line as it was typed, quotes and backslashes included. The `:` line only.
    case restOfLine
    /// The words of a command.
    case commandPath
}

/// Names that only the running program knows; whoever completes a line supplies them.
package enum DynamicName: Hashable, Sendable, CaseIterable {
    case topic
    /// A topic, or a mirror's connector.
    case mirror
    case group
    case context
    case theme
    case pane
}
