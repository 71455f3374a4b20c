/// A rectangle of cells: what drawing makes and the terminal shows.
package struct CellGrid: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    package internal(set) var cells: [Cell]

    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        cells = Array(repeating: .blank, count: self.columns * self.rows)
    }

    /// The cell at a position inside the grid, `nil` outside it.
    package subscript(column: Int, row: Int) -> Cell? {
        guard column >= 0, column < columns, row >= 0, row < rows else { return nil }
        return cells[row * columns + column]
    }
}
