import TestSupport
import Testing

@testable import Domain

/// What is done wrong on purpose, to see that the property finds it.
private enum Mistake: CaseIterable {
    case evidenceFromMetadataAlone
    case gapsIgnored
    case noListing
}

private struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// One partition on both sides with a mirror that is killed between any two steps.
private struct MirrorWorld {
    enum Entry {
        case local
        case copy(source: Int64)
        /// A transaction marker, an aborted record, or what compaction took.
        case nothing
    }

    enum Kind: CaseIterable {
        case plain
        case compacted
        case transactional
    }

    let kind: Kind
    let deadLetters: Bool
    let mistake: Mistake?
    let topicOfTarget = "target-cluster"
    var dice: SeededRandom
    var from: [Entry] = []
    /// Locals that TO refuses.
    var refused: Set<Int64> = []
    /// TO's log; `nil`: a local of TO, or taken by compaction.
    var to: [Int64?] = []
    /// First target offset of each copy ever written.
    var firstTarget: [Int64: Int64] = [:]
    var writes: [Int64] = []
    var deadLettered: Set<Int64> = []
    var committed: CommittedCut?
    var lastCommit: MirrorCommit?
    /// Locals of FROM whose copy on TO compaction took.
    var compactedCopies: Set<Int64> = []

    init(seed: UInt64, kind: Kind, deadLetters: Bool, mistake: Mistake?) {
        self.kind = kind
        self.deadLetters = deadLetters
        self.mistake = mistake
        dice = SeededRandom(seed: seed)
        var source: Int64 = 0
        for offset in 0..<(20 + dice.below(60)) {
            if dice.chance(kind == .plain ? 0 : 15) {
                from.append(.nothing)
            } else if dice.chance(35) {
                source += Int64(1 + dice.below(3))
                from.append(.copy(source: source))
            } else {
                from.append(.local)
                if deadLetters, dice.chance(8) { refused.insert(Int64(offset)) }
            }
        }
        // What FROM's copies were copied from.
        to = Array(repeating: nil, count: Int(source) + 1)
    }

    var locals: [Int64] {
        from.indices.compactMap { if case .local = from[$0] { Int64($0) } else { nil } }
    }

    // MARK: What must hold

    mutating func check(_ position: Int64, _ commit: MirrorCommit) throws(Violation) {
        func fail(_ text: String) -> Violation { Violation(description: "p=\(position) \(commit.metadata): \(text)") }
        for local in locals where local < position && firstTarget[local] == nil {
            guard deadLettered.contains(local) else { throw fail("\(local) lies below p and is on no side") }
            guard let gap = commit.gap, gap <= local else { throw fail("\(local) was dead-lettered; no gap says so") }
        }
        var filtered: Int64 = -1
        for (offset, entry) in from.enumerated() where offset < position {
            if case .copy(let source) = entry { filtered = max(filtered, source) }
        }
        let copied = locals.filter { $0 < position }.compactMap { firstTarget[$0] }.max().map { $0 + 1 } ?? 0
        if commit.isUpperBound {
            guard commit.copiedEnd >= copied, commit.highestFiltered >= filtered else { throw fail("no upper bound") }
        } else if commit.highestFiltered != filtered {
            throw fail("K should be \(filtered)")
        } else if commit.copiedEnd != copied {
            // What compaction took may only be overstated, up to the next copy.
            guard !compactedCopies.isEmpty, commit.copiedEnd > copied else { throw fail("E should be \(copied)") }
        }
        if let last = lastCommit, last.targetCluster == commit.targetCluster {
            guard commit.copiedEnd >= last.copiedEnd, commit.highestFiltered >= last.highestFiltered else {
                throw fail("fell from \(last.metadata)")
            }
        }
        lastCommit = commit
    }

    // MARK: Both sides

    mutating func write(_ source: Int64) throws(Violation) -> Int64 {
        for _ in 0..<dice.below(3) { to.append(nil) }
        to.append(source)
        let target = Int64(to.count - 1)
        if firstTarget[source] != nil { throw Violation(description: "\(source) was written twice") }
        if let last = writes.last, last > source { throw Violation(description: "\(source) was written after \(last)") }
        firstTarget[source] = target
        writes.append(source)
        return target
    }

    mutating func compact() {
        guard kind == .compacted, to.count > 4 else { return }
        for index in 0..<(to.count - 3) where dice.chance(20) {
            // The newest copy always stays: nothing after it can have its key.
            guard let source = to[index], source != writes.last else { continue }
            to[index] = nil
            compactedCopies.insert(source)
        }
    }

