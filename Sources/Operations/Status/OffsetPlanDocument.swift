package import Domain

/// `bascule offsets plan` as data and as text.
package struct OffsetPlanDocument: Sendable {
    private let statuses: [GroupSyncStatus]

    package init(_ statuses: [GroupSyncStatus]) {
        self.statuses = statuses
    }

    /// One object per partition. A group about which nothing could be said has one with the reason alone.
    package var rows: DataNode { .array(statuses.flatMap(Self.rows)) }

    private static func rows(_ status: GroupSyncStatus) -> [DataNode] {
        let rows = OffsetPlanRow.rows(status)
        guard !rows.isEmpty else {
            return [
                row(
                    status.group, status.flow, nil, action: status.hold == nil ? "skip" : "hold",
                    reason: status.hold?.sentence ?? status.problem?.detail ?? "No commits on either side.")
            ]
        }
        return rows.map { entry in
            row(
                status.group, status.flow, entry.status, action: entry.status.decision.action,
                reason: status.problem?.detail ?? entry.status.decision.reason)
        }
    }

    private static func row(
        _ group: String, _ flow: ReplicationFlow?, _ status: PartitionSyncStatus?, action: String, reason: String
    ) -> DataNode {
        .object([
            "group": .string(group),
            "topic": .optional(status?.partition.topic),
            "partition": .optional(status.map { Int64($0.partition.partition) }),
            "from": .optional(flow?.source.rawValue),
            "to": .optional(flow?.target.rawValue),
            "sourceOffset": .optional(status?.committed?.rawValue),
            "standing": .optional(status?.standing?.rawValue),
            "owner": .optional(status?.owner.map(word)),
            "resume": .optional(status?.resume?.rawValue),
            "method": .optional(status?.method?.rawValue),
            "guarantee": .optional(status?.guarantee.map(word)),
            "readTwice": .optional(status?.readTwice),
            "tail": .optional(status?.stillToArrive),
            "state": .optional(status?.state.word),
            "action": .string(action),
            "reason": .string(reason),
        ])
    }

    private static func word(_ owner: CommitOwner) -> String {
        switch owner {
        case .ours: "ours"
        case .foreign: "foreign"
        }
    }

    package static func word(_ guarantee: ResumePosition.Guarantee) -> String {
        switch guarantee {
        case .exact: "exact"
        case .atMost: "at most"
        case .conditional(.mirrorMayReplay, _): "conditional: the mirror may copy again without a trace"
        case .conditional(.oneSidednessDeclared, _): "conditional: one-sidedness is only declared"
        case .conditional(.connectorMayDrop, _): "conditional: the connector may leave records out"
        }
    }

    /// An aligned table, `?` for what is not known.
    ///
    /// - Parameter width: how many cells a text takes on the terminal.
    package func text(width: (String) -> Int) -> String {
        func cell(_ number: Int64?) -> String { number.map { "\($0)" } ?? "?" }
        let columns: [TextTable.Column] = [
            .init("GROUP"), .init("PARTITION"), .init("FROM:TO"), .init("COMMITTED", .right), .init("STANDS", .right),
            .init("RESUME", .right), .init("METHOD"), .init("TWICE", .right), .init("TAIL", .right), .init("STATE"),
            .init("ACTION"), .init("REASON"),
        ]
        let rows = statuses.flatMap { status -> [[String]] in
            let direction = status.flow.map { "\($0.source.rawValue):\($0.target.rawValue)" } ?? "?"
            guard !status.partitions.isEmpty else {
                return [
                    [
                        status.group, "", direction, "", "", "", "", "", "", status.hold == nil ? "" : "HELD",
                        status.hold == nil ? "skip" : "hold",
                        status.hold?.sentence ?? status.problem?.detail ?? "No commits on either side.",
                    ]
                ]
            }
            return status.partitions.map { row in
                [
                    status.group, "\(row.partition.topic)-\(row.partition.partition)", direction,
                    cell(row.committed?.rawValue), row.standing.map { "\($0.rawValue)" } ?? "-",
                    cell(row.resume?.rawValue), row.method?.rawValue ?? "-",
                    row.guarantee == .exact ? "0 exact" : cell(row.readTwice), cell(row.stillToArrive),
                    row.state.word, row.decision.action, status.problem?.detail ?? row.decision.reason,
                ]
            }
        }
        return TextTable(columns: columns, rows: rows).written(width: width)
    }
}
