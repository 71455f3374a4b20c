import Domain
import Operations
import TestSupport
import Testing

@Suite struct `The doubles that stand in for clusters and time` {
    @Test func `a sleeper wakes when the clock passes its deadline, not before`() async {
        let clock = ManualClock()
        async let slept: Void = {
            do { try await clock.sleep(for: .seconds(3)) } catch { Issue.record("cancelled") }
        }()
        await eventually("one task sleeps") { clock.pendingSleepers == 1 }
        await clock.advance(by: .seconds(2))
        #expect(clock.pendingDelays == [.seconds(1)])
        await clock.advance(by: .seconds(1))
        await slept
        #expect(clock.pendingSleepers == 0)
        #expect(clock.wallTime == WallTime(milliseconds: 1_795_000_003_000))
    }

    @Test func `a cancelled sleeper leaves at once`() async {
        let clock = ManualClock()
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await clock.sleep(for: .seconds(3)) } catch { return true }
                return false
            }
            await eventually("one task sleeps") { clock.pendingSleepers == 1 }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(ended)
        #expect(clock.pendingSleepers == 0)
    }

    @Test func `a scripted cluster tells locals from copies by the rule`() async throws {
        let cluster = ScriptedCluster(ScriptedWorld(clusterID: "one", topics: ["orders": 1]))
        let partition = TopicPartition("orders", 0)
        cluster.update { world in
            world.logs[partition]?.append(3)
            world.logs[partition]?.append(2, headers: ["mm-origin-idc2"])
        }
        let answer = try await cluster.origins(
            in: [partition: 1..<10], by: ProvenanceRule(copyHeaders: ["mm-origin-idc2"]), within: .seconds(1))
        let sample = try #require(answer.value[partition])
        #expect(sample.from == Offset(1) && sample.to == Offset(5) && sample.records == 4)
        #expect(sample.locals.map(\.offset) == [Offset(1), Offset(2)])
    }

    @Test func `a hanging port returns when it is healed`() async throws {
        let cluster = ScriptedCluster(ScriptedWorld(clusterID: "one"))
        cluster.hang(.metadata)
        async let answer = cluster.metadata()
        await eventually("the call is in flight") { cluster.inFlight(.metadata) == 1 }
        cluster.heal(.metadata)
        #expect(try await answer.clusterID == "one")
    }
}