    mutating func started() throws -> MirrorPartition {
        let bounds = MirrorStartPlan.Bounds(
            source: OffsetRange(logStart: Offset(0), logEnd: Offset(Int64(from.count))),
            target: OffsetRange(logStart: Offset(0), logEnd: Offset(Int64(to.count))))
        let plan = try MirrorStartPlan(
            commit: committed, targetCluster: topicOfTarget, topicID: .unknown, bounds: bounds,
            deadLetters: deadLetters, accepted: [])
        var copies: [MirroredCopy] = []
        switch plan.scan {
        case .forward(let first):
            for target in Int(first)..<max(Int(first), to.count) {
                if let source = to[target] { copies.append(MirroredCopy(source: source, target: Int64(target))) }
            }
        case .backward(let last):
            var target = to.count - 1
            while target >= Int(last), !plan.isEnough(copies) {
                if let source = to[target] { copies.append(MirroredCopy(source: source, target: Int64(target))) }
                target -= 1
            }
        }
        switch mistake {
        case .noListing: copies = []
        case .evidenceFromMetadataAlone: copies = copies.map { MirroredCopy(source: $0.source, target: -1) }
        case .gapsIgnored, nil: break
        }
        let start = try plan.start(copies: copies)
        return MirrorPartition(start, targetCluster: topicOfTarget, deadLetters: deadLetters && mistake != .gapsIgnored)
    }

    /// One life of a worker. True when it has reached the end and committed it.
    mutating func live(upTo steps: Int) throws -> Bool {
        var partition = try started()
        var inFlight: [(sequence: Int64, offset: Int64)] = []
        var acknowledgements: [(sequence: Int64, target: Int64)] = []
        var left = steps
        while left > 0 {
            left -= 1
            switch dice.below(4) {
            case 0, 1:
                let offset = partition.next
                guard offset < from.count, inFlight.last.map({ !refused.contains($0.offset) }) ?? true else { break }
                switch from[Int(offset)] {
                case .nothing:
                    partition.passed(to: offset + 1)
                case .copy(let source):
                    guard partition.read(offset, .mirrored(source: source)) == .filtered else {
                        throw Violation(description: "a copy was not filtered")
                    }
                case .local:
                    if case .write(let sequence) = partition.read(offset, .local(hasForeignHeader: false)) {
                        inFlight.append((sequence, offset))
                    }
                }
            case 2:
                guard let first = inFlight.first else { break }
                if refused.contains(first.offset) {
                    deadLettered.insert(first.offset)
                    inFlight.removeFirst()
                    // Killed here, the dead letter is there and nobody knows.
                    left -= 1
                    if left <= 0 { break }
                    partition.deadLettered(first.sequence)
                } else {
                    inFlight.removeFirst()
                    acknowledgements.append((first.sequence, try write(first.offset)))
                }
            default:
                while !acknowledgements.isEmpty, dice.chance(70) {
                    let index = dice.below(acknowledgements.count)
                    let report = acknowledgements.remove(at: index)
                    partition.acknowledged(report.sequence, at: report.target)
                }
                var commit = partition.commit
                if mistake == .gapsIgnored { commit.gap = nil }
                if dice.chance(60) || partition.position == from.count {
                    try check(partition.position, commit)
                    committed = CommittedCut(offset: partition.position, metadata: commit.metadata)
                    if partition.position == from.count { return true }
                }
            }
        }
        // Killed: what is in flight may have arrived, in order.
        for record in inFlight.prefix(dice.below(inFlight.count + 1)) {
            guard !refused.contains(record.offset) else { break }
            _ = try write(record.offset)
        }
        compact()
        if dice.chance(10) {
            committed = nil
            lastCommit = nil
        }
        if dice.chance(10), let cut = committed {
            committed = CommittedCut(offset: cut.offset, metadata: "somebody else's")
            lastCommit = nil
        }
        return false
    }

    mutating func run() throws {
        for _ in 0..<200 where try live(upTo: dice.below(60)) { break }
        while try !live(upTo: 2_000) {}
        for local in locals where firstTarget[local] == nil && !deadLettered.contains(local) {
            throw Violation(description: "\(local) is lost")
        }
    }
}

@Suite("One partition's mirror")
struct MirrorPartitionTests {
    @Test(
        "killed between any two steps it loses, repeats and reorders nothing, and E and K are true",
        arguments: MirrorWorld.Kind.allCases, [false, true])
    private func property(kind: MirrorWorld.Kind, deadLetters: Bool) throws {
        for seed in 0..<600 {
            var world = MirrorWorld(
                seed: UInt64(seed), kind: kind, deadLetters: deadLetters && kind != .compacted, mistake: nil)
            do { try world.run() } catch {
                Issue.record("seed \(seed), \(kind), dead letters \(deadLetters): \(error)")
                return
            }
        }
    }

    @Test("every mistake is found", arguments: Mistake.allCases)
    private func mistakes(mistake: Mistake) {
        let found = (0..<200).contains { seed in
            var world = MirrorWorld(
                seed: UInt64(seed), kind: .plain, deadLetters: mistake == .gapsIgnored, mistake: mistake)
            do { try world.run() } catch { return true }
            return false
        }
        #expect(found)
    }

