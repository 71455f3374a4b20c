import Cells

extension [TextRun] {
    /// The text without its styles.
    var plainText: String { reduce(into: "") { $0 += $1.text } }
}

/// Lines for views that scroll: text broken to a width, tables of two columns, headings.
struct TextSheet {
    private(set) var lines: [[TextRun]] = []
    let width: Int

    init(width: Int) {
        self.width = Swift.max(1, width)
    }

    mutating func add(_ line: [TextRun]) { lines.append(line) }

    mutating func blank() { lines.append([]) }

    mutating func heading(_ text: String) {
        if !lines.isEmpty { blank() }
        lines.append([TextRun(text, .heading)])
    }

    /// Text broken at spaces where that is possible; line feeds begin a new line.
    mutating func text(_ text: String, _ role: Role = .text, indent: Int = 0) {
        for line in Self.wrapped(text, width: width - indent) {
            lines.append([TextRun(String(repeating: " ", count: indent) + line, role)])
        }
    }

    /// A name and what it is; the text goes on below itself.
    mutating func field(_ name: String, _ text: String, _ role: Role = .text, indent: Int = 2, nameWidth: Int = 16) {
        let column = indent + nameWidth + 1
        for (index, line) in Self.wrapped(text, width: Swift.max(10, width - column)).enumerated() {
            let shown = index == 0 ? name : ""
            let start = String(repeating: " ", count: indent) + TextWidth.padded(shown, to: nameWidth) + " "
            lines.append([TextRun(start, .dim), TextRun(line, role)])
        }
    }

    /// Breaks a text into lines of at most `width` cells.
    static func wrapped(_ text: String, width: Int) -> [String] {
        let width = Swift.max(1, width)
        var lines: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            wrap(line.reduce(into: "") { $0 += $1 == "\t" ? "    " : String($1) }, width: width, into: &lines)
        }
        while lines.count > 1, lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func wrap(_ line: String, width: Int, into lines: inout [String]) {
        var current: [CellClusters.Cluster] = []
        var used = 0
        var lastSpace: Int?
        for cluster in CellClusters(line) {
            if used + cluster.width > width {
                // A break in the first third would leave a ragged line: a long word is cut instead.
                if let space = lastSpace, space > current.count / 3 {
                    lines.append(joined(current[..<space]))
                    current.removeSubrange(...space)
                } else {
                    lines.append(joined(current[...]))
                    current = []
                }
                used = current.reduce(0) { $0 + $1.width }
                lastSpace = current.lastIndex { $0.text == " " }
            }
            if cluster.text == " " { lastSpace = current.count }
            current.append(cluster)
            used += cluster.width
        }
        lines.append(joined(current[...]))
    }

    private static func joined(_ clusters: ArraySlice<CellClusters.Cluster>) -> String {
        clusters.reduce(into: "") { $0 += $1.text }
    }
}
