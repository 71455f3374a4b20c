import Domain
import Operations
import TestSupport
import Testing

@Suite struct `The collector's view of mirrors` {
    private static let place = TopicPartition(CollectFixture.topic, 0)
    private static let name = "mirror-idc1-idc2-orders"

    /// Runs until both directions are RUNNING with figures, then goes on with `body`.
    private func whenSettled(
        _ fixture: CollectFixture, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async rethrows {
        try await fixture.run {
            await fixture.see("all is read", sourceLocation: sourceLocation) { snapshot in
                IDC.allCases.allSatisfy {
                    snapshot.flow($0)?.state.current == .running && snapshot.flow($0)?.toScan != nil
                        && snapshot.clusters[$0].settings.current != nil
                }
            }
            try await body()
        }
    }

    @Test func `a paused mirror shows PAUSED and exactly what it has to copy`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            fixture.clusters.idc2.update { $0.change(Self.name, to: .paused) }
            fixture.produce(25, on: .idc1)
            // Copies from the other side are to scan, not to copy.
            fixture.produce(10, on: .idc2)
            fixture.copy(10, from: .idc2)
            await fixture.see("it is PAUSED with 25 to copy") {
                $0.flow(.idc1)?.state.current == .paused && $0.flow(.idc1)?.toCopy == Estimate(25, isExact: true)
            }
            #expect(fixture.newest?.flow(.idc1)?.toScan == 35)
            #expect(fixture.newest?.flow(.idc1)?.timeUntilLoss.map { $0 <= .seconds(7 * 86_400) } == true)
            #expect(fixture.newest?.events.contains { $0.text == "\(Self.name) PAUSED" } == true)
            #expect(fixture.newest?.overall == .warning)
        }
    }

    @Test func `of a source that is gone stays what was to be copied, and when that was read`() async throws {
        let fixture = try CollectFixture()
        try await whenSettled(fixture) {
            fixture.clusters.idc2.update { $0.change(Self.name, to: .paused) }
            fixture.produce(25, on: .idc1)
            await fixture.see("25 are to copy") { $0.flow(.idc1)?.toCopy == Estimate(25, isExact: true) }
            let before = try #require(fixture.newest?.flow(.idc1)?.lag)
            #expect(before.records == 25)
            #expect(before.precision == .exact)
            fixture.clusters.idc1.fail(
                .ranges, with: PortError(.unreachable, operation: "ListOffsets", detail: "connection refused"))
            await fixture.see("nothing is said of now") { $0.flow(.idc1)?.toCopy == nil }
            let last = try #require(fixture.newest?.flow(.idc1)?.lag)
            await fixture.pass(12)
            #expect(last.records == 25)
            #expect(last.readAt >= before.readAt)
            #expect(fixture.newest?.flow(.idc1)?.lag == last)
            #expect(fixture.newest?.stranded(on: .idc1)?.isCurrent == false)
            // Nobody mirrors it any more: what is produced from now on stays as well.
            fixture.clusters.idc2.update { $0.connectors = [] }
            await fixture.see("no mirror") { $0.flow(.idc1)?.state.current == MirrorState.none }
            #expect(fixture.newest?.flow(.idc1)?.lag == nil)
        }
    }

    @Test func `a failed task under a RUNNING connector is FAILED with the trace's first line`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            fixture.clusters.idc2.update { world in
                world.connectors = [
                    Connector(
                        name: Self.name, type: "source", state: .running, workerID: "w",
                        tasks: [ConnectorTask(id: 0, state: .failed, workerID: "w", trace: "Too large\n\tat x")],
                        config: CollectFixture.mirrorConfig(of: "orders", from: .idc1))
                ]
            }
            await fixture.see("it is FAILED") { $0.flow(.idc1)?.state.current == .failed(reason: "Too large") }
            #expect(fixture.newest?.overall == .critical)
        }
    }

    @Test func `a mirror with records to copy that stands still is not flowing, one with records to scan is`()
        async throws
    {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            // The way from IDC1 is stuck; the way back works, so IDC1 fills with copies too.
            await fixture.pass(14) {
                fixture.produce(5, on: .idc1)
                fixture.produce(5, on: .idc2)
                fixture.copy(5, from: .idc2)
            }
            await fixture.see("IDC1 to IDC2 is not flowing") {
                if case .notFlowing = $0.flow(.idc1)?.state.current { return true }
                return false
            }
            #expect(fixture.newest?.flow(.idc2)?.state.current == .running)
            fixture.copy(70, from: .idc1)
            await fixture.see("it flows again") { $0.flow(.idc1)?.state.current == .running }
        }
    }

    @Test func `a position that Connect writes down late is not taken for a stop`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            for _ in 0..<25 {
                await fixture.pass(1) {
                    fixture.produce(5, on: .idc1)
                    // Copied, but the position stays where it was.
                    fixture.clusters.idc2.update { $0.logs[Self.place]?.append(5, headers: ["mm-origin-idc1"]) }
                }
                if case .notFlowing = fixture.newest?.flow(.idc1)?.state.current {
                    Issue.record("a flowing mirror was called not flowing")
                }
            }
        }
    }

    @Test func `a quiet direction is well, however much there is to scan`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            await fixture.pass(15) {
                fixture.produce(20, on: .idc1)
                fixture.copy(20, from: .idc1)
            }
            await fixture.see("nothing is to copy and much is to scan") {
                $0.flow(.idc2)?.toCopy == Estimate(0, isExact: true) && ($0.flow(.idc2)?.toScan ?? 0) >= 200
            }
            #expect(fixture.newest?.flow(.idc2)?.state.current == .running)
        }
    }

    @Test func `records that retention took before they were copied are counted`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            fixture.clusters.idc2.update { $0.change(Self.name, to: .stopped) }
            fixture.produce(25, on: .idc1)
            fixture.produce(10, on: .idc2)
            fixture.copy(10, from: .idc2)
            await fixture.see("25 are to copy") { $0.flow(.idc1)?.toCopy == Estimate(25, isExact: true) }
            fixture.clusters.idc1.update { $0.logs[Self.place]?.deleteRecords(below: 30) }
            await fixture.see("25 are gone") { $0.flow(.idc1)?.state.current == .overtaken(missing: 25) }
        }
    }

    @Test func `retention over copies alone is no loss`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            await fixture.pass(4) {
                fixture.produce(20, on: .idc1)
                fixture.copy(20, from: .idc1)
            }
            await fixture.see("all of them were seen") {
                $0.flow(.idc2)?.toCopy == Estimate(0, isExact: true) && ($0.flow(.idc2)?.toScan ?? 0) >= 80
            }
            fixture.clusters.idc2.update { $0.logs[Self.place]?.deleteRecords(below: 60) }
            await fixture.see("the log starts later") { ($0.flow(.idc2)?.toScan ?? 99) <= 40 }
            await fixture.pass(12)
            #expect(fixture.newest?.flow(.idc2)?.state.current == .running)
        }
    }

    @Test func `a live topic without a job is none, and unknown while Connect cannot be read`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc2.update { $0.connectors = [] }
        await fixture.run {
            await fixture.see("IDC1 to IDC2 is none") { $0.flow(.idc1)?.state.current == MirrorState.none }
            #expect(fixture.newest?.flow(.idc1)?.toCopy == nil)
            fixture.clusters.idc2.fail(
                .connectors, with: PortError(.unreachable, operation: "GET /connectors", detail: "connection refused"))
            await fixture.see("none is stale") {
                if case .stale(.none, _, _)? = $0.flow(.idc1)?.state { return true }
                return false
            }
        }
        let other = try CollectFixture()
        other.clusters.idc2.update { world in
            world.connectors = []
            world.partialFailures[.connectors] = [
                PortError(.malformed, operation: "GET /connectors", detail: "one is odd")
            ]
        }
        await other.run {
            await other.see("it is unavailable") { $0.flow(.idc1)?.state.unavailability?.kind == .malformed }
            #expect(other.newest?.flow(.idc1)?.state.lastKnown == nil)
        }
    }

    @Test func `partitions that differ, a missing topic and a second job are told apart`() async throws {
        let fixture = try CollectFixture(topics: ["orders": 1, "wide": 2, "lonely": 1])
        fixture.clusters.idc2.update { world in
            world.metadata = ScriptedWorld(clusterID: "two", topics: ["orders": 1, "wide": 3]).metadata
            world.connectors.append(
                Connector(
                    name: "second", type: "source", state: .running, workerID: "w",
                    tasks: [ConnectorTask(id: 0, state: .running, workerID: "w")],
                    config: CollectFixture.mirrorConfig(of: "orders", from: .idc1)))
        }
        try await fixture.run {
            await fixture.see("all is read") { snapshot in
                snapshot.mirrors.count == 3 && IDC.allCases.allSatisfy { snapshot.flow($0)?.state.current != nil }
            }
            await fixture.see("partitions differ") {
                $0.flow(.idc1, "wide")?.state.current == .partitionsDiffer(source: 2, target: 3)
            }
            let snapshot = try #require(fixture.newest)
            #expect(snapshot.flow(.idc1, "lonely")?.state.current == .topicMissing)
            guard case .double(let reason)? = snapshot.flow(.idc1)?.state.current else {
                Issue.record("the second job was not seen")
                return
            }
            #expect(reason.contains("second"))
            #expect(snapshot.flow(.idc1)?.connectors == [Self.name, "second"])
            #expect(snapshot.mirrors.first { $0.topic == "lonely" }?.partitionCounts.idc2 == Int?.none)
        }
    }

    @Test func `an unassigned task counts down Connect's delay`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            fixture.clusters.idc2.update { $0.change(Self.name, to: .unassigned) }
            await fixture.see("it is UNASSIGNED until then") {
                guard case .unassigned(let until?)? = $0.flow(.idc1)?.state.current else { return false }
                return until > $0.at && until <= $0.at.advanced(by: .seconds(300))
            }
        }
    }

    @Test func `an unassigned mirror of Bascule's workers has no delay to wait for`() async throws {
        let fixture = try CollectFixture()
        await whenSettled(fixture) {
            // The other way MirrorMaker would not know its header.
            fixture.clusters.idc1.update { $0.connectors = [] }
            fixture.clusters.idc2.update { world in
                world.connectors = [
                    Connector(
                        name: Self.name, type: "source", state: .running, workerID: "w",
                        tasks: [ConnectorTask(id: 0, state: .unassigned, workerID: "")],
                        config: [
                            "connector.class": "bascule.MirrorConnector", "topic": "orders", "from": "idc1",
                            "to": "idc2",
                        ])
                ]
            }
            await fixture.see("it is UNASSIGNED, and what to do about it") {
                $0.flow(.idc1)?.state.current == .unassigned(until: nil)
                    && $0.alerts.contains { $0.text.contains("no worker has taken it over yet") }
            }
        }
    }

    @Test func `the position of a sink mirror is its group's commit`() async throws {
        let rules = try MirrorRecognition(
            kind: .sink, sinkPattern: "sink-(?<topic>.+)-(?<from>idc1|idc2)", originHeader: "x-origin")
        let fixture = try CollectFixture(recognition: rules)
        fixture.clusters.idc2.update { $0.connectors = [] }
        fixture.clusters.idc1.update { world in
            world.connectors = [
                Connector(
                    name: "sink-orders-idc1", type: "sink", state: .running, workerID: "w",
                    tasks: [ConnectorTask(id: 0, state: .running, workerID: "w")],
                    config: ["connector.class": "org.example.KafkaSink", "topics": "orders"])
            ]
            world.groups = [
                ConsumerGroup(
                    id: "connect-sink-orders-idc1", state: .empty, protocolType: "consumer", members: [],
                    offsets: [Self.place: CommittedOffset(offset: Offset(3))])
            ]
            world.logs[Self.place]?.append(8)
            world.logs[Self.place]?.append(2, headers: ["x-origin"])
        }
        await fixture.run {
            await fixture.see("five are to copy, seven to scan") {
                $0.flow(.idc1)?.toCopy == Estimate(5, isExact: true) && $0.flow(.idc1)?.toScan == 7
            }
            #expect(fixture.newest?.groups == [], "the group that carries the position is not shown")
            #expect(fixture.newest?.flow(.idc1)?.kind == .sink)
        }
    }

    @Test func `a topic that is left out has no alarm`() async throws {
        let fixture = try CollectFixture(topics: ["orders": 1, "__internal": 1])
        await whenSettled(fixture) {
            // Named by a mirror, but never to be mirrored.
            let row = fixture.newest?.mirrors.first { $0.topic == "__internal" }
            #expect(row?.flows.idc1.state.lastKnown != MirrorState.none)
            #expect(fixture.newest?.alerts.contains { $0.text.contains("Nothing mirrors") } == false)
        }
    }
}

