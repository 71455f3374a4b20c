package import Domain
package import Operations
import Synchronization

/// One side of a pair, played from a script: answers every reading port from a ``ScriptedWorld``, fails or
/// hangs where told to, and counts what it is asked.
package final class ScriptedCluster: Sendable {
    /// What can be asked, and made to fail, on its own.
    package enum Port: Hashable, Sendable, CaseIterable {
        case metadata
        case brokerStates
        case settings
        case ranges
        case groups
        case origins
        case positions
        case connectors
        case connectorPositions
        case workers
    }

    /// What happens to the calls of a port.
    package enum Fault: Hashable, Sendable {
        case fail(PortError)
        /// The call does not return before it is cancelled or the port is healed.
        case hang
    }

    private struct State {
        var world: ScriptedWorld
        var faults: [Port: Fault] = [:]
        var calls: [Port: [Duration]] = [:]
        var inFlight: [Port: Int] = [:]
        var stretches: [[TopicPartition: Range<Int64>]] = []
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Duration

    /// - Parameter now: the test's clock, for ``callTimes(_:)``.
    package init(_ world: ScriptedWorld, now: @escaping @Sendable () -> Duration = { .zero }) {
        state = Mutex(State(world: world))
        self.now = now
    }

    package var world: ScriptedWorld { state.withLock { $0.world } }

    /// Changes what is answered from now on.
    package func update(_ change: (inout ScriptedWorld) -> Void) {
        state.withLock { change(&$0.world) }
    }

    package func fail(_ ports: Port..., with error: PortError) {
        state.withLock { state in for port in ports { state.faults[port] = .fail(error) } }
    }

    package func hang(_ ports: Port...) {
        state.withLock { state in for port in ports { state.faults[port] = .hang } }
    }

    /// Every port fails as if the whole side were gone.
    package func failEverything(with error: PortError) {
        state.withLock { state in for port in Port.allCases { state.faults[port] = .fail(error) } }
    }

    /// Ends the faults of the given ports, or of all.
    package func heal(_ ports: Port...) {
        state.withLock { state in
            for port in ports.isEmpty ? Port.allCases : ports { state.faults[port] = nil }
        }
    }

    /// How often a port was called.
    package func calls(_ port: Port) -> Int { callTimes(port).count }

    /// When a port was called, by the test's clock.
    package func callTimes(_ port: Port) -> [Duration] { state.withLock { $0.calls[port] ?? [] } }

    /// How many calls of a port have not returned yet.
    package func inFlight(_ port: Port) -> Int { state.withLock { $0.inFlight[port] ?? 0 } }

    /// Every request for origins, in order.
    package var requestedStretches: [[TopicPartition: Range<Int64>]] { state.withLock { $0.stretches } }

    // MARK: Answering

    private func answer<Value>(
        _ port: Port, _ value: (ScriptedWorld) -> Value
    ) async throws(PortError) -> Value {
        let fault = state.withLock { state in
            state.calls[port, default: []].append(now())
            state.inFlight[port, default: 0] += 1
            return state.faults[port]
        }
        defer { state.withLock { $0.inFlight[port, default: 1] -= 1 } }
        switch fault {
        case nil: break
        case .fail(let error): throw error
        case .hang: try await hangWhileTold(port)
        }
        return value(world)
    }

    private func hangWhileTold(_ port: Port) async throws(PortError) {
        while state.withLock({ $0.faults[port] }) == .hang {
            do {
                try await ContinuousClock().sleep(for: .milliseconds(2))
            } catch {
                throw PortError(.cancelled, operation: "\(port)", detail: "cancelled")
            }
        }
    }

    private func failures(_ port: Port) -> [PortError] { world.partialFailures[port] ?? [] }

    private func note(_ stretches: [TopicPartition: Range<Int64>]) {
        state.withLock { $0.stretches.append(stretches) }
    }
}

extension ScriptedCluster: TopicReading {
    package func metadata() async throws(PortError) -> ClusterMetadata {
        try await answer(.metadata) { $0.metadata }
    }

    package func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] {
        let ids = Set(brokers.map(\.id))
        do {
            return try await answer(.brokerStates) { $0.brokerStates.filter { ids.contains($0.key) } }
        } catch {
            return [:]
        }
    }

    package func settings(
        of topics: [String]
    ) async throws(PortError) -> Partial<[String: TopicSettings], PortError> {
        let wanted = Set(topics)
        let value = try await answer(.settings) { $0.settings.filter { wanted.contains($0.key) } }
        return Partial(value, failures: failures(.settings))
    }
}

extension ScriptedCluster: OffsetReading {
    package func ranges(
        of topics: [Topic]
    ) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> {
        // As the real one: nobody is asked for nothing.
        guard !topics.isEmpty else { return Partial([:], failures: []) }
        let value = try await answer(.ranges) { world in
            var ranges: [TopicPartition: OffsetRange] = [:]
            for topic in topics {
                for partition in topic.partitions where !partition.isOffline {
                    let topicPartition = TopicPartition(topic.name, partition.number)
                    ranges[topicPartition] = world.ranges[topicPartition] ?? world.logs[topicPartition]?.range
                }
            }
            return ranges
        }
        return Partial(value, failures: failures(.ranges))
    }
}

extension ScriptedCluster: GroupReading {
    package func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError> {
        let value = try await answer(.groups) { $0.groups.filter { isWanted($0.id) } }
        return Partial(value, failures: failures(.groups))
    }
}

extension ScriptedCluster: RecordReading {
    package func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError> {
        note(stretches)
        let value = try await answer(.origins) { world in
            var samples: [TopicPartition: OriginSample] = [:]
            for (topicPartition, stretch) in stretches {
                guard let log = world.logs[topicPartition] else { continue }
                let from = max(stretch.lowerBound, log.start)
                let to = max(from, min(stretch.upperBound, log.end))
                let records = log.records[Int(from - log.start)..<Int(to - log.start)]
                let locals = zip(from..., records).filter { rule.provenance(ofHeaders: $0.1.headers) == .local }
                samples[topicPartition] = OriginSample(
                    from: Offset(from), to: Offset(to), records: Int64(records.count),
                    locals: locals.map { .init(offset: Offset($0.0), timestamp: $0.1.timestamp) })
            }
            return samples
        }
        return Partial(value, failures: failures(.origins))
    }
}

extension ScriptedCluster: MirrorPositionReading {
    package func positions() async throws(PortError) -> [String: [TopicPartition: Offset]] {
        try await answer(.positions) { $0.positions }
    }
}

extension ScriptedCluster: ConnectorReading {
    package func connectors() async throws(PortError) -> Partial<[Connector], PortError> {
        Partial(try await answer(.connectors) { $0.connectors }, failures: failures(.connectors))
    }

    package func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset] {
        guard let positions = try await answer(.connectorPositions, { $0.positions[name] }) else {
            throw PortError(.notFound, operation: "GET /connectors/\(name)/offsets", detail: "no connector \(name)")
        }
        return positions
    }

    package func workers() async -> [ConnectWorkerView] {
        do {
            return try await answer(.workers) { $0.workers }
        } catch {
            return []
        }
    }
}
