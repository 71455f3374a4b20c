import Domain

extension Planner {
    func plan(
        _ action: MirrorAction, on targets: [MirrorTarget], intent: Intent, from snapshot: Snapshot
    ) -> Result<Plan, Refusal> {
        let selected = Set(targets).sorted()
        guard !selected.isEmpty else {
            return .failure(
                Refusal(
                    .nothingSelected, "No mirror is selected. Mark rows, or name topics or a pattern that matches some."
                ))
        }
        if let refusal = refusalOfUnknownTopics(selected, in: snapshot) { return .failure(refusal) }

        var draft = MirrorDraft(snapshot: snapshot)
        for target in selected {
            switch action {
            case .create: consider(creating: target, in: &draft)
            case .pause: consider(.pause, target, in: &draft)
            case .resume: consider(.resume, target, in: &draft)
            case .stop: consider(.stop, target, in: &draft)
            case .restartFailed: consider(.restartFailed, target, in: &draft)
            case .restartAll: consider(.restartAll, target, in: &draft)
            case .delete: consider(.delete, target, in: &draft)
            }
        }
        guard !draft.lines.isEmpty else { return .failure(refusal(of: action, draft)) }
        return .success(
            Plan(
                intent: intent, title: title(of: action, draft).withoutControls, lines: draft.lines,
                leftOut: draft.leftOut,
                warnings: MirrorWarnings(planner: self, action: action, draft: draft).sentences.map(\.withoutControls),
                equivalentCommand: EquivalentCommand.mirrors(action, draft.plannedTargets),
                confirmation: confirmation(of: draft.lines, in: snapshot), madeFrom: snapshot.at))
    }

    // MARK: One target

    private func consider(_ act: ConnectorAct, _ target: MirrorTarget, in draft: inout MirrorDraft) {
        let snapshot = draft.snapshot
        let idc = target.flow.target
        let reading = snapshot.clusters[idc].connectors
        guard let views = reading.current else {
            draft.leaveOut(
                target,
                "its state is not known: "
                    + words(whyUnknown: reading, of: "Connect \(snapshot.names[idc])", in: snapshot))
            return
        }
        let mirror = draft.row(of: target)?.flows[target.flow.source]
        let names = mirror?.connectors ?? []
        guard !names.isEmpty else {
            draft.leaveOut(target, reasonWithoutConnector(target, among: views))
            return
        }
        for name in Set(names).sorted() {
            guard let view = views.first(where: { $0.connector.name == name }) else {
                draft.leaveOut(target, "connector \(name) is not listed by Connect \(snapshot.names[idc]) any more")
                continue
            }
            guard case .mirror(_, _, let flow) = view.role, flow == target.flow else {
                draft.leaveOut(target, reasonNotRecognised(view))
                continue
            }
            if let reason = ConnectorActRules.reasonAgainst(act, view.connector, of: mirror?.state.current) {
                draft.leaveOut(target, names.count > 1 ? "connector \(name) \(reason)" : reason)
                continue
            }
            draft.add(act, view.connector, on: idc, for: target)
        }
    }

    private func reasonWithoutConnector(_ target: MirrorTarget, among views: [ConnectorView]) -> String {
        let usual =
            settings.hasWorkerMirrors
            ? NewMirror(ofWorker: target).connectorName
            : settings.mirrorTemplate.map {
                MirrorMakerConfiguration(target: target, template: $0, sourceBrokerCount: 1).connectorName
            }
        if let view = views.first(where: { $0.connector.name == usual }) { return reasonNotRecognised(view) }
        return "there is no mirror in this direction: make one with \(EquivalentCommand.mirrors(.create, [target]))"
    }

    func reasonNotRecognised(_ view: ConnectorView) -> String {
        let name = view.connector.name
        switch view.role {
        case .unaccountedMirror(let reason):
            return "connector \(name) is not a mirror that Bascule recognises: \(reason)"
        case .cdc: return "connector \(name) captures changes of a database; it is no mirror"
        case .mirrorMakerCompanion:
            return "connector \(name) writes MirrorMaker's checkpoints or heartbeats; it is no mirror"
        case .mirror(_, let topic, _): return "connector \(name) mirrors \(topic) in the other direction"
        case .other: return "connector \(name) is no mirror"
        }
    }

    // MARK: Refusals

    private func refusalOfUnknownTopics(_ targets: [MirrorTarget], in snapshot: Snapshot) -> Refusal? {
        let known = snapshot.mirrors.map(\.topic)
        let knownSet = Set(known)
        var unknown: [String] = []
        for target in targets where !knownSet.contains(target.topic) && unknown.last != target.topic {
            unknown.append(target.topic)
        }
        guard !unknown.isEmpty else { return nil }
        var sentences = unknown.prefix(5).map { topic in
            let near = NearestNames.suggestions(for: topic, among: known)
            return near.isEmpty
                ? "There is no topic \(topic)."
                : "There is no topic \(topic). Did you mean \(near.joined(separator: " or "))?"
        }
        if unknown.count > 5 { sentences.append("And \(unknown.count - 5) more that do not exist.") }
        for idc in IDC.allCases where snapshot.clusters[idc].metadata.current == nil {
            sentences.append(
                "The topics are not all known: "
                    + words(
                        whyUnknown: snapshot.clusters[idc].metadata, of: "Kafka \(snapshot.names[idc])", in: snapshot)
                    + ".")
        }
        return Refusal(.unknownObject, sentences.joined(separator: " ").withoutControls)
    }

    private func refusal(of action: MirrorAction, _ draft: MirrorDraft) -> Refusal {
        var reasons: [(reason: String, subjects: [String])] = []
        for left in draft.leftOut {
            if let index = reasons.firstIndex(where: { $0.reason == left.reason }) {
                reasons[index].subjects.append(left.subject)
            } else {
                reasons.append((left.reason, [left.subject]))
            }
        }
        var sentences = reasons.prefix(5).map { entry in
            let shown = entry.subjects.prefix(3).joined(separator: ", ")
            let more = entry.subjects.count > 3 ? " and \(entry.subjects.count - 3) more" : ""
            return "\(shown)\(more): \(entry.reason)."
        }
        if reasons.count > 5 { sentences.append("And \(reasons.count - 5) other reasons.") }
        return Refusal(.notPossible, "Nothing to \(action.verb). " + sentences.joined(separator: " ").withoutControls)
    }

    // MARK: Words

    private func title(of action: MirrorAction, _ draft: MirrorDraft) -> String {
        let idcs = Set(draft.lines.compactMap(\.step.idc)).sorted().map { draft.snapshot.names[$0] }
        let place = idcs.joined(separator: " and ")
        if draft.lines.count == 1, let target = draft.lines.first?.target {
            return
                "\(action.title) the mirror of \(target.topic), \(words(for: target.flow, in: draft.snapshot)), on Connect \(place)"
        }
        return "\(action.title) \(draft.lines.count) mirrors on Connect \(place)"
    }
}

extension MirrorAction {
    /// `restart the failed tasks of`, to be followed by an object.
    var title: String {
        switch self {
        case .pause: "Pause"
        case .resume: "Resume"
        case .stop: "Stop"
        case .restartFailed: "Restart what has failed of"
        case .restartAll: "Restart"
        case .create: "Create"
        case .delete: "Delete"
        }
    }

    var verb: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .stop: "stop"
        case .restartFailed, .restartAll: "restart"
        case .create: "create"
        case .delete: "delete"
        }
    }
}
