internal import Cells

/// How many colours a terminal has, and which of them comes nearest to a wanted one.
struct ColorDepth: Hashable, Sendable {
    /// What a colour becomes: curses' number (-1 for the terminal's own), and whether bold must make up for brightness.
    struct Resolved: Hashable, Sendable {
        let index: Int32
        var isBold = false

        static let terminal = Resolved(index: -1)
    }

    /// 0, 8, 16, 256 or more, as terminfo says.
    let count: Int

    func resolved(_ color: TerminalColor) -> Resolved {
        guard count >= 8, let value = color.value else { return .terminal }
        if case .ansi(let index) = color { return ansi(Int(index & 15), value: value) }
        if count >= 1 << 24 { return direct(value) }
        if count >= 256 { return Resolved(index: Self.nearest256(value)) }
        let palette = ColorValue.ansi.prefix(count >= 16 ? 16 : 8)
        let nearest = palette.indices.min { Self.distance(palette[$0], value) < Self.distance(palette[$1], value) }
        return Resolved(index: Int32(nearest ?? 7))
    }

    private func ansi(_ index: Int, value: ColorValue) -> Resolved {
        // Direct-colour terminals keep the first 8 numbers for the ANSI colours and have no bright ones.
        if count >= 1 << 24 { return index < 8 ? Resolved(index: Int32(index)) : direct(value) }
        if count >= 16 { return Resolved(index: Int32(index)) }
        return Resolved(index: Int32(index % 8), isBold: index >= 8)
    }

    private func direct(_ value: ColorValue) -> Resolved {
        let number = Int32(value.red) << 16 | Int32(value.green) << 8 | Int32(value.blue)
        // Numbers below 8 are ANSI colours there: the nearest black with another number.
        return Resolved(index: number < 8 ? (number == 0 ? 0 : 8) : number)
    }

    /// The nearest of xterm's colour cube (16...231) and grey ramp (232...255); the first 16 are the user's.
    static func nearest256(_ value: ColorValue) -> Int32 {
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        func step(_ part: UInt8) -> Int {
            steps.indices.min { abs(Int(steps[$0]) - Int(part)) < abs(Int(steps[$1]) - Int(part)) } ?? 0
        }
        let (red, green, blue) = (step(value.red), step(value.green), step(value.blue))
        let cube = ColorValue(steps[red], steps[green], steps[blue])
        let mean = (Int(value.red) + Int(value.green) + Int(value.blue)) / 3
        let grey = min(23, max(0, (mean - 3) / 10))
        let level = UInt8(8 + 10 * grey)
        let isGreyNearer = distance(ColorValue(level, level, level), value) < distance(cube, value)
        return Int32(isGreyNearer ? 232 + grey : 16 + 36 * red + 6 * green + blue)
    }

    private static func distance(_ one: ColorValue, _ other: ColorValue) -> Int {
        let red = Int(one.red) - Int(other.red)
        let green = Int(one.green) - Int(other.green)
        let blue = Int(one.blue) - Int(other.blue)
        // The eye is most sensitive to green and least to blue.
        return 3 * red * red + 4 * green * green + 2 * blue * blue
    }
}
