import Domain
import Operations
import TestSupport
import Testing

/// What is proven by where MirrorMaker 2's mirror towards the live side stands, and by the copies past that.
@Suite struct MirrorMakerEvidenceTests {
    private static let partition = TopicPartition("orders", 0)

    private static func all(_ partitions: Int32) -> [TopicPartition] {
        (0..<partitions).map { TopicPartition("orders", $0) }
    }
    private static let copy = "mm-origin-idc1"
    private static let connector = "mirror-idc2-idc1-orders"

    /// A group consumes on IDC1; the mirror towards it has its position in the Connect cluster there.
    private final class World {
        let live: ScriptedCluster
        let other: ScriptedCluster
        let gatherer: EvidenceGatherer
        let topic: Topic

        init(partitions: Int32 = 1) {
            topic = Topic(
                name: "orders",
                partitions: all(partitions).map {
                    Partition(number: $0.partition, leader: 1, replicas: [1], inSyncReplicas: [1])
                })
            let (live, other) = (
                ScriptedCluster(ScriptedWorld(clusterID: "idc1")), ScriptedCluster(ScriptedWorld(clusterID: "idc2"))
            )
            let nobody = SyncSide("nobody", SyncCalls())
            (self.live, self.other) = (live, other)
            gatherer = EvidenceGatherer(
                ports: EvidenceGatherer.Ports(towardsLive: nobody, towardsOther: nobody),
                groups: EvidenceGatherer.PositionGroups(towardsLive: "idc2.idc1", towardsOther: "idc1.idc2"),
                liveCluster: "idc1",
                connectors: ConnectorMirrors(
                    towardsLive: live, records: other,
                    rule: ProvenanceRule(copyHeaders: [copy]), syncs: nil),
                now: { WallTime(milliseconds: 1_764_000_000_000) })
            for partition in all(partitions) {
                live.update { $0.logs[partition] = ScriptedLog() }
                other.update { $0.logs[partition] = ScriptedLog() }
            }
        }

        /// In every partition, and copied.
        func producedOnLive(_ count: Int) {
            live.update { world in for partition in world.logs.keys { world.logs[partition]?.append(count) } }
            other.update { world in
                for partition in world.logs.keys { world.logs[partition]?.append(count, headers: [copy]) }
            }
        }

        /// Copied back when `isMirrored`.
        func producedOnOther(_ count: Int, isMirrored: Bool = true) {
            other.update { $0.logs[partition]?.append(count) }
            guard isMirrored else { return }
            let end = other.world.logs[partition]?.end ?? 0
            live.update { world in
                world.logs[partition]?.append(count, headers: ["mm-origin-idc2"])
                world.positions[connector] = [partition: Offset(end)]
            }
        }

        func round() async -> [PortError] {
            await EvidenceRound(
                gatherer, live: EvidenceRound.Side(live, topics: [topic]),
                other: EvidenceRound.Side(other, topics: [topic])
            ).read()
        }

        /// Where a group that has committed `committed` on the live side would go on.
        func resume(after committed: Int64) async throws -> Int64? {
            try await resume(after: committed, of: [partition])[0]
        }

        func resume(after committed: Int64, of partitions: [TopicPartition]) async throws -> [Int64?] {
            let commits = Dictionary(uniqueKeysWithValues: partitions.map { ($0, Offset(committed)) })
            let translated = try await gatherer.translate(commits)
            return partitions.map { partition in
                guard case .proven(let position) = translated[partition]?.translation else { return nil }
                return position.offset.rawValue
            }
        }
    }

    @Test func `a position stands past the copies that the mirror passes over without moving`() async throws {
        let world = World()
        world.producedOnOther(3)
        world.producedOnLive(40)
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 43) == 43)
        #expect(try await world.resume(after: 42) == nil)
    }

    @Test func `where the other side produces nothing its mirror has no position, and every record is a copy`()
        async throws
    {
        let world = World()
        world.producedOnLive(40)
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 40) == 40)
        world.producedOnLive(60)
        // Of the copies that have come since, the next round takes the end, and the one after it looks at them.
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 99) == 40)
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 100) == 100)
    }

    @Test func `an empty log has nothing to read`() async throws {
        let world = World()
        world.live.update { $0.logs[Self.partition]?.append(5) }
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 5) == 0)
    }

    @Test func `a local record that no position tells of proves nothing beyond what was proven before it`() async throws
    {
        let world = World()
        world.producedOnLive(40)
        #expect(await world.round() == [])
        world.producedOnOther(1, isMirrored: false)
        world.producedOnLive(9)
        for _ in 0..<3 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 49) == 40)
        world.producedOnOther(1)
        for _ in 0..<2 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 50) == 51)
    }

    @Test func `with a local in the log from the beginning nothing is proven, and it is read once`() async throws {
        let world = World()
        world.producedOnLive(10)
        world.producedOnOther(1, isMirrored: false)
        world.producedOnLive(10)
        for _ in 0..<4 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 20) == nil)
        #expect(world.other.requestedStretches.filter { !$0.isEmpty } == [[Self.partition: 0..<21]])
        // Retention takes it.
        world.other.update { $0.logs[Self.partition]?.deleteRecords(below: 12) }
        for _ in 0..<3 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 20) == 21)
    }

    @Test func `long logs are gone through a part in a round, and prove nothing before their end is reached`()
        async throws
    {
        let world = World()
        world.producedOnLive(50_000)
        for _ in 0..<2 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 50_000) == nil)
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 50_000) == 50_000)
        #expect(
            world.other.requestedStretches.map { $0[Self.partition] } == [0..<20_000, 20_000..<40_000, 40_000..<50_000])
    }

    @Test func `of all logs that are gone through no more is read in a round than the limit`() async throws {
        let world = World(partitions: 8)
        world.producedOnLive(30_000)
        var rounds = 0
        while try await world.resume(after: 30_000, of: Self.all(8)) != Array(repeating: 30_000, count: 8) {
            rounds += 1
            try #require(rounds < 10)
            #expect(await world.round() == [])
        }
        #expect(rounds == 3)
        for stretches in world.other.requestedStretches {
            #expect(stretches.values.reduce(0) { $0 + $1.count } <= 100_000)
        }
    }

    @Test func `positions that cannot be read prove nothing`() async throws {
        let world = World()
        world.producedOnLive(40)
        world.live.fail(.positions, with: PortError(.unreachable, operation: "Fetch", detail: "connection refused"))
        #expect(await world.round().count == 1)
        #expect(try await world.resume(after: 40) == nil)
    }

    @Test func `what was seen of a log says nothing about the log that is created in its place`() async throws {
        let world = World()
        world.producedOnLive(40)
        #expect(await world.round() == [])
        #expect(try await world.resume(after: 40) == 40)
        world.other.update { $0.logs[Self.partition] = ScriptedLog() }
        for _ in 0..<2 { #expect(await world.round() == []) }
        await world.gatherer.released(Self.partition)
        world.other.update { world in
            world.logs[Self.partition]?.append(3, headers: [Self.copy])
            world.logs[Self.partition]?.append(1)
            world.logs[Self.partition]?.append(60, headers: [Self.copy])
        }
        for _ in 0..<3 { #expect(await world.round() == []) }
        #expect(try await world.resume(after: 40) ?? 0 <= 3)
    }
}
