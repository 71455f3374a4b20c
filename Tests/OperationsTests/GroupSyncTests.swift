import Domain
import Operations
import Synchronization
import Testing

@Suite struct `The write protocol` {
    static let liveCluster = "aWRjMS1pZGMxLWlkYzEtMQ"
    static let orders = (0..<3).map { TopicPartition("orders", Int32($0)) }
    static let topic = Topic(
        name: "orders",
        partitions: (0..<3).map { Partition(number: Int32($0), leader: 1, replicas: [1], inSyncReplicas: [1]) })
    static let group = "billing"

    /// Level logs of 100 records, a mirror each way that has copied all, a group at 50 on the live side.
    final class World: Sendable {
        let calls = SyncCalls()
        let live: SyncSide
        let other: SyncSide
        let gatherer: EvidenceGatherer

        init() {
            live = SyncSide("live", calls)
            other = SyncSide("other", calls)
            let time = Time(moment: WallTime(milliseconds: 1_764_000_000_000))
            clock = time
            gatherer = EvidenceGatherer(
                ports: EvidenceGatherer.Ports(towardsLive: other, towardsOther: live),
                groups: EvidenceGatherer.PositionGroups(
                    towardsLive: "__osync.mirror.idc2.idc1", towardsOther: "__osync.mirror.idc1.idc2"),
                liveCluster: liveCluster, now: { time.now })
            for partition in orders { mirrored(partition, to: 50) }
            for side in [live, other] {
                side.change { state in
                    for partition in orders {
                        state.ranges[partition] = OffsetRange(logStart: Offset(0), logEnd: Offset(100))
                    }
                }
            }
            live.change { state in
                for partition in orders {
                    state.offsets[group, default: [:]][partition] = CommittedOffset(offset: Offset(50))
                }
            }
        }

        let clock: Time

        /// The mirror towards the live side has passed everything below `position`; so has the other one.
        func mirrored(_ partition: TopicPartition, to position: Int64) {
            let commit = MirrorCommit(
                copiedEnd: position, highestFiltered: position - 1, copies: position, targetCluster: liveCluster)
            other.change { state in
                state.offsets["__osync.mirror.idc2.idc1", default: [:]][partition] = CommittedOffset(
                    offset: Offset(position), metadata: commit.metadata)
            }
            live.change { state in
                state.offsets["__osync.mirror.idc1.idc2", default: [:]][partition] = CommittedOffset(
                    offset: Offset(100))
            }
        }

        func cycle(
            _ memory: inout SyncMemory, isLive: Bool = true, order: SyncOrder? = nil, plansOnly: Bool = false,
            headers: (live: any HeaderReading, other: any HeaderReading)? = nil
        ) async throws -> GroupSync.Outcome {
            let clock = clock
            let sync = GroupSync(
                ports: GroupSync.Ports(
                    live: live, evidence: gatherer, otherGroups: other, other: other, writing: other),
                liveCluster: liveCluster, policy: SyncPolicy(retention: .seconds(7 * 86_400)), token: 3,
                now: { clock.now }, headers: headers)
            return try await sync.cycle(
                group, partitions: orders, isLiveOnLiveSide: isLive, memory: &memory, order: order,
                plansOnly: plansOnly)
        }

        /// One round of evidence; what could not be read.
        func gather() async -> [PortError] {
            await gatherer.learned(uncompacted: [topic.name])
            let round = EvidenceRound(
                gatherer, live: EvidenceRound.Side(live, topics: [topic]),
                other: EvidenceRound.Side(other, topics: [topic]))
            return await round.read() + (await gatherer.readArrivals(live: [topic], other: [topic]))
        }

        var written: [TopicPartition: CommittedOffset] { other.now.offsets[group] ?? [:] }
    }

    final class Time: Sendable {
        private let moment: Mutex<WallTime>

        init(moment: WallTime) {
            self.moment = Mutex(moment)
        }

        var now: WallTime { moment.withLock { $0 } }
        func advance(_ duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
    }

