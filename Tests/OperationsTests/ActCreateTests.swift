import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActCreateTests {
    private let planner = Planner.lab
    private let target = MirrorTarget("orders", from: .idc1)

    private var world: ActWorld {
        var world = ActWorld("orders")
        world.removeJobs("orders", from: .idc1)
        return world
    }

    @Test func `a missing mirror is made as the loop-free MirrorMaker 2 connector`() throws {
        let plan = try #require(planner.plan(.create, [target], in: world).plan)
        guard case .createConnector(let name, let config, let idc)? = plan.lines.first?.step else {
            Issue.record("no connector is created")
            return
        }
        #expect(name == "mirror-idc1-idc2-orders")
        #expect(idc == .idc2)
        #expect(plan.lines.first?.expected == .noConnector)
        #expect(plan.lines.first?.call == "PUT /connectors/mirror-idc1-idc2-orders/config on Connect IDC2")
        #expect(plan.equivalentCommand == "bascule mirrors create orders --direction idc1:idc2")
        let bytes = "org.apache.kafka.connect.converters.ByteArrayConverter"
        #expect(
            config == [
                "name": "mirror-idc1-idc2-orders",
                "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector", "tasks.max": "1",
                "source.cluster.alias": "idc1", "target.cluster.alias": "idc2",
                "source.cluster.bootstrap.servers": "one:9092,two:9092",
                "target.cluster.bootstrap.servers": "three:9092",
                "topics": "orders",
                "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
                "replication.factor": "-1", "offset-syncs.topic.replication.factor": "3",
                "sync.topic.configs.enabled": "false", "sync.topic.acls.enabled": "false",
                "refresh.topics.interval.seconds": "5", "offset.lag.max": "0", "consumer.auto.offset.reset": "earliest",
                "consumer.isolation.level": "read_committed",
                "key.converter": bytes, "value.converter": bytes, "header.converter": bytes,
                "predicates": "ours",
                "predicates.ours.type": "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
                "predicates.ours.name": "mm-origin-idc2", "transforms": "drop,stamp",
                "transforms.drop.type": "org.apache.kafka.connect.transforms.Filter",
                "transforms.drop.predicate": "ours",
                "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertHeader",
                "transforms.stamp.header": "mm-origin-idc1", "transforms.stamp.value.literal": "null",
            ])
    }

    @Test func `dots of a topic are quoted, so that it mirrors no other topic`() {
        #expect(MirrorMakerConfiguration.topicPattern(for: "a.b-c_1") == "a\\.b-c_1")
        #expect(MirrorMakerConfiguration.topicPattern(for: "a+b|c,d") == "a\\+b\\|c\\,d")
    }

    @Test(arguments: [(1, "1"), (2, "2"), (3, "3"), (7, "3"), (0, "1")])
    func `offset syncs are replicated three times, or as often as there are brokers`(_ brokers: Int, _ factor: String)
        throws
    {
        let template = try #require(PlannerSettings.lab.mirrorTemplate)
        let configuration = MirrorMakerConfiguration(target: target, template: template, sourceBrokerCount: brokers)
        #expect(configuration.entries["offset-syncs.topic.replication.factor"] == factor)
    }

    @Test func `client settings go to their own cluster and overrides win`() {
        let template = MirrorTemplate(
            aliases: PerIDC(idc1: "seoul", idc2: "busan"), bootstrapServers: PerIDC(idc1: "a:1", idc2: "b:1"),
            clientSettings: PerIDC(idc1: ["security.protocol": "SASL_SSL"], idc2: ["security.protocol": "SSL"]),
            isReadCommitted: false, overrides: ["tasks.max": "4"])
        let entries = MirrorMakerConfiguration(
            target: MirrorTarget("orders.replica", from: .idc2), template: template, sourceBrokerCount: 3
        ).entries
        #expect(entries["source.cluster.security.protocol"] == "SSL")
        #expect(entries["target.cluster.security.protocol"] == "SASL_SSL")
        #expect(entries["transforms.stamp.header"] == "mm-origin-busan")
        #expect(entries["predicates.ours.name"] == "mm-origin-seoul")
        #expect(entries["name"] == "mirror-busan-seoul-orders.replica")
        #expect(entries["tasks.max"] == "4")
        #expect(entries["consumer.isolation.level"] == nil)
        #expect(entries["topics.exclude"] == "__.*")
    }

    @Test(arguments: [
        "__consumer_offsets", "connect-configs", "bascule-sync", "mm2-offset-syncs.idc2.internal", "heartbeats",
    ])
    func `topics that no mirror may copy are left out`(_ topic: String) throws {
        var world = ActWorld()
        world.topics[topic] = ActWorld.Topic()
        let refusal = try #require(planner.plan(.create, [MirrorTarget(topic, from: .idc1)], in: world).refusal)
        #expect(refusal.kind == .notPossible)
        #expect(MirrorMakerConfiguration.reasonNeverMirrored(topic) != nil)
    }

    private func reason(_ change: (inout ActWorld) -> Void) -> String? {
        var world = world
        change(&world)
        return planner.plan(.create, [target], in: world).refusal?.text
    }

    @Test func `a topic that is missing on a side, or differs, is left out with what to do`() {
        #expect(
            reason { $0.topics["orders"]?.partitions.idc2 = nil }?
                .contains("the topic is missing on IDC2: create it there first") == true)
        let differ = reason { $0.topics["orders"]?.partitions = PerIDC(idc1: 3, idc2: 12) }
        #expect(differ?.contains("it has 3 partitions on IDC1 and 12 on IDC2: raise IDC1 to 12 first") == true)
        let unread = reason { $0.kafka.idc1 = .stale }
        #expect(unread?.contains("its partitions are not known: Kafka IDC1 has been unreachable for 14 s") == true)
    }

    @Test func `a mirror that exists is not made again`() {
        let exists = reason { $0.addJob("orders", from: .idc1, .paused) }
        #expect(exists?.contains("it exists already, as connector mirror-idc1-idc2-orders, and is PAUSED") == true)
        let double = reason { $0.addJob("orders", from: .idc1, name: "other") }
        #expect(
            double?.contains("it is mirrored already by other: a second mirror would copy every record twice") == true)
        let taken = reason { $0.addJob("orders", from: .idc1, role: .other) }
        #expect(taken?.contains("the name is taken: delete or rename that connector first") == true)
        let odd = reason {
            $0.addJob(
                "orders", from: .idc1, name: "odd", role: .unaccountedMirror(reason: "no header"),
                config: ["topics": "a, orders"])
        }
        #expect(odd?.contains("connector odd names it already") == true)
    }

    @Test func `what Connect could not tell in full is not taken for absent`() {
        let unread = reason { $0.connect.idc2 = .stale }
        #expect(unread?.contains("whether it exists is not known: Connect IDC2 has been unreachable") == true)
        let partial = reason {
            $0.problems = [
                Problem(
                    source: "connect idc2",
                    because: Unavailability(
                        kind: .timedOut, detail: "2 of 5 connectors not read", since: ActWorld.moment))
            ]
        }
        #expect(partial?.contains("could not be read in full (2 of 5 connectors not read)") == true)
    }

    @Test func `a way back that would make a loop forbids the mirror`() {
        let loop = reason { world in
            world.removeJobs("orders", from: .idc2)
            world.addJob("orders", from: .idc2, config: ["predicates.ours.name": "mm-origin-seoul"])
        }
        #expect(
            loop?.contains("does not drop records that carry mm-origin-idc1: they would go round in a loop") == true)
        let unread = reason { $0.connect.idc1 = .unreachable }
        #expect(unread?.contains("whether the way back would make a loop is not known") == true)
    }

    @Test func `a topic without any mirror gets both directions`() throws {
        var world = world
        world.removeJobs("orders", from: .idc2)
        let plan = try #require(planner.plan(.create, [target, MirrorTarget("orders", from: .idc2)], in: world).plan)
        #expect(plan.lines.map(\.step.subject) == ["mirror-idc1-idc2-orders", "mirror-idc2-idc1-orders"])
        #expect(plan.equivalentCommand == "bascule mirrors create orders")
        #expect(plan.title == "Create 2 mirrors on Connect IDC1 and IDC2")
    }

    @Test func `a mirror of Bascule's own worker is made where those are in use`() throws {
        var world = world
        world.removeJobs("orders", from: .idc2)
        let planner = Planner(
            settings: PlannerSettings(isProduction: false, mirrorTemplate: nil, hasWorkerMirrors: true))
        let plan = try #require(planner.plan(.create, [target], in: world).plan)
        guard case .createConnector(let name, let config, let idc)? = plan.lines.first?.step else {
            Issue.record("no connector is created")
            return
        }
        #expect(name == "mirror-idc1-idc2-orders")
        #expect(idc == .idc2)
        #expect(
            config == [
                "name": name, "connector.class": "bascule.Mirror", "from": "idc1", "to": "idc2", "topic": "orders",
            ])
    }

    @Test func `a mirror of Bascule's own worker is not made beside a way back of another kind`() throws {
        let planner = Planner(
            settings: PlannerSettings(isProduction: false, mirrorTemplate: nil, hasWorkerMirrors: true))
        let refusal = try #require(planner.plan(.create, [target], in: world).refusal)
        #expect(refusal.text.contains("is not one of Bascule's worker"))
    }

    @Test func `without a template creating is refused`() throws {
        let planner = Planner(settings: PlannerSettings(isProduction: false, mirrorTemplate: nil))
        let refusal = try #require(planner.plan(.create, [target], in: world).refusal)
        #expect(refusal.text.contains("the configuration does not say how mirrors are made"))
    }

    @Test func `a mirror that Bascule cannot account for is warned of`() throws {
        var world = world
        world.addJob(
            "else", from: .idc1, name: "odd", role: .unaccountedMirror(reason: "a pattern"), config: ["topics": "o.*"])
        let plan = try #require(planner.plan(.create, [target], in: world).plan)
        #expect(
            plan.warnings.contains {
                $0.hasPrefix(
                    "Connector odd on Connect IDC2 looks like a mirror that Bascule cannot account for (a pattern)")
            })
    }
}
