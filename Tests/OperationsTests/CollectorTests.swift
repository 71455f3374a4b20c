import Domain
import Operations
import TestSupport
import Testing

@Suite struct `The collector` {
    private static let refused = PortError(.unreachable, operation: "Metadata", detail: "connection refused")

    @Test func `publishes a snapshot with everything pending before anything has answered`() async throws {
        let fixture = try CollectFixture()
        for idc in IDC.allCases {
            for port in ScriptedCluster.Port.allCases { fixture.clusters[idc].hang(port) }
        }
        await fixture.run {
            await eventually("a snapshot is there") { fixture.newest != nil }
            let first = fixture.snapshots.first
            #expect(first?.sequence == 1)
            #expect(first?.clusters.idc1.metadata == .pending)
            #expect(first?.clusters.idc2.groups == .pending)
            #expect(first?.groups == [] && first?.mirrors == [])
            for idc in IDC.allCases { fixture.clusters[idc].heal() }
        }
    }

    @Test func `reads both sides and shows mirrors that flow`() async throws {
        let fixture = try CollectFixture()
        try await fixture.run {
            await fixture.see("both directions are known") { snapshot in
                IDC.allCases.allSatisfy { snapshot.flow($0)?.state.current == .running }
            }
            await fixture.pass(6) {
                fixture.produce(90, on: .idc1)
                fixture.copy(90, from: .idc1)
                fixture.produce(10, on: .idc2)
                fixture.copy(10, from: .idc2)
            }
            // What was produced last may be in the ends already and not in the sample yet.
            await fixture.see("nine tenths are produced on IDC1") { snapshot in
                snapshot.traffic.measured.current?.shares.map { abs($0.idc1 - 0.9) < 0.05 } ?? false
            }
            let measured = try #require(fixture.newest?.traffic.measured.current)
            await fixture.see("everything is copied") { $0.flow(.idc1)?.toCopy == Estimate(0, isExact: true) }
            let snapshot = try #require(fixture.newest)
            #expect(measured.isExact)
            let flow = try #require(snapshot.flow(.idc1))
            #expect(flow.connectors == ["mirror-idc1-idc2-orders"])
            #expect(snapshot.problems == [])
            #expect(snapshot.clusters.idc1.brokers.count == 3)
            #expect(snapshot.clusters.idc1.brokers.allSatisfy { $0.state == .up })
        }
        #expect(fixture.clock.pendingSleepers == 0)
    }

    @Test func `once the weights have changed, users that were there before are nobody who comes in past them`()
        async throws
    {
        let fixture = try CollectFixture()
        try await fixture.run {
            // Produced for as long as it takes: the clock goes on while a round waits its turn, and a round that
            // began before the weights changed counts nothing.
            func seeAllProduced(on idc: IDC) async {
                await eventually("all is produced on \(idc)") {
                    await fixture.pass(1) { fixture.produce(50, on: idc) }
                    return fixture.newest?.traffic.measured.current?.shares?[idc] == 1
                }
            }
            await fixture.pass(7) { fixture.produce(50, on: .idc1) }
            await seeAllProduced(on: .idc1)
            try await fixture.traffic.set(#require(TrafficSplit(idc1: 0, idc2: 100)))
            await fixture.see("the weights are read") { $0.traffic.configured.current?.split?.shares.idc2 == 100 }
            await seeAllProduced(on: .idc2)
        }
        #expect(!fixture.snapshots.contains { $0.alerts.contains { $0.kind == .trafficPastWeights } })
    }

    @Test func `a dead side and a hanging Connect delay nothing on the other side`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc2.failEverything(with: Self.refused)
        fixture.clusters.idc1.hang(.connectors, .groups)
        try await fixture.run {
            await fixture.see("IDC1's log ends are read") { $0.clusters.idc1.ranges.current != nil }
            let before = fixture.clusters.idc1.calls(.ranges)
            await fixture.pass(5)
            await fixture.see("they are read again") { _ in fixture.clusters.idc1.calls(.ranges) >= before + 4 }
            let snapshot = try #require(fixture.newest)
            #expect(snapshot.clusters.idc2.metadata.unavailability?.kind == .unreachable)
            #expect(snapshot.clusters.idc2.metadata.lastKnown == nil)
            #expect(snapshot.problems.contains { $0.source == "kafka idc2" })
            #expect(snapshot.flow(.idc2)?.state.lastKnown == nil, "Connect of IDC1 was never read")
            fixture.clusters.idc1.heal()
        }
    }

    @Test func `a source that hangs past its deadline is a failed one`() async throws {
        let fixture = try CollectFixture()
        await fixture.run {
            await fixture.see("connectors are read") { $0.clusters.idc1.connectors.current != nil }
            fixture.clusters.idc1.hang(.connectors)
            await fixture.see("they are stale") {
                if case .stale(_, _, let because) = $0.clusters.idc1.connectors { return because.kind == .timedOut }
                return false
            }
            #expect(fixture.newest?.clusters.idc1.metadata.current != nil)
            #expect(fixture.newest?.flow(.idc2)?.state.lastKnown == .running)
            #expect(fixture.newest?.flow(.idc2)?.state.current == nil)
            fixture.clusters.idc1.heal()
            await fixture.see("they are current again") { $0.clusters.idc1.connectors.current != nil }
        }
    }

