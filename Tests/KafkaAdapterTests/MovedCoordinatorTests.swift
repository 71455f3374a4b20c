import Domain
import Operations
import Testing

@testable import KafkaAdapter

@Suite(.serialized, .timeLimit(.minutes(2)))
struct MovedCoordinatorTests {
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
