package import Domain

extension StatusDocument {
    /// `bascule mirrors list`: one entry per topic and direction.
    package var mirrors: DataNode {
        .array(snapshot.mirrors.flatMap { row in IDC.allCases.map { .object(members(of: row, row.flows[$0])) } })
    }

    /// The entries of ``mirrors`` for which `isWanted` holds.
    package func mirrors(where isWanted: (MirrorTarget) -> Bool) -> DataNode {
        .array(
            snapshot.mirrors.flatMap { row in
                IDC.allCases.filter { isWanted(MirrorTarget(topic: row.topic, flow: ReplicationFlow(from: $0))) }
                    .map { .object(members(of: row, row.flows[$0])) }
            })
    }

    /// `bascule mirrors show TOPIC`; `nil` when there is no such topic.
    package func mirror(_ topic: String) -> DataNode? {
        guard let row = snapshot.mirrors.first(where: { $0.topic == topic }) else { return nil }
        return .object([
            "schema": .integer(1),
            "at": .optional(Timestamp.rfc3339(snapshot.at, offset)),
            "topic": .string(row.topic),
            "partitions": .perIDC { .optional(partitionCount(of: row, on: $0)) },
            "flows": .array(IDC.allCases.map { detail(of: row, row.flows[$0]) }),
        ])
    }

    private func members(of row: MirrorRow, _ flow: MirrorFlow) -> [DataMember] {
        let state = flow.state.current
        let latency = flow.latency.map { latency in
            DataNode.object([
                "p50": .integer(latency.p50.wholeMilliseconds), "p99": .integer(latency.p99.wholeMilliseconds),
            ])
        }
        return [
            DataMember("topic", .string(row.topic)),
            DataMember("from", .string(flow.flow.source.rawValue)),
            DataMember("to", .string(flow.flow.target.rawValue)),
            DataMember("connector", .optional(flow.connectors.first)),
            DataMember("connectors", .array(flow.connectors.map { .string($0) })),
            DataMember("kind", .optional(flow.kind?.rawValue)),
            DataMember("state", .optional(state?.description)),
            DataMember("severity", .optional(state.map { Self.word($0.severity) })),
            DataMember("reason", .optional(reason(flow.state))),
            DataMember("flowing", .optional(state.flatMap(Self.isFlowing))),
            DataMember("toCopy", .optional(flow.toCopy?.count)),
            DataMember("toCopyIsExact", .optional(flow.toCopy?.isExact)),
            DataMember("toScan", .optional(flow.toScan)),
            DataMember("recordsPerSecond", .optional(flow.recordsPerSecond, places: 1)),
            DataMember("latencyMillis", latency ?? .null),
            DataMember("secondsUntilLoss", .optional(flow.timeUntilLoss.map { $0.wholeMilliseconds / 1_000 })),
        ]
    }

    private func detail(of row: MirrorRow, _ flow: MirrorFlow) -> DataNode {
        let views = snapshot.clusters[flow.flow.target].connectors.current
        let jobs = flow.connectors.map { name in
            views?.first { $0.connector.name == name }.map(connector)
                ?? .object([
                    "name": .string(name), "state": .null, "type": .null, "worker": .null, "trace": .null,
                    "tasks": .null, "config": .null,
                ])
        }
        return .object(
            members(of: row, flow) + [
                DataMember("positions", .array(flow.positions.map(position))),
                DataMember("jobs", .array(jobs)),
                DataMember("notes", .array(flow.notes.map { .string($0) })),
            ])
    }

    private func position(_ entry: MirrorPosition) -> DataNode {
        var toScan: Int64?
        if let position = entry.position, let range = entry.range, range.logEnd >= position {
            toScan = range.logEnd.distance(from: position)
        }
        return .object([
            "partition": .integer(Int64(entry.partition)),
            "position": .optional(entry.position?.rawValue),
            "logStart": .optional(entry.range?.logStart.rawValue),
            "logEnd": .optional(entry.range?.logEnd.rawValue),
            "toScan": .optional(toScan),
        ])
    }

    private func connector(_ view: ConnectorView) -> DataNode {
        let connector = view.connector
        return .object([
            "name": .string(connector.name),
            "state": .string(connector.state.description),
            "type": .string(connector.type),
            "worker": .string(connector.workerID),
            "trace": .optional(connector.trace),
            "tasks": .array(
                connector.tasks.map { task in
                    .object([
                        "id": .integer(Int64(task.id)), "state": .string(task.state.description),
                        "worker": .string(task.workerID), "trace": .optional(task.trace),
                    ])
                }),
            // Masked where it was read.
            "config": .object(
                connector.config.sorted { $0.key < $1.key }.map { DataMember($0.key, .string($0.value)) }),
        ])
    }

    /// A side that was read says how many, or that the topic is missing (0 partitions is no topic: null).
    func partitionCount(of row: MirrorRow, on idc: IDC) -> Int? {
        snapshot.clusters[idc].metadata.current == nil ? nil : row.partitionCounts[idc]
    }

    /// What stands behind the word: the trace, the cause of a double, or why the state is not known.
    private func reason(_ state: Reading<MirrorState>) -> String? {
        switch state {
        case .pending: return "not read yet"
        case .stale(_, _, let because), .unavailable(let because): return because.detail
        case .known(let state, _):
            switch state {
            case .failed(let reason), .double(let reason): return reason
            case .overtaken(let missing): return "\(missing) records were deleted before they were copied"
            case .partitionsDiffer(let source, let target):
                return "\(source) partitions on the source, \(target) on the target"
            case .notFlowing(let since):
                return Timestamp.rfc3339(since, offset).map { "the position has not moved since \($0)" }
            case .running, .paused, .stopped, .unassigned, .restarting, .none, .topicMissing, .unknown: return nil
            }
        }
    }

    /// `nil` where the state does not tell.
    static func isFlowing(_ state: MirrorState) -> Bool? {
        switch state {
        case .running: true
        case .paused, .stopped, .failed, .unassigned, .restarting, .notFlowing, .none, .topicMissing: false
        case .double, .partitionsDiffer, .overtaken, .unknown: nil
        }
    }
}
