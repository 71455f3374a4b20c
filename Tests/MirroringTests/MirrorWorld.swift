import Domain
import Glibc
import HTTPTransport
import KafkaAdapter
import Operations
import Synchronization
import TestSupport
import Testing

@testable import Mirroring

/// A record as a test reads it from one side.
struct SeenRecord: Hashable, Sendable {
    let partition: Int32
    let offset: Int64
    let record: ProducerRecord

    var value: String { String(decoding: record.value ?? [], as: UTF8.self) }
    func header(_ name: String) -> [UInt8]?? { record.headers.last { $0.name == name }.map(\.value) }
}

/// Two clusters with producers and readers, and workers between them.
struct MirrorWorld: Sendable {
    let configurations: PerIDC<KafkaConfiguration>
    let clusters: PerIDC<KafkaCluster>
    let producers: PerIDC<RecordProducer>
    let timing: MirrorWorkerSettings.Timing
    let log = LogLines()

    init(_ configurations: PerIDC<KafkaConfiguration>, timing: MirrorWorkerSettings.Timing) throws {
        self.configurations = configurations
        self.timing = timing
        clusters = try PerIDC { try KafkaCluster(configurations[$0], log: { _ in }) }
        producers = try PerIDC { try RecordProducer(configurations[$0], log: { _ in }) }
    }

    func close() async {
        for idc in IDC.allCases {
            await producers[idc].close()
            await clusters[idc].close()
        }
    }

    func worker(
        _ topics: String..., id: String? = nil, flows: [ReplicationFlow] = ReplicationFlow.all, throttle: Int? = nil,
        distance: @escaping @Sendable () -> Duration = { .zero }
    ) throws -> MirrorWorker {
        try MirrorWorker(
            MirrorWorkerSettings(
                clusters: configurations, flows: flows, topics: topics.map(Glob.init), listen: .init(port: 0),
                workerID: id, throttle: throttle, timing: timing, distance: distance),
            wallTime: { WallTime(milliseconds: milliseconds()) }, log: { log.add($0) })
    }

    /// Runs `body` beside a worker that is ready, and ends the worker in order.
    func working(_ worker: MirrorWorker, _ body: (MirrorClient) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            do {
                await eventually("the worker is ready: \(log.tail)") { worker.isReady }
                try await body(MirrorClient(port: try #require(worker.port)))
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    func produce(_ topic: String, on idc: IDC, _ values: [String], partition: Int32 = 0) async throws {
        try await produce(
            values.map { ProducerRecord(topic: topic, partition: partition, value: Array($0.utf8)) }, on: idc)
    }

    func produce(_ records: [ProducerRecord], on idc: IDC) async throws {
        for record in records { try producers[idc].produce(record) }
        try await producers[idc].flush(within: .seconds(20))
        try #require(producers[idc].deliveries.failed == 0)
    }

    func end(of partition: TopicPartition, on idc: IDC) async throws -> Int64? {
        let topics = try await clusters[idc].metadata().topics.filter { $0.name == partition.topic }
        return try await clusters[idc].ranges(of: topics).value[partition]?.logEnd.rawValue
    }

    /// Everything that stands in a partition.
    func records(of partition: TopicPartition, on idc: IDC) async throws -> [SeenRecord] {
        let topics = try await clusters[idc].metadata().topics.filter { $0.name == partition.topic }
        let range = try #require(try await clusters[idc].ranges(of: topics).value[partition])
        let configuration = configurations[idc]
        let lane = BlockingLane(label: "test-reads")
        return try await lane.run { () -> Result<[SeenRecord], PortError> in
            do throws(PortError) {
                let bell = QueueBell()
                let reader = try SourceReader(configuration, fetchWait: .milliseconds(10), bell: bell, log: { _ in })
                defer { reader.close() }
                try reader.start([partition: range.logStart.rawValue])
                var seen: [SeenRecord] = []
                let deadline = ContinuousClock().now.advanced(by: .seconds(30))
                while ContinuousClock().now < deadline {
                    let count = reader.read()
                    for index in 0..<count {
                        switch reader.item(index) {
                        case .record(let record):
                            seen.append(
                                SeenRecord(
                                    partition: record.partition, offset: record.offset,
                                    record: record.detached(topic: partition.topic, partition: nil, adding: [])))
                        case .end(_, let offset) where offset >= range.logEnd.rawValue: return .success(seen)
                        case .end, .outOfRange, .failed, nil: break
                        }
                    }
                    if count == 0 { bell.wait(milliseconds: 20) }
                }
                return .failure(PortError(.timedOut, operation: "test", detail: "\(partition) was not read to its end"))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    func values(of topic: String, partition: Int32 = 0, on idc: IDC) async throws -> [String] {
        try await records(of: TopicPartition(topic, partition), on: idc).map(\.value)
    }

    func copied(_ topic: String, _ count: Int64, partition: Int32 = 0, on idc: IDC) async throws {
        try await eventually("\(topic)-\(partition) on \(idc.rawValue) holds \(count) records: \(log.tail)") {
            try await end(of: TopicPartition(topic, partition), on: idc) == count
        }
    }

    func committed(_ partition: TopicPartition, from: IDC) async throws -> CommittedCut? {
        let group = try PositionGroup(
            configurations[from], group: MirrorCommit.group(from: from.rawValue, to: from.other.rawValue),
            log: { _ in })
        let cut = try await group.committed([partition])[partition]
        await group.close()
        return cut
    }
}

/// A worker's REST interface as a client sees it.
struct MirrorClient: Sendable {
    let address: HTTPAddress
    private let client = HTTPClient(limits: HTTPLimits())

    init(port: UInt16) throws {
        address = try HTTPAddress("http://127.0.0.1:\(port)")
    }

    @discardableResult
    func ask(_ method: HTTPMethod, _ path: String, body: String? = nil) async throws -> (status: Int, text: String) {
        let response = try await client.send(
            HTTPRequest(
                method, address, path: path,
                headers: body == nil ? [] : [HTTPHeader("Content-Type", "application/json")],
                body: body.map { Array($0.utf8) }))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// Waits for a text in a connector's status.
    func status(of name: String, has text: String) async throws {
        try await eventually("the status of \(name) has \(text)") {
            try await ask(.get, "/connectors/\(name)/status").text.contains(text)
        }
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var tail: String { all.suffix(8).joined(separator: " | ") }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

/// Two mock clusters with topics and the control topics of the worker.
func withMockWorld(
    topics: [String: Int], _ body: (MirrorWorld, PerIDC<MockCluster>) async throws -> Void
) async throws {
    let mocks = try PerIDC { _ in try MockCluster.start(brokers: 1) }
    for idc in IDC.allCases {
        for (topic, partitions) in topics { try mocks[idc].createTopic(topic, partitions: partitions) }
        for topic in [
            "bascule-mirrors", "bascule-mirror-status", "bascule-dlq-\(idc.other.rawValue)-\(idc.rawValue)",
        ] { try mocks[idc].createTopic(topic, partitions: 1) }
    }
    let world = try MirrorWorld(
        PerIDC { KafkaConfiguration(bootstrap: mocks[$0].bootstrap) }, timing: .mock)
    let failure: (any Error)?
    do {
        try await body(world, mocks)
        failure = nil
    } catch {
        failure = error
    }
    await world.close()
    for idc in IDC.allCases { await mocks[idc].destroy() }
    if let failure { throw failure }
}
