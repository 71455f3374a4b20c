import Domain
import TestSupport
import Testing

@testable import Operations

/// What gates find of groups: what was not read is neither good nor bad.
struct GateFindingTests {
    // MARK: Lag draining

    private static func offsets(_ offset: Int64?) -> [TopicPartition: CommittedOffset]? {
        offset.map { [TopicPartition("t", 0): CommittedOffset(offset: Offset($0))] }
    }

    /// - Parameter looks: what each look finds committed; the log ends at 100.
    private func watched(_ groups: [String], _ looks: [[String: Int64]], isEndKnown: Bool = true) -> DrainWatch {
        var watch = DrainWatch(groups)
        for look in looks {
            watch.look(
                offsets: { Self.offsets(look[$0]) },
                lag: { commits in
                    isEndKnown ? commits.values.map { Offset(100).distance(from: $0.offset) }.reduce(0, +) : nil
                })
        }
        return watch
    }

    @Test("a group reads on when nothing is left, or when what it has committed rises")
    func readsOn() {
        let watch = watched(["level", "rising"], [["level": 100, "rising": 7], ["rising": 8]])
        #expect(watch.finding == GateFinding(.draining, .green, "2 groups read on"))
        #expect(watch.open.isEmpty)
        #expect(watched(["rising"], [["rising": 7], ["rising": 8]], isEndKnown: false).finding.verdict == .green)
    }

    @Test("a group that was seen three times with the same commits stands still")
    func standsStill() {
        let same = Array(repeating: ["still": Int64(7)], count: 3)
        let watch = watched(["still"], same)
        #expect(watch.isSeenEnough)
        #expect(watch.finding == GateFinding(.draining, .red, "these stand still: still"))
        let shorter = watched(["still"], Array(same.prefix(2)))
        #expect(!shorter.isSeenEnough)
        #expect(shorter.finding.verdict == .unknown)
    }

    @Test("a group that the first look did not bring is measured from the next one on")
    func firstLookFailed() {
        #expect(watched(["late"], [[:], ["late": 7], ["late": 9]]).finding.verdict == .green)
    }