    @Test func `a lost side keeps what was known, and its return is an event`() async throws {
        let fixture = try CollectFixture()
        await fixture.run {
            await fixture.see("both sides are read") { snapshot in
                IDC.allCases.allSatisfy {
                    snapshot.clusters[$0].metadata.current != nil && snapshot.clusters[$0].groups.current != nil
                }
            }
            fixture.clusters.idc2.failEverything(with: Self.refused)
            await fixture.see("IDC2 is stale") {
                if case .stale = $0.clusters.idc2.metadata { return true }
                return false
            }
            #expect(fixture.newest?.alerts.first?.subject == "IDC2")
            #expect(fixture.newest?.overall == .critical)
            fixture.clusters.idc2.heal()
            await fixture.collector.refreshNow()
            await fixture.see("IDC2 is back") { $0.clusters.idc2.metadata.current != nil }
            await fixture.see("both events are there") { snapshot in
                let texts = snapshot.events.map(\.text)
                return texts.contains("IDC2 cannot be reached: Metadata: connection refused")
                    && texts.contains("IDC2 answers again")
            }
        }
    }

    @Test func `a side without a topic that is lost is not read any more, although nothing has to be asked for it`()
        async throws
    {
        let fixture = try CollectFixture(topics: [:])
        await fixture.run {
            await fixture.see("nothing is produced, and that is known") { snapshot in
                snapshot.traffic.measured.current?.produced.idc1 == 0
                    && snapshot.clusters.idc1.producedHistory.last == 0
            }
            fixture.clusters.idc1.failEverything(with: Self.refused)
            await fixture.see("it is not known any more") { snapshot in
                snapshot.clusters.idc1.ranges.current == nil
                    && snapshot.traffic.measured.lastKnown?.produced.idc1 == nil
            }
            fixture.clusters.idc1.heal()
            await fixture.collector.refreshNow()
            await fixture.see("it is known again") { $0.traffic.measured.lastKnown?.produced.idc1 == 0 }
        }
    }

    @Test func `a failing source is asked ever less often, and at once on refresh`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc1.fail(.metadata, with: Self.refused)
        await fixture.run {
            await eventually("it has been asked six times") {
                await fixture.clock.advance(by: .milliseconds(500))
                return fixture.clusters.idc1.calls(.metadata) >= 6
            }
            // A task that is late for its sleep waits longer than it would have, never shorter.
            let times = fixture.clusters.idc1.callTimes(.metadata)
            let waits = zip(times, times.dropFirst()).map { $1 - $0 }
            for (wait, least) in zip(waits, [2, 4, 8, 16, 30]) { #expect(wait >= .seconds(least), "\(waits)") }
            let calls = fixture.clusters.idc1.calls(.metadata)
            await fixture.collector.refreshNow()
            await eventually("it is asked again") { fixture.clusters.idc1.calls(.metadata) > calls }
        }
    }

    @Test func `a source that takes long is left alone for as long`() async throws {
        let fixture = try CollectFixture()
        await fixture.run {
            await fixture.see("groups were read") { $0.clusters.idc1.groups.current != nil }
            fixture.clusters.idc1.hang(.groups)
            let before = fixture.clusters.idc1.calls(.groups)
            await eventually("they are asked for again") {
                await fixture.clock.advance(by: .milliseconds(100))
                return fixture.clusters.idc1.calls(.groups) > before
            }
            await fixture.clock.advance(by: .seconds(3))
            fixture.clusters.idc1.heal(.groups)
            await eventually("and once more") {
                await fixture.clock.advance(by: .milliseconds(100))
                return fixture.clusters.idc1.calls(.groups) > before + 1
            }
            let times = fixture.clusters.idc1.callTimes(.groups).suffix(2)
            if let first = times.first, let next = times.last { #expect(next - first >= .seconds(6), "\(times)") }
        }
    }

    @Test func `positions come from Connect itself where its offset topic is not read`() async throws {
        let fixture = try CollectFixture(withOffsetTopic: false)
        fixture.produce(5, on: .idc1)
        fixture.copy(5, from: .idc1)
        await fixture.run {
            await fixture.see("the position is known") { snapshot in
                snapshot.flow(.idc1)?.positions.first?.position == Offset(5)
            }
            #expect(fixture.clusters.idc2.calls(.positions) == 0)
            #expect(fixture.clusters.idc2.calls(.connectorPositions) > 0)
        }
    }

    @Test func `one shot returns when all is settled`() async throws {
        let fixture = try CollectFixture()
        let result = try #require(
            await fixture.collectOnce(within: .seconds(600)) {
                fixture.produce(10, on: .idc1)
                fixture.copy(10, from: .idc1)
            })
        #expect(result.flow(.idc1)?.state.current == .running)
        #expect(result.traffic.measured.current?.produced.idc1 != nil)
        #expect(result.clusters.idc1.groups.current != nil)
        // The clock goes on while a task waits for a processor: that it ended by itself is what counts.
        #expect(fixture.clock.now.offset < .seconds(600))
        #expect(fixture.clock.pendingSleepers == 0)
    }

    @Test func `one shot returns at its deadline when a side hangs`() async throws {
        let fixture = try CollectFixture()
        fixture.clusters.idc2.hang(.metadata, .groups, .connectors)
        let result = try #require(await fixture.collectOnce(within: .seconds(5)))
        #expect(result.clusters.idc1.metadata.current != nil)
        #expect(result.clusters.idc2.metadata == .pending)
        #expect(result.overall == .unknown)
    }
}
