/// Columns of text with a heading, drawn into a rectangle.
///
/// The table is given only the rows that are visible and costs only these, however many there are in all.
package struct Table: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package var title: String
        /// The cells below which the column is dropped rather than squeezed.
        package var minimum: Int
        /// The cells above which the column does not grow, however much space is left; `nil` for no such bound.
        package var maximum: Int?
        /// Its part of the space that the minima leave; 0 stays at the minimum.
        package var weight: Int
        package var alignment: Alignment
        /// Which columns stay on a narrow screen: the lowest is dropped first, of equals the rightmost.
        package var priority: Int
        /// Whether long text loses its middle instead of its end.
        package var cutsMiddle: Bool

        package init(
            _ title: String, minimum: Int, maximum: Int? = nil, weight: Int = 0, alignment: Alignment = .left,
            priority: Int = 0, cutsMiddle: Bool = false
        ) {
            self.title = title
            self.minimum = max(1, minimum)
            self.maximum = maximum.map { max($0, max(1, minimum)) }
            self.weight = max(0, weight)
            self.alignment = alignment
            self.priority = priority
            self.cutsMiddle = cutsMiddle
        }

        /// A column that always has the same width.
        package static func fixed(
            _ title: String, _ width: Int, alignment: Alignment = .left, priority: Int = 0
        ) -> Column {
            Column(title, minimum: width, maximum: width, alignment: alignment, priority: priority)
        }
    }

    /// The column by which the rows are sorted, by its index among all columns.
    package struct Sort: Hashable, Sendable {
        package var column: Int
        package var isDescending: Bool

        package init(column: Int, isDescending: Bool = false) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    /// One row: the runs of every column, also of those that may be dropped, and the style of its bar.
    package struct Row: Hashable, Sendable {
        package var cells: [[TextRun]]
        /// The role that the whole row takes on: the cursor's or a mark's. Bold and underlined text stays so.
        package var bar: Role?

        package init(_ cells: [[TextRun]], bar: Role? = nil) {
            self.cells = cells
            self.bar = bar
        }
    }

    /// Where a column was put: cells from the left edge of the table.
    package struct Place: Hashable, Sendable {
        package let index: Int
        package let column: Int
        package let width: Int
    }

    package var columns: [Column]
    package var sort: Sort?
    /// Cells between columns.
    package var gap: Int
    package var glyphs: Glyphs

    package init(columns: [Column], sort: Sort? = nil, gap: Int = 1, glyphs: Glyphs = .unicode) {
        self.columns = columns
        self.sort = sort
        self.gap = max(0, gap)
        self.glyphs = glyphs
    }

    /// Which columns are shown in a width, where, and how wide.
    ///
    /// Columns are dropped by priority until the minima fit; one always stays and is clipped. What is left over is
    /// shared by weight up to each maximum.
    package func layout(width: Int) -> [Place] {
        guard width > 0 else { return [] }
        var shown = Array(columns.indices)
        while shown.count > 1, minimum(of: shown) > width {
            guard let least = shown.map({ columns[$0].priority }).min(),
                let drop = shown.lastIndex(where: { columns[$0].priority == least })
            else { break }
            shown.remove(at: drop)
        }
        var widths = shown.map { columns[$0].minimum }
        share(width - minimum(of: shown), among: shown, widths: &widths)
        var places: [Place] = []
        var at = 0
        for (position, index) in shown.enumerated() {
            places.append(Place(index: index, column: at, width: min(widths[position], width - at)))
            at += widths[position] + gap
        }
        return places
    }

    /// Draws the heading in the first row of the rectangle and the given rows below it, as many as find space.
    package func draw(_ rows: [Row], into grid: inout CellGrid, in rect: Rect) {
        guard !rect.isEmpty else { return }
        let places = layout(width: rect.columns)
        for place in places { drawTitle(of: place, into: &grid, in: rect) }
        for (offset, row) in rows.prefix(rect.rows - 1).enumerated() {
            let line = rect.row + 1 + offset
            for place in places where place.index < row.cells.count {
                drawCell(row.cells[place.index], at: place, line: line, into: &grid, in: rect)
            }
            guard let bar = row.bar else { continue }
            grid.restyle(Rect(column: rect.column, row: line, columns: rect.columns, rows: 1)) { style in
                var changed = style
                changed.role = bar
                return changed
            }
        }
    }

    private func minimum(of shown: [Int]) -> Int {
        shown.reduce(0) { $0 + columns[$1].minimum } + gap * max(0, shown.count - 1)
    }

    private func share(_ space: Int, among shown: [Int], widths: inout [Int]) {
        var left = space
        // A column that reaches its maximum gives the rest of its share back: go round until nothing moves.
        while left > 0 {
            let growing = shown.indices.filter { position in
                let column = columns[shown[position]]
                return column.weight > 0 && (column.maximum.map { widths[position] < $0 } ?? true)
            }
            var weight = growing.reduce(0) { $0 + columns[shown[$1]].weight }
            guard weight > 0 else { return }
            var given = 0
            var open = left
            for position in growing {
                let column = columns[shown[position]]
                let part = open * column.weight / weight
                let room = column.maximum.map { $0 - widths[position] } ?? part
                widths[position] += min(part, room)
                given += min(part, room)
                open -= part
                weight -= column.weight
            }
            guard given > 0 else { return }
            left -= given
        }
    }

    private func drawTitle(of place: Place, into grid: inout CellGrid, in rect: Rect) {
        let column = columns[place.index]
        var title = column.title
        if let sort, sort.column == place.index {
            let sign = sort.isDescending ? glyphs.descending : glyphs.ascending
            title = TextWidth.truncated(title, to: max(0, place.width - 1), glyphs: glyphs) + sign
        }
        let line = Rect(column: rect.column + place.column, row: rect.row, columns: place.width, rows: 1)
        grid.put([TextRun(title, .heading)], in: line, alignment: column.alignment, glyphs: glyphs)
    }

    private func drawCell(
        _ runs: [TextRun], at place: Place, line: Int, into grid: inout CellGrid, in rect: Rect
    ) {
        let column = columns[place.index]
        var fitted = runs
        if column.cutsMiddle, let first = runs.first, runs.count == 1 {
            fitted = [
                TextRun(TextWidth.truncatedMiddle(first.text, to: place.width, glyphs: glyphs), first.style)
            ]
        }
        let cell = Rect(column: rect.column + place.column, row: line, columns: place.width, rows: 1)
        grid.put(fitted, in: cell, alignment: column.alignment, glyphs: glyphs)
    }
}
