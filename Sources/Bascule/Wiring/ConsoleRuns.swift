import Domain
import Operations

/// Runs of the failover as a console follows and drives them.
struct ConsoleRuns: Sendable {
    /// The copies of the journal that a run is followed by.
    let copies: [any RunJournalReading]
    let digest: Digest
    /// Reads a runbook's file as it was when a run began.
    let runbook: @Sendable (String) -> Result<Runbook, JournalProblem>
    /// Takes every snapshot of the console in.
    let watch: @Sendable (Snapshot) -> Void
    /// `nil` in a read-only session: nothing that can write has been constructed.
    let driving: Driving?

    struct Driving: Sendable {
        let author: RunAuthor
        /// Everything that one run needs. The lease in it belongs to whoever asked.
        let surroundings: @Sendable () async throws(RunStop) -> FailoverRunner.Surroundings
        /// How the run that is asked for begins here.
        let header: @Sendable (RunRequestNamed) async throws(RunStop) -> (header: RunHeader, runbook: Runbook)
    }

    /// The newest run that a copy tells of.
    ///
    /// - Parameter known: what the copy told before; it is not replayed again while nothing has been added.
    /// - Returns: `known` while the copy cannot be read, or its chain does not hold.
    func newest(in copy: any RunJournalReading, _ known: FollowedRun?) async -> FollowedRun? {
        guard let run = try? await copy.runs().last, let records = try? await copy.records(of: run),
            let head = records.last?.hash
        else { return known }
        if let known, known.machine.header.run == run, known.head == head { return known }
        guard RunChain.flaw(in: records, of: run, digest: digest) == nil else { return known }
        do throws(JournalProblem) {
            let machine = try FailoverMachine.replaying(try RunChain.entries(of: records)) {
                (text) throws(JournalProblem) in
                try runbook(text).get()
            }
            return FollowedRun(machine: machine, records: records.count, head: head)
        } catch {
            return known
        }
    }
}

/// A run as one copy of its journal tells it.
struct FollowedRun: Sendable {
    let machine: FailoverMachine
    let records: Int
    let head: [UInt8]

    /// Whether it tells of a later run than another, or more of the same.
    func isNewer(than other: FollowedRun) -> Bool {
        machine.header.run == other.machine.header.run
            ? records > other.records : machine.declaredAt > other.machine.declaredAt
    }
}

/// A run that is asked for, with the name that it will have.
struct RunRequestNamed: Sendable {
    let run: String
    let runbook: String
    let from: IDC
    let reason: String
    let split: TrafficSplit?
}
