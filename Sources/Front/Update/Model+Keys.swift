import Cells
import Domain

extension Model {
    mutating func press(_ key: Key) -> [Effect] {
        if case .prompt(let prompt) = overlays.last { return press(key, in: prompt) }
        if case .preview(let preview) = overlays.last, case .typed(let expected, _) = preview.plan.confirmation,
            let effects = press(key, in: preview, expecting: expected)
        {
            return effects
        }
        if case .runForm(let form) = overlays.last, let effects = press(key, in: form) { return effects }
        if case .mouse(_, let row, let button) = key { return click(row: row, button: button) }
        if key == .control("c") { return interrupt() }
        guard let id = settings.keyMap.action(for: key, in: place) else {
            if overlays.isEmpty, let name = KeyName.text(key) {
                let help = settings.keyMap.keyNames(of: .help).first ?? ":help"
                say(.ok, "\(name) does nothing here; \(help) lists what works")
            }
            return []
        }
        return perform(id)
    }

    /// Does what a key stands for, unless the session may not or there is a reason why it cannot be done now.
    mutating func perform(_ id: ActionID) -> [Effect] {
        if KeyTable.action(id)?.writes == true, let reason = settings.readOnlyReason {
            say(.warning, reason)
            return [.refused(command: id.rawValue, reason: reason)]
        }
        if let reason = reasonDisabled(id) {
            say(.warning, reason)
            return []
        }
        switch id {
        case .down: move(.down)
        case .up: move(.up)
        case .pageDown: move(.pageDown)
        case .pageUp: move(.pageUp)
        case .first: move(.first)
        case .last: move(.last)
        case .open, .explain: open()
        case .back: back()
        case .nextPane: go(to: pane.next)
        case .previousPane: go(to: pane.previous)
        case .overview: go(to: .overview)
        case .mirrors: go(to: .mirrors)
        case .groups: go(to: .groups)
        case .failover: showFailover()
        case .journal: go(to: .journal)
        case .filter: askForPattern()
        case .nextMatch: nextMatch(forward: true)
        case .previousMatch: nextMatch(forward: false)
        case .mark: toggleMark()
        case .markByFilter: markShown()
        case .sort: chooseSortColumn()
        case .invertSort: invertSort()
        case .directionLeft: direction = direction.left
        case .directionRight: direction = direction.right
        case .pause: return plan(.mirrors(.pause, mirrorTargets))
        case .resume: return plan(.mirrors(.resume, mirrorTargets))
        case .stop: return plan(.mirrors(.stop, mirrorTargets))
        case .restartFailed: return plan(.mirrors(.restartFailed, mirrorTargets))
        case .restartAll: return plan(.mirrors(.restartAll, mirrorTargets))
        case .create: return plan(.mirrors(.create, mirrorTargets))
        case .syncOffsets: return plan(.syncOffsets(groupTargets))
        case .holdOffsets: overlays.append(.prompt(Prompt(subject: .holdReason(groupTargets))))
        case .releaseOffsets: return plan(.releaseOffsets(groupTargets))
        case .goOn: return goOn()
        case .retry: return answer(.retry)
        case .waive: return answer(.waive)
        case .accept: return answer(.accept)
        case .putBack: return answer(.putBack)
        case .stateStopped: return answer(.state)
        case .leaveOut: return answer(.leaveOut)
        case .abortRun: return answer(.abort)
        case .takeOver: return takeOver()
        case .turnRound: failover.chosenSource = failoverSource.other
        case .confirm: return confirm()
        case .cancelRun: overlays.append(.question(.planIsRunning))
        case .showProgress: overlays.append(.progress(scroll: 0))
        case .quitAnyway: return [.cancelRun, .quit]
        case .commandLine: overlays.append(.prompt(Prompt(subject: .command)))
        case .lastCommand: showLastCommand()
        case .refresh:
            say(.ok, "reading everything again")
            return [.refreshNow]
        case .slower: return setInterval(Self.intervals.first { $0 > refreshInterval } ?? refreshInterval)
        case .faster: return setInterval(Self.intervals.last { $0 < refreshInterval } ?? refreshInterval)
        case .freezeScreen: toggleFreeze()
        case .copyRow: return copyRow()
        case .copyPane: return copyPane()
        case .theme: chooseTheme()
        case .help: toggleHelp()
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return quit()
        }
        return []
    }

