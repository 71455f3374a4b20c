import Domain
import Testing

@Suite struct `Recognising connectors` {
    /// A loop-free MirrorMaker 2 connector; changes are merged in, empty values removed.
    static func mirrorMaker(
        _ topic: String = "orders", from: String = "idc1", to: String = "idc2", _ changes: [String: String] = [:]
    ) -> Connector {
        let config = [
            "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector", "topics": topic,
            "source.cluster.alias": from, "target.cluster.alias": to,
            "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
            "header.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
            "sync.topic.configs.enabled": "false", "predicates": "ours",
            "predicates.ours.type": "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
            "predicates.ours.name": "mm-origin-\(to)", "transforms": "drop,stamp",
            "transforms.drop.type": "org.apache.kafka.connect.transforms.Filter",
            "transforms.drop.predicate": "ours",
            "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertHeader",
            "transforms.stamp.header": "mm-origin-\(from)", "transforms.stamp.value.literal": "null",
        ].merging(changes) { _, new in new }.filter { !$0.value.isEmpty }
        return connector("mirror-\(from)-\(to)-\(topic)", config)
    }

    static func connector(_ name: String, type: String = "source", _ config: [String: String]) -> Connector {
        Connector(
            name: name, type: type, state: .running, workerID: "w",
            tasks: [ConnectorTask(id: 0, state: .running, workerID: "w")], config: config)
    }

    static func recognise(
        _ connector: Connector, on idc: IDC = .idc2, rules: MirrorRecognition? = nil
    ) throws -> Recognition {
        let recogniser = MirrorRecogniser(try rules ?? MirrorRecognition())
        return try #require(recogniser.recognise([connector], on: idc).first).recognition
    }

    @Test func `MirrorMaker's source connector under the identity policy is a mirror`() throws {
        let found = try Self.recognise(Self.mirrorMaker())
        #expect(found.role == .mirror(.mirrormaker2, topic: "orders", flow: ReplicationFlow(from: .idc1)))
        #expect(found.notes == [])
        #expect(found.stampedHeader == "mm-origin-idc1")
        #expect(found.droppedHeader == "mm-origin-idc2")
    }

    @Test func `a quoted dot is a dot, an unquoted one is noted`() throws {
        let quoted = try Self.recognise(Self.mirrorMaker("a\\.b"))
        #expect(quoted.role == .mirror(.mirrormaker2, topic: "a.b", flow: ReplicationFlow(from: .idc1)))
        #expect(quoted.notes == [])
        let loose = try Self.recognise(Self.mirrorMaker("a.b"))
        #expect(loose.role == .mirror(.mirrormaker2, topic: "a.b", flow: ReplicationFlow(from: .idc1)))
        #expect(loose.notes.count == 1 && loose.notes[0].contains("quote the dots"))
    }

    @Test(arguments: [
        (["topics": ".*"], "one topic per connector"), (["topics": "orders,quotes"], "one topic per connector"),
        (["topics": ""], "one topic per connector"), (["topics": "orders[0-9]+"], "one topic per connector"),
        (["replication.policy.class": ""], "IdentityReplicationPolicy"),
        (
            ["replication.policy.class": "org.apache.kafka.connect.mirror.DefaultReplicationPolicy"],
            "IdentityReplicationPolicy"
        ),
        (["transforms": "stamp"], "no filter drops"), (["transforms": "drop"], "no transformation stamps"),
        (["transforms": ""], "no filter drops"), (["transforms.drop.negate": "true"], "negated"),
        (["transforms.stamp.predicate": "ours"], "has a predicate"),
        (["predicates.ours.name": "mm-origin-idc1"], "stamps itself"),
        (["predicates.ours.type": "org.example.Sometimes"], "no filter drops"),
        (["topics.exclude": "ord.*"], "mirrors nothing"), (["source.cluster.alias": "mars"], "not of this pair"),
        (["source.cluster.alias": "idc2"], "are both"),
    ])
    func `a mirror that cannot be accounted for says why`(_ changes: [String: String], _ reason: String) throws {
        let found = try Self.recognise(Self.mirrorMaker("orders", changes))
        guard case .unaccountedMirror(let said) = found.role else {
            Issue.record("recognised as \(found.role)")
            return
        }
        #expect(said.contains(reason), "\(said)")
    }