    private func start(_ position: Int64, _ copies: [MirroredCopy] = [], e: Int64 = 0, k: Int64 = -1) -> MirrorStart {
        MirrorStart(
            position: position,
            evidence: MirrorCommit(copiedEnd: e, highestFiltered: k, copies: 0, targetCluster: "t"), copies: copies)
    }

    @Test("the position waits for the first acknowledgement, with the K of that place")
    func acknowledgements() {
        var partition = MirrorPartition(start(10), targetCluster: "t", deadLetters: false)
        #expect(partition.read(10, .mirrored(source: 4)) == .filtered)
        #expect(partition.position == 11)
        #expect(partition.read(11, .local(hasForeignHeader: false)) == .write(sequence: 0))
        #expect(partition.read(12, .mirrored(source: 6)) == .filtered)
        #expect(partition.read(13, .local(hasForeignHeader: true)) == .write(sequence: 1))
        partition.passed(to: 20)
        #expect(partition.position == 11)
        #expect(partition.commit.highestFiltered == 4)
        partition.acknowledged(1, at: 101)
        #expect(partition.position == 11)
        partition.acknowledged(0, at: 100)
        #expect(partition.position == 20)
        #expect(partition.commit.copiedEnd == 102)
        #expect(partition.commit.highestFiltered == 6)
        #expect(partition.commit.copies == 2)
        #expect(partition.forwardedHeaders == 1)
        #expect(partition.read(19, .local(hasForeignHeader: false)) == .repeated)
    }

    @Test("an unknown version stops the partition where it stands")
    func unknownVersion() {
        var partition = MirrorPartition(start(10), targetCluster: "t", deadLetters: false)
        #expect(partition.read(10, .unknownVersion(2)) == .stop(unknownVersion: 2))
        #expect(partition.position == 10)
    }

    @Test("source offsets that fall are counted")
    func regressions() {
        var partition = MirrorPartition(start(0), targetCluster: "t", deadLetters: false)
        for (offset, source) in [(0, 5), (1, 6), (2, 3), (3, 7)] {
            _ = partition.read(Int64(offset), .mirrored(source: Int64(source)))
        }
        #expect(partition.sourceRegressions == 1)
        #expect(partition.commit.highestFiltered == 7)
    }

    @Test("a log start past the position, and a log that ends before it, wait for an operator")
    func refusals() throws {
        let commit = CommittedCut(
            offset: 10,
            metadata: MirrorCommit(copiedEnd: 3, highestFiltered: 1, copies: 2, targetCluster: "t").metadata)
        func plan(_ source: ClosedRange<Int64>, _ accepted: [AcceptedGap] = []) throws -> MirrorStart {
            let plan = try MirrorStartPlan(
                commit: commit, targetCluster: "t", topicID: .unknown,
                bounds: .init(
                    source: OffsetRange(logStart: Offset(source.lowerBound), logEnd: Offset(source.upperBound)),
                    target: OffsetRange(logStart: Offset(0), logEnd: Offset(50))), deadLetters: false,
                accepted: accepted)
            return try plan.start(copies: [])
        }
        #expect(throws: MirrorStartPlan.Refusal.overtaken(position: 10, logStart: 15)) { try plan(15...20) }
        #expect(try plan(15...20, [.init(partition: 0, from: 10, to: 15)]).position == 15)
        #expect(throws: MirrorStartPlan.Refusal.overtaken(position: 10, logStart: 15)) {
            try plan(15...20, [.init(partition: 0, from: 10, to: 14)])
        }
        #expect(throws: MirrorStartPlan.Refusal.recreated(position: 10, logEnd: 4)) { try plan(0...4) }
        let again = try plan(0...4, [.init(partition: 0, from: 10, to: 0)])
        #expect(again.position == 0)
        #expect(again.evidence.generationFloor == 50)
        #expect(again.evidence.isUpperBound)
    }

    @Test("an accepted gap is open no more")
    func acceptance() {
        var evidence = MirrorCommit(copiedEnd: 3, highestFiltered: 1, copies: 2, targetCluster: "t", gap: 4)
        #expect(
            MirrorStart(position: 9, evidence: evidence, copies: [], accepted: [.init(partition: 0, from: 4, to: 5)])
                .evidence.gap == nil)
        #expect(
            MirrorStart(position: 9, evidence: evidence, copies: [], accepted: [.init(partition: 0, from: 5, to: 9)])
                .evidence.gap == 4)
        evidence.gap = 8
        var partition = MirrorPartition(
            MirrorStart(position: 9, evidence: evidence, copies: []), targetCluster: "t", deadLetters: true)
        partition.accept([.init(partition: 0, from: 8, to: 9)])
        #expect(partition.commit.gap == nil)
    }
}
