import Domain

extension RunReportText {
    /// For a terminal.
    package var plain: String {
        var text = title + "\n"
        for section in sections {
            text += "\n\(section.title)\n"
            for fact in section.facts { text += "  \(fact.name): \(Self.line(fact.value))\n" }
            for row in section.rows {
                let cells = zip(section.heading, row).filter { !$0.1.isEmpty }
                guard let first = cells.first else { continue }
                text += "  \(Self.line(first.1))\n"
                for cell in cells.dropFirst() { text += "      \(cell.0): \(Self.line(cell.1))\n" }
            }
        }
        return text
    }

    package var markdown: String {
        var text = "# \(Self.escapedMarkdown(title))\n"
        for section in sections {
            text += "\n## \(section.title)\n\n"
            for fact in section.facts {
                text += "- **\(Self.escapedMarkdown(fact.name))**: \(Self.escapedMarkdown(fact.value))\n"
            }
            guard !section.heading.isEmpty else { continue }
            text += "| \(section.heading.map(Self.escapedMarkdown).joined(separator: " | ")) |\n"
            text += "|\(section.heading.map { _ in "---" }.joined(separator: "|"))|\n"
            for row in section.rows {
                text += "| \(row.map(Self.escapedMarkdown).joined(separator: " | ")) |\n"
            }
        }
        return text
    }

    /// One file that needs no other, and prints well.
    package var page: String {
        var text = """
            <!DOCTYPE html>
            <html lang="\(words.language.rawValue)"><head><meta charset="utf-8"><title>\(Self.escapedHTML(title))</title>
            <style>
            body{font:14px/1.5 system-ui,"Noto Sans KR",sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#111}
            h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #999}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .5em;border-bottom:1px solid #ccc;overflow-wrap:anywhere}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1.5em}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
            .warning h2,.warning td{color:#b00020;border-color:#b00020}
            @media print{body{margin:0;font-size:11px}tr{break-inside:avoid}thead{display:table-header-group}}
            </style></head><body>
            <h1>\(Self.escapedHTML(title))</h1>

            """
        for section in sections {
            text += section.isWarning ? "<section class=\"warning\">\n" : "<section>\n"
            text += "<h2>\(Self.escapedHTML(section.title))</h2>\n"
            if !section.facts.isEmpty {
                text += "<dl>\n"
                for fact in section.facts {
                    text += "<dt>\(Self.escapedHTML(fact.name))</dt><dd>\(Self.escapedHTML(fact.value))</dd>\n"
                }
                text += "</dl>\n"
            }
            if !section.heading.isEmpty {
                text += "<table><thead><tr>"
                text += section.heading.map { "<th>\(Self.escapedHTML($0))</th>" }.joined()
                text += "</tr></thead><tbody>\n"
                for row in section.rows {
                    text += "<tr>\(row.map { "<td>\(Self.escapedHTML($0))</td>" }.joined())</tr>\n"
                }
                text += "</tbody></table>\n"
            }
            text += "</section>\n"
        }
        return text + "</body></html>\n"
    }

    // MARK: What comes from outside

    /// One line: names and reasons come from outside, and control characters reach no terminal.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }

    private static func escapedMarkdown(_ text: String) -> String {
        var escaped = ""
        for character in line(text) {
            if "\\`*_[]<>|#".contains(character) { escaped += "\\" }
            escaped.append(character)
        }
        return escaped
    }

    private static func escapedHTML(_ text: String) -> String {
        var escaped = ""
        for character in line(text) {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
