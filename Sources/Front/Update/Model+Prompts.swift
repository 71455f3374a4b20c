import Cells
import Commands
import Domain

// Lines being typed. The only place besides a plan's typed text that reads keys without the key table.
extension Model {
    mutating func press(_ key: Key, in prompt: Prompt) -> [Effect] {
        var prompt = prompt
        switch key {
        case .enter: return accept(prompt)
        case .escape, .control("c"):
            overlays.removeLast()
            if case .filter(let pane, let before) = prompt.subject { setFilter(before, of: pane) }
            return []
        case .tab:
            guard prompt.subject == .command else { return [] }
            complete(&prompt)
        case .up: recall(&prompt, older: true)
        case .down: recall(&prompt, older: false)
        case .control("l"): return [.redraw]
        case .backspace where prompt.editor.isEmpty && prompt.subject == .command:
            overlays.removeLast()
            return []
        case .character, .control, .alt, .backTab, .backspace, .delete, .insert, .left, .right, .home, .end, .pageUp,
            .pageDown, .function, .mouse, .paste:
            let before = prompt.editor.text
            guard prompt.editor.press(key) else { return [] }
            prompt.completions = []
            if prompt.editor.text != before { edited(&prompt) }
        }
        overlays[overlays.count - 1] = .prompt(prompt)
        return []
    }

    /// Filters are applied while they are typed; one that cannot be read leaves the last good one in place.
    private mutating func edited(_ prompt: inout Prompt) {
        prompt.problem = nil
        switch prompt.subject {
        case .command, .holdReason: break
        case .filter(let pane, _):
            do throws(PatternError) {
                setFilter(try filter(prompt.editor.text), of: pane)
            } catch {
                prompt.problem = error.description
            }
        case .mark, .search:
            do throws(PatternError) {
                _ = try filter(prompt.editor.text)
            } catch {
                prompt.problem = error.description
            }
        }
    }

    private func filter(_ text: String) throws(PatternError) -> RowFilter? {
        text.isEmpty || text == "!" ? nil : try RowFilter(text)
    }

    private mutating func accept(_ prompt: Prompt) -> [Effect] {
        let text = prompt.editor.text
        if prompt.subject == .command {
            overlays.removeLast()
            return run(line: text)
        }
        if case .holdReason(let groups) = prompt.subject {
            guard text.contains(where: { $0 != " " }) else {
                var prompt = prompt
                prompt.problem = "a hold needs a reason: whoever finds the group held has to know why"
                overlays[overlays.count - 1] = .prompt(prompt)
                return []
            }
            overlays.removeLast()
            return plan(.holdOffsets(groups, reason: text))
        }
        let filter: RowFilter?
        do throws(PatternError) {
            filter = try self.filter(text)
        } catch {
            var prompt = prompt
            prompt.problem = error.description
            overlays[overlays.count - 1] = .prompt(prompt)
            return []
        }
        overlays.removeLast()
        switch prompt.subject {
        case .filter(let pane, _): setFilter(filter, of: pane)
        case .search:
            detail?.search = filter
            jumpInDetail(forward: true, fromHere: true)
        case .mark:
            guard let filter, let list = self[list: pane] else { return [] }
            var matcher = PatternMatcher(filter.pattern)
            let found = list.order.filter { index in
                rowMatches(index) { matcher.matches($0) } != filter.isInverted
            }
            guard !found.isEmpty else {
                say(.warning, "no row matches \(filter.text)")
                return []
            }
            mark(found.compactMap { rowID($0, of: pane) })
        case .command, .holdReason: break
        }
        return []
    }

    // MARK: History and completion

    private func recall(_ prompt: inout Prompt, older: Bool) {
        guard prompt.subject == .command else { return }
        let depth = prompt.historyDepth + (older ? 1 : -1)
        guard depth >= 0, depth <= history.count else { return }
        if prompt.historyDepth == 0 { prompt.draft = prompt.editor.text }
        prompt.historyDepth = depth
        prompt.completions = []
        prompt.editor.replace(with: depth == 0 ? prompt.draft : history[history.count - depth])
    }

    private func complete(_ prompt: inout Prompt) {
        let completion = CommandTable.complete(
            line: prompt.editor.text, cursor: prompt.editor.textBeforeCursor.count,
            in: settings.mode.commandPlace, names: names(of:))
        guard let first = completion.candidates.first else {
            prompt.completions = []
            return
        }
        if completion.candidates.count == 1 {
            prompt.completions = []
            prompt.editor.replace(completion.replaces, with: first.text + " ")
        } else {
            let common = completion.commonPrefix
            if common.count > completion.replaces.count { prompt.editor.replace(completion.replaces, with: common) }
            prompt.completions = completion.candidates.prefix(200).map(\.text)
        }
    }

    private func names(of kind: DynamicName) -> [String] {
        switch kind {
        case .topic: snapshot?.mirrors.map(\.topic) ?? []
        case .mirror:
            (snapshot?.mirrors ?? []).flatMap { row in
                [row.topic] + IDC.allCases.flatMap { row.flows[$0].connectors }
            }
        case .group: snapshot?.groups.map(\.id) ?? []
        case .context: []
        case .theme: settings.palettes.map(\.name)
        case .pane: PaneID.allCases.map { $0.title.lowercased() }
        }
    }

    mutating func remember(_ line: String) {
        guard history.last != line else { return }
        history.append(line)
        if history.count > 200 { history.removeFirst() }
    }
}
