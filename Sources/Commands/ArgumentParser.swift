import Domain

/// Reads command lines by the command table.
struct ArgumentParser {
    let place: Command.Place

    /// A word, and whether it was quoted in a `:` line, which makes it a value whatever it looks like.
    struct Word {
        let text: String
        var isQuoted = false

        var looksLikeOption: Bool { !isQuoted && text.count > 1 && text.hasPrefix("-") }
    }

    func parse(
        _ arguments: [String]
    ) throws(UsageError) -> (options: GlobalOptions, invocation: Invocation) {
        try parse(words: arguments.map { Word(text: $0) })
    }

    func parse(line: String) throws(UsageError) -> Invocation {
        if let raw = try rawInvocation(line) { return raw }
        let words = LineWords(line).words
        if let open = words.last, open.isOpen {
            throw usageError("the quote in \(Spelling.quoted(open.text)) is not closed", path: [])
        }
        guard !words.isEmpty else { throw usageError("no command is given", path: []) }
        return try parse(words: words.map { Word(text: $0.text, isQuoted: $0.isQuoted) }).invocation
    }

    /// A command that takes the rest of the line as it is.
    private func rawInvocation(_ line: String) throws(UsageError) -> Invocation? {
        let trimmed = line.drop(while: \.isWhitespace)
        let name = String(trimmed.prefix { !$0.isWhitespace })
        guard let command = CommandTable.command([name], in: place),
            command.arguments.first?.kind == .restOfLine
        else { return nil }
        var values = ParsedValues(path: command.path)
        let rest = trimmed.dropFirst(name.count).drop(while: \.isWhitespace)
        if !rest.isEmpty { values.arguments = [String(rest)] }
        return try invocation(of: command, values)
    }

    private func parse(
        words: [Word]
    ) throws(UsageError) -> (options: GlobalOptions, invocation: Invocation) {
        if let path = pathOfWantedHelp(words) { return (GlobalOptions(), .help(path)) }
        let (path, rest) = try commandPath(words)
        guard let command = CommandTable.command(path, in: place) else {
            let following = CommandTable.words(after: path, in: place).joined(separator: ", ")
            throw usageError("\(path.joined(separator: " ")) needs one of: \(following)", path: path)
        }
        let declared = declaredOptions(path)
        var values = ParsedValues(path: path)
        for option in declared {
            if let fallback = option.value?.fallback { values.fallbacks[option.name] = fallback }
        }
        var remaining = rest[...]
        var onlyArguments = false
        while let word = remaining.popFirst() {
            if !onlyArguments, !word.isQuoted, word.text == "--" {
                onlyArguments = true
            } else if !onlyArguments, word.looksLikeOption {
                try read(word, &remaining, declared, path, into: &values)
            } else {
                values.arguments.append(word.text)
            }
        }
        try checkArguments(values.arguments, of: command)
        let global = GlobalOptions(values)
        if values.isGiven("version") { return (global, .version) }
        if values.isGiven("show-config") { return (global, .showConfiguration) }
        return (global, try invocation(of: command, values))
    }

    // MARK: The command

    /// The words of the command, and everything else in its order. Options may stand before and between them.
    private func commandPath(_ words: [Word]) throws(UsageError) -> (path: [String], rest: [Word]) {
        var path: [String] = []
        var rest: [Word] = []
        var remaining = words[...]
        while let word = remaining.first {
            let following = CommandTable.words(after: path, in: place)
            if following.isEmpty || word.text == "--" { break }
            remaining = remaining.dropFirst()
            if word.looksLikeOption {
                // A misspelt option is told before the word behind it is taken for a command.
                if !isKnown(word) { _ = try option(of: word.text, declaredOptions(path), path) }
                rest.append(word)
                if takesNextWord(word), let value = remaining.popFirst() { rest.append(value) }
            } else if following.contains(word.text) {
                path.append(word.text)
            } else {
                let what = path.isEmpty ? "unknown command" : "\(path.joined(separator: " ")) has no command"
                throw usageError(
                    "\(what) \(Spelling.quoted(word.text))", path: path,
                    suggestion: Spelling.nearest(to: word.text, among: following).map {
                        (path + [$0]).joined(separator: " ")
                    })
            }
        }
        return (path, rest + remaining)
    }

    /// The command whose help is asked for; `nil` where none is.
    private func pathOfWantedHelp(_ words: [Word]) -> [String]? {
        let options = words.prefix { $0.text != "--" }
        guard options.contains(where: { !$0.isQuoted && ($0.text == "--help" || $0.text == "-h") }) else { return nil }
        var path: [String] = []
        var remaining = options
        while let word = remaining.popFirst() {
            if word.looksLikeOption {
                if takesNextWord(word), remaining.first?.looksLikeOption == false { remaining = remaining.dropFirst() }
            } else if CommandTable.words(after: path, in: place).contains(word.text) {
                path.append(word.text)
            } else {
                break
            }
        }
        return path
    }

    /// Whether the value of an option is the next word.
    private func takesNextWord(_ word: Word) -> Bool {
        let isAlone = !word.text.contains("=") && (word.text.hasPrefix("--") || word.text.count == 2)
        return isAlone && optionsOfAnyCommand(spelt: word).contains { $0.value != nil }
    }

