package import Domain
package import Operations

/// Reads the split from HAProxy's runtime API: `show stat`, nothing else.
package struct HAProxyReader: TrafficReading {
    private let settings: HAProxySettings
    private let sockets: [RuntimeSocket]

    package init(_ settings: HAProxySettings) {
        self.settings = settings
        sockets = settings.addresses.map { RuntimeSocket($0, timeout: settings.timeout) }
    }

    /// All HAProxies at once. What one of several could not say stands in the value's problems; when none can be
    /// read, or what one says makes no sense, that is thrown.
    package func configured() async throws(PortError) -> ConfiguredTraffic {
        let answers = await sockets.statistics(of: settings)
        var balancers: [TrafficReckoning.Balancer] = []
        var absent: [PortError] = []
        for (socket, answer) in zip(sockets, answers) {
            do throws(PortError) {
                let reply = try answer.get()
                balancers.append(try socket.reckon(reply, settings))
            } catch {
                // A HAProxy that is not there routes nothing; one that is there and cannot be read does.
                guard error.kind == .unreachable || error.kind == .timedOut else { throw error }
                absent.append(error)
            }
        }
        if balancers.isEmpty, let first = absent.first {
            throw PortError(
                first.kind, operation: first.operation, detail: absent.map(\.detail).joined(separator: "; "))
        }
        return TrafficReckoning.traffic(of: balancers, problems: absent.map(\.detail))
    }
}

extension [RuntimeSocket] {
    /// The backend's servers as each HAProxy sees them, in the order of the sockets.
    func statistics(of settings: HAProxySettings) async -> [Result<StatReply, PortError>] {
        await withTaskGroup(of: (Int, Result<StatReply, PortError>).self) { group in
            for (index, socket) in enumerated() {
                group.addTask {
                    do throws(PortError) {
                        return (index, .success(try await socket.statistics(of: settings)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension RuntimeSocket {
    private static let command = "show stat"

    func statistics(of settings: HAProxySettings) async throws(PortError) -> StatReply {
        let text = try await reply(to: Self.command)
        do throws(StatReply.Odd) {
            return try StatReply(text, backend: settings.backend)
        } catch {
            switch error {
            case .malformed(let reason): throw self.error(.malformed, Self.command, "answers \(reason)")
            case .noBackend(let others):
                let names = others.joined(separator: ", ").plainText
                throw self.error(.notFound, Self.command, "there is no backend \(settings.backend); there is \(names)")
            }
        }
    }

    func checkNames(in reply: StatReply, _ settings: HAProxySettings) throws(PortError) {
        do throws(TrafficReckoning.Odd) {
            try TrafficReckoning.checkNames(reply, settings)
        } catch {
            throw self.error(error.isNotFound ? .notFound : .malformed, Self.command, error.text)
        }
    }

    func reckon(
        _ reply: StatReply, _ settings: HAProxySettings
    ) throws(PortError) -> TrafficReckoning.Balancer {
        do throws(TrafficReckoning.Odd) {
            return try TrafficReckoning.balancer(address.description, reply, settings)
        } catch {
            throw self.error(error.isNotFound ? .notFound : .malformed, Self.command, error.text)
        }
    }
}
