import Domain

extension Planner {
    func plan(_ split: TrafficSplit, intent: Intent, from snapshot: Snapshot) -> Result<Plan, Refusal> {
        let reading = snapshot.traffic.configured
        guard let configured = reading.current else {
            return .failure(Refusal(.notPossible, refusalText(of: reading, in: snapshot)))
        }
        if configured.split == split {
            return .failure(
                Refusal(
                    .notPossible, "The split is \(split) already, as \(snapshot.traffic.source) says. Nothing to do."))
        }
        var warnings: [String] = []
        for idc in IDC.allCases where split.shares[idc] > 0 {
            let health = SideHealth(idc: idc, snapshot: snapshot, planner: self)
            let before = configured.split?.shares[idc] ?? 0
            if split.shares[idc] > before {
                if let reason = serverReason(against: idc, configured, in: snapshot) ?? health.reasonAgainstTraffic {
                    return .failure(
                        Refusal(
                            .notPossible,
                            "\(snapshot.names[idc]) cannot take \(split.shares[idc]) % of the traffic: \(reason)"))
                }
                warnings += health.warnings
            } else if let reason = health.reasonAgainstTraffic {
                warnings.append("\(snapshot.names[idc]) keeps \(split.shares[idc]) % of the traffic, and \(reason)")
            } else {
                warnings += health.warnings
            }
        }
        for idc in IDC.allCases where split.shares[idc] == 0 {
            warnings.append(contentsOf: leavingWarnings(idc, in: snapshot))
        }
        let line = PlanLine(
            step: .setTraffic(split), call: "set the weights of \(snapshot.traffic.source) to \(split)",
            expected: .weights(configured.split))
        let was = configured.split.map { "\($0)" } ?? "no server that takes traffic"
        return .success(
            Plan(
                intent: intent,
                title:
                    "Set the traffic to \(snapshot.names.idc1) \(split.shares.idc1) %, \(snapshot.names.idc2) \(split.shares.idc2) % (was \(was))",
                lines: [line], leftOut: [], warnings: warnings,
                equivalentCommand: EquivalentCommand.traffic(split),
                confirmation: trafficConfirmation(split, before: configured.split, in: snapshot), madeFrom: snapshot.at)
        )
    }

    private func refusalText(of reading: Reading<ConfiguredTraffic>, in snapshot: Snapshot) -> String {
        if reading.unavailability?.kind == .unsupported {
            return
                "No traffic source is configured for \(snapshot.context): set traffic.haproxy in the configuration, or move the traffic with your own tools."
        }
        return "The present split is not known, so nothing is changed: "
            + words(whyUnknown: reading, of: snapshot.traffic.source, in: snapshot) + "."
    }

    /// The side that gains is typed; where both did not serve before, the greater one.
    private func trafficConfirmation(_ split: TrafficSplit, before: TrafficSplit?, in snapshot: Snapshot)
        -> Confirmation
    {
        guard isProduction(snapshot) else { return .yes }
        let gains = PerIDC<Int> { split.shares[$0] - (before?.shares[$0] ?? 0) }
        let name = snapshot.names[gains.idc1 >= gains.idc2 ? .idc1 : .idc2]
        guard name.contains(where: { $0 != " " }) else {
            return .typed("\(split)", prompt: "\(snapshot.context) is production: type the split, \(split)")
        }
        return .typed(
            name, prompt: "\(snapshot.context) is production: type the name of the IDC that takes more traffic, \(name)"
        )
    }

    private func serverReason(against idc: IDC, _ configured: ConfiguredTraffic, in snapshot: Snapshot) -> String? {
        let servers = configured.servers.filter { $0.idc == idc }
        guard !servers.isEmpty else {
            return "\(snapshot.traffic.source) has no server there. Check traffic.haproxy.servers in the configuration."
        }
        let dead = servers.filter {
            $0.status.hasPrefix("DOWN") || $0.status.hasPrefix("MAINT") || $0.status.hasPrefix("NOLB")
        }
        guard dead.count == servers.count else { return nil }
        let states = Set(servers.map(\.status)).sorted().joined(separator: ", ")
        return "every server of \(snapshot.traffic.source) there is \(states). Bring at least one up first."
    }

    private func leavingWarnings(_ idc: IDC, in snapshot: Snapshot) -> [String] {
        var result: [String] = []
        let flow = ReplicationFlow(from: idc)
        let behind = snapshot.mirrors.filter { row in
            guard let count = row.flows[idc].toCopy?.count else { return false }
            return count > 0
        }
        let records = behind.reduce(Int64(0)) { sum, row in
            sum.addingReportingOverflow(row.flows[idc].toCopy?.count ?? 0).partialValue
        }
        if records > 0 {
            result.append(
                "\(records) records of \(Count(behind.count, "topic")) are not copied from \(words(for: flow, in: snapshot)) yet."
            )
        }
        let unknown = snapshot.mirrors.count { $0.flows[idc].toCopy == nil }
        if unknown > 0 {
            result.append(
                "For \(Count(unknown, "topic")) it is not known how much is not copied from \(words(for: flow, in: snapshot)) yet."
            )
        }
        return result
    }
}

/// What speaks against giving a side traffic.
private struct SideHealth {
    let idc: IDC
    let snapshot: Snapshot
    let planner: Planner

    private var cluster: ClusterView { snapshot.clusters[idc] }
    private var brokersUp: Int { cluster.brokers.count { $0.state == .up } }

    /// Never traffic to a side without quorum: it cannot be read, or most of its brokers do not serve, or
    /// partitions have no leader while the other side is better off.
    var reasonAgainstTraffic: String? {
        guard cluster.metadata.current != nil else {
            return planner.words(whyUnknown: cluster.metadata, of: "its cluster", in: snapshot)
                + ". Traffic is never sent to a side that cannot be seen to work."
        }
        let total = cluster.brokers.count
        if total == 0 || brokersUp * 2 <= total {
            return
                "only \(brokersUp) of its \(Count(total, "broker")) \(brokersUp == 1 ? "serves" : "serve"), which is no quorum. Bring brokers up first."
        }
        if let offline = cluster.offline, offline > 0, !otherSideIsWorse(than: offline) {
            return
                "\(Count(offline, "partition")) there \(offline == 1 ? "has" : "have") no leader and cannot be written. Bring the brokers up first."
        }
        return nil
    }

    var warnings: [String] {
        var result: [String] = []
        let name = snapshot.names[idc]
        let down = cluster.brokers.filter { $0.state != .up }.map { String($0.id) }
        if !down.isEmpty {
            result.append(
                "On \(name), \(brokersUp) of \(cluster.brokers.count) brokers serve; not seen to serve: \(down.joined(separator: ", "))."
            )
        }
        if let offline = cluster.offline, offline > 0 {
            result.append("On \(name), \(Count(offline, "partition")) without a leader cannot be written.")
        }
        if let count = cluster.underReplicated, count > 0 {
            result.append("On \(name), \(Count(count, "partition")) \(count == 1 ? "is" : "are") under-replicated.")
        }
        return result
    }

    private func otherSideIsWorse(than offline: Int) -> Bool {
        let other = snapshot.clusters[idc.other]
        guard other.metadata.current != nil, let theirs = other.offline else { return true }
        return theirs > offline
    }
}
