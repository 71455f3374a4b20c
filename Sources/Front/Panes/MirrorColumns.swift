import Cells
import Domain

/// The columns of the Mirrors pane: a topic, and both directions on its row.
enum MirrorColumns {
    static let all: [ListColumn<MirrorRow>] =
        [
            ListColumn(
                "topic", heading: { _ in "topic" }, width: 18, flexible: true, name: true, rank: 0, sortKey: nil,
                cell: { row, _, _ in TextRun(row.topic) }),
            ListColumn(
                "parts", heading: { _ in "parts" }, width: 5, rightAligned: true, rank: 1, descending: true,
                sortKey: { row in SortKey(IDC.allCases.compactMap { row.partitionCounts[$0] }.max()) },
                cell: { row, context, _ in partitions(row, context) }),
        ] + IDC.allCases.flatMap(directed) + [
            ListColumn(
                "time left", heading: { _ in "time left" }, width: 9, rightAligned: true, rank: 5,
                sortKey: { row in SortKey(timeLeft(row)) },
                cell: { row, _, _ in
                    guard let left = timeLeft(row) else { return TextRun("-", .dim) }
                    return TextRun(Spans.age(left), left < .seconds(3_600) ? .critical : .text)
                }),
            ListColumn(
                "note", heading: { _ in "note" }, width: 20, flexible: true, rank: 6,
                sortKey: { row in
                    let text = note(row)
                    return text.isEmpty ? .unknown : .text(text)
                },
                cell: { row, _, _ in TextRun(note(row), .dim) }),
        ]

    private static func directed(_ source: IDC) -> [ListColumn<MirrorRow>] {
        let arrow = source == .idc1 ? "->" : "<-"
        return [
            ListColumn(
                "\(arrow) state", heading: { "\($0.arrows[source]) state" }, width: 12, wideWidth: 21, rank: 0,
                sortKey: { row in SortKey(row.flows[source].state.lastKnown.map(MirrorText.rank)) },
                cell: { row, context, width in MirrorText.state(row.flows[source].state, context, width: width) }),
            ListColumn(
                "\(arrow) lag", heading: { _ in "lag" }, width: 8, wideWidth: 10, rightAligned: true, rank: 0,
                descending: true,
                sortKey: { row in SortKey(row.flows[source].toCopy?.count ?? row.flows[source].lag?.records) },
                cell: { row, context, width in lag(row.flows[source], context, width: width) }),
            ListColumn(
                "\(arrow) scan", heading: { _ in "to scan" }, width: 9, rightAligned: true, rank: 7,
                descending: true, sortKey: { row in SortKey(row.flows[source].toScan) },
                cell: { row, _, _ in figure(row.flows[source], row.flows[source].toScan.map(Figures.shortCount)) }),
            ListColumn(
                "\(arrow) rec/s", heading: { _ in "rec/s" }, width: 8, rightAligned: true, rank: 3, descending: true,
                sortKey: { row in SortKey(row.flows[source].recordsPerSecond) },
                cell: { row, _, _ in
                    figure(row.flows[source], row.flows[source].recordsPerSecond.map(Figures.shortRate))
                }),
            ListColumn(
                "\(arrow) p99", heading: { _ in "p99" }, width: 8, rightAligned: true, rank: 4, descending: true,
                sortKey: { row in SortKey(row.flows[source].latency?.p99) },
                cell: { row, _, _ in figure(row.flows[source], row.flows[source].latency.map { Spans.duration($0.p99) })
                }),
        ]
    }

    /// `3`, `12/6` where the sides differ, `1/-` where the topic is missing, `1/?` where nobody has looked.
    private static func partitions(_ row: MirrorRow, _ context: RowContext) -> TextRun {
        let counts = row.partitionCounts
        if let one = counts.idc1, let two = counts.idc2 {
            return one == two ? TextRun(Figures.count(one)) : TextRun("\(one)/\(two)", .critical)
        }
        let texts = PerIDC { idc in counts[idc].map { "\($0)" } ?? (context.isRead[idc] ? "-" : Figures.unknown) }
        let isUnknown = IDC.allCases.contains { counts[$0] == nil && !context.isRead[$0] }
        return TextRun("\(texts.idc1)/\(texts.idc2)", isUnknown ? .unknown : .critical)
    }

    private static func lag(_ flow: MirrorFlow, _ context: RowContext, width: Int) -> TextRun {
        guard let toCopy = flow.toCopy else {
            // A number that is cut is another number.
            guard let lag = flow.lag, let text = ReadingText.aged(Figures.count(lag), of: lag.readAt, context),
                text.utf8.count <= width
            else { return missing(flow) }
            return TextRun(text, .unknown)
        }
        let sign = toCopy.isExact ? "" : "~"
        let full = sign + Figures.count(toCopy.count)
        return figure(flow, full.utf8.count <= width ? full : sign + Figures.shortCount(toCopy.count))
    }

    private static func figure(_ flow: MirrorFlow, _ text: String?) -> TextRun {
        guard let text else { return missing(flow) }
        return TextRun(text, flow.state.current == nil ? .unknown : .text)
    }

    /// `-` where there is nothing to measure, `?` where it is not known.
    private static func missing(_ flow: MirrorFlow) -> TextRun {
        switch flow.state.current {
        case .some(.none), .some(.topicMissing): TextRun("-", .dim)
        case .some, nil: TextRun(Figures.unknown, .unknown)
        }
    }

    private static func timeLeft(_ row: MirrorRow) -> Duration? {
        IDC.allCases.compactMap { row.flows[$0].timeUntilLoss }.min()
    }

    /// What is special about either direction, in words.
    static func note(_ row: MirrorRow) -> String {
        IDC.allCases.flatMap { source in
            let flow = row.flows[source]
            let arrow = source == .idc1 ? "->" : "<-"
            let reasons = flow.state.lastKnown.flatMap(MirrorText.reason).map { [$0] } ?? []
            return (reasons + flow.notes).map { "\(arrow) \($0)" }
        }.joined(separator: "; ")
    }

    /// What the filter looks at.
    static func fields(_ row: MirrorRow, _ matches: (String) -> Bool) -> Bool {
        if matches(row.topic) { return true }
        for source in IDC.allCases {
            let flow = row.flows[source]
            let arrow = source == .idc1 ? "->" : "<-"
            let state = flow.state.lastKnown.map(\.description) ?? Figures.unknown
            if matches("\(arrow) \(state)") || flow.connectors.contains(where: matches) { return true }
            if flow.notes.contains(where: matches) { return true }
        }
        return false
    }
}
