import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActTrafficTests {
    private func plan(_ idc1: Int, _ idc2: Int, _ change: (inout ActWorld) -> Void = { _ in }) throws -> Result<
        Plan, Refusal
    > {
        var world = ActWorld("orders")
        change(&world)
        let split = try #require(TrafficSplit(idc1: idc1, idc2: idc2))
        return Planner.lab.plan(.traffic(split), from: world.snapshot)
    }

    @Test func `a split is one line that expects the weights it was made from`() throws {
        let plan = try #require(try self.plan(0, 100).plan)
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        #expect(plan.lines.map(\.step) == [.setTraffic(split)])
        #expect(plan.lines.map(\.expected) == [.weights(TrafficSplit(idc1: 50, idc2: 50))])
        #expect(plan.lines.map(\.call) == ["set the weights of haproxy to 0:100"])
        #expect(plan.title == "Set the traffic to IDC1 0 %, IDC2 100 % (was 50:50)")
        #expect(plan.equivalentCommand == "bascule traffic set 0:100")
        #expect(plan.confirmation == .yes)
        #expect(plan.warnings.isEmpty)
    }

    @Test func `in production the side that gains is typed`() throws {
        let plan = try #require(try self.plan(0, 100) { $0.isProduction = true }.plan)
        #expect(
            plan.confirmation
                == .typed("IDC2", prompt: "lab is production: type the name of the IDC that takes more traffic, IDC2"))
    }

    @Test(arguments: [ActWorld.SourceState.stale, .unreachable, .pending])
    func `a side that cannot be read gets no traffic`(_ state: ActWorld.SourceState) throws {
        let refusal = try #require(try self.plan(0, 100) { $0.kafka.idc2 = state }.refusal)
        #expect(refusal.kind == .notPossible)
        #expect(refusal.text.hasPrefix("IDC2 cannot take 100 % of the traffic: its cluster has "))
        #expect(refusal.text.hasSuffix("Traffic is never sent to a side that cannot be seen to work."))
    }

    @Test func `traffic leaves a side that is gone`() throws {
        let plan = try #require(try self.plan(0, 100) { $0.kafka.idc1 = .unreachable }.plan)
        #expect(plan.lines.count == 1)
    }

    @Test func `a sick side may keep less traffic, with a warning`() throws {
        let plan = try #require(try self.plan(10, 90) { $0.kafka.idc1 = .unreachable }.plan)
        #expect(
            plan.warnings.contains {
                $0.hasPrefix("IDC1 keeps 10 % of the traffic, and its cluster has been unreachable for 14 s")
            })
        #expect(try self.plan(60, 40) { $0.kafka.idc1 = .unreachable }.refusal != nil)
    }

    @Test func `a side without quorum gets no traffic`() throws {
        let refusal = try #require(try self.plan(0, 100) { $0.brokersUp.idc2 = 1 }.refusal)
        #expect(refusal.text.contains("only 1 of its 3 brokers serves, which is no quorum"))
        let plan = try #require(try self.plan(0, 100) { $0.brokersUp.idc2 = 2 }.plan)
        #expect(plan.warnings.contains("On IDC2, 2 of 3 brokers serve; not seen to serve: 3."))
    }

    @Test func `partitions without a leader forbid traffic unless the other side is worse`() throws {
        let refusal = try #require(try self.plan(0, 100) { $0.offlinePartitions.idc2 = 1 }.refusal)
        #expect(refusal.text.contains("1 partition there has no leader and cannot be written"))
        let worse = try #require(
            try self.plan(0, 100) {
                $0.offlinePartitions.idc2 = 1
                $0.kafka.idc1 = .unreachable
            }.plan)
        #expect(worse.warnings.contains("On IDC2, 1 partition without a leader cannot be written."))
        #expect(try self.plan(0, 100) { $0.offlinePartitions = PerIDC(idc1: 2, idc2: 1) }.plan != nil)
        #expect(try self.plan(0, 100) { $0.offlinePartitions = PerIDC(idc1: 1, idc2: 1) }.refusal != nil)
    }

    @Test func `a side without a server that is up gets no traffic`() throws {
        let down = [
            TrafficServer(name: "a", idc: .idc1, weight: 100, status: "UP"),
            TrafficServer(name: "b", idc: .idc2, weight: 0, status: "MAINT"),
        ]
        #expect(
            try self.plan(0, 100) { $0.servers = down }.refusal?.text.contains("every server of haproxy there is MAINT")
                == true)
        #expect(
            try self.plan(0, 100) { $0.servers = [down[0]] }.refusal?.text.contains("haproxy has no server there")
                == true)
        let drained = [down[0], TrafficServer(name: "b", idc: .idc2, weight: 0, status: "DRAIN")]
        #expect(try self.plan(0, 100) { $0.servers = drained }.plan != nil)
    }

    @Test func `what is not known or not configured is refused, and so is what is set already`() throws {
        #expect(try self.plan(50, 50).refusal?.text == "The split is 50:50 already, as haproxy says. Nothing to do.")
        #expect(
            try self.plan(0, 100) { $0.traffic = .unsupported }.refusal?.text.hasPrefix(
                "No traffic source is configured for lab") == true)
        let stale = try self.plan(0, 100) { $0.traffic = .stale }.refusal
        #expect(
            stale?.text
                == "The present split is not known, so nothing is changed: haproxy has been unreachable for 14 s: connection refused."
        )
    }

    @Test func `records that would be left behind are warned of`() throws {
        let plan = try #require(
            try self.plan(0, 100) { $0.topics["orders"]?.toCopy.idc1 = Estimate(41, isExact: true) }.plan)
        #expect(plan.warnings == ["41 records of 1 topic are not copied from IDC1 to IDC2 yet."])
        let unknown = try #require(try self.plan(0, 100) { $0.topics["orders"]?.toCopy.idc1 = nil }.plan)
        #expect(unknown.warnings == ["For 1 topic it is not known how much is not copied from IDC1 to IDC2 yet."])
    }
}
