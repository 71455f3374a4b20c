/// What is said of a run when it is over, or while it goes on: made of its journal alone.
package struct RunReport: Hashable, Sendable {
    package let header: RunHeader
    package let promise: Runbook.Promise
    package let declaredAt: WallTime
    package let endedAt: WallTime?
    /// As it stands, or as it is going to be once the run is closed.
    package let outcome: RunOutcome?
    package let steps: [Step]
    package let groups: [Group]
    package let waivers: [FailoverMachine.Waiver]
    package let approvals: [String]
    /// What could not be read, failed or was forbidden, in order.
    package let unknowns: [String]
    package let commands: [Command]
    package let resumptions: [String]
    /// Records that the source has and the target never saw; `nil`: not known.
    package let stranded: StrandedRecords?
    /// From the declaration to the last group consuming; `nil`: no group was moved.
    package let recovery: Duration?
    /// At most so many records are read twice, announced when the groups were moved; `nil`: no group was decided.
    package let readTwice: Int64?
    package let records: Int
    /// The hash of the newest record when the report was made.
    package let chainHead: [UInt8]

    package struct Step: Hashable, Sendable {
        package let id: String
        package let title: String
        package let status: StepStatus
        package let beganAt: WallTime?
        package let duration: Duration?
        package let evidence: [Evidence]
    }

    package struct Group: Hashable, Sendable {
        package let group: String
        package let progress: GroupProgress
    }

    package struct Command: Hashable, Sendable {
        package let line: String
        package let status: Int32?
    }

    package init(_ machine: FailoverMachine, entries: [JournalEntry], chainHead: [UInt8]) {
        header = machine.header
        promise = machine.runbook.promise
        declaredAt = machine.declaredAt
        endedAt = machine.endedAt
        outcome = machine.outcome ?? machine.expectedOutcome
        steps = zip(machine.runbook.steps, machine.steps).map { step, state in
            Step(
                id: step.id, title: step.title, status: state.status, beganAt: state.beganAt,
                duration: state.beganAt.flatMap { began in state.endedAt.map { $0.since(began) } },
                evidence: state.evidence)
        }
        groups = machine.groups.map { Group(group: $0.key, progress: $0.value) }.sorted { $0.group < $1.group }
        waivers = machine.steps.flatMap(\.waivers)
        approvals = machine.approvals
        var unknowns = machine.readings?.missing ?? []
        var resumptions: [String] = []
        var commands: [Command] = []
        var acting: FailoverAction?
        var clearAt: WallTime?
        for entry in entries {
            if case .acting(let action) = entry.event { acting = action }
            switch entry.event {
            case .mirrorsActed(let seen):
                if case .actOnMirrors(.awaitClear, _)? = acting {
                    clearAt = seen.left == 0 && seen.failed.isEmpty ? entry.at : nil
                }
            case .actionFailed(let reason, let isOutcomeKnown):
                unknowns.append(isOutcomeKnown ? reason : "\(reason) (what became of it was not known)")
            case .forbidden(let interlock, let detail): unknowns.append("\(interlock.rawValue): \(detail)")
            case .resumed(let driver, let host): resumptions.append("\(driver) \(host)")
            case .acting(.run(let call)):
                commands.append(Command(line: call.arguments.joined(separator: " "), status: nil))
            case .acting(.call(let call)): commands.append(Command(line: "\(call.method) \(call.url)", status: nil))
            case .commandEnded(let status, _, _):
                if let last = commands.popLast() { commands.append(Command(line: last.line, status: status)) }
            case .called(let status, _):
                if let last = commands.popLast() {
                    commands.append(Command(line: last.line, status: Int32(clamping: status)))
                }
            case .begun, .acting, .leaseAnswered, .approvalsRead, .readingsRecorded, .gateExamined, .trafficSet,
                .trafficMeasured, .fenceExamined, .offsetsDecided, .consumersStopped,
                .consumersRestored, .offsetsWritten, .endpointsPointed, .consumersStarted, .groupsSeen, .waited,
                .reportWritten, .leaseReleased, .answered:
                break
            }
        }
        self.unknowns = unknowns
        self.resumptions = resumptions
        self.commands = commands
        // What was on its way when the run was declared has crossed since, where the run waited for that.
        stranded = clearAt.map { .none(at: $0) } ?? machine.readings?.stranded
        recovery = machine.groups.values.compactMap(\.movedAt).max().map { $0.since(machine.declaredAt) }
        readTwice = machine.numbers.readTwice
        records = entries.count
        self.chainHead = chainHead
    }
}
