import Domain
import Operations
import TestSupport
import Testing

@testable import Sandbox

@Suite(.serialized)
struct PortTests {
    @Test("groups are listed with members, partitions and commits that follow the traffic") func groups() async throws {
        try await withWorld { world in
            try await eventually("billing is stable and has committed") {
                guard let group = try await world.group("billing", on: .idc1) else { return false }
                return group.state == .stable && group.members.count == 2
                    && group.members.allSatisfy { !$0.assignment.isEmpty } && group.offsets?.isEmpty == false
            }
            let group = try #require(try await world.group("billing", on: .idc1))
            #expect(
                Set(group.members.flatMap(\.assignment)) == [
                    TopicPartition("payments", 0), TopicPartition("payments", 1),
                ])
            #expect(try await world.group("billing", on: .idc2) == nil)
            let before = group.offsets
            try await eventually("the commits move") { try await world.group("billing", on: .idc1)?.offsets != before }
        }
    }

    /// A mock cluster makes a topic that is asked for by its name, and then with another number of partitions.
    @Test("every topic is there before anybody can ask for it") func topicsFromTheStart() async throws {
        let world = try World(
            WorldSettings(topics: 6, groups: 6, recordsPerSecond: 1, hasTroubledGroups: false, seed: 1),
            clock: WorldClock(ContinuousClock()), log: { _ in }, mirrors: { _, _, _ in NoMirrors() })
        for idc in IDC.allCases {
            let metadata = try await world.ports(of: idc, connectors: nil).topics.metadata()
            let partitions = Dictionary(uniqueKeysWithValues: metadata.topics.map { ($0.name, $0.partitions.count) })
            for topic in world.topics.all { #expect(partitions[topic.name] == topic.partitions) }
            #expect(partitions["bascule-sync"] == 32)
        }
        await world.close()
    }

    @Test("a group whose consumers were stopped is Empty and keeps its commits") func stopped() async throws {
        try await withWorld { world in
            try await eventually("quote-fanout has committed") {
                try await world.group("quote-fanout", on: .idc1)?.offsets?.isEmpty == false
            }
            await world.applications.stop("quote-fanout", on: .idc1)
            let group = try #require(try await world.group("quote-fanout", on: .idc1))
            #expect(group.state == .empty)
            #expect(group.members.isEmpty)
            #expect(group.offsets?.isEmpty == false)
        }
    }

    @Test("an outside commit is seen until a member commits, and a deleted one is gone") func standIn() async throws {
        try await withWorld(rate: 400) { world in
            try await eventually("order-router has committed") {
                try await world.group("order-router", on: .idc1)?.offsets?.count == 3
            }
            let group = try #require(await world.applications.groups.first { $0.id == "order-router" })
            await world.applications.stop("order-router", on: .idc1)
            let partition = TopicPartition("orders", 0)
            let told = try await world.applications.committed(of: "order-router", on: .idc1, in: [partition])
            world.standIn.write(
                [partition: CommittedOffset(offset: Offset(1))], of: "order-router", on: .idc1, told: told)
            #expect(try await world.group("order-router", on: .idc1)?.offsets?[partition]?.offset == Offset(1))
            try await world.applications.start(group, on: .idc1)
            try await eventually("a member has committed over it") {
                let offset = try await world.group("order-router", on: .idc1)?.offsets?[partition]?.offset
                return offset.map { $0 > Offset(1) } ?? false
            }
            await world.applications.stop("order-router", on: .idc1)
            _ = try await world.inject(.expire(group: "order-router"))
            #expect(try await world.group("order-router", on: .idc1) == nil)
        }
    }

    @Test("a consumer that is told where to begin begins there, whatever is committed") func starts() async throws {
        try await withWorld(rate: 400) { world in
            await eventually("crm-sync has read a hundred records") {
                await world.applications.reached(by: "quote-fanout", on: .idc1).values.contains { $0 > Offset(100) }
            }
            await world.traffic.stop()
            let group = try #require(await world.applications.groups.first { $0.id == "quote-fanout" })
            await eventually("nothing is left to read") {
                let bounds = world.anchors.ranges(of: .idc1)
                let reached = await world.applications.reached(by: "quote-fanout", on: .idc1)
                return reached.count == 3 && reached.allSatisfy { bounds[$0.key]?.logEnd == $0.value }
            }
            await world.applications.stop("quote-fanout", on: .idc1)
            let before = world.truth.duplicates(of: "quote-fanout")
            let starts = (0..<3).map { (TopicPartition("quotes", $0), Offset(10)) }
            let ends = await world.applications.reached(by: "quote-fanout", on: .idc1)
            try await world.applications.start(
                group, on: .idc1, from: Dictionary(uniqueKeysWithValues: starts))
            let again = ends.values.reduce(0) { $0 + $1.rawValue - 10 }
            await eventually(
                """
                everything from offset 10 on is read again: \(ends), \(again) records, of which \
                \(world.truth.duplicates(of: "quote-fanout") - before) were
                """, within: .seconds(60)
            ) { world.truth.duplicates(of: "quote-fanout") - before == again }
        }
    }

    @Test("a member that joins late goes on where the first one is, and does not begin again where the group did")
    func lateMember() async throws {
        try await withWorld(rate: 400) { world in
            await eventually("order-router has read a hundred records") {
                await world.applications.reached(by: "order-router", on: .idc1).values.contains { $0 > Offset(100) }
            }
            await world.traffic.stop()
            await eventually("nothing is left to read") {
                let bounds = world.anchors.ranges(of: .idc1)
                let reached = await world.applications.reached(by: "order-router", on: .idc1)
                return reached.count == 3 && reached.allSatisfy { bounds[$0.key]?.logEnd == $0.value }
            }
            let group = try #require(await world.applications.groups.first { $0.id == "order-router" })
            let ends = await world.applications.reached(by: group.id, on: .idc1)
            await world.applications.stop(group.id, on: .idc1)
            let before = world.truth.duplicates(of: group.id)
            let again = ends.values.reduce(0) { $0 + $1.rawValue - 10 }
            let progress = GroupProgress(from: ends.mapValues { _ in Offset(10) })
            func member(_ number: Int) throws -> Application {
                try Application(
                    group, number, on: world.sites[.idc1], of: progress, truth: world.truth, at: world.clock.uptime(),
                    log: { _ in })
            }
            var members = [try member(1)]
            func work() throws {
                for member in members { try member.work(at: world.clock.uptime()) }
            }
            await eventually("the first one has read everything from offset 10 on", within: .seconds(60)) {
                try? work()
                return ends.allSatisfy { members[0].positions[$0.key] ?? Offset(0) >= $0.value }
            }
            members.append(try member(2))
            await eventually("the partitions are shared, and each has its member", within: .seconds(60)) {
                try? work()
                let positions = members.map(\.positions)
                return positions.allSatisfy { !$0.isEmpty && $0.count < 3 }
                    && positions[0].count + positions[1].count == 3
            }
            await eventually("both are at the ends", within: .seconds(60)) {
                try? work()
                return members.flatMap(\.positions).allSatisfy { $0.value >= ends[$0.key] ?? Offset(0) }
            }
            #expect(world.truth.duplicates(of: group.id) - before == again)
            for member in members { await member.stop() }
        }
    }

    @Test("scripted groups follow the log ends") func scripted() async throws {
        try await withWorld(groups: 2_000) { world in
            try await eventually("there are 2,000 groups, and most have commits") {
                let groups = try await world.groups(on: .idc1)
                return groups.count == 2_000 && groups.count { $0.offsets?.isEmpty == false } > 1_950
            }
            #expect(try await world.groups(on: .idc2).isEmpty)
        }
    }

    @Test("scripted groups stop with what they have committed, and start at what stands on the other side")
    func scriptedMove() async throws {
        try await withWorld(groups: 60) { world in
            let id = ScriptedGroups.name(1)
            try await eventually("it has committed on IDC1") {
                try await world.group(id, on: .idc1)?.offsets?.isEmpty == false
            }
            try await world.act(.move(groups: id, to: .idc2), connectors: PerIDC { _ in Unimplemented() })
            let there = try #require(try await world.group(id, on: .idc1))
            #expect(there.members.isEmpty && there.state == .empty)
            try await eventually("it consumes on IDC2, and has committed there") {
                guard let group = try await world.group(id, on: .idc2) else { return false }
                return group.state == .stable && group.members.count == 2 && group.offsets?.isEmpty == false
            }
            #expect(
                try await world.group(id, on: .idc1)?.offsets == there.offsets,
                "it goes on committing where it was stopped")
            await world.applications.kill(on: .idc2)
            #expect(await world.applications.isRunning(id, on: .idc2) == false)
        }
    }

    @Test("topics have settings, and their partitions are in sync") func topics() async throws {
        try await withWorld { world in
            let ports = world.ports(of: .idc2, connectors: nil)
            let metadata = try await ports.topics.metadata()
            let quotes = try #require(metadata.topics.first { $0.name == "quotes" })
            #expect(quotes.partitions.count == 3)
            #expect(quotes.partitions.allSatisfy { !$0.isUnderReplicated && $0.replicas.count == 3 })
            let settings = try await ports.topics.settings(of: ["quotes", "accounts"])
            #expect(settings.value["accounts"]?.cleanupPolicy == ["compact"])
            #expect(settings.value["quotes"]?.minInSyncReplicas == 2)
        }
    }
}
