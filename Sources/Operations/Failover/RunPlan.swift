package import Domain

/// What every step of a runbook would do now, from a snapshot, without doing anything.
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
    /// Records that the source has and the target has not; `nil`: not known.
    package let stranded: Int64?

    package init(_ runbook: Runbook, from source: IDC, snapshot: Snapshot) {
        self.runbook = runbook
        from = source
        let target = source.other
        let names = snapshot.names
        var stranded: Int64? = 0
        for row in snapshot.mirrors {
            guard let count = row.flows[source].toCopy?.count, let sum = stranded else {
                stranded = nil
                break
            }
            stranded = sum + count
        }
        self.stranded = snapshot.mirrors.isEmpty ? nil : stranded
        let moving = Self.groups(leaving: source, snapshot)
        let both = snapshot.groups.filter { $0.side == .both }.map(\.id)
        steps = runbook.steps.map { step in
            let (wouldDo, blocking) = Self.outlook(step.kind, source, target, names, snapshot, moving, both)
            return Step(
                id: step.id, kind: step.kind.word, title: step.title, wouldDo: wouldDo, blocking: blocking)
        }
    }

    /// `nil`: not known.
    private static func groups(leaving source: IDC, _ snapshot: Snapshot) -> [String]? {
        guard let onTarget = snapshot.clusters[source.other].groups.lastKnown else { return nil }
        do throws(RunScope.Unread) {
            return try RunScope.groups(
                leaving: source, snapshot, onSource: nil, onTarget: Partial(onTarget))
        } catch {
            return nil
        }
    }

    private static func outlook(
        _ kind: StepKind, _ source: IDC, _ target: IDC, _ names: PerIDC<String>, _ snapshot: Snapshot,
        _ moving: [String]?, _ both: [String]
    ) -> (String, [String]) {
        let groups = moving.map { "\(Count($0.count, "group")) of \(names[source])" } ?? "? groups of \(names[source])"
        let unknown = moving == nil ? ["the groups of \(names[source]) are not known"] : []
        switch kind {
        case .declare(let approvals):
            return (
                "take the lease on \(names[target])" + (approvals > 0 ? ", and wait for \(approvals) approvals" : ""),
                []
            )
        case .record(.readings):
            return (
                "keep \(Count(snapshot.mirrors.count, "mirror")) and \(Count(snapshot.groups.count, "group")) as last known",
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
                moving.map { $0.isEmpty ? [] : ["\(groups): \($0.shortList())"] } ?? unknown
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

    /// As `bascule failover plan -o json` prints it. What is not known is null.
    package var node: DataNode {
        .object([
            "schema": .integer(1), "runbook": .string(runbook.name), "from": .string(from.rawValue),
            "to": .string(from.other.rawValue), "promise": .string(runbook.promise.rawValue),
            "steps": .array(
                steps.map { step in
                    .object([
                        "id": .string(step.id), "kind": .string(step.kind), "title": .string(step.title),
                        "wouldDo": .string(step.wouldDo),
                        "status": .string(step.blocking.isEmpty ? "ready" : "blocked"),
                        "blocking": .array(step.blocking.map { .string($0) }),
                        "cost": .object([
                            // What a move would read twice is known only once offsets are decided.
                            "readTwice": .null, "stranded": step.kind == "traffic" ? .optional(stranded) : .null,
                            "held": .null,
                        ]),
                    ])
                }),
        ])
    }

    package var text: String {
        var text =
            "\(runbook.name): \(runbook.summary)\n\(from.rawValue) to \(from.other.rawValue), \(runbook.promise.rawValue)\n"
        text += "records that have not crossed: \(stranded.map { "\($0)" } ?? "not known")\n"
        for (number, step) in steps.enumerated() {
            text += "\n\(number + 1). \(step.title)\n   would \(step.wouldDo)\n"
            for obstacle in step.blocking { text += "   ! \(obstacle)\n" }
        }
        return text
    }
}
