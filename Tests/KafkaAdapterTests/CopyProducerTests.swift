import Domain
import Operations
import TestSupport
import Testing

@testable import KafkaAdapter

/// What writes a mirror's copies, on a target that hands out no producer ids yet.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct CopyProducerTests {
    @Test func `records are taken once the target hands out producer ids, and not before`() async throws {
        try await withMockedCluster { world in
            for topic in ["source", "target"] { try world.mock.createTopic(topic, partitions: 1) }
            try await world.produce([ProducerRecord(topic: "source", partition: 0, value: [7])])
            let coordinatorLoads = MockCluster.Fault.code(14)
            try world.mock.push(Array(repeating: coordinatorLoads, count: 1_000), on: .initProducerId)
            let (mock, log, configuration) = (world.mock, world.log, world.cluster.configuration)
            let lane = BlockingLane(label: "loop")
            let refusals = try await lane.run { () -> Result<(Int, Int64?), PortError> in
                do throws(PortError) {
                    return .success(
                        try Self.copy(configuration, log: log) { () throws(PortError) in
                            try mock.clearFaults(on: .initProducerId)
                        })
                } catch {
                    return .failure(error)
                }
            }.get()
            #expect(refusals.0 >= 3)
            #expect(refusals.1 == 0)
        }
    }

    /// Copies one record as the mirror's loop does, and calls `relent` once ids were refused three times.
    ///
    /// - Returns: how often the producer had no room until then, and where the copy stands at last.
    private static func copy(
        _ configuration: KafkaConfiguration, log: LogLines, relent: () throws(PortError) -> Void
    ) throws(PortError) -> (full: Int, offset: Int64?) {
        let bell = QueueBell()
        let reader = try SourceReader(configuration, fetchWait: .milliseconds(10), bell: bell, log: { _ in })
        defer { reader.close() }
        let producer = try CopyProducer(configuration, batchBytes: 1_000_000, bell: bell, log: { log.add($0) })
        defer { producer.close() }
        try reader.start([TopicPartition("source", 0): 0])
        let deadline = ContinuousClock().now.advanced(by: .seconds(60))
        var isRelented = false
        var isQueued = false
        var full = 0
        var offset: Int64?
        var hasRecord = false
        while offset == nil, ContinuousClock().now < deadline {
            if !hasRecord { hasRecord = reader.read() > 0 }
            if !isQueued, hasRecord, case .record(let record)? = reader.item(0) {
                switch producer.copy(record, to: "target", provenance: [1], timestamp: nil, tag: 1) {
                case .queued:
                    guard isRelented else { return (full, nil) }
                    isQueued = true
                case .full: full += 1
                case .refused(let refusal):
                    throw PortError(.failed, operation: "copy", detail: refusal.reason)
                }
            }
            if !isRelented, full >= 3, log.all.filter({ $0.contains("Failed to acquire idempotence PID") }).count >= 3 {
                isRelented = true
                try relent()
            }
            producer.deliveries { delivery in
                if case .acknowledged(_, let place) = delivery { offset = place }
            }
            bell.wait(milliseconds: 20)
        }
        return (full, offset)
    }
}
