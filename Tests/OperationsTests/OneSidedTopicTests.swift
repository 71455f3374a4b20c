import Domain
import Operations
import Synchronization
import TestSupport
import Testing

/// Groups of topics that are declared to be produced on one side, where nothing but timestamps says where they go on.
@Suite struct OneSidedTopicTests {
    private static let partition = TopicPartition("settlement", 0)
    private static let topic = Topic(
        name: "settlement", partitions: [Partition(number: 0, leader: 1, replicas: [1], inSyncReplicas: [1])])
    private static let group = "billing"

    /// A log whose record at offset `n` carries the timestamp `stamps[n]`; below `start` retention took them.
    private final class StampedLog: TimestampReading {
        struct State {
            var start = 0
            var stamps: [Int64] = []
            var problem: PortError?
        }

        private let state = Mutex(State())

        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
        var now: State { state.withLock { $0 } }
        var range: OffsetRange {
            OffsetRange(logStart: Offset(Int64(now.start)), logEnd: Offset(Int64(now.stamps.count)))
        }

        func firstTimestamp(
            of partition: TopicPartition, from: Offset, below: Offset
        ) async throws(PortError) -> WallTime? {
            let now = now
            if let problem = now.problem { throw problem }
            let next = Int(from.rawValue)
            guard next >= now.start else { throw PortError(.notFound, operation: "Fetch", detail: "out of range") }
            return next < min(now.stamps.count, Int(below.rawValue)) ? WallTime(milliseconds: now.stamps[next]) : nil
        }

        func firstOffset(
            of partition: TopicPartition, atOrAfter timestamp: WallTime
        ) async throws(PortError) -> Offset? {
            let now = now
            return (now.start..<now.stamps.count).first { now.stamps[$0] >= timestamp.milliseconds }
                .map { Offset(Int64($0)) }
        }

        func logStart(of partition: TopicPartition) async throws(PortError) -> Offset { range.logStart }
    }

    /// The live side is produced on, and a mirror copies to the other side in order.
    private final class World {
        let live = StampedLog()
        let other = StampedLog()
        let calls: SyncCalls
        let liveSide: SyncSide
        let otherSide: SyncSide
        let gatherer: EvidenceGatherer
        var memory = SyncMemory()

        init(isDeclared: Bool = true, producedOn: OneSidedTimestamps.ProducedOn = .liveSide) {
            let calls = SyncCalls()
            let (liveSide, otherSide) = (SyncSide("live", calls), SyncSide("other", calls))
            (self.calls, self.liveSide, self.otherSide) = (calls, liveSide, otherSide)
            var declared: (@Sendable (String) -> OneSidedTimestamps.ProducedOn?)?
            if isDeclared { declared = { _ in producedOn } }
            gatherer = EvidenceGatherer(
                ports: EvidenceGatherer.Ports(towardsLive: otherSide, towardsOther: liveSide),
                groups: EvidenceGatherer.PositionGroups(towardsLive: "idc2.idc1", towardsOther: "idc1.idc2"),
                liveCluster: "idc1", producedOn: declared,
                now: { WallTime(milliseconds: 1_764_000_000_000) })
        }

        func learn(isUncompacted: Bool = true, keepsCreateTime: Bool = true, leavesNothingOut: Bool = true) async {
            await gatherer.learned(uncompacted: isUncompacted ? [topic.name] : [])
            for onLiveSide in [true, false] {
                await gatherer.learned(timestamped: keepsCreateTime ? [topic.name] : [], onLiveSide: onLiveSide)
                await gatherer.learned(leavesNothingOut: leavesNothingOut, towardsLive: onLiveSide)
            }
        }

        func produce(_ stamps: [Int64], mirrored: Int? = nil) {
            live.change { $0.stamps += stamps }
            mirror(to: mirrored ?? live.now.stamps.count)
        }

        func mirror(to end: Int) {
            let all = live.now.stamps
            other.change { state in state.stamps = Array(all[..<max(end, state.stamps.count)]) }
        }

        func commit(_ offset: Int) {
            liveSide.change {
                $0.offsets[group] = [partition: CommittedOffset(offset: Offset(Int64(offset)))]
            }
        }