    @Test(arguments: [
        (["sync.group.offsets.enabled": "true"], "group sync"), (["header.converter": ""], "Base64"),
        (["sync.topic.configs.enabled": ""], "overwrite"), (["errors.tolerance": "all"], "left out silently"),
        (
            ["consumer.auto.offset.reset": "latest"],
            "'consumer.auto.offset.reset' is latest: records from before it begins"
        ),
        (["transforms.stamp.value.literal": "idc1"], "the task fails"),
    ])
    func `a setting that harms is noted on a mirror`(_ changes: [String: String], _ note: String) throws {
        let found = try Self.recognise(Self.mirrorMaker("orders", changes))
        guard case .mirror = found.role else {
            Issue.record("recognised as \(found.role)")
            return
        }
        #expect(found.notes.contains { $0.contains(note) }, "\(found.notes)")
    }

    @Test func `a mirror beside its source is noted`() throws {
        #expect(try Self.recognise(Self.mirrorMaker(), on: .idc1).notes.contains { $0.contains("beside its target") })
    }

    @Test func `the direction is told by bootstrap servers where aliases are strange`() throws {
        let rules = try MirrorRecognition(
            bootstraps: PerIDC(idc1: ["Kafka-1:9092,kafka-2:9092"], idc2: ["kafka-9:9092"]))
        let strange = Self.mirrorMaker(
            "orders", from: "east", to: "west",
            [
                "source.cluster.bootstrap.servers": "kafka-9:9092",
                "target.cluster.bootstrap.servers": "kafka-2:9092, kafka-7:9092",
            ])
        let found = try Self.recognise(strange, on: .idc1, rules: rules)
        #expect(found.role == .mirror(.mirrormaker2, topic: "orders", flow: ReplicationFlow(from: .idc2)))
        let contradiction = Self.mirrorMaker("orders", ["source.cluster.bootstrap.servers": "kafka-9:9092"])
        guard case .unaccountedMirror(let reason) = try Self.recognise(contradiction, rules: rules).role else {
            Issue.record("the contradiction was not seen")
            return
        }
        #expect(reason.contains("source.cluster.alias says IDC1"))
    }

    @Test func `aliases of the configuration name the sides`() throws {
        let rules = try MirrorRecognition(aliases: ["East": .idc1, "west": .idc2])
        let found = try Self.recognise(Self.mirrorMaker("orders", from: "east", to: "WEST"), rules: rules)
        #expect(found.role == .mirror(.mirrormaker2, topic: "orders", flow: ReplicationFlow(from: .idc1)))
        #expect(rules.copyHeaders(on: .idc2).contains("mm-origin-East"))
    }

    @Test func `companions, change data capture and strangers are told apart`() throws {
        func role(_ className: String) throws -> ConnectorRole {
            try Self.recognise(Self.connector("c", ["connector.class": className])).role
        }
        #expect(try role("org.apache.kafka.connect.mirror.MirrorCheckpointConnector") == .mirrorMakerCompanion)
        #expect(try role("org.apache.kafka.connect.mirror.MirrorHeartbeatConnector") == .mirrorMakerCompanion)
        #expect(try role("io.debezium.connector.postgresql.PostgresConnector") == .cdc)
        #expect(try role("org.apache.kafka.connect.file.FileStreamSourceConnector") == .other)
        #expect(try role("") == .other)
    }

    @Test func `a checkpoint connector with group sync is noted`() throws {
        let found = try Self.recognise(
            Self.connector(
                "c",
                [
                    "connector.class": "org.apache.kafka.connect.mirror.MirrorCheckpointConnector",
                    "sync.group.offsets.enabled": "true",
                ]))
        #expect(found.notes.count == 1)
    }

