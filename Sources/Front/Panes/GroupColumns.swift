import Cells
import Domain

/// The columns of the Groups pane.
enum GroupColumns {
    static let all: [ListColumn<GroupRow>] =
        [
            ListColumn(
                "group", heading: { _ in "group" }, width: 18, flexible: true, name: true, rank: 0, sortKey: nil,
                cell: { row, _, _ in TextRun(row.id) }),
            ListColumn(
                "side", heading: { _ in "side" }, width: 9, wideWidth: 11, rank: 0,
                sortKey: { .number(sideRank($0.side)) },
                cell: { row, context, width in
                    let side = GroupText.side(row, names: context.names)
                    // The row's age stands here, for all of its figures.
                    guard isOld(row) else { return side }
                    let moments = IDC.allCases.compactMap { row.presence[$0].readAt }
                    guard let oldest = moments.min(), row.side != .unknown else { return side }
                    return ReadingText.aged(side.text, readAt: oldest, context, width: width)
                }),
            ListColumn(
                "members", heading: { _ in "memb" }, width: 4, rightAligned: true, rank: 2, descending: true,
                sortKey: { SortKey($0.memberCount) },
                cell: { row, _, _ in figure(row, row.memberCount.map { Figures.count($0) }) }),
            ListColumn(
                "lag", heading: { _ in "lag" }, width: 10, wideWidth: 14, rightAligned: true, rank: 0, descending: true,
                sortKey: { SortKey($0.lag?.total) }, cell: { row, _, width in lag(row, width: width) }),
            ListColumn(
                "trend", heading: { _ in "trend" }, width: 9, wideWidth: 14, rank: 1,
                sortKey: { SortKey($0.verdict.map { GroupText.rank($0) }) },
                cell: { row, _, width in
                    let verdict = GroupText.verdict(row.verdict, width: width)
                    return isOld(row) ? TextRun(verdict.text, .unknown) : verdict
                }),
            ListColumn(
                "drain", heading: { _ in "drain" }, width: 9, rightAligned: true, rank: 3, descending: true,
                sortKey: { SortKey($0.timeToDrain) }, cell: { row, _, _ in drain(row) }),
            ListColumn(
                "rec/s", heading: { _ in "rec/s" }, width: 8, rightAligned: true, rank: 6, descending: true,
                sortKey: { SortKey($0.recordsPerSecond) },
                cell: { row, _, _ in figure(row, row.recordsPerSecond.map(Figures.shortRate)) }),
        ] + GroupSyncColumns.all

    private static func figure(_ row: GroupRow, _ text: String?) -> TextRun {
        text.map { TextRun($0, isOld(row) ? .unknown : .text) } ?? TextRun(Figures.unknown, .unknown)
    }

    private static func lag(_ row: GroupRow, width: Int) -> TextRun {
        guard let lag = row.lag else { return TextRun(Figures.unknown, .unknown) }
        // Nothing committed and nothing assigned: there is no lag, which is not a lag of 0.
        if lag.partitions.isEmpty { return TextRun("-", .dim) }
        if lag.partitions.contains(where: \.isPastTheEnd) { return TextRun("past end", .critical) }
        let sum = GroupText.sum(lag)
        return TextRun(sum.text.utf8.count <= width ? sum.text : sum.shortText, isOld(row) ? .unknown : .text)
    }

    /// Whether what is shown of the group was not read by the newest poll.
    private static func isOld(_ row: GroupRow) -> Bool {
        switch row.side {
        case .on(let idc): row.presence[idc].current == nil
        case .both, .none, .unknown: IDC.allCases.contains { row.presence[$0].current == nil }
        }
    }

    private static func drain(_ row: GroupRow) -> TextRun {
        if let time = row.timeToDrain { return figure(row, Spans.age(time)) }
        switch row.verdict {
        case .draining, nil: return TextRun(Figures.unknown, .unknown)
        case .level, .fallingBehind, .stalled, .rewound, .stopped: return TextRun("-", .dim)
        }
    }

    /// Split consumption first, then the sides.
    private static func sideRank(_ side: GroupSide) -> Double {
        switch side {
        case .both: 0
        case .unknown: 1
        case .on(.idc1): 2
        case .on(.idc2): 3
        case .none: 4
        }
    }

    /// What the filter looks at.
    static func fields(_ row: GroupRow, _ names: PerIDC<String>, _ matches: (String) -> Bool) -> Bool {
        matches(row.id) || matches(GroupText.side(row, names: names).text)
            || (row.verdict.map { matches(GroupText.word($0)) } ?? false)
    }
}

/// How a group's side and lag read.
enum GroupText {
    static func side(_ row: GroupRow, names: PerIDC<String>) -> TextRun {
        switch row.side {
        case .on(let idc): TextRun(names[idc], idc == .idc1 ? .idc1 : .idc2)
        case .both: TextRun("both !", .critical)
        case .none: TextRun("none", .dim)
        case .unknown:
            // Seen on one side; the other one may have members as well.
            TextRun(
                (IDC.allCases.filter { row.isSeen(on: $0) }.map { names[$0] } + ["?"]).joined(separator: " "), .unknown
            )
        }
    }

    static func sum(_ lag: GroupLag) -> KnownSum {
        var sum = KnownSum()
        for partition in lag.partitions { sum.add(partition.lag) }
        return sum
    }

    static func word(_ verdict: LagVerdict) -> String {
        switch verdict {
        case .level: "level"
        case .draining: "draining"
        case .fallingBehind: "falling behind"
        case .stalled: "stalled"
        case .rewound: "rewound"
        case .stopped: "stopped"
        }
    }

    static func verdict(_ verdict: LagVerdict?, width: Int) -> TextRun {
        guard let verdict else { return TextRun(Figures.unknown, .unknown) }
        switch verdict {
        case .level, .draining: return TextRun(word(verdict), .ok)
        case .fallingBehind: return TextRun(width >= 14 ? word(verdict) : "behind !", .warning)
        case .stopped: return TextRun("\(word(verdict)) !", .warning)
        case .stalled, .rewound: return TextRun("\(word(verdict)) !", .critical)
        }
    }

    /// Worst first.
    static func rank(_ verdict: LagVerdict) -> Int {
        switch verdict {
        case .rewound: 0
        case .stalled: 1
        case .fallingBehind: 2
        case .stopped: 3
        case .draining: 4
        case .level: 5
        }
    }

    static func explanation(_ verdict: LagVerdict) -> String {
        switch verdict {
        case .level: "level: no lag, or the lag does not grow"
        case .draining: "draining: the lag falls"
        case .fallingBehind: "falling behind: commits move, and the lag grows"
        case .stalled: "stalled: a partition has lag, and its committed offset does not move"
        case .rewound: "rewound: a committed offset went back, records are read twice"
        case .stopped: "stopped: there is lag, and no member reads it"
        }
    }
}