        func round() async {
            let (one, two) = (live.range, other.range)
            liveSide.change { $0.ranges[partition] = one }
            otherSide.change { $0.ranges[partition] = two }
            let failures = await EvidenceRound(
                gatherer, live: EvidenceRound.Side(liveSide, topics: [topic]),
                other: EvidenceRound.Side(otherSide, topics: [topic])
            ).read()
            #expect(failures == [])
        }

        func cycle() async throws -> GroupSync.Outcome {
            let sync = GroupSync(
                ports: GroupSync.Ports(
                    live: liveSide, evidence: gatherer, otherGroups: otherSide, other: otherSide, writing: otherSide),
                liveCluster: "idc1", policy: SyncPolicy(retention: .seconds(7 * 86_400)), token: 3,
                now: { WallTime(milliseconds: 1_764_000_000_000) },
                timestamps: TimestampSearching(live: live, other: other))
            return try await sync.cycle(group, partitions: nil, isLiveOnLiveSide: true, memory: &memory)
        }

        /// Two rounds, so that an end of the other side is known that is older than that of the live side, and a cycle.
        func resume() async throws -> Int64? {
            for _ in 0..<2 { await round() }
            return try await cycle().resume[partition]?.offset.rawValue
        }

        /// Where the group would go on by what stands on the other side.
        var standing: Int64? { otherSide.now.offsets[group]?[partition]?.offset.rawValue }
    }

    private static func ready(_ world: World = World()) async -> World {
        await world.learn()
        return world
    }

    @Test func `the first unread record's timestamp leads to its copy, on the condition that was declared`()
        async throws
    {
        let world = await Self.ready()
        world.produce(Array(100..<150))
        world.commit(30)
        for _ in 0..<2 { await world.round() }
        let resume = try #require(try await world.cycle().resume[Self.partition])
        #expect(resume.offset == Offset(30) && resume.method == .time)
        guard case .conditional(.oneSidednessDeclared, _) = resume.guarantee else {
            Issue.record("\(resume.guarantee)")
            return
        }
        #expect(world.standing == 30)
    }

    @Test func `a group that has read all goes on at the end that was read before the live side's`() async throws {
        let world = await Self.ready()
        world.produce(Array(100..<150), mirrored: 40)
        world.commit(50)
        #expect(try await world.resume() == 40)
        world.mirror(to: 50)
        // The end that is known to be older than the live side's is still that of the round before.
        await world.round()
        #expect(try await world.cycle().resume[Self.partition]?.offset == Offset(40))
        #expect(try await world.resume() == 50)
    }

    @Test func `a record that has not been copied leads to the end`() async throws {
        let world = await Self.ready()
        world.produce(Array(100..<150), mirrored: 20)
        world.commit(30)
        #expect(try await world.resume() == 20)
    }

    @Test func `equal and disordered timestamps only lead further back`() async throws {
        let world = await Self.ready()
        world.produce([5, 9, 9, 7, 7, 8, 9, 12])
        world.commit(5)
        #expect(try await world.resume() == 1)
        world.commit(7)
        #expect(try await world.resume() == 7)
    }

    @Test func `the first round reads the other side's end before the live side's`() async throws {
        let world = await Self.ready()
        world.produce(Array(100..<150), mirrored: 40)
        world.commit(50)
        await world.round()
        #expect(try await world.cycle().resume[Self.partition]?.offset == Offset(40))
        let calls = world.calls.taken()
        #expect(calls.prefix(2) == ["other ListOffsets", "other OffsetFetch idc2.idc1"])
    }

    @Test func `where retention took the other side's start, only what was proven before says that the copy is there`()
        async throws
    {
        let world = await Self.ready()
        world.produce(Array(100..<150))
        world.other.change { $0.start = 10 }
        world.commit(30)
        // Nothing was proven: the copy may have aged out, and the log's start says no more the second time.
        #expect(try await world.resume() == 10)
        #expect(try await world.resume() == 10)
        // Who has read all has read what is gone.
        world.commit(50)
        #expect(try await world.resume() == 50)
        world.produce(Array(150..<160))
        world.commit(55)
        #expect(try await world.resume() == 55)
        // A daemon that begins again knows less, and lowers nothing.
        world.memory = SyncMemory()
        #expect(try await world.resume() == 10)
        #expect(world.standing == 55)
        // A group that was set back has other records unread than it had.
        world.commit(30)
        #expect(try await world.resume() == 10)
    }

