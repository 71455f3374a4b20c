import Domain

extension Settings {
    /// What moves consumers and who may; a private key is named by its file only.
    static func write(_ failover: FailoverSettings, _ text: inout YAMLText, depth: Int) {
        if let server = failover.nameServer {
            text.heading("nameServer", depth: depth)
            text.entry("address", server.address, depth: depth + 1)
            text.entry("port", "\(server.port)", depth: depth + 1)
            text.entry("zone", server.zone, depth: depth + 1)
            if let key = server.keyPath { text.entry("key", key, depth: depth + 1) }
            text.entry("ttl", "\(server.timeToLive)s", depth: depth + 1)
        }
        if !failover.endpoints.isEmpty { text.heading("endpoints", depth: depth) }
        for endpoint in failover.endpoints { write(endpoint, &text, depth: depth + 1) }
        text.heading("failover", depth: depth)
        if !failover.approvers.isEmpty { text.heading("approvers", depth: depth + 1) }
        for approver in failover.approvers { text.entry(approver.name, approver.publicKey, depth: depth + 2) }
        text.entry("secondPerson", failover.secondPerson.rawValue, depth: depth + 1)
        if let path = failover.keyPath { text.entry("key", path, depth: depth + 1) }
        text.entry("waitPeriod", failover.waitPeriod.spelled, depth: depth + 1)
    }

    private static func write(_ endpoint: EndpointSettings, _ text: inout YAMLText, depth: Int) {
        text.heading(endpoint.name, depth: depth)
        text.list("groups", endpoint.groups.map(\.pattern), depth: depth + 1)
        switch endpoint.source {
        case .dns(let dns):
            text.heading("dns", depth: depth + 1)
            text.entry("name", dns.name, depth: depth + 2)
            for idc in IDC.allCases { text.list(idc.rawValue, dns.values[idc], depth: depth + 2) }
        case .haproxy(let haproxy): write(haproxy, &text, depth: depth + 1)
        case .command(let command):
            text.heading("command", depth: depth + 1)
            text.heading("point", depth: depth + 2)
            for idc in IDC.allCases { text.list(idc.rawValue, command.point[idc], depth: depth + 3) }
            text.list("read", command.read, depth: depth + 2)
            text.entry("limit", command.limit.spelled, depth: depth + 2)
        case .byHand: text.entry("byHand", "true", depth: depth + 1)
        }
    }
}
