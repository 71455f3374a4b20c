import Domain
import TestSupport
import Testing

/// docs/TRANSLATION.md: two random logs, and every method against the truth.
@Suite struct `Offset translation in random worlds` {
    static let worlds: UInt64 = 2_700

    /// Plays one world and checks answers at random moments.
    static func play(
        seed: UInt64, _ failures: inout [SimulatedTrial.Failure], _ counts: inout [String: Int]
    ) -> Int {
        var random = SeededRandom(seed: seed)
        let world = SimulatedWorld(SimulatedWorld.Traits(&random))
        let evidence = [SimulatedEvidence(world, live: 0), SimulatedEvidence(world, live: 1)]
        var checked = 0
        for _ in 0..<random.within(40, 110) {
            world.step(&random)
            for side in evidence {
                side.follow()
                if random.chance(35) { side.sample(&random) }
            }
            guard random.chance(12) else { continue }
            let side = evidence[random.below(2)]
            let log = side.liveLog
            // Also below the log start (retention passed a lagging group), and the two ends.
            let offsets = [log.stableEnd, random.within(log.start, log.stableEnd), random.within(0, log.stableEnd)]
            for committed in offsets {
                checked += SimulatedTrial(side, committed: committed).check(seed: seed, &random, &failures, &counts)
            }
            if failures.count > 5 { return checked }
        }
        return checked
    }

    @Test func `no method nor the maximum of all skips a record, and duplicates are announced`() {
        var failures: [SimulatedTrial.Failure] = []
        var checked = 0
        var counts: [String: Int] = [:]
        for seed in 1...Self.worlds {
            checked += Self.play(seed: seed, &failures, &counts)
            if failures.count > 5 { break }
        }
        print("evaluations: \(checked), of them \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
        #expect(failures.isEmpty, "\(failures.map(\.description).joined(separator: "\n"))")
        #expect(checked >= 200_000)
        for name in SimulatedTrial.methods { #expect(counts[name, default: 0] > 2_000, "\(name) is hardly tried") }
    }

    @Test(arguments: WrongRule.allCases) func `a rule broken on purpose is found out`(_ rule: WrongRule) {
        let loss = rule.play(worlds: 400)
        print(
            "\(rule.rawValue): \(loss.losing) of \(loss.evaluations), \(loss.records) records; \(loss.example ?? "-")")
        #expect(loss.losing > 0, "\(loss.evaluations) evaluations lost nothing")
    }
}
