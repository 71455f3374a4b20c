extension Completions {
    static var zsh: String {
        var lines = [
            "#compdef bascule",
            "# zsh completion for bascule, printed by `bascule completions zsh`.",
            "_bascule() {",
            "    local current=\"$words[CURRENT]\" previous=\"$words[CURRENT-1]\" called=\"\" index",
            "    local -a commands options",
            "    for ((index = 2; index < CURRENT; index++)); do",
            "        case \"$called $words[index]\" in",
        ]
        for path in paths where !path.isEmpty {
            let before = path.dropLast().joined(separator: " ")
            lines.append("            (\"\(before) \(path.last ?? "")\") called=\"\(path.joined(separator: " "))\" ;;")
        }
        lines += ["        esac", "    done", "    case \"$previous\" in"]
        for option in allOptions {
            guard let value = option.value else { continue }
            let names = ([option.letter.map { "-\($0)" }, "--\(option.name)"] as [String?]).compactMap(\.self)
            lines.append("        (\(names.joined(separator: "|"))) \(zshReply(for: value.kind)) return ;;")
        }
        lines += ["    esac", "    case \"$called\" in"]
        for path in paths {
            let commands = words(after: path).map { zshEntry($0.word, $0.summary) }.joined(separator: " ")
            let options = options(of: path).map { zshEntry("--\($0.name)", $0.summary) }.joined(separator: " ")
            lines += [
                "        (\"\(path.joined(separator: " "))\")", "            commands=(\(commands))",
                "            options=(\(options))", "            ;;",
            ]
        }
        lines += [
            "    esac",
            "    if [[ $current == -* ]]; then",
            "        _describe -o 'option' options",
            "    elif (( ${#commands} )); then",
            "        _describe 'command' commands",
            "    fi",
            "}",
            "if [[ $funcstack[1] == _bascule ]]; then _bascule \"$@\"; else compdef _bascule bascule; fi",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private static func zshReply(for kind: ValueKind) -> String {
        if kind == .path { return "_files;" }
        guard !kind.fixedWords.isEmpty else { return "" }
        return "compadd -- \(kind.fixedWords.joined(separator: " "));"
    }

    /// `'word:summary'` as `_describe` reads it: a colon in the word is escaped.
    private static func zshEntry(_ word: String, _ summary: String) -> String {
        let escaped = word.map { $0 == ":" ? "\\:" : "\($0)" }.joined()
        return singleQuoted(summary.isEmpty ? escaped : "\(escaped):\(summary)")
    }

    /// The text for a shell: a quote inside ends the quotes, stands escaped, and opens them again.
    static func singleQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : "\($0)" }.joined() + "'"
    }
}