    static func ready() async throws -> World {
        let world = World()
        let failures = await world.gather()
        #expect(failures.isEmpty)
        return world
    }

    @Test("a commit that was read before what stands there was written sets no group back")
    func outrun() async throws {
        let world = World()
        #expect(await world.gather() == [])
        var memory = SyncMemory(), others = SyncMemory()
        _ = try await world.cycle(&memory)
        let early = world.live.now.offsets[Self.group]
        world.live.change { state in
            for partition in Self.orders {
                state.offsets[Self.group, default: [:]][partition] = CommittedOffset(offset: Offset(60))
            }
        }
        for partition in Self.orders { world.mirrored(partition, to: 60) }
        #expect(await world.gather() == [])
        // A run has written what the last commit proves, while this cycle's reading was on its way.
        _ = try await world.cycle(&others, isLive: false)
        world.live.change { $0.early[Self.group] = early }
        let outcome = try await world.cycle(&memory, isLive: false)
        #expect(world.other.now.offsets[Self.group]?.values.allSatisfy { $0.offset == Offset(60) } == true)
        #expect(outcome.accepted == [])
        // Really set back, it is written.
        world.live.change { $0.offsets[Self.group] = early }
        _ = try await world.cycle(&memory, isLive: false)
        #expect(world.other.now.offsets[Self.group]?.values.allSatisfy { $0.offset == Offset(50) } == true)
    }

    @Test func `evidence is read in the order that proves it, and a cycle in the order that keeps it`() async throws {
        let world = try await Self.ready()
        let calls = world.calls.taken()
        // The mirror's position, both logs' bounds, and what makes a position exact.
        #expect(calls.first == "other OffsetFetch __osync.mirror.idc2.idc1")
        #expect(Set(calls[1..<3]) == ["live ListOffsets", "other ListOffsets"])
        #expect(calls[3...] == ["live OffsetFetch __osync.mirror.idc1.idc2"])
        var memory = SyncMemory()
        _ = try await world.cycle(&memory)
        #expect(
            world.calls.taken() == [
                "live OffsetFetch billing", "other ListGroups", "other OffsetFetch billing",
                "other OffsetCommit billing",
            ])
    }

    @Test func `offsets are written with our tag, then kept, and written again when old`() async throws {
        let world = try await Self.ready()
        var memory = SyncMemory()
        let first = try await world.cycle(&memory)
        #expect(first.accepted == Set(Self.orders))
        for commit in world.written.values {
            #expect(commit.offset == Offset(50))
            guard case .ours(let tag) = CommitOwner(of: commit) else {
                Issue.record("not ours: \(commit)")
                continue
            }
            #expect(tag.names(cluster: Self.liveCluster) && tag.token == 3 && tag.method == .cuts)
        }
        #expect(try await world.cycle(&memory).accepted.isEmpty)
        world.clock.advance(.seconds(2 * 86_400))
        #expect(try await world.cycle(&memory).accepted == Set(Self.orders))
    }

    @Test(arguments: [GroupState.stable, .preparingRebalance, .completingRebalance, .unknown("Reconciling")])
    func `a live group is never written`(_ state: GroupState) async throws {
        let world = try await Self.ready()
        world.other.change { $0.states["billing"] = state }
        var memory = SyncMemory()
        let outcome = try await world.cycle(&memory, isLive: false, order: SyncOrder(replacesForeignCommit: true))
        #expect(outcome.decisions.values.allSatisfy { $0 == .skip(.liveOnOtherSide) })
        #expect(world.written.isEmpty)
        #expect(!world.calls.taken().contains("other OffsetCommit billing"))
    }

    @Test func `a listing with a hole in it counts as members, not as absence`() async throws {
        let world = try await Self.ready()
        world.other.change {
            $0.listingFailures = [PortError(.timedOut, operation: "ListGroups", detail: "broker 2 did not answer")]
        }
        var memory = SyncMemory()
        #expect(try await world.cycle(&memory).decisions.values.allSatisfy { $0 == .skip(.otherSideUnknown) })
        world.other.change { $0.states["billing"] = .empty }
        #expect(try await world.cycle(&memory).decisions.values.allSatisfy { $0 == .skip(.otherSideUnknown) })
        #expect(world.written.isEmpty)
    }

