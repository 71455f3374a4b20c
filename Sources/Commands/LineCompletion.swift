/// What can stand at the cursor of a `:` line.
package struct LineCompletion: Hashable, Sendable {
    /// The characters of the line that a candidate takes the place of.
    package let replaces: Range<Int>
    /// In the order of the table, names sorted.
    package let candidates: [Candidate]

    package struct Candidate: Hashable, Sendable {
        /// As it goes into the line, quoted where it has to be.
        package let text: String
        /// What it is; empty for names.
        package let summary: String
    }

    /// What all candidates begin with: as much as one press of Tab can fill in.
    package var commonPrefix: String {
        guard var prefix = candidates.first?.text[...] else { return "" }
        for candidate in candidates.dropFirst() {
            while !candidate.text.hasPrefix(prefix) { prefix = prefix.dropLast() }
        }
        return String(prefix)
    }
}

extension CommandTable {
    /// Completes the `:` line at a cursor, both in characters and without the colon. `names` answers with the
    /// names of one kind that are known now; it is asked for at most one kind.
    package static func complete(
        line: String, cursor: Int, in place: Command.Place = .console, names: (DynamicName) -> [String]
    ) -> LineCompletion {
        let before = String(line.prefix(max(0, cursor)))
        let end = before.count
        var words = LineWords(before).words
        var current = LineWords.Word(text: "", range: end..<end)
        if let last = words.last, last.range.upperBound == end { current = words.removeLast() }
        let candidates = withoutActuallyEscaping(names) { names in
            LineCompleter(place: place, names: names).candidates(after: words.map(\.text), for: current)
        }
        return LineCompletion(replaces: current.range, candidates: candidates)
    }
}

/// Finds what can follow the words of a line.
private struct LineCompleter {
    let place: Command.Place
    let names: (DynamicName) -> [String]

    func candidates(after words: [String], for current: LineWords.Word) -> [LineCompletion.Candidate] {
        var path: [String] = []
        var rest = words[...]
        while let word = rest.first, CommandTable.words(after: path, in: place).contains(word) {
            path.append(word)
            rest = rest.dropFirst()
        }
        guard let command = CommandTable.command(path, in: place) else {
            return rest.isEmpty ? commandWords(after: path, beginning: current.text) : []
        }
        let options = command.options(in: place)
        var argumentCount = 0
        var onlyArguments = false
        while let word = rest.popFirst() {
            if !onlyArguments, word == "--" {
                onlyArguments = true
            } else if !onlyArguments, word.hasPrefix("-") {
                guard let value = options.first(where: { "--\($0.name)" == word })?.value else { continue }
                if rest.popFirst() == nil { return values(of: value.kind, after: [], beginning: current.text) }
            } else {
                argumentCount += 1
            }
        }
        if !onlyArguments, !current.isQuoted, current.text.hasPrefix("-") {
            return options.filter { "--\($0.name)".hasPrefix(current.text) }
                .map { .init(text: "--\($0.name)", summary: $0.summary) }
        }
        guard let argument = argument(argumentCount, of: command) else { return [] }
        let given = Array(words.dropFirst(path.count))
        return values(of: argument.kind, after: given, beginning: current.text)
    }

    private func argument(_ index: Int, of command: Command) -> Argument? {
        if index < command.arguments.count { return command.arguments[index] }
        return command.arguments.last.flatMap { $0.count == .any ? $0 : nil }
    }

    private func commandWords(after path: [String], beginning text: String) -> [LineCompletion.Candidate] {
        CommandTable.words(after: path, in: place).filter { $0.hasPrefix(text) }
            .map { .init(text: $0, summary: CommandTable.summary(of: path + [$0], in: place)) }
    }

    private func values(
        of kind: ValueKind, after given: [String], beginning text: String
    ) -> [LineCompletion.Candidate] {
        switch kind {
        case .choice(let words):
            words.filter { $0.hasPrefix(text) }.map { .init(text: $0, summary: "") }
        case .glob(let name), .name(let name):
            Set(names(name)).filter { $0.hasPrefix(text) && !given.contains($0) }.sorted()
                .map { .init(text: LineWords.quoting($0), summary: "") }
        case .commandPath:
            commandWords(after: given, beginning: text)
        case .split:
            ["50:50", "100:0", "0:100"].filter { $0.hasPrefix(text) }.map { .init(text: $0, summary: "IDC1:IDC2") }
        case .duration, .integer, .path, .text, .restOfLine:
            []
        }
    }
}