    @Test("groups that no look brought do not stand still: it is not known")
    func unread() {
        let watch = watched(["seen", "unread"], [["seen": 1], ["seen": 2], [:], [:]])
        #expect(!watch.isSeenEnough)
        #expect(
            watch.finding
                == GateFinding(.draining, .unknown, "1 of 2 groups read on, not read often enough: unread"))
    }

    // MARK: Sides

    private func seen(_ counts: [String: Int]) -> SeenMembers { SeenMembers(counts: counts, groups: [:]) }

    @Test(
        "no group is on both sides only where enough was read to say so",
        arguments: [
            ([:], [:], false, .unknown), (["g": 0], [:], false, .green), ([:], ["g": 0], false, .green),
            (["g": 1], [:], false, .unknown), ([:], ["g": 1], false, .unknown), (["g": 1], ["g": 1], false, .red),
            (["g": 0], ["g": 1], false, .green), ([:], ["g": 1], true, .green), ([:], [:], true, .green),
            (["g": 1], ["g": 1], true, .red),
        ] as [([String: Int], [String: Int], Bool, GateFinding.Verdict)])
    func split(source: [String: Int], target: [String: Int], isStated: Bool, verdict: GateFinding.Verdict) {
        let finding = SideFindings.splitConsumption(
            ["g"], onSource: seen(source), onTarget: seen(target), isStoppingStated: isStated)
        #expect(finding.verdict == verdict)
        #expect(verdict == .green || finding.detail.contains("g"))
    }

    @Test("one group on both sides is told although others could not be read")
    func splitBesideUnknown() {
        let finding = SideFindings.splitConsumption(
            ["a", "b"], onSource: seen(["b": 1]), onTarget: seen(["b": 1]), isStoppingStated: false)
        #expect(finding == GateFinding(.splitConsumption, .red, "b"))
    }

    @Test(
        "nobody is on the side that was left only where it says so, or the driver did",
        arguments: [
            (["g": 0], false, .green), ([:], false, .unknown), ([:], true, .green), (["g": 2], true, .red),
        ] as [([String: Int], Bool, GateFinding.Verdict)])
    func wrongSide(source: [String: Int], isStated: Bool, verdict: GateFinding.Verdict) {
        let finding = SideFindings.wrongSide(
            ["g"], onSource: seen(source), source: .idc1, isStoppingStated: isStated)
        #expect(finding.verdict == verdict)
    }

    // MARK: What the console reads

    private static let moment = WallTime(milliseconds: 0)

    /// A side with one topic of one partition, three replicas.
    private func side(inSync: [Int32], leader: Int32? = 1, least: Int?, down: Set<Int32> = []) -> ClusterView {
        let partition = Partition(number: 0, leader: leader, replicas: [1, 2, 3], inSyncReplicas: inSync)
        let settings = least.map {
            TopicSettings(retention: nil, cleanupPolicy: [], minInSyncReplicas: $0, maxMessageBytes: nil)
        }
        return ClusterView(
            idc: .idc2,
            metadata: .known(
                ClusterMetadata(
                    clusterID: "c", controllerID: 1, brokers: [],
                    topics: [Topic(name: "t", isInternal: false, partitions: [partition])]), at: Self.moment),
            brokers: [1, 2, 3].map {
                BrokerView(id: $0, address: nil, state: down.contains($0) ? .down(reason: "cut") : .up, since: nil)
            }, ranges: .pending, settings: settings.map { .known(["t": $0], at: Self.moment) } ?? .pending,
            groups: .pending, connectors: .pending, connectWorkers: [], producedHistory: [])
    }

    @Test("a partition takes writes when enough replicas are in sync, and it is not known where that is not read")
    func partitions() {
        func verdict(_ side: ClusterView, isLive: Bool = true) -> GateFinding.Verdict {
            SnapshotFindings.partitions(of: side) { _ in isLive }.verdict
        }
        #expect(verdict(side(inSync: [1, 2, 3], least: nil)) == .green)
        #expect(verdict(side(inSync: [1, 2], least: 2)) == .green)
        #expect(verdict(side(inSync: [1], least: 2)) == .red)
        #expect(verdict(side(inSync: [1], least: nil)) == .unknown)
        #expect(verdict(side(inSync: [1], least: nil), isLive: false) == .green)
        #expect(verdict(side(inSync: [], least: nil), isLive: false) == .red)
        #expect(verdict(side(inSync: [1, 2], leader: nil, least: 2)) == .red)
        let pending = SnapshotBuilder.pending.build().clusters.idc2
        #expect(verdict(pending) == .unknown)
    }

    @Test("brokers are up or down only of a side that can be read")
    func brokers() {
        #expect(SnapshotFindings.brokers(of: side(inSync: [1], least: 1)).verdict == .green)
        #expect(
            SnapshotFindings.brokers(of: side(inSync: [1], least: 1, down: [2]))
                == GateFinding(.brokers, .red, "2 of 3 brokers are up"))
        #expect(SnapshotFindings.brokers(of: SnapshotBuilder.pending.build().clusters.idc2).verdict == .unknown)
    }

    @Test("mirrors are as they were seen last, and what a lost side does to them by itself is no reason to stay")
    func mirrors() {
        #expect(SnapshotFindings.mirrors([], from: .idc1).verdict == .unknown)
        let night = SnapshotBuilder().build().mirrors
        let bad = SnapshotFindings.mirrors(night, from: .idc1)
        #expect(bad.verdict == .red)
        #expect(bad.detail.contains("audit topic missing, clicks overtaken") && bad.detail.hasSuffix(" and 2 more"))
        let healthy = night.filter { $0.flows.idc1.state.lastKnown == .running }
        #expect(SnapshotFindings.mirrors(healthy, from: .idc1).verdict == .green)
    }
}
