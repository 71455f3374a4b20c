extension Palette {
    /// How a cell of a style looks: the role's look with the cell's own attributes.
    ///
    /// A role that the palette does not name looks like ordinary text. Reverse upon reverse is the plain look again,
    /// so that a bar over a reversed badge stays visible.
    package func look(of style: CellStyle) -> Look {
        var look = looks[style.role] ?? looks[.text] ?? Look()
        look.isBold = look.isBold || style.isBold
        look.isUnderlined = look.isUnderlined || style.isUnderlined
        look.isReverse = look.isReverse != style.isReverse
        return look
    }
}

/// Red, green and blue of a colour, 0 to 255 each.
package struct ColorValue: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#rrggbb`.
    package var hex: String {
        let digits = Array("0123456789abcdef")
        var text = "#"
        for part in [red, green, blue] {
            text.append(digits[Int(part >> 4)])
            text.append(digits[Int(part & 15)])
        }
        return text
    }

    /// The 16 ANSI colours as xterm paints them; terminals let their users change these.
    package static let ansi: [ColorValue] = [
        ColorValue(0, 0, 0), ColorValue(205, 0, 0), ColorValue(0, 205, 0), ColorValue(205, 205, 0),
        ColorValue(0, 0, 238), ColorValue(205, 0, 205), ColorValue(0, 205, 205), ColorValue(229, 229, 229),
        ColorValue(127, 127, 127), ColorValue(255, 0, 0), ColorValue(0, 255, 0), ColorValue(255, 255, 0),
        ColorValue(92, 92, 255), ColorValue(255, 0, 255), ColorValue(0, 255, 255), ColorValue(255, 255, 255),
    ]
}

extension TerminalColor {
    /// The colour's value; `nil` for the terminal's own.
    package var value: ColorValue? {
        switch self {
        case .default: nil
        case .ansi(let index): ColorValue.ansi[Int(index & 15)]
        case .rgb(let red, let green, let blue): ColorValue(red, green, blue)
        }
    }
}
