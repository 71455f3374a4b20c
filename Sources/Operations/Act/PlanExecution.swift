import Domain

/// One run of a plan: what has been read, called and seen so far.
struct PlanExecution<C: Clock> where C.Duration == Duration {
    let plan: Plan
    let run: String
    let acting: ActingPorts
    let rereading: RereadingPorts
    let journal: ActJournal
    let names: PerIDC<String>
    let pacing: PlanPacing
    let clock: C
    let now: @Sendable () -> WallTime
    let stopRequested: @Sendable () -> Bool
    let progress: @Sendable (PlanProgress) -> Void

    var outcomes: [LineOutcome?]
    /// The lines that were called, with what was known just before and after.
    var calls: [Int: Call] = [:]
    var phase = PlanProgress.Phase.canary
    private var readings: PerIDC<ListReading?> = PerIDC(idc1: nil, idc2: nil)
    private var lastCallBegan: C.Instant?
    /// What the journal last said of each line.
    var journalled: [LineOutcome?]
    private var journalFailure: PortError?

    /// What remains of a call until its effect has been seen.
    struct Call {
        let at: WallTime
        let answered: C.Instant
        let positionsBefore: [Int32: Offset]
        /// Set while the effect was seen once: a restart must be seen twice, since a state read too early is
        /// the one from before.
        var wasSeenOnce = false
        /// When the state was first seen as wanted; from here on the flow is waited for.
        var stateSeen: C.Instant?
    }

    struct ListReading {
        let result: Result<ListedConnectors, PortError>
        let at: C.Instant
    }

    init(
        plan: Plan, run: String, acting: ActingPorts, rereading: RereadingPorts, journal: ActJournal,
        names: PerIDC<String>, pacing: PlanPacing, clock: C, now: @escaping @Sendable () -> WallTime,
        stopRequested: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (PlanProgress) -> Void
    ) {
        self.plan = plan
        self.run = run
        self.acting = acting
        self.rereading = rereading
        self.journal = journal
        self.names = names
        self.pacing = pacing
        self.clock = clock
        self.now = now
        self.stopRequested = stopRequested
        self.progress = progress
        outcomes = Array(repeating: nil, count: plan.lines.count)
        journalled = outcomes
    }

    /// Runs the plan to its end.
    mutating func run() async throws(Refusal) -> PlanProgress {
        do throws(PortError) {
            try await journal.append(.planned, run: run, text: summaryOfPlan, command: plan.equivalentCommand)
        } catch {
            throw Self.refusal(error)
        }
        report()
        try await refuseIfStale()
        try await refuseIfTooSoon()
        for index in plan.lines.indices {
            if let reason = reasonToStop { return await end(.stopped(reason: reason)) }
            guard let stop = await runLine(index) else { continue }
            if calls.isEmpty, let journalFailure { throw Self.refusal(journalFailure) }
            return await end(.stopped(reason: stop))
        }
        return await end(.finished)
    }

    // MARK: One line

    /// Checks, records, calls and records one line.
    ///
    /// - Returns: why the run goes no further; `nil`: it goes on.
    private mutating func runLine(_ index: Int) async -> String? {
        let line = plan.lines[index]
        await pace()
        if let reason = reasonToStop { return reason }
        if let reason = await freeze { return reason }
        switch await settledVerdict(of: line) {
        case .holds: break
        case .changed(let reason), .unsettled(let reason):
            return await note(.skipped(reason: reason), of: index, text: "not called: \(reason)")
        case .unreadable(let reason):
            return await note(.failed(reason: "Not called: \(reason)."), of: index, text: "not called: \(reason)")
        }
        if let reason = reasonToStop { return reason }
        let before = await positionsBefore(line)
        do throws(PortError) {
            try await journal.append(
                .calling, run: run, line: index + 1, text: label(index, line.call), command: command(line))
        } catch {
            journalFailure = error
            return "the journal cannot be written, and nothing unrecorded is done: \(error.detail)"
        }
        lastCallBegan = clock.now
        let answer = await call(line.step)
        calls[index] = Call(at: now(), answered: clock.now, positionsBefore: before)
        let (outcome, text) = await outcome(of: line, at: index, answer)
        if let stop = await note(outcome, of: index, text: text) { return stop }
        if phase == .canary { return await judgeCanary(index) }
        return nil
    }

