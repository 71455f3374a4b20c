import Cells
import Commands
import Domain

// The lists of the model: rows, order, cursor, marks.
extension Model {
    /// How many rows of a list the screen shows: without frame, pane title and headings.
    var visibleListRows: Int { max(1, rows - 6 - RunBanner.count(self)) }

    /// How many lines of a detail view or of the overview the screen shows.
    var visibleBodyRows: Int { max(1, rows - 4 - RunBanner.count(self)) }

    func rowCount(of pane: PaneID) -> Int {
        switch pane {
        case .overview, .failover: 0
        case .mirrors: snapshot?.mirrors.count ?? 0
        case .groups: snapshot?.groups.count ?? 0
        case .journal: journalRows.count
        }
    }

    /// The identity of a row by its index in the snapshot.
    func rowID(_ index: Int, of pane: PaneID) -> String? {
        guard index >= 0, index < rowCount(of: pane) else { return nil }
        switch pane {
        case .overview, .failover: return nil
        case .mirrors: return snapshot?.mirrors[index].topic
        case .groups: return snapshot?.groups[index].id
        case .journal: return journalRows[index].id
        }
    }

    /// Sorts and filters the rows of the pane in front if that has not been done for this snapshot yet.
    mutating func refreshOrder() {
        guard pane.isList, var list = self[list: pane] else { return }
        guard !list.isOrderCurrent else { return }
        list.order = order(of: pane, list)
        list.isOrderCurrent = true
        self[list: pane] = list
        restoreCursor(of: pane)
    }

    /// Has the rows sorted and filtered anew.
    mutating func invalidateOrder(of pane: PaneID) {
        self[list: pane]?.isOrderCurrent = false
        refreshOrder()
    }

    private func order(of pane: PaneID, _ list: ListState) -> [Int] {
        switch pane {
        case .overview, .failover:
            return []
        case .mirrors:
            let rows = snapshot?.mirrors ?? []
            let column = MirrorColumns.all.first { $0.id == list.sort.column }
            let selection = mirrorSelection
            let order = RowOrder.order(
                rows, filter: list.filter, key: column?.sortKey, isDescending: list.sort.isDescending,
                fields: MirrorColumns.fields)
            guard let selection else { return order }
            return order.filter { index in
                IDC.allCases.contains { selection.selects(rows[index].flows[$0], of: rows[index].topic) }
            }
        case .groups:
            let rows = snapshot?.groups ?? []
            let column = GroupColumns.all.first { $0.id == list.sort.column }
            let names = names
            let order = RowOrder.order(
                rows, filter: list.filter, key: column?.sortKey, isDescending: list.sort.isDescending
            ) { row, matches in GroupColumns.fields(row, names, matches) }
            guard let selection = groupSelection else { return order }
            return order.filter { selection.selects(rows[$0].id) }
        case .journal:
            let column = JournalColumns.all.first { $0.id == list.sort.column }
            return RowOrder.order(
                journalRows, filter: list.filter, key: column?.sortKey, isDescending: list.sort.isDescending,
                fields: JournalColumns.fields)
        }
    }

    /// Finds the row under the cursor again, by its identity. If it has gone the cursor stays in its place.
    private mutating func restoreCursor(of pane: PaneID) {
        guard var list = self[list: pane] else { return }
        if let cursor = list.cursor, let found = list.order.firstIndex(where: { rowID($0, of: pane) == cursor }) {
            // The window moves with the row, so that the row stays where the eye has left it.
            list.top += found - list.position
            list.position = found
        }
        list.reveal(visibleRows: visibleListRows)
        list.cursor = list.position < list.order.count ? rowID(list.order[list.position], of: pane) : nil
        self[list: pane] = list
    }

    /// Puts the cursor on a place of the list in front.
    mutating func moveCursor(to position: Int) {
        guard var list = self[list: pane] else { return }
        list.position = position
        list.reveal(visibleRows: visibleListRows)
        list.cursor = list.position < list.order.count ? rowID(list.order[list.position], of: pane) : nil
        self[list: pane] = list
    }

    /// The index in the snapshot of the row under the cursor of the list in front.
    var cursorRow: Int? {
        guard let list = self[list: pane], list.position < list.order.count else { return nil }
        return list.order[list.position]
    }

