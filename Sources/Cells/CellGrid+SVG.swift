extension CellGrid {
    /// The grid as an SVG picture in a palette's colours.
    ///
    /// The terminal's own colours are taken from the role of ordinary text where the palette names them, else they
    /// are light grey on near black. Every run of text is stretched to its cells, so that the picture keeps its
    /// columns in whatever monospace font the viewer has.
    package func svg(palette: Palette) -> String {
        let width = columns * SVGCell.width
        let height = rows * SVGCell.height
        let text = palette.look(of: CellStyle(.text))
        let paint = SVGPaint(
            palette: palette,
            foreground: text.foreground.value ?? ColorValue(208, 208, 208),
            background: text.background.value ?? ColorValue(16, 18, 24))
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono CJK KR', \
            monospace" font-size="\(SVGCell.font)">
            <rect width="\(width)" height="\(height)" fill="\(paint.background.hex)"/>

            """
        for row in 0..<rows {
            for run in svgRuns(ofRow: row) { svg += paint.background(of: run, row: row) }
        }
        for row in 0..<rows {
            for run in svgRuns(ofRow: row) { svg += paint.text(of: run, row: row) }
        }
        return svg + "</svg>\n"
    }

    /// Neighbouring cells of one style and one width; text beyond ASCII stands alone, since a font may lack it and
    /// take it from another with other widths.
    private func svgRuns(ofRow row: Int) -> [SVGRun] {
        var runs: [SVGRun] = []
        for column in 0..<columns {
            let cell = cells[row * columns + column]
            guard case .glyph(let text, let width) = cell.kind else { continue }
            let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
            if isASCII, let last = runs.last, last.isASCII, last.style == cell.style {
                runs[runs.count - 1].text += text
                runs[runs.count - 1].columns += width
            } else {
                runs.append(
                    SVGRun(text: text, column: column, columns: width, style: cell.style, isASCII: isASCII))
            }
        }
        return runs
    }
}

private enum SVGCell {
    static let width = 9
    static let height = 19
    static let font = 15
    static let baseline = 14
}

private struct SVGRun {
    var text: String
    let column: Int
    var columns: Int
    let style: CellStyle
    let isASCII: Bool
}

private struct SVGPaint {
    let palette: Palette
    let foreground: ColorValue
    let background: ColorValue

    func background(of run: SVGRun, row: Int) -> String {
        let look = palette.look(of: run.style)
        let fill = look.isReverse ? look.foreground.value ?? foreground : look.background.value ?? background
        guard fill != background else { return "" }
        return """
            <rect x="\(run.column * SVGCell.width)" y="\(row * SVGCell.height)" \
            width="\(run.columns * SVGCell.width)" height="\(SVGCell.height)" fill="\(fill.hex)"/>

            """
    }

    func text(of run: SVGRun, row: Int) -> String {
        let look = palette.look(of: run.style)
        guard look.isUnderlined || run.text.utf8.contains(where: { $0 != 0x20 }) else { return "" }
        let fill = look.isReverse ? look.background.value ?? background : look.foreground.value ?? foreground
        var attributes = ""
        if look.isBold { attributes += " font-weight=\"bold\"" }
        if look.isDim { attributes += " opacity=\"0.65\"" }
        if look.isUnderlined { attributes += " text-decoration=\"underline\"" }
        return """
            <text x="\(run.column * SVGCell.width)" y="\(row * SVGCell.height + SVGCell.baseline)" \
            textLength="\(run.columns * SVGCell.width)" lengthAdjust="spacingAndGlyphs" xml:space="preserve" \
            fill="\(fill.hex)"\(attributes)>\(escaped(run.text))</text>

            """
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
