import Domain

extension Model {
    /// Why a key cannot do its work now; `nil`: it can. Whether the session may act at all is another question.
    package func reasonDisabled(_ id: ActionID) -> String? {
        switch id {
        case .pause, .resume, .stop, .restartFailed, .restartAll:
            return reasonNotToAct ?? (mirrorTargets.isEmpty ? "no mirror is under the cursor" : nil)
        case .syncOffsets, .holdOffsets, .releaseOffsets:
            return reasonNotToAct ?? (groupTargets.isEmpty ? "no group is under the cursor" : nil)
        case .create:
            if let reason = reasonNotToAct { return reason }
            if mirrorTargets.isEmpty { return "no mirror is under the cursor" }
            return isAnyJobMissing ? nil : "no job is missing there"
        case .open where pane == .failover && overlays.isEmpty: return nil
        case .open, .explain:
            if case .chooser = overlays.last { return nil }
            return cursorRow == nil ? "there is no row to open" : nil
        case .mark, .markByFilter: return cursorRow == nil ? "there is no row to mark" : nil
        case .nextMatch, .previousMatch:
            let search = detail == nil ? self[list: pane]?.search : detail?.search
            return search == nil ? "no pattern yet: \(keyName(.filter)) takes one" : nil
        case .goOn:
            return failover.shownRun == nil ? reasonNotToBegin : reasonNotToAnswer(nil)
        case .retry: return reasonNotToAnswer(.retry)
        case .waive: return reasonNotToAnswer(.waive)
        case .accept: return reasonNotToAnswer(.accept)
        case .putBack: return reasonNotToAnswer(.putBack)
        case .stateStopped: return reasonNotToAnswer(.state)
        case .leaveOut: return reasonNotToAnswer(.leaveOut)
        case .abortRun: return reasonNotToAnswer(.abort)
        case .takeOver: return reasonNotToTakeOver
        case .turnRound:
            return failover.shownRun == nil ? nil : "a run is shown, and its direction stays"
        case .confirm:
            if case .question(.runIsDriven) = overlays.last { return "\(keyName(.quitAnyway)) leaves all the same" }
            guard case .preview(let preview) = overlays.last else { return nil }
            if preview.plan.lines.isEmpty { return "there is nothing to do" }
            return preview.plan.confirmation == .yes ? nil : "the plan asks for a text to be typed"
        case .cancelRun: return isRunning ? nil : "the plan has ended"
        case .showProgress: return isRunning || lastProgress != nil ? nil : "no plan has run in this session"
        case .lastCommand: return lastCommand == nil ? "nothing has been done in this session" : nil
        case .slower: return refreshInterval >= Self.intervals.last ?? .zero ? "it cannot be slower" : nil
        case .faster: return refreshInterval <= Self.intervals.first ?? .zero ? "it cannot be faster" : nil
        case .copyRow, .copyPane:
            guard overlays.isEmpty, detail == nil else { return nil }
            if snapshot == nil { return "nothing has been read yet" }
            return pane.isList && cursorRow == nil ? "there is no row to copy" : nil
        case .directionLeft: return direction == .backward ? "already <- only" : nil
        case .directionRight: return direction == .forward ? "already -> only" : nil
        case .back:
            let list = self[list: pane]
            let isNarrowed =
                list?.filter != nil || list?.marks.isEmpty == false
                || (pane == .failover && (failover.chosenStep != nil || failover.shownRun?.outcome != nil))
                || (pane == .mirrors && mirrorSelection != nil) || (pane == .groups && groupSelection != nil)
            return overlays.isEmpty && detail == nil && !isNarrowed
                ? "there is nothing to leave; \(keyName(.quit)) quits" : nil
        case .down, .up, .pageDown, .pageUp, .first, .last, .nextPane, .previousPane, .overview, .mirrors, .groups,
            .failover, .journal, .filter, .sort, .invertSort,
            .quitAnyway, .commandLine, .refresh, .freezeScreen, .theme, .help, .redraw, .suspend, .quit:
            return nil
        }
    }

    /// Whether a key is worth naming here: bound, possible, and permitted.
    func works(_ action: Action, in place: Place) -> Bool {
        action.places.contains(place) && !settings.keyMap.keyNames(of: action.id).isEmpty
            && !(action.writes && settings.isReadOnly) && reasonDisabled(action.id) == nil
    }

    private var isAnyJobMissing: Bool {
        let topics = Set(mirrorTargets.map(\.topic))
        return (snapshot?.mirrors ?? []).contains { row in
            guard topics.contains(row.topic) else { return false }
            return IDC.allCases.contains { idc in
                guard direction.contains(source: idc) else { return false }
                // A state that is not known may be a missing job: the planner looks.
                guard let state = row.flows[idc].state.lastKnown else { return true }
                return state == .none || state == .topicMissing
            }
        }
    }
}
