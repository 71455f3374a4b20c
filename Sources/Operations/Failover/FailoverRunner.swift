package import Domain

/// Drives a run: performs what its machine wants, and records everything before it acts on it.
///
/// Stopped at any moment, by whatever, it can be resumed from its journal: an action that was begun and of which nobody
/// knows what became is begun again by reading.
package actor FailoverRunner {
    /// What a run needs beside its ports.
    package struct Surroundings: Sendable {
        package let ports: RunPorts
        package let author: RunAuthor
        package let digest: Digest
        package let pacing: RunPacing
        package let clock: any Clock<Duration>
        package let now: @Sendable () -> WallTime
        /// Reads a runbook's file.
        package let runbook: @Sendable (String) -> Result<Runbook, JournalProblem>

        package init(
            ports: RunPorts, author: RunAuthor, digest: @escaping Digest, pacing: RunPacing = RunPacing(),
            clock: any Clock<Duration>, now: @escaping @Sendable () -> WallTime,
            runbook: @escaping @Sendable (String) -> Result<Runbook, JournalProblem>
        ) {
            self.ports = ports
            self.author = author
            self.digest = digest
            self.pacing = pacing
            self.clock = clock
            self.now = now
            self.runbook = runbook
        }
    }

    private let surroundings: Surroundings
    private var recorder: RunRecorder
    private var entries: [JournalEntry]
    private(set) var machine: FailoverMachine
    private var performer: RunPerformer
    private let shown: @Sendable (RunView) -> Void

    private init(
        _ surroundings: Surroundings, _ recorder: RunRecorder, _ entries: [JournalEntry], _ machine: FailoverMachine,
        shown: @escaping @Sendable (RunView) -> Void
    ) {
        self.surroundings = surroundings
        self.recorder = recorder
        self.entries = entries
        self.machine = machine
        self.shown = shown
        performer = RunPerformer(surroundings)
    }

    /// Begins a run. Its first record is kept when this returns.
    package static func begin(
        _ header: RunHeader, _ runbook: Runbook, in surroundings: Surroundings,
        shown: @escaping @Sendable (RunView) -> Void
    ) async throws(RunStop) -> FailoverRunner {
        if let problem = runbook.problems.first { throw .refused("The runbook is refused: \(problem.text).") }
        var recorder = RunRecorder(
            run: header.run, author: surroundings.author, journals: surroundings.ports.journals,
            digest: surroundings.digest)
        let moment = surroundings.now()
        try await recorder.append(.begun(header), at: moment)
        let entry = JournalEntry(
            sequence: 1, at: moment, actor: surroundings.author.name, host: surroundings.author.host,
            event: .begun(header))
        return FailoverRunner(
            surroundings, recorder, [entry], FailoverMachine(header, runbook, at: moment), shown: shown)
    }

    /// Takes up a run where its journal ends. The lease is taken first.
    package static func resume(
        _ run: String, in surroundings: Surroundings, shown: @escaping @Sendable (RunView) -> Void
    ) async throws(RunStop) -> FailoverRunner {
        var recorder = RunRecorder(
            run: run, author: surroundings.author, journals: surroundings.ports.journals,
            digest: surroundings.digest)
        let entries = try await recorder.load()
        let machine = try replayed(entries, surroundings)
        let runner = FailoverRunner(surroundings, recorder, entries, machine, shown: shown)
        guard machine.outcome == nil else { return runner }
        if machine.position > 0 || machine.steps.first?.status != .running {
            try await takeLease(machine.header, surroundings)
        }
        _ = try await runner.take(.resumed(by: surroundings.author.name, host: surroundings.author.host))
        return runner
    }

    /// On the target, and on the source too where that answers. What others have stays theirs.
    ///
    /// - Parameter isNeeded: whether a target that does not answer stops the run; else the interlocks do, at the next act.
    private static func takeLease(
        _ header: RunHeader, _ surroundings: Surroundings, isNeeded: Bool = true
    ) async throws(RunStop) {
        for idc in [header.to, header.from] {
            do throws(PortError) {
                try await surroundings.ports.lease.take(on: idc, as: surroundings.author.name)
            } catch {
                if (idc == header.to && isNeeded) || error.kind == .conflict {
                    await surroundings.ports.lease.release()
                    throw .leaseTaken(error.detail)
                }
            }
        }
    }

    /// A run's state, without driving it.
    package static func state(
        of run: String, in surroundings: Surroundings
    ) async throws(RunStop) -> (machine: FailoverMachine, records: [RunRecord], entries: [JournalEntry]) {
        var recorder = RunRecorder(
            run: run, author: surroundings.author, journals: surroundings.ports.journals,
            digest: surroundings.digest)
        let entries = try await recorder.load()
        return (try replayed(entries, surroundings), recorder.records, entries)
    }

    private static func replayed(
        _ entries: [JournalEntry], _ surroundings: Surroundings
    ) throws(RunStop) -> FailoverMachine {
        do throws(JournalProblem) {
            return try FailoverMachine.replaying(entries) { (text) throws(JournalProblem) in
                try surroundings.runbook(text).get()
            }
        } catch {
            throw .unreadable(error.text)
        }
    }

    // MARK: Driving

    /// Drives the run to its end.
    ///
    /// - Throws: the run stops where it is, and can be resumed.
    package func drive(by driver: any DriverAsking) async throws(RunStop) -> FailoverMachine {
        shown(machine.view)
        while machine.outcome == nil {
            if Task.isCancelled { throw .cancelled }
            switch machine.awaiting {
            case .action(let action, let isUnderWay): try await perform(action, isRepeated: isUnderWay)
            case .driver(let prompt): try await ask(prompt, driver)
            case .nothing: return machine
            }
        }
        return machine
    }

    private func perform(_ action: FailoverAction, isRepeated: Bool) async throws(RunStop) {
        if !isRepeated { try await take(.acting(action)) }
        let report = RunReport(machine, entries: entries, chainHead: recorder.head)
        let event = await performer.perform(action, machine, report, isRepeated: isRepeated)
        if Task.isCancelled { throw .cancelled }
        try await take(event)
        if event == .leaseReleased { await surroundings.ports.lease.release() }
    }

    private func ask(_ prompt: DriverPrompt, _ driver: any DriverAsking) async throws(RunStop) {
        var noting = performer
        await noting.willAsk(machine)
        performer = noting
        guard let answer = await driver.answer(to: prompt, in: machine.view) else { throw .driverLeft }
        // Nothing is recorded of an answer that is not taken: the driver is asked again.
        guard machine.objection(to: answer) == nil else { return }
        if case .forbidden(.anotherDriver, _) = prompt.question, answer.choice == .retry { try await retakeLease() }
        try await take(.answered(answer))
    }

    /// A side that has not heard of its driver for a session has forgotten it. Where nobody else holds the lease it is
    /// taken again; what somebody else has driven meanwhile is found when the answer is recorded.
    private func retakeLease() async throws(RunStop) {
        guard await surroundings.ports.lease.isHeld(on: machine.header.to) == false else { return }
        try await Self.takeLease(machine.header, surroundings, isNeeded: false)
    }

    /// Records an event, and then lets the machine know.
    private func take(_ event: FailoverEvent) async throws(RunStop) {
        let moment = surroundings.now()
        var appending = recorder
        try await appending.append(event, at: moment)
        recorder = appending
        entries.append(
            JournalEntry(
                sequence: Int64(entries.count + 1), at: moment, actor: surroundings.author.name,
                host: surroundings.author.host, event: event))
        _ = machine.apply(event, at: moment)
        shown(machine.view)
    }
}