@Suite struct `The collector's view of groups` {
    private static func group(
        _ id: String, _ members: Int, committed: Int64?, state: GroupState? = nil
    ) -> ConsumerGroup {
        let place = TopicPartition(CollectFixture.topic, 0)
        return ConsumerGroup(
            id: id, state: state ?? (members > 0 ? .stable : .empty), protocolType: "consumer",
            members: (0..<members).map {
                GroupMember(memberID: "m\($0)", clientID: "c", host: "/h", assignment: $0 == 0 ? [place] : [])
            }, offsets: committed.map { [place: CommittedOffset(offset: Offset($0))] } ?? [:])
    }

    @Test func `lag is counted where the members are, with the owner of each partition`() async throws {
        let fixture = try CollectFixture()
        fixture.produce(20, on: .idc1)
        fixture.copy(20, from: .idc1)
        fixture.clusters.idc1.update { $0.groups = [Self.group("billing", 2, committed: 15)] }
        fixture.clusters.idc2.update { $0.groups = [Self.group("billing", 0, committed: 4)] }
        try await fixture.run {
            await fixture.see("billing is on IDC1") { $0.group("billing")?.side == .on(.idc1) }
            await fixture.see("its lag is 5") { $0.group("billing")?.lag?.total == 5 }
            let row = try #require(fixture.newest?.group("billing"))
            #expect(row.home == .idc1)
            #expect(row.memberCount == 2)
            #expect(row.lag?.partitions.first?.owner?.memberID == "m0")
        }
    }

