import Domain
import TestSupport
import Testing

@Suite struct `The console's own alerts` {
    private static func alerts(_ change: (inout SnapshotBuilder) -> Void) -> [Alert] {
        var builder = SnapshotBuilder.empty
        change(&builder)
        return alerts(of: builder.build())
    }

    private static func alerts(of snapshot: Snapshot) -> [Alert] {
        Alerts.of(
            Alerts.Evidence(
                names: snapshot.names, clusters: snapshot.clusters, traffic: snapshot.traffic,
                mirrors: snapshot.mirrors, groups: snapshot.groups))
    }

    @Test func `there are none when nothing is wrong`() {
        #expect(Self.alerts { _ in } == [])
    }

    @Test func `nothing read yet is no alert`() {
        #expect(Self.alerts(of: SnapshotBuilder.pending.build()) == [])
    }

    @Test func `a lost cluster is one alert, without a trail of others`() {
        let alerts = Self.alerts {
            $0.clusters.idc2 = .stale(age: .seconds(60))
            $0.topics = [TopicFixture.numbered(1)]
            $0.brokersDown.idc2 = [2]
        }
        let aboutCluster = alerts.filter { $0.subject.contains("IDC2") && !$0.subject.hasPrefix("mirror") }
        #expect(aboutCluster.count == 1)
        #expect(aboutCluster.first?.severity == .critical)
        #expect(aboutCluster.first?.text.contains("last known") == true)
    }

    @Test func `a cluster that was never read says that nothing is known`() {
        let alerts = Self.alerts { $0.clusters.idc1 = .unreachable }
        #expect(alerts.contains { $0.subject == "IDC1" && $0.text.contains("Nothing is known") })
    }

    @Test func `a broker that is down is named, with how many are left`() {
        let alerts = Self.alerts { $0.brokersDown.idc2 = [2] }
        let alert = alerts.first { $0.subject == "broker 2 of IDC2" }
        #expect(alert?.severity == .warning)
        #expect(alert?.text.contains("2 of 3 brokers are up") == true)
        let most = Self.alerts { $0.brokersDown.idc2 = [1, 2] }
        #expect(most.first?.severity == .critical)
    }

    @Test func `Connect that cannot be read is a warning and says what is unknown`() {
        let alerts = Self.alerts { $0.connect.idc2 = .unreachable }
        let alert = alerts.first { $0.subject == "Connect IDC2" }
        #expect(alert?.severity == .warning)
        #expect(alert?.text.contains("unknown") == true)
    }

    @Test func `critical alerts come first`() {
        let severities = Self.alerts(of: SnapshotBuilder().build()).map(\.severity)
        #expect(severities == severities.sorted(by: >))
        #expect(severities.first == .critical)
    }

    @Test func `every state of a mirror that is not well has its sentence`() {
        let states: [MirrorState] = [
            .paused, .stopped, .failed(reason: "boom"), .unassigned(until: nil),
            .notFlowing(since: WallTime(milliseconds: 0)), .none, .double(reason: "two"),
            .partitionsDiffer(source: 3, target: 4), .overtaken(missing: 5), .topicMissing, .unknown("ODD"),
        ]
        for state in states {
            let alerts = Self.alerts { builder in
                var fixture = TopicFixture.numbered(1)
                fixture.states = PerIDC(idc1: state, idc2: .running)
                builder.topics = [fixture]
            }.filter { $0.text.contains("numbered") || $0.text.contains(TopicFixture.numbered(1).name) }
            #expect(alerts.count == 1, "\(state)")
            #expect(alerts.first?.severity == state.severity)
            #expect(alerts.first?.text.contains("IDC1") == true)
        }
    }

    @Test func `many of a kind become one alert`() {
        let alerts = Self.alerts { builder in
            builder.topics = (0..<40).map { number in
                var fixture = TopicFixture.numbered(number)
                fixture.states = PerIDC(idc1: .paused, idc2: .running)
                return fixture
            }
        }
        let paused = alerts.filter { $0.text.contains("PAUSED") }
        #expect(paused.count == 1)
        #expect(paused.first?.text.contains("40 mirrors from IDC1 to IDC2 are PAUSED") == true)
        #expect(paused.first?.text.contains("and 37 more") == true)
    }

