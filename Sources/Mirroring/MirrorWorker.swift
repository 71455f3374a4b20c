package import Domain
internal import HTTPTransport
internal import KafkaAdapter
package import Operations

/// Bascule's own Kafka mirror, one process of it: mirroring.md. Any number of workers share the topics.
package final class MirrorWorker: Sendable {
    package let settings: MirrorWorkerSettings
    /// The bound port of the REST interface; `nil` without one.
    package var port: UInt16? { server?.port }
    /// In states and logs.
    package let workerID: String
    private let server: HTTPServer?
    private let clusters: PerIDC<KafkaCluster>
    private let directions: [MirrorDirection]

    /// Binds the REST interface and makes the handles; connections come about in the background.
    ///
    /// - Parameters:
    ///   - wallTime: civil time, to tell how old other workers' signs of life are.
    ///   - log: one line for people per call, on any thread.
    /// - Throws: when a setting is refused or the address cannot be bound.
    package init(
        _ settings: MirrorWorkerSettings, wallTime: @escaping @Sendable () -> WallTime,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.settings = settings
        if let listen = settings.listen {
            do throws(HTTPServerError) {
                server = try HTTPServer(host: listen.host, port: listen.port, credentials: listen.credentials)
            } catch {
                throw PortError(.failed, operation: "listen", detail: error.description)
            }
        } else {
            server = nil
        }
        let workerID = settings.workerID ?? server.map { "\($0.host):\($0.port)" } ?? "worker"
        self.workerID = workerID
        let clusters = PerIDC(
            idc1: try KafkaCluster(settings.clusters.idc1, log: log),
            idc2: try KafkaCluster(settings.clusters.idc2, log: log))
        self.clusters = clusters
        directions = settings.flows.map { flow in
            MirrorDirection(
                flow, settings: settings, workerID: workerID, clusters: clusters, wallTime: wallTime, log: log)
        }
    }

    /// The wanted states are known and every direction works.
    package var isReady: Bool { directions.allSatisfy(\.isReady) }

    /// Works until it is cancelled; then stops taking work, finishes what is in flight, commits, and leaves the
    /// groups.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let server {
                let routes = ConnectRoutes(directions: directions, workerID: workerID)
                group.addTask { await server.run { await routes.answer($0) } }
            }
            for direction in directions { group.addTask { await direction.run() } }
        }
        for idc in IDC.allCases { await clusters[idc].close() }
    }
}