    @Test func `when offsets have vanished all of them are written in one cycle`() async throws {
        let world = try await Self.ready()
        var memory = SyncMemory()
        _ = try await world.cycle(&memory)
        world.other.change { $0.offsets["billing"] = [:] }
        let outcome = try await world.cycle(&memory)
        #expect(outcome.accepted == Set(Self.orders))
        #expect(world.written.count == 3)
    }

    @Test func `a foreign commit is held, whatever it says`() async throws {
        let world = try await Self.ready()
        let foreign = CommittedOffset(offset: Offset(70), metadata: "by hand")
        world.other.change { [orders = Self.orders] in $0.offsets["billing"] = [orders[0]: foreign] }
        var memory = SyncMemory()
        // Seen once it may move: a consumer that assigns itself partitions.
        #expect(try await world.cycle(&memory).decisions[Self.orders[0]] == .skip(.liveOnOtherSide))
        #expect(
            try await world.cycle(&memory).decisions[Self.orders[0]] == .hold(.foreignCommit(at: Offset(70))))
        #expect(world.written[Self.orders[0]] == foreign)
        #expect(world.written[Self.orders[1]]?.offset == Offset(50))
        let ordered = try await world.cycle(&memory, order: SyncOrder(replacesForeignCommit: true))
        #expect(ordered.accepted == Set(Self.orders))
        #expect(world.written[Self.orders[0]]?.offset == Offset(50))
    }

    static let refusals: [(code: Int32, decision: SyncDecision?)] = [
        (25, .skip(.liveOnOtherSide)), (14, nil), (15, nil), (16, nil), (3, .hold(.topicMissing)), (12, nil),
        (29, .hold(.notAuthorized("topic"))), (30, .hold(.notAuthorized("group"))), (69, .hold(.notAConsumerGroup)),
        (87, .hold(.refused(code: 87))),
    ]

    @Test(arguments: refusals) func `every error means what the table says, the other partitions are written`(
        _ refusal: (code: Int32, decision: SyncDecision?)
    ) async throws {
        let world = try await Self.ready()
        world.other.change { [orders = Self.orders] in $0.codes = [orders[1]: refusal.code] }
        var memory = SyncMemory()
        let outcome = try await world.cycle(&memory)
        #expect(outcome.accepted == [Self.orders[0], Self.orders[2]])
        if let decision = refusal.decision {
            #expect(outcome.decisions[Self.orders[1]] == decision)
        } else if case .write = outcome.decisions[Self.orders[1]] {
        } else {
            Issue.record("not tried again: \(String(describing: outcome.decisions[Self.orders[1]]))")
        }
        #expect(memory.lastWritten[Self.orders[1]] == nil)
        // The next cycle tries again, or waits for a group that was found live.
        world.other.change { $0.codes = [:] }
        let again = try await world.cycle(&memory)
        #expect(again.accepted == (refusal.code == 25 ? [] : [Self.orders[1]]))
        world.clock.advance(.seconds(60))
        if refusal.code == 25 { #expect(try await world.cycle(&memory).accepted == [Self.orders[1]]) }
    }

    @Test func `a broker that allows little metadata gets the short form, and is held when that is too long`()
        async throws
    {
        let world = try await Self.ready()
        world.other.change { [orders = Self.orders] in for partition in orders { $0.codes[partition] = 12 } }
        var memory = SyncMemory()
        #expect(try await world.cycle(&memory).accepted.isEmpty)
        #expect(
            try await world.cycle(&memory).decisions.values.allSatisfy { $0 == .hold(.refused(code: 12)) })
        world.other.change { $0.codes = [:] }
        #expect(try await world.cycle(&memory).accepted == Set(Self.orders))
        let commit = try #require(world.written[Self.orders[0]])
        #expect(!commit.metadata.contains(";f="))
        guard case .ours = CommitOwner(of: commit) else {
            Issue.record("not ours: \(commit)")
            return
        }
    }

    @Test func `a plan writes nothing and has a row for every partition`() async throws {
        let world = try await Self.ready()
        world.mirrored(Self.orders[2], to: 30)
        var memory = SyncMemory()
        memory.hold = .byConfiguration
        let outcome = try await world.cycle(&memory, plansOnly: true)
        #expect(world.written.isEmpty)
        let status = outcome.status(
            of: Self.group, flow: ReplicationFlow(from: .idc1), at: world.clock.now, retention: .seconds(7 * 86_400),
            commitExpires: true, hold: .byConfiguration)
        let rows = OffsetPlanRow.rows(status)
        #expect(rows.map(\.status.partition.partition) == [0, 1, 2])
        #expect(rows.map(\.status.decision.action) == ["hold", "hold", "hold"])
        #expect(
            Set(rows.map(\.status.decision.reason)) == ["Held by sync.hold in the configuration."])
        #expect(rows.map(\.status.committed) == [Offset(50), Offset(50), Offset(50)])
        #expect(rows.map(\.status.resume) == [Offset(50), Offset(50), Offset(50)])
        #expect(status.state == .held(.byConfiguration))
        #expect(rows[0].from == .idc1 && rows[0].to == .idc2 && rows[0].status.method == .cuts)
        #expect(rows[0].status.readTwice == 50)
    }

    @Test func `what is not known of a partition holds it, and is not taken for zero`() async throws {
        let world = World()
        var memory = SyncMemory()
        let outcome = try await world.cycle(&memory)
        #expect(outcome.decisions.values.allSatisfy { $0 == .hold(.unproven([])) })
        #expect(world.written.isEmpty)
    }

    @Test func `a log that ends lower than before drops the evidence and holds`() async throws {
        let world = try await Self.ready()
        world.other.change { [orders = Self.orders] in
            $0.ranges[orders[0]] = OffsetRange(logStart: Offset(0), logEnd: Offset(5))
        }
        #expect(await world.gather().isEmpty)
        var memory = SyncMemory()
        let outcome = try await world.cycle(&memory)
        #expect(outcome.decisions[Self.orders[0]] == .hold(.topicRecreated(onOtherSide: true)))
        #expect(outcome.accepted == [Self.orders[1], Self.orders[2]])
    }

    @Test func `a record that the mirror left out pins the position until it is accepted`() async throws {
        let world = try await Self.ready()
        let commit = MirrorCommit(
            copiedEnd: 50, highestFiltered: 49, copies: 50, targetCluster: Self.liveCluster, gap: 7)
        world.other.change { [orders = Self.orders] in
            $0.offsets["__osync.mirror.idc2.idc1"]?[orders[0]] = CommittedOffset(
                offset: Offset(50), metadata: commit.metadata)
        }
        #expect(await world.gather().isEmpty)
        var memory = SyncMemory()
        _ = try await world.cycle(&memory)
        #expect(world.written[Self.orders[0]]?.offset == Offset(7))
    }

    @Test func `a commit above an end that was read before it is no commit past the log`() async throws {
        let world = try await Self.ready()
        func commit(_ offset: Int64) {
            world.live.change { [orders = Self.orders] in
                $0.offsets[Self.group]?[orders[0]] = CommittedOffset(offset: Offset(offset))
            }
        }
        func end(_ offset: Int64) async throws {
            world.live.change { [orders = Self.orders] in
                $0.ranges[orders[0]] = OffsetRange(logStart: Offset(0), logEnd: Offset(offset))
            }
            #expect(await world.gather().isEmpty)
        }
        var memory = SyncMemory()
        // A group at the head of a busy log: each end is older than the commit that is compared with it.
        for step in 1...4 {
            commit(Int64(100 + step * 10))
            for _ in 0..<3 {
                let decision = try await world.cycle(&memory, plansOnly: true).decisions[Self.orders[0]]
                if case .hold = decision { Issue.record("held at step \(step): \(String(describing: decision))") }
            }
            try await end(Int64(100 + step * 10))
        }
        commit(200)
        _ = try await world.cycle(&memory)
        try await end(150)
        #expect(
            try await world.cycle(&memory).decisions[Self.orders[0]]
                == .hold(.committedPastLogEnd(logEnd: Offset(150))))
    }

    // MARK: Headers

    /// A log whose every record was produced on the other side, and copied in order without a hole.
    private final class Copied: HeaderReading {
        private let isLive: Bool
        private let count = Mutex(0)
        private let failure: PortError?

        init(isLive: Bool, failure: PortError? = nil) {
            self.isLive = isLive
            self.failure = failure
        }

        var reads: Int { count.withLock { $0 } }

        func slice(
            of partition: TopicPartition, from: Offset, below: Offset, atLeast: Int
        ) async throws(PortError) -> HeaderSearch.Slice {
            count.withLock { $0 += 1 }
            if let failure { throw failure }
            let records = (from.rawValue..<below.rawValue).map {
                SeenRecord(offset: Offset($0), origin: isLive ? .copy(source: Offset($0)) : .local)
            }
            return HeaderSearch.Slice(records: records, examinedTo: below)
        }
    }

    /// The newest cut is of 50, and the group has stopped at 60.
    private static func stoppedAt60() async throws -> World {
        let world = try await ready()
        await world.gatherer.learned(condition: nil, mayDeadLetter: false)
        world.live.change { state in
            for partition in orders { state.offsets[group]?[partition] = CommittedOffset(offset: Offset(60)) }
        }
        return world
    }

    @Test func `of a stopped group the records tell the exact position`() async throws {
        let world = try await Self.stoppedAt60()
        var memory = SyncMemory()
        let without = try await world.cycle(&memory, isLive: false, plansOnly: true)
        #expect(without.resume.values.allSatisfy { $0.offset == Offset(50) && $0.guarantee == .atMost(50) })
        let headers = (live: Copied(isLive: true), other: Copied(isLive: false))
        let outcome = try await world.cycle(&memory, isLive: false, headers: (headers.live, headers.other))
        for partition in Self.orders {
            #expect(outcome.resume[partition]?.offset == Offset(60))
            #expect(outcome.resume[partition]?.guarantee == .exact)
            #expect(outcome.resume[partition]?.method == .headers)
            #expect(world.written[partition]?.offset == Offset(60))
        }
        #expect(headers.live.reads > 0 && headers.other.reads > 0)
    }

    @Test func `nothing is read of a group that goes on, and what cannot be read proves nothing`() async throws {
        let world = try await Self.stoppedAt60()
        var memory = SyncMemory()
        let headers = (live: Copied(isLive: true), other: Copied(isLive: false))
        _ = try await world.cycle(&memory, isLive: true, plansOnly: true, headers: (headers.live, headers.other))
        #expect(headers.live.reads + headers.other.reads == 0)
        let gone = Copied(isLive: true, failure: PortError(.timedOut, operation: "Fetch", detail: "nothing arrived"))
        let outcome = try await world.cycle(
            &memory, isLive: false, plansOnly: true, headers: (gone, Copied(isLive: false)))
        #expect(outcome.resume.values.allSatisfy { $0.offset == Offset(50) && $0.method == .cuts })
    }

    @Test func `while a mirror may leave records out, no position of the records is called exact`() async throws {
        let world = try await Self.stoppedAt60()
        await world.gatherer.learned(condition: nil, mayDeadLetter: true)
        var memory = SyncMemory()
        let outcome = try await world.cycle(
            &memory, isLive: false, plansOnly: true, headers: (Copied(isLive: true), Copied(isLive: false)))
        #expect(outcome.resume.values.allSatisfy { $0.offset <= Offset(60) && $0.guarantee != .exact })
    }
}
