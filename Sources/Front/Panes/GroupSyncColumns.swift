import Cells
import Domain

/// The columns of the Groups pane about where a group would go on at the other side.
enum GroupSyncColumns {
    static let all: [ListColumn<GroupRow>] = [
        ListColumn(
            "sync", heading: { _ in "sync" }, width: 9, wideWidth: 16, rank: 4, descending: true,
            sortKey: { SortKey($0.sync.lastKnown?.state?.urgency) },
            cell: { row, context, width in
                guard let status = row.sync.lastKnown else { return absence(row.sync) }
                let word = GroupSyncText.word(status)
                guard row.sync.current == nil else { return word }
                return ReadingText.aged(word.text, readAt: row.sync.readAt, context, width: width)
            }),
        ListColumn(
            "method", heading: { _ in "method" }, width: 7, rank: 5,
            sortKey: { $0.sync.lastKnown?.methods.first.map { .text($0.rawValue) } ?? .unknown },
            cell: { row, _, _ in
                figure(row) { status in
                    status.methods.isEmpty
                        ? nil : status.methods[0].rawValue + (status.methods.count > 1 ? "+" : "")
                }
            }),
        ListColumn(
            "twice", heading: { _ in "twice" }, width: 6, rightAligned: true, rank: 5, descending: true,
            sortKey: { SortKey($0.sync.lastKnown?.readTwice) },
            cell: { row, _, _ in figure(row) { $0.readTwice.map(Figures.shortCount) } }),
        ListColumn(
            "tail", heading: { _ in "tail" }, width: 6, rightAligned: true, rank: 5, descending: true,
            sortKey: { SortKey($0.sync.lastKnown?.tail) },
            cell: { row, _, _ in figure(row) { $0.tail.map(Figures.shortCount) } }),
        ListColumn(
            "age", heading: { _ in "age" }, width: 5, rightAligned: true, rank: 5, descending: true,
            sortKey: { row in SortKey((row.sync.lastKnown?.evidenceAt).map { -$0.milliseconds }) },
            cell: { row, context, _ in
                figure(row) { $0.evidenceAt.flatMap { context.age(of: $0) }.map(Spans.shortAge) }
            }),
        ListColumn(
            "expires", heading: { _ in "expires" }, width: 7, rightAligned: true, rank: 5,
            sortKey: { SortKey($0.sync.lastKnown?.expiresIn) },
            cell: { row, _, _ in
                guard let status = row.sync.lastKnown, let left = status.expiresIn else { return unknown }
                guard row.sync.current != nil else { return TextRun(Spans.shortAge(left), .unknown) }
                return TextRun(Spans.shortAge(left), left < SyncState.expiryAlarm ? .warning : .text)
            }),
    ]

    private static let unknown = TextRun(Figures.unknown, .unknown)

    private static func figure(_ row: GroupRow, _ text: (GroupSyncStatus) -> String?) -> TextRun {
        guard let status = row.sync.lastKnown else { return unknown }
        // Nothing of it is synchronised: there is nothing to count.
        if status.partitions.allSatisfy({ if case .skip = $0.decision { true } else { false } }) {
            return TextRun("-", .dim)
        }
        guard let text = text(status) else { return unknown }
        return TextRun(text, row.sync.current == nil ? .unknown : .text)
    }

    /// A group that is not synchronised has nothing to show; of any other it is not known.
    private static func absence(_ reading: Reading<GroupSyncStatus>) -> TextRun {
        if case .unavailable(let because) = reading, because.kind == .notFound { return TextRun("-", .dim) }
        return TextRun("not known", .unknown)
    }
}

/// How the state of a group's offsets on the other side reads.
enum GroupSyncText {
    static func word(_ status: GroupSyncStatus) -> TextRun {
        guard let state = status.state else { return TextRun("no commits", .dim) }
        return TextRun(state.word + (severity(state) == .ok ? "" : " !"), role(state))
    }

    static func severity(_ state: SyncState) -> Severity {
        switch state {
        case .inSync, .mirroring, .notSynced, .unproven: .ok
        case .unsupportedType, .expiring, .liveThere: .warning
        case .held, .foreign: .warning
        }
    }

    static func role(_ state: SyncState) -> Role {
        switch state {
        case .inSync: .ok
        case .mirroring: .text
        case .notSynced: .dim
        case .unproven: .unknown
        case .held, .foreign, .expiring, .liveThere, .unsupportedType: .warning
        }
    }

    static func guarantee(_ guarantee: ResumePosition.Guarantee) -> String {
        switch guarantee {
        case .exact: "Exact: nothing skipped, nothing read twice"
        case .atMost(let count): "Nothing skipped, at most \(Figures.count(count)) read twice"
        case .conditional(let condition, atMost: let count):
            "Nothing skipped, at most \(Figures.count(count)) read twice, provided that \(words(condition))"
        }
    }

    private static func words(_ condition: ProvenBound.Condition) -> String {
        switch condition {
        case .mirrorMayReplay: "the mirror has copied nothing twice (it runs without exactly-once support)"
        case .oneSidednessDeclared: "the topic is produced on one side only, as the configuration says"
        case .connectorMayDrop: "the connector has left out no record (see its errors.tolerance and auto.offset.reset)"
        }
    }

    static func owner(_ owner: CommitOwner?) -> String {
        switch owner {
        case nil: "-"
        case .foreign: "somebody else"
        case .some: "Bascule"
        }
    }
}
