extension CellGrid {
    /// Draws a frame along the inside edge of a rectangle, with a title in its upper side, and returns the inside.
    ///
    /// Below two columns or rows there is no frame, and the inside is empty.
    @discardableResult
    package mutating func box(
        _ rect: Rect, title: [TextRun] = [], style: CellStyle = CellStyle(.border), glyphs: Glyphs = .unicode
    ) -> Rect {
        guard rect.columns >= 2, rect.rows >= 2 else { return rect.inset() }
        let right = rect.endColumn - 1
        let bottom = rect.endRow - 1
        let line = String(repeating: glyphs.horizontal, count: rect.columns - 2)
        put(glyphs.topLeft + line + glyphs.topRight, column: rect.column, row: rect.row, style: style)
        put(glyphs.bottomLeft + line + glyphs.bottomRight, column: rect.column, row: bottom, style: style)
        for row in rect.row + 1..<max(rect.row + 1, bottom) {
            put(glyphs.vertical, column: rect.column, row: row, style: style)
            put(glyphs.vertical, column: right, row: row, style: style)
        }
        // A corner, a space, the title, a space, and the corner: with less there is nothing to read.
        if !title.isEmpty, rect.columns >= 6 {
            put(
                [TextRun(" ", style)] + title.truncated(to: rect.columns - 4, glyphs: glyphs) + [TextRun(" ", style)],
                column: rect.column + 1, row: rect.row, limit: rect.columns - 2, glyphs: glyphs)
        }
        return rect.inset()
    }

    /// Draws a frame with a plain title in the heading's style, and returns the inside.
    @discardableResult
    package mutating func box(_ rect: Rect, title: String, glyphs: Glyphs = .unicode) -> Rect {
        box(rect, title: [TextRun(title, .heading)], glyphs: glyphs)
    }
}
