import Domain
import Operations

/// An endpoint that is a backend of HAProxy: servers per side that stand for that side's brokers, of which one side's
/// are enabled and the other's in maintenance.
struct BackendEndpoint: Sendable {
    private let settings: HAProxySettings
    private let sockets: [RuntimeSocket]

    init(_ settings: HAProxySettings) {
        self.settings = settings
        sockets = settings.addresses.map { RuntimeSocket($0, timeout: settings.timeout) }
    }

    /// The side whose servers alone are enabled, at every HAProxy; one that cannot be asked may route anywhere, so
    /// it is an error.
    func side() async throws(PortError) -> IDC? {
        var sides: Set<IDC?> = []
        for (_, enabled) in try await enabledServers() {
            let one = !enabled.isDisjoint(with: settings.servers.idc1)
            let two = !enabled.isDisjoint(with: settings.servers.idc2)
            sides.insert(one == two ? nil : one ? .idc1 : .idc2)
        }
        return sides.count == 1 ? sides.first ?? nil : nil
    }

    /// Reads every HAProxy before anything is changed. On each, the other side's servers are disabled and their
    /// connections ended before this side's are enabled: at no moment are there two sides to connect to.
    func point(to idc: IDC) async throws(PortError) {
        for (socket, _) in try await enabledServers() {
            for server in settings.servers[idc.other] {
                try await order("set server \(settings.backend)/\(server) state maint", of: socket)
                try await order("shutdown sessions server \(settings.backend)/\(server)", of: socket)
            }
        }
        for socket in sockets {
            for server in settings.servers[idc] {
                try await order("set server \(settings.backend)/\(server) state ready", of: socket)
            }
        }
        for (socket, enabled) in try await enabledServers() {
            let wrong = settings.servers[idc].filter { !enabled.contains($0) }
            let left = settings.servers[idc.other].filter { enabled.contains($0) }
            guard wrong.isEmpty, left.isEmpty else {
                let found = (wrong.map { "\($0) disabled" } + left.map { "\($0) enabled" }).joined(separator: ", ")
                throw socket.error(
                    .failed, "set server",
                    "backend \(settings.backend) should point to \(idc.rawValue) and has \(found); somebody else may be setting it"
                )
            }
        }
    }

    /// Names of servers that connections may go to, as each HAProxy has them; whether they answer is another question.
    private func enabledServers() async throws(PortError) -> [(socket: RuntimeSocket, names: Set<String>)] {
        var all: [(RuntimeSocket, Set<String>)] = []
        for (socket, answer) in zip(sockets, await sockets.statistics(of: settings)) {
            let reply = try answer.get()
            try socket.checkNames(in: reply, settings)
            let enabled = reply.servers.values.filter { server in
                !server.status.hasPrefix("MAINT") && !server.status.hasPrefix("DRAIN")
            }
            let listed = Set(settings.servers.idc1 + settings.servers.idc2)
            if let stranger = enabled.map(\.name).filter({ !listed.contains($0) }).min() {
                throw socket.error(
                    .failed, "show stat",
                    "server \(stranger.plainText) of backend \(settings.backend) takes connections and belongs to no IDC in the configuration; add it there"
                )
            }
            all.append((socket, Set(enabled.map(\.name))))
        }
        return all
    }

    private func order(_ command: String, of socket: RuntimeSocket) async throws(PortError) {
        try socket.checkAcceptance(of: command, setting: "the state", try await socket.reply(to: command))
    }
}
