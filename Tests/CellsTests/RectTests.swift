import Testing

@testable import Cells

struct RectTests {
    private let screen = Rect(column: 2, row: 1, columns: 20, rows: 10)

    @Test func `fixed parts take what they ask and shares the rest by weight`() {
        let parts = screen.splitColumns([.fixed(4), .share(1), .share(3)])
        #expect(parts.map(\.columns) == [4, 4, 12])
        #expect(parts.map(\.column) == [2, 6, 10])
        #expect(parts.allSatisfy { $0.rows == 10 && $0.row == 1 })
    }

    @Test func `parts without space are empty and never outside`() {
        let parts = screen.splitRows([.fixed(8), .fixed(5), .share(1, minimum: 2), .fixed(1)])
        #expect(parts.map(\.rows) == [8, 2, 0, 0])
        #expect(parts.allSatisfy { $0.endRow <= screen.endRow })
    }

    @Test func `a gap stands between parts`() {
        let parts = screen.splitColumns([.share(1), .share(1)], gap: 2)
        #expect(parts.map(\.columns) == [9, 9])
        #expect(parts[1].column - parts[0].endColumn == 2)
    }

    @Test func `parts always tile what they are cut from`() {
        for total in 0...40 {
            let whole = Rect(column: 0, row: 0, columns: total, rows: 1)
            let parts = whole.splitColumns([.share(2, minimum: 3), .fixed(5), .share(1), .share(3)])
            #expect(parts.reduce(0) { $0 + $1.columns } == total)
            for (one, next) in zip(parts, parts.dropFirst()) { #expect(one.endColumn == next.column) }
        }
    }

    @Test func `top, bottom, left and right are cut off`() {
        #expect(screen.splitTop(3).rest == Rect(column: 2, row: 4, columns: 20, rows: 7))
        #expect(screen.splitBottom(3).bottom == Rect(column: 2, row: 8, columns: 20, rows: 3))
        #expect(screen.splitLeft(5).left == Rect(column: 2, row: 1, columns: 5, rows: 10))
        #expect(screen.splitRight(5).right == Rect(column: 17, row: 1, columns: 5, rows: 10))
        #expect(screen.splitBottom(99).rest.isEmpty)
    }

    @Test func `insets and intersections are never negative`() {
        #expect(Rect(column: 0, row: 0, columns: 1, rows: 1).inset().isEmpty)
        #expect(screen.intersection(Rect(column: 50, row: 50, columns: 5, rows: 5)).isEmpty)
        #expect(screen.intersection(Rect(column: 0, row: 0, columns: 5, rows: 5)).columns == 3)
    }

    @Test func `an overlay stands in the middle and fits`() {
        #expect(screen.centered(columns: 10, rows: 4) == Rect(column: 7, row: 4, columns: 10, rows: 4))
        #expect(screen.centered(columns: 100, rows: 100) == screen)
    }
}