    @Test func `split consumption is critical`() {
        let alerts = Self.alerts { builder in
            var group = GroupFixture.numbered(1)
            group.side = .both
            builder.groups = [group]
        }
        #expect(alerts.first?.severity == .critical)
        #expect(alerts.first?.text.contains("members on both sides") == true)
    }

    @Test func `traffic that comes in past a weight of zero is told`() {
        let alerts = Self.alerts { builder in
            builder.split = TrafficSplit(idc1: 100, idc2: 0)
            builder.produced = PerIDC(idc1: 900, idc2: 100)
        }
        #expect(alerts.contains { $0.text.contains("10 % of the records are produced in IDC2") })
        #expect(
            !Self.alerts { builder in
                builder.split = TrafficSplit(idc1: 100, idc2: 0)
                builder.produced = PerIDC(idc1: 990, idc2: 10)
            }.contains { $0.subject.hasPrefix("traffic") })
    }

    @Test func `a traffic source that cannot be read is told, and the measured split with it`() {
        let alerts = Self.alerts { $0.traffic = .unreachable }
        #expect(alerts.contains { $0.subject == "haproxy" && $0.severity == .warning })
    }
}

@Suite struct `The one word for the pair` {
    private static func overall(_ change: (inout SnapshotBuilder) -> Void) -> OverallHealth {
        var builder = SnapshotBuilder.empty
        change(&builder)
        let snapshot = builder.build()
        builder.alerts = Alerts.of(
            Alerts.Evidence(
                names: snapshot.names, clusters: snapshot.clusters, traffic: snapshot.traffic,
                mirrors: snapshot.mirrors, groups: snapshot.groups))
        return builder.build().overall
    }

    @Test func `is ok when nothing is wrong`() { #expect(Self.overall { _ in } == .ok) }

    @Test func `is unknown before anything has answered`() {
        #expect(SnapshotBuilder.pending.build().overall == .unknown)
    }

    @Test func `is unknown when a side was never read`() {
        #expect(Self.overall { $0.clusters.idc2 = .unreachable } == .unknown)
        #expect(Self.overall { $0.connect.idc2 = .unreachable } == .unknown)
    }

    @Test func `is critical when a side that was read is lost`() {
        #expect(Self.overall { $0.clusters.idc2 = .stale(age: .seconds(9)) } == .critical)
    }

    @Test func `is critical when something seen is, although another side was never read`() {
        #expect(
            Self.overall { builder in
                builder.clusters.idc2 = .unreachable
                var group = GroupFixture.numbered(1)
                group.side = .on(.idc1)
                builder.groups = [group]
                builder.brokersDown.idc1 = [1, 2]
            } == .critical)
    }

    @Test func `is a warning when a broker is down`() {
        #expect(Self.overall { $0.brokersDown.idc1 = [3] } == .warning)
    }
}

@Suite struct `Observed events` {
    private static func events(
        _ before: (inout SnapshotBuilder) -> Void, _ after: (inout SnapshotBuilder) -> Void
    ) -> [ObservedEvent] {
        var first = SnapshotBuilder.empty
        first.topics = [TopicFixture.numbered(1)]
        first.groups = [GroupFixture.numbered(1)]
        before(&first)
        var second = first
        second.at = first.at.advanced(by: .seconds(1))
        after(&second)
        return ObservedEvents.between(first.build(), second.build())
    }

    @Test func `nothing happened when nothing changed`() {
        #expect(Self.events({ _ in }, { _ in }) == [])
    }

    @Test func `a first answer is no event`() {
        #expect(ObservedEvents.between(SnapshotBuilder.pending.build(), SnapshotBuilder().build()) == [])
    }

    @Test func `a mirror that fails says why`() {
        let events = Self.events({ _ in }, { $0.topics[0].states.idc1 = .failed(reason: "RecordTooLargeException") })
        #expect(events.count == 1)
        #expect(events.first?.severity == .critical)
        let name = TopicFixture.numbered(1).name
        #expect(events.first?.text == "mirror-idc1-idc2-\(name) FAILED: RecordTooLargeException")
    }

