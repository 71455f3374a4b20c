internal import CRdkafka
internal import Domain
package import Operations
internal import Synchronization

/// Everything that is read from one Kafka cluster. It holds nothing that could write.
///
/// Threads: one librdkafka handle for metadata, offsets and groups from the start, a second for records from the
/// first ``origins(in:by:within:)`` on. Blocking calls run on lanes of this cluster: one for metadata, one per
/// leader for log bounds, one for records. Works against a mock cluster too, which knows no groups.
package final class KafkaCluster: Sendable {
    /// Seconds since some moment, never going back; injected for tests.
    typealias Stopwatch = @Sendable () -> Duration

    package let configuration: KafkaConfiguration
    let handle: KafkaHandle
    let metadataLane: BlockingLane
    let recordLane: BlockingLane
    let startStopwatch: @Sendable () -> Stopwatch
    let log: @Sendable (String) -> Void
    /// The topic that tells the groups' coordinators apart, and whether they are there.
    static let groupOffsetsTopic = "__consumer_offsets"

    private let leaderLanes = Mutex<[Int32: BlockingLane]>([:])
    /// Brokers as of the newest metadata, for naming them.
    private let knownBrokers = Mutex<[Int32: Broker]>([:])
    let recordReader: Mutex<RecordReaderState>

    /// The handle for records, made when it is first needed.
    enum RecordReaderState: Sendable {
        case notOpened
        case open(KafkaHandle)
        case closed
    }

    /// Makes the handle; connects in the background.
    ///
    /// - Parameters:
    ///   - log: receives librdkafka's log lines, on its threads. They carry no secrets, but hostile text.
    ///   - clock: measures deadlines.
    ///   - longestWait: for how long a request may wait for a coordinator inside librdkafka.
    ///   - longestDetour: how old a handle at least gets before it is made anew for a coordinator that has moved.
    /// - Throws: `.failed` when a setting is unknown or its value is refused, with the setting named.
    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void,
        clock: any Clock<Duration> = ContinuousClock(), longestWait: Duration = .seconds(1_800),
        longestDetour: Duration = .seconds(5)
    ) throws(PortError) {
        self.configuration = configuration
        self.log = log
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .reading, configuration: configuration,
                settings: [
                    // Log ends are high watermarks, not last stable offsets.
                    "isolation.level": "read_uncommitted",
                    // Neither joined nor committed to. Without one librdkafka 2.0.2 follows a null pointer when a
                    // coordinator that has moved answers OffsetFetch (rd_kafka_handle_OffsetFetch, rk_cgrp).
                    "group.id": "bascule-reads-offsets",
                ], events: HandleEvents(log: log), longestWait: longestWait,
                longestDetour: longestDetour)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
        metadataLane = BlockingLane(label: "metadata")
        recordLane = BlockingLane(label: "records")
        startStopwatch = { clock.startStopwatch() }
        recordReader = Mutex(.notOpened)
    }

    /// Waits for requests under way, for at most their time-outs, and ends all threads. Later calls throw
    /// `.cancelled`.
    package func close() async {
        let records: KafkaHandle? = recordReader.withLock { state in
            defer { state = .closed }
            switch state {
            case .open(let handle): return handle
            case .notOpened, .closed: return nil
            }
        }
        await handle.close()
        await records?.close()
    }

    var report: KafkaFailureReport { KafkaFailureReport(faults: handle.faults, configuration: configuration) }

    func lane(ofLeader id: Int32) -> BlockingLane {
        leaderLanes.withLock { lanes in
            if let lane = lanes[id] { return lane }
            let lane = BlockingLane(label: "leader-\(id)")
            lanes[id] = lane
            return lane
        }
    }

    func remember(_ brokers: [Broker]) {
        let byID = Dictionary(brokers.map { ($0.id, $0) }, uniquingKeysWith: { _, newer in newer })
        knownBrokers.withLock { $0 = byID }
    }

    /// How many addresses there are to connect to.
    var addressCount: Int {
        let known = knownBrokers.withLock { $0.count }
        return known > 0 ? known : configuration.bootstrap.split(separator: ",").count
    }

    /// How long to wait for a broker: less once its connection is known to fail, as it can still have come back.
    func patience(withBroker id: Int32) -> Duration {
        handle.faults.fault(ofBroker: id) == nil
            ? configuration.requestTimeout : min(configuration.requestTimeout, .seconds(1))
    }

    /// `broker 2 (10.0.0.2:9092)`, or without the address while it is not known.
    func name(ofBroker id: Int32) -> String {
        guard let broker = knownBrokers.withLock({ $0[id] }) else { return "broker \(id)" }
        return "broker \(id) (\(broker.host):\(broker.port))"
    }
}
