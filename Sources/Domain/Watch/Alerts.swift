/// The console's own alerts: what is wrong now, told from what was read, worst first.
package enum Alerts {
    /// What alerts are told from: the parts of a ``Snapshot``.
    package struct Evidence: Sendable {
        package let names: PerIDC<String>
        package let clusters: PerIDC<ClusterView>
        package let traffic: TrafficView
        package let mirrors: [MirrorRow]
        package let groups: [GroupRow]
        /// The word that freezes all writes, as far as is known.
        package let freeze: OperatorHold?

        package init(
            names: PerIDC<String>, clusters: PerIDC<ClusterView>, traffic: TrafficView, mirrors: [MirrorRow],
            groups: [GroupRow], freeze: OperatorHold? = nil
        ) {
            self.names = names
            self.clusters = clusters
            self.traffic = traffic
            self.mirrors = mirrors
            self.groups = groups
            self.freeze = freeze
        }
    }

    /// More of one kind than this become one alert, so that one cause does not fill the screen.
    static let mostOfAKind = 10

    /// Worst first; within a severity clusters before Connect, mirrors, groups and traffic.
    package static func of(_ evidence: Evidence) -> [Alert] {
        var alerts: [Alert] = []
        if let word = evidence.freeze {
            alerts.append(
                Alert(severity: .warning, subject: "writes", text: word.frozenSentence, kind: .writesFrozen))
        }
        for idc in IDC.allCases { alerts += ClusterAlerts(evidence, idc).alerts }
        for idc in IDC.allCases { alerts += connect(evidence, idc) }
        alerts += MirrorAlerts(evidence).alerts
        alerts += groups(evidence)
        alerts += traffic(evidence)
        // Stable: the order above stands within a severity.
        return alerts.enumerated()
            .sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }.map(\.element)
    }

    /// One alert each, or one for all when there are too many of the kind.
    static func collapsed<Item>(
        _ items: [Item], _ kind: AlertKind, severity: Severity, subject: String, sentence: (Int, String) -> String,
        name: (Item) -> String, each: (Item) -> Alert
    ) -> [Alert] {
        guard items.count > mostOfAKind else { return items.map(each) }
        let first = items.prefix(3).map(name).joined(separator: ", ")
        return [
            Alert(
                severity: severity, subject: subject,
                text: sentence(items.count, "\(first) and \(items.count - 3) more"), kind: kind)
        ]
    }

    private static func connect(_ evidence: Evidence, _ idc: IDC) -> [Alert] {
        let name = evidence.names[idc]
        let view = evidence.clusters[idc]
        if let because = view.connectors.unavailability, because.kind != .unsupported {
            return [
                Alert(
                    severity: .warning, subject: "Connect \(name)",
                    text: "Connect of \(name) cannot be read: \(because.detail). The states of the mirrors towards "
                        + "\(name) are \(view.connectors.lastKnown == nil ? "unknown" : "those last read").",
                    kind: .connectUnreachable)
            ]
        }
        return view.connectWorkers.compactMap { worker in
            worker.failure.map {
                Alert(
                    severity: .warning, subject: "Connect \(name) \(worker.url)",
                    text: "The Connect worker \(worker.url) of \(name) does not answer: \($0.detail).",
                    kind: .connectUnreachable)
            }
        }
    }

    private static func groups(_ evidence: Evidence) -> [Alert] {
        var split: [GroupRow] = []
        var stalled: [GroupRow] = []
        var rewound: [GroupRow] = []
        for row in evidence.groups {
            if row.side == .both { split.append(row) }
            switch row.verdict {
            case .stalled?: stalled.append(row)
            case .rewound?: rewound.append(row)
            case .level?, .draining?, .fallingBehind?, .stopped?, nil: break
            }
        }
        func place(_ row: GroupRow) -> String { row.home.map { evidence.names[$0] } ?? "an unknown side" }
        return collapsed(split, .splitConsumption, severity: .critical, subject: "split consumption") {
            "\($0) groups have members on both sides: records are processed twice: \($1). Stop one side's consumers."
        } name: {
            $0.id
        } each: {
            Alert(
                severity: .critical, subject: "group \($0.id)",
                text: "Group \($0.id) has members on both sides: records are processed twice. Stop the consumers on "
                    + "one side.", kind: .splitConsumption)
        }
            + collapsed(stalled, .groupStalled, severity: .warning, subject: "stalled groups") {
                "\($0) groups have lag and commit nothing: \($1)."
            } name: {
                $0.id
            } each: {
                Alert(
                    severity: .warning, subject: "group \($0.id)",
                    text:
                        "Group \($0.id) on \(place($0)) is stalled: a partition has lag and its committed offset does "
                        + "not move. Look at its consumers.", kind: .groupStalled)
            }
            + collapsed(rewound, .groupRewound, severity: .warning, subject: "rewound groups") {
                "\($0) groups went back in their logs: \($1)."
            } name: {
                $0.id
            } each: {
                Alert(
                    severity: .warning, subject: "group \($0.id)",
                    text: "Group \($0.id) on \(place($0)) went back: a committed offset is lower than before. Records "
                        + "are read again.", kind: .groupRewound)
            }
    }

    private static func traffic(_ evidence: Evidence) -> [Alert] {
        var alerts: [Alert] = []
        let traffic = evidence.traffic
        if let because = traffic.configured.unavailability, because.kind != .unsupported {
            alerts.append(
                Alert(
                    severity: .warning, subject: traffic.source,
                    text: "The traffic source \(traffic.source) cannot be read: \(because.detail). The measured split "
                        + "does not depend on it.", kind: .trafficUnreadable))
        }
        if let configured = traffic.configured.current {
            for problem in configured.problems {
                alerts.append(Alert(severity: .warning, subject: traffic.source, text: problem, kind: .trafficProblem))
            }
            if configured.split == nil {
                alerts.append(
                    Alert(
                        severity: .critical, subject: traffic.source,
                        text: "No server behind \(traffic.source) takes traffic: every one is down or has weight 0.",
                        kind: .trafficNowhere))
            }
            if let split = configured.split, let shares = traffic.measured.current?.shares {
                for idc in IDC.allCases where split.shares[idc] == 0 && shares[idc] > 0.05 {
                    let percent = Int((shares[idc] * 100).rounded())
                    alerts.append(
                        Alert(
                            severity: .warning, subject: "traffic \(evidence.names[idc])",
                            text:
                                "\(percent) % of the records are produced in \(evidence.names[idc]) although its weight "
                                + "is 0: somebody produces past \(traffic.source).",
                            kind: .trafficPastWeights))
                }
            }
        }
        return alerts
    }
}

