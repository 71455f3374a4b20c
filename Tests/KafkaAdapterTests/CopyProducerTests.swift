import Domain
import Operations
import TestSupport
import Testing

@testable import KafkaAdapter

/// What writes a mirror's copies, on targets that are late or refuse.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CopyProducerTests {
    @Test func `records are taken once the target hands out producer ids, and not before`() async throws {
        try await withWorld([ProducerRecord(topic: "source", partition: 0, value: [7])]) { world in
            let (mock, log) = (world.mock, world.log)
            try mock.push(Array(repeating: .code(14), count: 1_000), on: .initProducerId)
            let end = try await MirroringThread.run(world) { thread throws(PortError) in
                var full = 0
                try thread.wait("three refusals of an id") { () throws(PortError) in
                    thread.turn(copying: 1)
                    guard thread.taken == 0 else {
                        throw PortError(.failed, operation: "copy", detail: "taken before there was an id")
                    }
                    if thread.isFull { full += 1 }
                    let refusals = log.all.count { $0.contains("Failed to acquire idempotence PID") }
                    return full >= 3 && refusals >= 3
                }
                try mock.clearFaults(on: .initProducerId)
                try thread.wait("the copy") {
                    thread.turn(copying: 1)
                    return thread.report.acknowledged.count == 1
                }
                return thread.report
            }
            #expect(end.acknowledged == [1] && end.offsets == [0])
        }
    }

    @Test("of a late target's partition four records are handed over, and the rest whole and in order when it answers")
    func late() async throws {
        let records = (0..<60).map { index in
            ProducerRecord(
                topic: "source", partition: 0, key: [nil, [], Array("key \(index)".utf8)][index % 3],
                value: index % 7 == 0 ? nil : index % 7 == 1 ? [] : Array(repeating: UInt8(index), count: index * 100),
                headers: index % 2 == 0
                    ? [] : [.init(name: "of", value: [UInt8(index)]), .init(name: "null", value: nil)],
                timestamp: 1_700_000_000_000 + Int64(index))
        }
        try await withWorld(records) { world in
            let mock = world.mock
            try mock.push(Array(repeating: .notEnoughReplicas, count: 10_000), on: .produce)
            let (late, end) = try await MirroringThread.run(world) { thread throws(PortError) in
                try thread.wait("60 records taken") {
                    thread.turn(copying: 60)
                    return thread.taken == 60
                }
                // What lent them is given back.
                thread.turn(copying: 60)
                let late = thread.report
                try mock.clearFaults(on: .produce)
                try thread.wait("60 copies") {
                    thread.turn(copying: 60)
                    return thread.report.acknowledged.count == 60
                }
                return (late, thread.report)
            }
            #expect(late.handedOver == 4 && late.queued == 60 && late.acknowledged.isEmpty)
            #expect(end.acknowledged == Array(1...60) && end.offsets == Array(0..<60) && end.queued == 0)
            let copies = try await MirroringThread.run(world) { thread throws(PortError) in
                try thread.read(60, of: "target")
            }
            #expect(
                copies
                    == records.map { record in
                        ProducerRecord(
                            topic: "target", partition: 0, key: record.key, value: record.value,
                            headers: record.headers + [.init(name: ProvenanceHeader.name, value: [1])],
                            timestamp: record.timestamp)
                    })
        }
    }

    @Test func `what waits behind a record that is refused is not written without it`() async throws {
        try await withWorld(
            (0..<11).map { ProducerRecord(topic: "source", partition: 1, value: [$0]) }, partitions: 2
        ) { world in
            // The producer learns how many partitions there are when it has been given the first ten.
            try world.mock.setRoundTrip(.milliseconds(300))
            let end = try await MirroringThread.run(world, partition: 1) { thread throws(PortError) in
                try thread.wait("10 records taken") {
                    thread.turn(copying: 10)
                    return thread.taken == 10
                }
                try thread.wait("4 refusals") {
                    thread.turn(copying: 10)
                    return thread.report.refused.count >= 4
                }
                try thread.wait("one more, not taken") {
                    thread.turn(copying: 11)
                    return thread.isFull
                }
                thread.producer.settle(within: .seconds(10)) { thread.take($0) }
                return thread.report
            }
            #expect(end.refused == [1, 2, 3, 4])
            #expect(end.abandoned == [5, 6, 7, 8, 9, 10])
            #expect(end.queued == 0 && end.acknowledged.isEmpty)
        }
    }

    @Test func `what waits is given up when the producer settles`() async throws {
        try await withWorld(
            (0..<20).map { ProducerRecord(topic: "source", partition: 0, value: [$0]) }
        ) { world in
            try world.mock.push(Array(repeating: .notEnoughReplicas, count: 10_000), on: .produce)
            let end = try await MirroringThread.run(world) { thread throws(PortError) in
                try thread.wait("20 records taken") {
                    thread.turn(copying: 20)
                    return thread.taken == 20
                }
                thread.producer.settle(within: .seconds(10)) { thread.take($0) }
                return thread.report
            }
            #expect(end.abandoned.sorted() == Array(1...20) && end.queued == 0)
        }
    }

    /// The records in `source`, of so many partitions and one more than that of the records; `target` has one.
    private func withWorld(
        _ records: [ProducerRecord], partitions: Int = 1, _ body: (MockedCluster) async throws -> Void
    ) async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("source", partitions: partitions)
            try world.mock.createTopic("target", partitions: 1)
            try await world.produce(records)
            try await body(world)
        }
    }
}

