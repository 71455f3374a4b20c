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

    /// The newest run that any copy tells of whose chain holds; `nil`: none does. A copy that cannot be read is passed
    /// over: the other may be read.
    func newest() async -> RunView? {
        var newest: FailoverMachine?
        for copy in copies {
            guard let run = try? await copy.runs().last, let machine = await machine(of: run, in: copy) else {
                continue
            }
            guard let best = newest else {
                newest = machine
                continue
            }
            if machine.header.run == best.header.run ? machine.isAhead(of: best) : machine.declaredAt > best.declaredAt
            {
                newest = machine
            }
        }
        return newest?.view
    }

    private func machine(of run: String, in copy: any RunJournalReading) async -> FailoverMachine? {
        guard let records = try? await copy.records(of: run), !records.isEmpty,
            RunChain.flaw(in: records, digest: digest) == nil
        else { return nil }
        do throws(JournalProblem) {
            return try FailoverMachine.replaying(try RunChain.entries(of: records)) { (text) throws(JournalProblem) in
                try runbook(text).get()
            }
        } catch {
            return nil
        }
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

extension FailoverMachine {
    /// Of two copies of one run, the one that has more of it.
    fileprivate func isAhead(of other: FailoverMachine) -> Bool {
        (position, steps.reduce(0) { $0 + $1.evidence.count }, outcome == nil ? 0 : 1)
            > (other.position, other.steps.reduce(0) { $0 + $1.evidence.count }, other.outcome == nil ? 0 : 1)
    }
}
