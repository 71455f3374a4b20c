import Cells
import Commands
import Domain

// The `:` line: read by the table that the shell's commands come from.
extension Model {
    mutating func run(line: String) -> [Effect] {
        let text = line.drop { $0 == " " }
        guard !text.isEmpty else { return [] }
        remember(line)
        switch CommandTable.parse(line: line, in: settings.mode.commandPlace) {
        case .failure(let error):
            overlays.append(
                .notice(
                    Notice(
                        title: ":\(line)", severity: .warning,
                        text: "\(error.headline)\n\nUsage: \(error.synopsis)\n:\(error.helpCommand) explains it.")))
            return []
        case .success(let invocation):
            return run(invocation, line: line)
        }
    }

    private mutating func run(_ invocation: Invocation, line: String) -> [Effect] {
        if invocation.writes, let reason = settings.readOnlyReason {
            say(.warning, reason)
            return [.refused(command: line, reason: reason)]
        }
        switch invocation {
        case .actOnMirrors(let action, let selection, _):
            return actOnMirrors(action, selection)
        case .setTraffic(let split, _):
            if let reason = reasonNotToAct { return answer(.warning, reason) }
            return plan(.traffic(split))
        case .listMirrors(let selection, _):
            go(to: .mirrors)
            mirrorSelection = selection.isEverything ? nil : selection
            invalidateOrder(of: .mirrors)
        case .showMirror(let name, _):
            let found = snapshot?.mirrors.first { row in
                row.topic == name || IDC.allCases.contains { row.flows[$0].connectors.contains(name) }
            }
            guard let found else { return answer(.warning, "no topic and no connector is called \(name)") }
            go(to: .mirrors)
            openDetail(.mirror(found.topic))
        case .listGroups(let selection, _):
            go(to: .groups)
            groupSelection = selection.names.isEmpty ? nil : selection
            invalidateOrder(of: .groups)
        case .showGroup(let id, _):
            guard snapshot?.groups.contains(where: { $0.id == id }) == true else {
                return answer(.warning, "no group is called \(id)")
            }
            go(to: .groups)
            openDetail(.group(id))
        case .status, .showTraffic:
            go(to: .overview)
        case .keys:
            overlays.append(.help(scroll: 0))
        case .help(let path):
            overlays.append(
                .notice(
                    Notice(
                        title: "Command line", severity: .ok,
                        text: Usage.text(for: path, in: settings.mode.commandPlace))))
        case .inConsole(let request):
            return run(request)
        case .inject(let fault):
            return [.inject(fault)]
        case .failover:
            go(to: .failover)
        case .planOffsets(let selection, _):
            go(to: .groups)
            groupSelection = selection.names.isEmpty ? nil : selection
            invalidateOrder(of: .groups)
        case .syncOffsets(let selection, _):
            return planForGroups(selection) { .syncOffsets($0) }
        case .holdOffsets(let selection, let reason, _):
            return planForGroups(selection) { .holdOffsets($0, reason: reason) }
        case .releaseOffsets(let selection, _):
            return planForGroups(selection) { .releaseOffsets($0) }
        case .freeze(let reason, _): return planIfPossible(.freeze(reason: reason))
        case .thaw: return planIfPossible(.thaw)
        case .console, .watch, .sandbox, .mirror, .sync, .adoptOffsets, .completions,
            .manualPage, .version, .showConfiguration:
            return answer(.warning, "\(line) works in the shell, not here")
        }
        return []
    }

    private mutating func planIfPossible(_ intent: Intent) -> [Effect] {
        if let reason = reasonNotToAct { return answer(.warning, reason) }
        return plan(intent)
    }

    private mutating func planForGroups(_ selection: GroupSelection, _ intent: ([String]) -> Intent) -> [Effect] {
        if let reason = reasonNotToAct { return answer(.warning, reason) }
        let groups = (snapshot?.groups ?? []).map(\.id).filter(selection.selects)
        guard !groups.isEmpty else { return answer(.warning, "no group is selected: nothing has been done") }
        return plan(intent(groups))
    }

    private mutating func run(_ request: ConsoleRequest) -> [Effect] {
        switch request {
        case .saveScreen(let path): return [.saveScreen(path: path)]
        case .theme(let name):
            guard settings.palettes.contains(where: { $0.name == name }) else {
                let known = settings.palettes.map(\.name).joined(separator: ", ")
                return answer(.warning, "no theme is called \(name); there are \(known)")
            }
            themeName = name
        case .failover(let line): return run(line)
        case .language(let language): failover.language = language
        case .quit: return quit()
        case .refresh: return perform(.refresh)
        case .filter(let text):
            guard pane.isList else { return answer(.warning, "the \(pane.title) pane has no rows to filter") }
            do throws(PatternError) {
                setFilter(text.isEmpty ? nil : try RowFilter(text), of: pane)
                detail = nil
            } catch {
                return answer(.warning, error.description)
            }
        case .pane(let name):
            guard let pane = PaneID(named: name) else {
                let known = PaneID.allCases.map { $0.title.lowercased() }.joined(separator: ", ")
                return answer(.warning, "no pane is called \(name); there are \(known)")
            }
            go(to: pane)
        case .setInterval(let interval): return setInterval(interval)
        }
        return []
    }

    private mutating func run(_ line: RunLine) -> [Effect] {
        go(to: .failover)
        switch line {
        case .run(let name, let source, let split):
            if let reason = reasonNotToBegin { return answer(.warning, reason) }
            guard let index = settings.runbooks.firstIndex(where: { $0.name == name }) else {
                let known = settings.runbooks.map(\.name).joined(separator: ", ")
                return answer(.warning, "no runbook is called \(name); there are \(known)")
            }
            failover.dismissed = failover.run?.run
            failover.runbook = index
            failover.chosenSource = source ?? failover.chosenSource
            return askToBegin(split: split)
        case .resume(let name):
            if let reason = reasonNotToTakeOver { return answer(.warning, reason) }
            guard name == nil || name == failover.openRun?.run else {
                return answer(.warning, "the run that is going is \(failover.openRun?.run ?? "")")
            }
            return takeOver()
        case .abort: return perform(.abortRun)
        }
    }

    private mutating func answer(_ severity: Severity, _ text: String) -> [Effect] {
        say(severity, text)
        return []
    }

    private mutating func actOnMirrors(_ action: MirrorAction, _ selection: MirrorSelection) -> [Effect] {
        if let reason = reasonNotToAct { return answer(.warning, reason) }
        let rows = snapshot?.mirrors ?? []
        // A name that matches nothing is most likely misspelt: half of what was meant is not done.
        let unmatched = selection.withoutMatch(in: rows).map(\.pattern)
        guard unmatched.isEmpty else {
            return answer(.warning, "nothing is called \(unmatched.joined(separator: ", ")): nothing has been done")
        }
        let targets = selection.targets(in: rows)
        guard !targets.isEmpty else { return answer(.warning, "no mirror is selected: nothing has been done") }
        return plan(.mirrors(action, targets))
    }
}
