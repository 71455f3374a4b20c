import Cells
import Domain

/// The columns of the Journal pane.
enum JournalColumns {
    static let all: [ListColumn<JournalRow>] = [
        ListColumn(
            "time", heading: { _ in "time" }, width: 8, wideWidth: 14, rank: 0, descending: true, sortKey: nil,
            cell: { row, context, width in
                let text =
                    width >= 14
                    ? Spans.moment(row.at, now: context.now, utcOffset: context.utcOffset)
                    : Spans.clock(row.at, utcOffset: context.utcOffset)
                return TextRun(text, .dim)
            }),
        ListColumn(
            "what", heading: { _ in "what" }, width: 8, rank: 0, sortKey: { .text($0.kindText) },
            cell: { row, _, _ in TextRun(row.kindText, role(row)) }),
        ListColumn(
            "who", heading: { _ in "who" }, width: 12, wideWidth: 22, rank: 1,
            sortKey: { $0.actor.map(SortKey.text) ?? .unknown },
            cell: { row, _, _ in TextRun(row.actor ?? "", .dim) }),
        ListColumn(
            "text", heading: { _ in "text" }, width: 30, flexible: true, rank: 0, sortKey: { .text($0.text) },
            cell: { row, _, _ in TextRun(row.text) }),
        ListColumn(
            "command", heading: { _ in "command" }, width: 40, flexible: true, rank: 2,
            sortKey: { command($0).map(SortKey.text) ?? .unknown },
            cell: { row, _, _ in TextRun(command(row) ?? "", .dim) }),
    ]

    static func command(_ row: JournalRow) -> String? {
        switch row.entry {
        case .event: nil
        case .act(let record): record.command
        }
    }

    private static func role(_ row: JournalRow) -> Role {
        switch row.severity {
        case .ok: .ok
        case .warning: .warning
        case .critical: .critical
        }
    }

    /// What the filter looks at.
    static func fields(_ row: JournalRow, _ matches: (String) -> Bool) -> Bool {
        matches(row.text) || matches(row.kindText) || (row.actor.map(matches) ?? false)
            || (command(row).map(matches) ?? false)
    }
}
