import Cells

/// A line being typed, with its cursor, scrolled so that the cursor is seen.
enum PromptLine {
    static func runs(_ editor: LineEditor, width: Int) -> [TextRun] {
        let width = max(2, width)
        var before = Array(CellClusters(editor.textBeforeCursor))
        var used = before.reduce(0) { $0 + $1.width }
        var dropped = 0
        while used > width - 1, dropped < before.count {
            used -= before[dropped].width
            dropped += 1
        }
        before.removeFirst(dropped)
        let rest = Array(CellClusters(String(editor.text.unicodeScalars.dropFirst(editor.cursor))))
        let under = rest.first?.text ?? " "
        let left = width - used - (rest.first?.width ?? 1)
        var after = ""
        var afterWidth = 0
        for cluster in rest.dropFirst() where afterWidth + cluster.width <= left {
            after += cluster.text
            afterWidth += cluster.width
        }
        return [
            TextRun(before.reduce(into: "") { $0 += $1.text }, .input),
            TextRun(under, CellStyle(.input, reverse: true)), TextRun(after, .input),
        ]
    }
}
