/// How every role looks: a theme after it has been read.
package struct Palette: Hashable, Sendable {
    package let name: String
    package let looks: [Role: Look]

    package init(name: String, looks: [Role: Look]) {
        self.name = name
        self.looks = looks
    }

    package struct Look: Hashable, Sendable {
        package var foreground: TerminalColor
        package var background: TerminalColor
        package var isBold: Bool
        package var isDim: Bool
        package var isReverse: Bool
        package var isUnderlined: Bool

        package init(
            foreground: TerminalColor = .default, background: TerminalColor = .default, bold: Bool = false,
            dim: Bool = false, reverse: Bool = false, underline: Bool = false
        ) {
            self.foreground = foreground
            self.background = background
            isBold = bold
            isDim = dim
            isReverse = reverse
            isUnderlined = underline
        }
    }
}

/// A colour as theme files name it.
package enum TerminalColor: Hashable, Sendable {
    /// The terminal's own.
    case `default`
    /// One of the 16 ANSI colours.
    case ansi(UInt8)
    case rgb(UInt8, UInt8, UInt8)
}
