/// The manual page, printed from the command table.
package enum ManualPage {
    /// The page in roff (man macros), ASCII only.
    package static func roff() -> String {
        var lines = [
            ".TH BASCULE 1 \"\" \"bascule\" \"Bascule\"",
            ".SH NAME", "bascule \\- the console for Kafka that runs Active\\-Active in two data centres",
            ".SH SYNOPSIS", ".B bascule", escaped("[OPTIONS] [COMMAND]"),
            ".SH COMMANDS",
        ]
        for command in CommandTable.commands(in: .shell) { lines += section(for: command) }
        lines += [".SH OPTIONS", "Every command takes these."]
        for option in Usage.visibleGlobalOptions { lines += entry(option.synopsis, option.summary) }
        lines += [
            ".SH COMMAND LINE OF THE CONSOLE",
            escaped("The commands of the `:` line; those of above without `bascule`, and these:"),
        ]
        for command in CommandTable.commands where command.places == [.console] {
            lines += entry(Usage.synopsis(of: command.path, in: .console), command.summary)
        }
        lines += [".SH EXIT STATUS"]
        for code in ExitCode.allCases { lines += entry("\(code.rawValue)", code.meaning) }
        lines += [".SH ENVIRONMENT"]
        for (name, meaning) in environment { lines += entry(name, meaning) }
        lines += [
            ".SH FILES", "The first of these that there is, unless \\-\\-config or BASCULE_CONFIG names another:",
        ]
        for (path, meaning) in files { lines += entry(path, meaning) }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let environment: [(String, String)] = [
        ("BASCULE_CONFIG", "the configuration, where --config is not given"),
        ("NO_COLOR", "no colours, if it is set to anything"),
        ("XDG_CONFIG_HOME", "where the user's configuration is looked for; default ~/.config"),
    ]

    private static let files: [(String, String)] = [
        ("$XDG_CONFIG_HOME/bascule/bascule.yaml", "the user's configuration"),
        ("/etc/bascule/bascule.yaml", "the system's configuration"),
    ]

    private static func section(for command: Command) -> [String] {
        var lines = [".SS \(escaped(Usage.synopsis(of: command.path, in: .shell)))"]
        lines.append(escaped(sentence(command.summary)))
        for paragraph in command.paragraphs(in: .shell) { lines += [".PP", escaped(paragraph)] }
        for argument in command.arguments { lines += entry(argument.synopsis, argument.summary) }
        for option in command.options(in: .shell) { lines += entry(option.synopsis, Usage.summary(of: option)) }
        for example in command.examples {
            lines += [".PP", "Example: \(escaped(example.meaning)):", ".PP", ".RS 4", ".nf", escaped(example.call)]
            lines += [".fi", ".RE"]
        }
        return lines
    }

    private static func entry(_ term: String, _ text: String) -> [String] {
        [".TP", "\\fB\(escaped(term))\\fR", escaped(sentence(text))]
    }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    /// The text as roff prints it: no macro at the start of a line, hyphens and quotes that can be copied.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "\"": result += "\\(dq"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