    @Test func `a topic of which nobody has said that it is one-sided is held`() async throws {
        let world = await Self.ready(World(isDeclared: false))
        world.produce(Array(100..<150))
        world.commit(30)
        #expect(try await world.resume() == nil)
        #expect(world.standing == nil)
    }

    @Test func `compacted, stamped by the brokers, or copied with records left out: held with the reason`() async throws
    {
        for (learn, refusal): ((World) async -> Void, MethodRefusal) in [
            ({ await $0.learn(isUncompacted: false) }, .compacted),
            ({ await $0.learn(keepsCreateTime: false) }, .logAppendTime),
            ({ await $0.learn(leavesNothingOut: false) }, .mirrorIncomplete),
        ] {
            let world = World()
            await learn(world)
            world.produce(Array(100..<150))
            world.commit(30)
            #expect(try await world.resume() == nil)
            guard case .hold(.unproven(let answers)) = try await world.cycle().decisions[Self.partition] else {
                Issue.record("\(refusal): not held")
                continue
            }
            #expect(answers.contains(.impossible(.time, refusal)))
        }
    }

    @Test func `an open transaction or a cluster that does not answer holds, and what stands stays`() async throws {
        let world = await Self.ready()
        world.produce(Array(100..<150))
        world.commit(30)
        #expect(try await world.resume() == 30)
        world.live.change { $0.problem = PortError(.timedOut, operation: "Fetch", detail: "nothing arrived") }
        world.commit(40)
        #expect(try await world.cycle().resume[Self.partition] == nil)
        #expect(world.standing == 30)
        world.live.change { $0.problem = nil }
        #expect(try await world.resume() == 40)
    }

    @Test func `copies of what the other side produced lead the same way, and their end proves nothing`() async throws {
        let world = await Self.ready(World(producedOn: .otherSide))
        world.produce(Array(100..<150))
        world.commit(30)
        #expect(try await world.resume() == 30)
        world.commit(50)
        #expect(try await world.resume() == nil)
        #expect(world.standing == 30)
    }

    @Test func `no position leads past an unread record, whatever retention, clocks and commits do`() async throws {
        for seed in 1...UInt64(400) {
            var random = SeededRandom(seed: seed)
            let world = await Self.ready()
            var (clock, committed): (Int64, Int) = (1_000, 0)
            for _ in 0..<40 {
                switch random.within(0, 6) {
                case 0...1:
                    let stamps = (0..<random.within(1, 6)).map { _ in clock + Int64(random.within(0, 9)) }
                    clock += Int64(random.within(0, 6))
                    world.produce(stamps, mirrored: world.other.now.stamps.count)
                case 2: world.mirror(to: random.within(world.other.now.stamps.count, world.live.now.stamps.count))
                case 3: committed = random.within(random.chance(10) ? 0 : committed, world.live.now.stamps.count)
                case 4:
                    // Retention takes no more than has been consumed, on either side.
                    let start = random.within(world.other.now.start, min(committed, world.other.now.stamps.count))
                    world.other.change { $0.start = max($0.start, start) }
                default: await world.round()
                }
                committed = max(committed, world.live.now.start)
                world.commit(committed)
                let outcome = try await world.cycle()
                guard let resume = outcome.resume[Self.partition]?.offset.rawValue else { continue }
                // Offset n of the other side is the copy of offset n: unread is what lies from the commit on.
                let firstUnread = max(min(committed, world.other.now.stamps.count), world.other.now.start)
                #expect(
                    resume <= firstUnread,
                    "seed \(seed): \(resume) past \(firstUnread), \(committed) \(world.live.now) \(world.other.now) \(outcome.resume)"
                )
            }
        }
    }
}
