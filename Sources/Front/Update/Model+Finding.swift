import Cells
import Domain

// Filter, marks, order.
extension Model {
    /// The prompt of a filter, or in details of a search.
    mutating func askForPattern() {
        guard detail == nil else {
            overlays.append(.prompt(Prompt(subject: .search)))
            return
        }
        let before = self[list: pane]?.filter
        let editor = LineEditor(before?.text ?? "")
        overlays.append(.prompt(Prompt(subject: .filter(pane, before: before), editor: editor)))
    }

    mutating func chooseSortColumn() {
        let items = columnIDs(of: pane)
        let selected = items.firstIndex(of: self[list: pane]?.sort.column ?? "") ?? 0
        overlays.append(.chooser(Chooser(subject: .sortColumn(pane), items: items, selected: selected)))
    }

    mutating func invertSort() {
        guard var sort = self[list: pane]?.sort else { return }
        sort.isDescending.toggle()
        setSort(sort, of: pane)
    }

    mutating func nextMatch(forward: Bool) {
        if detail != nil {
            jumpInDetail(forward: forward)
        } else {
            jumpToMatch(forward: forward)
        }
    }

    /// Scrolls to the next line of the details that matches.
    mutating func jumpInDetail(forward: Bool, fromHere: Bool = false) {
        guard let detail, let search = detail.search else { return }
        let lines = DetailText.lines(of: self)
        var matcher = PatternMatcher(search.pattern)
        let found = lines.indices.filter { matcher.matches(lines[$0].plainText) != search.isInverted }
        guard let first = found.first, let last = found.last else {
            say(.warning, "nothing here matches \(search.text)")
            return
        }
        let here = detail.scroll
        let next: Int
        if forward {
            next = found.first { fromHere ? $0 >= here : $0 > here } ?? first
        } else {
            next = found.last { $0 < here } ?? last
        }
        let target = min(next, lastScroll)
        self.detail?.scroll = target
    }

    mutating func toggleMark() {
        guard let list = self[list: pane], let cursor = list.cursor else { return }
        if self[list: pane]?.marks.remove(cursor) == nil { self[list: pane]?.marks.insert(cursor) }
        moveCursor(to: list.position + 1)
    }

    /// Marks what the filter shows, or takes these marks away if all of it is marked.
    mutating func markShown() {
        guard let list = self[list: pane] else { return }
        guard list.filter != nil || mirrorSelection != nil else {
            overlays.append(.prompt(Prompt(subject: .mark)))
            return
        }
        mark(list.order.compactMap { rowID($0, of: pane) })
    }

    mutating func mark(_ ids: [String]) {
        guard var list = self[list: pane] else { return }
        if !ids.isEmpty, ids.allSatisfy(list.marks.contains) {
            list.marks.subtract(ids)
            say(.ok, "\(Figures.count(ids.count)) marks taken away")
        } else {
            list.marks.formUnion(ids)
            say(.ok, "\(Figures.count(ids.count)) rows marked")
        }
        self[list: pane] = list
    }

    mutating func choose(_ chooser: Chooser) {
        guard chooser.selected < chooser.items.count else { return }
        let item = chooser.items[chooser.selected]
        switch chooser.subject {
        case .sortColumn(let pane):
            let current = self[list: pane]?.sort
            let isSame = current?.column == item
            let descending = isSame ? !(current?.isDescending ?? false) : startsDescending(item, of: pane)
            setSort(SortOrder(item, descending: descending), of: pane)
        case .theme:
            themeName = item
            say(.ok, "theme \(item)")
        }
    }
}
