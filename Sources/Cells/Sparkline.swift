/// A graph of one row: a cell per value, the newest at the right.
///
/// A missing value is a gap, a zero is the lowest level and anything more is above it. Values that make no sense in
/// a graph (negative, not finite) are shown as `?`.
package struct Sparkline: Hashable, Sendable {
    package let values: [Double?]
    /// The value of a full column; `nil` for the highest of the values shown.
    package let top: Double?

    package init(_ values: [Double?], top: Double? = nil) {
        self.values = values
        self.top = top
    }

    /// The newest values in so many cells; fewer values stand at the right, after blanks.
    package func text(width: Int, glyphs: Glyphs = .unicode) -> String {
        guard width > 0 else { return "" }
        let shown = values.suffix(width)
        let highest = top ?? shown.compactMap { $0 }.filter { $0.isFinite }.max() ?? 0
        var text = String(repeating: " ", count: width - shown.count)
        for value in shown { text += sign(for: value, highest: highest, glyphs: glyphs) }
        return text
    }

    private func sign(for value: Double?, highest: Double, glyphs: Glyphs) -> String {
        guard let value else { return " " }
        guard value.isFinite, value >= 0 else { return "?" }
        guard value > 0, highest > 0 else { return glyphs.level(0) }
        let share = min(1, value / highest)
        return glyphs.level(max(1, Int(share * Double(Glyphs.highestLevel) + 0.5)))
    }
}
