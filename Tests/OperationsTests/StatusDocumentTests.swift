import Domain
import Foundation
import Operations
import TestSupport
import Testing

@Suite struct StatusDocumentTests {
    private static let seoul = UTCOffset(minutes: 540)

    private func document(_ change: (inout SnapshotBuilder) -> Void = { _ in }) -> StatusDocument {
        var builder = SnapshotBuilder()
        change(&builder)
        return StatusDocument(builder.build(), offset: Self.seoul)
    }

    private static let quiet: SnapshotBuilder = {
        var builder = SnapshotBuilder.empty
        builder.topics = [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(41, isExact: true), idc2: Estimate(0, isExact: true)))
        ]
        builder.groups = [GroupFixture("billing")]
        builder.produced = PerIDC(idc1: 12_431, idc2: 12_290)
        return builder
    }()

    // MARK: Shape

    @Test func `the whole document, as the manual shows it`() throws {
        let text = JSONText.written(StatusDocument(Self.quiet.build(), offset: Self.seoul).overview)
        try GoldenText.verify(text, "status.json")
    }

    @Test func `a freeze is told with who said it and why, and what is not known as null`() {
        func freeze(_ reading: Reading<OperatorHold?>) -> DataNode? {
            var builder = Self.quiet
            builder.freeze = reading
            return StatusDocument(builder.build()).overview["freeze"]
        }
        let word = OperatorHold(
            order: .hold, actor: "bob", host: "ops2", at: WallTime(milliseconds: 1_764_000_000_000),
            reason: "wrong positions", number: 1)
        #expect(freeze(.pending) == .null)
        #expect(freeze(.known(nil, at: word.at)) == .object([DataMember("frozen", .bool(false))]))
        let told = freeze(.known(word, at: word.at))
        #expect(told?["frozen"] == .bool(true) && told?["by"] == .string("bob") && told?["host"] == .string("ops2"))
        #expect(told?["reason"] == .string("wrong positions") && told?["kind"] == nil)
    }

    private struct Decoded: Decodable {
        struct Traffic: Decodable {
            struct Measured: Decodable {
                let recordsPerSecond: Double?
                let share: Double?
            }
            let source: String
            let configured: [String: Int]?
            let measured: [String: Measured]?
        }
        struct Side: Decodable {
            struct Brokers: Decodable {
                let up: Int?
                let total: Int?
            }
            let reachable: Bool?
            let clusterID: String?
            let brokers: Brokers
            let underReplicated: Int?
            let offline: Int?
            let groups: Int?
            let lag: Int64?
        }
        struct Mirror: Decodable {
            struct Latency: Decodable {
                let p50: Int
                let p99: Int
            }
            let topic: String
            let from: String
            let to: String
            let connector: String?
            let state: String?
            let flowing: Bool?
            let toCopy: Int64?
            let toScan: Int64?
            let recordsPerSecond: Double?
            let latencyMillis: Latency?
            let secondsUntilLoss: Int?
        }
        struct Group: Decodable {
            struct Sync: Decodable {
                let state: String?
                let reason: String?
            }
            let group: String
            let side: String?
            let members: Int?
            let lag: Int64?
            let drainSeconds: Double?
            let sync: Sync
        }
        struct Problem: Decodable {
            let source: String
            let since: String?
            let kind: String
            let detail: String
        }
        let schema: Int
        let at: String
        let context: String
        let overall: String
        let consumersOn: String?
        let traffic: Traffic
        let idcs: [String: Side]
        let mirrors: [Mirror]
        let groups: [Group]
        let problems: [Problem]
    }

    private func decode(_ document: StatusDocument) throws -> Decoded {
        try JSONDecoder().decode(Decoded.self, from: Data(JSONText.written(document.overview).utf8))
    }

    @Test func `an ordinary night decodes into the documented types`() throws {
        let decoded = try decode(document())
        #expect(decoded.schema == 1)
        #expect(decoded.at == "2026-11-23T03:12:07.000+09:00")
        #expect(decoded.overall == "critical")
        #expect(decoded.consumersOn == "both")
        #expect(decoded.traffic.configured == ["idc1": 50, "idc2": 50])
        #expect(decoded.traffic.measured?["idc1"]?.share == 0.503)
        #expect(decoded.idcs["idc2"]?.brokers.up == 2)
        #expect(decoded.idcs["idc2"]?.brokers.total == 3)
        #expect(decoded.idcs["idc2"]?.underReplicated ?? 0 > 0)
        let quotes = try #require(decoded.mirrors.first { $0.topic == "quotes" && $0.from == "idc1" })
        #expect(quotes.state == "FAILED")
        #expect(quotes.flowing == false)
        #expect(quotes.toCopy == 9_112)
        #expect(quotes.latencyMillis?.p99 == 9)
        #expect(quotes.secondsUntilLoss == 86_000)
        let audit = try #require(decoded.mirrors.first { $0.topic == "audit" && $0.from == "idc2" })
        #expect(audit.state == "none")
        #expect(audit.connector == nil)
        #expect(audit.toCopy == nil)
        let split = try #require(decoded.groups.first { $0.group == "split-brain" })
        #expect(split.side == "both")
        #expect(split.members == 4)
        #expect(decoded.groups.first { $0.group == "risk" }?.drainSeconds == 221)
        #expect(decoded.groups.allSatisfy { $0.sync.state == nil })
    }

    @Test func `every key of the documented shape is there, whatever is known`() throws {
        for builder in [SnapshotBuilder(), .pending, .empty, Self.quiet] {
            let overview = StatusDocument(builder.build()).overview
            for key in [
                "schema", "at", "context", "overall", "consumersOn", "traffic", "idcs", "mirrors", "groups", "impact",
                "problems",
            ] {
                #expect(overview[key] != nil, "\(key) is missing")
            }
            for idc in ["idc1", "idc2"] {
                let side = try #require(overview["idcs"]?[idc])
                for key in ["reachable", "clusterID", "brokers", "underReplicated", "offline", "groups", "lag"] {
                    #expect(side[key] != nil, "idcs.\(idc).\(key) is missing")
                }
            }
        }
    }

    // MARK: Unknown is null

    @Test(arguments: [SnapshotBuilder.SourceState.unreachable, .stale(age: .seconds(14))])
    func `a side that cannot be read is null, not old and not zero, and problems say why`(
        _ state: SnapshotBuilder.SourceState
    ) throws {
        let document = document {
            $0.clusters.idc1 = state
            $0.connect.idc1 = state
            $0.brokersDown = PerIDC(idc1: [], idc2: [])
        }
        let decoded = try decode(document)
        let side = try #require(decoded.idcs["idc1"])
        #expect(side.reachable == false)
        #expect(side.brokers.up == nil && side.brokers.total == nil)
        #expect(side.groups == nil && side.lag == nil && side.offline == nil && side.underReplicated == nil)
        #expect(decoded.idcs["idc2"]?.reachable == true)
        #expect(decoded.consumersOn == nil)
        #expect(decoded.mirrors.filter { $0.to == "idc1" }.allSatisfy { $0.state == nil && $0.flowing == nil })
        #expect(decoded.groups.filter { $0.side == "idc1" }.allSatisfy { $0.lag == nil && $0.members == nil })
        let problem = try #require(decoded.problems.first { $0.source == "kafka idc1" })
        #expect(problem.kind == "unreachable")
        #expect(problem.detail == "connection refused")
        #expect(
            problem.since == (state == .unreachable ? "2026-11-23T03:11:40.000+09:00" : "2026-11-23T03:11:53.000+09:00")
        )
    }

    @Test func `numbers that are none come out as null`() {
        var builder = Self.quiet
        builder.produced = PerIDC(idc1: .infinity, idc2: .nan)
        builder.topics[0].recordsPerSecond = PerIDC(idc1: .nan, idc2: -.infinity)
        let document = StatusDocument(builder.build())
        for text in [JSONText.written(document.overview), YAMLText.written(document.overview)] {
            #expect(!text.contains("nan"))
            #expect(!text.contains("inf\n") && !text.contains("inf,"))
        }
    }

    // MARK: Overall

    @Test func `the one word is the snapshot's own`() throws {
        for builder in [SnapshotBuilder(), .pending, .empty, Self.quiet] {
            let snapshot = builder.build()
            let overall = StatusDocument(snapshot).overview["overall"]
            #expect(overall == .string(snapshot.overall.rawValue))
        }
        #expect(StatusDocument(SnapshotBuilder().build()).overview["overall"] == .string("critical"))
        #expect(StatusDocument(Self.quiet.build()).overview["overall"] == .string("ok"))
    }

    // MARK: Details

    @Test func `lists hold what is asked for, shown things hold their parts`() throws {
        let document = document()
        guard case .array(let mirrors) = document.mirrors(where: { $0.topic == "orders" && $0.flow.source == .idc2 })
        else {
            Issue.record("no array")
            return
        }
        #expect(mirrors.map { $0["connector"] } == [.string("mirror-idc2-idc1-orders")])
        let mirror = try #require(document.mirror("quotes"))
        guard case .array(let flows)? = mirror["flows"], case .array(let jobs)? = flows.first?["jobs"],
            case .array(let tasks)? = jobs.first?["tasks"]
        else {
            Issue.record("no flows, jobs or tasks")
            return
        }
        #expect(tasks.first?["state"] == .string("FAILED"))
        #expect(jobs.first?["config"]?["source.cluster.sasl.jaas.config"] == .string("[hidden]"))
        #expect(document.mirror("nothing") == nil)
        let group = try #require(document.group("archive"))
        guard case .array(let partitions)? = group["partitions"] else {
            Issue.record("no partitions")
            return
        }
        #expect(partitions.map { $0["lag"] } == [.integer(100), .integer(90), .null])
        #expect(partitions.map { $0["committed"] } == [.integer(1_999_900), .integer(1_999_911), .null])
        #expect(group["lagIsPartial"] == .bool(true))
        #expect(document.group("nothing") == nil)
    }

    @Test func `groups seen on the side that answers are counted there, also when the other was never read`() {
        var builder = SnapshotBuilder()
        builder.clusters.idc1 = .unreachable
        builder.groups = [GroupFixture("billing", side: .on(.idc2)), GroupFixture("archive", side: .none, members: 0)]
        let sides = StatusDocument(builder.build()).overview["idcs"]
        #expect(sides?["idc2"]?["groups"] == .integer(1))
        #expect(sides?["idc1"]?["groups"] == .null)
    }

    // MARK: Text

    @Test func `text shows the sides, what is troubled, and what was not read`() {
        var builder = SnapshotBuilder.empty
        builder.topics = [TopicFixture("주문-체결"), TopicFixture("orders", states: PerIDC(idc1: .paused, idc2: .running))]
        builder.groups = [GroupFixture("billing")]
        builder.connect.idc1 = .unreachable
        let text = StatusText(builder.build(), offset: Self.seoul, width: Self.cells).overview
        #expect(text == Self.goldenText)
    }

    @Test func `a table of groups tells unknown from none`() {
        var builder = SnapshotBuilder()
        builder.clusters.idc2 = .unreachable
        builder.groups = [
            GroupFixture("billing"),
            GroupFixture("archive", side: .none, members: 0, lags: [nil], verdict: .stopped, recordsPerSecond: 0),
        ]
        let text = StatusText(builder.build(), width: Self.cells).groups()
        #expect(
            text == """
                GROUP    SIDE    MEMBERS  LAG  TREND    REC/S  DRAIN S  SYNC
                archive  ?             ?    ?  stopped    0.0        -  ?
                billing  IDC1 ?        ?   12  level     60.0        -  ?

                """)
    }

    @Test func `a group that has committed nothing has no lag, and the state of the synchronisation is told`() {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState.filter { ["in-sync", "foreign"].contains($0.id) }
        builder.groups.append(GroupFixture("fresh", side: .none, members: 0, lags: [], verdict: nil))
        let rows = StatusText(builder.build(), width: Self.cells).groups().split(separator: "\n").dropFirst()
        let words = rows.map { $0.split(separator: " ").map(String.init) }
        #expect(words.map(\.first) == ["foreign", "fresh", "in-sync"])
        #expect(words.map(\.last) == ["Foreign", "?", "Mirroring"])
        #expect(words.dropFirst().first?.dropFirst(3).first == "-")
    }

    @Test func `no text lets a hostile name reach the terminal`() {
        let text = StatusText(SnapshotBuilder().build(), width: Self.cells)
        let shown = [
            text.overview, text.mirrors(), text.groups(), text.mirror("evil\u{1B}[31m\u{7}topic\u{202E}") ?? "",
            text.group("evil\u{1B}]0;pwned\u{7}group") ?? "",
        ]
        for text in shown {
            #expect(!text.isEmpty)
            #expect(
                !text.unicodeScalars.contains {
                    ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
                })
        }
    }

    private static let cells: @Sendable (String) -> Int = { text in
        text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0xAC00 && $1.value <= 0xD7A3 ? 2 : 1) }
    }

    private static let goldenText = """
        securities-prod: unknown, 2026-11-23T03:12:07.000+09:00, consumers on IDC1
        traffic: haproxy, configured 50:50, measured IDC1 ~0.0 rec/s ? %, IDC2 ~0.0 rec/s ? %

        IDC   REACHABLE  BROKERS  UNDER-REPLICATED  OFFLINE  GROUPS HERE  LAG
        IDC1  yes            3/3                 0        0            1   12
        IDC2  yes            3/3                 0        0            0    0

        TOPIC      DIRECTION     PARTITIONS  STATE   TO COPY  TO SCAN  REC/S  P99 MS  CONNECTOR
        orders     IDC1 to IDC2           3  PAUSED        0        0   61.2       9  mirror-idc1-idc2-orders
        orders     IDC2 to IDC1           3  ?             ?        ?      ?       ?  -
        주문-체결  IDC2 to IDC1           3  ?             ?        ?      ?       ?  -

        not read: connect idc1 unreachable since 2026-11-23T03:11:40.000+09:00: connection refused

        """

}