/// What is wrong with one side's brokers and partitions.
private struct ClusterAlerts {
    private(set) var alerts: [Alert] = []
    private let name: String
    private let view: ClusterView

    init(_ evidence: Alerts.Evidence, _ idc: IDC) {
        name = evidence.names[idc]
        view = evidence.clusters[idc]
        if let because = view.metadata.unavailability {
            reach(because)
            return
        }
        brokers()
        partitions()
        sources()
    }

    private mutating func add(_ kind: AlertKind, _ severity: Severity, _ subject: String, _ text: String) {
        alerts.append(Alert(severity: severity, subject: subject, text: text, kind: kind))
    }

    private mutating func reach(_ because: Unavailability) {
        let shown = view.metadata.lastKnown == nil ? "Nothing is known of it." : "What it shows is what was last known."
        switch because.kind {
        case .refused:
            add(.clusterUnreachable, .critical, name, "\(name) refuses this console: \(because.detail). \(shown)")
        case .unreachable, .timedOut, .notFound, .malformed, .unsupported, .conflict, .cancelled, .failed:
            add(.clusterUnreachable, .critical, name, "\(name) cannot be reached: \(because.detail). \(shown)")
        }
    }

    private mutating func brokers() {
        let down = view.brokers.filter {
            switch $0.state {
            case .down: true
            case .up, .unknown: false
            }
        }
        for broker in down {
            guard case .down(let reason) = broker.state else { continue }
            let place = broker.address.map { " (\($0))" } ?? ""
            add(
                .brokerDown, down.count * 2 >= view.brokers.count ? .critical : .warning,
                "broker \(broker.id) of \(name)",
                "Broker \(broker.id)\(place) of \(name) is down: \(reason). \(view.brokers.count - down.count) of "
                    + "\(view.brokers.count) brokers are up.")
        }
    }

