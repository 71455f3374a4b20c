package import Domain

/// Runs confirmed plans. What was confirmed is what runs: nothing is added, no order is changed.
///
/// - The plan is journalled before anything is done; each line is journalled before it is called and after. A
///   journal that cannot be written stops the run before the next call.
/// - Before every call the present state is read again; a line whose state has changed is not called.
/// - The first line that is called is the canary: the run goes on when its effect has been seen.
/// - Calls follow each other at ``PlanPacing/callsPerSecond``, and stop when failures rise.
/// - At the end the effects are read back.
///
/// Needs the writing ports, so a read-only session cannot have one.
package struct PlanRunner: Sendable {
    private let acting: ActingPorts
    private let rereading: RereadingPorts
    private let journal: ActJournal
    private let names: PerIDC<String>
    private let pacing: PlanPacing
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> WallTime

    /// - Parameters:
    ///   - names: what people call the two IDCs.
    ///   - clock: paces and ends waiting.
    ///   - now: civil time, for the journal.
    package init(
        acting: ActingPorts, rereading: RereadingPorts, author: JournalAuthor, names: PerIDC<String>,
        pacing: PlanPacing = PlanPacing(), clock: any Clock<Duration>, now: @escaping @Sendable () -> WallTime
    ) {
        self.acting = acting
        self.rereading = rereading
        self.journal = ActJournal(journal: acting.journal, author: author, now: now)
        self.names = names
        self.pacing = pacing
        self.clock = clock
        self.now = now
    }

    /// Runs `plan` to its end, or until it stops; the last progress value is returned too.
    ///
    /// `stopRequested` is asked between two calls: a call that has been made is always waited for and recorded.
    /// Cancelling the task stops the run at the same places, but what was in flight may then stay unknown.
    ///
    /// - Throws: a refusal when no call was made at all: not confirmed, no journal, the plan stale in all its
    ///   lines, or nothing could be read. It has been journalled where that was possible.
    package func run(
        _ plan: Plan, confirmedWith answer: ConfirmationAnswer, as run: String = RunIdentity.random(),
        stopRequested: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (PlanProgress) -> Void
    ) async throws(Refusal) -> PlanProgress {
        if let refusal = refusal(of: plan, confirmedWith: answer) {
            // The refusal stands whether or not it could be recorded: nothing is done either way.
            try? await journal.refused(refusal, command: plan.equivalentCommand, run: run)
            throw refusal
        }
        return try await execute(
            plan, as: run, on: clock, stopRequested: stopRequested, progress: progress)
    }

    /// Journals that something was refused before it came to a run, such as a plan that was not made.
    ///
    /// - Returns: whether it could be recorded.
    @discardableResult
    package func record(_ refusal: Refusal, command: String) async -> Bool {
        do throws(PortError) {
            try await journal.refused(refusal, command: command, run: RunIdentity.random())
            return true
        } catch {
            return false
        }
    }

    private func execute<C: Clock>(
        _ plan: Plan, as run: String, on clock: C, stopRequested: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (PlanProgress) -> Void
    ) async throws(Refusal) -> PlanProgress where C.Duration == Duration {
        var execution = PlanExecution(
            plan: plan, run: run, acting: acting, rereading: rereading, journal: journal, names: names,
            pacing: pacing, clock: clock, now: now, stopRequested: stopRequested, progress: progress)
        return try await execution.run()
    }

    private func refusal(of plan: Plan, confirmedWith answer: ConfirmationAnswer) -> Refusal? {
        guard !plan.lines.isEmpty else { return Refusal(.nothingSelected, "The plan holds no call. Make it again.") }
        guard plan.confirmation.isMet(by: answer) else {
            switch plan.confirmation {
            case .yes: return Refusal(.unconfirmed, "Not confirmed: nothing was done.")
            case .typed(_, let prompt): return Refusal(.unconfirmed, "Not confirmed, nothing was done. \(prompt).")
            }
        }
        for line in plan.lines {
            switch line.step {
            case .syncOffsets where acting.sync == nil, .hold where acting.holds == nil:
                return Refusal(.notPossible, "Offsets are not synchronised from here.")
            case .setTraffic where acting.traffic == nil || rereading.traffic == nil:
                return Refusal(
                    .notPossible, "No traffic source is configured: set traffic.haproxy in the configuration.")
            case .connector(_, _, let idc), .createConnector(_, _, let idc):
                guard acting.connectors[idc] == nil || rereading.connectors[idc] == nil else { continue }
                return Refusal(
                    .notPossible,
                    "No Connect is configured for \(names[idc]): set idcs.\(idc.rawValue).connect in the configuration."
                )
            case .syncOffsets, .hold, .setTraffic: continue
            }
        }
        return nil
    }
}