    // MARK: Moving

    enum Motion {
        case down, up, pageDown, pageUp, first, last

        func applied(to place: Int, page: Int, last: Int) -> Int {
            let target =
                switch self {
                case .down: place + 1
                case .up: place - 1
                case .pageDown: place + max(1, page - 1)
                case .pageUp: place - max(1, page - 1)
                case .first: 0
                case .last: last
                }
            return max(0, min(last, target))
        }
    }

    private mutating func move(_ motion: Motion) {
        if case .chooser(var chooser) = overlays.last {
            chooser.selected = motion.applied(
                to: chooser.selected, page: visibleBodyRows, last: chooser.items.count - 1)
            overlays[overlays.count - 1] = .chooser(chooser)
            // A theme is judged by looking at it.
            if case .theme = chooser.subject, chooser.selected < chooser.items.count {
                themeName = chooser.items[chooser.selected]
            }
            return
        }
        if overlays.isEmpty, detail == nil, pane == .failover {
            moveInFailover(motion)
            return
        }
        guard overlays.isEmpty, detail == nil, let list = self[list: pane] else {
            scroll = motion.applied(to: scroll, page: scrollPage, last: lastScroll)
            return
        }
        moveCursor(to: motion.applied(to: list.position, page: visibleListRows, last: list.order.count - 1))
    }

    private mutating func click(row: Int, button: Int) -> [Effect] {
        if button == 4 { move(.up) }
        if button == 5 { move(.down) }
        guard button == 1, overlays.isEmpty, detail == nil, let list = self[list: pane] else { return [] }
        let first = 4 + RunBanner.count(self)
        let position = list.top + row - first
        if row >= first, row < rows - 2, position < list.order.count { moveCursor(to: position) }
        return []
    }

    mutating func go(to pane: PaneID) {
        detail = nil
        self.pane = pane
        refreshOrder()
        let visible = visibleListRows
        self[list: pane]?.reveal(visibleRows: visible)
    }

    private mutating func open() {
        if case .chooser(let chooser) = overlays.last {
            overlays.removeLast()
            choose(chooser)
            return
        }
        if pane == .failover {
            openInFailover()
            return
        }
        guard let index = cursorRow, let id = rowID(index, of: pane) else { return }
        switch pane {
        case .overview, .failover: break
        case .mirrors: openDetail(.mirror(id))
        case .groups: openDetail(.group(id))
        case .journal: openDetail(.journal(id))
        }
    }

    mutating func openDetail(_ subject: DetailState.Subject) {
        var detail = DetailState(subject: subject)
        if case .mirror(let topic) = subject, let row = snapshot?.mirrors.first(where: { $0.topic == topic }) {
            for idc in IDC.allCases { detail.rates[idc] = [row.flows[idc].recordsPerSecond] }
        }
        self.detail = detail
    }

    /// Leaves one thing: the overlay, the details, the filter, the marks.
    private mutating func back() {
        if let top = overlays.popLast() {
            if case .chooser(let chooser) = top, case .theme(let before) = chooser.subject { themeName = before }
            switch top {
            case .preview, .runForm: say(.ok, "nothing has been done")
            case .help, .chooser, .prompt, .progress, .question, .notice: break
            }
            return
        }
        if detail?.search != nil {
            detail?.search = nil
        } else if detail != nil {
            detail = nil
        } else if pane == .failover {
            if let run = failover.shownRun, run.outcome != nil {
                failover.dismissed = run.run
            } else {
                failover.chosenStep = nil
            }
        } else if self[list: pane]?.filter != nil {
            setFilter(nil, of: pane)
        } else if pane == .mirrors, mirrorSelection != nil {
            mirrorSelection = nil
            invalidateOrder(of: pane)
        } else if pane == .groups, groupSelection != nil {
            groupSelection = nil
            invalidateOrder(of: pane)
        } else if self[list: pane]?.marks.isEmpty == false {
            self[list: pane]?.marks = []
        }
    }
}
