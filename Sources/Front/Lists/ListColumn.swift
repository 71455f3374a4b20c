import Cells
import Domain

/// A column of a list: heading, what it sorts by, and what a row shows in it.
struct ListColumn<Row>: Sendable where Row: Sendable {
    /// The name in the sort chooser, and in ``SortOrder``.
    let id: String
    let heading: @Sendable (RowContext) -> String
    /// In cells. `wide`: where there is room for more than the least.
    let width: Int
    let wideWidth: Int
    /// Takes what is left; one column of a list does.
    let isFlexible: Bool
    let isRightAligned: Bool
    /// Names are often told apart by their ends: they lose their middle when they are cut.
    let isName: Bool
    /// Columns with a higher rank go first when the screen is narrow.
    let rank: Int
    /// Whether sorting by it begins with the largest.
    let startsDescending: Bool
    /// `nil`: the rows come in this order.
    let sortKey: (@Sendable (Row) -> SortKey)?
    let cell: @Sendable (Row, RowContext, Int) -> TextRun

    init(
        _ id: String, heading: @escaping @Sendable (RowContext) -> String, width: Int, wideWidth: Int? = nil,
        flexible: Bool = false, rightAligned: Bool = false, name: Bool = false, rank: Int, descending: Bool = false,
        sortKey: (@Sendable (Row) -> SortKey)?, cell: @escaping @Sendable (Row, RowContext, Int) -> TextRun
    ) {
        self.id = id
        self.heading = heading
        self.width = width
        self.wideWidth = max(width, wideWidth ?? width)
        isFlexible = flexible
        isRightAligned = rightAligned
        isName = name
        self.rank = rank
        startsDescending = descending
        self.sortKey = sortKey
        self.cell = cell
    }
}

/// What a row's text depends on besides the row.
struct RowContext: Sendable {
    let names: PerIDC<String>
    let now: WallTime?
    let utcOffset: Duration
    /// Whether the cluster's topics have ever been read, by IDC.
    let isRead: PerIDC<Bool>
    let arrows: PerIDC<String>
    let glyphs: Glyphs

    init(_ model: Model) {
        names = model.names
        now = model.now
        utcOffset = model.utcOffset
        isRead = PerIDC { model.snapshot?.clusters[$0].metadata.lastKnown != nil }
        glyphs = model.settings.glyphs
        arrows = PerIDC(idc1: glyphs.longRight, idc2: glyphs.longLeft)
    }

    /// The age of what was read at `moment`; `nil` before the first tick.
    func age(of moment: WallTime) -> Duration? { now?.since(moment) }
}

extension Table {
    /// The table of a list on a screen: which columns find space, and how wide each is.
    init<Row>(_ list: [ListColumn<Row>], sort: SortOrder, context: RowContext, glyphs: Glyphs) {
        let columns = list.map { column in
            Column(
                column.heading(context), minimum: column.width,
                maximum: column.isFlexible ? nil : column.wideWidth,
                weight: column.isFlexible ? 2 : (column.wideWidth > column.width ? 3 : 0),
                alignment: column.isRightAligned ? .right : .left, priority: -column.rank,
                cutsMiddle: column.isName)
        }
        let sorted = list.firstIndex { $0.id == sort.column }
        self.init(
            columns: columns, sort: sorted.map { Sort(column: $0, isDescending: sort.isDescending) }, glyphs: glyphs)
    }
}
