import Domain

extension PlanExecution {
    /// Reads back the effects of `indices` until all have been seen or have not come in time.
    mutating func verify(_ indices: [Int]) async {
        var waiting = indices.filter { outcomes[$0] == .done && calls[$0] != nil }
        while !waiting.isEmpty, !Task.isCancelled {
            var lists: PerIDC<Result<ListedConnectors, PortError>?> = PerIDC(idc1: nil, idc2: nil)
            for idc in Set(waiting.compactMap { plan.lines[$0].step.idc }).sorted() {
                lists[idc] = await list(idc, fresh: true)
            }
            let snapshot = await rereading.newestSnapshot()
            var still: [Int] = []
            for index in waiting {
                // Reading the list may have found that it has failed.
                guard outcomes[index] == .done else { continue }
                let effect = await effect(of: index, lists, snapshot)
                settle(index, effect)
                if outcomes[index] == .done { still.append(index) }
            }
            if still.count != waiting.count { report() }
            waiting = still
            if waiting.isEmpty { return }
            try? await clock.sleep(for: pacing.pollInterval)
        }
    }

    /// The effect of a step as it reads now, without waiting.
    func stateNow(_ step: PlanStep) async -> LineEffect {
        do throws(PortError) {
            if case .setTraffic(let split) = step { return try await trafficEffect(split) }
            // The call itself reads back, and fails where the offsets do not stand.
            if case .syncOffsets = step { return .seen("the offsets stand there") }
            if case .hold = step { return .seen("it is said on both sides") }
            guard let idc = step.idc, let port = rereading.connectors[idc] else {
                return .notYet("its state cannot be read")
            }
            return step.effect(in: ListedConnectors(try await port.connectors()))
        } catch {
            return .notYet("its state could not be read: \(error.detail)")
        }
    }

    /// Ends the run: reads back what has not been seen yet, and records the end.
    mutating func end(_ last: PlanProgress.Phase) async -> PlanProgress {
        let pending = outcomes.indices.filter { outcomes[$0] == .done }
        if !pending.isEmpty, !Task.isCancelled {
            phase = .verifying
            report()
            await verify(pending)
        }
        var problem: PortError?
        do throws(PortError) {
            for index in outcomes.indices where outcomes[index] != journalled[index] {
                let line = plan.lines[index]
                try await journal.append(
                    .outcome, run: run, line: index + 1,
                    text: label(index, "\(line.step.subject): \(words(outcomes[index]))"),
                    command: command(line))
            }
            try await journal.append(.finished, run: run, text: summary(of: last), command: plan.equivalentCommand)
        } catch {
            problem = error
        }
        switch (last, problem) {
        case (_, nil): phase = last
        case (.stopped(let reason), .some): phase = .stopped(reason: reason)
        case (.canary, .some(let error)), (.running, .some(let error)), (.verifying, .some(let error)),
            (.finished, .some(let error)):
            phase = .stopped(reason: "every call was made, but the journal could not record the end: \(error.detail)")
        }
        report()
        return PlanProgress(plan: plan, outcomes: outcomes, phase: phase)
    }

    // MARK: One effect

    private func effect(
        of index: Int, _ lists: PerIDC<Result<ListedConnectors, PortError>?>, _ snapshot: Snapshot?
    ) async -> Seen {
        let line = plan.lines[index]
        guard let idc = line.step.idc else { return Seen(state: await stateNow(line.step), flow: nil) }
        let state: LineEffect
        switch lists[idc] {
        case .success(let list): state = line.step.effect(in: list)
        case .failure(let error): state = .notYet("its state could not be read: \(error.detail)")
        case nil: state = .notYet("its state was not read")
        }
        var isRunning = false
        if case .success(let list)? = lists[idc], case .listed(let connector) = list[line.step.subject] {
            isRunning = connector.state == .running
        }
        guard line.step.startsFlow, isRunning, let target = line.target, let call = calls[index] else {
            return Seen(state: state, flow: nil)
        }
        return Seen(
            state: state,
            flow: FlowEvidence.evidence(for: target, in: snapshot, before: call.positionsBefore, calledAt: call.at))
    }

    private struct Seen {
        let state: LineEffect
        /// `nil` where no flow is expected.
        let flow: FlowEvidence?
    }

    /// Turns what was seen into an outcome, or leaves the line waiting.
    private mutating func settle(_ index: Int, _ seen: Seen) {
        guard var call = calls[index] else { return }
        let waited = call.answered.duration(to: clock.now)
        switch seen.state {
        case .seen:
            if seen.flow != nil, !call.wasSeenOnce {
                call.wasSeenOnce = true
                break
            }
            let since = call.stateSeen ?? clock.now
            call.stateSeen = since
            judgeFlow(index, seen.flow, waited: since.duration(to: clock.now))
        case .notYet(let text):
            call.wasSeenOnce = false
            call.stateSeen = nil
            if waited >= pacing.stateDeadline {
                outcomes[index] = .failed(reason: "called, but after \(waited.approximateWords) \(text)")
            }
        case .failed(let text):
            call.wasSeenOnce = false
            if !mayStillReadFailed(plan.lines[index].step, call) {
                outcomes[index] = .failed(reason: "called, but \(text)")
            }
        }
        calls[index] = call
    }

    private mutating func judgeFlow(_ index: Int, _ flow: FlowEvidence?, waited: Duration) {
        switch flow {
        case nil, .flows, .cannotTell: outcomes[index] = .verified
        case .awaited: if waited >= pacing.flowDeadline { outcomes[index] = .verified }
        case .standsStill(let text):
            if waited >= pacing.flowDeadline {
                outcomes[index] = .failed(reason: "it RUNS but does not flow: \(text)")
            }
        }
    }

    private func trafficEffect(_ split: TrafficSplit) async throws(PortError) -> LineEffect {
        guard let port = rereading.traffic else { return .notYet("no traffic source is configured") }
        let present = try await port.configured().split
        return present == split
            ? .seen("the split reads \(split)") : .notYet("the split reads \(present.map { "\($0)" } ?? "none")")
    }

    // MARK: Words

    private func words(_ outcome: LineOutcome?) -> String {
        switch outcome {
        case .done: "called, its effect was not seen"
        case .verified: "verified by reading it back"
        case .failed(let reason): "failed: \(reason)"
        case .skipped(let reason): "not called: \(reason)"
        case nil: "not reached"
        }
    }

    private func summary(of last: PlanProgress.Phase) -> String {
        var verified = 0
        var called = 0
        var failed = 0
        var skipped = 0
        var notReached = 0
        for outcome in outcomes {
            switch outcome {
            case .verified: verified += 1
            case .done: called += 1
            case .failed: failed += 1
            case .skipped: skipped += 1
            case nil: notReached += 1
            }
        }
        let counts = [
            (verified, "verified"), (called, "called without seeing the effect"), (failed, "failed"),
            (skipped, "not called"),
            (notReached, "not reached"),
        ]
        let text = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        if case .stopped(let reason) = last { return "Stopped: \(reason). \(text)." }
        return "Finished: \(text)."
    }
}