    @Test func `groups of Connect are read for positions and not shown`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc1.update {
            $0.groups = [
                Self.group("connect-x", 1, committed: 1), Self.group("__osync.mirror.idc1.idc2", 0, committed: 1),
                Self.group("billing", 0, committed: 1),
            ]
        }
        await fixture.run {
            await fixture.see("billing is there") { $0.group("billing") != nil }
            #expect(fixture.newest?.groups.map(\.id) == ["billing"])
        }
    }

    @Test func `groups of Bascule itself, which are on both sides, are no split consumption`() async throws {
        let fixture = try CollectFixture()
        for idc in IDC.allCases {
            fixture.clusters[idc].update {
                $0.groups = [
                    Self.group("bascule-sync", 2, committed: nil),
                    Self.group("bascule-mirror.idc1.idc2", 1, committed: 1),
                    Self.group("bascule-driver", 1, committed: nil), Self.group("billing", 0, committed: 1),
                ]
            }
        }
        await fixture.run {
            await fixture.see("billing is there") { $0.group("billing") != nil }
            #expect(fixture.newest?.groups.map(\.id) == ["billing"])
            #expect(fixture.newest?.alerts.contains { $0.kind == .splitConsumption } == false)
        }
    }

    @Test func `groups of a broker that did not answer stay, as stale`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc1.update {
            $0.groups = [Self.group("billing", 1, committed: 0), Self.group("audit", 1, committed: 0)]
        }
        await fixture.run {
            await fixture.see("both are there") { $0.group("billing") != nil && $0.group("audit") != nil }
            fixture.clusters.idc1.update { world in
                world.groups.removeLast()
                world.partialFailures[.groups] = [
                    PortError(.timedOut, operation: "ListGroups", detail: "broker 2 did not answer")
                ]
            }
            await fixture.see("audit is stale") {
                if case .stale? = $0.group("audit")?.presence.idc1 { return true }
                return false
            }
            #expect(fixture.newest?.group("billing")?.presence.idc1.current != nil)
            let all = fixture.newest?.clusters.idc1.groups
            #expect(all?.current == nil && all?.lastKnown?.map(\.id) == ["audit", "billing"])
            #expect(fixture.newest?.problems.contains { $0.because.detail.contains("broker 2") } == true)
            fixture.clusters.idc1.update { $0.partialFailures = [:] }
            await fixture.see("audit is gone for certain") { $0.group("audit") == nil }
        }
    }

    @Test func `groups of a side that was too busy to describe them are not none`() async throws {
        let fixture = try CollectFixture()
        let busy = PortError(.timedOut, operation: "DescribeGroups", detail: "200 groups left out")
        fixture.clusters.idc1.update { $0.partialFailures[.groups] = [busy] }
        await fixture.run {
            await fixture.see("the gap is told") { $0.problems.contains { $0.because.detail.contains("left out") } }
            guard case .unavailable? = fixture.newest?.clusters.idc1.groups else {
                Issue.record("a list with holes is shown as all there is")
                return
            }
            fixture.clusters.idc1.update {
                $0.partialFailures = [:]
                $0.groups = [Self.group("billing", 1, committed: 0)]
            }
            await fixture.see("they are known") { $0.clusters.idc1.groups.current?.map(\.id) == ["billing"] }
        }
    }

    @Test func `a commit read before the log end never lies past it`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc1.update { $0.groups = [Self.group("billing", 1, committed: 0)] }
        await fixture.run {
            await fixture.see("billing is there") { $0.group("billing")?.lag?.total != nil }
            var written: Int64 = 0
            for _ in 0..<30 {
                await fixture.pass(1) {
                    fixture.produce(1_000, on: .idc1)
                    written += 1_000
                    fixture.clusters.idc1.update { $0.groups = [Self.group("billing", 1, committed: written)] }
                }
                let partitions = fixture.newest?.group("billing")?.lag?.partitions ?? []
                #expect(partitions.filter(\.isPastTheEnd) == [])
            }
        }
    }

    @Test func `a lost side leaves the groups' lag as last known and a group on the other side known`() async throws {
        let fixture = try CollectFixture()
        fixture.produce(9, on: .idc1)
        fixture.clusters.idc1.update { $0.groups = [Self.group("billing", 1, committed: 2)] }
        fixture.clusters.idc2.update { $0.groups = [Self.group("rest", 1, committed: 0)] }
        await fixture.run {
            await fixture.see("both are there") {
                $0.group("billing")?.lag?.total == 7 && $0.group("rest")?.side == .on(.idc2)
            }
            fixture.clusters.idc1.failEverything(
                with: PortError(.unreachable, operation: "Metadata", detail: "connection refused"))
            await fixture.see("IDC1's groups are stale") {
                if case .stale? = $0.group("billing")?.presence.idc1 { return true }
                return false
            }
            #expect(fixture.newest?.group("billing")?.side == .on(.idc1))
            #expect(fixture.newest?.group("billing")?.lag?.total == 7)
            #expect(fixture.newest?.group("rest")?.side == .on(.idc2))
        }
    }

    @Test func `a side whose log ends were lost before its groups leaves the lag that was known last`() async throws {
        let fixture = try CollectFixture()
        fixture.produce(90, on: .idc1)
        fixture.clusters.idc1.update {
            $0.groups = ["audit", "billing", "rest"].map { Self.group($0, 1, committed: 6) }
        }
        await fixture.run {
            await fixture.see("it is there") { $0.group("billing")?.lag?.total == 84 }
            let gone = PortError(.unreachable, operation: "ListOffsets", detail: "connection refused")
            fixture.clusters.idc1.fail(.ranges, with: gone)
            fixture.produce(900, on: .idc1)
            fixture.clusters.idc1.update {
                $0.groups = ["audit", "billing", "rest"].map { Self.group($0, 1, committed: 900) }
            }
            await fixture.see("commits are read, and no ends") {
                $0.group("billing")?.presence.idc1.current??.offsets?.values.first?.offset == Offset(900)
                    && $0.clusters.idc1.ranges.current == nil
            }
            #expect(fixture.newest?.group("billing")?.lag?.total == nil, "commits of now against ends of then")
            fixture.clusters.idc1.failEverything(with: gone)
            await fixture.see("IDC1's groups are stale") {
                if case .stale? = $0.group("billing")?.presence.idc1 { return true }
                return false
            }
            for id in ["audit", "billing", "rest"] { #expect(fixture.newest?.group(id)?.lag?.total == 84, "\(id)") }
        }
    }
}
