import Domain
import TestSupport
import Testing

/// Chains of failovers and failbacks lose nothing, whenever the offsets were written.
@Suite struct `Chains of failovers` {
    @Test func `every surviving record is processed, and the last value of every key`() {
        var lost: [String] = []
        var (failovers, writes) = (0, 0)
        for seed in UInt64(1)...1_500 {
            var random = SeededRandom(seed: seed &* 7_919)
            let chain = SimulatedChain(SimulatedWorld(SimulatedWorld.Traits(&random)))
            for _ in 0..<4 {
                for _ in 0..<random.within(10, 40) { chain.step(&random) }
                chain.failOver(&random)
            }
            for _ in 0..<random.within(0, 20) { chain.step(&random) }
            let left = chain.finish(&random)
            if !left.isEmpty || chain.skipped > 0 {
                lost.append("seed \(seed): \(left) unread at the end, \(chain.skipped) passed over at a failover")
            }
            failovers += chain.failovers
            writes += chain.writes
        }
        #expect(lost.isEmpty, "\(lost.prefix(8).joined(separator: "\n"))")
        #expect(failovers == 6_000)
        #expect(writes > 5_000)
    }

    @Test func `the same chains with MirrorMaker 2's group sync lose records`() {
        var lost = 0
        for seed in UInt64(1)...100 {
            var random = SeededRandom(seed: seed)
            let chain = SimulatedChain(SimulatedWorld(SimulatedWorld.Traits()), followsMirrorMaker: true)
            for _ in 0..<4 {
                for _ in 0..<random.within(10, 40) { chain.step(&random) }
                chain.failOver(&random)
            }
            lost += chain.finish(&random).count
        }
        print("chains with MirrorMaker 2's group sync: \(lost) records lost")
        #expect(lost > 0)
    }
}
