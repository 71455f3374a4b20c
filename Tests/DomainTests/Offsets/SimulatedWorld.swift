import Domain
import TestSupport

/// Two logs, a mirror each way, and chance.
final class SimulatedWorld {
    /// What a world does; drawn from its seed.
    struct Traits {
        var deduplicates = [true, true]
        var deadLetterPercent = [0, 0]
        var syncPercent = [100, 100]
        var compacts = false
        var expires = false
        var hasTransactions = false
        var producing = [50, 50]
        var skew = [0, 0]
        var crashPercent = 3
        var commitPercent = 30
        var pausePercent = 2
        var losesMetadata = false

        init() {}

        init(_ random: inout SeededRandom) {
            if random.chance(30) { deduplicates[random.below(2)] = false }
            if random.chance(10) { deadLetterPercent[random.below(2)] = 8 }
            if random.chance(50) { syncPercent = [random.within(5, 100), random.within(5, 100)] }
            compacts = random.chance(20)
            expires = random.chance(20)
            hasTransactions = random.chance(30)
            if random.chance(30) { producing[random.below(2)] = random.chance(50) ? 0 : 4 }
            if random.chance(50) { skew = [random.within(-40, 40), random.within(-40, 40)] }
            crashPercent = random.chance(50) ? random.within(1, 12) : 0
            commitPercent = random.chance(20) ? 100 : random.within(5, 60)
            pausePercent = random.chance(40) ? random.within(1, 6) : 0
            losesMetadata = random.chance(10)
        }
    }

    let traits: Traits
    let logs: [SimulatedLog]
    /// By the side they read from.
    let mirrors: [SimulatedMirror]
    private(set) var now = 1_000
    private var keys = 0

    init(_ traits: Traits) {
        self.traits = traits
        let logs = [SimulatedLog(), SimulatedLog()]
        self.logs = logs
        mirrors = [0, 1].map { side in
            SimulatedMirror(
                from: logs[side], to: logs[1 - side], deduplicates: traits.deduplicates[side],
                deadLetterPercent: traits.deadLetterPercent[side], syncPercent: traits.syncPercent[side])
        }
    }

    /// One thing happens.
    func step(_ random: inout SeededRandom) {
        now += random.within(1, 5)
        let side = random.below(2)
        if random.chance(45) {
            produce(on: side, &random)
        } else if random.chance(80) {
            let mirror = mirrors[side]
            for _ in 0..<random.within(1, 4) {
                guard mirror.advance(&random) else { break }
                if random.chance(traits.commitPercent) { mirror.commit() }
            }
        } else {
            disturb(side, &random)
        }
    }

    private func produce(on side: Int, _ random: inout SeededRandom) {
        guard random.chance(traits.producing[side]) else { return }
        let log = logs[side]
        for _ in 0..<random.within(1, 3) {
            // A key belongs to one side: where both sides write one, the clusters may end differently.
            let key = random.below(4) * 2 + side
            let time = now + traits.skew[side] + random.below(6)
            if traits.hasTransactions, log.hasOpenTransaction || random.chance(25) {
                log.appendInTransaction(time: time, key: key)
            } else {
                _ = log.append(source: SimulatedLog.local, time: time, key: key)
            }
        }
        if log.hasOpenTransaction, random.chance(50) { log.endTransaction(commits: random.chance(75)) }
    }

    private func disturb(_ side: Int, _ random: inout SeededRandom) {
        let mirror = mirrors[side]
        if random.chance(traits.crashPercent * 5) { mirror.crash() }
        if mirror.isDown, random.chance(60) {
            mirror.start(losesMetadata: traits.losesMetadata && random.chance(50))
        }
        if random.chance(traits.pausePercent * 5) { mirror.isPaused = true }
        if mirror.isPaused, random.chance(40) { mirror.isPaused = false }
        let log = logs[side]
        if log.hasOpenTransaction, random.chance(50) { log.endTransaction(commits: random.chance(75)) }
        if traits.compacts, random.chance(40) { log.compact(below: random.within(log.start, log.end)) }
        // Retention that overtakes a mirror is a gap, which holds the partition: not a matter of positions.
        if traits.expires, random.chance(20) {
            log.deleteRecords(below: min(log.start + random.below(5), mirror.committed?.position ?? 0))
        }
    }

    /// Both mirrors run to the end, transactions are committed.
    func drain(_ random: inout SeededRandom) {
        for log in logs where log.hasOpenTransaction { log.endTransaction(commits: true) }
        for mirror in mirrors {
            mirror.isPaused = false
            mirror.start()
        }
        var moved = true
        while moved {
            moved = false
            for mirror in mirrors {
                while mirror.advance(&random) { moved = true }
                mirror.commit()
            }
        }
    }
}

/// The truth about one group at one moment, by looking at every record.
struct BruteForce {
    /// `R*`.
    let optimum: Int
    /// `A` and `B`.
    let a: Int
    let b: Int
    let end: Int
    /// `D`: consumed records at or above each offset of the other side.
    private var consumedFrom: [Int]
    private var unreadOffsets: [Int] = []

    init(live: SimulatedLog, other: SimulatedLog, committed: Int) {
        let end = other.stableEnd
        var a = end
        var b = end
        var consumedFrom = [Int](repeating: 0, count: end + 1)
        var unread: [Int] = []
        var offset = end - 1
        while offset >= other.start {
            consumedFrom[offset] = consumedFrom[offset + 1]
            if other.isReadable(offset) {
                let source = other.source[offset]
                if source >= 0 {
                    if source < committed {
                        consumedFrom[offset] += 1
                    } else {
                        (a, _) = (offset, unread.append(offset))
                    }
                } else {
                    if other.firstCopy[offset] < committed {
                        consumedFrom[offset] += 1
                    } else {
                        (b, _) = (offset, unread.append(offset))
                    }
                }
            }
            offset -= 1
        }
        self.a = a
        self.b = b
        optimum = min(a, b)
        self.end = end
        self.consumedFrom = consumedFrom
        unreadOffsets = unread
    }

    /// How many records that nobody has consumed lie below an offset.
    func unread(below offset: Int) -> Int { unreadOffsets.count { $0 < offset } }

    /// `D(R)`; `offset` is at least the other side's log start.
    func readTwice(from offset: Int) -> Int { offset < consumedFrom.count ? consumedFrom[offset] : 0 }
}
