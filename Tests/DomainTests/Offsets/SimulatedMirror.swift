import TestSupport

/// A mirror between two simulated logs, after the contract of Bascule's worker: position, evidence, start procedure.
///
/// Without de-duplication it goes on from its last commit and writes copies again, as MirrorMaker 2 does.
final class SimulatedMirror {
    struct Commit {
        var position: Int
        var copiesEnd: Int
        var highestFiltered: Int
        var isUpperBound: Bool
        var gap: Int
        /// One past the last record copied: what MirrorMaker 2 has for a position.
        var lastCopiedEnd: Int
    }

    struct Sync {
        let upstream: Int
        let downstream: Int
    }

    let from: SimulatedLog
    let to: SimulatedLog
    let deduplicates: Bool
    let deadLetterPercent: Int
    let syncPercent: Int
    /// Broken on purpose when `false`: the start procedure takes `E` from the metadata alone.
    var rebuildsCopiesEnd = true

    private(set) var now = Commit(
        position: 0, copiesEnd: 0, highestFiltered: -1, isUpperBound: false, gap: SimulatedLog.none, lastCopiedEnd: 0)
    private(set) var committed: Commit?
    private(set) var syncs: [Sync] = []
    /// Everything ``now`` ever was.
    private(set) var history: [Commit] = []
    private(set) var hasRepeated = false
    /// `E` was raised because compaction took a copy: no longer the true value.
    private(set) var hasGuessed = false
    var isPaused = false
    private(set) var isDown = false
    /// Copies found on the target at the start: by source, their first offset.
    private var listed: [Int: Int] = [:]
    private var highestListed = -1
    /// What `E` and `K` must both exceed before they are true values again.
    private var upperBound = 0

    init(
        from: SimulatedLog, to: SimulatedLog, deduplicates: Bool, deadLetterPercent: Int = 0, syncPercent: Int = 100
    ) {
        self.from = from
        self.to = to
        self.deduplicates = deduplicates
        self.deadLetterPercent = deadLetterPercent
        self.syncPercent = syncPercent
        history = [now]
    }

    /// Filters or copies one record, or moves over one hole; `false`: there is nothing to do.
    func advance(_ random: inout SeededRandom) -> Bool {
        guard !isPaused, !isDown, now.position < from.stableEnd else { return false }
        let offset = now.position
        now.position += 1
        defer { history.append(now) }
        guard from.isReadable(offset) else { return true }
        let source = from.source[offset]
        if source >= 0 {
            now.highestFiltered = max(now.highestFiltered, source)
        } else if let copy = listed[offset] {
            if rebuildsCopiesEnd { now.copiesEnd = max(now.copiesEnd, copy + 1) }
            now.lastCopiedEnd = offset + 1
        } else if offset < highestListed {
            skipped(offset)
        } else if random.chance(deadLetterPercent) {
            now.gap = min(now.gap, offset)
        } else {
            copy(offset, &random)
        }
        if now.isUpperBound, now.copiesEnd > upperBound, now.highestFiltered + 1 > upperBound {
            now.isUpperBound = false
        }
        return true
    }

    private func skipped(_ offset: Int) {
        if deadLetterPercent > 0 {
            now.gap = min(now.gap, offset)
        } else if rebuildsCopiesEnd, let next = listed.filter({ $0.key > offset }).map(\.value).min() {
            hasGuessed = true
            now.copiesEnd = max(now.copiesEnd, next)
        }
    }

    private func copy(_ offset: Int, _ random: inout SeededRandom) {
        let target = to.append(source: offset, time: from.time[offset], key: from.key[offset])
        if from.firstCopy[offset] == SimulatedLog.none {
            from.firstCopy[offset] = target
        } else {
            hasRepeated = true
        }
        now.copiesEnd = target + 1
        now.lastCopiedEnd = offset + 1
        if random.chance(syncPercent) {
            syncs.append(Sync(upstream: offset, downstream: target))
        }
    }

    func commit() {
        if !isDown { committed = now }
    }

    func crash() { isDown = true }

    /// - Parameter losesMetadata: somebody else committed the position without it.
    func start(losesMetadata: Bool = false) {
        guard isDown else { return }
        isDown = false
        listed = [:]
        highestListed = -1
        now =
            committed
            ?? Commit(
                position: from.start, copiesEnd: 0, highestFiltered: -1, isUpperBound: false,
                gap: SimulatedLog.none, lastCopiedEnd: 0)
        if losesMetadata {
            now.isUpperBound = true
            now.copiesEnd = to.end
            now.highestFiltered = to.end - 1
            upperBound = to.end
        }
        guard deduplicates else { return }
        for offset in max(to.start, losesMetadata ? 0 : now.copiesEnd)..<max(to.start, to.end) {
            let source = to.source[offset]
            guard source >= now.position, !to.isRemoved[offset], listed[source] == nil else { continue }
            listed[source] = offset
            highestListed = max(highestListed, source)
        }
    }
}
