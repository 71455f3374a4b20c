import Domain

extension Planner {
    func consider(creating target: MirrorTarget, in draft: inout MirrorDraft) {
        if settings.hasWorkerMirrors {
            let new = NewMirror(ofWorker: target)
            let reason =
                NewMirror.reasonNeverMirroredByWorker(target.topic) ?? reasonAgainstPartitions(target, draft)
                ?? reasonAgainstConnectors(new, draft) ?? reasonAgainstForeignWayBack(target, draft)
            if let reason { draft.leaveOut(target, reason) } else { draft.add(creating: new) }
            return
        }
        guard let template = settings.mirrorTemplate else {
            draft.leaveOut(
                target,
                "the configuration does not say how mirrors are made (mirrors.kind is neither mirrormaker2 nor bascule): create it with your own tools"
            )
            return
        }
        if let reason = MirrorMakerConfiguration.reasonNeverMirrored(target.topic) {
            draft.leaveOut(target, reason)
            return
        }
        if let reason = reasonAgainstPartitions(target, draft) {
            draft.leaveOut(target, reason)
            return
        }
        // The topic exists on both sides, so the source has been read.
        let brokers = draft.snapshot.clusters[target.flow.source].metadata.current?.brokers.count ?? 1
        let new = NewMirror(
            MirrorMakerConfiguration(target: target, template: template, sourceBrokerCount: brokers))
        if let reason = reasonAgainstConnectors(new, draft) ?? reasonAgainstWayBack(target, template, draft) {
            draft.leaveOut(target, reason)
            return
        }
        draft.add(creating: new)
    }

    // MARK: Topics

    private func reasonAgainstPartitions(_ target: MirrorTarget, _ draft: MirrorDraft) -> String? {
        let snapshot = draft.snapshot
        var counts = PerIDC<Int>(idc1: 0, idc2: 0)
        for idc in IDC.allCases {
            guard let byTopic = draft.partitionCounts[idc] else {
                let reading = snapshot.clusters[idc].metadata
                return "its partitions are not known: "
                    + words(whyUnknown: reading, of: "Kafka \(snapshot.names[idc])", in: snapshot)
            }
            guard let count = byTopic[target.topic] else {
                return
                    "the topic is missing on \(snapshot.names[idc]): create it there first, with as many partitions and the same settings"
            }
            counts[idc] = count
        }
        guard counts.idc1 != counts.idc2 else { return nil }
        let (few, many) = counts.idc1 < counts.idc2 ? (IDC.idc1, IDC.idc2) : (IDC.idc2, IDC.idc1)
        return
            "it has \(Count(counts[few], "partition")) on \(snapshot.names[few]) and \(counts[many]) on \(snapshot.names[many]): raise \(snapshot.names[few]) to \(counts[many]) first (kafka-topics.sh --alter --partitions \(counts[many])); records with keys change their partition"
    }

    // MARK: Other connectors

    private func reasonAgainstConnectors(_ configuration: NewMirror, _ draft: MirrorDraft) -> String? {
        let snapshot = draft.snapshot
        let target = configuration.target
        let idc = target.flow.target
        let reading = snapshot.clusters[idc].connectors
        guard let views = reading.current else {
            return "whether it exists is not known: "
                + words(whyUnknown: reading, of: "Connect \(snapshot.names[idc])", in: snapshot)
        }
        if let problem = snapshot.problems.first(where: { $0.source == "connect \(idc.rawValue)" }) {
            return
                "Connect \(snapshot.names[idc]) could not be read in full (\(problem.because.detail)), so whether another mirror covers it is not known"
        }
        if let view = views.first(where: { $0.connector.name == configuration.connectorName }) {
            if case .mirror(_, target.topic, target.flow) = view.role {
                return "it exists already, as connector \(view.connector.name), and is \(view.connector.state)"
            }
            return "\(reasonNotRecognised(view)); the name is taken: delete or rename that connector first"
        }
        let covering = (draft.row(of: target)?.flows[target.flow.source].connectors ?? []).sorted()
        if !covering.isEmpty {
            return
                "it is mirrored already by \(covering.joined(separator: ", ")): a second mirror would copy every record twice"
        }
        for view in views {
            guard case .unaccountedMirror = view.role, names(view.connector.config["topics"], target.topic) else {
                continue
            }
            return
                "connector \(view.connector.name) names it already, and Bascule cannot account for that connector: a second mirror would copy every record twice"
        }
        return nil
    }

    /// Whether a connector's list of regular expressions obviously holds the topic. More is not decided here.
    private func names(_ patterns: String?, _ topic: String) -> Bool {
        let wanted: Set<Substring> = [topic[...], MirrorMakerConfiguration.topicPattern(for: topic)[...], ".*", ".+"]
        return (patterns ?? "").split(separator: ",").contains { pattern in
            wanted.contains(pattern.drop(while: { $0 == " " }))
        }
    }

    // MARK: Loops

    /// The worker knows what it has copied itself; a mirror of another kind on the way back would return its copies.
    private func reasonAgainstForeignWayBack(_ target: MirrorTarget, _ draft: MirrorDraft) -> String? {
        let snapshot = draft.snapshot
        let source = target.flow.source
        let back = draft.row(of: target)?.flows[target.flow.target].connectors ?? []
        let reading = snapshot.clusters[source].connectors
        guard let views = reading.current else {
            return "whether the way back would make a loop is not known: "
                + words(whyUnknown: reading, of: "Connect \(snapshot.names[source])", in: snapshot)
        }
        for view in views where back.contains(view.connector.name) {
            if case .mirror(.bascule, _, _) = view.role { continue }
            return
                "the mirror of the way back, \(view.connector.name), is not one of Bascule's worker: records would go round in a loop"
        }
        return nil
    }

    /// The way back must drop what this mirror stamps, or records go round for ever.
    private func reasonAgainstWayBack(_ target: MirrorTarget, _ template: MirrorTemplate, _ draft: MirrorDraft)
        -> String?
    {
        let snapshot = draft.snapshot
        let source = target.flow.source
        let back = draft.row(of: target)?.flows[target.flow.target].connectors ?? []
        let reading = snapshot.clusters[source].connectors
        guard let views = reading.current else {
            return "whether the way back would make a loop is not known: "
                + words(whyUnknown: reading, of: "Connect \(snapshot.names[source])", in: snapshot)
        }
        let header = MirrorMakerConfiguration.originHeader(of: source, aliases: template.aliases)
        for view in views where back.contains(view.connector.name) {
            let dropped = view.connector.config.contains { $0.key.hasPrefix("predicates.") && $0.value == header }
            if !dropped {
                return
                    "the mirror of the way back, \(view.connector.name), does not drop records that carry \(header): they would go round in a loop"
            }
        }
        return nil
    }
}
