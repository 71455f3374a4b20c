import Domain
import Testing

@Suite struct `The lag window` {
    private static func lag(_ partitions: [(committed: Int64?, end: Int64?)]) -> GroupLag {
        GroupLag(
            partitions: partitions.enumerated().map { index, entry in
                PartitionLag(
                    topicPartition: TopicPartition("orders", Int32(index)),
                    committed: entry.committed.map { Offset($0) },
                    range: entry.end.map { OffsetRange(logStart: Offset(0), logEnd: Offset($0)) }, owner: nil)
            })
    }

    /// A window of one partition, one observation a second.
    private static func window(seconds: Int, _ entry: (Int64) -> (Int64?, Int64?)) -> LagWindow {
        var window = LagWindow()
        for second in 0...Int64(seconds) { window.observe(lag([entry(second)]), at: .seconds(second)) }
        return window
    }

    /// A rule: seconds watched, whether there are members, committed offset and log end at each second, verdict.
    struct Rule: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var seconds = 40
        var hasMembers = true
        let at: @Sendable (Int64) -> (Int64?, Int64?)
        let verdict: LagVerdict?
    }

    static let rules: [Rule] = [
        Rule(testDescription: "no lag", at: { ($0, $0) }, verdict: .level),
        Rule(testDescription: "constant lag, moving", at: { ($0, $0 + 50) }, verdict: .level),
        Rule(testDescription: "lag shrinks", at: { ($0 * 3, 500 + $0) }, verdict: .draining),
        Rule(testDescription: "lag grows, moving", at: { ($0, 10 + $0 * 3) }, verdict: .fallingBehind),
        Rule(testDescription: "no commit, lag grows", at: { (7, 10 + $0) }, verdict: .stalled),
        Rule(testDescription: "no commit, lag fixed", at: { _ in (7, 10) }, verdict: .stalled),
        Rule(testDescription: "no commit, not long enough", seconds: 20, at: { (7, 10 + $0) }, verdict: .level),
        Rule(testDescription: "commits every five seconds", at: { ($0 / 5 * 5, $0 + 6) }, verdict: .level),
        Rule(
            testDescription: "lag grows but was zero once in the window", at: { ($0 < 36 ? $0 : 36, $0) },
            verdict: .level),
        Rule(testDescription: "committed offset went back", at: { ($0 < 30 ? 100 : 50, 200) }, verdict: .rewound),
        Rule(
            testDescription: "went back long ago", seconds: 80, at: { ($0 < 5 ? 100 : 50 + $0, 150 + $0) },
            verdict: .level),
        Rule(
            testDescription: "no members, lag", seconds: 0, hasMembers: false, at: { _ in (7, 10) }, verdict: .stopped),
        Rule(testDescription: "no members, no lag", hasMembers: false, at: { _ in (10, 10) }, verdict: .level),
        Rule(testDescription: "log end unknown", at: { _ in (10, nil) }, verdict: nil),
        Rule(testDescription: "never committed", at: { _ in (nil, 10) }, verdict: nil),
        Rule(testDescription: "commit past the end", at: { _ in (99, 10) }, verdict: nil),
        Rule(testDescription: "lag, seen once", seconds: 0, at: { _ in (7, 10) }, verdict: nil),
    ]

    @Test(arguments: rules) func `judges after Burrow's rules`(_ rule: Rule) {
        let window = Self.window(seconds: rule.seconds, rule.at)
        #expect(window.verdict(hasMembers: rule.hasMembers) == rule.verdict)
    }

    @Test func `one stalled partition among moving ones is enough`() {
        var window = LagWindow()
        for second in 0...Int64(40) {
            window.observe(Self.lag([(second, second), (second, second + 5), (3, 20)]), at: .seconds(second))
        }
        #expect(window.verdict(hasMembers: true) == .stalled)
    }

    @Test func `pace and time to drain come from the window`() throws {
        let window = Self.window(seconds: 20) { ($0 * 30, 1_000 + $0 * 10) }
        let pace = try #require(window.recordsPerSecond)
        #expect(abs(pace - 30) < 0.01)
        // Lag 600 after 20 s, shrinking by 20 a second.
        #expect(window.timeToDrain == .seconds(30))
        #expect(Self.window(seconds: 20) { ($0, $0) }.timeToDrain == .zero)
        #expect(Self.window(seconds: 20) { ($0, 5 + $0 * 2) }.timeToDrain == nil)
        #expect(Self.window(seconds: 0) { ($0, $0 + 5) }.recordsPerSecond == nil)
    }

    @Test func `partitions may come and go`() {
        var window = LagWindow()
        for second in 0...Int64(20) { window.observe(Self.lag([(second, second + 4)]), at: .seconds(second)) }
        for second in 21...Int64(50) {
            window.observe(Self.lag([(second, second + 4), (1, 9)]), at: .seconds(second))
        }
        #expect(window.verdict(hasMembers: true) == .level, "the new partition was watched for less than the window")
        for second in 51...Int64(60) {
            window.observe(Self.lag([(second, second + 4), (1, 9)]), at: .seconds(second))
        }
        #expect(window.verdict(hasMembers: true) == .stalled)
    }
}