/// A reader of `source` and a producer to `target`, used as the mirror's loop uses them: a record's tag is its offset
/// and one more.
private final class MirroringThread {
    /// Tags, in the order in which they were told.
    struct Report {
        var acknowledged: [UInt] = []
        var offsets: [Int64] = []
        var refused: [UInt] = []
        var abandoned: [UInt] = []
        var handedOver = 0
        var queued = 0
    }

    let producer: CopyProducer
    private(set) var taken = 0
    /// Whether the last turn ended because the producer had no room.
    private(set) var isFull = false
    private var told = Report()
    private let reader: SourceReader
    private var items = (next: 0, count: 0)
    private let partition: Int32
    private let bell = QueueBell()
    private let deadline = ContinuousClock().now.advanced(by: .seconds(60))

    private init(_ world: MockedCluster, partition: Int32) throws(PortError) {
        self.partition = partition
        let configuration = world.cluster.configuration
        reader = try SourceReader(configuration, fetchWait: .milliseconds(10), bell: bell, log: { _ in })
        let log = world.log
        producer = try CopyProducer(configuration, batchBytes: 1_000_000, bell: bell, log: { log.add($0) })
    }

    /// Runs a trial on one thread, which reader and producer want.
    static func run<Value: Sendable>(
        _ world: MockedCluster, partition: Int32 = 0,
        _ body: @escaping @Sendable (MirroringThread) throws(PortError) -> Value
    ) async throws -> Value {
        try await BlockingLane(label: "mirroring").run { () -> Result<Value, PortError> in
            do throws(PortError) {
                let thread = try MirroringThread(world, partition: partition)
                defer {
                    thread.producer.close()
                    thread.reader.close()
                }
                try thread.reader.start([TopicPartition("source", partition): 0])
                return .success(try body(thread))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    func wait(_ what: String, until condition: () throws(PortError) -> Bool) throws(PortError) {
        while try !condition() {
            guard ContinuousClock().now < deadline else {
                throw PortError(
                    .timedOut, operation: what,
                    detail: "\(taken) taken, \(report)")
            }
            bell.wait(milliseconds: 20)
        }
    }

    /// Takes the answers and copies what is there, up to so many records in all; beyond them one is offered only.
    func turn(copying most: Int) {
        producer.deliveries { take($0) }
        isFull = false
        if items.next == items.count { items = (0, reader.read()) }
        while items.next < items.count, taken < most {
            guard case .record(let record)? = reader.item(items.next) else {
                items.next += 1
                continue
            }
            let outcome = producer.copy(
                record, to: "target", provenance: [1], timestamp: record.timestamp, tag: UInt(record.offset) + 1)
            guard case .queued = outcome else {
                isFull = true
                return
            }
            taken += 1
            items.next += 1
        }
    }

    var report: Report {
        var report = told
        report.handedOver = producer.handedOver
        report.queued = producer.queued
        return report
    }

    func take(_ delivery: CopyProducer.Delivery) {
        switch delivery {
        case .acknowledged(let tag, let offset): acknowledge(tag, offset)
        case .acknowledgedSomewhere(let tag): acknowledge(tag, -1)
        case .refused(let tag, _): told.refused.append(tag)
        case .abandoned(let tag): told.abandoned.append(tag)
        }
    }

    private func acknowledge(_ tag: UInt, _ offset: Int64) {
        told.acknowledged.append(tag)
        told.offsets.append(offset)
    }

    /// So many records of a topic's partition, from its beginning.
    func read(_ count: Int, of topic: String) throws(PortError) -> [ProducerRecord] {
        try reader.start([TopicPartition(topic, partition): 0])
        var records: [ProducerRecord] = []
        try wait("\(count) records of \(topic)") {
            for index in 0..<reader.read() {
                guard case .record(let record)? = reader.item(index), record.topic == topic else { continue }
                records.append(record.detached(topic: topic, partition: record.partition, adding: []))
            }
            return records.count >= count
        }
        return records
    }
}
