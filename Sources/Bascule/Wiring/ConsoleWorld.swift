import Domain
import Front
import HistoryStore
import Operations

/// What a console looks at and acts on: a context's clusters, or a world of this process's own.
struct ConsoleWorld: Sendable {
    typealias MakeActingSide = @Sendable (_ newest: @escaping @Sendable () async -> Snapshot?) -> ActingSide

    let collectorSettings: CollectorSettings
    let ports: PerIDC<ClusterPorts>
    let traffic: (any TrafficReading)?
    /// What is said of the groups' offsets on the other side.
    let sync: (any GroupSyncReading)?
    let planner: Planner
    /// `nil` in a read-only session: nothing that can write has been constructed.
    let acting: MakeActingSide?
    /// `nil` where there is no path for one.
    let journal: JournalFileReader?
    /// Runs of the failover; `nil`: there is nothing here that could tell of one.
    let runs: ConsoleRuns?
    /// Makes something go wrong on purpose; `nil`: not in this world.
    let inject: (@Sendable (Fault) async throws(PortError) -> String)?
    /// What lives as long as the console is open, such as traffic of one's own; tells what of it
    /// did not begin.
    let live: @Sendable (_ failed: @escaping @Sendable (PortError) -> Void) async -> Void
    let close: @Sendable () async -> Void
}
