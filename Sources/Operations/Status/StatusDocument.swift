package import Domain

/// A snapshot as the data that others read, `schema` 1: keys are only ever added.
///
/// Every key is always there. What the newest poll did not read is null, and `problems` says why; it is never a
/// zero and never an old value.
package struct StatusDocument: Sendable {
    let snapshot: Snapshot
    let offset: UTCOffset

    /// - Parameter offset: of the times that are written.
    package init(_ snapshot: Snapshot, offset: UTCOffset = .utc) {
        self.snapshot = snapshot
        self.offset = offset
    }

    /// `bascule status`.
    package var overview: DataNode {
        .object([
            "schema": .integer(1),
            "at": .optional(Timestamp.rfc3339(snapshot.at, offset)),
            "context": .string(snapshot.context),
            "overall": .string(snapshot.overall.rawValue),
            "consumersOn": .optional(consumersOn?.rawValue),
            "traffic": traffic,
            "freeze": freeze,
            "idcs": .perIDC(side),
            "mirrors": mirrors,
            "groups": groups,
            "impact": .perIDC(impact),
            "alerts": .array(snapshot.alerts.map(alert)),
            "problems": .array(snapshot.problems.map(problem)),
        ])
    }

    /// What leaving a side would cost now: records that have not crossed, and of its groups how many have a position on the
    /// other side, are held, or are not known, and how many records they would read twice at most.
    private func impact(leaving source: IDC) -> DataNode {
        let isCurrent = snapshot.clusters[source].groups.current != nil
        let cost = isCurrent ? MoveCost(of: snapshot, leaving: source) : nil
        let stranded = snapshot.stranded(on: source)
        return .object([
            "stranded": .optional(stranded.flatMap { $0.isCurrent ? $0.total.records : nil }),
            "lastStranded": RunDocument.node(of: stranded, offset: offset),
            "readTwice": .optional(cost.flatMap { $0.unknownCount == 0 && !$0.isOld ? $0.knownReadTwice : nil }),
            "ready": .optional(cost.map { $0.readTwice.count - $0.unknownCount }),
            "held": .optional(cost.map { $0.held.count }),
            "unknown": .optional(cost.map { $0.unknownCount }),
        ])
    }

    /// `frozen`, and who said so; null where it is not known.
    private var freeze: DataNode {
        guard let word = snapshot.freeze.current else { return .null }
        return .object(
            [DataMember("frozen", .bool(word != nil))]
                + (word.map { Self.said($0, as: "freeze").filter { $0.key != "kind" } } ?? []))
    }

    // MARK: Consumers

    package enum ConsumersOn: String, Sendable {
        case idc1
        case idc2
        /// On both, each group on one side.
        case both
        /// No group has members.
        case none
    }

    /// Where groups have members; `nil` while a side that could not be read might have some.
    package var consumersOn: ConsumersOn? {
        guard IDC.allCases.allSatisfy({ snapshot.clusters[$0].groups.current != nil }) else { return nil }
        var sides: Set<IDC> = []
        var isWhollyKnown = true
        for group in snapshot.groups {
            switch group.side {
            case .on(let idc): sides.insert(idc)
            case .both: sides.formUnion(IDC.allCases)
            case .none: break
            case .unknown: isWhollyKnown = false
            }
        }
        if sides.count == 2 { return .both }
        guard isWhollyKnown else { return nil }
        switch sides.first {
        case .idc1: return .idc1
        case .idc2: return .idc2
        case nil: return ConsumersOn.none
        }
    }

    // MARK: Traffic

    private var traffic: DataNode {
        let view = snapshot.traffic
        var configured = DataNode.null
        if let split = view.configured.current?.split { configured = .perIDC { .integer(Int64(split.shares[$0])) } }
        var measured = DataNode.null
        if let split = view.measured.current {
            let shares = split.shares
            measured = .perIDC { idc in
                .object([
                    "recordsPerSecond": .optional(split.produced[idc], places: 1),
                    "share": .optional(shares.map { $0[idc] }, places: 3),
                    "partitionsNotRead": .integer(Int64(split.unreadPartitions[idc])),
                ])
            }
        }
        return .object([
            "source": .string(view.source),
            "configured": configured,
            "measured": measured,
            "measuredIsExact": .optional(view.measured.current?.isExact),
        ])
    }

    // MARK: Sides

    func side(_ idc: IDC) -> DataNode {
        let cluster = snapshot.clusters[idc]
        let metadata = cluster.metadata.current
        let lag = lagHere(idc)
        return .object([
            "name": .string(snapshot.names[idc]),
            "reachable": .optional(isReachable(cluster.metadata)),
            "clusterID": .optional(metadata?.clusterID),
            "brokers": .object([
                "up": .optional(brokersUp(cluster)),
                "total": .optional(metadata == nil ? nil : cluster.brokers.count),
            ]),
            "underReplicated": .optional(metadata == nil ? nil : cluster.underReplicated),
            "offline": .optional(metadata == nil ? nil : cluster.offline),
            "groups": .optional(groupsHere(idc)?.count),
            "lag": .optional(lag?.records),
            "lagIsPartial": .optional(lag?.isPartial),
            "readMillis": .object(
                cluster.took.sorted { $0.key < $1.key }.map { DataMember($0.key, .integer($0.value.wholeMilliseconds)) }
            ),
        ])
    }

    private func isReachable<Value>(_ reading: Reading<Value>) -> Bool? {
        switch reading {
        case .known: true
        case .stale, .unavailable: false
        case .pending: nil
        }
    }

    private func brokersUp(_ cluster: ClusterView) -> Int? {
        guard cluster.metadata.current != nil, cluster.brokers.allSatisfy({ $0.state != .unknown }) else { return nil }
        return cluster.brokers.count { $0.state == .up }
    }

    /// The groups with members on `idc`, those included that may have some on the other side, which could not be
    /// read; `nil`: not known.
    func groupsHere(_ idc: IDC) -> [GroupRow]? {
        guard snapshot.clusters[idc].groups.current != nil else { return nil }
        return snapshot.groups.filter { group in
            switch group.side {
            case .on(let side): side == idc
            case .both: true
            case .none: false
            case .unknown: group.isSeen(on: idc)
            }
        }
    }

    /// The lag of the groups with members on `idc`; `nil` when none of it is known.
    private func lagHere(_ idc: IDC) -> (records: Int64, isPartial: Bool)? {
        guard let groups = groupsHere(idc)?.filter({ $0.home == idc || $0.home == nil }) else { return nil }
        var records: Int64 = 0
        var known = 0
        var isPartial = false
        for group in groups {
            if let lag = lag(of: group), let total = lag.total {
                records = records.addingReportingOverflow(total).partialValue
                known += 1
                if lag.isPartial { isPartial = true }
            } else {
                isPartial = true
            }
        }
        return known == 0 && !groups.isEmpty ? nil : (records, isPartial)
    }

    /// The lag as the newest poll counted it.
    func lag(of group: GroupRow) -> GroupLag? {
        guard let home = group.home, group.presence[home].current != nil else { return nil }
        return group.lag
    }

    // MARK: What is wrong

    private func alert(_ alert: Alert) -> DataNode {
        .object([
            "severity": .string(Self.word(alert.severity)),
            "subject": .string(alert.subject),
            "text": .string(alert.text),
        ])
    }

    private func problem(_ problem: Problem) -> DataNode {
        .object([
            "source": .string(problem.source),
            "since": .optional(Timestamp.rfc3339(problem.because.since, offset)),
            "kind": .string(problem.because.kind.rawValue),
            "detail": .string(problem.because.detail),
        ])
    }

    static func word(_ severity: Severity) -> String {
        switch severity {
        case .ok: "ok"
        case .warning: "warning"
        case .critical: "critical"
        }
    }
}
