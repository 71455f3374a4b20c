import Domain

extension Planner {
    /// One line per group. A group of which nothing else is known can be held all the same, and one that is held already
    /// may be held on one side only.
    func planHold(
        of groups: [String], because reason: String, intent: Intent, from snapshot: Snapshot
    ) -> Result<Plan, Refusal> {
        guard reason.contains(where: { $0 != " " }) else {
            return .failure(
                Refusal(.notPossible, "A hold needs a reason: whoever finds the group held has to know why."))
        }
        return plan(.hold, of: groups, reason, intent: intent, from: snapshot) { hold in
            switch hold {
            case .byConfiguration: "sync.hold in the configuration holds it already"
            // Whether it is held apart from that is not told; it may be said in any case.
            case .none, .some: nil
            }
        }
    }

    private static func heldAlready(_ what: String, by word: OperatorHold) -> String {
        "\(what) already by \(word.actor) on \(word.host): \(word.reason). It is said again where it is missing."
    }

    /// One line per group that an operator holds.
    func planRelease(of groups: [String], intent: Intent, from snapshot: Snapshot) -> Result<Plan, Refusal> {
        plan(.release, of: groups, "", intent: intent, from: snapshot) { hold in
            switch hold {
            case .none: "nobody holds it"
            case .frozen: "all writes are frozen: `bascule thaw` lets them go on"
            case .byConfiguration: "sync.hold in the configuration holds it, and it is released there"
            case .some: nil
            }
        }
    }

    /// One line: the word about everything, on both sides.
    func planFreeze(because reason: String, from snapshot: Snapshot) -> Result<Plan, Refusal> {
        guard reason.contains(where: { $0 != " " }) else {
            return .failure(
                Refusal(.notPossible, "A freeze needs a reason: whoever finds writes frozen has to know why."))
        }
        return .success(
            plan(
                .hold, because: reason, title: "Freeze all writes: \(reason)",
                warnings: [
                    "Until it is taken off nothing is written for any group by any daemon, key or run, no step of a run "
                        + "is taken, and nothing is changed from a console or a command line but what stops or holds "
                        + "something. Mirrors go on copying until they are paused, and applications go on committing: "
                        + "what groups consume from now on would be read again after a move."
                ] + (snapshot.frozenBy.map { [Self.heldAlready("Writes are frozen", by: $0)] } ?? []),
                command: EquivalentCommand.freeze(because: reason), intent: .freeze(reason: reason), from: snapshot))
    }

    func planThaw(from snapshot: Snapshot) -> Result<Plan, Refusal> {
        if case .known(nil, _) = snapshot.freeze {
            return .failure(Refusal(.notPossible, "Nothing is frozen."))
        }
        let warnings = snapshot.frozenBy.map { ["Writes were frozen by \($0.actor) on \($0.host): \($0.reason)"] } ?? []
        return .success(
            plan(
                .release, because: "", title: "Let writes go on", warnings: warnings, command: EquivalentCommand.thaw,
                intent: .thaw, from: snapshot))
    }

    private func plan(
        _ order: OperatorHold.Order, because reason: String, title: String, warnings: [String], command: String,
        intent: Intent, from snapshot: Snapshot
    ) -> Plan {
        let names = IDC.allCases.map { snapshot.names[$0] }.joined(separator: " and ")
        let lines = [
            PlanLine(
                step: .hold(order, .everything, reason: reason),
                call: "a record `\(OperatorHold.key(of: .everything))` in bascule-sync on \(names)", expected: .whatever
            )
        ]
        return Plan(
            intent: intent, title: title, lines: lines, leftOut: [], warnings: warnings, equivalentCommand: command,
            confirmation: confirmation(of: lines, in: snapshot), madeFrom: snapshot.at)
    }

    /// - Parameter leftOut: why a group is left out, by who holds it; not asked where that is not known.
    private func plan(
        _ order: OperatorHold.Order, of groups: [String], _ reason: String, intent: Intent, from snapshot: Snapshot,
        leftOut why: (HoldReason?) -> String?
    ) -> Result<Plan, Refusal> {
        guard !groups.isEmpty else {
            return .failure(Refusal(.nothingSelected, "No group is selected. Mark some, or name them."))
        }
        let rows = Dictionary(snapshot.groups.map { ($0.id, $0) }) { first, _ in first }
        var lines: [PlanLine] = []
        var leftOut: [Plan.LeftOut] = []
        var warnings: [String] = []
        for group in groups {
            guard let row = rows[group] else {
                leftOut.append(Plan.LeftOut(subject: group, reason: "neither side lists it"))
                continue
            }
            if let status = row.sync.lastKnown, let reason = why(status.hold) {
                leftOut.append(Plan.LeftOut(subject: group, reason: reason))
                continue
            }
            if case .byOperator(let word)? = row.sync.lastKnown?.hold {
                warnings.append(
                    order == .release
                        ? "\(group) was held by \(word.actor) on \(word.host): \(word.reason)"
                        : Self.heldAlready("\(group) is held", by: word))
            }
            let names = IDC.allCases.map { snapshot.names[$0] }.joined(separator: " and ")
            lines.append(
                PlanLine(
                    step: .hold(order, .group(group), reason: reason),
                    call: "a record `\(OperatorHold.key(of: .group(group)))` in bascule-sync on \(names)",
                    expected: .whatever))
        }
        guard !lines.isEmpty else {
            let reasons = leftOut.prefix(3).map { "\($0.subject): \($0.reason)" }.joined(separator: "; ")
            return .failure(Refusal(.notPossible, "There is nothing to \(order.rawValue). \(reasons)"))
        }
        let names = lines.map(\.step.subject)
        let count = Count(lines.count, "group")
        switch order {
        case .hold:
            warnings.append(
                "While a group is held nothing is written for it, in either direction, by any daemon, key or run: what "
                    + "it consumes from now on would be read again after a move.")
            return .success(
                Plan(
                    intent: intent, title: "Hold the offsets of \(count): \(reason)", lines: lines, leftOut: leftOut,
                    warnings: warnings, equivalentCommand: EquivalentCommand.holdOffsets(names, because: reason),
                    confirmation: confirmation(of: lines, in: snapshot), madeFrom: snapshot.at))
        case .release:
            return .success(
                Plan(
                    intent: intent, title: "Release the offsets of \(count)", lines: lines, leftOut: leftOut,
                    warnings: warnings, equivalentCommand: EquivalentCommand.releaseOffsets(names),
                    confirmation: confirmation(of: lines, in: snapshot), madeFrom: snapshot.at))
        }
    }
}
