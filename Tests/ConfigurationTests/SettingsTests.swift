import Configuration
import Domain
import Testing

struct SettingsTests {
    @Test func `the least configuration has all defaults`() throws {
        let directory = try ConfigurationDirectory()
        let settings = try directory.settings(minimalIDCs, environment: ["HOME": "/home/kim"])
        #expect(settings.contexts.count == 1)
        #expect(settings.refreshInterval == .seconds(1))
        #expect(settings.theme == "midnight")
        #expect(settings.keys.isEmpty)
        #expect(settings.journalPath == "/home/kim/.local/state/bascule/journal.db")
        #expect(settings.logPath == "/home/kim/.local/state/bascule/bascule.log")
        #expect(settings.notes.isEmpty)
        let context = try settings.context(named: nil)
        #expect(context.name == "default")
        #expect(!context.isProduction)
        #expect(context.idcs.map(\.name) == PerIDC(idc1: "IDC1", idc2: "IDC2"))
        #expect(context.idcs.map(\.bootstrap) == PerIDC(idc1: ["k1:9092"], idc2: ["k2:9092"]))
        #expect(context.idcs.idc1.kafka.entries.isEmpty)
        #expect(context.idcs.idc1.connect == nil)
        #expect(context.haproxy == nil)
        #expect(context.mirrors.kind == .mirrormaker2)
        #expect(context.mirrors.includedTopics == [".*"])
        #expect(context.mirrors.excludedTopics == ["__.*", "connect-.*"])
        #expect(context.mirrors.aliases == PerIDC(idc1: [], idc2: []))
        #expect(context.mirrors.creation.maximumTasks == 1)
        #expect(context.mirrors.creation.replicationFactor == 3)
        #expect(context.mirrors.creation.bootstrap == PerIDC(idc1: ["k1:9092"], idc2: ["k2:9092"]))
        #expect(context.excludedGroups == ["connect-.*", "__.*"])
    }

