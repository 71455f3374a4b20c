import Configuration
import Domain
import Operations
import TrafficAdapter

/// The endpoints of a context, as the adapter takes them.
enum ConfiguredEndpoints {
    /// - Throws: `.failed` for what the configuration's own checks let through, with the endpoint named.
    static func settings(of failover: FailoverSettings) throws(PortError) -> [TrafficAdapter.EndpointSettings] {
        var all: [TrafficAdapter.EndpointSettings] = []
        for endpoint in failover.endpoints {
            do {
                all.append(
                    TrafficAdapter.EndpointSettings(
                        name: endpoint.name, source: try source(of: endpoint, failover.nameServer)))
            } catch {
                throw PortError(.failed, operation: "endpoints", detail: "endpoint \(endpoint.name): \(error)")
            }
        }
        return all
    }

    private static func source(
        of endpoint: Configuration.EndpointSettings, _ nameServer: NameServerSettings?
    ) throws -> TrafficAdapter.EndpointSettings.Source {
        switch endpoint.source {
        case .dns(let dns):
            guard let nameServer else {
                throw PortError(.failed, operation: "endpoints", detail: "there is no name server to change it at")
            }
            let server = try NameServer(
                address: nameServer.address, port: nameServer.port, zone: nameServer.zone, keyPath: nameServer.keyPath)
            let values = PerIDC { idc in
                dns.isAlias(idc)
                    ? NameServerRecord.Value.alias(dns.values[idc].first ?? "") : .addresses(dns.values[idc])
            }
            return .nameServer(
                try NameServerRecord(
                    server: server, name: dns.name, timeToLive: nameServer.timeToLive, values: values))
        case .haproxy(let haproxy):
            return .haproxy(
                try TrafficAdapter.HAProxySettings(
                    sockets: haproxy.sockets.map(\.description), backend: haproxy.backend, servers: haproxy.servers))
        case .command(let command):
            return .command(CommandEndpoint(point: command.point, read: command.read, limit: command.limit))
        case .byHand: return .byHand
        }
    }
}
