/// One cell of the screen.
///
/// A wide character takes two: its own cell with `width` 2, and a following cell of kind ``Kind/tail``.
package struct Cell: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Text of one or two columns: a base scalar and at most three combining scalars.
        case glyph(String, width: Int)
        /// The second column of the wide glyph to the left.
        case tail
    }

    package var kind: Kind
    package var style: CellStyle

    package init(_ text: String, width: Int = 1, style: CellStyle) {
        kind = .glyph(text, width: width)
        self.style = style
    }

    package init(tailWith style: CellStyle) {
        kind = .tail
        self.style = style
    }

    package static let blank = Cell(" ", style: CellStyle(.text))
}

/// A role, and the attributes that hold in every theme.
package struct CellStyle: Hashable, Sendable {
    package var role: Role
    package var isBold: Bool
    package var isReverse: Bool
    package var isUnderlined: Bool

    package init(_ role: Role, bold: Bool = false, reverse: Bool = false, underline: Bool = false) {
        self.role = role
        isBold = bold
        isReverse = reverse
        isUnderlined = underline
    }
}
