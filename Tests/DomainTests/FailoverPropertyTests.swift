import TestSupport
import Testing

@testable import Domain

/// What may never be wanted, told from the events alone.
private struct Watchman {
    var holdsLease = false
    var isGateDone = false
    var isStated = false
    var empty: Set<String> = []
    var decided: [String: GroupDecision] = [:]
    var finalExact: Set<String> = []
    var leftOutAllowed = true

    mutating func saw(_ event: FailoverEvent, _ machine: FailoverMachine) {
        switch event {
        case .leaseAnswered(let answers):
            if case .takeLease? = machine.wanted {
                holdsLease = answers.contains { $0.idc == .idc2 && $0.failure == nil }
            }
        case .fenceExamined(let sights):
            if case .examineFence? = machine.wanted {
                for sight in sights where sight.members == 0 { empty.insert(sight.group) }
            }
        case .consumersStopped(let outcomes):
            if case .stopConsumers? = machine.wanted {
                for outcome in outcomes where outcome.failure == nil { empty.insert(outcome.group) }
            }
        case .consumersRestored:
            if case .restoreConsumers(let groups)? = machine.wanted { empty.subtract(groups) }
        case .offsetsDecided(let decisions):
            if case .decideOffsets(_, let isFinal)? = machine.wanted {
                for decision in decisions {
                    decided[decision.group] = decision
                    if isFinal, decision.verdict == .exact { finalExact.insert(decision.group) }
                }
            }
        case .answered(let answer):
            if case .driver(let prompt) = machine.awaiting, case .notFenced(_, let areSeen) = prompt.question,
                answer.choice == .state, !areSeen
            {
                isStated = true
            }
        default: break
        }
    }

    func objection(to action: FailoverAction, _ machine: FailoverMachine) -> String? {
        if action.writes, !holdsLease { return "writes without the lease" }
        switch action {
        case .writeOffsets(let groups):
            for group in groups {
                guard let decision = decided[group], !decision.isHeld else { return "\(group) has no position" }
                if machine.runbook.promise == .nothingReadTwice, !finalExact.contains(group) {
                    return "\(group) is not exact"
                }
                if machine.groups[group]?.stage == .leftOut { return "\(group) is left out" }
            }
        case .startConsumers(let groups), .pointEndpoints(let groups):
            for group in groups where !empty.contains(group) && !isStated {
                return "\(group) may have members on the source"
            }
            for endpoint in FailoverFixture.endpoints {
                let here = endpoint.groups.filter(groups.contains)
                if !here.isEmpty, here.count < endpoint.groups.count { return "half of an endpoint moves" }
            }
        default: break
        }
        return nil
    }
}

@Test("random events in random order never reach a forbidden state, and any prefix of the journal replays to the same")
func failoverRandomRuns() throws {
    let names = ["disaster", "planned", "outside", "failback"]
    var ended = 0
    for seed in 0..<200 {
        var dice = SeededRandom(seed: UInt64(seed) &* 7_919 &+ 1)
        let name = names[seed % names.count]
        var machine = FailoverFixture.machine(name)
        var watchman = Watchman()
        var entries = [
            JournalEntry(
                sequence: 1, at: FailoverFixture.start, actor: "kim", host: "h1",
                event: .begun(FailoverFixture.header(name)))
        ]
        var states = [machine]
        for step in 0..<120 where machine.outcome == nil {
            // Mostly what fits, sometimes anything.
            let fitting = FailoverFixture.words.filter { word in
                guard let event = FailoverFixture.event(word, machine) else { return false }
                var next = machine
                _ = next.apply(event, at: FailoverFixture.start)
                return next.awaiting != machine.awaiting
            }
            let words =
                step % 5 == 4 || fitting.isEmpty ? FailoverFixture.words : fitting.filter { $0 != "abort" || step > 60 }
            guard let word = words.randomElement(using: &dice), let event = FailoverFixture.event(word, machine) else {
                continue
            }
            let at = FailoverFixture.start.advanced(by: .milliseconds(step * 10))
            watchman.saw(event, machine)
            let actions = machine.apply(event, at: at)
            #expect(actions.count <= 1)
            for action in actions {
                let objection = watchman.objection(to: action, machine)
                #expect(objection == nil, "seed \(seed), step \(step), \(word): \(objection ?? "")")
            }
            entries.append(
                JournalEntry(sequence: Int64(entries.count + 1), at: at, actor: "kim", host: "h1", event: event))
            states.append(machine)
        }
        if machine.outcome != nil {
            ended += 1
            var after = machine
            for word in FailoverFixture.words {
                guard let event = FailoverFixture.event(word, after) else { continue }
                #expect(after.apply(event, at: FailoverFixture.start).isEmpty, "something is wanted after the end")
            }
        }
        guard seed % 10 == 0 else { continue }
        for length in 1...entries.count {
            // As it is stored, and read again.
            let stored = try entries.prefix(length).map { try JournalEntry(bytes: $0.bytes) }
            #expect(stored == Array(entries.prefix(length)))
            let replayed = try FailoverMachine.replaying(stored) { (text) throws(JournalProblem) in
                FailoverFixture.runbook(text)
            }
            #expect(replayed == states[length - 1])
        }
    }
    #expect(ended > 10)
}

@Test("a chain shows a record that was changed, left out or put in")
func failoverChain() {
    let digest: Digest = { bytes in
        // Any function will do that is different for different bytes.
        var state: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        return (0..<32).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 8 * 8)) &+ UInt8($0) }
    }
    var records: [RunRecord] = []
    for sequence in 1...4 {
        records.append(
            RunChain.record(
                JournalEntry(
                    sequence: Int64(sequence), at: FailoverFixture.start, actor: "kim", host: "h1", event: .waited),
                of: "r", after: records.last?.hash ?? RunChain.beginning, digest: digest))
    }
    #expect(RunChain.flaw(in: records, of: "r", digest: digest) == nil)
    var changed = records
    changed[1] = RunRecord(
        run: "r", sequence: 2, bytes: records[1].bytes + [0x20], previous: records[1].previous, hash: records[1].hash)
    #expect(RunChain.flaw(in: changed, of: "r", digest: digest) == "record 2 is not as it was written")
    var shorter = records
    shorter.remove(at: 1)
    #expect(RunChain.flaw(in: shorter, of: "r", digest: digest) == "record 2 is missing: 3 follows 1")
    var swapped = records
    swapped[2] = RunChain.record(
        JournalEntry(sequence: 3, at: FailoverFixture.start, actor: "lee", host: "h1", event: .waited), of: "r",
        after: records[1].hash, digest: digest)
    #expect(RunChain.flaw(in: swapped, of: "r", digest: digest) == "record 4 does not follow the one before it")
}
