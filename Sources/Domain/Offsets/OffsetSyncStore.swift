/// MirrorMaker 2's own translation of an offset, for showing what it would have written; never used to write.
///
/// Keeps 64 syncs, as its `OffsetSyncStore` does: the newest first, and entry `i` at most 2^i upstream offsets
/// older than the newest, thinned so that neighbours lie apart. Its answers skip records where both sides
/// produce: docs/TRANSLATION.md.
package struct OffsetSyncStore: Hashable, Sendable {
    private static let size = 64
    private var syncs: [OffsetSync] = []
    private var isReadToEnd: Bool

    /// - Parameter isReadToEnd: `false` while the topic is still being read from its start: of what is read until
    ///   then, only the last sync is kept.
    package init(isReadToEnd: Bool = false) {
        self.isReadToEnd = isReadToEnd
    }

    package mutating func reachedEnd() { isReadToEnd = true }

    package enum Translation: Hashable, Sendable {
        case storeNotReadToEnd
        case noSync
        /// Its -1: all syncs kept are above the offset.
        case tooFarBehind
        /// The sync is of this very offset.
        case exact(Offset)
        /// One past the sync: at most one record of the target further than the sync proves.
        case atMostOneAhead(Offset)

        /// What it would write.
        package var offset: Offset? {
            switch self {
            case .exact(let offset), .atMostOneAhead(let offset): offset
            case .storeNotReadToEnd, .noSync, .tooFarBehind: nil
            }
        }
    }

    package func translateDownstream(_ upstream: Offset) -> Translation {
        guard isReadToEnd else { return .storeNotReadToEnd }
        guard !syncs.isEmpty else { return .noSync }
        guard let sync = syncs.first(where: { $0.upstreamOffset <= upstream }) else { return .tooFarBehind }
        return sync.upstreamOffset == upstream
            ? .exact(sync.downstreamOffset) : .atMostOneAhead(sync.downstreamOffset.advanced(by: 1))
    }

    package mutating func append(_ sync: OffsetSync) {
        guard let newest = syncs.first, isReadToEnd, newest.upstreamOffset <= sync.upstreamOffset else {
            // The first; or one of many while reading on; or a rewind, after which the older ones say nothing.
            syncs = Array(repeating: sync, count: OffsetSyncStore.size)
            return
        }
        let before = syncs
        var candidate = 0
        var replacement = sync
        syncs[0] = sync
        for place in 1..<OffsetSyncStore.size {
            let previous = syncs[place - 1]
            // The oldest of the former entries that may stand here, so that as many as possible stay apart.
            var passesOver = true
            while passesOver, candidate < place {
                let old = before[candidate]
                let isApart = OffsetSyncStore.isApart(previous, old, place - 1)
                let isRepeated = candidate + 1 < before.count && before[candidate + 1] == old
                let fits =
                    OffsetSyncStore.isRecent(previous, old, place - 1, place) && isApart
                    && (place + 1 >= before.count || OffsetSyncStore.isApart(old, syncs[place + 1], place))
                if fits { replacement = old }
                passesOver = isRepeated || !isApart
                if fits || passesOver { candidate += 1 }
            }
            if OffsetSyncStore.isRecent(previous, syncs[place], place - 1, place) { return }
            syncs[place] = replacement
        }
    }

    /// Entry `j` may be at most 2^j - 2^i older than entry `i`; in 64 bits that wrap, as in Java.
    private static func isRecent(_ newer: OffsetSync, _ older: OffsetSync, _ i: Int, _ j: Int) -> Bool {
        let bound = older.upstreamOffset.rawValue &+ (Int64(1) << Int64(j)) &- (Int64(1) << Int64(i))
        return newer == older || bound < 0 || newer.upstreamOffset.rawValue <= bound
    }

    private static func isApart(_ newer: OffsetSync, _ older: OffsetSync, _ i: Int) -> Bool {
        let bound = older.upstreamOffset.rawValue &+ (Int64(1) << Int64(max(i - 2, 0)))
        return newer == older || (bound >= 0 && newer.upstreamOffset.rawValue >= bound)
    }
}
