import Domain
import Operations
import TestSupport
import Testing

@testable import KafkaAdapter

@Suite(.serialized, .timeLimit(.minutes(2)))
struct MovedCoordinatorTests {
    @Test func `a coordinator that comes back after requests for it were given up costs nothing`() async throws {
        try await withMockedCluster(requestTimeout: .milliseconds(300)) { world in
            try world.mock.createTopic("orders", partitions: 1)
            _ = try await world.cluster.metadata()
            for round in 0..<3 {
                try world.mock.setDown(broker: 1)
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask {
                            let answer = await world.cluster.committedOffsets(of: "group-\(round)-\(number)")
                            #expect((try? answer.get()) == nil, "an answer from a broker that is down")
                        }
                    }
                }
                try world.mock.setUp(broker: 1)
                await eventually("the broker answers again") {
                    guard (try? await world.cluster.metadata()) != nil else { return false }
                    return (try? await world.cluster.committedOffsets(of: "group-\(round)-after").get()) != nil
                }
            }
            // The handle is closed while given-up requests may still be in it.
            try world.mock.setDown(broker: 1)
            _ = await world.cluster.committedOffsets(of: "last")
        }
    }

    // Kafka's error codes: NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE.
    @Test(arguments: [16, 14, 15] as [Int32])
    func `a coordinator that has moved costs an answer and not the process`(code: Int32) async throws {
        try await withMockedCluster { world in
            try world.mock.createTopic("orders", partitions: 1)
            try world.mock.push([.code(code), .code(code), .code(code), .code(code)], on: .offsetFetch)
            switch await world.cluster.committedOffsets(of: "billing") {
            case .success(let offsets): #expect(offsets.isEmpty)
            case .failure(let error): #expect(error.operation == "OffsetFetch")
            }
            // The handle is still of use.
            try world.mock.clearFaults(on: .offsetFetch)
            #expect(try await world.cluster.metadata().topics.map(\.name) == ["orders"])
        }
    }
}
