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
                try await world.mock.setUp(broker: 1)
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

    @Test func `requests that wait for a coordinator for too long are left behind with their handle`() async throws {
        let mock = try MockCluster.start(brokers: 1)
        try mock.createTopic("orders", partitions: 1)
        let cluster = try KafkaCluster(
            KafkaConfiguration(bootstrap: mock.bootstrap, requestTimeout: .milliseconds(300)), log: { _ in },
            longestWait: .milliseconds(1))
        _ = try await cluster.metadata()
        func pointer() throws -> OpaquePointer { try cluster.handle.borrow("look") { $0 } }
        let first = try pointer()
        #expect(try pointer() == first, "nothing waits, so nothing is made anew")
        try mock.setDown(broker: 1)
        #expect((try? await cluster.committedOffsets(of: "billing").get()) == nil)
        #expect(try pointer() != first)
        try await mock.setUp(broker: 1)
        // Its requests could wait for longer than a millisecond, and then one more handle is made.
        await eventually("the coordinator answers again") {
            (try? await cluster.committedOffsets(of: "billing").get()) != nil
        }
        let last = try pointer()
        #expect(try pointer() == last, "what was answered does not wait")
        await cluster.close()
        await mock.destroy()
    }

    @Test func `an answer that the coordinator is another one makes the handle anew, but not again and again`()
        async throws
    {
        let mock = try MockCluster.start(brokers: 1)
        try mock.createTopic("orders", partitions: 1)
        for (longestDetour, isMadeAnew) in [(Duration.zero, true), (.seconds(900), false)] {
            let cluster = try KafkaCluster(
                KafkaConfiguration(bootstrap: mock.bootstrap, requestTimeout: .seconds(5)), log: { _ in },
                longestDetour: longestDetour)
            func pointer() throws -> OpaquePointer { try cluster.handle.borrow("look") { $0 } }
            let first = try pointer()
            await eventually("the coordinator answers") {
                (try? await cluster.committedOffsets(of: "billing").get()) != nil
            }
            #expect(try pointer() == first)
            try mock.push([.code(16)], on: .offsetFetch)
            switch await cluster.committedOffsets(of: "billing") {
            case .success: Issue.record("NOT_COORDINATOR passed for an answer")
            case .failure(let error): #expect(error.isOfMovedCoordinator, "\(error)")
            }
            #expect(try (pointer() != first) == isMadeAnew)
            #expect(try await cluster.committedOffsets(of: "billing").get().isEmpty)
            await cluster.close()
        }
        await mock.destroy()
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
