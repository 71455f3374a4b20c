/// How many cells text takes, and text cut to a number of cells.
///
/// Widths are those of glibc's `wcwidth` in C.UTF-8: 0 for combining marks, 2 for CJK and most emoji. Text is
/// measured as it is drawn, that is after ``CleanText`` has replaced what may not reach a terminal.
package enum TextWidth {
    /// The cells of one scalar, `nil` where it has no place on a screen (control characters, unassigned scalars).
    package static func of(_ scalar: Unicode.Scalar) -> Int? {
        let value = scalar.value
        if value >= 0x20, value < 0x7F { return 1 }
        if value >= 0xAC00, value <= 0xD7A3 { return 2 }
        if value >= 0x4E00, value <= 0x9FFF { return 2 }
        let changes = WidthTable.changes
        var low = 0
        var high = changes.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if changes[middle] >> 2 <= value { low = middle } else { high = middle }
        }
        let width = changes[low] & 3
        return width == 3 ? nil : Int(width)
    }

    /// The cells that a text takes when it is drawn.
    package static func of(_ text: String) -> Int {
        var width = 0
        for cluster in CellClusters(text) { width += cluster.width }
        return width
    }

    /// The text cleaned and, where it takes more than `limit` cells, cut at its end with an ellipsis inside the limit.
    package static func truncated(_ text: String, to limit: Int, glyphs: Glyphs = .unicode) -> String {
        let clusters = Array(CellClusters(text))
        guard clusters.reduce(0, { $0 + $1.width }) > limit else { return joined(clusters[...]) }
        guard limit > 0 else { return "" }
        return joined(head(of: clusters, limit: limit - 1)) + glyphs.ellipsis
    }

    /// Like ``truncated(_:to:glyphs:)``, but cut in the middle: names are often told apart by their ends.
    package static func truncatedMiddle(_ text: String, to limit: Int, glyphs: Glyphs = .unicode) -> String {
        let clusters = Array(CellClusters(text))
        guard clusters.reduce(0, { $0 + $1.width }) > limit else { return joined(clusters[...]) }
        guard limit > 2 else { return truncated(text, to: limit, glyphs: glyphs) }
        let tail = (limit - 1) / 2
        let front = head(of: clusters, limit: limit - 1 - tail)
        var used = 0
        var start = clusters.count
        while start > front.count, used + clusters[start - 1].width <= tail {
            start -= 1
            used += clusters[start].width
        }
        return joined(front) + glyphs.ellipsis + joined(clusters[start...])
    }

    /// The text padded with spaces to `width` cells; text that is wider is cut with an ellipsis.
    package static func padded(
        _ text: String, to width: Int, alignment: Alignment = .left, glyphs: Glyphs = .unicode
    ) -> String {
        let cut = truncated(text, to: width, glyphs: glyphs)
        let missing = max(0, width - of(cut))
        let before = alignment.leading(of: missing)
        return String(repeating: " ", count: before) + cut + String(repeating: " ", count: missing - before)
    }

    private static func head(of clusters: [CellClusters.Cluster], limit: Int) -> ArraySlice<CellClusters.Cluster> {
        var used = 0
        var end = 0
        while end < clusters.count, used + clusters[end].width <= limit {
            used += clusters[end].width
            end += 1
        }
        return clusters[..<end]
    }

    private static func joined(_ clusters: ArraySlice<CellClusters.Cluster>) -> String {
        var text = ""
        for cluster in clusters { text += cluster.text }
        return text
    }
}

/// Where text stands in a space wider than itself.
package enum Alignment: Hashable, Sendable {
    case left
    case right
    case center

    /// How much of the missing width goes before the text.
    package func leading(of missing: Int) -> Int {
        switch self {
        case .left: 0
        case .right: missing
        case .center: missing / 2
        }
    }
}
