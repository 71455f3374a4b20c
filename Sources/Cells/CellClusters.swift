/// A text as the sequence of what is put into cells: clean, each with its width of 1 or 2.
///
/// A cluster is a base scalar and at most three combining scalars, which is what a curses cell holds; further marks
/// are dropped. What may not reach a terminal is replaced by a visible `·`: control characters (and with them the
/// start of every escape sequence), bidirectional controls, joiners, variation selectors, flags and skin tones (on
/// whose width terminals differ), private and unassigned scalars, and a combining mark without a base.
package struct CellClusters: Sequence, IteratorProtocol {
    /// One or two columns of text.
    package struct Cluster: Hashable, Sendable {
        package let text: String
        package let width: Int
        /// Whether this stands for something that was not fit to be shown.
        package let isReplacement: Bool
    }

    /// What replaced scalars are shown as.
    package static let replacement = "·"

    private var scalars: String.UnicodeScalarView.Iterator
    private var pending: Unicode.Scalar?

    package init(_ text: String) {
        scalars = text.unicodeScalars.makeIterator()
        pending = scalars.next()
    }

    package mutating func next() -> Cluster? {
        guard let base = pending else { return nil }
        pending = scalars.next()
        guard Self.isFit(base), let width = TextWidth.of(base), width > 0 else {
            return Cluster(text: Self.replacement, width: 1, isReplacement: true)
        }
        guard let following = pending, following.value >= 0x300 else {
            return Cluster(text: String(Character(base)), width: width, isReplacement: false)
        }
        var text = String.UnicodeScalarView()
        text.append(base)
        while let mark = pending, mark.value >= 0x300, TextWidth.of(mark) == 0, Self.isFit(mark) {
            if text.count < 4 { text.append(mark) }
            pending = scalars.next()
        }
        return Cluster(text: String(text), width: width, isReplacement: false)
    }

    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x7F { return value >= 0x20 }
        if value >= 0xAC00, value <= 0xD7A3 { return true }
        if value >= 0x1F1E6, value <= 0x1F1FF { return false }
        let properties = scalar.properties
        if properties.isEmojiModifier || properties.isDefaultIgnorableCodePoint { return false }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}

/// A text that is fit to be shown on one line of a terminal, and the cells it takes.
package struct CleanText: Hashable, Sendable {
    package let text: String
    package let width: Int
    /// Whether anything had to be replaced.
    package let isChanged: Bool

    package init(_ raw: String) {
        var text = ""
        var width = 0
        var isChanged = false
        for cluster in CellClusters(raw) {
            text += cluster.text
            width += cluster.width
            isChanged = isChanged || cluster.isReplacement
        }
        self.text = text
        self.width = width
        self.isChanged = isChanged
    }
}
