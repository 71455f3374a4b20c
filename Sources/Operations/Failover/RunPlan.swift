package import Domain

/// What every step of a runbook would do now, and what that would cost, without doing anything.
package struct RunPlan: Sendable {
    package struct Step: Hashable, Sendable {
        package let id: String
        package let kind: String
        package let title: String
        package let wouldDo: String
        /// What stands in its way now, a sentence each.
        package let blocking: [String]
    }

    package let runbook: Runbook
    package let from: IDC
    package let steps: [Step]
    /// What the source has and the target has not; `nil`: not known.
    package let stranded: StrandedRecords?
    /// `nil`: which groups would be moved is not known.
    package let cost: MoveCost?

    /// - Parameters:
    ///   - announced: what had not crossed from a side that is gone, as a daemon wrote it down.
    ///   - cost: of moving ``groups(leaving:_:)``.
    package init(
        _ runbook: Runbook, from source: IDC, snapshot: Snapshot, announced: StrandedRecords? = nil, cost: MoveCost?
    ) {
        self.runbook = runbook
        from = source
        let target = source.other
        let names = snapshot.names
        let isGone = snapshot.clusters[source].ranges.current == nil
        stranded = snapshot.stranded(on: source) ?? (isGone ? announced : nil)
        self.cost = cost
        let held = cost?.held.map(\.group) ?? []
        let moving = Self.moving(leaving: source, snapshot)
        let both = snapshot.groups.filter { $0.side == .both }.map(\.id)
        steps = runbook.steps.map { step in
            var (wouldDo, blocking) = Self.outlook(step.kind, source, target, names, snapshot, moving, both)
            if case .groups(.move) = step.kind, !held.isEmpty {
                blocking.append("\(Count(held.count, "group")) would stay on \(names[source]): \(held.shortList())")
            }
            return Step(
                id: step.id, kind: step.kind.word, title: step.title, wouldDo: wouldDo, blocking: blocking)
        }
    }

    /// The groups that a run would move; `nil`: not known.
    package static func groups(leaving source: IDC, _ snapshot: Snapshot) -> [String]? {
        try? moving(leaving: source, snapshot).get()
    }

    /// With why it is not known.
    private static func moving(leaving source: IDC, _ snapshot: Snapshot) -> Result<[String], RunScope.Unread> {
        let there = snapshot.clusters[source.other].groups
        guard let onTarget = there.lastKnown else {
            return .failure(
                there.unavailability.map { .unavailable(source.other, $0.detail) } ?? .pending(source.other))
        }
        do throws(RunScope.Unread) {
            return .success(
                try RunScope.groups(leaving: source, snapshot, onSource: nil, onTarget: Partial(onTarget)))
        } catch {
            return .failure(error)
        }
    }

    private static func obstacle(_ unread: RunScope.Unread, _ names: PerIDC<String>) -> String {
        switch unread {
        case .pending(let idc): "the groups of \(names[idc]) were not read in time: give it a longer --timeout"
        case .unavailable(let idc, let detail):
            "the groups of \(names[idc]) are not known" + (detail.isEmpty ? "" : ": \(detail)")
        }
    }

    private static func outlook(
        _ kind: StepKind, _ source: IDC, _ target: IDC, _ names: PerIDC<String>, _ snapshot: Snapshot,
        _ scope: Result<[String], RunScope.Unread>, _ both: [String]
    ) -> (String, [String]) {
        let moving: [String]
        let groups: String
        let unknown: [String]
        switch scope {
        case .success(let known):
            (moving, unknown) = (known, [])
            groups = "\(Count(known.count, "group")) of \(names[source])"
        case .failure(let unread):
            (moving, unknown) = ([], [obstacle(unread, names)])
            groups = "? groups of \(names[source])"
        }
        switch kind {
        case .declare(let approvals):
            return (
                "take the lease on \(names[target])"
                    + (approvals > 0 ? ", and wait for \(Count(approvals, "approval"))" : ""),
                []
            )
        case .record(.readings):
            // That there are none says something only of what can be read.
            let mirrors = snapshot.areMirrorsListed ? "\(Count(snapshot.mirrors.count, "mirror"))" : "? mirrors"
            let areGroupsListed = IDC.allCases.allSatisfy { snapshot.clusters[$0].groups.current != nil }
            let groups =
                areGroupsListed || !snapshot.groups.isEmpty
                ? "\(Count(snapshot.groups.count, "group"))" : "? groups"
            return (
                "keep \(mirrors) and \(groups) as last known",
                snapshot.problems.map { "\($0.source): \($0.because.detail)" }
            )
        case .record(.report): return ("write the report and release the lease", [])
        case .gate(let checks, let mayBeWaived):
            return (
                "check \(checks.map(\.rawValue).joined(separator: ", "))"
                    + (mayBeWaived ? "; each may be waived by name" : ""),
                snapshot.clusters[target].metadata.current == nil ? ["\(names[target]) could not be read"] : []
            )
        case .traffic(let goal, let atLeast):
            let split =
                switch goal {
                case .target: "all traffic to \(names[target])"
                case .shares(let ofSource, let ofTarget):
                    "\(ofSource) % of the traffic to \(names[source]), \(ofTarget) % to \(names[target])"
                case .given: "the split that is given"
                }
            let now = snapshot.traffic.configured.current?.split.map { ", now \($0)" } ?? ""
            return (
                "set \(split)\(now), and see \(atLeast) % of it produced there",
                snapshot.traffic.configured.current == nil ? ["the traffic source could not be read"] : []
            )
        case .mirrors(let act, let scope):
            let flows = scope.flows(from: source).map { "\(names[$0.source]) to \(names[$0.target])" }
            return ("\(act.rawValue): the mirrors \(flows.joined(separator: " and "))", [])
        case .groups(.fence):
            return (
                "see that no group has members on \(names[source])",
                unknown + (moving.isEmpty ? [] : ["\(groups): \(moving.shortList())"])
            )
        case .groups(.decide): return ("decide where \(groups) may begin on \(names[target])", unknown)
        case .groups(.move(let waves)):
            return (
                "move \(groups) in waves of \(waves.map(\.spelled).joined(separator: ", "))",
                unknown + (both.isEmpty ? [] : ["on both sides: \(both.shortList())"])
            )
        case .endpoint(let name): return ("point \(name) to \(names[target])", [])
        case .command(let call): return ("run \(call.arguments.joined(separator: " "))", [])
        case .http(let call): return ("\(call.method) \(call.url)", [])
        case .confirm(let question): return ("ask: \(question)", [])
        case .wait(let duration): return ("wait \(duration.spelled)", [])
        }
    }

    /// Records read twice at most; `nil`: not known. A group that would read any stays where it is where none may be.
    private var readTwice: Int64? {
        guard let cost else { return nil }
        if runbook.promise == .nothingReadTwice { return 0 }
        return cost.unknownCount == 0 ? cost.knownReadTwice : nil
    }

    /// As `bascule failover plan -o json` prints it. What is not known is null.
    package var node: DataNode {
        .object([
            "schema": .integer(1), "runbook": .string(runbook.name), "from": .string(from.rawValue),
            "to": .string(from.other.rawValue), "promise": .string(runbook.promise.rawValue),
            "steps": .array(
                zip(steps, runbook.steps).map { step, plan in
                    let moves = plan.kind.movesGroups
                    return .object([
                        "id": .string(step.id), "kind": .string(step.kind), "title": .string(step.title),
                        "wouldDo": .string(step.wouldDo),
                        "status": .string(step.blocking.isEmpty ? "ready" : "blocked"),
                        "blocking": .array(step.blocking.map { .string($0) }),
                        "cost": .object([
                            "readTwice": moves ? .optional(readTwice) : .null,
                            "stranded": step.kind == "traffic" ? .optional(stranded?.total.records) : .null,
                            "held": moves
                                ? .optional(cost.flatMap { $0.unknownCount == 0 ? Int64($0.held.count) : nil }) : .null,
                        ]),
                    ])
                }),
            "stranded": RunDocument.node(of: stranded),
            "held": cost.map { cost in
                .array(cost.held.map { .object(["group": .string($0.group), "reason": .string($0.reason)]) })
            } ?? .null,
        ])
    }

    package var text: String {
        var text =
            "\(runbook.name): \(runbook.summary)\n\(from.rawValue) to \(from.other.rawValue), \(runbook.promise.rawValue)\n"
        text += "records that have not crossed: \(RunWords.english.stranded(stranded))\n"
        if runbook.movesGroups { text += costText }
        for (number, step) in steps.enumerated() {
            text += "\n\(number + 1). \(step.title)\n   would \(step.wouldDo)\n"
            for obstacle in step.blocking { text += "   ! \(obstacle)\n" }
        }
        return text
    }

    private var costText: String {
        guard let cost else { return "records read twice, groups that would stay: not known\n" }
        var text = "records read twice at most: "
        if runbook.promise == .nothingReadTwice {
            text += "none; a group that would read any stays where it is"
        } else if let sum = readTwice {
            text += "\(sum)"
        } else {
            text +=
                cost.unknownCount == cost.readTwice.count
                ? "not known"
                : "\(cost.knownReadTwice), and of \(Count(cost.unknownCount, "group")) it is not known"
        }
        text += "\ngroups that would stay where they are: \(cost.held.count)"
        if cost.unknownCount > 0 { text += ", and of \(Count(cost.unknownCount, "group")) it is not known" }
        text += "\n"
        for held in cost.held { text += "   ! \(held.group): \(held.reason)\n" }
        return text
    }
}