    private mutating func partitions() {
        guard let topics = view.metadata.current?.topics else { return }
        let settings = view.settings.lastKnown ?? [:]
        var offline: [String] = []
        var refusing: [String] = []
        var underReplicated = 0
        for topic in topics {
            let least = settings[topic.name]?.minInSyncReplicas
            for partition in topic.partitions {
                if partition.isOffline {
                    offline.append("\(topic.name)-\(partition.number)")
                } else if partition.isUnderReplicated {
                    underReplicated += 1
                    if let least, partition.inSyncReplicas.count < least {
                        refusing.append("\(topic.name)-\(partition.number)")
                    }
                }
            }
        }
        if !offline.isEmpty {
            add(
                .partitionsOffline, .critical, "offline partitions of \(name)",
                "\(offline.count) \(offline.count == 1 ? "partition" : "partitions") of \(name) without a leader, neither "
                    + "readable nor writable: \(offline.shortList(of: 3)).")
        }
        if !refusing.isEmpty {
            add(
                .writesRefused, .critical, "partitions of \(name) below min.insync.replicas",
                "\(refusing.count) \(refusing.count == 1 ? "partition" : "partitions") of \(name) refuse writes with "
                    + "acks=all, too few replicas are in sync: \(refusing.shortList(of: 3)).")
        }
        if underReplicated > 0 {
            add(
                .underReplicated, .warning, "under-replicated partitions of \(name)",
                "\(underReplicated) \(underReplicated == 1 ? "partition" : "partitions") of \(name) with fewer replicas in "
                    + "sync than there should be.")
        }
    }

    /// Requests that fail although the cluster answers others.
    private mutating func sources() {
        let failing = [
            ("the bounds of its logs", view.ranges.unavailability), ("its consumer groups", view.groups.unavailability),
            ("its topics' settings", view.settings.unavailability),
        ]
        for (what, because) in failing {
            guard let because else { continue }
            add(
                .sourceUnreadable, .warning, "kafka \(name)",
                "\(name) answers, but \(what) cannot be read: \(because.detail).")
        }
    }
}

/// What is wrong with the mirrors.
private struct MirrorAlerts {
    private(set) var alerts: [Alert] = []
    private let names: PerIDC<String>

    private struct Finding {
        let topic: String
        let flow: MirrorFlow
        let state: MirrorState
    }

    init(_ evidence: Alerts.Evidence) {
        names = evidence.names
        var byWord: [String: [Finding]] = [:]
        var losing: [Finding] = []
        for row in evidence.mirrors {
            for idc in IDC.allCases {
                let flow = row.flows[idc]
                guard let state = flow.state.lastKnown else { continue }
                let finding = Finding(topic: row.topic, flow: flow, state: state)
                if state.severity != .ok, state != .restarting {
                    byWord["\(idc.rawValue) \(state.description)", default: []].append(finding)
                }
                if let left = flow.timeUntilLoss, left < .seconds(3_600) { losing.append(finding) }
            }
        }
        for (_, findings) in byWord.sorted(by: { $0.key < $1.key }) { report(findings) }
        for finding in losing {
            let minutes = max(0, (finding.flow.timeUntilLoss ?? .zero).wholeMilliseconds / 60_000)
            alerts.append(
                Alert(
                    severity: .critical, subject: subject(finding),
                    text: "In \(minutes) min retention starts to delete records of \(finding.topic) on "
                        + "\(names[finding.flow.flow.source]) that are not copied to \(names[finding.flow.flow.target]).",
                    kind: .retentionNear))
        }
    }

