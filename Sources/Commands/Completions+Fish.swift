extension Completions {
    static var fish: String {
        var lines = [
            "# fish completion for bascule, printed by `bascule completions fish`.",
            "function __bascule_called",
            "    set -l called ''",
            "    for word in (commandline -opc)[2..-1]",
            "        switch \"$called $word\"",
        ]
        for path in paths where !path.isEmpty {
            let before = path.dropLast().joined(separator: " ")
            lines += [
                "            case '\(before) \(path.last ?? "")'",
                "                set called '\(path.joined(separator: " "))'",
            ]
        }
        lines += [
            "        end", "    end", "    test \"$called\" = \"$argv[1]\"", "end", "complete -c bascule -f",
        ]
        for option in Usage.visibleGlobalOptions { lines.append("complete -c bascule\(fishOption(option))") }
        for path in paths {
            let condition = " -n '__bascule_called \"\(path.joined(separator: " "))\"'"
            for (word, summary) in words(after: path) {
                let about = summary.isEmpty ? "" : " -d \(fishQuoted(summary))"
                lines.append("complete -c bascule\(condition) -a \(fishQuoted(word))\(about)")
            }
            for option in CommandTable.command(path, in: .shell)?.options(in: .shell) ?? [] {
                lines.append("complete -c bascule\(condition)\(fishOption(option))")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func fishOption(_ option: Option) -> String {
        let letter = option.letter.map { " -s \($0)" } ?? ""
        let value: String =
            switch option.value?.kind {
            case nil: ""
            case .path: " -r -F"
            case .some(let kind):
                kind.fixedWords.isEmpty ? " -x" : " -x -a \(fishQuoted(kind.fixedWords.joined(separator: " ")))"
            }
        return "\(letter) -l \(option.name)\(value) -d \(fishQuoted(option.summary))"
    }

    /// Inside fish's single quotes the backslash escapes the quote and itself.
    private static func fishQuoted(_ text: String) -> String {
        "'" + text.map { "'\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "'"
    }
}
