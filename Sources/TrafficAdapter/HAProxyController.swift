package import Domain
package import Operations

/// Sets the split through HAProxy's runtime API: `set server BACKEND/NAME weight N`. A read-only session has none.
package struct HAProxyController: TrafficControlling {
    private let settings: HAProxySettings
    private let sockets: [RuntimeSocket]

    package init(_ settings: HAProxySettings) {
        self.settings = settings
        sockets = settings.addresses.map { RuntimeSocket($0, timeout: settings.timeout) }
    }

    /// Reads every HAProxy first, sets the weights on each, and reads them back.
    ///
    /// A backend or server that does not exist, or a HAProxy that answers nonsense, stops it before anything is
    /// changed. A HAProxy that is not there does not keep the others from being set, and is then named in the
    /// error, with those that were set. The weights hold until HAProxy is reloaded.
    package func set(_ split: TrafficSplit) async throws(PortError) {
        let wanted = weights(for: split)
        var reached: [(socket: RuntimeSocket, reply: StatReply)] = []
        var failures: [PortError] = []
        for (socket, answer) in zip(sockets, await sockets.statistics(of: settings)) {
            do throws(PortError) {
                let reply = try answer.get()
                try socket.checkNames(in: reply, settings)
                reached.append((socket, reply))
            } catch {
                guard error.kind == .unreachable || error.kind == .timedOut else {
                    throw PortError(
                        error.kind, operation: error.operation, detail: error.detail + "; nothing was changed")
                }
                failures.append(error)
            }
        }
        var done: [String] = []
        for (socket, reply) in reached {
            do throws(PortError) {
                try await set(wanted, on: socket, from: reply)
                done.append(socket.address.description)
            } catch {
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        let details = failures.map(\.detail).joined(separator: "; ")
        let rest = done.isEmpty ? "" : "; the split is \(split) at \(done.joined(separator: ", "))"
        throw PortError(first.kind, operation: first.operation, detail: details + rest)
    }

    private func weights(for split: TrafficSplit) -> [(name: String, weight: Int)] {
        let weights = ServerWeights.weights(for: split, serverCounts: settings.servers.map(\.count))
        return IDC.allCases.flatMap { idc in
            zip(settings.servers[idc], weights[idc]).map { (name: $0, weight: $1) }
        }
    }

    private func set(
        _ wanted: [(name: String, weight: Int)], on socket: RuntimeSocket, from reply: StatReply
    ) async throws(PortError) {
        func present(_ name: String) -> Int { reply.servers[name]?.weight ?? 0 }
        // What grows goes first: at no moment are all weights 0.
        let growing = wanted.filter { $0.weight >= present($0.name) }
        let shrinking = wanted.filter { $0.weight < present($0.name) }
        var changed = 0
        for (name, weight) in growing + shrinking {
            let command = "set server \(settings.backend)/\(name) weight \(weight)"
            do throws(PortError) {
                try socket.checkAcceptance(of: command, setting: "the weight", try await socket.reply(to: command))
            } catch {
                let isUnsure = error.kind == .timedOut || error.kind == .malformed
                throw PortError(
                    error.kind, operation: error.operation,
                    detail: "\(error.detail); \(changed) of \(wanted.count) weights were set there"
                        + (isUnsure ? ", this one perhaps" : ""))
            }
            changed += 1
        }
        let after = try await socket.statistics(of: settings)
        for (name, weight) in wanted where after.servers[name]?.weight != weight {
            let found = after.servers[name].map { String($0.weight) } ?? "missing"
            throw socket.error(
                .failed, "set server \(settings.backend)/\(name) weight \(weight)",
                "server \(name) should have the weight \(weight) and reads \(found); somebody else may be setting it")
        }
    }
}
