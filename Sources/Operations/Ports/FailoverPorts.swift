package import Domain

/// One copy of the journals of runs: the local SQLite file, or the topic `bascule-journal` of one cluster.
package protocol RunJournalReading: Sendable {
    /// What the copy is called on screens: `local`, `IDC2`.
    var name: String { get }

    /// The records of one run, by sequence; empty where the copy does not have the run.
    func records(of run: String) async throws(PortError) -> [RunRecord]

    /// Every run that the copy knows, oldest first.
    func runs() async throws(PortError) -> [String]
}

/// Appends to one copy. Not constructed in a read-only session.
package protocol RunJournalWriting: RunJournalReading {
    /// Returns when the record is kept: on the disk, or in a committed transaction with `acks=all`. A record that is
    /// there already with the same hash is accepted again, so that a copy that was away can be brought up to date.
    ///
    /// - Throws: `.conflict` when another record has the sequence, or when a newer driver has fenced this one out.
    func append(_ record: RunRecord) async throws(PortError)
}

/// The right to drive: at most one process has it, on every side that answers.
package protocol DriverLeasing: Sendable {
    /// Takes the lease on one side: membership of the consumer group `bascule-driver` with the only partition of
    /// `bascule-journal`, and `init_transactions` of the transactional id `bascule-driver`.
    ///
    /// - Throws: `.conflict`, naming the holder's client id and host, while somebody else has it.
    func take(on idc: IDC, as driver: String) async throws(PortError)

    /// Whether the lease is still held there; `nil` while that cannot be told.
    func isHeld(on idc: IDC) async -> Bool?

    func release() async
}

/// Where one endpoint's name points. One name moves every client that connects by it.
package protocol EndpointReading: Sendable {
    /// The side that the name points to, read at its source (the primary name server, HAProxy's backend), not from
    /// a cache; `nil` when it points to neither or to both.
    func side(of endpoint: String) async throws(PortError) -> IDC?

    /// How long a cache may go on to answer with what the name points to now, once that has changed; zero where nobody
    /// caches it, or nobody can tell.
    func timeToLive(of endpoint: String) async throws(PortError) -> Duration
}

/// Points endpoints elsewhere. Not constructed in a read-only session.
package protocol EndpointSwitching: EndpointReading {
    /// Points the name to `idc` and reads it back; throws `.failed` when it does not read as set.
    func point(_ endpoint: String, to idc: IDC) async throws(PortError)
}

/// Runs a program that a runbook or the configuration names: never through a shell.
package protocol CommandRunning: Sendable {
    /// - Parameter limit: the program and what it started are ended after that.
    func run(_ arguments: [String], within limit: Duration) async throws(PortError) -> CommandOutcome
}

/// What a program that was run left.
package struct CommandOutcome: Hashable, Sendable {
    /// The exit status, or 128 + the signal that ended it.
    package let status: Int32
    /// The last 64 KiB of standard output and standard error as they came, measured and cleaned.
    package let output: String

    package init(status: Int32, output: String) {
        self.status = status
        self.output = output
    }
}
