/// The help texts, printed from the command table.
package enum Usage {
    /// Lines end before this column.
    static let width = 80

    /// The help of a command, of a family of commands, or (an empty path) of the program; ends in a line feed.
    package static func text(for path: [String], in place: Command.Place = .shell) -> String {
        var lines: [String] = []
        let command = CommandTable.command(path, in: place)
        let name = command?.name(in: place) ?? called(path, in: place)
        lines.append(path.isEmpty ? programLine(in: place) : "\(name): \(CommandTable.summary(of: path, in: place))")
        lines += ["", "Usage: \(synopsis(of: path, in: place))"]
        for paragraph in command?.paragraphs(in: place) ?? [] { lines += [""] + wrapped(paragraph, width: width) }
        lines += section("Commands", following(path, in: place))
        if let command {
            lines += section("Arguments", command.arguments.map { ($0.synopsis, $0.summary) })
            lines += section("Options", command.options(in: place).map { ($0.synopsis, summary(of: $0)) })
            if place == .shell { lines += examples(of: command) }
        }
        if place == .shell {
            if path.isEmpty {
                lines += section("Options", visibleGlobalOptions.map { ($0.synopsis, $0.summary) })
                lines += section("Exit codes", ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) })
                lines += ["", "`bascule COMMAND --help` explains one command, `bascule man` all of them."]
            } else {
                lines += ["", "Options of every command, --config and --context among them: `bascule --help`."]
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// How a command or a family is called, on one line.
    package static func synopsis(of path: [String], in place: Command.Place) -> String {
        guard let command = CommandTable.command(path, in: place), !path.isEmpty else {
            let prefix = called(path, in: place)
            if path.isEmpty { return place == .shell ? "\(prefix) [OPTIONS] [COMMAND]" : "COMMAND" }
            return place == .shell ? "\(prefix) [OPTIONS] COMMAND" : "\(prefix) COMMAND"
        }
        var parts = [command.name(in: place)]
        if place == .shell || !command.options(in: place).isEmpty { parts.append("[OPTIONS]") }
        parts += command.arguments.map(\.synopsis)
        return parts.joined(separator: " ")
    }

    /// The command that prints the help of a path.
    static func helpCommand(for path: [String], in place: Command.Place) -> String {
        switch place {
        case .shell: "\(called(path, in: .shell)) --help"
        case .console, .sandbox: (["help"] + path).joined(separator: " ")
        }
    }

    /// The global options that are shown.
    static var visibleGlobalOptions: [Option] { CommandTable.globalOptions.filter { !$0.isHidden } }

    /// An option's line with its default.
    static func summary(of option: Option) -> String {
        option.summary + (option.value?.fallback.map { " (default \($0))" } ?? "")
    }

    private static func programLine(in place: Command.Place) -> String {
        switch place {
        case .shell: "bascule: the console for Kafka that runs Active-Active in two data centres"
        case .console, .sandbox: "Commands of the `:` line"
        }
    }

    private static func called(_ path: [String], in place: Command.Place) -> String {
        switch place {
        case .shell: (["bascule"] + path).joined(separator: " ")
        case .console, .sandbox: path.joined(separator: " ")
        }
    }

    /// The commands below a path with their lines: for the program one line a family.
    private static func following(_ path: [String], in place: Command.Place) -> [(String, String)] {
        CommandTable.words(after: path, in: place).map { word in
            ((path + [word]).joined(separator: " "), CommandTable.summary(of: path + [word], in: place))
        }
    }

    private static func examples(of command: Command) -> [String] {
        guard !command.examples.isEmpty else { return [] }
        return ["", "Examples:"] + command.examples.flatMap { ["  \($0.call)", "      \($0.meaning)"] }
    }

    // MARK: Layout

    /// A heading and rows of two columns; nothing for no rows.
    private static func section(_ title: String, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let column = min(28, (rows.map(\.0.count).max() ?? 0) + 4)
        var lines = ["", "\(title):"]
        for (term, text) in rows {
            let texts = wrapped(text, width: width - column)
            var first = "  \(term)"
            if first.count + 2 > column {
                lines.append(first)
                first = ""
            }
            for (index, text) in texts.enumerated() {
                let start = index == 0 ? first : ""
                lines.append(start + String(repeating: " ", count: column - start.count) + text)
            }
        }
        return lines
    }

    /// The text in lines of at most `width` characters; a longer word stands alone.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= width {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return lines + [line]
    }
}
