package import Domain

/// Builds snapshots like those of two real clusters, for tests: change what the test is about, then build.
package struct SnapshotBuilder: Sendable {
    /// 03:12:07 of 23 November 2026 in Seoul.
    package static let moment = WallTime(milliseconds: 1_795_371_127_000)
    /// Seoul's offset from UTC.
    package static let utcOffset = Duration.seconds(9 * 3_600)

    package var sequence: UInt64 = 1
    package var at = SnapshotBuilder.moment
    package var context = "securities-prod"
    package var isProduction = true
    package var names = PerIDC(idc1: "IDC1", idc2: "IDC2")
    package var topics: [TopicFixture]
    package var groups: [GroupFixture]
    /// How well each Kafka cluster could be read.
    package var clusters = PerIDC<SourceState>(idc1: .answering, idc2: .answering)
    /// How well the groups of a side could be read, where that is not as well as the rest of it.
    package var groupReadings = PerIDC<SourceState?>(idc1: nil, idc2: nil)
    /// How well each Connect cluster could be read.
    package var connect = PerIDC<SourceState>(idc1: .answering, idc2: .answering)
    /// How well the traffic source could be read.
    package var traffic: SourceState = .answering
    package var split = TrafficSplit(idc1: 50, idc2: 50)
    package var produced = PerIDC<Double?>(idc1: 12_431, idc2: 12_290)
    package var mirroredIn = PerIDC<Double?>(idc1: 12_288, idc2: 12_430)
    package var isMeasuredExactly = false
    /// Of brokers 1, 2 and 3 of each cluster: those that are down.
    package var brokersDown = PerIDC<Set<Int32>>(idc1: [], idc2: [2])
    /// `nil`: it was read, and nothing is frozen.
    package var freeze: Reading<OperatorHold?>?
    /// By source.
    package var announced: PerIDC<StrandedRecords?> = PerIDC { _ in nil }
    package var alerts: [Alert]
    package var events: [ObservedEvent]

    /// An ordinary night: a dozen topics and groups, with a Hangul, a combining, an over-long and a hostile
    /// name among them, a failed mirror, and a broker of IDC2 down.
    package init() {
        topics = TopicFixture.ordinary
        groups = GroupFixture.ordinary
        alerts = [
            Alert(
                severity: .critical, subject: "mirror-idc1-idc2-quotes",
                text: "FAILED: RecordTooLargeException, partition 3; restart it after raising max.message.bytes on IDC2"
            ),
            Alert(severity: .warning, subject: "broker 2 of IDC2", text: "not answering since 03:11:40"),
        ]
        events = [
            ObservedEvent(at: at.advanced(by: .seconds(-300)), severity: .ok, text: "group billing consumes on IDC1"),
            ObservedEvent(at: at.advanced(by: .seconds(-27)), severity: .warning, text: "broker 2 of IDC2 is down"),
            ObservedEvent(
                at: at.advanced(by: .seconds(-9)), severity: .critical,
                text: "mirror-idc1-idc2-quotes FAILED: RecordTooLargeException, partition 3"),
        ]
    }

    /// Two clusters without anything in them.
    package static var empty: SnapshotBuilder {
        var builder = SnapshotBuilder()
        builder.topics = []
        builder.groups = []
        builder.alerts = []
        builder.events = []
        builder.brokersDown = PerIDC(idc1: [], idc2: [])
        builder.produced = PerIDC(idc1: 0, idc2: 0)
        builder.mirroredIn = PerIDC(idc1: 0, idc2: 0)
        return builder
    }

    /// Nothing has answered yet.
    package static var pending: SnapshotBuilder {
        var builder = SnapshotBuilder.empty
        builder.clusters = PerIDC(idc1: .pending, idc2: .pending)
        builder.connect = PerIDC(idc1: .pending, idc2: .pending)
        builder.traffic = .pending
        builder.produced = PerIDC(idc1: nil, idc2: nil)
        builder.mirroredIn = PerIDC(idc1: nil, idc2: nil)
        return builder
    }

    /// As many topics and groups as asked for, none of them remarkable but every hundredth.
    package static func large(topics: Int, groups: Int) -> SnapshotBuilder {
        var builder = SnapshotBuilder()
        builder.topics = (0..<topics).map { TopicFixture.numbered($0) }
        builder.groups = (0..<groups).map { GroupFixture.numbered($0) }
        return builder
    }

    /// How well a source could be read.
    package enum SourceState: Hashable, Sendable {
        case answering
        case pending
        /// Answered `age` ago for the last time.
        case stale(age: Duration)
        /// Has never answered.
        case unreachable
    }

    package static let refusal = "connection refused"

    package func reading<Value>(_ value: Value, _ state: SourceState) -> Reading<Value> {
        switch state {
        case .answering: .known(value, at: at)
        case .pending: .pending
        case .stale(let age): .stale(value, at: at.advanced(by: .zero - age), because: unavailability(since: age))
        case .unreachable: .unavailable(unavailability(since: .seconds(27)))
        }
    }

    private func unavailability(since age: Duration) -> Unavailability {
        Unavailability(kind: .unreachable, detail: Self.refusal, since: at.advanced(by: .zero - age))
    }

    package func build() -> Snapshot {
        Snapshot(
            sequence: sequence, at: at, context: context, isProduction: isProduction, names: names,
            clusters: PerIDC(cluster), traffic: trafficView,
            mirrors: topics.map(mirrorRow).sorted { $0.topic < $1.topic },
            groups: groups.map(groupRow).sorted { $0.id < $1.id }, freeze: freeze ?? .known(nil, at: at),
            announced: announced,
            alerts: alerts, problems: problems, events: events)
    }

    private var trafficView: TrafficView {
        let servers = IDC.allCases.flatMap { idc in
            (1...2).map { number in
                let weight = (split?.shares[idc] ?? 0) > 0 ? 100 : 0
                return TrafficServer(name: "\(idc.rawValue)-\(number)", idc: idc, weight: weight, status: "UP")
            }
        }
        let measured = MeasuredSplit(
            produced: produced, mirroredIn: mirroredIn, window: .seconds(10), sampledRecords: 6_120,
            isExact: isMeasuredExactly)
        let isMeasured = produced.idc1 != nil || produced.idc2 != nil
        return TrafficView(
            source: "haproxy", configured: reading(ConfiguredTraffic(servers: servers, split: split), traffic),
            measured: isMeasured && (clusters.idc1 == .answering || clusters.idc2 == .answering)
                ? .known(measured, at: at) : reading(measured, clusters.idc1))
    }

    private var problems: [Problem] {
        var problems: [Problem] = []
        for idc in IDC.allCases {
            for (source, state) in [("kafka", clusters[idc]), ("connect", connect[idc])] {
                if let because = reading((), state).unavailability {
                    problems.append(Problem(source: "\(source) \(idc.rawValue)", because: because))
                }
            }
        }
        if let because = reading((), traffic).unavailability {
            problems.append(Problem(source: "haproxy", because: because))
        }
        return problems
    }
}