    /// Sets an outcome, records it, and says whether the run stops for it.
    private mutating func note(_ outcome: LineOutcome, of index: Int, text: String) async -> String? {
        outcomes[index] = outcome
        report()
        let line = plan.lines[index]
        do throws(PortError) {
            try await journal.append(
                .outcome, run: run, line: index + 1, text: label(index, "\(line.step.subject): \(text)"),
                command: command(line))
            journalled[index] = outcome
        } catch {
            journalFailure = error
            return
                "the journal cannot be written, and nothing unrecorded is done: \(error.detail). The outcome of \(line.step.subject) is not in it: \(text)"
        }
        return index == plan.lines.indices.last ? nil : tooManyFailures
    }

    private func outcome(
        of line: PlanLine, at index: Int, _ answer: Result<Void, PortError>
    ) async -> (LineOutcome, String) {
        switch answer {
        case .success: return (.done, "called")
        case .failure(let error):
            switch error.kind {
            case .conflict:
                let text =
                    "\(place(of: line.step)) was still busy rebalancing (\(error.detail)); nothing was changed. Try again when it has settled"
                return (.failed(reason: text), text)
            case .timedOut, .unreachable, .malformed, .cancelled:
                // The call may have arrived all the same: only reading back tells.
                let seen = await stateNow(line.step)
                if case .seen(let text) = seen { return (.done, "no usable answer (\(error.detail)), but \(text)") }
                let text = "no usable answer, so whether it was done is not known: \(error.detail); \(seen.text)"
                return (.failed(reason: text), text)
            case .refused, .notFound, .unsupported, .failed:
                return (.failed(reason: error.detail), "refused: \(error.detail)")
            }
        }
    }

    private mutating func judgeCanary(_ index: Int) async -> String? {
        if plan.lines.count > 1 {
            if case .failed(let reason) = outcomes[index] { return "the first call failed: \(reason)" }
            await verify([index])
            guard outcomes[index] == .verified else {
                if case .failed(let reason) = outcomes[index] {
                    return "the first call did not have its effect: \(reason)"
                }
                return reasonToStop ?? "the effect of the first call was not seen"
            }
        }
        phase = .running
        report()
        return nil
    }

