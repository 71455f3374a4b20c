package import Domain

/// A topic of a built snapshot, and its mirrors by source.
package struct TopicFixture: Hashable, Sendable {
    package var name: String
    package var partitions: PerIDC<Int?>
    package var states: PerIDC<MirrorState>
    /// Records to copy, by source; `nil`: not known.
    package var toCopy: PerIDC<Estimate?>
    package var recordsPerSecond: PerIDC<Double?>
    package var notes: PerIDC<[String]>

    package init(
        _ name: String, partitions: Int = 3, states: PerIDC<MirrorState> = PerIDC(idc1: .running, idc2: .running),
        toCopy: PerIDC<Estimate?> = PerIDC(idc1: Estimate(0, isExact: true), idc2: Estimate(0, isExact: true)),
        recordsPerSecond: PerIDC<Double?> = PerIDC(idc1: 61.2, idc2: 58)
    ) {
        self.name = name
        self.partitions = PerIDC(idc1: partitions, idc2: partitions)
        self.states = states
        self.toCopy = toCopy
        self.recordsPerSecond = recordsPerSecond
        notes = PerIDC(idc1: [], idc2: [])
    }

    package static let tooLarge =
        "org.apache.kafka.common.errors.RecordTooLargeException: The request included a message larger than the max "
        + "message size the server will accept."

    package static var ordinary: [TopicFixture] {
        var differing = TopicFixture(
            "ledger", states: PerIDC(idc1: .partitionsDiffer(source: 12, target: 6), idc2: .running))
        differing.partitions = PerIDC(idc1: 12, idc2: 6)
        var lonely = TopicFixture("audit", states: PerIDC(idc1: .topicMissing, idc2: .none))
        lonely.partitions = PerIDC(idc1: 1, idc2: nil)
        lonely.recordsPerSecond = PerIDC(idc1: nil, idc2: nil)
        lonely.toCopy = PerIDC(idc1: nil, idc2: nil)
        let since = SnapshotBuilder.moment.advanced(by: .seconds(-221))
        let until = SnapshotBuilder.moment.advanced(by: .seconds(143))
        return [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(41, isExact: true), idc2: Estimate(0, isExact: true))),
            TopicFixture(
                "quotes", partitions: 12,
                states: PerIDC(idc1: .failed(reason: tooLarge), idc2: .running),
                toCopy: PerIDC(idc1: Estimate(9_112, isExact: false), idc2: Estimate(7, isExact: false)),
                recordsPerSecond: PerIDC(idc1: 0, idc2: 12_431)),
            TopicFixture(
                "payments", states: PerIDC(idc1: .paused, idc2: .running),
                toCopy: PerIDC(idc1: Estimate(1_204, isExact: true), idc2: Estimate(0, isExact: true))),
            TopicFixture("positions", states: PerIDC(idc1: .notFlowing(since: since), idc2: .running)),
            TopicFixture("prices", states: PerIDC(idc1: .unassigned(until: until), idc2: .restarting)),
            differing, lonely,
            TopicFixture("clicks", states: PerIDC(idc1: .overtaken(missing: 48_112), idc2: .stopped)),
            TopicFixture(
                "trades", states: PerIDC(idc1: .double(reason: "mirror-a and mirror-b match"), idc2: .running)),
            TopicFixture("주문-체결-내역"),
            TopicFixture("cafe\u{301}-re\u{301}sume\u{301}"),
            TopicFixture("a-topic-with-a-name-that-is-far-too-long-for-any-column-of-any-screen-there-is-v2"),
            TopicFixture("evil\u{1B}[31m\u{7}topic\u{202E}"),
            TopicFixture("odd", states: PerIDC(idc1: .unknown("DESTROYING"), idc2: .running)),
        ]
    }

    package static func numbered(_ number: Int) -> TopicFixture {
        let digits = String(number)
        let name = "topic-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let isRemarkable = number % 100 == 99
        return TopicFixture(
            name, partitions: 1,
            states: PerIDC(idc1: isRemarkable ? .failed(reason: tooLarge) : .running, idc2: .running),
            toCopy: PerIDC(
                idc1: Estimate(Int64(number * 7_919 % 1_000), isExact: true), idc2: Estimate(0, isExact: true)))
    }
}

