/// Text in one style. A line of several styles is an array of these.
package struct TextRun: Hashable, Sendable {
    package var text: String
    package var style: CellStyle

    package init(_ text: String, _ style: CellStyle) {
        self.text = text
        self.style = style
    }

    package init(_ text: String, _ role: Role = .text, bold: Bool = false) {
        self.init(text, CellStyle(role, bold: bold))
    }
}

extension [TextRun] {
    /// The cells that the runs take when they are drawn one after the other.
    package var width: Int { reduce(0) { $0 + TextWidth.of($1.text) } }

    /// The runs cut to `limit` cells, with an ellipsis in the style of the run that was cut.
    package func truncated(to limit: Int, glyphs: Glyphs = .unicode) -> [TextRun] {
        guard width > limit else { return self }
        var result: [TextRun] = []
        var left = limit
        for run in self {
            let width = TextWidth.of(run.text)
            // A run that just fits is cut all the same: the ellipsis must follow, for there is more.
            if width < left {
                result.append(run)
                left -= width
            } else {
                // One cell is added so that the text counts as too long and ends with the ellipsis.
                result.append(TextRun(TextWidth.truncated(run.text + " ", to: left, glyphs: glyphs), run.style))
                break
            }
        }
        return result
    }
}
