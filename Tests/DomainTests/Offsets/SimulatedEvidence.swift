import Domain
import TestSupport

/// What the daemon has read of a world for groups that consume on one side, as it was when it read it.
final class SimulatedEvidence {
    /// Ways to read evidence wrongly.
    struct Mistakes {
        var readsLiveEndFirst = false
        var takesLastStableOffset = false
    }

    let world: SimulatedWorld
    let live: Int
    let mistakes: Mistakes
    /// Commits of the mirror, some of them.
    private(set) var cuts = Ladder()
    /// A cut at every position that the mirror ever had.
    private(set) var everyCut = Ladder()
    /// Positions in ``cuts``, whether or not the ladder changed them.
    private(set) var sampled: Set<Int> = []
    private(set) var anchors = AnchorLadder()
    private(set) var scanned = AnchorLadder()
    private(set) var syncs = OffsetSyncEvidence()
    private(set) var store = OffsetSyncStore(isReadToEnd: true)
    private var stretch = LocalFreeStretch(from: Offset(0), to: Offset(0))
    private var followed = 0
    private var seenSyncs = [0, 0]
    /// The half of an anchor that was read.
    private var half: (position: Int, scanned: Int, liveEnd: Int)?

    init(_ world: SimulatedWorld, live: Int, mistakes: Mistakes = Mistakes()) {
        self.world = world
        self.live = live
        self.mistakes = mistakes
    }

    var liveLog: SimulatedLog { world.logs[live] }
    var other: SimulatedLog { world.logs[1 - live] }
    var towardsOther: SimulatedMirror { world.mirrors[live] }
    var towardsLive: SimulatedMirror { world.mirrors[1 - live] }
    var moment: WallTime { WallTime(milliseconds: Int64(world.now) * 20_000) }

    static func cut(_ commit: SimulatedMirror.Commit) -> Cut {
        Cut(
            position: Offset(Int64(commit.position)), copiesEnd: Offset(Int64(commit.copiesEnd)),
            highestFiltered: commit.highestFiltered < 0 ? nil : Offset(Int64(commit.highestFiltered)),
            isUpperBound: commit.isUpperBound,
            gap: commit.gap == SimulatedLog.none ? nil : Offset(Int64(commit.gap)))
    }

    /// After every step of the world: what costs nothing to follow.
    func follow() {
        for state in towardsLive.history.dropFirst(followed) {
            everyCut.append(SimulatedEvidence.cut(state), at: moment)
        }
        followed = towardsLive.history.count
    }

    /// One cycle of the daemon, or a half: the world may move between an anchor's two reads.
    func sample(_ random: inout SeededRandom) {
        if let committed = towardsLive.committed, random.chance(70) {
            let cut = SimulatedEvidence.cut(committed)
            cuts.append(cut, at: moment)
            sampled.insert(Int(cut.position.rawValue))
        }
        sampleAnchor(&random)
        if random.chance(60) { readSyncs() }
    }

    private func sampleAnchor(_ random: inout SeededRandom) {
        guard let committed = towardsLive.committed else { return }
        let liveEnd = mistakes.takesLastStableOffset ? liveLog.stableEnd : liveLog.end
        // Bascule's worker commits over filtered records, MirrorMaker 2 does not.
        let position = min(
            committed.gap, world.traits.deduplicates[1 - live] ? committed.position : committed.lastCopiedEnd)
        guard let half else {
            self.half = (position, scan(from: position), liveEnd)
            return
        }
        self.half = nil
        let (first, scan, end) =
            mistakes.readsLiveEndFirst
            ? (position, self.scan(from: position), half.liveEnd)
            : (half.position, half.scanned, liveEnd)
        anchors.append(Anchor(position: Offset(Int64(first)), liveEnd: Offset(Int64(end))), at: moment)
        scanned.append(Anchor(position: Offset(Int64(scan)), liveEnd: Offset(Int64(end))), at: moment)
    }

    /// Reads on from a mirror's position to the first record that was produced there.
    private func scan(from position: Int) -> Int {
        let from = Int(stretch.lifted(Offset(Int64(position))).rawValue)
        var next = max(from, other.start)
        while next < other.stableEnd, !(other.isReadable(next) && other.source[next] == SimulatedLog.local) {
            next += 1
        }
        // A gap lies at its record, which is a local.
        stretch.examined(from: Offset(Int64(position)), to: Offset(Int64(max(next, position))))
        return max(next, position)
    }

    private func readSyncs() {
        for sync in towardsOther.syncs.dropFirst(seenSyncs[0]) {
            store.append(
                OffsetSync(
                    topicPartition: TopicPartition("orders", 0), upstreamOffset: Offset(Int64(sync.upstream)),
                    downstreamOffset: Offset(Int64(sync.downstream))))
        }
        for sync in towardsLive.syncs.dropFirst(seenSyncs[1]) {
            syncs.append(
                upstream: Offset(Int64(sync.upstream)), downstream: Offset(Int64(sync.downstream)), at: moment)
        }
        seenSyncs = [towardsOther.syncs.count, towardsLive.syncs.count]
    }

    // MARK: Headers

    /// The records of one side as a reader gets them, a few at a time.
    ///
    /// - Parameter headersFrom: where the mirror into each side began to write headers.
    private func slice(
        _ read: HeaderSearch.Read, headersFrom: (live: Int, other: Int), _ random: inout SeededRandom
    ) -> HeaderSearch.Slice {
        let (log, begun) = read.side == .live ? (liveLog, headersFrom.live) : (other, headersFrom.other)
        var records: [SeenRecord] = []
        let limit = read.atLeast == 1 ? 1 : random.within(1, 8)
        var next = Int(read.from.rawValue)
        let end = min(Int(read.below.rawValue), log.end)
        while next < end, records.count < limit {
            if log.isReadable(next) {
                let source = log.source[next]
                records.append(
                    SeenRecord(
                        offset: Offset(Int64(next)),
                        origin: source >= 0 && next >= begun ? .copy(source: Offset(Int64(source))) : .local))
            }
            next += 1
        }
        return HeaderSearch.Slice(records: records, examinedTo: Offset(Int64(next)))
    }

    func search(
        _ question: HeaderSearch.Question, headersFrom: (live: Int, other: Int) = (0, 0),
        _ random: inout SeededRandom
    ) -> MethodAnswer {
        var search = HeaderSearch(question)
        while true {
            switch search.step {
            case .read(let read): search.received(slice(read, headersFrom: headersFrom, &random))
            case .found(let outcome): return .proven(outcome.bound)
            case .impossible(let refusal): return .impossible(.headers, refusal)
            }
        }
    }
}