    @Test func `Bascule's own worker says what it mirrors`() throws {
        let own = Self.connector(
            "mirror-idc2-idc1-orders", type: "sink",
            ["connector.class": "bascule.MirrorConnector", "topic": "orders", "from": "idc2", "to": "idc1"])
        let found = try Self.recognise(own, on: .idc1)
        #expect(found.role == .mirror(.bascule, topic: "orders", flow: ReplicationFlow(from: .idc2)))
        #expect(found.stampedHeader == "osync-origin")
        let odd = Self.connector(
            "m", ["connector.class": "bascule.Mirror", "topic": "t", "from": "idc1", "to": "idc1"])
        guard case .unaccountedMirror = try Self.recognise(odd).role else {
            Issue.record("a mirror from a side to itself was recognised")
            return
        }
    }

    @Test(arguments: [
        ("mirror-(?<from>idc[12])-(?<to>idc[12])-(?<topic>.+)", "mirror-idc2-idc1-pay.eu", "pay.eu", IDC.idc2),
        ("(.+)_to_other", "orders_to_other", "orders", IDC.idc1),
        ("(.+)@(idc1|idc2)", "orders@idc2", "orders", IDC.idc2),
    ])
    func `sink mirrors are recognised by their names`(_ pattern: String, _ name: String, _ topic: String, _ from: IDC)
        throws
    {
        let rules = try MirrorRecognition(kind: .sink, sinkPattern: pattern, originHeader: "x-origin")
        let sink = Self.connector(name, type: "sink", ["connector.class": "org.example.KafkaSink", "topics": topic])
        let found = try Self.recognise(sink, on: .idc1, rules: rules)
        #expect(found.role == .mirror(.sink, topic: topic, flow: ReplicationFlow(from: from)))
        #expect(found.stampedHeader == "x-origin")
        let other = Self.connector("jdbc-\(name)-x", type: "sink", ["connector.class": "org.example.Jdbc"])
        if pattern.hasPrefix("mirror") { #expect(try Self.recognise(other, rules: rules).role == .other) }
    }

    @Test func `a sink pattern that is no regular expression is refused`() {
        #expect(throws: NamePatternError.self) { try MirrorRecognition(kind: .sink, sinkPattern: "mirror-(") }
    }

    @Test func `the answer follows a changed configuration`() throws {
        let recogniser = MirrorRecogniser(try MirrorRecognition())
        let first = recogniser.recognise([Self.mirrorMaker()], on: .idc2)
        let second = recogniser.recognise([Self.mirrorMaker("orders", ["transforms": "drop"])], on: .idc2)
        #expect(first.first?.recognition.role != second.first?.recognition.role)
    }
}

@Suite struct `Coverage of topics` {
    private static func coverage(
        _ connectors: [Connector], on idc: IDC = .idc2, isFullyRead: Bool = true
    ) throws -> Coverage {
        let recogniser = MirrorRecogniser(try MirrorRecognition())
        return Coverage(
            of: recogniser.recognise(connectors, on: idc), isFullyRead: PerIDC { _ in isFullyRead },
            matcher: recogniser.matcher)
    }

    private let there = ReplicationFlow(from: .idc1)

    @Test func `a topic with one connector is mirrored, in that direction only`() throws {
        let coverage = try Self.coverage([RecognitionTests.mirrorMaker()])
        #expect(coverage.verdict(on: "orders", there).jobs.map(\.connector.name) == ["mirror-idc1-idc2-orders"])
        #expect(coverage.verdict(on: "orders", ReplicationFlow(from: .idc2)) == .none)
        #expect(coverage.verdict(on: "quotes", there) == .none)
        #expect(coverage.namedTopics == ["orders"])
    }

    @Test func `without all connectors none is never said`() throws {
        #expect(try Self.coverage([], isFullyRead: false).verdict(on: "orders", there) == .unknown)
    }

    @Test func `a loose dot makes a second job for a topic of like name`() throws {
        let coverage = try Self.coverage([
            RecognitionTests.mirrorMaker("a.b"), RecognitionTests.mirrorMaker("a-b"),
            RecognitionTests.mirrorMaker("c\\.d"), RecognitionTests.mirrorMaker("c-d"),
        ])
        guard case .double(let jobs, let reason) = coverage.verdict(on: "a-b", there) else {
            Issue.record("the second job was not seen")
            return
        }
        #expect(jobs.count == 2 && reason.contains("mirror-idc1-idc2-a.b"))
        #expect(coverage.verdict(on: "c-d", there).jobs.count == 1)
    }

