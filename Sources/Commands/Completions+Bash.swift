extension Completions {
    static var bash: String {
        var lines = [
            "# bash completion for bascule, printed by `bascule completions bash`.",
            "_bascule() {",
            "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"",
            "    local called=\"\" index",
            "    COMPREPLY=()",
            "    for ((index = 1; index < COMP_CWORD; index++)); do",
            "        case \"$called ${COMP_WORDS[index]}\" in",
        ]
        for path in paths where !path.isEmpty {
            let before = path.dropLast().joined(separator: " ")
            lines.append("            \"\(before) \(path.last ?? "")\") called=\"\(path.joined(separator: " "))\" ;;")
        }
        lines += ["        esac", "    done", "    case \"$previous\" in"]
        for option in allOptions {
            guard let value = option.value else { continue }
            let names = ([option.letter.map { "-\($0)" }, "--\(option.name)"] as [String?]).compactMap(\.self)
            lines.append("        \(names.joined(separator: "|"))) \(bashReply(for: value.kind)) return ;;")
        }
        lines += ["    esac", "    local words options", "    case \"$called\" in"]
        for path in paths {
            let words = words(after: path).map(\.word).joined(separator: " ")
            let options = options(of: path).map { "--\($0.name)" }.joined(separator: " ")
            lines.append("        \"\(path.joined(separator: " "))\") words=\"\(words)\" options=\"\(options)\" ;;")
        }
        lines += [
            "    esac",
            "    if [[ $current == -* ]]; then",
            "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")",
            "    else",
            "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")",
            "    fi",
            "}",
            "complete -F _bascule bascule",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private static func bashReply(for kind: ValueKind) -> String {
        if kind == .path {
            return "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\");"
        }
        guard !kind.fixedWords.isEmpty else { return "" }
        return "mapfile -t COMPREPLY < <(compgen -W \"\(kind.fixedWords.joined(separator: " "))\" -- \"$current\");"
    }
}
