package import Cells
import Domain

/// Draws the model. Pure: the same model gives the same grid, which always has the model's size.
package func draw(_ model: Model) -> CellGrid {
    var grid = CellGrid(columns: model.columns, rows: model.rows)
    guard model.columns >= Frame.leastColumns, model.rows >= Frame.leastRows else {
        let text =
            "bascule needs \(Frame.leastColumns)x\(Frame.leastRows) cells; here are \(model.columns)x\(model.rows)"
        grid.put([TextRun(text, .warning)], in: grid.bounds, line: model.rows / 2, glyphs: model.settings.glyphs)
        return grid
    }
    let frame = Frame(model)
    let banners = RunBanner.count(model)
    let body = Rect(column: 0, row: 2 + banners, columns: model.columns, rows: model.rows - 4 - banners)
    frame.drawBanners(into: &grid)
    frame.drawBody(body, into: &grid)
    frame.drawTop(into: &grid)
    frame.drawPanes(into: &grid)
    frame.drawMessages(into: &grid)
    frame.drawHints(into: &grid)
    frame.drawOverlay(into: &grid)
    return grid
}

/// The rows around every pane.
struct Frame {
    static let leastColumns = 60
    static let leastRows = 15

    let model: Model
    private let glyphs: Glyphs
    /// Empty where something else is shown.
    private let overview: [[TextRun]]

    init(_ model: Model) {
        self.model = model
        glyphs = model.settings.glyphs
        let isShown = model.detail == nil && model.pane == .overview
        overview = isShown ? OverviewPane.lines(of: model, width: model.columns) : []
    }

    // MARK: Body

    func drawBody(_ body: Rect, into grid: inout CellGrid) {
        if let detail = model.detail {
            drawDetail(detail, body, into: &grid)
        } else if model.pane == .overview {
            let top = max(0, min(model.overviewScroll, overview.count - body.rows))
            for (offset, line) in overview.dropFirst(top).prefix(body.rows).enumerated() {
                grid.put(line, in: body, line: offset, glyphs: glyphs)
            }
        } else if model.pane == .failover {
            let lines = FailoverPane.lines(of: model, columns: body.columns, rows: body.rows)
            for (offset, line) in lines.prefix(body.rows).enumerated() {
                grid.put(line, in: body, line: offset, glyphs: glyphs)
            }
        } else {
            ListPane.draw(model, in: body, into: &grid)
        }
    }

    /// What must be seen on every pane.
    func drawBanners(into grid: inout CellGrid) {
        for (offset, line) in RunBanner.lines(of: model).enumerated() {
            grid.fill(Rect(column: 0, row: 2 + offset, columns: model.columns, rows: 1), CellStyle(.badgeAlert))
            grid.put(line.truncated(to: model.columns, glyphs: glyphs), column: 0, row: 2 + offset, glyphs: glyphs)
        }
    }

    private func drawDetail(_ detail: DetailState, _ body: Rect, into grid: inout CellGrid) {
        let (top, rest) = body.splitTop(1)
        let lines = DetailText.lines(of: model)
        let first = max(0, min(detail.scroll, lines.count - rest.rows))
        var title = [TextRun(" "), TextRun(DetailText.title(detail.subject, in: model), .heading)]
        let last = min(lines.count, first + rest.rows)
        title.append(TextRun("   lines \(lines.isEmpty ? 0 : first + 1)-\(last) of \(lines.count)", .dim))
        if let search = detail.search { title += [TextRun("   search ", .dim), TextRun("/\(search.text)/", .match)] }
        grid.put(title, in: top, glyphs: glyphs)
        for (offset, line) in lines.dropFirst(first).prefix(rest.rows).enumerated() {
            grid.put([TextRun(" ")] + line, in: rest, line: offset, glyphs: glyphs)
            if let search = detail.search, !search.isInverted {
                Highlight.show(search.pattern, row: rest.row + offset, in: rest, into: &grid)
            }
        }
    }

