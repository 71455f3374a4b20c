import Domain
import Testing

@Suite struct `MirrorMaker 2's own translation` {
    static func sync(_ upstream: Int64, _ downstream: Int64) -> OffsetSync {
        OffsetSync(
            topicPartition: TopicPartition("orders", 0), upstreamOffset: Offset(upstream),
            downstreamOffset: Offset(downstream))
    }

    @Test func `says nothing before its topic is read, nor without a sync`() {
        var store = OffsetSyncStore()
        store.append(Self.sync(1, 1))
        #expect(store.translateDownstream(Offset(1)) == .storeNotReadToEnd)
        #expect(OffsetSyncStore(isReadToEnd: true).translateDownstream(Offset(1)) == .noSync)
    }

    @Test func `while reading on only the last sync is kept`() {
        var store = OffsetSyncStore()
        for offset in 0..<10 { store.append(Self.sync(Int64(offset), Int64(offset))) }
        store.reachedEnd()
        #expect(store.translateDownstream(Offset(8)) == .tooFarBehind)
        #expect(store.translateDownstream(Offset(9)) == .exact(Offset(9)))
        #expect(store.translateDownstream(Offset(50)) == .atMostOneAhead(Offset(10)))
    }

    @Test func `a sync below the newest overwrites them all`() {
        var store = OffsetSyncStore(isReadToEnd: true)
        for offset in 0..<100 { store.append(Self.sync(Int64(offset), Int64(offset))) }
        #expect(store.translateDownstream(Offset(0)) == .exact(Offset(0)))
        store.append(Self.sync(60, 160))
        #expect(store.translateDownstream(Offset(59)) == .tooFarBehind)
        #expect(store.translateDownstream(Offset(60)) == .exact(Offset(160)))
    }

    @Test(arguments: [1, 3, 100] as [Int64]) func `is denser near the end`(_ step: Int64) {
        var store = OffsetSyncStore(isReadToEnd: true)
        let last: Int64 = 20_000
        for offset in stride(from: Int64(0), through: last, by: Int(step)) { store.append(Self.sync(offset, offset)) }
        let newest = last / step * step
        for behind in [0, 1, 2, 5, 17, 100, 1_000, 15_000] as [Int64] {
            guard let offset = store.translateDownstream(Offset(newest - behind)).offset?.rawValue else {
                Issue.record("no sync at or below \(newest - behind)")
                continue
            }
            #expect(offset <= newest - behind + 1)
            // KIP-794's store keeps a sync about as far behind an offset as that is behind the newest.
            #expect(newest - behind - offset <= max(2 * behind, 2 * step))
        }
    }
}
