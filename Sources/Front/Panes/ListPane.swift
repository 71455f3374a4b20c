import Cells
import Domain

/// What the panes with rows have in common: title line, headings, the visible rows, and why there are none.
enum ListPane {
    static func draw(_ model: Model, in rect: Rect, into grid: inout CellGrid) {
        guard let list = model[list: model.pane] else { return }
        let glyphs = model.settings.glyphs
        let (top, rest) = rect.splitTop(1)
        grid.put([TextRun(" ")] + title(model, list), in: top, glyphs: glyphs)
        guard !list.order.isEmpty else {
            for (offset, line) in absence(model, list).enumerated() {
                grid.put([TextRun("  ")] + line, in: rest, line: offset + 1, glyphs: glyphs)
            }
            return
        }
        let context = RowContext(model)
        let area = Rect(column: rest.column + 1, row: rest.row, columns: rest.columns - 1, rows: rest.rows)
        let first = max(0, min(list.top, list.order.count - 1))
        let visible = Array(list.order[first...].prefix(max(0, area.rows - 1)))
        switch model.pane {
        case .overview, .failover: break
        case .mirrors:
            let rows = visible.compactMap { index in model.snapshot?.mirrors[index] }
            let places = draw(
                MirrorColumns.all, rows: rows, list, first, context, in: area, into: &grid, glyphs, id: \.topic)
            showDirection(model, list, places, first, area, into: &grid)
        case .groups:
            let rows = visible.compactMap { index in model.snapshot?.groups[index] }
            draw(GroupColumns.all, rows: rows, list, first, context, in: area, into: &grid, glyphs, id: \.id)
        case .journal:
            let rows = visible.map { model.journalRows[$0] }
            draw(JournalColumns.all, rows: rows, list, first, context, in: area, into: &grid, glyphs, id: \.id)
        }
        showMatches(model, list, visible.count, in: area, into: &grid)
    }

    @discardableResult
    private static func draw<Row>(
        _ columns: [ListColumn<Row>], rows: [Row], _ list: ListState, _ first: Int, _ context: RowContext,
        in area: Rect, into grid: inout CellGrid, _ glyphs: Glyphs, id: (Row) -> String
    ) -> [Table.Place] {
        let table = Table(columns, sort: list.sort, context: context, glyphs: glyphs)
        let places = table.layout(width: area.columns)
        let shown = rows.enumerated().map { offset, row in
            var cells: [[TextRun]] = Array(repeating: [], count: columns.count)
            for place in places { cells[place.index] = [columns[place.index].cell(row, context, place.width)] }
            let isMarked = list.marks.contains(id(row))
            let isUnderCursor = first + offset == list.position
            return Table.Row(cells, bar: isUnderCursor ? .selection : isMarked ? .marked : nil)
        }
        table.draw(shown, into: &grid, in: area)
        for (offset, row) in rows.enumerated() where list.marks.contains(id(row)) {
            grid.put(glyphs.mark, column: area.column - 1, row: area.row + 1 + offset, style: CellStyle(.marked))
        }
        return places
    }

    /// On the cursor's row the direction that keys do not act on looks ordinary again.
    private static func showDirection(
        _ model: Model, _ list: ListState, _ places: [Table.Place], _ first: Int, _ area: Rect,
        into grid: inout CellGrid
    ) {
        let line = area.row + 1 + list.position - first
        guard model.direction != .both, line < area.endRow else { return }
        let ignored = model.direction == .forward ? "<-" : "->"
        for place in places where MirrorColumns.all[place.index].id.hasPrefix(ignored) {
            let cell = Rect(column: area.column + place.column, row: line, columns: place.width, rows: 1)
            grid.restyle(cell) { _ in CellStyle(.dim) }
        }
    }

    /// Shows where the filter's pattern occurs in the rows.
    private static func showMatches(
        _ model: Model, _ list: ListState, _ count: Int, in area: Rect, into grid: inout CellGrid
    ) {
        guard let filter = list.filter, !filter.isInverted else { return }
        for line in 0..<count {
            let row = area.row + 1 + line
            Highlight.show(filter.pattern, row: row, in: area, into: &grid)
        }
    }

    // MARK: Title

    private static func title(_ model: Model, _ list: ListState) -> [TextRun] {
        let all = model.rowCount(of: model.pane)
        var title = [TextRun(model.pane.title, .heading)]
        let count =
            list.order.count == all ? Figures.count(all) : "\(Figures.count(list.order.count)) of \(Figures.count(all))"
        if model.pane == .journal {
            title.append(TextRun(model.journal == nil ? " \(count) + ?" : " \(count)", .dim))
        } else if model.snapshot != nil {
            // What a side that was never read would add is not known, and that it has none only while it can be read.
            let isComplete = isComplete(model, of: all)
            let text = isComplete ? count : all == 0 ? Figures.unknown : "\(count) + ?"
            title.append(TextRun(" \(text)", isComplete ? .dim : .unknown))
        }
        if model.pane == .mirrors {
            let glyphs = model.settings.glyphs
            let arrows =
                switch model.direction {
                case .backward: glyphs.longLeft
                case .both: "\(glyphs.longRight) and \(glyphs.longLeft)"
                case .forward: glyphs.longRight
                }
            title += [TextRun("   keys act on ", .dim), TextRun(arrows, .key)]
        }
        if let filter = list.filter { title += [TextRun("   filter ", .dim), TextRun("/\(filter.text)/", .match)] }
        if let selection = selectionText(model) { title += [TextRun("   ", .dim), TextRun(selection, .match)] }
        if !list.marks.isEmpty {
            let marked = model.markedTopics
            let shown = Set(list.order.compactMap { model.rowID($0, of: model.pane) })
            let hidden = marked.count { !shown.contains($0) }
            let text = "   marked \(Figures.count(marked.count))" + (hidden > 0 ? " (\(hidden) not shown)" : "")
            title.append(TextRun(text, .marked))
        }
        for problem in problems(of: model) {
            let words = "\(problem.source) \(problem.because.kind.words)"
            title += [
                TextRun("   "),
                TextRun("? \(words) \(ReadingText.age(of: problem.because.since, RowContext(model)))", .unknown),
            ]
        }
        return title
    }