    /// How much of the overview is above and below what is seen.
    private var more: String? {
        let last = max(0, overview.count - model.visibleBodyRows)
        let top = min(model.overviewScroll, last)
        let parts = [(top, glyphs.up), (last - top, glyphs.down)].filter { $0.0 > 0 }.map { "\($0.1)\($0.0) lines" }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    // MARK: The top row

    func drawTop(into grid: inout CellGrid) {
        grid.fill(Rect(column: 0, row: 0, columns: model.columns, rows: 1), CellStyle(.frame))
        let clock =
            model.now.map {
                "\(Spans.clock($0, utcOffset: model.utcOffset)) \(Spans.offset(model.utcOffset)) "
            } ?? "--:--:-- "
        var right = badges.flatMap { [$0, TextRun(" ", .frame)] }
        right.append(TextRun(" " + clock, .frame))
        let start = max(0, model.columns - right.width)
        grid.put(right, column: start, row: 0, glyphs: glyphs)

        let context = model.snapshot?.context ?? model.settings.context
        var parts: [[TextRun]] = [[TextRun(" bascule ", .frame)]]
        if !context.isEmpty { parts.append([TextRun(" \(context) ", .context)]) }
        parts.append([TextRun(" ", .frame)] + consumers)
        parts.append([TextRun("  ", .frame)] + mirrors)
        let fits = parts.reduce(0) { $0 + $1.width } + 2 + sync.width <= start
        if fits, !sync.isEmpty { parts[parts.count - 1] += [TextRun("  ", .frame)] + sync }
        // The program's own name says least; then the context gives way.
        if parts.reduce(0, { $0 + $1.width }) > start { parts.removeFirst() }
        let fixed = parts.suffix(2).reduce(0) { $0 + $1.width }
        if parts.count == 3, parts[0].width + fixed > start {
            let room = max(6, start - fixed - 2)
            parts[0] = [TextRun(" \(TextWidth.truncated(context, to: room, glyphs: glyphs)) ", .context)]
        }
        grid.put(parts.flatMap(\.self), column: 0, row: 0, limit: start, glyphs: glyphs)
    }

    private var badges: [TextRun] {
        var badges: [TextRun] = []
        if let age = model.staleness { badges.append(TextRun(" STALE \(Spans.age(age)) ", .badgeAlert)) }
        if model.isFrozen {
            let age = model.now.flatMap { now in model.snapshot.map { " \(Spans.age(now.since($0.at)))" } } ?? ""
            badges.append(TextRun(" FROZEN\(age) ", .badgeAlert))
        }
        if model.snapshot?.frozenBy != nil { badges.append(TextRun(" WRITES FROZEN ", .badgeAlert)) }
        if model.failover.openRun != nil, model.failover.role == .driving, model.settings.mode != .driver {
            badges.append(TextRun(" DRIVER ", .badgeAlert))
        }
        if let badge = model.settings.mode.badge {
            badges.append(TextRun(" \(badge) ", model.settings.mode == .driver ? .badgeAlert : .badge))
        }
        if model.settings.isReadOnly, model.settings.mode != .watch { badges.append(TextRun(" READ-ONLY ", .badge)) }
        return badges
    }

    /// Where groups consume: told from the groups that have members.
    private var consumers: [TextRun] {
        let label = TextRun("consumers ", .frame)
        guard let summary = model.summary else { return [label, TextRun("?", .frame)] }
        let names = model.names
        var text = IDC.allCases.filter { summary.groupsHere[$0] > 0 }.map { names[$0] }.joined(separator: "+")
        let isUnknown = summary.groupsOfUnknownSide > 0 || IDC.allCases.contains { !summary.areGroupsCurrent[$0] }
        if text.isEmpty, !isUnknown { text = "none" }
        if isUnknown { text += text.isEmpty ? "?" : " ?" }
        if summary.splitGroups > 0 {
            text += model.columns < 100 ? " both !" : " \(Figures.count(summary.splitGroups)) on both !"
        }
        return [label, TextRun(text, CellStyle(.frame, bold: true))]
    }

    private var mirrors: [TextRun] {
        let label = TextRun("mirrors ", .frame)
        guard let summary = model.summary else { return [label, TextRun("?", .frame)] }
        var text = "\(Figures.count(summary.okMirrors))/\(Figures.count(summary.allMirrors))"
        let bad = summary.allMirrors - summary.okMirrors - summary.unknownMirrors
        if summary.allMirrors == 0 || summary.allMirrors == summary.unknownMirrors {
            text = summary.allMirrors == 0 && summary.isEveryTopicCurrent ? "0/0" : "?"
        } else {
            if bad > 0 { text += " !" }
            if summary.unknownMirrors > 0 { text += " \(summary.unknownMirrors) ?" }
        }
        return [label, TextRun(text, CellStyle(.frame, bold: true))]
    }

    /// How many groups' offsets stand safely on the other side; nothing where offsets are not looked at.
    private var sync: [TextRun] {
        guard let sync = model.summary?.sync, sync.ok + sync.held + sync.unknown > 0 else { return [] }
        var parts: [String] = []
        if sync.ok > 0 { parts.append("\(Figures.count(sync.ok)) ok") }
        if sync.held > 0 { parts.append("\(Figures.count(sync.held)) held !") }
        if sync.unknown > 0 { parts.append("\(Figures.count(sync.unknown)) ?") }
        return [TextRun("sync ", .frame), TextRun(parts.joined(separator: " "), CellStyle(.frame, bold: true))]
    }

    // MARK: Panes, messages, hints

    func drawPanes(into grid: inout CellGrid) {
        var runs: [TextRun] = []
        for pane in PaneID.allCases {
            let keys = model.settings.keyMap.keyNames(of: pane.action)
            let number = keys.first { $0 == String(pane.rawValue) } ?? model.keyName(pane.action)
            let text = " \(number) \(pane.title) "
            runs.append(TextRun(text, pane == model.pane ? CellStyle(.selection, bold: true) : CellStyle(.dim)))
        }
        var right: [TextRun] = []
        if let badge = PlanText.badge(model) { right += [TextRun(badge, .warning, bold: true), TextRun("   ")] }
        if let more { right += [TextRun(more, .key), TextRun("   ")] }
        right.append(TextRun("refresh \(Spans.interval(model.refreshInterval)) ", .dim))
        let start = max(0, model.columns - right.width)
        grid.put(right, column: start, row: 1, glyphs: glyphs)
        grid.put(runs, column: 0, row: 1, limit: start, glyphs: glyphs)
    }

    func drawMessages(into grid: inout CellGrid) {
        let row = model.rows - 2
        var right: [TextRun] = []
        if let snapshot = model.snapshot {
            let count = snapshot.alerts.count
            let worst = snapshot.alerts.map(\.severity).max() ?? .ok
            if count == 0, model.summary?.isEveryTopicCurrent == false {
                right.append(TextRun("alerts ?", .unknown))
            } else {
                let text = count == 0 ? "no alerts" : count == 1 ? "1 alert" : "\(Figures.count(count)) alerts"
                right.append(TextRun(text, count == 0 ? .dim : worst.role))
            }
            if !snapshot.problems.isEmpty {
                right.append(TextRun("  \(snapshot.problems.count) not readable", .unknown))
            }
            right.append(TextRun(" "))
        }
        let start = max(0, model.columns - right.width)
        grid.put(right, column: start, row: row, glyphs: glyphs)
        grid.put([TextRun(" ")] + message, column: 0, row: row, limit: max(0, start - 2), glyphs: glyphs)
    }

    private var message: [TextRun] {
        if case .prompt(let prompt) = model.overlays.last, !prompt.completions.isEmpty {
            return [TextRun(prompt.completions.joined(separator: "  "), .dim)]
        }
        if let flash = model.flash {
            let sign = flash.severity == .ok ? "" : "\(flash.severity.sign) "
            return [TextRun(sign + flash.text, flash.severity == .ok ? .text : flash.severity.role)]
        }
        guard let event = model.snapshot?.events.last else { return [] }
        let time = Spans.moment(event.at, now: model.now, utcOffset: model.utcOffset)
        return [
            TextRun(time + " ", .dim),
            TextRun("\(event.severity.sign) \(event.text)", event.severity == .ok ? .text : event.severity.role),
        ]
    }

    func drawHints(into grid: inout CellGrid) {
        let row = model.rows - 1
        if case .prompt(let prompt) = model.overlays.last {
            drawPrompt(prompt, row, into: &grid)
            return
        }
        let last: [ActionID] = [.help, .quit]
        let actions = KeyTable.actions.filter { $0.hint != nil && model.works($0, in: model.place) }
        let tail = actions.filter { last.contains($0.id) }.map(hint)
        let tailWidth = tail.reduce(0) { $0 + $1.width }
        var used = 1
        for runs in actions.filter({ !last.contains($0.id) }).map(hint) {
            guard used + runs.width + tailWidth <= model.columns else { continue }
            used += grid.put(runs, column: used, row: row, glyphs: glyphs)
        }
        for runs in tail { used += grid.put(runs, column: used, row: row, glyphs: glyphs) }
    }

    private func hint(_ action: Action) -> [TextRun] {
        [TextRun(model.keyName(action.id), .key), TextRun(" \(action.hint ?? "")   ", .dim)]
    }

    private func drawPrompt(_ prompt: Prompt, _ row: Int, into grid: inout CellGrid) {
        let label =
            switch prompt.subject {
            case .filter: "/"
            case .search: "search /"
            case .mark: "mark /"
            case .command: ":"
            case .holdReason(let groups): "hold \(groups.count == 1 ? groups[0] : "\(groups.count) groups") because: "
            }
        let problem = prompt.problem.map { [TextRun("  "), TextRun($0, .critical), TextRun(" ")] } ?? []
        let reserved = min(problem.width, model.columns * 2 / 3)
        grid.put([TextRun(label, .key)], column: 0, row: row, glyphs: glyphs)
        let start = TextWidth.of(label)
        let runs = PromptLine.runs(prompt.editor, width: model.columns - start - reserved)
        grid.put(runs, column: start, row: row, glyphs: glyphs)
        grid.put(problem, column: model.columns - reserved, row: row, glyphs: glyphs)
    }

    // MARK: Overlays

    func drawOverlay(into grid: inout CellGrid) {
        if let sheet = OverlaySheet(model) {
            sheet.draw(into: &grid, glyphs: glyphs)
            return
        }
        guard case .chooser(let chooser) = model.overlays.last else { return }
        let title =
            switch chooser.subject {
            case .sortColumn: "Sort by"
            case .theme: "Theme"
            }
        let width = max(20, (chooser.items.map { TextWidth.of($0) }.max() ?? 0) + 8)
        let body = Rect(column: 0, row: 2, columns: model.columns, rows: model.rows - 4)
        let rect = body.centered(columns: width, rows: chooser.items.count + 2)
        grid.fill(rect, CellStyle(.text))
        let inside = grid.box(rect, title: title, glyphs: glyphs)
        let top = max(0, min(chooser.selected - inside.rows / 2, chooser.items.count - inside.rows))
        for (offset, item) in chooser.items.dropFirst(top).prefix(inside.rows).enumerated() {
            let isSelected = top + offset == chooser.selected
            let line = inside.line(offset)
            if isSelected { grid.fill(line, CellStyle(.selection)) }
            grid.put(
                [TextRun((isSelected ? " > " : "   ") + item, isSelected ? .selection : .text)], in: line,
                glyphs: glyphs)
        }
    }
}

extension PaneID {
    /// The action whose key opens the pane.
    var action: ActionID {
        switch self {
        case .overview: .overview
        case .mirrors: .mirrors
        case .groups: .groups
        case .failover: .failover
        case .journal: .journal
        }
    }
}
