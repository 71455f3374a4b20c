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

    @Test func `of ten thousand quiet groups no more than two hundred a second are asked`() {
        var schedule = SyncSchedule()
        let groups = (0..<10_000).map { "g\($0)" }
        _ = schedule.takeTurns(of: groups, now: start)
        var asked = 0
        for quarter in 1...40 {
            asked += schedule.takeTurns(of: groups, now: start.advanced(by: .milliseconds(quarter * 250))).count
        }
        #expect((1_900...2_000).contains(asked), "\(asked)")
    }

    @Test func `what failed is tried again with the next round`() {
        var schedule = SyncSchedule()
        _ = schedule.takeTurns(of: [], now: start)
        schedule.failed("billing")
        #expect(schedule.takeTurns(of: [], now: start) == ["billing"])
        #expect(schedule.takeTurns(of: [], now: start).isEmpty)
    }
}
