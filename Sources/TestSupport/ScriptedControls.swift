package import Domain
package import Operations
import Synchronization

/// Connect's acts, played on a ``ScriptedCluster``: they change its connectors as Connect would and are recorded.
package final class ScriptedConnect: ConnectorControlling {
    /// A call as it came in.
    package enum Call: Hashable, Sendable {
        case perform(ConnectorAct, name: String)
        case create(name: String, config: [String: String])
    }

    private struct State {
        var calls: [Call] = []
        var errors: [String: PortError] = [:]
        var ignored: Set<String> = []
    }

    private let cluster: ScriptedCluster
    private let state = Mutex(State())

    package init(_ cluster: ScriptedCluster) {
        self.cluster = cluster
    }

    package var calls: [Call] { state.withLock { $0.calls } }

    /// Every act on the connector fails from now on; `nil` heals it.
    package func fail(_ name: String, with error: PortError?) {
        state.withLock { $0.errors[name] = error }
    }

    /// Acts on the connector are accepted and have no effect.
    package func ignoreActs(on name: String) {
        state.withLock { _ = $0.ignored.insert(name) }
    }

    package func perform(_ act: ConnectorAct, on name: String) async throws(PortError) {
        guard try accept(.perform(act, name: name), on: name) else { return }
        guard cluster.world.connectors.contains(where: { $0.name == name }) else {
            throw PortError(.notFound, operation: "\(act) \(name)", detail: "Connect has no connector \(name)")
        }
        cluster.update { world in
            switch act {
            case .pause: world.change(name, to: .paused)
            case .resume: world.change(name, to: .running)
            case .stop: world.change(name, to: .stopped)
            case .restartFailed: world.change(name, to: .running, onlyFailed: true)
            case .restartAll: world.change(name, to: .running)
            case .delete: world.connectors.removeAll { $0.name == name }
            }
        }
    }

    package func create(_ name: String, config: [String: String]) async throws(PortError) {
        guard try accept(.create(name: name, config: config), on: name) else { return }
        cluster.update { world in
            world.connectors.removeAll { $0.name == name }
            world.connectors.append(
                Connector(
                    name: name, type: "source", state: .running, workerID: "worker:8083",
                    tasks: [ConnectorTask(id: 0, state: .running, workerID: "worker:8083")], config: config))
        }
    }

    /// Records the call; `false` when it shall have no effect.
    private func accept(_ call: Call, on name: String) throws(PortError) -> Bool {
        let (error, isIgnored) = state.withLock { state in
            state.calls.append(call)
            return (state.errors[name], state.ignored.contains(name))
        }
        if let error { throw error }
        return !isIgnored
    }
}

extension ScriptedWorld {
    /// Sets the state of a connector and of its tasks; a stopped connector has none.
    package mutating func change(_ name: String, to state: ConnectorState, onlyFailed: Bool = false) {
        connectors = connectors.map { connector in
            guard connector.name == name else { return connector }
            let tasks = connector.tasks.map { task in
                onlyFailed && task.state != .failed
                    ? task : ConnectorTask(id: task.id, state: state, workerID: task.workerID)
            }
            return Connector(
                name: name, type: connector.type,
                state: onlyFailed && connector.state != .failed ? connector.state : state,
                workerID: connector.workerID, tasks: state == .stopped ? [] : tasks, config: connector.config)
        }
    }
}

/// A traffic source that is set and read back.
package final class ScriptedTraffic: TrafficReading, TrafficControlling {
    private struct State {
        var traffic: ConfiguredTraffic
        var error: PortError?
        var sets: [TrafficSplit] = []
        var ignoresSets = false
    }

    private let state: Mutex<State>

    package init(_ traffic: ConfiguredTraffic) {
        state = Mutex(State(traffic: traffic))
    }

    /// One server on each side, with weights as the split says.
    package convenience init(_ split: TrafficSplit) {
        self.init(Self.traffic(for: split))
    }

    package var sets: [TrafficSplit] { state.withLock { $0.sets } }

    /// Reading and setting fail from now on; `nil` heals.
    package func fail(with error: PortError?) { state.withLock { $0.error = error } }

    /// Sets are accepted and have no effect, as when the answer was lost.
    package func ignoreSets() { state.withLock { $0.ignoresSets = true } }

    package func change(_ traffic: ConfiguredTraffic) { state.withLock { $0.traffic = traffic } }

    package func configured() async throws(PortError) -> ConfiguredTraffic {
        let (traffic, error) = state.withLock { ($0.traffic, $0.error) }
        if let error { throw error }
        return traffic
    }

    package func set(_ split: TrafficSplit) async throws(PortError) {
        let error = state.withLock { state in
            state.sets.append(split)
            if state.error == nil, !state.ignoresSets { state.traffic = Self.traffic(for: split) }
            return state.error
        }
        if let error { throw error }
    }

    private static func traffic(for split: TrafficSplit) -> ConfiguredTraffic {
        ConfiguredTraffic(
            servers: IDC.allCases.map {
                TrafficServer(name: "\($0.rawValue)-1", idc: $0, weight: split.shares[$0], status: "UP")
            }, split: split)
    }
}

/// A journal in memory.
package final class ScriptedJournal: JournalReading, JournalWriting {
    private struct State {
        var records: [JournalRecord] = []
        var error: PortError?
    }

    private let state = Mutex(State())

    package init() {}

    package var records: [JournalRecord] { state.withLock { $0.records } }

    /// Appending and reading fail from now on, as on a full disk; `nil` heals.
    package func fail(with error: PortError?) { state.withLock { $0.error = error } }

    package func newest(_ count: Int) async throws(PortError) -> [JournalRecord] {
        let (records, error) = state.withLock { ($0.records, $0.error) }
        if let error { throw error }
        return records.suffix(count)
    }

    package func append(_ record: JournalRecord) async throws(PortError) {
        let error = state.withLock { state in
            if state.error == nil { state.records.append(record) }
            return state.error
        }
        if let error { throw error }
    }
}
