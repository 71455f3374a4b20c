/// Why a grid is not fit to be shown.
package enum GridDefect: Error, Hashable, Sendable, CustomStringConvertible {
    /// The second half of a wide cell without the first.
    case orphanedTail(column: Int, row: Int)
    /// The first half of a wide cell without the second.
    case orphanedHead(column: Int, row: Int)

    package var description: String {
        switch self {
        case .orphanedTail(let column, let row): "row \(row), column \(column): second half of a wide cell alone"
        case .orphanedHead(let column, let row): "row \(row), column \(column): first half of a wide cell alone"
        }
    }
}

extension CellGrid {
    /// The first wide cell that lacks a half, if there is one.
    package var defect: GridDefect? {
        for row in 0..<rows {
            var column = 0
            while column < columns {
                switch cells[row * columns + column].kind {
                case .tail:
                    return .orphanedTail(column: column, row: row)
                case .glyph(_, width: 2):
                    guard column + 1 < columns, cells[row * columns + column + 1].kind == .tail else {
                        return .orphanedHead(column: column, row: row)
                    }
                    column += 2
                case .glyph:
                    column += 1
                }
            }
        }
        return nil
    }

    /// One row's text, as wide as the grid.
    package func text(ofRow row: Int) -> String {
        guard row >= 0, row < rows else { return "" }
        var text = ""
        for cell in cells[row * columns..<(row + 1) * columns] {
            if case .glyph(let glyph, _) = cell.kind { text += glyph }
        }
        return text
    }

    /// The text alone, a line per row without trailing blanks.
    package var plainText: String {
        var text = ""
        for row in 0..<rows {
            var line = self.text(ofRow: row)
            while line.hasSuffix(" ") { line.removeLast() }
            text += line + "\n"
        }
        return text
    }

    /// The grid as expected screens are kept: each line closed by `|`, then a line `row:first-last role` for every
    /// run of cells in another style than ordinary text, with `+bold`, `+reverse`, `+underline` behind the role.
    package func dump() throws(GridDefect) -> String {
        if let defect { throw defect }
        var text = ""
        for row in 0..<rows { text += self.text(ofRow: row) + "|\n" }
        for row in 0..<rows {
            var start = 0
            while start < columns {
                let style = cells[row * columns + start].style
                var end = start
                while end + 1 < columns, cells[row * columns + end + 1].style == style { end += 1 }
                if style != Cell.blank.style { text += "\(row):\(start)-\(end) \(style.name)\n" }
                start = end + 1
            }
        }
        return text
    }
}

extension CellStyle {
    /// The role and the attributes in words: `critical+bold`.
    package var name: String {
        role.rawValue + (isBold ? "+bold" : "") + (isReverse ? "+reverse" : "") + (isUnderlined ? "+underline" : "")
    }
}
