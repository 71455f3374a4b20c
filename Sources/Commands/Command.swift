/// A command of the program: parsing, help, completions, the manual page and the `:` line all come from it.
package struct Command: Sendable {
    /// The words that call it: `["mirrors", "pause"]`; empty for the console itself.
    package let path: [String]
    /// A line without a full stop, in the imperative.
    package let summary: String
    /// Paragraphs; the texts wrap them.
    package let description: [String]
    /// More paragraphs, about what is there in the shell only.
    package let shellNotes: [String]
    package let arguments: [Argument]
    /// Its own options, without the ``CommandTable/globalOptions``.
    package let options: [Option]
    package let examples: [Example]
    /// Whether it changes something on the clusters. Refused in a read-only session.
    package let writes: Bool
    package let places: Set<Place>
    /// Turns checked values into what was asked for.
    let make: @Sendable (ParsedValues) throws(ValueProblem) -> Invocation

    init(
        _ path: [String], _ summary: String, description: [String] = [], shellNotes: [String] = [],
        arguments: [Argument] = [],
        options: [Option] = [], examples: [Example] = [], writes: Bool = false, places: Set<Place> = [.shell],
        make: @escaping @Sendable (ParsedValues) throws(ValueProblem) -> Invocation
    ) {
        self.path = path
        self.summary = summary
        self.description = description
        self.shellNotes = shellNotes
        self.arguments = arguments
        self.options = options
        self.examples = examples
        self.writes = writes
        self.places = places
        self.make = make
    }

    /// As it is typed in a place: `bascule mirrors pause` in the shell, `mirrors pause` in the console.
    package func name(in place: Place) -> String {
        switch place {
        case .shell: (["bascule"] + path).joined(separator: " ")
        case .console, .sandbox: path.joined(separator: " ")
        }
    }

    /// Its paragraphs in a place.
    package func paragraphs(in place: Place) -> [String] {
        switch place {
        case .shell: description + shellNotes
        case .console, .sandbox: description
        }
    }

    /// Its options in a place.
    package func options(in place: Place) -> [Option] {
        options.filter { $0.places.contains(place == .sandbox ? .console : place) }
    }

    /// Where a command can be given.
    package enum Place: Hashable, Sendable, CaseIterable {
        case shell
        /// The console's `:` line.
        case console
        /// The console's `:` line in the sandbox: everything of the console, and more.
        case sandbox
    }

    /// A call that does something useful, and what it does.
    package struct Example: Hashable, Sendable {
        package let call: String
        package let meaning: String

        init(_ call: String, _ meaning: String) {
            self.call = call
            self.meaning = meaning
        }
    }
}

/// A positional argument.
package struct Argument: Hashable, Sendable {
    package enum Count: Hashable, Sendable {
        case one
        case atMostOne
        case any
    }

    /// As the help prints it: `TOPIC`.
    package let name: String
    package let kind: ValueKind
    package let count: Count
    package let summary: String

    init(_ name: String, _ kind: ValueKind, _ count: Count, _ summary: String) {
        self.name = name
        self.kind = kind
        self.count = count
        self.summary = summary
    }

    /// As the synopsis prints it: `TOPIC`, `[TOPIC]`, `[TOPIC...]`.
    package var synopsis: String {
        switch count {
        case .one: name
        case .atMostOne: "[\(name)]"
        case .any: "[\(name)...]"
        }
    }
}
