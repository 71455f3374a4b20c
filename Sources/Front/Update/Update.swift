import Domain

/// Changes the model by one event, and says what is to be done outside. Pure: the same model and the same event
/// always give the same answer.
package func update(_ model: inout Model, _ event: Event) -> [Effect] {
    switch event {
    case .snapshot(let snapshot):
        model.show(snapshot)
        return []
    case .key(let key):
        return model.press(key)
    case .resized(let columns, let rows):
        model.resize(columns: columns, rows: rows)
        return []
    case .tick(let now, let utcOffset):
        model.tick(now, utcOffset: utcOffset)
        return []
    case .planned(let answer):
        return model.planned(answer)
    case .progress(let progress):
        model.progressed(progress)
        return []
    case .journal(let records):
        model.journal = records
        model.mergeJournal()
        return []
    case .run(let run, let role):
        model.runChanged(run, role)
        return []
    case .runStopped(let text):
        // What to do about it stands at the end: a line would cut it off.
        model.overlays.append(.notice(Notice(title: "Not done", severity: .critical, text: text)))
        return []
    case .message(let severity, let text):
        model.say(severity, text)
        return []
    case .screenSaved(let path):
        model.say(.ok, "the screen is in \(path)")
        return []
    case .interrupt:
        return model.interrupt()
    case .terminate:
        return model.isRunning ? [.cancelRun, .quit] : [.quit]
    }
}

extension Model {
    mutating func show(_ snapshot: Snapshot) {
        guard !isFrozen else {
            heldSnapshot = snapshot
            return
        }
        let eventsChanged = snapshot.events != self.snapshot?.events
        self.snapshot = snapshot
        if eventsChanged { mergeJournal() }
        if case .mirror(let topic) = detail?.subject {
            let row = snapshot.mirrors.first { $0.topic == topic }
            for idc in IDC.allCases {
                detail?.rates[idc].append(row?.flows[idc].recordsPerSecond)
                let excess = (detail?.rates[idc].count ?? 0) - Self.rateHistoryLimit
                if excess > 0 { detail?.rates[idc].removeFirst(excess) }
            }
        }
        for pane in PaneID.allCases where pane != .journal { self[list: pane]?.isOrderCurrent = false }
        refreshOrder()
        clampScroll()
    }

    /// More than any screen is wide.
    private static let rateHistoryLimit = 500

    mutating func mergeJournal() {
        journalRows = JournalRow.merge(events: snapshot?.events ?? [], records: journal ?? [])
        invalidateOrder(of: .journal)
    }

    mutating func resize(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        let visible = visibleListRows
        for pane in PaneID.allCases { self[list: pane]?.reveal(visibleRows: visible) }
        clampScroll()
    }

    mutating func tick(_ now: WallTime, utcOffset: Duration) {
        self.now = now
        self.utcOffset = utcOffset
        guard let shown = flash else { return }
        if let at = shown.at {
            let age = now.since(at)
            if age >= (shown.severity == .critical ? .seconds(20) : .seconds(8)) || age < .zero { flash = nil }
        } else {
            flash = Flash(severity: shown.severity, text: shown.text, at: now)
        }
    }

    /// Puts a message in place of the newest event, for a while.
    mutating func say(_ severity: Severity, _ text: String) {
        flash = Flash(severity: severity, text: text, at: now)
    }

    /// The age of the newest reading of anything, when that is too old to act upon; `nil` when it is not.
    package var staleness: Duration? {
        guard let now, let newest = heldSnapshot ?? snapshot else { return nil }
        let moments = IDC.allCases.flatMap { idc -> [WallTime?] in
            let view = newest.clusters[idc]
            return [view.metadata.readAt, view.ranges.readAt, view.groups.readAt, view.connectors.readAt]
        }
        guard let last = moments.compactMap(\.self).max() else { return nil }
        let age = now.since(last)
        let limit = max(Duration.seconds(5), refreshInterval + refreshInterval + refreshInterval)
        return age > limit ? age : nil
    }
}
