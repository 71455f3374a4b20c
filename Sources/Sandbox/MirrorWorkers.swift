package import Domain
import KafkaAdapter
import Mirroring
package import Operations
import Synchronization

/// The sandbox's mirrors: Bascule's own worker, one process' worth beside each IDC, which copies into it and answers
/// Connect's requests on a loopback port.
package final class MirrorWorkers: SandboxMirrors {
    private struct Running {
        /// Ends the worker.
        let stop: AsyncStream<Never>.Continuation
    }

    private struct State {
        var running: PerIDC<Running?> = PerIDC { _ in nil }
        /// Made, and not running yet.
        var waiting: PerIDC<MirrorWorker?>
        var isClosed = false
    }

    private let bootstrap: PerIDC<String>
    private let ports: PerIDC<UInt16>
    private let topics: [String]
    private let oneWay: @Sendable () -> Duration
    private let controls: PerIDC<any ConnectorControlling>
    private let clock: WorldClock
    private let wallTime: @Sendable () -> WallTime
    private let log: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let orders: AsyncStream<(IDC, MirrorWorker, AsyncStream<Never>)>
    private let order: AsyncStream<(IDC, MirrorWorker, AsyncStream<Never>)>.Continuation

    /// Takes free ports for the workers.
    ///
    /// - Parameters:
    ///   - topics: mirrored both ways from the start.
    ///   - oneWay: how long a record is under way between the IDCs.
    ///   - controls: makes the writing half of Connect's interface for an address.
    package init(
        _ bootstrap: PerIDC<String>, topics: [String], oneWay: @escaping @Sendable () -> Duration,
        clock: WorldClock, wallTime: @escaping @Sendable () -> WallTime,
        controls makeControls: (_ url: String) throws(PortError) -> any ConnectorControlling,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.bootstrap = bootstrap
        self.topics = topics
        self.oneWay = oneWay
        self.clock = clock
        self.wallTime = wallTime
        self.log = log
        let one = try Self.worker(.idc1, bootstrap, topics, oneWay, port: 0, wallTime, log)
        let two = try Self.worker(.idc2, bootstrap, topics, oneWay, port: 0, wallTime, log)
        guard let firstPort = one.port, let secondPort = two.port else {
            throw PortError(.failed, operation: "listen", detail: "a mirror worker has no port")
        }
        ports = PerIDC(idc1: firstPort, idc2: secondPort)
        controls = PerIDC(
            idc1: try makeControls(Self.url(firstPort)), idc2: try makeControls(Self.url(secondPort)))
        state = Mutex(State(waiting: PerIDC(idc1: one, idc2: two)))
        (orders, order) = AsyncStream.makeStream(of: (IDC, MirrorWorker, AsyncStream<Never>).self)
    }

    private static func url(_ port: UInt16) -> String { "http://127.0.0.1:\(port)" }

    private static func worker(
        _ idc: IDC, _ bootstrap: PerIDC<String>, _ topics: [String],
        _ oneWay: @escaping @Sendable () -> Duration, port: UInt16,
        _ wallTime: @escaping @Sendable () -> WallTime, _ log: @escaping @Sendable (String) -> Void
    ) throws(PortError) -> MirrorWorker {
        try MirrorWorker(
            MirrorWorkerSettings(
                clusters: bootstrap.map {
                    KafkaConfiguration(
                        bootstrap: $0, clientID: "mirror-\(idc.rawValue)", requestTimeout: .seconds(2))
                },
                flows: [ReplicationFlow(from: idc.other)], topics: topics.map { Glob($0) },
                listen: .init(port: port),
                timing: .init(
                    sessionTimeout: .seconds(3), heartbeat: .seconds(1), fetchWait: .milliseconds(100),
                    topicInterval: .seconds(1), retryInterval: .seconds(2), drainTimeout: .seconds(1)),
                distance: oneWay),
            wallTime: wallTime, log: log)
    }

    package func address(beside idc: IDC) -> String { Self.url(ports[idc]) }

    // MARK: Running

    package func live() async {
        await withDiscardingTaskGroup { group in
            for await (idc, worker, stop) in orders {
                group.addTask { await self.run(worker, beside: idc, until: stop) }
            }
        }
    }

    private func run(_ worker: MirrorWorker, beside idc: IDC, until stop: AsyncStream<Never>) async {
        await withTaskGroup(of: Void.self) { race in
            race.addTask { await worker.run() }
            race.addTask { for await _ in stop {} }
            await race.next()
            race.cancelAll()
        }
        state.withLock { $0.running[idc] = nil }
    }

    package func open(beside idc: IDC) async throws(PortError) {
        // One that was just killed ends within a few seconds.
        await clock.wait(atMost: .seconds(10)) { self.state.withLock { $0.running[idc] == nil } }
        let made: MirrorWorker? = state.withLock { $0.waiting[idc].take() }
        let worker =
            if let made { made } else {
                try Self.worker(idc, bootstrap, topics, oneWay, port: ports[idc], wallTime, log)
            }
        let (stream, stop) = AsyncStream.makeStream(of: Never.self)
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.running[idc] == nil else { return false }
            state.running[idc] = Running(stop: stop)
            return true
        }
        guard isTaken else {
            throw PortError(.conflict, operation: "open mirror worker", detail: "one runs beside \(idc.rawValue)")
        }
        order.yield((idc, worker, stream))
        let isReady = await clock.wait(atMost: .seconds(15)) { worker.isReady }
        guard isReady else {
            throw PortError(
                .timedOut, operation: "open mirror worker", detail: "the one beside \(idc.rawValue) does not get ready")
        }
    }

    package func kill(beside idc: IDC) async {
        state.withLock { $0.running[idc] }?.stop.finish()
    }

    package func close() async {
        let running = state.withLock { state in
            state.isClosed = true
            return state.running
        }
        for idc in IDC.allCases { running[idc]?.stop.finish() }
        order.finish()
        await clock.wait(atMost: .seconds(10)) {
            self.state.withLock { state in IDC.allCases.allSatisfy { state.running[$0] == nil } }
        }
    }

    // MARK: Jobs

    package func define(_ target: MirrorTarget, _ settings: MirrorJobSettings) async throws(PortError) {
        let name = MirrorNames.connector(target)
        var config = [
            "name": name, "connector.class": "bascule.Mirror", "topic": target.topic,
            "from": target.flow.source.rawValue, "to": target.flow.target.rawValue,
        ]
        if let bytes = settings.bytesPerSecond { config["throttle.bytes.per.second"] = "\(bytes)" }
        try await controls[target.flow.target].create(name, config: config)
    }
}
