import Testing

@testable import Cells

struct DrawingTests {
    private let plain = CellStyle(.text)

    @Test func `random drawing never leaves half a wide cell and never leaves the grid`() {
        var random = Random(seed: 42)
        for _ in 0..<300 {
            let columns = Int.random(in: 0...9, using: &random)
            let rows = Int.random(in: 0...4, using: &random)
            var grid = CellGrid(columns: columns, rows: rows)
            for _ in 0..<30 {
                draw(into: &grid, random: &random)
                #expect(grid.defect == nil)
                #expect(grid.cells.count == columns * rows)
                for row in 0..<rows { #expect(TextWidth.of(grid.text(ofRow: row)) == columns) }
            }
        }
    }

    private func draw(into grid: inout CellGrid, random: inout Random) {
        let column = Int.random(in: -4...12, using: &random)
        let row = Int.random(in: -1...5, using: &random)
        let rect = Rect(
            column: column, row: row, columns: Int.random(in: 0...8, using: &random),
            rows: Int.random(in: 0...4, using: &random))
        switch Int.random(in: 0...5, using: &random) {
        case 0: grid.fill(rect, CellStyle(.selection))
        case 1: grid.box(rect, title: random.text())
        case 2: grid.restyle(rect) { CellStyle($0.role, reverse: true) }
        case 3:
            var other = CellGrid(columns: rect.columns, rows: rect.rows)
            other.put(random.text(), column: 0, row: 0, style: plain)
            grid.blit(other, column: column, row: row)
        case 4:
            grid.put([TextRun(random.text()), TextRun(random.text(), .ok)], in: rect, alignment: .right)
        default:
            let limit = Bool.random(using: &random) ? Int.random(in: -1...6, using: &random) : nil
            let used = grid.put(random.text(), column: column, row: row, style: plain, limit: limit)
            #expect(used >= 0 && used <= grid.columns)
            if let limit { #expect(used <= max(0, limit)) }
        }
    }

    @Test func `a wide cell that is clipped becomes a blank`() {
        var grid = CellGrid(columns: 5, rows: 1)
        #expect(grid.put("한글체", column: 0, row: 0, style: plain) == 5)
        #expect(grid.plainText == "한글\n")
        #expect(grid.put("결", column: -1, row: 0, style: plain) == 1)
        #expect(grid.text(ofRow: 0) == "  글 ")
    }

    @Test func `text over the second half of a wide cell blanks the first`() {
        var grid = CellGrid(columns: 4, rows: 1)
        grid.put("한글", column: 0, row: 0, style: plain)
        grid.put("x", column: 1, row: 0, style: plain)
        #expect(grid.text(ofRow: 0) == " x글")
        grid.put("y", column: 2, row: 0, style: plain)
        #expect(grid.text(ofRow: 0) == " xy ")
    }

    @Test func `put says how many cells it used`() {
        var grid = CellGrid(columns: 10, rows: 2)
        #expect(grid.put("체결 ok", column: 1, row: 0, style: plain) == 7)
        #expect(grid.put("체결 ok", column: 8, row: 0, style: plain) == 2)
        #expect(grid.put("체결 ok", column: 0, row: 1, style: plain, limit: 3) == 3)
        #expect(grid.put("lost", column: 0, row: 2, style: plain) == 0)
        #expect(grid.put("lost", column: 10, row: 0, style: plain) == 0)
    }

    @Test func `an escape sequence in data stays text`() {
        var grid = CellGrid(columns: 12, rows: 1)
        grid.put("\u{1B}]0;x\u{7}ok", column: 0, row: 0, style: plain)
        #expect(grid.plainText == "·]0;x·ok\n")
    }

    @Test func `runs that exceed their space end with an ellipsis`() {
        var grid = CellGrid(columns: 20, rows: 1)
        grid.put([TextRun("lag "), TextRun("9,112", .warning), TextRun(" rec")], column: 0, row: 0, limit: 8)
        #expect(grid.plainText == "lag 9,1…\n")
        #expect(grid[7, 0]?.style.role == .warning)
    }

    @Test func `an ellipsis follows also when the cut falls between two runs`() {
        let runs = [TextRun("abcd"), TextRun("efgh")]
        #expect(runs.truncated(to: 4).map(\.text) == ["abc…"])
        #expect(runs.truncated(to: 8) == runs)
    }

    @Test func `a bar keeps the text and its attributes`() {
        var grid = CellGrid(columns: 4, rows: 2)
        grid.put("한a", column: 0, row: 1, style: CellStyle(.ok, bold: true))
        grid.restyle(row: 1) { style in
            var bar = style
            bar.role = .selection
            return bar
        }
        #expect(grid.text(ofRow: 1) == "한a ")
        #expect(grid[0, 1]?.style == CellStyle(.selection, bold: true))
        #expect(grid[1, 1]?.style == CellStyle(.selection, bold: true))
        #expect(grid[3, 1]?.style == CellStyle(.selection))
        #expect(grid[0, 0]?.style == CellStyle(.text))
    }

    @Test func `a box has its title in the upper side and gives its inside`() throws {
        var grid = CellGrid(columns: 12, rows: 3)
        #expect(grid.box(grid.bounds, title: "IDC1") == Rect(column: 1, row: 1, columns: 10, rows: 1))
        #expect(grid.plainText == "┌ IDC1 ────┐\n│          │\n└──────────┘\n")
        grid.box(grid.bounds, title: "a long title", glyphs: .ascii)
        #expect(grid.text(ofRow: 0) == "+ a long ~ +")
        #expect(grid[2, 0]?.style.role == .heading)
        #expect(grid[0, 0]?.style.role == .border)
    }

    @Test func `a box without space draws nothing`() {
        var grid = CellGrid(columns: 5, rows: 5)
        #expect(grid.box(Rect(column: 0, row: 0, columns: 1, rows: 5)).isEmpty)
        #expect(grid == CellGrid(columns: 5, rows: 5))
    }

    @Test func `a grid is copied with its wide cells whole or not at all`() {
        var source = CellGrid(columns: 4, rows: 1)
        source.put("한글", column: 0, row: 0, style: plain)
        var grid = CellGrid(columns: 4, rows: 1)
        grid.blit(source, column: -1, row: 0)
        #expect(grid.text(ofRow: 0) == " 글 ")
        grid.blit(source, column: 1, row: 0)
        #expect(grid.text(ofRow: 0) == " 한 ")
    }
}