/// A consumer group of a built snapshot.
package struct GroupFixture: Hashable, Sendable {
    package var id: String
    package var side: GroupSide
    package var memberCount: Int
    package var topic: String
    /// Lag per partition; `nil`: nothing committed there.
    package var lags: [Int64?]
    package var verdict: LagVerdict?
    package var recordsPerSecond: Double?
    package var timeToDrain: Duration?
    /// The side the lag is counted on.
    package var home: IDC?
    package var clientID = "app"
    package var host = "/10.1.0.7"
    package var sync: Reading<GroupSyncStatus> = .pending

    package init(
        _ id: String, side: GroupSide = .on(.idc1), members: Int = 3, topic: String = "orders",
        lags: [Int64?] = [4, 5, 3], verdict: LagVerdict? = .level, recordsPerSecond: Double? = 60,
        timeToDrain: Duration? = nil
    ) {
        self.id = id
        self.side = side
        memberCount = members
        self.topic = topic
        self.lags = lags
        self.verdict = verdict
        self.recordsPerSecond = recordsPerSecond
        self.timeToDrain = timeToDrain
        home =
            switch side {
            case .on(let idc): idc
            case .both: .idc1
            case .none: .idc1
            case .unknown: nil
            }
    }

    package static var ordinary: [GroupFixture] {
        var hostile = GroupFixture("evil\u{1B}]0;pwned\u{7}group")
        hostile.clientID = "client\u{1B}[2J\n\ttab"
        hostile.host = "/10.1.0.66\u{9B}31m"
        var unread = GroupFixture("settlement", side: .unknown, members: 0, verdict: nil, recordsPerSecond: nil)
        unread.lags = []
        return [
            GroupFixture("billing"),
            GroupFixture(
                "risk", members: 12, topic: "quotes", lags: Array(repeating: 760, count: 12), verdict: .draining,
                recordsPerSecond: 4_100, timeToDrain: .seconds(221)),
            GroupFixture("reports", side: .on(.idc2), members: 1, lags: [120_000, 3, 3], verdict: .stalled),
            GroupFixture("split-brain", side: .both, members: 2, lags: [1, 1, 1], verdict: .level),
            GroupFixture(
                "archive", side: .none, members: 0, lags: [100, 90, nil], verdict: .stopped, recordsPerSecond: 0),
            GroupFixture("replay", members: 1, lags: [9_000, 9_000, 9_000], verdict: .rewound),
            GroupFixture("surge", members: 6, lags: [500_000, 400_000, 350_000], verdict: .fallingBehind),
            GroupFixture("정산-그룹", members: 2),
            GroupFixture("cafe\u{301}"),
            unread, hostile,
        ]
    }

    package static func numbered(_ number: Int) -> GroupFixture {
        let digits = String(number)
        let id = "group-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return GroupFixture(
            id, side: number % 100 == 99 ? .none : .on(.idc1), members: 1,
            lags: [Int64(number * 7_919 % 100_000)], verdict: .level)
    }
}

extension StrandedRecords {
    /// 41 records of two topics of a side that has been gone since.
    package static func fixture(readAt: WallTime) -> StrandedRecords {
        func lag(_ records: Int64, _ precision: ReplicationLag.Precision, _ age: Duration?) -> ReplicationLag {
            ReplicationLag(records: records, precision: precision, age: age, readAt: readAt)
        }
        return StrandedRecords(
            total: lag(41, .estimated, .milliseconds(9)), isCurrent: false,
            topics: [
                Topic("orders", lag(40, .exact, .milliseconds(9))),
                Topic("trades", lag(1, .estimated, .milliseconds(4))),
            ])
    }
}
