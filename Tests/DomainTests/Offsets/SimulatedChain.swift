import Domain
import TestSupport

/// A group that moves from side to side, with its offsets written by the rules at random moments.
final class SimulatedChain {
    let world: SimulatedWorld
    private let evidence: [SimulatedEvidence]
    private var live = 0
    private var position = 0
    /// What stands committed on each side, and in how many cycles it has been seen unchanged.
    private var commits: [CommittedOffset?] = [nil, nil]
    private var unchanged = [0, 0]
    /// By origin and offset.
    private var processed: [Set<Int>] = [[], []]
    /// Records that retention took on the side where the group consumed, before it read them there: gone for the
    /// group, whatever survives on the other side. By origin and offset.
    private var agedOut: [Set<Int>] = [[], []]
    private(set) var failovers = 0
    private(set) var writes = 0
    /// Records that a failover would leave unread for ever.
    private(set) var skipped = 0

    /// Broken on purpose: MirrorMaker 2's own group sync.
    private let followsMirrorMaker: Bool

    init(_ world: SimulatedWorld, followsMirrorMaker: Bool = false) {
        self.world = world
        self.followsMirrorMaker = followsMirrorMaker
        evidence = [SimulatedEvidence(world, live: 0), SimulatedEvidence(world, live: 1)]
    }

    /// Moves the world and the group on by one step.
    func step(_ random: inout SeededRandom) {
        world.step(&random)
        for side in evidence {
            side.follow()
            if random.chance(35) { side.sample(&random) }
        }
        if random.chance(60) { consume(random.within(1, 4)) }
        if random.chance(50) { commit() }
        // A group that is set back on purpose reads again, and its offsets on the other side follow or stay.
        if random.chance(1) { setBack(&random) }
        if random.chance(30) { synchronise(&random) }
    }

    private func isProcessed(_ log: Int, _ offset: Int) -> Bool {
        let source = world.logs[log].source[offset]
        let (origin, id) = source >= 0 ? (1 - log, source) : (log, offset)
        return processed[origin].contains(id) || agedOut[origin].contains(id)
    }

    /// A consumer whose position is gone goes on from the log start (`auto.offset.reset=earliest`).
    private func reset(to offset: Int) {
        let log = world.logs[live]
        for passed in min(offset, log.start)..<log.start where log.source[passed] != SimulatedLog.hole {
            let source = log.source[passed]
            if source >= 0 { agedOut[1 - live].insert(source) } else { agedOut[live].insert(passed) }
        }
        position = max(offset, log.start)
    }

    private func consume(_ count: Int) {
        let log = world.logs[live]
        reset(to: position)
        for _ in 0..<count {
            guard position < log.stableEnd else { return }
            if log.isReadable(position) {
                let source = log.source[position]
                if source >= 0 { processed[1 - live].insert(source) } else { processed[live].insert(position) }
            }
            position += 1
        }
    }

    private func commit() {
        let offset = Offset(Int64(position))
        if commits[live]?.offset != offset || commits[live]?.metadata != "" {
            commits[live] = CommittedOffset(offset: offset)
            unchanged[live] = 0
        }
    }

    private func setBack(_ random: inout SeededRandom) {
        position = random.within(world.logs[live].start, position)
        commit()
    }

    /// One cycle of the daemon for the group.
    private func synchronise(_ random: inout SeededRandom) {
        let (side, other) = (evidence[live], 1 - live)
        unchanged[other] += 1
        guard let committed = commits[live]?.offset else { return }
        if followsMirrorMaker {
            let standing = commits[other]?.offset ?? Offset(-1)
            if let offset = side.store.translateDownstream(committed).offset, offset > standing {
                commits[other] = CommittedOffset(offset: offset)
            }
            return
        }
        let trial = SimulatedTrial(side, committed: Int(committed.rawValue))
        let answers = trial.answers(&random).map(\.answer).filter { _ in random.chance(70) }
        guard let resume = ResumePosition(answers, in: trial.surroundings()) else { return }
        if case .conditional = resume.guarantee { return }
        let situation = SyncSituation(
            group: "billing", liveCluster: live == 0 ? "idc1-idc1" : "idc2-idc2", isLiveOnLiveSide: true,
            otherGroup: .listed(.empty), liveCommit: .at(committed),
            otherCommit: commits[other].map { .present($0, unchangedCycles: unchanged[other]) } ?? .none,
            other: trial.otherRange, translation: .proven(resume), lastWritten: nil, now: side.moment, token: 1,
            policy: SyncPolicy(retention: .seconds(86_400), raisesForeignCommits: true))
        if case .write(let write) = situation.decision {
            commits[other] = CommittedOffset(offset: write.offset, metadata: write.tag.metadata)
            writes += 1
        }
    }

    /// The group stops where it is, with or without a last commit, and starts on the other side.
    func failOver(_ random: inout SeededRandom) {
        if random.chance(30) { commit() }
        if random.chance(50) { for mirror in world.mirrors { mirror.isPaused = true } }
        live = 1 - live
        failovers += 1
        let log = world.logs[live]
        reset(to: commits[live].map { Int($0.offset.rawValue) } ?? log.start)
        guard !world.traits.compacts else { return }
        for offset in log.start..<max(log.start, min(position, log.end))
        where log.isReadable(offset) && !isProcessed(live, offset) {
            skipped += 1
        }
    }

    /// Everything arrives and is consumed; returns the surviving records that the group never processed.
    func finish(_ random: inout SeededRandom) -> [Int] {
        world.drain(&random)
        consume(Int.max)
        let log = world.logs[live]
        let surviving = (log.start..<max(log.start, log.end)).filter(log.isReadable)
        guard world.traits.compacts else { return surviving.filter { !isProcessed(live, $0) } }
        // The promise on a compacted topic: the last value of every key.
        var last: [Int: Int] = [:]
        for offset in surviving { last[log.key[offset]] = offset }
        return last.values.filter { !isProcessed(live, $0) }
    }
}
