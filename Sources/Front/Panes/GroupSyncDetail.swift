import Cells
import Domain

/// Where one group would go on at the other side, partition by partition, and why.
struct GroupSyncDetail {
    let row: GroupRow
    let names: PerIDC<String>
    let context: RowContext

    /// The line in the summary.
    func addSummary(to sheet: inout TextSheet) {
        guard let status = row.sync.lastKnown else {
            sheet.field("sync", ReadingText.remark(row.sync, context)?.text ?? "not known", .unknown)
            return
        }
        let word = GroupSyncText.word(status)
        var text = word.text
        if let flow = status.flow { text += " towards \(names[flow.target])" }
        var isHeldByOperator = false
        if case .byOperator? = status.hold { isHeldByOperator = true }
        if let reason = status.reason, status.state != nil, !isHeldByOperator { text += "  \(reason)" }
        sheet.field("sync", text, row.sync.current == nil ? .unknown : word.style.role)
        if case .byOperator(let hold)? = status.hold {
            let age = context.age(of: hold.at).map { ", \(Spans.age($0)) ago" } ?? ""
            sheet.field("held", "by \(hold.actor) on \(hold.host)\(age): \(hold.reason)", .warning)
        }
        if let remark = ReadingText.remark(row.sync, context) { sheet.field("", remark.text, .unknown) }
        let known = row.sync.current == nil ? Role.unknown : .text
        sheet.field(
            "read twice", status.readTwice.map { "at most \(Figures.count($0))" } ?? "not known",
            status.readTwice == nil ? .unknown : known)
        sheet.field(
            "tail", status.tail.map { "\(Figures.count($0)) consumed records that are not there yet" } ?? "not known",
            status.tail == nil ? .unknown : known)
    }

    /// The table: `O, R, method, evidence age, twice, tail, owner`, and under each partition the why in words.
    func addPartitions(to sheet: inout TextSheet) {
        guard let status = row.sync.lastKnown, !status.partitions.isEmpty else { return }
        sheet.heading(status.flow.map { "If it moved to \(names[$0.target]) now" } ?? "If it moved now")
        let name = max(12, min(28, sheet.width - 76))
        let heads = ["committed", "resumes at", "method", "age", "twice", "tail", "stands there"]
        sheet.add([TextRun("  " + cells("topic and partition", name, heads) + "  whose", .dim)])
        for partition in status.partitions { add(partition, name, to: &sheet) }
    }

    private func add(_ partition: PartitionSyncStatus, _ name: Int, to sheet: inout TextSheet) {
        let figures = [
            partition.committed.map { Figures.count($0.rawValue) } ?? "none",
            Figures.count(partition.resume?.rawValue), partition.method?.rawValue ?? "-",
            partition.evidenceAt.flatMap { context.age(of: $0) }.map(Spans.shortAge) ?? Figures.unknown,
            Figures.count(partition.readTwice), Figures.count(partition.stillToArrive),
            partition.standing.map { Figures.count($0.rawValue) } ?? "none",
        ]
        let label = "\(partition.partition.topic) \(partition.partition.partition)"
        let role: Role = row.sync.current == nil ? .unknown : GroupSyncText.role(partition.state)
        sheet.add([
            TextRun(
                "  " + cells(label, name, figures) + "  " + GroupSyncText.owner(partition.owner),
                role == .ok ? .text : role)
        ])
        let why =
            partition.state.word + ": " + partition.decision.reason
            + (partition.guarantee.map { " " + GroupSyncText.guarantee($0) + "." } ?? "")
        sheet.text(why, .dim, indent: 4)
    }

    private func cells(_ name: String, _ width: Int, _ figures: [String]) -> String {
        let label = TextWidth.padded(TextWidth.truncatedMiddle(name, to: width), to: width)
        let widths = [11, 11, 7, 4, 6, 6, 12]
        return ([label] + zip(figures, widths).map { TextWidth.padded($0, to: $1, alignment: .right) })
            .joined(separator: " ")
    }
}
