import Domain

/// What the weights of one or several HAProxies amount to.
enum TrafficReckoning {
    /// One HAProxy's servers, reckoned.
    struct Balancer: Hashable, Sendable {
        let name: String
        let servers: [TrafficServer]
        /// IDC1's share of the traffic in 0...1; `nil` when no server takes any.
        let share: Double?
    }

    /// Why what was read gives no split; a sentence for people.
    struct Odd: Error, Hashable {
        let isNotFound: Bool
        let text: String
    }

    /// The share that HAProxy's own routing gives each IDC: weights of servers that are UP; DOWN, MAINT, DRAIN and
    /// NOLB count as 0, and backup servers while another one serves.
    static func balancer(
        _ name: String, _ reply: StatReply, _ settings: HAProxySettings
    ) throws(Odd) -> Balancer {
        try checkNames(reply, settings)
        var serving: Set<String> = []
        for server in reply.servers.values.sorted(by: { $0.name < $1.name }) {
            guard let isServing = server.isServing else {
                throw Odd(
                    isNotFound: false,
                    text:
                        "server \(server.name.plainText) has the status \"\(server.status)\", which this version does not know"
                )
            }
            if isServing && server.weight > 0 { serving.insert(server.name) }
        }
        let active = serving.filter { reply.servers[$0]?.isBackup == false }
        let routed = active.isEmpty ? serving : active
        let listed = Set(settings.servers.idc1 + settings.servers.idc2)
        if let stranger = routed.subtracting(listed).min() {
            throw Odd(
                isNotFound: false,
                text: "server \(stranger.plainText) of backend \(settings.backend) takes traffic and belongs to no IDC "
                    + "in the configuration; add it there")
        }
        let sums = settings.servers.map { names in
            names.reduce(0) { $0 + (routed.contains($1) ? reply.servers[$1]?.weight ?? 0 : 0) }
        }
        let servers = IDC.allCases.flatMap { idc in
            settings.servers[idc].compactMap { reply.servers[$0] }.map {
                TrafficServer(name: $0.name, idc: idc, weight: $0.weight, status: $0.status)
            }
        }
        let total = sums.idc1 + sums.idc2
        return Balancer(name: name, servers: servers, share: total == 0 ? nil : Double(sums.idc1) / Double(total))
    }

    /// Every configured server must be there, under the configured name.
    static func checkNames(_ reply: StatReply, _ settings: HAProxySettings) throws(Odd) {
        let missing = (settings.servers.idc1 + settings.servers.idc2).filter { reply.servers[$0] == nil }
        guard missing.isEmpty else {
            let others = reply.servers.keys.sorted().joined(separator: ", ").plainText
            throw Odd(
                isNotFound: true,
                text: "backend \(settings.backend) has no server \(missing.joined(separator: ", ")); it has \(others)")
        }
    }

    /// Several HAProxies are taken to get the same traffic each, so the split is the mean of theirs. Servers that
    /// all of them see alike stand once, others once per HAProxy.
    static func traffic(of balancers: [Balancer], problems: [String]) -> ConfiguredTraffic {
        let shares = balancers.compactMap(\.share)
        let mean = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
        var problems = problems
        if Set(balancers.map { $0.share.map(percent) }).count > 1 {
            let each = balancers.map { balancer in
                "\(balancer.name) \(balancer.share.flatMap(split)?.description ?? "serves nobody")"
            }
            problems.append("the HAProxies disagree: \(each.joined(separator: ", ")); set the split again")
        }
        let servers = (balancers.first?.servers ?? []).indices.flatMap { index in
            let seen = balancers.map { $0.servers[index] }
            guard Set(seen).count > 1 else { return Array(seen.prefix(1)) }
            return zip(balancers, seen).map { balancer, server in
                TrafficServer(
                    name: "\(server.name) at \(balancer.name)", idc: server.idc, weight: server.weight,
                    status: server.status)
            }
        }
        return ConfiguredTraffic(servers: servers, split: mean.flatMap(split), problems: problems)
    }

    /// Whole percent; a side that takes any traffic never shows 0.
    private static func percent(_ share: Double) -> Int {
        if share <= 0 { return 0 }
        if share >= 1 { return 100 }
        return min(99, max(1, Int((share * 100).rounded())))
    }

    private static func split(_ share: Double) -> TrafficSplit? {
        TrafficSplit(idc1: percent(share), idc2: 100 - percent(share))
    }
}