    /// Marked rows that still exist, whether the filter shows them or not, in the order of the snapshot.
    var markedTopics: [String] {
        guard !mirrorList.marks.isEmpty else { return [] }
        return (snapshot?.mirrors ?? []).map(\.topic).filter(mirrorList.marks.contains)
    }

    /// What a key of the Groups pane acts on: the group whose details are open, else the marked rows, else the row
    /// under the cursor.
    var groupTargets: [String] {
        switch detail?.subject {
        case .group(let id): return snapshot?.groups.contains { $0.id == id } == true ? [id] : []
        case .mirror, .journal, .step, .runbook: return []
        case .none:
            guard pane == .groups, let list = self[list: .groups] else { return [] }
            guard list.marks.isEmpty else { return (snapshot?.groups ?? []).map(\.id).filter(list.marks.contains) }
            return cursorRow.flatMap { rowID($0, of: .groups) }.map { [$0] } ?? []
        }
    }

    /// What a key of the Mirrors pane acts on: the topic whose details are open, else the marked rows, else
    /// the row under the cursor; each in the directions chosen.
    var mirrorTargets: [MirrorTarget] {
        let topics: [String]
        switch detail?.subject {
        case .mirror(let topic):
            topics = snapshot?.mirrors.contains { $0.topic == topic } == true ? [topic] : []
        case .group, .journal, .step, .runbook: topics = []
        case .none:
            guard pane == .mirrors else { return [] }
            let marked = markedTopics
            topics = marked.isEmpty ? cursorRow.flatMap { rowID($0, of: .mirrors) }.map { [$0] } ?? [] : marked
        }
        return topics.flatMap { topic in direction.flows.map { MirrorTarget(topic: topic, flow: $0) } }
    }

    /// Whether a row of the list in front matches a pattern.
    func rowMatches(_ index: Int, _ matches: (String) -> Bool) -> Bool {
        guard let snapshot else { return pane == .journal && JournalColumns.fields(journalRows[index], matches) }
        switch pane {
        case .overview, .failover: return false
        case .mirrors: return MirrorColumns.fields(snapshot.mirrors[index], matches)
        case .groups: return GroupColumns.fields(snapshot.groups[index], names, matches)
        case .journal: return JournalColumns.fields(journalRows[index], matches)
        }
    }

    /// Goes to the next or previous row that matches the last pattern.
    mutating func jumpToMatch(forward: Bool) {
        guard let list = self[list: pane], let search = list.search, !list.order.isEmpty else { return }
        var matcher = PatternMatcher(search.pattern)
        let count = list.order.count
        for distance in 1...count {
            let position = (list.position + (forward ? distance : count - distance)) % count
            let isMatch = rowMatches(list.order[position]) { matcher.matches($0) } != search.isInverted
            guard isMatch else { continue }
            if distance == count { say(.ok, "no other row matches \(search.text)") }
            moveCursor(to: position)
            return
        }
        say(.warning, "no row matches \(search.text)")
    }

    mutating func setFilter(_ filter: RowFilter?, of pane: PaneID) {
        guard var list = self[list: pane] else { return }
        list.filter = filter
        if let filter { list.search = filter }
        self[list: pane] = list
        invalidateOrder(of: pane)
    }

    mutating func setSort(_ sort: SortOrder, of pane: PaneID) {
        self[list: pane]?.sort = sort
        invalidateOrder(of: pane)
    }

    /// The names of a list's columns, for the chooser.
    func columnIDs(of pane: PaneID) -> [String] {
        switch pane {
        case .overview, .failover: []
        case .mirrors: MirrorColumns.all.map(\.id)
        case .groups: GroupColumns.all.map(\.id)
        case .journal: JournalColumns.all.map(\.id)
        }
    }

    func startsDescending(_ column: String, of pane: PaneID) -> Bool {
        switch pane {
        case .overview, .failover: false
        case .mirrors: MirrorColumns.all.first { $0.id == column }?.startsDescending ?? false
        case .groups: GroupColumns.all.first { $0.id == column }?.startsDescending ?? false
        case .journal: JournalColumns.all.first { $0.id == column }?.startsDescending ?? false
        }
    }
}