    private func call(_ step: PlanStep) async -> Result<Void, PortError> {
        do throws(PortError) {
            switch step {
            case .connector(let act, let name, let idc):
                guard let port = acting.connectors[idc] else { return .failure(Self.missingPort(step)) }
                try await port.perform(act, on: name)
            case .createConnector(let name, let config, let idc):
                guard let port = acting.connectors[idc] else { return .failure(Self.missingPort(step)) }
                try await port.create(name, config: config)
            case .setTraffic(let split):
                guard let port = acting.traffic else { return .failure(Self.missingPort(step)) }
                try await port.set(split)
            case .syncOffsets(let group, _):
                guard let port = acting.sync else { return .failure(Self.missingPort(step)) }
                try await port.sync(group)
            case .hold(let order, let subject, let reason):
                guard let port = acting.holds else { return .failure(Self.missingPort(step)) }
                try await port.order(order, subject, because: reason)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func missingPort(_ step: PlanStep) -> PortError {
        PortError(.unsupported, operation: step.subject, detail: "nothing is configured that could do this")
    }

    // MARK: Reading

    /// A reading of the connectors that is not older than the pacing allows.
    mutating func list(_ idc: IDC, fresh: Bool) async -> Result<ListedConnectors, PortError> {
        if !fresh, let reading = readings[idc], reading.at.duration(to: clock.now) < pacing.readingLifetime {
            return reading.result
        }
        let result: Result<ListedConnectors, PortError>
        do throws(PortError) {
            guard let port = rereading.connectors[idc] else {
                throw PortError(
                    .unsupported, operation: "GET /connectors", detail: "no Connect is configured for \(names[idc])")
            }
            result = .success(ListedConnectors(try await port.connectors()))
        } catch {
            result = .failure(error)
        }
        readings[idc] = ListReading(result: result, at: clock.now)
        if case .success(let list) = result { watchCalled(on: idc, in: list) }
        return result
    }

    /// A mirror that was called and has FAILED since counts as a failure of the run, so that it stops before
    /// more of them are called.
    private mutating func watchCalled(on idc: IDC, in list: ListedConnectors) {
        for (index, line) in plan.lines.enumerated()
        where line.step.idc == idc && line.step.startsFlow && calls[index] != nil {
            guard case .failed(let reason) = line.step.effect(in: list) else { continue }
            switch outcomes[index] {
            case .done, .verified:
                if let call = calls[index], outcomes[index] == .done, mayStillReadFailed(line.step, call) { continue }
                outcomes[index] = .failed(reason: "\(line.step.subject) was called, and \(reason)")
            case .failed, .skipped, nil: continue
            }
        }
    }

    /// A restart is answered before the tasks have left FAILED; after any other act FAILED is news.
    func mayStillReadFailed(_ step: PlanStep, _ call: Call) -> Bool {
        guard case .connector(let act, _, _) = step, act == .restartFailed || act == .restartAll else { return false }
        return call.answered.duration(to: clock.now) < pacing.settleDeadline
    }

    mutating func verdict(of line: PlanLine, fresh: Bool) async -> LineVerdict {
        switch line.step {
        case .syncOffsets, .hold: return .holds
        case .connector, .createConnector, .setTraffic: break
        }
        guard let idc = line.step.idc else { return await trafficVerdict(of: line) }
        switch await list(idc, fresh: fresh) {
        case .success(let list): return line.verdict(in: list, place: "Connect \(names[idc])")
        case .failure(let error): return .unreadable("Connect \(names[idc]) could not be read again: \(error.detail)")
        }
    }

    private mutating func settledVerdict(of line: PlanLine) async -> LineVerdict {
        let began = clock.now
        var verdict = await verdict(of: line, fresh: false)
        while case .unsettled = verdict, !Task.isCancelled, !stopRequested(),
            began.duration(to: clock.now) < pacing.settleDeadline
        {
            try? await clock.sleep(for: pacing.pollInterval)
            verdict = await self.verdict(of: line, fresh: true)
        }
        return verdict
    }

    private func trafficVerdict(of line: PlanLine) async -> LineVerdict {
        guard case .weights(let expected) = line.expected, let port = rereading.traffic else {
            return .unreadable("no traffic source is configured")
        }
        do throws(PortError) {
            let present = try await port.configured().split
            if present == expected { return .holds }
            return .changed("the split was \(Self.words(expected)) and is \(Self.words(present)) now")
        } catch {
            return .unreadable("the traffic source could not be read again: \(error.detail)")
        }
    }

    private static func words(_ split: TrafficSplit?) -> String { split.map { "\($0)" } ?? "none" }

    private func positionsBefore(_ line: PlanLine) async -> [Int32: Offset] {
        guard line.step.startsFlow, let target = line.target else { return [:] }
        return FlowEvidence.positions(of: target, in: await rereading.newestSnapshot())
    }

    // MARK: Going on or not

    private var reasonToStop: String? {
        if Task.isCancelled { return "cancelled" }
        return stopRequested() ? "stopped on request" : tooManyFailures
    }

    /// Somebody has frozen all writes since the plan was made.
    private var freeze: String? {
        get async {
            guard !plan.intent.isPossibleWhileFrozen else { return nil }
            return await rereading.newestSnapshot()?.frozenBy?.frozenSentence
        }
    }

    private var tooManyFailures: String? {
        let failures = outcomes.count { if case .failed = $0 { true } else { false } }
        guard failures > 0, pacing.stops(after: failures, of: plan.lines.count), failures < plan.lines.count else {
            return nil
        }
        let last = outcomes.indices.last { if case .failed = outcomes[$0] { true } else { false } }
        let reason = last.flatMap { index in
            if case .failed(let reason) = outcomes[index] {
                "\(plan.lines[index].step.subject): \(reason)"
            } else {
                nil
            }
        }
        return "\(Count(failures, "call")) of \(plan.lines.count) failed, the last one \(reason ?? "without a reason")"
    }

    private func pace() async {
        guard let lastCallBegan else { return }
        let left = pacing.interval - lastCallBegan.duration(to: clock.now)
        if left > .zero { try? await clock.sleep(for: left) }
    }

    private mutating func refuseIfStale() async throws(Refusal) {
        var changed: [String] = []
        var unreadable: [String] = []
        for line in plan.lines {
            switch await verdict(of: line, fresh: false) {
            case .holds, .unsettled: return
            case .changed(let reason): changed.append(reason)
            case .unreadable(let reason): if !unreadable.contains(reason) { unreadable.append(reason) }
            }
        }
        let refusal =
            changed.isEmpty
            ? Refusal(.notPossible, "Nothing was done: \(unreadable.prefix(2).joined(separator: "; ")).")
            : Refusal(
                .stalePlan,
                "Nothing was done: what the plan was made from has changed. \((changed + unreadable).prefix(3).joined(separator: "; ")). Make the plan again."
            )
        try? await journal.refused(refusal, command: plan.equivalentCommand, run: run)
        throw refusal
    }

    /// The traffic stays for a while after each change, whoever made it from here: users' connections settle, and what a
    /// change does is seen before the next one.
    private func refuseIfTooSoon() async throws(Refusal) {
        let changesTraffic = plan.lines.contains { if case .setTraffic = $0.step { true } else { false } }
        guard changesTraffic, let changed = await rereading.trafficChangedAt(),
            let obstacle = Interlock.tooSoon(after: now().since(changed), wait: pacing.betweenTrafficChanges)
        else { return }
        let refusal = Refusal(.notPossible, "Nothing was done (\(obstacle.interlock.rawValue)). \(obstacle.detail)")
        try? await journal.refused(refusal, command: plan.equivalentCommand, run: run)
        throw refusal
    }

    private static func refusal(_ error: PortError) -> Refusal {
        Refusal(.journalUnavailable, "Nothing was done, since it could not be recorded first: \(error.detail)")
    }

    // MARK: Telling

    func report() {
        progress(PlanProgress(plan: plan, outcomes: outcomes, phase: phase))
    }

    func place(of step: PlanStep) -> String {
        switch step {
        case .connector(_, _, let idc), .createConnector(_, _, let idc): "Connect \(names[idc])"
        case .setTraffic: "the traffic source"
        case .syncOffsets(_, let idc): "Kafka \(names[idc])"
        case .hold: "Kafka \(names.idc1) and \(names.idc2)"
        }
    }

    func label(_ index: Int, _ text: String) -> String { "[\(index + 1)/\(plan.lines.count)] \(text)" }

    func command(_ line: PlanLine) -> String {
        switch line.step {
        case .syncOffsets(let group, _): return EquivalentCommand.syncOffsets([group])
        case .hold(.hold, .group(let group), let reason):
            return EquivalentCommand.holdOffsets([group], because: reason)
        case .hold(.release, .group(let group), _): return EquivalentCommand.releaseOffsets([group])
        case .hold(_, .everything, _), .hold(_, .writesUnderWay, _): return plan.equivalentCommand
        case .connector, .createConnector, .setTraffic: break
        }
        guard let target = line.target, case .mirrors(let action, _) = plan.intent else {
            return plan.equivalentCommand
        }
        return EquivalentCommand.mirrors(action, [target])
    }

    private var summaryOfPlan: String {
        plan.leftOut.isEmpty
            ? "\(plan.title): \(Count(plan.lines.count, "call"))"
            : "\(plan.title): \(Count(plan.lines.count, "call")), \(plan.leftOut.count) left out"
    }
}

extension LineEffect {
    var text: String {
        switch self {
        case .seen(let text), .notYet(let text), .failed(let text): text
        }
    }
}
