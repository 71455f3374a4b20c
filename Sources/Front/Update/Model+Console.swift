import Cells
import Domain

// Refresh, freeze, copy, theme, help, quitting.
extension Model {
    /// The steps of the refresh interval.
    static let intervals: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(30),
        .seconds(60), .seconds(300),
    ]

    mutating func setInterval(_ interval: Duration) -> [Effect] {
        refreshInterval = interval
        say(.ok, "refresh every \(Spans.interval(interval))")
        return [.setRefreshInterval(interval)]
    }

    mutating func toggleFreeze() {
        isFrozen.toggle()
        if isFrozen {
            say(.ok, "frozen: what is shown stays until \(keyName(.freezeScreen)) is pressed again")
        } else if let held = heldSnapshot {
            heldSnapshot = nil
            show(held)
        }
    }

    mutating func copyRow() -> [Effect] {
        if case .notice(let notice) = overlays.last {
            say(.ok, "copied")
            return [.copy(Self.copyable(notice.text))]
        }
        if detail != nil {
            say(.ok, "copied the details")
            return [
                .copy(
                    Self.copyable(DetailText.lines(of: self, isWrapped: false).map(\.plainText).joined(separator: "\n"))
                )
            ]
        }
        guard pane.isList else { return copyPane() }
        guard let index = cursorRow else { return [] }
        say(.ok, "copied the row")
        return [.copy(ListPane.text(of: [index], in: self))]
    }

    mutating func copyPane() -> [Effect] {
        if detail != nil { return copyRow() }
        guard pane.isList, let list = self[list: pane] else {
            say(.ok, "copied the pane")
            let lines =
                pane == .failover
                ? FailoverPane.lines(of: self, columns: columns, rows: visibleBodyRows)
                : OverviewPane.lines(of: self, width: columns)
            return [.copy(Self.copyable(lines.map(\.plainText).joined(separator: "\n")))]
        }
        let text = ListPane.text(of: list.order, in: self)
        say(.ok, "copied \(Figures.count(list.order.count)) rows")
        return [.copy(text)]
    }

    /// Names come from outside: without control characters, but for the ends of our own lines.
    static func copyable(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { CleanText(String($0)).text }
            .joined(separator: "\n")
    }

    mutating func showLastCommand() {
        guard let lastCommand else { return }
        overlays.append(
            .notice(Notice(title: "The command line equal to the last action", severity: .ok, text: lastCommand)))
    }

    mutating func chooseTheme() {
        let items = settings.palettes.map(\.name)
        let selected = items.firstIndex(of: themeName) ?? 0
        overlays.append(.chooser(Chooser(subject: .theme(before: themeName), items: items, selected: selected)))
    }

    mutating func toggleHelp() {
        if case .help = overlays.last {
            overlays.removeLast()
        } else {
            overlays.append(.help(scroll: 0))
        }
    }

    mutating func quit() -> [Effect] {
        if failover.openRun != nil, failover.role == .driving {
            overlays.append(.question(.runIsDriven))
            return []
        }
        guard isRunning else { return [.quit] }
        overlays.append(.question(.planIsRunning))
        return []
    }

    /// Ctrl-C: with a plan running a question, once; else out of the overlay, else out.
    mutating func interrupt() -> [Effect] {
        if case .question = overlays.last { return confirm() }
        if isRunning {
            overlays.append(.question(.planIsRunning))
            return []
        }
        if case .prompt(let prompt) = overlays.last { return press(.escape, in: prompt) }
        return overlays.isEmpty ? quit() : perform(.back)
    }

    /// The first key of an action, as hints name it.
    func keyName(_ id: ActionID) -> String {
        settings.keyMap.keyNames(of: id).first ?? "(no key)"
    }
}