    private mutating func report(_ findings: [Finding]) {
        guard let first = findings.first else { return }
        let direction = "\(names[first.flow.flow.source]) to \(names[first.flow.flow.target])"
        alerts += Alerts.collapsed(
            findings, first.state.alertKind, severity: first.state.severity, subject: "mirrors \(direction)"
        ) {
            "\($0) mirrors from \(direction) are \(first.state.description): \($1)."
        } name: {
            $0.topic
        } each: { finding in
            Alert(
                severity: finding.state.severity, subject: subject(finding), text: text(finding),
                kind: finding.state.alertKind)
        }
    }

    private func subject(_ finding: Finding) -> String {
        finding.flow.connectors.first
            ?? "\(finding.topic) \(names[finding.flow.flow.source]) to \(names[finding.flow.flow.target])"
    }

    private func text(_ finding: Finding) -> String {
        let source = names[finding.flow.flow.source]
        let target = names[finding.flow.flow.target]
        let mirror = "The mirror of \(finding.topic) from \(source) to \(target)"
        switch finding.state {
        case .running, .restarting: return "\(mirror) is \(finding.state.description)."
        case .paused: return "\(mirror) is PAUSED. Resume it before retention deletes what it has not copied."
        case .stopped: return "\(mirror) is STOPPED. Resume it before retention deletes what it has not copied."
        case .failed(let reason): return "\(mirror) has FAILED: \(reason)."
        case .unassigned where finding.flow.kind == .bascule:
            return
                "\(mirror) is UNASSIGNED: no worker has taken it over yet. See that workers run and reach both clusters."
        case .unassigned:
            return "\(mirror) is UNASSIGNED: Connect waits for a lost worker before it gives the task to another."
        case .notFlowing:
            return "\(mirror) is RUNNING but does not flow: there are records to copy and its position stands still. "
                + "Look at \(target)'s brokers and the task's log; restart the task."
        case .none:
            return "Nothing mirrors \(finding.topic) from \(source) to \(target): records produced on \(source) never "
                + "reach \(target). Create the mirror."
        case .double(let reason):
            return "\(finding.topic) is copied from \(source) to \(target) more than once: \(reason)."
        case .partitionsDiffer(let there, let here):
            return "\(finding.topic) has \(there) partitions on \(source) and \(here) on \(target): keys land in "
                + "different partitions. Make them equal."
        case .overtaken(let missing):
            return "\(mirror) was overtaken by retention: up to \(missing) records are gone from \(source) that were "
                + "never copied."
        case .topicMissing:
            return "\(finding.topic) is missing on one side of its mirror from \(source) to \(target). Create it with "
                + "as many partitions as the other side has."
        case .unknown(let raw): return "\(mirror) is in the state \"\(raw)\"."
        }
    }
}

extension MirrorState {
    /// What an alert about a mirror in this state is about.
    fileprivate var alertKind: AlertKind {
        switch self {
        case .running, .restarting: .other
        case .paused: .mirrorPaused
        case .stopped: .mirrorStopped
        case .failed: .mirrorFailed
        case .unassigned: .mirrorUnassigned
        case .notFlowing: .mirrorNotFlowing
        case .none: .mirrorMissing
        case .double: .mirrorDouble
        case .partitionsDiffer: .partitionsDiffer
        case .overtaken: .mirrorOvertaken
        case .topicMissing: .topicMissing
        case .unknown: .mirrorStateUnknown
        }
    }
}
