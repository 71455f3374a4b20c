import Testing

@testable import Cells

struct TableTests {
    private let table = Table(
        columns: [
            .init("group", minimum: 8, weight: 2, priority: 9, cutsMiddle: true),
            .fixed("lag", 6, alignment: .right, priority: 5),
            .fixed("age", 4, alignment: .right, priority: 1),
            .init("note", minimum: 5, maximum: 10, weight: 1, priority: 1),
        ], sort: .init(column: 1, isDescending: true))

    private func row(_ name: String, _ lag: String, bar: Role? = nil) -> Table.Row {
        Table.Row([[TextRun(name)], [TextRun(lag, .warning)], [TextRun("3 s", .dim)], [TextRun("held")]], bar: bar)
    }

    @Test func `wide screens share what the minima leave, up to the maxima`() {
        #expect(table.layout(width: 26).map(\.width) == [8, 6, 4, 5])
        #expect(table.layout(width: 38).map(\.width) == [16, 6, 4, 9])
        #expect(table.layout(width: 80).map(\.width) == [57, 6, 4, 10])
        #expect(table.layout(width: 80).map(\.column) == [0, 58, 65, 70])
    }

    @Test func `narrow screens lose the columns of the lowest priority, the rightmost first`() {
        #expect(table.layout(width: 25).map(\.index) == [0, 1, 2])
        #expect(table.layout(width: 19).map(\.index) == [0, 1])
        #expect(table.layout(width: 14).map(\.index) == [0])
        #expect(table.layout(width: 5).map(\.width) == [5])
        #expect(table.layout(width: 0).isEmpty)
    }

    @Test func `no layout exceeds its width`() {
        for width in 1...120 {
            let places = table.layout(width: width)
            #expect(places.allSatisfy { $0.width > 0 && $0.column + $0.width <= width })
        }
    }

    @Test func `heading, rows, sort mark and bar are drawn`() throws {
        var grid = CellGrid(columns: 26, rows: 4)
        table.draw(
            [row("billing-체결-engine", "9,112"), row("audit", "0", bar: .selection)], into: &grid, in: grid.bounds)
        #expect(
            try grid.dump() == """
                group      lag▼  age note |
                bill…ine  9,112  3 s held |
                audit         0  3 s held |
                                          |
                0:0-4 heading
                0:11-14 heading
                0:17-19 heading
                0:21-24 heading
                1:10-14 warning
                1:17-19 dim
                2:0-25 selection

                """)
    }

    @Test func `only the rows that find space are drawn`() {
        var grid = CellGrid(columns: 26, rows: 5)
        let rect = Rect(column: 0, row: 1, columns: 26, rows: 3)
        table.draw((0..<50).map { row("group-\($0)", "\($0)") }, into: &grid, in: rect)
        #expect(grid.text(ofRow: 0) == String(repeating: " ", count: 26))
        #expect(grid.text(ofRow: 3).hasPrefix("group-1 "))
        #expect(grid.text(ofRow: 4) == String(repeating: " ", count: 26))
    }

    @Test func `a row with too few cells leaves the others blank`() {
        var grid = CellGrid(columns: 26, rows: 2)
        table.draw([Table.Row([[TextRun("audit")]])], into: &grid, in: grid.bounds)
        #expect(grid.text(ofRow: 1) == "audit" + String(repeating: " ", count: 21))
    }
}
