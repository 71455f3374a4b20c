package import Domain

/// A run that the journal shows begun but not finished: the program was killed, or the session dropped.
package struct InterruptedRun: Hashable, Sendable {
    package let run: String
    package let actor: String
    package let host: String
    package let startedAt: WallTime
    package let command: String
    /// The records of lines that were called, or about to be, and have no recorded outcome: whether the call was
    /// made is not known, and only reading the state back tells. At most one per run, since lines run in turn.
    package let unknownLines: [JournalRecord]

    /// Every interrupted run in `records`, which are oldest first; a run whose beginning is not among them is
    /// told by what there is. A run in progress looks just like an interrupted one.
    package static func all(in records: [JournalRecord]) -> [InterruptedRun] {
        var order: [String] = []
        var byRun: [String: [JournalRecord]] = [:]
        for record in records {
            if byRun[record.run] == nil { order.append(record.run) }
            byRun[record.run, default: []].append(record)
        }
        return order.compactMap { run in
            guard let records = byRun[run], let first = records.first else { return nil }
            let isOver = records.contains { $0.kind == .finished || $0.kind == .refused }
            let hasBegun = records.contains { $0.kind == .planned || $0.kind == .calling || $0.kind == .outcome }
            guard hasBegun, !isOver else { return nil }
            var called: [Int: JournalRecord] = [:]
            for record in records {
                guard let line = record.line else { continue }
                switch record.kind {
                case .calling: called[line] = record
                case .outcome: called[line] = nil
                case .planned, .finished, .refused: break
                }
            }
            let planned = records.first { $0.kind == .planned }
            return InterruptedRun(
                run: run, actor: first.actor, host: first.host, startedAt: first.at,
                command: (planned ?? first).command,
                unknownLines: called.values.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
    }
}
