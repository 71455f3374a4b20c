import Domain
import KafkaAdapter
import Operations
import Synchronization
import Testing

/// A mock cluster with a reader and a producer on it, all closed after the test.
struct MockedCluster {
    let mock: MockCluster
    let cluster: KafkaCluster
    let producer: RecordProducer
    let log: LogLines

    func ranges(of names: String...) async throws -> Partial<[TopicPartition: OffsetRange], PortError> {
        try await cluster.ranges(of: topics(names))
    }

    func topics(_ names: [String]) async throws -> [Topic] {
        try await cluster.metadata().topics.filter { names.contains($0.name) }
    }

    func produce(_ records: [ProducerRecord]) async throws {
        for record in records { try producer.produce(record) }
        try await producer.flush(within: .seconds(20))
        try #require(producer.deliveries.failed == 0)
    }

    /// Records of one partition, numbered, with header names.
    func produce(topic: String, partition: Int32 = 0, headers: [[String]]) async throws {
        try await produce(
            headers.enumerated().map { index, names in
                ProducerRecord(
                    topic: topic, partition: partition, value: Array("\(index)".utf8),
                    headers: names.map { ProducerRecord.Header(name: $0, value: [1]) },
                    timestamp: 1_700_000_000_000 + Int64(index))
            })
    }
}

/// What librdkafka logs.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

func withMockedCluster(
    brokers: Int = 1, requestTimeout: Duration = .seconds(3),
    _ body: (MockedCluster) async throws -> Void
) async throws {
    let mock = try MockCluster.start(brokers: brokers)
    let log = LogLines()
    let configuration = KafkaConfiguration(bootstrap: mock.bootstrap, requestTimeout: requestTimeout)
    let cluster = try KafkaCluster(configuration, log: { log.add($0) })
    let producer = try RecordProducer(configuration, log: { log.add($0) })
    let failure: (any Error)?
    do {
        try await body(MockedCluster(mock: mock, cluster: cluster, producer: producer, log: log))
        failure = nil
    } catch {
        failure = error
    }
    await producer.close()
    await cluster.close()
    await mock.destroy()
    if let failure { throw failure }
}

/// The error that `body` throws, or an issue.
func portError<Value>(
    _ body: () async throws -> Value, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PortError {
    do {
        _ = try await body()
    } catch let error as PortError {
        return error
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    throw NothingThrown()
}

struct NothingThrown: Error {}
