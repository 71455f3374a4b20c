import Domain

/// What gates find in what the console reads of a side and of the mirrors, read after the gate was reached.
enum SnapshotFindings {
    static func brokers(of side: ClusterView) -> GateFinding {
        guard side.metadata.current != nil, !side.brokers.isEmpty else { return unread(.brokers, side) }
        let up = side.brokers.count { $0.state == .up }
        return GateFinding(
            .brokers, up == side.brokers.count ? .green : .red, "\(up) of \(side.brokers.count) brokers are up")
    }

    /// - Parameter isLive: whether records of a topic are mirrored; of other topics the settings are not read.
    static func partitions(of side: ClusterView, isLive: (String) -> Bool) -> GateFinding {
        guard let metadata = side.metadata.current else { return unread(.partitions, side) }
        let settings = side.settings.lastKnown ?? [:]
        var bad: [String] = []
        var unknown: [String] = []
        for topic in metadata.topics {
            let least = settings[topic.name]?.minInSyncReplicas
            for partition in topic.partitions {
                let name = "\(topic.name)-\(partition.number)", inSync = partition.inSyncReplicas.count
                if partition.isOffline || inSync < least ?? 1 {
                    bad.append(name)
                } else if least == nil, partition.isUnderReplicated, isLive(topic.name) {
                    unknown.append(name)
                }
            }
        }
        if !bad.isEmpty {
            return GateFinding(.partitions, .red, "\(bad.count) do not: \(bad.shortList())")
        }
        if !unknown.isEmpty {
            return GateFinding(
                .partitions, .unknown,
                "min.insync.replicas could not be read, and replicas are missing: "
                    + unknown.shortList())
        }
        return GateFinding(.partitions, .green, "every partition takes writes")
    }

    private static func unread(_ check: GateCheck, _ side: ClusterView) -> GateFinding {
        GateFinding(check, .unknown, "\(side.idc.rawValue) could not be read")
    }

    /// What was wrong with the mirrors towards the target when they were read last: that is what did not cross.
    static func mirrors(_ rows: [MirrorRow], from source: IDC) -> GateFinding {
        guard !rows.isEmpty else { return GateFinding(.mirrors, .unknown, "no mirror could be read") }
        var bad: [String] = []
        var unknown: [String] = []
        for row in rows {
            let flow = row.flows[source]
            switch flow.state.lastKnown {
            // What a lost IDC does to mirrors by itself is no reason to stay there.
            case .running?, .notFlowing?, .unassigned?, .restarting?: break
            case nil: unknown.append(row.topic)
            case let state?: bad.append("\(row.topic) \(state)")
            }
        }
        if !bad.isEmpty { return GateFinding(.mirrors, .red, bad.shortList()) }
        if !unknown.isEmpty {
            return GateFinding(.mirrors, .unknown, "not known: \(unknown.shortList())")
        }
        return GateFinding(.mirrors, .green, "\(rows.count) topics are mirrored")
    }
}
