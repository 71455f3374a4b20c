/// Drawing. Everything is clipped to the grid, nothing leaves half of a wide cell, and text is cleaned on its way in.
extension CellGrid {
    /// The whole grid as a rectangle.
    package var bounds: Rect { Rect(column: 0, row: 0, columns: columns, rows: rows) }

    /// Puts text on one row and returns the cells used.
    ///
    /// Text that begins left of the grid is clipped there. A wide cell of which only one half finds space becomes a
    /// blank. `limit` is the most cells that may be used; the text is cut without an ellipsis.
    @discardableResult
    package mutating func put(
        _ text: String, column: Int, row: Int, style: CellStyle, limit: Int? = nil
    ) -> Int {
        guard row >= 0, row < rows else { return 0 }
        let end = min(columns, limit.map { column + max(0, $0) } ?? columns)
        var at = column
        for cluster in CellClusters(text) {
            guard at < end else { break }
            if at + cluster.width > end || (at < 0 && at + cluster.width > 0) {
                // Half of a wide cell is outside: the half that is inside stays blank.
                for half in at..<at + cluster.width where half >= 0 && half < end {
                    set(Cell(" ", style: style), column: half, row: row)
                }
            } else if at >= 0 {
                set(Cell(cluster.text, width: cluster.width, style: style), column: at, row: row)
            }
            at += cluster.width
        }
        return max(0, min(at, end) - max(0, column))
    }

    /// Puts runs one after the other and returns the cells used; what exceeds `limit` is cut with an ellipsis.
    @discardableResult
    package mutating func put(
        _ runs: [TextRun], column: Int, row: Int, limit: Int? = nil, glyphs: Glyphs = .unicode
    ) -> Int {
        let space = min(limit ?? columns - column, columns - column)
        guard space > 0 else { return 0 }
        var used = 0
        for run in runs.truncated(to: space, glyphs: glyphs) {
            used += put(run.text, column: column + used, row: row, style: run.style, limit: space - used)
        }
        return used
    }

    /// Puts runs into a rectangle's row, aligned, cut with an ellipsis.
    package mutating func put(
        _ runs: [TextRun], in rect: Rect, line: Int = 0, alignment: Alignment = .left, glyphs: Glyphs = .unicode
    ) {
        guard line >= 0, line < rect.rows else { return }
        let missing = max(0, rect.columns - runs.width)
        let before = alignment.leading(of: missing)
        put(
            runs, column: rect.column + before, row: rect.row + line, limit: rect.columns - before, glyphs: glyphs)
    }

    /// Fills a rectangle with one sign of one cell, a space if not told otherwise.
    package mutating func fill(_ rect: Rect, _ style: CellStyle, with text: String = " ") {
        let inside = rect.intersection(bounds)
        guard !inside.isEmpty else { return }
        let first = CellClusters(text).first { $0.width == 1 }
        let cell = Cell(first?.text ?? " ", style: style)
        for row in inside.row..<inside.endRow {
            for column in inside.column..<inside.endColumn { set(cell, column: column, row: row) }
        }
    }

    /// Gives the cells of a rectangle another style and leaves their text. A wide cell follows its first half.
    package mutating func restyle(_ rect: Rect, _ change: (CellStyle) -> CellStyle) {
        let inside = rect.intersection(bounds)
        guard !inside.isEmpty else { return }
        for row in inside.row..<inside.endRow {
            for column in inside.column..<inside.endColumn {
                let index = row * columns + column
                guard cells[index].kind != .tail else { continue }
                let style = change(cells[index].style)
                cells[index].style = style
                if case .glyph(_, width: 2) = cells[index].kind { cells[index + 1].style = style }
            }
        }
    }

    /// Gives a whole row another style: the bar under the cursor.
    package mutating func restyle(row: Int, _ change: (CellStyle) -> CellStyle) {
        restyle(Rect(column: 0, row: row, columns: columns, rows: 1), change)
    }

    /// Copies another grid so that its first cell comes to the given place. Wide cells cut by an edge become blanks.
    package mutating func blit(_ grid: CellGrid, column: Int, row: Int) {
        let target = Rect(column: column, row: row, columns: grid.columns, rows: grid.rows).intersection(bounds)
        guard !target.isEmpty else { return }
        for line in target.row..<target.endRow {
            for at in target.column..<target.endColumn {
                guard let cell = grid[at - column, line - row] else { continue }
                switch cell.kind {
                case .tail:
                    // The head has brought its tail along, unless it is left of the edge.
                    if at == target.column { set(Cell(" ", style: cell.style), column: at, row: line) }
                case .glyph(_, let width):
                    let fits = at + width <= target.endColumn
                    set(fits ? cell : Cell(" ", style: cell.style), column: at, row: line)
                }
            }
        }
    }

    /// Writes one cell, its tail if it is wide, and blanks the other halves of the wide cells it overwrites.
    /// The cell must find its whole width inside the grid.
    mutating func set(_ cell: Cell, column: Int, row: Int) {
        let width =
            switch cell.kind {
            case .glyph(_, let width): width
            case .tail: 1
            }
        let start = row * columns
        if column > 0, cells[start + column].kind == .tail {
            cells[start + column - 1] = Cell(" ", style: cells[start + column - 1].style)
        }
        let after = column + width
        if after < columns, cells[start + after].kind == .tail {
            cells[start + after] = Cell(" ", style: cells[start + after].style)
        }
        cells[start + column] = cell
        if width == 2 { cells[start + column + 1] = Cell(tailWith: cell.style) }
    }
}
