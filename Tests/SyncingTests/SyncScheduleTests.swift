import Domain
import Testing

@testable import Syncing

@Suite struct `Which groups are looked at when` {
    private let start = WallTime(milliseconds: 1_764_000_000_000)

    @Test func `a group that has committed is taken once, and is warm until its copies have had time to come`() {
        var schedule = SyncSchedule()
        schedule.moved(["billing": start])
        #expect(schedule.takeMoved(now: start) == ["billing": start])
        #expect(schedule.takeMoved(now: start).isEmpty)
        #expect(schedule.warm(now: start.advanced(by: .seconds(4))) == ["billing"])
        #expect(schedule.warm(now: start.advanced(by: .seconds(5))).isEmpty)
    }

    @Test func `all groups are looked at in the first round of few, and each again within ten seconds`() {
        var schedule = SyncSchedule()
        let groups = (0..<40).map { "g\($0)" }
        #expect(Set(schedule.takeTurns(of: groups, now: start)) == Set(groups))
        var seen: Set<String> = []
        for tenth in 1...100 {
            let moment = start.advanced(by: .milliseconds(tenth * 100))
            seen.formUnion(schedule.takeTurns(of: groups, now: moment))
        }
        #expect(seen == Set(groups))
    }

    @Test func `of ten thousand quiet groups no more than two hundred a second are asked`() throws {
        var schedule = SyncSchedule()
        let groups = (0..<10_000).map { "g\($0)" }
        // The first round is as quick as looks are begun.
        var seen: Set<String> = []
        while seen.count < groups.count {
            let taken = schedule.takeTurns(of: groups, now: start)
            try #require(!taken.isEmpty, "\(seen.count)")
            seen.formUnion(taken)
        }
        var asked = 0
        for quarter in 1...40 {
            asked += schedule.takeTurns(of: groups, now: start.advanced(by: .milliseconds(quarter * 250))).count
        }
        #expect((1_900...2_000).contains(asked), "\(asked)")
    }

    /// A schedule that sees everything, after a round in which of each group nothing was left to do.
    private func resting(_ groups: [String]) -> SyncSchedule {
        var schedule = SyncSchedule()
        for sight in SyncSchedule.Sight.everything { schedule.sees(sight.what, on: sight.idc, true) }
        var due = Set(schedule.takeTurns(of: groups, now: start))
        while !due.isEmpty {
            for group in schedule.begin(due, moved: [:], now: start) {
                schedule.ended(group, needsAnotherTry: false, rest: .seconds(3_600), now: start)
            }
            due = Set(schedule.dueAgain(now: start)).union(schedule.takeTurns(of: groups, now: start))
        }
        return schedule
    }

    /// The groups that are asked from one second to another.
    private func asked(
        _ schedule: inout SyncSchedule, _ groups: [String], seconds: Range<Int>, rest: Duration? = .seconds(3_600)
    ) -> [String] {
        var asked: [String] = []
        for second in seconds {
            let now = start.advanced(by: .seconds(second))
            let due = Set(schedule.takeTurns(of: groups, now: now)).union(schedule.dueAgain(now: now))
            for group in schedule.begin(due, moved: [:], now: now) {
                asked.append(group)
                schedule.ended(group, needsAnotherTry: false, rest: rest, now: now)
            }
        }
        return asked
    }

    @Test func `a group for which nothing is left to do is left alone, for five minutes at most`() {
        let groups = (0..<10_000).map { "g\($0)" }
        var schedule = resting(groups)
        #expect(asked(&schedule, groups, seconds: 1..<300).isEmpty)
        let again = asked(&schedule, groups, seconds: 300..<390)
        #expect(Set(again) == Set(groups) && again.count == groups.count, "\(again.count)")
    }

    @Test func `one that has committed, or that a side lists otherwise, is left alone no more`() {
        let groups = (0..<1_000).map { "g\($0)" }
        var schedule = resting(groups)
        // Whoever it was taken from has the commit; it can be ours again before that was written.
        schedule.moved(["g1": start])
        _ = schedule.takeMoved(now: start)
        schedule.changed(["g2"])
        let seen = asked(&schedule, groups, seconds: 1..<30)
        #expect(seen.sorted() == ["g1", "g2"], "\(seen)")
    }

    @Test(arguments: SyncSchedule.Sight.everything)
    func `while something is not seen as it comes no group is left alone`(_ sight: SyncSchedule.Sight) {
        let groups = (0..<100).map { "g\($0)" }
        var schedule = resting(groups)
        schedule.sees(sight.what, on: sight.idc, false)
        let blind = asked(&schedule, groups, seconds: 1..<31)
        #expect(Set(blind) == Set(groups) && blind.count > 2 * groups.count, "\(blind.count)")
        // One that had begun before may have missed what came meanwhile.
        let now = start.advanced(by: .seconds(31))
        #expect(schedule.begin(["g1"], moved: [:], now: now) == ["g1"])
        schedule.sees(sight.what, on: sight.idc, true)
        schedule.ended("g1", needsAnotherTry: false, rest: .seconds(3_600), now: now)
        let first = asked(&schedule, groups, seconds: 32..<90)
        #expect(Set(first) == Set(groups) && first.count == groups.count, "\(first.count)")
        #expect(asked(&schedule, groups, seconds: 90..<300).isEmpty)
    }

    @Test func `one for which something is left to do is looked at in its turn`() {
        let groups = (0..<100).map { "g\($0)" }
        var schedule = resting(groups)
        schedule.changed(["g5"])
        let seen = asked(&schedule, groups, seconds: 1..<31, rest: nil)
        #expect(Set(seen) == ["g5"] && seen.count > 5, "\(seen.count)")
    }

