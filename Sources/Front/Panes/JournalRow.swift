package import Domain

/// A line of the Journal pane: something that was seen to happen, or an act.
package struct JournalRow: Hashable, Sendable {
    package enum Entry: Hashable, Sendable {
        case event(ObservedEvent)
        case act(JournalRecord)
    }

    package let id: String
    package let entry: Entry

    package var at: WallTime {
        switch entry {
        case .event(let event): event.at
        case .act(let record): record.at
        }
    }

    /// Both kinds in order of time.
    static func merge(events: [ObservedEvent], records: [JournalRecord]) -> [JournalRow] {
        var rows: [JournalRow] = []
        var seen: [String: Int] = [:]
        func id(_ letter: String, _ at: WallTime, _ text: String) -> String {
            let id = "\(letter)\(at.milliseconds) \(text)"
            let count = seen[id, default: 0]
            seen[id] = count + 1
            return count == 0 ? id : "\(id) \(count)"
        }
        for event in events { rows.append(JournalRow(id: id("e", event.at, event.text), entry: .event(event))) }
        for record in records {
            let text = "\(record.run) \(record.kind.rawValue) \(record.text)"
            rows.append(JournalRow(id: id("a", record.at, text), entry: .act(record)))
        }
        // Stable: what happened in the same millisecond stays in the order in which it was written down.
        return rows.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    /// `ok`, `warning`, `critical` for events; the record's kind for acts.
    var kindText: String {
        switch entry {
        case .event(let event): event.severity.word
        case .act(let record): record.kind.rawValue
        }
    }

    var text: String {
        switch entry {
        case .event(let event): event.text
        case .act(let record): record.text
        }
    }

    /// `user@host` for acts.
    var actor: String? {
        switch entry {
        case .event: nil
        case .act(let record): "\(record.actor)@\(record.host)"
        }
    }

    var severity: Severity {
        switch entry {
        case .event(let event): event.severity
        case .act(let record): record.kind == .refused ? .warning : .ok
        }
    }
}

extension Severity {
    package var word: String {
        switch self {
        case .ok: "ok"
        case .warning: "warning"
        case .critical: "critical"
        }
    }

    /// A sign that says the same without colour.
    package var sign: String {
        switch self {
        case .ok: " "
        case .warning: "!"
        case .critical: "!!"
        }
    }
}