    private static func isComplete(_ model: Model, of count: Int) -> Bool {
        guard let summary = model.summary else { return false }
        switch model.pane {
        case .overview, .failover, .journal: return true
        case .mirrors: return summary.canSay(mirrors: count)
        case .groups: return IDC.allCases.allSatisfy { summary.canSay(groups: count, of: $0) }
        }
    }

    private static func selectionText(_ model: Model) -> String? {
        switch model.pane {
        case .mirrors: model.mirrorSelection == nil ? nil : "selected by :mirrors list"
        case .groups: model.groupSelection == nil ? nil : "selected by :groups list"
        case .overview, .failover, .journal: nil
        }
    }

    /// Sources that the pane's rows come from and that could not be read in full.
    private static func problems(of model: Model) -> [Problem] {
        let all = model.snapshot?.problems ?? []
        switch model.pane {
        case .overview, .failover, .journal: return []
        case .mirrors: return all.filter { $0.source.hasPrefix("kafka") || $0.source.hasPrefix("connect") }
        case .groups: return all.filter { $0.source.hasPrefix("kafka") }
        }
    }

    /// Why there is no row to show.
    private static func absence(_ model: Model, _ list: ListState) -> [[TextRun]] {
        let all = model.rowCount(of: model.pane)
        if all > 0 {
            let why = list.filter.map { "no row matches /\($0.text)/" } ?? "no row is selected"
            return [[TextRun("\(why); \(model.keyName(.back)) shows all \(Figures.count(all))", .warning)]]
        }
        if model.pane == .journal {
            return [
                [
                    model.journal == nil
                        ? TextRun("the journal has not been read yet", .unknown)
                        : TextRun("nothing has happened yet", .dim)
                ]
            ]
        }
        guard let snapshot = model.snapshot else {
            return [
                [
                    TextRun(
                        "connecting to \(model.names.idc1) and \(model.names.idc2): nothing has been read yet", .unknown
                    )
                ]
            ]
        }
        let context = RowContext(model)
        let remarks = IDC.allCases.compactMap { idc -> [TextRun]? in
            let view = snapshot.clusters[idc]
            let remark =
                model.pane == .groups
                ? ReadingText.remark(view.groups, context) : ReadingText.remark(view.metadata, context)
            return remark.map { [TextRun("\(snapshot.names[idc]): ", idc.role), $0] }
        }
        if !remarks.isEmpty { return remarks }
        let what = model.pane == .groups ? "neither side has a consumer group" : "neither side has a topic to mirror"
        return [[TextRun(what, .dim)]]
    }

    // MARK: Copying

    /// Rows as text: the columns of a wide screen, tabs between them.
    static func text(of rows: [Int], in model: Model) -> String {
        let context = RowContext(model)
        func lines<Row>(_ columns: [ListColumn<Row>], _ values: [Row]) -> String {
            values.map { row in
                columns.map { CleanText($0.cell(row, context, 60).text).text }.joined(separator: "\t")
            }.joined(separator: "\n")
        }
        switch model.pane {
        case .overview, .failover: return ""
        case .mirrors: return lines(MirrorColumns.all, rows.compactMap { model.snapshot?.mirrors[$0] })
        case .groups: return lines(GroupColumns.all, rows.compactMap { model.snapshot?.groups[$0] })
        case .journal: return lines(JournalColumns.all, rows.map { model.journalRows[$0] })
        }
    }
}

/// Shows where a pattern occurs on a row of the grid.
enum Highlight {
    static func show(_ pattern: Pattern, row: Int, in area: Rect, into grid: inout CellGrid) {
        var text = ""
        var columns: [Int] = []
        for column in area.column..<area.endColumn {
            guard let cell = grid[column, row], case .glyph(let glyph, _) = cell.kind else { continue }
            text += glyph
            for _ in glyph.unicodeScalars { columns.append(column) }
        }
        for range in PatternMatcher.occurrences(of: pattern, in: text) {
            guard let first = columns.indices.contains(range.lowerBound) ? columns[range.lowerBound] : nil,
                let last = columns.indices.contains(range.upperBound - 1) ? columns[range.upperBound - 1] : nil
            else { continue }
            // A run of blanks is not worth showing: it is the space between columns.
            guard last - first < area.columns - 1 else { continue }
            grid.restyle(Rect(column: first, row: row, columns: last - first + 1, rows: 1)) { style in
                CellStyle(.match, bold: style.isBold)
            }
        }
    }
}
