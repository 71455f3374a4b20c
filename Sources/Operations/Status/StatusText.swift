package import Domain

/// The same data as ``StatusDocument``, as text for people: aligned tables, `?` for what is not known and `-` for
/// what does not apply.
package struct StatusText: Sendable {
    private let document: StatusDocument
    private let width: @Sendable (String) -> Int
    private var snapshot: Snapshot { document.snapshot }

    /// - Parameter width: how many cells a text takes on the terminal.
    package init(_ snapshot: Snapshot, offset: UTCOffset = .utc, width: @escaping @Sendable (String) -> Int) {
        document = StatusDocument(snapshot, offset: offset)
        self.width = width
    }

    /// `bascule status`.
    package var overview: String {
        let overall = snapshot.overall
        let consumers = document.consumersOn.map { place($0) } ?? "?"
        var parts = [
            line(
                "\(snapshot.context): \(overall.rawValue), \(Timestamp.rfc3339(snapshot.at, document.offset) ?? "?"), consumers \(consumers)"
            ),
            line(traffic), "\n", sides,
        ]
        let troubled = snapshot.mirrors.flatMap { row in IDC.allCases.map { (row, row.flows[$0]) } }
            .filter { $0.1.state.current?.severity != .ok }
        if !troubled.isEmpty { parts += ["\n", mirrorTable(troubled)] }
        if !snapshot.alerts.isEmpty {
            parts +=
                ["\n"] + snapshot.alerts.map { line("\(StatusDocument.word($0.severity))  \($0.subject): \($0.text)") }
        }
        if !snapshot.problems.isEmpty { parts += ["\n"] + snapshot.problems.map(problem) }
        return parts.joined()
    }

    /// `bascule mirrors list`.
    package func mirrors(where isWanted: (MirrorTarget) -> Bool = { _ in true }) -> String {
        mirrorTable(
            snapshot.mirrors.flatMap { row in IDC.allCases.map { (row, row.flows[$0]) } }
                .filter { isWanted(MirrorTarget(topic: $0.0.topic, flow: $0.1.flow)) })
    }

    /// `bascule mirrors show TOPIC`; `nil` when there is no such topic.
    package func mirror(_ topic: String) -> String? {
        guard let row = snapshot.mirrors.first(where: { $0.topic == topic }) else { return nil }
        var parts = [mirrorTable(IDC.allCases.map { (row, row.flows[$0]) })]
        for idc in IDC.allCases {
            let flow = row.flows[idc]
            if !flow.positions.isEmpty {
                parts += ["\n", line(direction(flow.flow)), positionTable(flow.positions)]
            }
            let views = snapshot.clusters[flow.flow.target].connectors.current ?? []
            for view in views where flow.connectors.contains(view.connector.name) {
                parts += ["\n", job(view.connector)]
            }
            parts += flow.notes.map { line("note: \($0)") }
        }
        return parts.joined()
    }

    /// `bascule groups list`.
    package func groups(where isWanted: (String) -> Bool = { _ in true }) -> String {
        groupTable(snapshot.groups.filter { isWanted($0.id) })
    }

    /// `bascule groups show GROUP`; `nil` when no side lists it.
    package func group(_ id: String) -> String? {
        guard let row = snapshot.groups.first(where: { $0.id == id }) else { return nil }
        guard let lag = document.lag(of: row) else {
            return groupTable([row]) + "\n" + line("The group's offsets are not known.")
        }
        let table = TextTable(
            columns: [
                .init("TOPIC"), .init("PARTITION", .right), .init("COMMITTED", .right), .init("LOG END", .right),
                .init("LAG", .right), .init("MEMBER"),
            ],
            rows: lag.partitions.map { entry in
                [
                    entry.topicPartition.topic, "\(entry.topicPartition.partition)",
                    entry.committed.map { "\($0.rawValue)" } ?? "-", number(entry.range?.logEnd.rawValue),
                    entry.committed == nil ? "-" : entry.isPastTheEnd ? "past the end" : number(entry.lag),
                    entry.owner.map { "\($0.clientID) \($0.host)" } ?? "-",
                ]
            })
        return groupTable([row]) + "\n" + table.written(width: width)
    }

    // MARK: Overview

    private func place(_ consumers: StatusDocument.ConsumersOn) -> String {
        switch consumers {
        case .idc1: "on \(snapshot.names.idc1)"
        case .idc2: "on \(snapshot.names.idc2)"
        case .both: "on both sides"
        case .none: "nowhere"
        }
    }

    /// The configured and the measured split.
    package var traffic: String {
        let view = snapshot.traffic
        let configured = view.configured.current.map { $0.split.map { "\($0)" } ?? "no server takes traffic" } ?? "?"
        var measured = "?"
        if let split = view.measured.current {
            let mark = split.isExact ? "" : "~"
            measured = IDC.allCases.map { idc in
                let share = split.shares.map { "\(mark)\(tenths($0[idc] * 100)) %" } ?? "? %"
                return "\(snapshot.names[idc]) \(mark)\(split.produced[idc].map(tenths) ?? "?") rec/s \(share)"
            }.joined(separator: ", ")
        }
        return "traffic: \(view.source), configured \(configured), measured \(measured)"
    }

    private var sides: String {
        TextTable(
            columns: [
                .init("IDC"), .init("REACHABLE"), .init("BROKERS", .right), .init("UNDER-REPLICATED", .right),
                .init("OFFLINE", .right), .init("GROUPS HERE", .right), .init("LAG", .right),
            ],
            rows: IDC.allCases.map { idc in
                let side = document.side(idc)
                let brokers = side["brokers"] ?? .null
                let partial = side["lagIsPartial"] == .bool(true) ? "+" : ""
                return [
                    snapshot.names[idc], cell(side["reachable"]), "\(cell(brokers["up"]))/\(cell(brokers["total"]))",
                    cell(side["underReplicated"]), cell(side["offline"]), cell(side["groups"]),
                    cell(side["lag"]) + partial,
                ]
            }
        ).written(width: width)
    }

    private func cell(_ node: DataNode?) -> String {
        switch node {
        case .string(let text): text
        case .integer(let value): "\(value)"
        case .bool(let flag): flag ? "yes" : "no"
        case .double(let value): tenths(value)
        case .null, .object, .array, nil: "?"
        }
    }

    private func problem(_ problem: Problem) -> String {
        let since = Timestamp.rfc3339(problem.because.since, document.offset) ?? "?"
        return line(
            "not read: \(problem.source) \(problem.because.kind.rawValue) since \(since): \(problem.because.detail)")
    }

    // MARK: Tables

    private func mirrorTable(_ entries: [(MirrorRow, MirrorFlow)]) -> String {
        TextTable(
            columns: [
                .init("TOPIC"), .init("DIRECTION"), .init("PARTITIONS", .right), .init("STATE"),
                .init("TO COPY", .right),
                .init("TO SCAN", .right), .init("REC/S", .right), .init("P99 MS", .right), .init("CONNECTOR"),
            ],
            rows: entries.map { row, flow in
                let counts = IDC.allCases.map { number(document.partitionCount(of: row, on: $0).map(Int64.init)) }
                return [
                    row.topic, direction(flow.flow), counts[0] == counts[1] ? counts[0] : counts.joined(separator: "/"),
                    flow.state.current?.description ?? "?",
                    flow.toCopy.map { "\($0.isExact ? "" : "~")\($0.count)" } ?? "?", number(flow.toScan),
                    flow.recordsPerSecond.map(tenths) ?? "?", number(flow.latency?.p99.wholeMilliseconds),
                    flow.connectors.isEmpty ? "-" : flow.connectors.joined(separator: ", "),
                ]
            }
        ).written(width: width)
    }

    private func positionTable(_ positions: [MirrorPosition]) -> String {
        TextTable(
            columns: [
                .init("PARTITION", .right), .init("POSITION", .right), .init("LOG START", .right),
                .init("LOG END", .right),
            ],
            rows: positions.map { entry in
                [
                    "\(entry.partition)", number(entry.position?.rawValue), number(entry.range?.logStart.rawValue),
                    number(entry.range?.logEnd.rawValue),
                ]
            }
        ).written(width: width)
    }

    private func job(_ connector: Connector) -> String {
        var text = line("connector \(connector.name) \(connector.state) on \(connector.workerID)")
        if let trace = connector.trace { text += indented(trace) }
        for task in connector.tasks {
            text += line("task \(task.id) \(task.state) on \(task.workerID)")
            if let trace = task.trace { text += indented(trace) }
        }
        return text
    }

    /// Nothing committed and nothing assigned: there is no lag, which is not a lag of 0.
    private func lagFigure(_ lag: GroupLag) -> String {
        lag.partitions.isEmpty ? "-" : number(lag.total) + (lag.isPartial && lag.total != nil ? "+" : "")
    }

    private func syncWord(_ sync: Reading<GroupSyncStatus>) -> String {
        guard let status = sync.current else { return "?" }
        // Who holds a group, and why, is no detail.
        if let hold = status.hold { return "\(status.state?.word ?? "HELD"): \(hold.sentence)" }
        return status.state?.word ?? "no commits"
    }

    private func groupTable(_ rows: [GroupRow]) -> String {
        TextTable(
            columns: [
                .init("GROUP"), .init("SIDE"), .init("MEMBERS", .right), .init("LAG", .right), .init("TREND"),
                .init("REC/S", .right), .init("DRAIN S", .right), .init("SYNC"),
            ],
            rows: rows.map { row in
                let lag = document.lag(of: row)
                let side: String =
                    switch row.side {
                    case .on(let idc): snapshot.names[idc]
                    case .both: "both !"
                    case .none: "none"
                    // Seen on one side; the other one may have members as well.
                    case .unknown:
                        (IDC.allCases.filter { row.isSeen(on: $0) }.map { snapshot.names[$0] } + ["?"])
                            .joined(separator: " ")
                    }
                return [
                    row.id, side, number(document.memberCount(row).map(Int64.init)),
                    lag.map(lagFigure) ?? "?",
                    lag == nil ? "?" : row.verdict.map(words) ?? "?",
                    lag == nil ? "?" : row.recordsPerSecond.map(tenths) ?? "?",
                    lag == nil ? "?" : row.timeToDrain.map { tenths($0.inSeconds) } ?? "-", syncWord(row.sync),
                ]
            }
        ).written(width: width)
    }

    // MARK: Words

    private func words(_ verdict: LagVerdict) -> String {
        switch verdict {
        case .level: "level"
        case .draining: "draining"
        case .fallingBehind: "falling behind"
        case .stalled: "stalled"
        case .rewound: "rewound"
        case .stopped: "stopped"
        }
    }

    private func direction(_ flow: ReplicationFlow) -> String {
        "\(snapshot.names[flow.source]) to \(snapshot.names[flow.target])"
    }

    private func number(_ value: Int64?) -> String { value.map { "\($0)" } ?? "?" }

    /// With one decimal place; `?` for what is no number.
    private func tenths(_ value: Double) -> String {
        value.isFinite ? "\(value.rounded(places: 1))" : "?"
    }

    private func line(_ text: String) -> String { text.withoutControls + "\n" }

    private func indented(_ trace: String) -> String {
        trace.split(whereSeparator: \.isNewline).map { "  " + String($0).replacingTabs.withoutControls + "\n" }.joined()
    }
}

extension String {
    fileprivate var replacingTabs: String { String(map { $0 == "\t" ? " " : $0 }) }
}
