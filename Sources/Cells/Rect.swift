/// A rectangle of cells. A rectangle without columns or rows is empty; sizes are never negative.
package struct Rect: Hashable, Sendable {
    package let column: Int
    package let row: Int
    package let columns: Int
    package let rows: Int

    package init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// The first column to the right of the rectangle.
    package var endColumn: Int { column + columns }
    /// The first row below the rectangle.
    package var endRow: Int { row + rows }
    package var isEmpty: Bool { columns == 0 || rows == 0 }

    package func contains(column: Int, row: Int) -> Bool {
        column >= self.column && column < endColumn && row >= self.row && row < endRow
    }

    /// What both rectangles cover; empty where they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rect(
            column: left, row: top, columns: min(endColumn, other.endColumn) - left,
            rows: min(endRow, other.endRow) - top)
    }

    package func inset(columns horizontal: Int = 1, rows vertical: Int = 1) -> Rect {
        Rect(
            column: column + min(horizontal, columns), row: row + min(vertical, rows),
            columns: columns - 2 * horizontal, rows: rows - 2 * vertical)
    }

    /// A rectangle of at most the given size in the middle of this one: where overlays stand.
    package func centered(columns wanted: Int, rows wantedRows: Int) -> Rect {
        let width = min(max(0, wanted), columns)
        let height = min(max(0, wantedRows), rows)
        return Rect(
            column: column + (columns - width) / 2, row: row + (rows - height) / 2, columns: width, rows: height)
    }

    /// One row of the rectangle, counted from its top; empty where there is no such row.
    package func line(_ index: Int) -> Rect {
        Rect(column: column, row: row + index, columns: columns, rows: index >= 0 && index < rows ? 1 : 0)
    }
}

/// How much of a rectangle a part of it wants.
package enum Extent: Hashable, Sendable {
    /// So many cells, as far as there are any.
    case fixed(Int)
    /// A share of what fixed parts and minima leave, by weight.
    case share(Int, minimum: Int = 0)
}

extension Rect {
    /// The upper `rows` rows, and the rest.
    package func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
        let parts = splitRows([.fixed(rows), .share(1)])
        return (parts[0], parts[1])
    }

    /// The lower `rows` rows, and the rest above them.
    package func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
        let bottom = min(max(0, rows), self.rows)
        let parts = splitRows([.fixed(self.rows - bottom), .fixed(bottom)])
        return (parts[0], parts[1])
    }

    /// The left `columns` columns, and the rest.
    package func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
        let parts = splitColumns([.fixed(columns), .share(1)])
        return (parts[0], parts[1])
    }

    /// The right `columns` columns, and the rest before them.
    package func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
        let right = min(max(0, columns), self.columns)
        let parts = splitColumns([.fixed(self.columns - right), .fixed(right)])
        return (parts[0], parts[1])
    }

    /// Parts from top to bottom, as many as were asked for: those that find no space are empty.
    package func splitRows(_ extents: [Extent], gap: Int = 0) -> [Rect] {
        Self.places(extents, in: rows, gap: gap).map { place in
            Rect(column: column, row: row + place.start, columns: columns, rows: place.length)
        }
    }

    /// Parts from left to right, as many as were asked for: those that find no space are empty.
    package func splitColumns(_ extents: [Extent], gap: Int = 0) -> [Rect] {
        Self.places(extents, in: columns, gap: gap).map { place in
            Rect(column: column + place.start, row: row, columns: place.length, rows: rows)
        }
    }

    private static func places(_ extents: [Extent], in total: Int, gap: Int) -> [(start: Int, length: Int)] {
        var left = max(0, total - gap * max(0, extents.count - 1))
        var lengths: [Int] = []
        for extent in extents {
            let wanted =
                switch extent {
                case .fixed(let length): max(0, length)
                case .share(_, let minimum): max(0, minimum)
                }
            lengths.append(min(wanted, left))
            left -= min(wanted, left)
        }
        var weight = 0
        for case .share(let part, _) in extents { weight += max(0, part) }
        for (index, extent) in extents.enumerated() {
            guard case .share(let part, _) = extent, part > 0, weight > 0 else { continue }
            let more = left * part / weight
            lengths[index] += more
            left -= more
            weight -= part
        }
        var places: [(start: Int, length: Int)] = []
        var start = 0
        for length in lengths {
            let begin = min(start, max(0, total))
            places.append((begin, min(length, max(0, total) - begin)))
            start += length + gap
        }
        return places
    }
}
