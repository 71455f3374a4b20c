/// The signs that are drawn rather than read, in two sets with the same meaning.
///
/// Every sign is one cell wide; a `unicode` sign may be two cells wide on a terminal set up for East Asian ambiguous
/// width, which the terminal layer finds out and then asks for `ascii`.
package struct Glyphs: Hashable, Sendable {
    package let isASCII: Bool

    package static let unicode = Glyphs(isASCII: false)
    package static let ascii = Glyphs(isASCII: true)

    // Lines
    package var horizontal: String { isASCII ? "-" : "─" }
    package var vertical: String { isASCII ? "|" : "│" }
    package var topLeft: String { isASCII ? "+" : "┌" }
    package var topRight: String { isASCII ? "+" : "┐" }
    package var bottomLeft: String { isASCII ? "+" : "└" }
    package var bottomRight: String { isASCII ? "+" : "┘" }
    package var teeLeft: String { isASCII ? "+" : "├" }
    package var teeRight: String { isASCII ? "+" : "┤" }
    package var teeTop: String { isASCII ? "+" : "┬" }
    package var teeBottom: String { isASCII ? "+" : "┴" }
    package var cross: String { isASCII ? "+" : "┼" }

    // Arrows
    package var left: String { isASCII ? "<" : "←" }
    package var right: String { isASCII ? ">" : "→" }
    package var up: String { isASCII ? "^" : "↑" }
    package var down: String { isASCII ? "v" : "↓" }
    /// Two cells in both sets.
    package var longLeft: String { isASCII ? "<-" : "←─" }
    /// Two cells in both sets.
    package var longRight: String { isASCII ? "->" : "─→" }
    package var ascending: String { isASCII ? "^" : "▲" }
    package var descending: String { isASCII ? "v" : "▼" }

    // Signs
    package var bullet: String { isASCII ? "*" : "●" }
    package var hollowBullet: String { isASCII ? "o" : "○" }
    package var check: String { isASCII ? "+" : "✓" }
    package var cancel: String { isASCII ? "x" : "✗" }
    package var warning: String { "!" }
    package var running: String { isASCII ? ">" : "▶" }
    package var mark: String { isASCII ? "*" : "◆" }
    package var ellipsis: String { isASCII ? "~" : "…" }
    package var separator: String { isASCII ? "-" : "·" }

    // Graphs
    /// A gauge's cell when it is full.
    package var full: String { isASCII ? "#" : "█" }
    /// A gauge's cell when it is empty.
    package var empty: String { isASCII ? "." : "░" }
    /// A gauge's cell when it is filled by so many eighths, 1 to 7. In ASCII a cell is full from its half on, and the
    /// first eighth is shown as a `-`.
    package func eighths(_ count: Int) -> String {
        guard count > 0 else { return empty }
        guard count < 8 else { return full }
        if isASCII { return count >= 4 ? full : "-" }
        return Self.horizontalEighths[count - 1]
    }

    /// A graph's column of one row: level 0 is a zero, 1 to 7 is something.
    package func level(_ level: Int) -> String {
        let levels = isASCII ? Self.asciiLevels : Self.unicodeLevels
        return levels[min(max(0, level), levels.count - 1)]
    }
    package static let highestLevel = 7

    private static let horizontalEighths = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    private static let unicodeLevels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiLevels = ["_", ".", ":", "-", "=", "+", "*", "#"]

    /// What stands for a cell's text on a terminal that can only show ASCII: our own signs by their twins, everything
    /// else by as many `?` as it is wide.
    package static func asciiTwin(of text: String, width: Int) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        return asciiTwins[text] ?? String(repeating: "?", count: max(1, width))
    }

    private var signs: [String] {
        [
            horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight, teeLeft, teeRight, teeTop, teeBottom,
            cross, left, right, up, down, ascending, descending, bullet, hollowBullet, check, cancel, running, mark,
            ellipsis, full, empty,
        ]
    }

    private static let asciiTwins: [String: String] = {
        var twins: [String: String] = [CellClusters.replacement: "?"]
        for (sign, twin) in zip(unicode.signs, ascii.signs) { twins[sign] = twin }
        for count in 1...7 { twins[unicode.eighths(count)] = ascii.eighths(count) }
        for level in 0...highestLevel where twins[unicode.level(level)] == nil {
            twins[unicode.level(level)] = ascii.level(level)
        }
        return twins
    }()
}