    @Test func `a mirror that recovers is good news`() {
        let events = Self.events(
            { $0.topics[0].states.idc2 = .notFlowing(since: WallTime(milliseconds: 0)) },
            { $0.topics[0].states.idc2 = .running })
        #expect(events.map(\.severity) == [.ok])
    }

    @Test func `a deleted mirror is seen in Connect and in coverage`() {
        let texts = Self.events({ _ in }, { $0.topics[0].states.idc1 = .none }).map(\.text)
        let name = "mirror-idc1-idc2-\(TopicFixture.numbered(1).name)"
        #expect(texts == ["\(name) was deleted from IDC2", "\(name) none"])
    }

    @Test func `a lost side says so once, and its mirrors and groups say nothing`() {
        let lost = Self.events({ _ in }, { $0.clusters.idc1 = .stale(age: .seconds(1)) })
        #expect(lost.map(\.text) == ["IDC1 cannot be reached: connection refused"])
        let still = Self.events(
            { $0.clusters.idc1 = .stale(age: .seconds(1)) }, { $0.clusters.idc1 = .stale(age: .seconds(2)) })
        #expect(still == [])
        let back = Self.events({ $0.clusters.idc1 = .stale(age: .seconds(1)) }, { $0.clusters.idc1 = .answering })
        #expect(back.map(\.text) == ["IDC1 answers again"])
    }

    @Test func `brokers go and come back`() {
        #expect(
            Self.events({ _ in }, { $0.brokersDown.idc2 = [2] }).map(\.text)
                == ["broker 2 of IDC2 is down: listed, but does not answer"])
        #expect(
            Self.events({ $0.brokersDown.idc2 = [2] }, { $0.brokersDown.idc2 = [] }).map(\.text)
                == ["broker 2 of IDC2 is up again"])
    }

    @Test func `a group that moves, splits and empties is told`() {
        func texts(_ from: GroupSide, _ to: GroupSide) -> [String] {
            Self.events({ $0.groups[0].side = from }, { $0.groups[0].side = to }).map(\.text)
        }
        let id = GroupFixture.numbered(1).id
        #expect(texts(.on(.idc1), .on(.idc2)) == ["group \(id) moved from IDC1 to IDC2"])
        #expect(texts(.on(.idc1), .both) == ["group \(id) has members on both sides"])
        #expect(texts(.both, .on(.idc2)) == ["group \(id) has members on IDC2 only"])
    }

    @Test func `what happens to many at once is one line of each kind`() {
        func events(_ count: Int) -> [ObservedEvent] {
            Self.events(
                { builder in
                    builder.groups = (1...count + 1).map { GroupFixture.numbered($0) }
                    builder.topics = (1...count).map { TopicFixture.numbered($0) }
                    for index in builder.groups.indices { builder.groups[index].side = .on(.idc1) }
                },
                { builder in
                    for index in builder.groups.indices { builder.groups[index].side = index == 0 ? .both : .on(.idc2) }
                    for index in builder.topics.indices { builder.topics[index].states.idc1 = .paused }
                })
        }
        let texts = events(200).map(\.text)
        let mirrors = (1...3).map { "mirror-idc1-idc2-\(TopicFixture.numbered($0).name)" }.joined(separator: ", ")
        let groups = (2...4).map { GroupFixture.numbered($0).id }.joined(separator: ", ")
        #expect(
            texts == [
                "200 mirrors PAUSED: \(mirrors) and 197 more",
                "group \(GroupFixture.numbered(1).id) has members on both sides",
                "200 groups moved from IDC1 to IDC2: \(groups) and 197 more",
            ])
        #expect(events(10).count == 21, "so few are told one by one")
    }

    @Test func `a changed split is told from where to where`() {
        let events = Self.events({ _ in }, { $0.split = TrafficSplit(idc1: 0, idc2: 100) })
        #expect(events.first?.text == "haproxy: split changed from 50:50 to 0:100")
        #expect(events.dropFirst().allSatisfy { $0.text.contains("weight of idc1-") })
    }
}
