/// A record of a run read: who did or saw what, when and where.
package struct JournalEntry: Hashable, Sendable {
    package let sequence: Int64
    package let at: WallTime
    package let actor: String
    package let host: String
    package let event: FailoverEvent

    package init(sequence: Int64, at: WallTime, actor: String, host: String, event: FailoverEvent) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.host = host
        self.event = event
    }

    /// The stored form.
    package var bytes: [UInt8] {
        JournalTree.object([
            .init(key: "seq", value: sequence.tree), .init(key: "at", value: at.milliseconds.tree),
            .init(key: "actor", value: actor.tree), .init(key: "host", value: host.tree),
            .init(key: "kind", value: event.word.tree), .init(key: "payload", value: event.payload),
        ]).bytes
    }

    package init(bytes: [UInt8]) throws(JournalProblem) {
        let tree = try JournalParser.tree(of: bytes)
        let word: String = try tree.value("kind")
        self.init(
            sequence: try tree.value("seq"), at: WallTime(milliseconds: try tree.value("at")),
            actor: try tree.value("actor"), host: try tree.value("host"),
            event: try FailoverEvent(word: word, payload: tree["payload"] ?? .null))
    }
}

/// SHA-256 of bytes; Domain has no such function of its own.
package typealias Digest = @Sendable ([UInt8]) -> [UInt8]

/// The chain of one run's records.
package enum RunChain {
    package static let beginning = [UInt8](repeating: 0, count: 32)

    /// The record that follows `previous`.
    package static func record(
        _ entry: JournalEntry, of run: String, after previous: [UInt8], digest: Digest
    ) -> RunRecord {
        let bytes = entry.bytes
        return RunRecord(
            run: run, sequence: entry.sequence, bytes: bytes, previous: previous, hash: digest(previous + bytes))
    }

    /// Why records are not one unbroken chain from the first on; `nil`: they are. Whether records are missing at its
    /// end, only another copy can tell.
    package static func flaw(in records: [RunRecord], of run: String, digest: Digest) -> String? {
        var previous = beginning
        for (index, record) in records.enumerated() {
            guard record.run == run else { return "record \(index + 1) is of the run \(record.run)" }
            guard record.sequence == Int64(index + 1) else {
                return "record \(index + 1) is missing: \(record.sequence) follows \(index)"
            }
            guard record.previous == previous else {
                return "record \(record.sequence) does not follow the one before it"
            }
            guard digest(previous + record.bytes) == record.hash else {
                return "record \(record.sequence) is not as it was written"
            }
            previous = record.hash
        }
        return nil
    }

    /// The entries of records, in order.
    package static func entries(of records: [RunRecord]) throws(JournalProblem) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        for record in records {
            do throws(JournalProblem) {
                entries.append(try JournalEntry(bytes: record.bytes))
            } catch {
                throw JournalProblem("record \(record.sequence): \(error.text)")
            }
        }
        return entries
    }
}

extension FailoverMachine {
    /// The state that a run's entries amount to. Whoever was not waited for anything changes nothing.
    ///
    /// - Parameter runbook: reads the runbook's file as it was when the run began.
    package static func replaying(
        _ entries: [JournalEntry], runbook: (String) throws(JournalProblem) -> Runbook
    ) throws(JournalProblem) -> FailoverMachine {
        guard let first = entries.first, case .begun(let header) = first.event else {
            throw JournalProblem("the journal does not begin with the run's beginning")
        }
        var machine = FailoverMachine(header, try runbook(header.runbookText), at: first.at)
        for entry in entries.dropFirst() { _ = machine.apply(entry.event, at: entry.at) }
        return machine
    }
}