    @Test func `a connector of many topics is a job that is not accounted for`() throws {
        let wide = RecognitionTests.mirrorMaker(".*")
        let coverage = try Self.coverage([wide])
        guard case .unaccounted = coverage.verdict(on: "orders", there) else {
            Issue.record("it was not seen")
            return
        }
        #expect(coverage.verdict(on: "__consumer_offsets", there) == .none, "MirrorMaker's default leaves it out")
        let both = try Self.coverage([wide, RecognitionTests.mirrorMaker()])
        guard case .double = both.verdict(on: "orders", there) else {
            Issue.record("two jobs were not seen")
            return
        }
    }

    @Test func `what workers beside both sides tell of one mirror is one job`() throws {
        let recogniser = MirrorRecogniser(try MirrorRecognition())
        let mirrors = [("idc1", "idc2"), ("idc2", "idc1")].map { from, to in
            RecognitionTests.connector(
                "mirror-\(from)-\(to)-orders",
                ["connector.class": "bascule.MirrorConnector", "topic": "orders", "from": from, "to": to])
        }
        let copies = IDC.allCases.flatMap { recogniser.recognise(mirrors, on: $0) }
        func foundOn(_ idc: IDC, _ connectors: [RecognisedConnector], isRead: PerIDC<Bool>) -> [IDC] {
            Coverage(of: connectors, isFullyRead: isRead, matcher: recogniser.matcher)
                .verdict(on: "orders", ReplicationFlow(from: idc)).jobs.map(\.foundOn)
        }
        let all = PerIDC(idc1: true, idc2: true)
        let onlyOne = PerIDC(idc1: true, idc2: false)
        #expect(foundOn(.idc1, copies, isRead: all) == [.idc2] && foundOn(.idc2, copies, isRead: all) == [.idc1])
        // What a side that is gone had told last is older than what the other one tells.
        #expect(
            foundOn(.idc1, copies, isRead: onlyOne) == [.idc1] && foundOn(.idc2, copies, isRead: onlyOne) == [.idc1])
        // A worker of one direction beside its source, and another job of the same direction.
        #expect(foundOn(.idc1, recogniser.recognise(mirrors, on: .idc1), isRead: all) == [.idc1])
        let another = recogniser.recognise([RecognitionTests.mirrorMaker("orders", ["name": "x"])], on: .idc2)
        #expect(foundOn(.idc1, copies + another, isRead: all).count == 2)
    }

    @Test func `a filter that does not know the other side's stamp is a loop`() throws {
        let recogniser = MirrorRecogniser(try MirrorRecognition())
        let there = RecognitionTests.mirrorMaker("orders", ["predicates.ours.name": "mm-origin-west"])
        let back = RecognitionTests.mirrorMaker("orders", from: "idc2", to: "idc1")
        let coverage = Coverage(
            of: recogniser.recognise([there], on: .idc2) + recogniser.recognise([back], on: .idc1),
            isFullyRead: PerIDC { _ in true }, matcher: recogniser.matcher)
        let verdicts = PerIDC { coverage.verdict(on: "orders", ReplicationFlow(from: $0)) }
        #expect(Coverage.loop(verdicts)?.contains("records loop") == true)
    }

    @Test func `topics of Kafka, Connect, Bascule and MirrorMaker are never mirrored`() {
        for topic in [
            "__consumer_offsets", "connect-offsets", "bascule-sync", "mm2-offset-syncs.idc2.internal",
            "idc1.checkpoints.internal", "heartbeats", "idc1.heartbeats",
        ] { #expect(Coverage.isNeverMirrored(topic), "\(topic)") }
        for topic in ["orders", "heartbeats-of-users", "_schemas", "connected"] {
            #expect(!Coverage.isNeverMirrored(topic), "\(topic)")
        }
    }
}

private typealias RecognitionTests = `Recognising connectors`