    @Test func `while a coordinator's groups wait no more of them take their turns, and all others do`() {
        var schedule = SyncSchedule()
        let groups = (0..<10_000).map { "g\($0)" }
        func isStuck(_ group: String) -> Bool { SyncSchedule.coordinator(of: group) == 7 }
        var looked: [String: Int] = [:]
        var waiting = 0
        for tenth in 0..<900 {
            let now = start.advanced(by: .milliseconds(tenth * 100))
            let turns = tenth % 10 == 0 ? schedule.takeTurns(of: groups, now: now) : []
            // Those of one coordinator are never ended.
            let due = Set(turns).union(schedule.dueAgain(now: now))
            for group in schedule.begin(due, moved: [:], now: now) where !isStuck(group) {
                looked[group, default: 0] += 1
                schedule.ended(group, needsAnotherTry: false, now: now)
            }
            waiting = max(waiting, schedule.dueAgain(now: now).count(where: isStuck))
        }
        #expect(waiting <= SyncSchedule.waitingAtOneCoordinator)
        let others = groups.filter { !isStuck($0) }
        #expect(Set(looked.keys) == Set(others))
        let counts = others.compactMap { looked[$0] }
        #expect(
            (counts.min() ?? 0) >= 2 && (counts.max() ?? 0) - (counts.min() ?? 0) <= 1,
            "\(counts.min() ?? 0) to \(counts.max() ?? 0)")
    }

    @Test func `a group that is under way is not begun again, and keeps its turn`() {
        var schedule = SyncSchedule()
        #expect(schedule.begin(["billing", "audit"], moved: [:], now: start).sorted() == ["audit", "billing"])
        let later = start.advanced(by: .seconds(1))
        #expect(schedule.begin(["billing"], moved: ["billing": later], now: later).isEmpty)
        schedule.ended("audit", needsAnotherTry: false, now: later)
        #expect(schedule.begin(["audit"], moved: [:], now: later) == ["audit"], "the other one is not waited for")
        schedule.ended("billing", needsAnotherTry: false, now: later)
        #expect(schedule.takeMoved(now: later) == ["billing": later], "its commit is not forgotten")
        #expect(schedule.dueAgain(now: later) == ["billing"])
        #expect(schedule.begin(["billing"], moved: [:], now: later) == ["billing"])
    }

    @Test func `who has committed begins before who waits, and who waits before whose turn it is`() {
        var schedule = SyncSchedule()
        // Of one coordinator, so that there are four places.
        let names = (0..<4_000).map { "g\($0)" }.filter { SyncSchedule.coordinator(of: $0) == 7 }
        let (waiting, quiet) = (names[0..<8], Set(names[8..<60]))
        let (moved, warm) = (names[60], names[61])
        schedule.moved([warm: start])
        _ = schedule.takeMoved(now: start)
        for (order, group) in waiting.enumerated() {
            schedule.again(group, now: start.advanced(by: .milliseconds(order)))
        }
        let now = start.advanced(by: .seconds(1))
        let due = quiet.union(waiting).union([moved, warm])
        let first = schedule.begin(due, moved: [moved: now], now: now)
        #expect(Set(first.prefix(2)) == [moved, warm])
        #expect(Array(first.dropFirst(2)) == Array(waiting[0..<2]))
        // Whoever had no place waits from then on, and nobody who comes later passes.
        var order = first
        for second in 2...12 {
            let later = start.advanced(by: .seconds(second))
            for group in order.suffix(4) { schedule.ended(group, needsAnotherTry: false, now: later) }
            order += schedule.begin(quiet.union(schedule.dueAgain(now: later)), moved: [:], now: later)
        }
        #expect(Array(order[2..<10]) == Array(waiting))
        #expect(Set(order.dropFirst(10)).count == order.count - 10, "nobody twice before all have had their turn")
    }

    @Test func `a group that cannot be read is left alone for a while, never for long`() {
        var schedule = SyncSchedule()
        var moment = start
        for _ in 0..<20 {
            #expect(schedule.begin(["billing"], moved: [:], now: moment) == ["billing"])
            schedule.ended("billing", needsAnotherTry: true, now: moment)
            #expect(schedule.begin(["billing"], moved: ["billing": moment], now: moment).isEmpty)
            moment = moment.advanced(by: SyncSchedule.longestPause)
            #expect(schedule.dueAgain(now: moment) == ["billing"])
        }
        #expect(schedule.takeMoved(now: moment)["billing"] != nil)
    }

    @Test func `not more are begun at once than are allowed, and the others are begun later`() {
        var schedule = SyncSchedule()
        let groups = Set((0..<SyncSchedule.atOnce * 2).map { "g\($0)" })
        let first = schedule.begin(groups, moved: [:], now: start)
        #expect(first.count == SyncSchedule.atOnce)
        for group in first { schedule.ended(group, needsAnotherTry: false, now: start) }
        #expect(Set(schedule.dueAgain(now: start)) == groups.subtracting(first))
        var begun = Set(first)
        while case let next = schedule.begin(Set(schedule.dueAgain(now: start)), moved: [:], now: start), !next.isEmpty
        {
            begun.formUnion(next)
            for group in next { schedule.ended(group, needsAnotherTry: false, now: start) }
        }
        #expect(begun == groups)
    }

    @Test func `one coordinator's groups take a few places, and leave the others to the rest`() {
        var schedule = SyncSchedule()
        let groups = Set((0..<2_000).map { "g\($0)" })
        let ofOne = groups.filter { SyncSchedule.coordinator(of: $0) == 7 }
        #expect(schedule.begin(ofOne, moved: [:], now: start).count == SyncSchedule.atOneCoordinator)
        #expect(
            schedule.begin(groups.subtracting(ofOne), moved: [:], now: start).count
                == SyncSchedule.atOnce - SyncSchedule.atOneCoordinator)
    }
}
