import Domain
import Operations
import TestSupport
import Testing

@testable import Sandbox

@Suite(.serialized)
struct FaultTests {
    @Test("a broker that is down is in no list and no ISR, and consumers and producers go on") func broker()
        async throws
    {
        try await withWorld { world in
            let ports = world.ports(of: .idc1, connectors: nil)
            try await eventually("billing is stable") { try await world.group("billing", on: .idc1)?.state == .stable }
            _ = try await world.inject(.killBroker(.idc1, 2))
            let metadata = try await ports.topics.metadata()
            #expect(metadata.brokers.map(\.id).sorted() == [1, 3])
            let partitions = metadata.topics.flatMap(\.partitions)
            #expect(partitions.allSatisfy { $0.leader != nil && $0.leader != 2 && $0.isUnderReplicated })
            let produced = await world.traffic.produced
            let processed = world.truth.processed
            await eventually("records are produced and processed without broker 2") {
                await world.traffic.produced > produced + 200 && world.truth.processed > processed + 200
            }
            _ = try await world.inject(.restoreBroker(.idc1, 2))
            try await eventually("broker 2 is back and everything in sync") {
                let metadata = try await ports.topics.metadata()
                return metadata.brokers.count == 3
                    && metadata.topics.allSatisfy { $0.partitions.allSatisfy { !$0.isUnderReplicated } }
            }
        }
    }

    @Test("a cut IDC answers nothing, takes no traffic, and comes back") func cut() async throws {
        try await withWorld { world in
            let ports = world.ports(of: .idc1, connectors: nil)
            try await eventually("billing is stable") { try await world.group("billing", on: .idc1)?.state == .stable }
            _ = try await world.inject(.cut(.idc1))
            await #expect(throws: PortError.self) { try await ports.topics.metadata() }
            await #expect(throws: PortError.self) { try await ports.groups.groups { _ in true } }
            #expect(try await world.router.configured().split == TrafficSplit(idc1: 0, idc2: 100))
            let metadata = try await world.ports(of: .idc2, connectors: nil).topics.metadata()
            #expect(metadata.brokers.count == 3)
            _ = try await world.inject(.heal(.idc1))
            await eventually("billing has members again") {
                (try? await world.group("billing", on: .idc1))?.state == .stable
            }
        }
    }

    @Test("a consumer on the wrong side is a member there until it is stopped") func wrongSide() async throws {
        try await withWorld { world in
            try await eventually("billing is stable") { try await world.group("billing", on: .idc1)?.state == .stable }
            _ = try await world.inject(.wrongSide(group: "billing"))
            try await eventually("billing has a member in IDC2 too") {
                try await world.group("billing", on: .idc2)?.members.isEmpty == false
            }
            _ = try await world.inject(.rightSide(group: "billing"))
            #expect(try await world.group("billing", on: .idc2)?.members.isEmpty ?? true)
            await #expect(throws: PortError.self) { try await world.inject(.wrongSide(group: "nobody")) }
        }
    }

    @Test("new topics have the partitions that the fault says") func topics() async throws {
        try await withWorld { world in
            _ = try await world.inject(.unmirrored(topic: "forgotten"))
            _ = try await world.inject(.partitionsDiffer(topic: "uneven"))
            let one = try await world.ports(of: .idc1, connectors: nil).topics.metadata()
            let two = try await world.ports(of: .idc2, connectors: nil).topics.metadata()
            func count(_ name: String, _ metadata: ClusterMetadata) -> Int? {
                metadata.topics.first { $0.name == name }?.partitions.count
            }
            #expect(count("forgotten", one) == 2 && count("forgotten", two) == 2)
            #expect(count("uneven", one) == 3 && count("uneven", two) == 2)
            #expect(!world.topics.mirrored.contains("forgotten"))
            await #expect(throws: PortError.self) { try await world.inject(.unmirrored(topic: "quotes")) }
        }
    }

    @Test("a flood makes the log drop its oldest records") func flood() async throws {
        try await withWorld(topics: 7) { world in
            _ = try await world.inject(.flood(topic: "notices", .idc1))
            await eventually("the log of notices starts later") {
                let range = world.anchors.ranges(of: .idc1)[TopicPartition("notices", 0)]
                return range.map { $0.logStart > Offset(0) } ?? false
            }
        }
    }

    @Test("records past the router reach an IDC that has no weight") func stray() async throws {
        try await withWorld { world in
            try await world.router.set(try #require(TrafficSplit(idc1: 100, idc2: 0)))
            _ = try await world.inject(.stray(.idc2, recordsPerSecond: 300))
            await eventually("IDC2's logs grow") {
                world.anchors.ranges(of: .idc2).values.reduce(0) { $0 + $1.logEnd.rawValue } > 200
            }
        }
    }
}
