import Cells
import Domain

/// An overlay of text: what stands in it, what it asks, and how much of it is seen.
struct OverlaySheet {
    let title: String
    let role: Role
    private(set) var lines: [[TextRun]] = []
    /// Lines that stay at the bottom: the question, and the line that is being typed.
    private(set) var footer: [[TextRun]] = []
    let scroll: Int
    let rect: Rect

    /// Lines of text that are seen at once.
    var visibleLines: Int { max(1, rect.rows - 2 - (footer.isEmpty ? 0 : footer.count + 1)) }

    /// `nil` where no overlay of text is on top.
    init?(_ model: Model) {
        let width = max(20, min(100, model.columns - 4))
        var sheet = TextSheet(width: width - 4)
        var footer: [[TextRun]] = []
        switch model.overlays.last {
        case .help(let scroll):
            title = "Help: what works in \(model.viewPlace.title)"
            role = .heading
            self.scroll = scroll
            HelpText.add(model, to: &sheet)
        case .preview(let preview):
            title = "Preview"
            role = model.snapshot?.isProduction == true ? .critical : .warning
            scroll = preview.scroll
            PlanText.add(preview, model, to: &sheet)
            footer = PlanText.question(preview, model, width: width - 4)
        case .progress(let scroll):
            title = model.isRunning ? "Running" : "Run"
            role = .heading
            self.scroll = scroll
            PlanText.addProgress(model, to: &sheet)
            footer = PlanText.progressFooter(model)
        case .question(.planIsRunning):
            title = "A plan is running"
            role = .warning
            scroll = 0
            PlanText.addInterruption(model, to: &sheet)
        case .question(.runIsDriven):
            title = "A failover run is driven from here"
            role = .warning
            scroll = 0
            sheet.text(
                "Leaving stops the run where it stands; nothing that was done is undone. Whoever has access drives it on "
                    + "with: bascule failover resume \(model.failover.run?.run ?? "")")
        case .runForm(let form):
            title = RunFormText.title(form, model)
            role = model.snapshot?.isProduction == true ? .critical : .warning
            scroll = form.scroll
            RunFormText.add(form, model, to: &sheet)
            footer = RunFormText.fields(form, model, width: width - 4)
        case .notice(let notice):
            title = notice.title
            role = notice.severity == .ok ? .heading : notice.severity.role
            scroll = notice.scroll
            sheet.text(notice.text)
        case .chooser, .prompt, .none:
            return nil
        }
        lines = sheet.lines
        self.footer = footer
        let extra = footer.isEmpty ? 2 : footer.count + 3
        let body = Rect(column: 0, row: 1, columns: model.columns, rows: max(0, model.rows - 2))
        rect = body.centered(columns: width, rows: min(body.rows, lines.count + extra))
    }

    func draw(into grid: inout CellGrid, glyphs: Glyphs) {
        grid.fill(rect, CellStyle(.text))
        let inside = grid.box(rect, title: [TextRun(title, role)], glyphs: glyphs).inset(columns: 1, rows: 0)
        let top = max(0, min(scroll, lines.count - visibleLines))
        for (offset, line) in lines.dropFirst(top).prefix(visibleLines).enumerated() {
            grid.put(line, in: inside, line: offset, glyphs: glyphs)
        }
        if lines.count > visibleLines {
            let last = min(lines.count, top + visibleLines)
            let text = " \(top + 1)-\(last) of \(lines.count) "
            grid.put(
                text, column: rect.endColumn - 2 - TextWidth.of(text), row: rect.endRow - 1, style: CellStyle(.dim))
        }
        guard !footer.isEmpty else { return }
        let first = inside.rows - footer.count
        let rule = String(repeating: glyphs.horizontal, count: max(0, inside.columns))
        grid.put([TextRun(rule, .border)], in: inside, line: first - 1, glyphs: glyphs)
        for (offset, line) in footer.enumerated() { grid.put(line, in: inside, line: first + offset, glyphs: glyphs) }
    }
}
