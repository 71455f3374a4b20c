import Testing

@testable import Cells
@testable import Terminal

struct PairTableTests {
    private final class Pairs {
        var given: [[Int32]] = []
    }

    private let palette = Palette(
        name: "test",
        looks: [
            .text: .init(),
            .ok: .init(foreground: .rgb(0, 255, 0)),
            .warning: .init(foreground: .ansi(11), bold: true),
            .critical: .init(foreground: .ansi(15), background: .ansi(1)),
            .selection: .init(background: .rgb(0, 0, 255)),
            .dim: .init(dim: true),
        ])

    private func table(_ depth: Int, capacity: Int, pairs: Pairs, refuses: Bool = false) -> PairTable {
        PairTable(palette: palette, depth: ColorDepth(count: depth), capacity: capacity) { number, front, back in
            pairs.given.append([number, front, back])
            return !refuses
        }
    }

    @Test func `a pair is made when a style is first shown, and once`() {
        let pairs = Pairs()
        let table = table(256, capacity: 65_536, pairs: pairs)
        #expect(table.appearance(of: CellStyle(.text)) == .init(attributes: [], pair: 0))
        #expect(table.appearance(of: CellStyle(.ok)) == .init(attributes: [], pair: 1))
        #expect(table.appearance(of: CellStyle(.ok, bold: true)) == .init(attributes: .bold, pair: 1))
        #expect(table.appearance(of: CellStyle(.critical, reverse: true)) == .init(attributes: .reverse, pair: 2))
        #expect(pairs.given == [[1, 46, -1], [2, 15, 1]])
    }

    @Test func `another palette starts over, the same one does not`() {
        let pairs = Pairs()
        let table = table(256, capacity: 256, pairs: pairs)
        _ = table.appearance(of: CellStyle(.ok))
        #expect(!table.use(palette))
        #expect(table.use(Palette(name: "other", looks: [.ok: .init(foreground: .ansi(4))])))
        #expect(table.appearance(of: CellStyle(.ok)).pair == 1)
        #expect(pairs.given.last == [1, 4, -1])
    }

    @Test func `eight colours make up for brightness with bold`() {
        let pairs = Pairs()
        let table = table(8, capacity: 64, pairs: pairs)
        #expect(table.appearance(of: CellStyle(.warning)).attributes == .bold)
        #expect(table.appearance(of: CellStyle(.critical)) == .init(attributes: .bold, pair: 2))
        #expect(pairs.given == [[1, 3, -1], [2, 7, 1]])
    }

    @Test func `without pairs a background of its own is reverse video`() {
        let pairs = Pairs()
        let full = table(8, capacity: 2, pairs: pairs)
        #expect(full.appearance(of: CellStyle(.ok)).pair == 1)
        #expect(full.appearance(of: CellStyle(.selection)) == .init(attributes: .reverse, pair: 0))
        #expect(table(8, capacity: 64, pairs: pairs, refuses: true).appearance(of: CellStyle(.ok)).pair == 0)
    }

    @Test func `without colour the attributes stay`() {
        let pairs = Pairs()
        let table = table(0, capacity: 0, pairs: pairs)
        #expect(table.appearance(of: CellStyle(.warning)) == .init(attributes: .bold, pair: 0))
        #expect(table.appearance(of: CellStyle(.critical)) == .init(attributes: .reverse, pair: 0))
        #expect(table.appearance(of: CellStyle(.dim)) == .init(attributes: .dim, pair: 0))
        #expect(pairs.given.isEmpty)
    }

    @Test func `a role without a look is ordinary text`() {
        #expect(table(256, capacity: 256, pairs: Pairs()).appearance(of: CellStyle(.frame)).pair == 0)
    }

    @Test(
        arguments: [
            (ColorValue(0, 0, 0), 16), (ColorValue(255, 255, 255), 231), (ColorValue(255, 0, 0), 196),
            (ColorValue(8, 8, 8), 232), (ColorValue(238, 238, 238), 255), (ColorValue(95, 135, 175), 67),
            (ColorValue(30, 30, 30), 234),
        ] as [(ColorValue, Int32)])
    func `a colour becomes the nearest of 256`(value: ColorValue, index: Int32) {
        #expect(ColorDepth.nearest256(value) == index)
    }

    @Test func `a colour becomes the nearest that the terminal has`() {
        let red = TerminalColor.rgb(250, 10, 10)
        #expect(ColorDepth(count: 16).resolved(red).index == 9)
        #expect(ColorDepth(count: 8).resolved(red).index == 1)
        #expect(ColorDepth(count: 0).resolved(red) == .terminal)
        #expect(ColorDepth(count: 1 << 24).resolved(red).index == 0xFA0A0A)
        #expect(ColorDepth(count: 1 << 24).resolved(.ansi(9)).index == 0xFF0000)
        #expect(ColorDepth(count: 1 << 24).resolved(.ansi(1)).index == 1)
        #expect(ColorDepth(count: 256).resolved(.default) == .terminal)
        #expect(ColorDepth(count: 256).resolved(.ansi(200)).index == 8)
    }
}
