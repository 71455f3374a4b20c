internal import Domain
internal import FoundationEssentials
internal import Operations
internal import Synchronization

/// What all workers of a direction know of each other: definitions and wanted states, task states, and who lives.
/// Filled from the compacted topics `bascule-mirrors` and `bascule-mirror-status` on TO.
final class ControlBoard: Sendable {
    static let definitionTopic = "bascule-mirrors"
    static let statusTopic = "bascule-mirror-status"

    /// A partition's state as its worker has last written it.
    struct StatusRecord: Codable, Hashable, Sendable {
        var state: String
        var workerID: String
        var trace: String?
        var notFlowing: String?
        var position: Int64?
        var gap: Int64?

        enum CodingKeys: String, CodingKey {
            case state
            case workerID = "worker_id"
            case trace
            case notFlowing = "not_flowing"
            case position
            case gap
        }
    }

    private struct State: Sendable {
        var definitions: [String: MirrorDefinition] = [:]
        var statuses: [String: [Int32: StatusRecord]] = [:]
        /// When a worker was last heard of.
        var workers: [String: WallTime] = [:]
        /// Keys whose value could not be read.
        var unreadable: Set<String> = []
    }

    private let state = Mutex(State())
    private let wallTime: @Sendable () -> WallTime
    private let sessionTimeout: Duration

    init(sessionTimeout: Duration, wallTime: @escaping @Sendable () -> WallTime) {
        self.sessionTimeout = sessionTimeout
        self.wallTime = wallTime
    }

    static func workerKey(_ id: String) -> String { "worker/\(id)" }
    static func statusKey(_ connector: String, _ partition: Int32) -> String { "task/\(partition)/\(connector)" }

    /// - Parameter isOld: it stood in the topic when this worker started: the writer's clock says how old it is.
    func take(topic: String, key: String, value: [UInt8]?, timestamp: Int64?, isOld: Bool) {
        let heard = isOld ? timestamp.map { WallTime(milliseconds: $0) } : nil
        let now = wallTime()
        state.withLock { state in
            if topic == Self.definitionTopic {
                guard let value else {
                    state.definitions[key] = nil
                    return
                }
                if let definition = MirrorDefinition(bytes: value) {
                    state.definitions[key] = definition
                    state.unreadable.remove(key)
                } else {
                    state.unreadable.insert(key)
                }
                return
            }
            let parts = key.split(separator: "/", maxSplits: 2).map(String.init)
            if parts.count >= 2, parts[0] == "worker" {
                let id = parts.dropFirst().joined(separator: "/")
                state.workers[id] = value == nil ? nil : heard ?? now
            } else if parts.count == 3, parts[0] == "task", let partition = Int32(parts[1]) {
                let record = value.flatMap { try? JSONDecoder().decode(StatusRecord.self, from: Data($0)) }
                state.statuses[parts[2], default: [:]][partition] = record
            }
        }
    }

    var definitions: [String: MirrorDefinition] { state.withLock { $0.definitions } }
    /// Definitions that another version has written: their mirrors are left alone.
    var unreadable: Set<String> { state.withLock { $0.unreadable } }

    /// The states of a connector's tasks; `nil` for one whose worker was not heard of for a session.
    func statuses(of connector: String) -> [Int32: StatusRecord] {
        let now = wallTime()
        return state.withLock { state in
            (state.statuses[connector] ?? [:]).filter { _, record in
                state.workers[record.workerID].map { now.since($0) <= sessionTimeout } ?? false
            }
        }
    }

    var liveWorkers: [String] {
        let now = wallTime()
        return state.withLock { state in
            state.workers.filter { now.since($0.value) <= sessionTimeout }.keys.sorted()
        }
    }
}
