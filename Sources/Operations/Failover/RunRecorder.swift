import Domain

/// Why a run was not begun, or does not go on. What it has done is in its journal.
package enum RunStop: Error, Hashable, Sendable {
    /// Nothing is done that could not be recorded.
    case journalUnavailable(String)
    /// A newer driver has taken over.
    case fencedOut(String)
    case leaseTaken(String)
    case notThere(String)
    /// The chain or a record of it cannot be read.
    case unreadable(String)
    /// The person went away; the run can be resumed.
    case driverLeft
    case cancelled
    case refused(String)

    package var text: String {
        switch self {
        case .journalUnavailable(let detail): "Nothing is done, because it could not be recorded: \(detail)"
        case .fencedOut(let detail): "Somebody else drives this run now: \(detail)"
        case .leaseTaken(let detail): "Somebody else holds the lease: \(detail)"
        case .notThere(let run): "There is no run \(run) in any copy of the journal that could be read."
        case .unreadable(let detail): "The journal of the run cannot be followed: \(detail)"
        case .driverLeft: "Nobody answers: the run stays where it is, and can be resumed."
        case .cancelled: "The run was stopped here, and can be resumed."
        case .refused(let detail): detail
        }
    }
}

/// Who drives, and from where.
package struct RunAuthor: Hashable, Sendable {
    package let name: String
    package let host: String

    package init(name: String, host: String) {
        self.name = name
        self.host = host
    }
}

/// Appends to every copy of one run's journal.
struct RunRecorder: Sendable {
    let run: String
    let author: RunAuthor
    let journals: [any RunJournalWriting]
    let digest: Digest
    private(set) var records: [RunRecord] = []
    /// Copies that did not take the newest record.
    private(set) var behind: Set<String> = []
    /// Copies that did not answer, and when they are asked again: a side that is gone would delay every record.
    private var silentUntil: [String: WallTime] = [:]

    private static let silence = Duration.seconds(30)

    init(run: String, author: RunAuthor, journals: [any RunJournalWriting], digest: @escaping Digest) {
        self.run = run
        self.author = author
        self.journals = journals
        self.digest = digest
    }

    var head: [UInt8] { records.last?.hash ?? RunChain.beginning }

    /// Takes up a run from the longest sound chain among the copies, and brings the others up to it.
    mutating func load() async throws(RunStop) -> [JournalEntry] {
        var best: [RunRecord] = []
        var counts: [String: Int] = [:]
        var flaw: String?
        for journal in journals {
            do throws(PortError) {
                let found = try await journal.records(of: run)
                if let problem = RunChain.flaw(in: found, of: run, digest: digest) {
                    flaw = "\(journal.name): \(problem)"
                } else {
                    counts[journal.name] = found.count
                    if found.count > best.count { best = found }
                }
            } catch {
                behind.insert(journal.name)
            }
        }
        guard !best.isEmpty else {
            throw flaw.map { .unreadable($0) } ?? .notThere(run)
        }
        records = best
        // A driver that was killed between two copies has left the later ones without its last record.
        behind.formUnion(counts.filter { $0.value < best.count }.keys)
        do throws(JournalProblem) {
            return try RunChain.entries(of: best)
        } catch {
            throw .unreadable(error.text)
        }
    }

    /// Returns when the first copy has the record; a copy that was away is given what it lacks. With the last record of a
    /// run every copy is asked: later nobody writes to it any more.
    mutating func append(_ event: FailoverEvent, at moment: WallTime) async throws(RunStop) {
        let entry = JournalEntry(
            sequence: Int64(records.count + 1), at: moment, actor: author.name, host: author.host, event: event)
        let record = RunChain.record(entry, of: run, after: head, digest: digest)
        records.append(record)
        for (index, journal) in journals.enumerated() {
            if let silentUntil = silentUntil[journal.name], moment < silentUntil, event != .leaseReleased { continue }
            do throws(PortError) {
                if behind.contains(journal.name) {
                    for earlier in records.dropLast() { try await journal.append(earlier) }
                    behind.remove(journal.name)
                }
                try await journal.append(record)
            } catch {
                if error.kind == .conflict { throw .fencedOut("\(journal.name): \(error.detail)") }
                if index == 0 { throw .journalUnavailable(error.detail) }
                behind.insert(journal.name)
                if error.kind == .timedOut || error.kind == .unreachable {
                    silentUntil[journal.name] = moment.advanced(by: Self.silence)
                }
            }
        }
    }
}
