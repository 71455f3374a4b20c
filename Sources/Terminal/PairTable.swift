internal import Cells

/// Colour pairs, given out as styles are first shown.
///
/// Where a pair cannot be had (a terminal with 64 pairs, or with none), the look keeps its attributes, and a
/// background of its own becomes reverse video.
final class PairTable {
    struct Attributes: OptionSet, Hashable {
        let rawValue: Int

        static let bold = Attributes(rawValue: 1)
        static let dim = Attributes(rawValue: 2)
        static let reverse = Attributes(rawValue: 4)
        static let underline = Attributes(rawValue: 8)
    }

    struct Appearance: Hashable {
        let attributes: Attributes
        let pair: Int32
    }

    private struct Pair: Hashable {
        let foreground: Int32
        let background: Int32
    }

    private let capacity: Int
    private let depth: ColorDepth
    private let allocate: (_ pair: Int32, _ foreground: Int32, _ background: Int32) -> Bool
    private var pairs: [Pair: Int32] = [:]
    private var appearances: [CellStyle: Appearance] = [:]
    private var palette: Palette

    /// - Parameters:
    ///   - capacity: how many pairs there are, pair 0 included.
    ///   - allocate: curses' `init_extended_pair`; whether it succeeded.
    init(
        palette: Palette, depth: ColorDepth, capacity: Int,
        allocate: @escaping (_ pair: Int32, _ foreground: Int32, _ background: Int32) -> Bool
    ) {
        self.palette = palette
        self.depth = depth
        self.capacity = capacity
        self.allocate = allocate
    }

    /// Changes the palette; whether it is another one, in which case every cell must be put again.
    func use(_ palette: Palette) -> Bool {
        guard palette != self.palette else { return false }
        self.palette = palette
        pairs = [:]
        appearances = [:]
        return true
    }

    func appearance(of style: CellStyle) -> Appearance {
        if let known = appearances[style] { return known }
        let appearance = makeAppearance(of: palette.look(of: style))
        appearances[style] = appearance
        return appearance
    }

    private func makeAppearance(of look: Palette.Look) -> Appearance {
        let foreground = depth.resolved(look.foreground)
        let background = depth.resolved(look.background)
        var attributes: Attributes = []
        if look.isBold || foreground.isBold { attributes.insert(.bold) }
        if look.isDim { attributes.insert(.dim) }
        if look.isReverse { attributes.insert(.reverse) }
        if look.isUnderlined { attributes.insert(.underline) }
        let wanted = Pair(foreground: foreground.index, background: background.index)
        if let pair = pair(for: wanted) { return Appearance(attributes: attributes, pair: pair) }
        if look.background != .default, look.background != palette.look(of: CellStyle(.text)).background {
            attributes.formSymmetricDifference(.reverse)
        }
        return Appearance(attributes: attributes, pair: 0)
    }

    /// A pair's number; `nil` where the wanted colours cannot be shown.
    private func pair(for wanted: Pair) -> Int32? {
        guard depth.count >= 8 else { return nil }
        if wanted == Pair(foreground: -1, background: -1) { return 0 }
        if let known = pairs[wanted] { return known }
        let number = Int32(pairs.count + 1)
        guard Int(number) < capacity, allocate(number, wanted.foreground, wanted.background) else { return nil }
        pairs[wanted] = number
        return number
    }
}
