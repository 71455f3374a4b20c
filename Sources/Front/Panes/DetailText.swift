import Cells
import Domain

/// The detail views, as lines.
enum DetailText {
    /// - Parameter isWrapped: false for copying, where every text stands on one line.
    static func lines(of model: Model, isWrapped: Bool = true) -> [[TextRun]] {
        var sheet = TextSheet(width: isWrapped ? model.columns - 2 : 100_000)
        switch model.detail?.subject {
        case .mirror(let topic): MirrorDetail(model: model, topic: topic).add(to: &sheet)
        case .group(let id): GroupDetail(model: model, id: id).add(to: &sheet)
        case .journal(let id): journal(model, id: id, &sheet)
        case .step(let index): StepDetail(model).add(step: index, to: &sheet)
        case .runbook(let name): StepDetail(model).add(runbook: name, to: &sheet)
        case .none: break
        }
        return sheet.lines
    }

    /// What the pane's title line says.
    static func title(_ subject: DetailState.Subject, in model: Model) -> String {
        switch subject {
        case .mirror(let topic): "Mirrors of \(topic)"
        case .group(let id): "Group \(id)"
        case .journal: "Journal entry"
        case .step(let index): "Step \(index + 1): \(model.failover.run?.steps.dropFirst(index).first?.title ?? "")"
        case .runbook(let name): "Runbook \(name)"
        }
    }

    private static func journal(_ model: Model, id: String, _ sheet: inout TextSheet) {
        guard let row = model.journalRows.first(where: { $0.id == id }) else {
            sheet.text("this entry is no longer among the newest", .unknown)
            return
        }
        let civil = CivilTime(row.at, utcOffset: model.utcOffset)
        let time = Spans.clock(row.at, utcOffset: model.utcOffset)
        sheet.field("at", "\(civil.year)-\(civil.month)-\(civil.day) \(time) \(Spans.offset(model.utcOffset))")
        switch row.entry {
        case .event(let event):
            sheet.field("event", event.severity.word, event.severity.role)
        case .act(let record):
            sheet.field("act", record.kind.rawValue, row.severity.role)
            sheet.field("by", record.actor)
            sheet.field("from", record.host)
            sheet.field("run", record.run)
            sheet.field("same as", record.command)
        }
        sheet.heading("Text")
        sheet.text(row.text, indent: 2)
    }
}