@Suite struct `Where a group is` {
    /// What a side may say of a group.
    enum Said: String, CaseIterable, Sendable {
        case members, idle, absent, wasMembers, wasIdle, failed, pending
    }

    private static let moment = WallTime(milliseconds: 1_000)
    private static let because = Unavailability(kind: .unreachable, detail: "gone", since: moment)

    private static func reading(_ said: Said, members count: Int = 1) -> Reading<ConsumerGroup?> {
        let members = (0..<count).map { GroupMember(memberID: "m\($0)", clientID: "c", host: "/h", assignment: []) }
        let live = ConsumerGroup(id: "g", state: .stable, protocolType: "consumer", members: members, offsets: [:])
        let idle = ConsumerGroup(
            id: "g", state: .empty, protocolType: "consumer", members: [],
            offsets: [TopicPartition("t", 0): CommittedOffset(offset: Offset(1))])
        switch said {
        case .members: return .known(live, at: moment)
        case .idle: return .known(idle, at: moment)
        case .absent: return .known(nil, at: moment)
        case .wasMembers: return .stale(live, at: moment, because: because)
        case .wasIdle: return .stale(idle, at: moment, because: because)
        case .failed: return .unavailable(because)
        case .pending: return .pending
        }
    }

    private static func expected(_ one: Said, _ two: Said) -> GroupSide {
        switch (one, two) {
        case (.failed, _), (_, .failed), (.pending, _), (_, .pending): .unknown
        case (.members, .members), (.wasMembers, .wasMembers): .both
        case (.members, .wasMembers), (.wasMembers, .members): .unknown
        case (.members, _), (.wasMembers, _): .on(.idc1)
        case (_, .members), (_, .wasMembers): .on(.idc2)
        case (.wasIdle, _), (_, .wasIdle): .unknown
        case (.idle, .idle), (.idle, .absent), (.absent, .idle), (.absent, .absent): .none
        }
    }

    @Test(arguments: Said.allCases, Said.allCases)
    func `is said only when both sides allow it`(_ one: Said, _ two: Said) {
        let whereabouts = GroupWhereabouts(PerIDC(idc1: Self.reading(one), idc2: Self.reading(two)), lastHome: nil)
        #expect(whereabouts.side == Self.expected(one, two))
    }

    /// IDC1 is lost, its groups are moved, and then IDC2 does not answer for a moment.
    @Test func `members on one side long ago and on the other just now are no split`() {
        let idc1 = Self.reading(.wasMembers)
        let live = Self.reading(.members).lastKnown ?? nil
        func side(later: Duration) -> GroupSide {
            let idc2 = Reading.stale(live, at: Self.moment.advanced(by: later), because: Self.because)
            return GroupWhereabouts(PerIDC(idc1: idc1, idc2: idc2), lastHome: nil).side
        }
        #expect(side(later: .seconds(220)) == .unknown)
        #expect(side(later: .seconds(3)) == .both, "both were read at about the same time")
    }

