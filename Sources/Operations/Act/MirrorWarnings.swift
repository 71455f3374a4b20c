import Domain

/// What could go wrong with an act on mirrors, a sentence each, the worst first.
struct MirrorWarnings {
    let planner: Planner
    let action: MirrorAction
    let draft: MirrorDraft

    var sentences: [String] {
        var result = consequences
        if action == .pause || action == .stop || action == .delete { result += retention }
        result += alsoAffected + doubles + unsettled
        if action == .restartFailed { result += staysPaused }
        if action == .create { result += unaccounted }
        return result
    }

    private var snapshot: Snapshot { draft.snapshot }

    private var consequences: [String] {
        switch action {
        case .pause:
            [
                "Nothing is copied while a mirror is paused: its lag grows, and a move in that direction would leave those records behind."
            ]
        case .stop:
            [
                "Nothing is copied while a mirror is stopped: its lag grows, and consumers that move to the other side do not find those records.",
                "Connect keeps the configuration and the offsets: resume goes on where it stood, and copies again up to a flush interval of records.",
            ]
        case .delete:
            [
                "The topic is not copied in this direction any more until a mirror is created again: what is produced meanwhile is missing on the other side.",
                "Connect forgets the configuration but keeps the source offsets under the connector's name: a mirror that is created again with the same name goes on where this one stood.",
            ]
        case .restartFailed, .restartAll:
            ["A restarted task copies again up to a flush interval of records: expect a few duplicates."]
        case .resume: []
        case .create:
            [
                "A new mirror copies the topic from its oldest record; where Connect still holds offsets under the connector's name it goes on from there."
            ]
        }
    }

    private var retention: [String] {
        var soonest: (target: MirrorTarget, left: Duration)?
        var notKnown = 0
        for target in draft.plannedTargets {
            guard let flow = draft.row(of: target)?.flows[target.flow.source] else { continue }
            guard let left = flow.timeUntilLoss else {
                if flow.toCopy?.count != 0 { notKnown += 1 }
                continue
            }
            if left < (soonest?.left ?? left + .seconds(1)) { soonest = (target, left) }
        }
        var result: [String] = []
        if let soonest {
            result.append(
                "Retention begins to delete records that are not copied yet in \(soonest.left.approximateWords), first in \(soonest.target.topic) on \(snapshot.names[soonest.target.flow.source])."
            )
        }
        if notKnown > 0 {
            result.append(
                "For \(Count(notKnown, "mirror")) it is not known when retention deletes records that are not copied yet."
            )
        }
        return result
    }

    /// Topics that a planned connector also mirrors, without being selected.
    private var alsoAffected: [String] {
        let planned = Set(draft.plannedTargets)
        var byConnector: [String: Set<String>] = [:]
        let called = Set(draft.lines.map { Called(name: $0.step.subject, idc: $0.step.idc) })
        for row in snapshot.mirrors {
            for flow in ReplicationFlow.all where !planned.contains(MirrorTarget(topic: row.topic, flow: flow)) {
                for name in row.flows[flow.source].connectors
                where called.contains(Called(name: name, idc: flow.target)) {
                    byConnector[name, default: []].insert(row.topic)
                }
            }
        }
        return byConnector.keys.sorted().map { name in
            let topics = (byConnector[name] ?? []).sorted()
            let more = topics.count > 3 ? " and \(topics.count - 3) more" : ""
            return
                "Connector \(name) also mirrors \(topics.prefix(3).joined(separator: ", "))\(more), which was not selected."
        }
    }

    private struct Called: Hashable {
        let name: String
        let idc: IDC?
    }

    private var doubles: [String] {
        let double = draft.plannedTargets.filter {
            (draft.row(of: $0)?.flows[$0.flow.source].connectors.count ?? 0) > 1
        }
        guard action != .create, let first = double.first else { return [] }
        return [
            "\(Count(double.count, "topic")) of these \(double.count == 1 ? "has" : "have") more than one mirror in a direction, for example \(first.topic): all of them are called."
        ]
    }

    private var unsettled: [String] {
        let count = draft.lines.count {
            $0.expected == .connector(.unassigned) || $0.expected == .connector(.restarting)
        }
        guard count > 0 else { return [] }
        return [
            "\(Count(count, "connector")) \(count == 1 ? "is" : "are") UNASSIGNED or RESTARTING: Connect may be rebalancing, and a call then waits for it."
        ]
    }

    private var staysPaused: [String] {
        let count = draft.lines.count { $0.expected == .connector(.paused) }
        guard count > 0 else { return [] }
        return ["\(Count(count, "mirror")) \(count == 1 ? "is" : "are") PAUSED and will stay so: resume afterwards."]
    }

    private var unaccounted: [String] {
        Set(draft.lines.compactMap(\.step.idc)).sorted().flatMap { idc in
            (snapshot.clusters[idc].connectors.current ?? []).compactMap { view in
                guard case .unaccountedMirror(let reason) = view.role else { return nil }
                return
                    "Connector \(view.connector.name) on Connect \(snapshot.names[idc]) looks like a mirror that Bascule cannot account for (\(reason)): if it copies one of these topics too, every record arrives twice."
            }
        }
    }
}
