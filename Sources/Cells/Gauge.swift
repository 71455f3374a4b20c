/// A bar that is filled by a fraction, in steps of an eighth of a cell.
///
/// Something is never drawn as nothing and not quite all never as all; a fraction that is not known, or is none, is a
/// row of `?` in its own role.
package struct Gauge: Hashable, Sendable {
    package let fraction: Double?
    package let style: CellStyle

    package init(_ fraction: Double?, style: CellStyle = CellStyle(.gauge)) {
        self.fraction = fraction
        self.style = style
    }

    /// The gauge in so many cells.
    package func runs(width: Int, glyphs: Glyphs = .unicode) -> [TextRun] {
        guard width > 0 else { return [] }
        guard let fraction, fraction.isFinite, fraction >= 0, fraction <= 1 else {
            return [TextRun(String(repeating: "?", count: width), .unknown)]
        }
        let steps = width * 8
        var filled = Int(fraction * Double(steps) + 0.5)  // rounded() would need libm
        if fraction > 0 { filled = max(1, filled) }
        if fraction < 1 { filled = min(steps - 1, filled) }
        if glyphs.isASCII, fraction < 1, filled / 8 == width - 1, filled % 8 >= 4 {
            filled = (width - 1) * 8 + 3  // the last cell would round up to a full bar
        }
        var bar = String(repeating: glyphs.full, count: filled / 8)
        if filled % 8 > 0 { bar += glyphs.eighths(filled % 8) }
        let rest = width - (filled + 7) / 8
        var runs: [TextRun] = []
        if !bar.isEmpty { runs.append(TextRun(bar, style)) }
        if rest > 0 { runs.append(TextRun(String(repeating: glyphs.empty, count: rest), .gaugeEmpty)) }
        return runs
    }
}