    @Test func `every part is read`() throws {
        let directory = try ConfigurationDirectory(["ca.pem": "x", "c.pem": "x", "c.key": "x", "pw": "s3cret\n"])
        let settings = try directory.settings(
            """
            context: securities-prod
            production: true
            idcs:
              idc1:
                name: SEOUL
                bootstrap: "k1:9092, k2:9092"
                kafka: {client.id: bascule}
                connect:
                  urls: ["https://c1:8083/", http://c2:8083/path/]
                  user: kim
                  password: "${file:pw}"
                  ca: ca.pem
                  certificate: c.pem
                  key: c.key
                  keyPassword: "${env:KEY}"
                  offsetTopic: connect-offsets
              idc2:
                bootstrap: ["k3:9092", "[::1]:9092"]
                connect: http://a%40b:p%3Aw@c3:8083
            traffic:
              haproxy:
                socket: [/run/h.sock, "127.0.0.2:9999"]
                backend: api
                servers: {idc1: [a1, a2], idc2: b1}
            mirrors:
              topics: {include: [orders, 'quotes\\..*'], exclude: []}
              kind: sink
              sinkPattern: "copy-(.*)-(.*)-(.*)"
              originHeader: x-origin
              aliases: {idc2: [busan, bsn]}
              producedOn: {idc1: "settlement-.*"}
              create:
                tasksMax: 4
                replicationFactor: 2
                bootstrap: {idc1: "i1:9092,i2:9092"}
                configuration: {a.b: "$${file:/x:y}", source.cluster.ssl.key.password: hidden}
            groups: {exclude: "test-.*"}
            refreshInterval: 2.5s
            theme: mono
            keys: {refresh: [F5, Ctrl-R], quit: Q}
            journal: state/journal.db
            log: ~/bascule.log
            """, environment: ["KEY": "kp", "HOME": "/home/kim"])
        let context = try settings.context(named: "securities-prod")
        #expect(context.isProduction)
        let one = context.idcs.idc1
        #expect(one.name == "SEOUL")
        #expect(one.bootstrap == ["k1:9092", "k2:9092"])
        #expect(one.kafka.reveal() == ["client.id": "bascule"])
        let connect = try #require(one.connect)
        #expect(connect.urls == ["https://c1:8083", "http://c2:8083/path"])
        #expect(connect.user == "kim")
        #expect(connect.password?.reveal() == "s3cret")
        #expect(connect.caPath == "\(directory.path)/ca.pem")
        #expect(connect.certificatePath == "\(directory.path)/c.pem")
        #expect(connect.keyPath == "\(directory.path)/c.key")
        #expect(connect.keyPassword?.reveal() == "kp")
        #expect(connect.offsetTopic == "connect-offsets")
        let two = try #require(context.idcs.idc2.connect)
        #expect(two.urls == ["http://c3:8083"])
        #expect(two.user == "a@b")
        #expect(two.password?.reveal() == "p:w")
        #expect(context.idcs.idc2.bootstrap == ["k3:9092", "[::1]:9092"])
        let haproxy = try #require(context.haproxy)
        #expect(haproxy.sockets == [.path("/run/h.sock"), .loopback(host: "127.0.0.2", port: 9999)])
        #expect(haproxy.backend == "api")
        #expect(haproxy.servers == PerIDC(idc1: ["a1", "a2"], idc2: ["b1"]))
        #expect(context.mirrors.includedTopics == ["orders", "quotes\\..*"])
        #expect(context.mirrors.excludedTopics == [])
        #expect(context.mirrors.kind == .sink)
        #expect(context.mirrors.sinkPattern == "copy-(.*)-(.*)-(.*)")
        #expect(context.mirrors.originHeader == "x-origin")
        #expect(context.mirrors.aliases == PerIDC(idc1: [], idc2: ["busan", "bsn"]))
        #expect(context.mirrors.producedOn == PerIDC(idc1: ["settlement-.*"], idc2: []))
        #expect(context.mirrors.creation.maximumTasks == 4)
        #expect(context.mirrors.creation.replicationFactor == 2)
        #expect(
            context.mirrors.creation.bootstrap
                == PerIDC(idc1: ["i1:9092", "i2:9092"], idc2: ["k3:9092", "[::1]:9092"]))
        #expect(
            context.mirrors.creation.configuration.reveal()
                == ["a.b": "${file:/x:y}", "source.cluster.ssl.key.password": "hidden"])
        #expect(context.excludedGroups == ["test-.*"])
        #expect(settings.refreshInterval == .milliseconds(2_500))
        #expect(settings.theme == "mono")
        #expect(settings.keys.map(\.action) == ["refresh", "quit"])
        #expect(settings.keys.map(\.keys) == [["F5", "Ctrl-R"], ["Q"]])
        #expect(settings.keys.map(\.location.line) == [40, 40])
        #expect(settings.keys.map(\.location.column) == [8, 31])
        #expect(settings.journalPath == "\(directory.path)/state/journal.db")
        #expect(settings.logPath == "/home/kim/bascule.log")
    }

    private let several = """
        contexts:
          east: {production: true, idcs: {idc1: {bootstrap: "a:1"}, idc2: {bootstrap: "b:1"}}}
          west: {idcs: {idc1: {bootstrap: "c:1"}, idc2: {bootstrap: "d:1"}}, groups: {exclude: []}}

        """

    @Test func `a file may hold several contexts`() throws {
        let directory = try ConfigurationDirectory()
        let settings = try directory.settings(several)
        #expect(settings.contexts.map(\.name) == ["east", "west"])
        #expect(try settings.context(named: "east").isProduction)
        #expect(try settings.context(named: "west").idcs.idc2.bootstrap == ["d:1"])
        #expect(
            throws: SettingsError(
                "\(directory.path)/bascule.yaml holds several contexts: choose one with --context: east, west")
        ) {
            try settings.context(named: nil)
        }
        #expect(
            throws: SettingsError(
                "\(directory.path)/bascule.yaml: there is no context \"wets\"; did you mean \"west\"?; it holds east, west"
            )
        ) {
            try settings.context(named: "wets")
        }
        #expect(try directory.settings("context: west\n" + several).context(named: nil).name == "west")
    }

    @Test func `the state directory follows XDG, and without a home there is none`() throws {
        let directory = try ConfigurationDirectory()
        let settings = try directory.settings(minimalIDCs, environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])
        #expect(settings.journalPath == "/s/bascule/journal.db")
        #expect(try directory.settings(minimalIDCs).journalPath == nil)
    }

    @Test func `aliases stand for their anchors, and tags mean nothing`() throws {
        let directory = try ConfigurationDirectory()
        let settings = try directory.settings(
            """
            idcs:
              idc1: {bootstrap: "a:1", kafka: &k {client.id: !!binary x}}
              idc2: {bootstrap: !secret "b:1", kafka: *k}
            """)
        let context = try settings.context(named: nil)
        #expect(context.idcs.map { $0.kafka.reveal() } == PerIDC(idc1: ["client.id": "x"], idc2: ["client.id": "x"]))
    }

    @Test func `what was printed without secrets is read back to the same but for them`() throws {
        let directory = try ConfigurationDirectory()
        let text = """
            context: odd-1
            idcs:
              idc1: {name: "주문", bootstrap: "a:1", kafka: {client.id: "a \\"b\\" $${env:X} \\\\ \\x01\\n: #", sasl.password: hush}, connect: "http://u:hush@c:1"}
              idc2: {bootstrap: "b:1"}
            traffic: {haproxy: {socket: "127.0.0.1:1", backend: "null", servers: {idc1: ["-", "~"], idc2: "yes"}}}
            mirrors: {kind: sink, sinkPattern: '(a)\\.(b)', originHeader: "x:y", aliases: {idc1: s}, create: {configuration: {k: v}}}
            keys: {"?": ["#", "'", '"', "\\\\"]}
            """
        let settings = try directory.settings(text, environment: ["HOME": "/h"])
        let printed = settings.redacted()
        #expect(!printed.contains("hush"))
        let again = try directory.settings(printed)
        #expect(again.redacted() == printed)
        let (one, two) = (try settings.context(named: nil), try again.context(named: nil))
        #expect(two.idcs.idc1.kafka.reveal()["client.id"] == one.idcs.idc1.kafka.reveal()["client.id"])
        #expect(two.idcs.idc1.kafka.reveal()["client.id"] == "a \"b\" ${env:X} \\ \u{1}\n: #")
        #expect(two.idcs.idc1.kafka.reveal()["sasl.password"] == "********")
        #expect(two.idcs.idc1.name == one.idcs.idc1.name)
        #expect(two.haproxy == one.haproxy)
        #expect(two.mirrors.sinkPattern == one.mirrors.sinkPattern)
        #expect(two.excludedGroups == one.excludedGroups)
        #expect(again.keys.map(\.keys) == settings.keys.map(\.keys))
        #expect(again.journalPath == settings.journalPath)
        let pair = try directory.settings("context: west\n" + several)
        #expect(try directory.settings(pair.redacted()).contexts == pair.contexts)
    }
}