    private func isKnown(_ word: Word) -> Bool { !optionsOfAnyCommand(spelt: word).isEmpty }

    /// The options that a word may name while its command is not known yet.
    private func optionsOfAnyCommand(spelt word: Word) -> [Option] {
        let options = CommandTable.globalOptions + CommandTable.commands(in: place).flatMap(\.options)
        let name = word.text.prefix { $0 != "=" }
        return options.filter {
            word.text.hasPrefix("--") ? "--\($0.name)" == name : $0.letter == word.text.dropFirst().first
        }
    }

    private func declaredOptions(_ path: [String]) -> [Option] {
        (CommandTable.command(path, in: place)?.options(in: place) ?? [])
            + (place == .shell ? CommandTable.globalOptions : [])
    }

    // MARK: Options and arguments

    private func read(
        _ word: Word, _ remaining: inout ArraySlice<Word>, _ declared: [Option], _ path: [String],
        into values: inout ParsedValues
    ) throws(UsageError) {
        let (option, given, attached) = try self.option(of: word.text, declared, path)
        guard let value = option.value else {
            if let attached {
                throw usageError("\(given) takes no value, but \(Spelling.quoted(attached)) is given", path: path)
            }
            values.options[option.name] = []
            return
        }
        let text: String
        if let attached {
            text = attached
        } else if let next = remaining.first, !next.looksLikeOption {
            text = next.text
            remaining = remaining.dropFirst()
        } else {
            let seen = remaining.first.map { ", not the option \(Spelling.quoted($0.text))" } ?? ""
            throw usageError("\(given) needs a value (\(value.name))\(seen)", path: path)
        }
        if let problem = value.kind.problem(with: text) {
            throw usageError(
                "\(given) \(Spelling.quoted(text)): \(problem.message)", path: path, suggestion: problem.suggestion)
        }
        if values.isGiven(option.name), !option.isRepeatable {
            throw usageError("\(given) is given twice", path: path)
        }
        values.options[option.name, default: []].append(text)
    }

    /// The option that a word names, how it was spelt, and the value that is attached to it.
    private func option(
        of word: String, _ declared: [Option], _ path: [String]
    ) throws(UsageError) -> (option: Option, given: String, attached: String?) {
        if word.hasPrefix("--") {
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            if let option = declared.first(where: { $0.name == name }) {
                return (option, "--\(name)", parts.count > 1 ? String(parts[1]) : nil)
            }
            let nearest = Spelling.nearest(to: name, among: declared.filter { !$0.isHidden }.map(\.name))
            throw usageError(
                "\(called(path)) has no option \(Spelling.quoted("--\(name)"))", path: path,
                suggestion: nearest.map { "--\($0)" })
        }
        let letter = word.dropFirst().first
        guard let option = declared.first(where: { $0.letter == letter }), let letter else {
            let name = letter.map { "-\($0)" } ?? word
            throw usageError("\(called(path)) has no option \(Spelling.quoted(name))", path: path)
        }
        let attached = word.dropFirst(2)
        return (
            option, "-\(letter)",
            attached.isEmpty ? nil : String(attached.hasPrefix("=") ? attached.dropFirst() : attached)
        )
    }

    private func checkArguments(_ arguments: [String], of command: Command) throws(UsageError) {
        let declared = command.arguments
        var index = 0
        for text in arguments {
            guard index < declared.count else {
                throw usageError(
                    "\(called(command.path)) takes no argument \(Spelling.quoted(text))", path: command.path)
            }
            let argument = declared[index]
            if argument.count != .any { index += 1 }
            if argument.kind == .commandPath {
                try checkCommandPath(arguments)
                return
            }
            if let problem = argument.kind.problem(with: text) {
                throw usageError(
                    "\(argument.name) \(Spelling.quoted(text)): \(problem.message)", path: command.path,
                    suggestion: problem.suggestion)
            }
        }
        if index < declared.count, declared[index].count == .one {
            throw usageError("\(called(command.path)) needs \(declared[index].name)", path: command.path)
        }
    }

    private func checkCommandPath(_ words: [String]) throws(UsageError) {
        _ = try commandPath(words.map { Word(text: $0, isQuoted: true) })
        for length in 1...words.count {
            let following = CommandTable.words(after: Array(words.prefix(length - 1)), in: place)
            guard following.contains(words[length - 1]) else {
                throw usageError("there is no command \(Spelling.quoted(words.joined(separator: " ")))", path: ["help"])
            }
        }
    }

    private func invocation(of command: Command, _ values: ParsedValues) throws(UsageError) -> Invocation {
        do throws(ValueProblem) {
            return try command.make(values)
        } catch {
            throw usageError(
                "\(called(command.path)): \(error.message)", path: command.path, suggestion: error.suggestion)
        }
    }

    private func called(_ path: [String]) -> String {
        path.isEmpty ? "bascule" : path.joined(separator: " ")
    }

    private func usageError(_ message: String, path: [String], suggestion: String? = nil) -> UsageError {
        UsageError(
            message: message, suggestion: suggestion, synopsis: Usage.synopsis(of: path, in: place),
            helpCommand: Usage.helpCommand(for: path, in: place))
    }
}
