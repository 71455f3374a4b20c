import Domain
import TestSupport
import Testing

/// Rules broken on purpose, to see that the harness finds what they lose.
enum WrongRule: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case mirrorMakersFormula = "MirrorMaker 2's formula"
    case aAlone = "A alone"
    case liveEndFirst = "the live side's end read before the mirror's position"
    case lastStableOffset = "the last stable offset in place of the high watermark"
    case followingCopyCompacted = "the following copy (j2) on a compacted topic"
    case searchOverRepeats = "binary search over repeated copies"
    case headersFromTheStart = "headers taken to be on every copy, though they began late"
    case lastConsumedTimestamp = "the timestamp of the last consumed record where both sides produce"
    case copiesEndNotRebuilt = "E not rebuilt after a mirror's restart"
    case copiesBeforeGap = "copies above the committed position where the mirror may dead-letter"
    case timestampsWithGap = "timestamps where the mirror towards the other side dead-letters"
    case syncsWithGap = "syncs of a mirror that leaves records out"

    var testDescription: String { rawValue }

    /// A world in which the rule's fault shows; everything else is as it should be.
    func traits(_ random: inout SeededRandom) -> SimulatedWorld.Traits {
        var traits = SimulatedWorld.Traits()
        traits.commitPercent = random.within(5, 60)
        traits.crashPercent = 0
        traits.syncPercent = [random.within(20, 100), random.within(20, 100)]
        switch self {
        case .mirrorMakersFormula, .aAlone, .liveEndFirst, .headersFromTheStart: break
        case .lastStableOffset: traits.hasTransactions = true
        case .followingCopyCompacted: traits.compacts = true
        case .searchOverRepeats:
            traits.deduplicates = [false, true]
            traits.crashPercent = 10
            traits.commitPercent = 6
        case .lastConsumedTimestamp: traits.skew = [random.within(-40, 40), random.within(-40, 40)]
        case .copiesEndNotRebuilt: traits.crashPercent = 10
        case .copiesBeforeGap: traits.deadLetterPercent = [0, 20]
        case .timestampsWithGap:
            traits.producing = [60, 0]
            traits.deadLetterPercent = [20, 0]
        case .syncsWithGap: traits.deadLetterPercent = [0, 20]
        }
        return traits
    }

    var mistakes: SimulatedEvidence.Mistakes {
        SimulatedEvidence.Mistakes(
            readsLiveEndFirst: self == .liveEndFirst, takesLastStableOffset: self == .lastStableOffset)
    }

    /// Where the rule would have the group resume; `nil`: it has no answer.
    func position(_ trial: SimulatedTrial, _ random: inout SeededRandom) -> Offset? {
        let evidence = trial.evidence
        switch self {
        case .mirrorMakersFormula: return evidence.store.translateDownstream(trial.offset).offset
        case .aAlone: return Offset(Int64(trial.truth.a))
        case .liveEndFirst, .lastStableOffset: return evidence.anchors.answer(for: trial.offset).bound?.offset
        case .followingCopyCompacted:
            return evidence.search(trial.headers(bracket: true, isCompacted: false, &random), &random).bound?.offset
        case .searchOverRepeats:
            return evidence.search(trial.headers(bracket: false, rises: true, &random), &random).bound?.offset
        case .headersFromTheStart: return trial.lateHeaders(areKnown: false, &random).bound?.offset
        case .lastConsumedTimestamp:
            let (live, other) = (evidence.liveLog, evidence.other)
            guard let last = (live.start..<max(live.start, trial.committed)).last(where: live.isReadable) else {
                return nil
            }
            let time = live.time[last]
            let hit = (other.start..<other.stableEnd).first { other.isReadable($0) && other.time[$0] >= time }
            return Offset(Int64(hit ?? other.stableEnd))
        case .copiesEndNotRebuilt: return evidence.cuts.answer(for: trial.offset).bound?.offset
        case .copiesBeforeGap:
            return evidence.search(trial.headers(bracket: true, mayDeadLetter: false, &random), &random).bound
                .flatMap { bound in trial.gap.map { min($0, bound.offset) } ?? bound.offset }
        case .timestampsWithGap:
            return trial.timestamps(producedOn: .liveSide, isMirrorComplete: true, &random).answer(for: trial.offset)
                .bound?.offset
        case .syncsWithGap: return evidence.syncs.answer(for: trial.offset, condition: nil).bound?.offset
        }
    }

    struct Loss {
        var evaluations = 0
        var losing = 0
        var records = 0
        /// The first case, to be played again.
        var example: String?
    }

    /// Plays worlds until enough cases have lost records.
    func play(worlds: UInt64) -> Loss {
        var loss = Loss()
        for seed in 1...worlds {
            var random = SeededRandom(seed: seed)
            let world = SimulatedWorld(traits(&random))
            if self == .copiesEndNotRebuilt { for mirror in world.mirrors { mirror.rebuildsCopiesEnd = false } }
            let evidence = SimulatedEvidence(world, live: 0, mistakes: mistakes)
            for _ in 0..<random.within(30, 90) {
                world.step(&random)
                evidence.follow()
                if random.chance(40) { evidence.sample(&random) }
                guard random.chance(15) else { continue }
                let committed = random.within(evidence.liveLog.start, evidence.liveLog.stableEnd)
                let trial = SimulatedTrial(evidence, committed: committed)
                guard let position = position(trial, &random) else { continue }
                loss.evaluations += 1
                let skipped = trial.truth.unread(below: Int(position.rawValue))
                guard skipped > 0 else { continue }
                loss.losing += 1
                loss.records += skipped
                if loss.example == nil {
                    loss.example =
                        "seed \(seed): O=\(committed), R=\(position.rawValue), R*=\(trial.truth.optimum), "
                        + "skips \(skipped)"
                }
            }
        }
        return loss
    }
}