    @Test func `home is where the members are, else where they were, else where the only commits are`() {
        func home(_ one: Said, _ two: Said, last: IDC? = nil) -> IDC? {
            GroupWhereabouts(PerIDC(idc1: Self.reading(one), idc2: Self.reading(two)), lastHome: last).home
        }
        #expect(home(.idle, .members) == .idc2)
        #expect(home(.wasMembers, .members) == .idc2, "the side that was seen now")
        #expect(home(.failed, .members) == .idc2)
        #expect(home(.idle, .idle, last: .idc2) == .idc2)
        #expect(home(.idle, .idle) == nil, "commits on both sides do not say which is older")
        #expect(home(.absent, .idle) == .idc2)
        #expect(home(.absent, .absent) == nil)
        let split = GroupWhereabouts(
            PerIDC(idc1: Self.reading(.members, members: 1), idc2: Self.reading(.members, members: 3)), lastHome: nil)
        #expect(split.home == .idc2)
    }
}

@Suite struct `The flow window` {
    private static func observation(
        _ position: Int64, toCopy: Bool, pastTheEnd: Bool = false, partition: Int32 = 0
    ) -> FlowWindow.Observation {
        FlowWindow.Observation(
            partition: partition, position: Offset(position), hasRecordsToCopy: toCopy, isPastTheEnd: pastTheEnd)
    }

    @Test func `standing still with records to copy for ten seconds is standing`() {
        var window = FlowWindow()
        for second in 0...9 { window.observe([Self.observation(5, toCopy: true)], at: .seconds(second)) }
        #expect(window.standing(at: .seconds(9)).isEmpty)
        #expect(window.standing(at: .seconds(10)) == [0: .zero])
    }

    @Test func `standing still with nothing to copy is not`() {
        var window = FlowWindow()
        for second in 0...30 { window.observe([Self.observation(5, toCopy: false)], at: .seconds(second)) }
        #expect(window.standing(at: .seconds(30)).isEmpty)
    }

    @Test func `a position that moves is not, however much there is to copy`() {
        var window = FlowWindow()
        for second in 0...30 {
            window.observe([Self.observation(Int64(second / 9), toCopy: true)], at: .seconds(second))
        }
        #expect(window.standing(at: .seconds(30)).isEmpty)
    }

    @Test func `nothing to copy for a moment starts the wait anew`() {
        var window = FlowWindow()
        for second in 0...12 {
            window.observe([Self.observation(5, toCopy: second != 6)], at: .seconds(second))
        }
        #expect(window.standing(at: .seconds(12)).isEmpty)
        #expect(window.standing(at: .seconds(17)) == [0: .seconds(7)])
    }

    @Test func `one partition stands while the other moves`() {
        var window = FlowWindow()
        for second in 0...11 {
            window.observe(
                [
                    Self.observation(5, toCopy: true, partition: 3),
                    Self.observation(Int64(second), toCopy: true, partition: 4),
                ], at: .seconds(second))
        }
        #expect(Array(window.standing(at: .seconds(11)).keys) == [3])
    }

    @Test func `a position past the end counts only when it stays there`() {
        var window = FlowWindow()
        window.observe([Self.observation(5, toCopy: false, pastTheEnd: true)], at: .zero)
        #expect(window.partitionsPastTheEnd(at: .seconds(1)).isEmpty)
        for second in 1...10 {
            window.observe([Self.observation(5, toCopy: false, pastTheEnd: true)], at: .seconds(second))
        }
        #expect(window.partitionsPastTheEnd(at: .seconds(10)) == [0])
    }

    @Test func `latencies are those of the last minute`() {
        var window = LatencyWindow()
        #expect(window.percentiles(at: .zero) == nil)
        window.add(.seconds(99), at: .zero)
        for second in 1...100 { window.add(.milliseconds(second), at: .seconds(second)) }
        // Seconds 40 to 100: sixty-one figures.
        #expect(
            window.percentiles(at: .seconds(100))
                == LatencyPercentiles(p50: .milliseconds(70), p99: .milliseconds(100)))
        #expect(window.percentiles(at: .seconds(200)) == nil)
    }
}
