package import Cells

/// A line that is being typed.
package struct LineEditor: Hashable, Sendable {
    package private(set) var scalars: [Unicode.Scalar]
    /// Counted in scalars from the start of the line.
    package private(set) var cursor: Int

    /// Longer input is cut: nobody types it, and a mistaken paste must not hold up the screen.
    private static let limit = 2_000

    package init(_ text: String = "") {
        scalars = []
        cursor = 0
        insert(text)
    }

    package var text: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    package var textBeforeCursor: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[..<cursor])
        return String(text)
    }

    package var isEmpty: Bool { scalars.isEmpty }

    /// Inserts at the cursor; line feeds and tabs become spaces, other control characters are left out.
    package mutating func insert(_ text: String) {
        for scalar in text.unicodeScalars where scalars.count < Self.limit {
            let isSpace = scalar == "\n" || scalar == "\t" || scalar == "\r"
            guard isSpace || !Self.isControl(scalar) else { continue }
            scalars.insert(isSpace ? " " : scalar, at: cursor)
            cursor += 1
        }
    }

    package mutating func replace(with text: String) {
        scalars = []
        cursor = 0
        insert(text)
    }

    /// Puts a text in the place of some of the line's characters, and the cursor behind it.
    package mutating func replace(_ characters: Range<Int>, with text: String) {
        let line = Array(self.text)
        let range = characters.clamped(to: 0..<line.count)
        let start = String(line[..<range.lowerBound]).unicodeScalars.count
        let end = start + String(line[range]).unicodeScalars.count
        scalars.removeSubrange(start..<end)
        cursor = start
        insert(text)
    }

    /// Takes an editing key; false if the key means nothing to a line.
    package mutating func press(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar): insert(String(scalar))
        case .paste(let text): insert(text)
        case .backspace, .control("h"):
            guard cursor > 0 else { return true }
            cursor -= 1
            scalars.remove(at: cursor)
        case .delete, .control("d"):
            if cursor < scalars.count { scalars.remove(at: cursor) }
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(scalars.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = scalars.count
        case .control("u"):
            scalars.removeSubrange(..<cursor)
            cursor = 0
        case .control("k"): scalars.removeSubrange(cursor...)
        case .control("w"):
            var start = cursor
            while start > 0, scalars[start - 1] == " " { start -= 1 }
            while start > 0, scalars[start - 1] != " " { start -= 1 }
            scalars.removeSubrange(start..<cursor)
            cursor = start
        case .control, .alt, .enter, .escape, .tab, .backTab, .insert, .up, .down, .pageUp, .pageDown, .function,
            .mouse:
            return false
        }
        return true
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
