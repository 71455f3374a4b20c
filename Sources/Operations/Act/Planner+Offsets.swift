import Domain

extension Planner {
    /// One line per group of which something would be written now.
    func planSync(of groups: [String], intent: Intent, from snapshot: Snapshot) -> Result<Plan, Refusal> {
        guard !groups.isEmpty else {
            return .failure(Refusal(.nothingSelected, "No group is selected. Mark some, or name them."))
        }
        let rows = Dictionary(snapshot.groups.map { ($0.id, $0) }) { first, _ in first }
        var lines: [PlanLine] = []
        var leftOut: [Plan.LeftOut] = []
        var held = 0
        var readTwice: Int64? = 0
        for group in groups {
            guard let row = rows[group] else {
                leftOut.append(Plan.LeftOut(subject: group, reason: "neither side lists it"))
                continue
            }
            guard let status = row.sync.current, let flow = status.flow else {
                leftOut.append(Plan.LeftOut(subject: group, reason: words(whyNotKnown: row.sync, in: snapshot)))
                continue
            }
            let writes = status.partitions.count { if case .write = $0.decision { true } else { false } }
            guard writes > 0 else {
                leftOut.append(
                    Plan.LeftOut(subject: group, reason: status.reason ?? "nothing is committed on the live side"))
                continue
            }
            held += status.partitions.count { if case .hold = $0.decision { true } else { false } }
            readTwice = readTwice.flatMap { sum in status.readTwice.map { sum + $0 } }
            let partitions = Count(writes, "partition")
            lines.append(
                PlanLine(
                    step: .syncOffsets(group: group, on: flow.target),
                    call: "AlterConsumerGroupOffsets of \(group) in \(partitions) on \(snapshot.names[flow.target])",
                    expected: .provenThen))
        }
        guard !lines.isEmpty else {
            let reasons = leftOut.prefix(3).map { "\($0.subject): \($0.reason)" }.joined(separator: "; ")
            return .failure(Refusal(.notPossible, "There is nothing to write. \(reasons)"))
        }
        var warnings: [String] = []
        if held > 0 { warnings.append("\(Count(held, "partition")) held: the value that stands there stays.") }
        warnings.append(
            readTwice.map { "If the groups moved then, at most \($0) records would be read twice." }
                ?? "How many records would be read twice is not known for all of them.")
        let names = lines.map(\.step.subject)
        return .success(
            Plan(
                intent: intent, title: "Write the offsets of \(Count(lines.count, "group")) on the other side",
                lines: lines, leftOut: leftOut, warnings: warnings,
                equivalentCommand: EquivalentCommand.syncOffsets(names),
                confirmation: confirmation(of: lines, in: snapshot),
                madeFrom: snapshot.at))
    }

    /// Why nothing is known of where a group would go on. The cluster that cannot be read is named, with the time that all
    /// panes say: it may well be the one that the group comes from.
    private func words(whyNotKnown sync: Reading<GroupSyncStatus>, in snapshot: Snapshot) -> String {
        guard let because = sync.unavailability else {
            return sync.current == nil
                ? "where it would go on has not been read yet" : "nothing says on which side it consumes"
        }
        let clusters = IDC.allCases.compactMap { idc in
            snapshot.clusters[idc].metadata.unavailability.map { _ in
                words(whyUnknown: snapshot.clusters[idc].metadata, of: "Kafka \(snapshot.names[idc])", in: snapshot)
            }
        }
        let isConnection = because.kind == .unreachable || because.kind == .timedOut
        let reason = isConnection && !clusters.isEmpty ? clusters.joined(separator: "; ") : because.detail
        return "where it would go on is not known: \(reason)"
    }
}
