import Domain

/// Every key of the configuration.
enum SettingSchema {
    /// A file that describes one pair of clusters.
    static let single: [SettingKey] = [nameOfPair] + pair + program

    /// A file that describes several pairs under `contexts`.
    static let several: [SettingKey] = [chosenContext, contexts] + program

    private static let nameOfPair = SettingKey(
        "context", .text(.contextName), default: "default", example: "securities-prod",
        "The name of this pair of clusters, shown on every screen.")

    private static let chosenContext = SettingKey(
        "context", .text(.contextName), example: "securities-prod",
        "With `contexts`: the one that is used without `--context`. Without it, and with more than one, `--context` has to be given."
    )

    static let contexts = SettingKey(
        "contexts", .table(of: .group(pair), keyName: "NAME"), required: true,
        example: "{rehearsal: {idcs: {idc1: {bootstrap: 127.0.0.1:19091}, idc2: {bootstrap: 127.0.0.1:29091}}}}",
        "Several pairs of clusters by their names, each with the keys of a pair: `production`, `idcs`, `traffic`, `mirrors`, `groups`, `sync`, `nameServer`, `endpoints`, `failover`."
    )

    // MARK: A pair

    static let pair: [SettingKey] =
        [
            SettingKey(
                "production", .boolean, default: "false", example: "true",
                "Whether every act has to be confirmed by typing a count or the name of an IDC."),
            SettingKey(
                "idcs", .perIDC(.group(idc), isComplete: true), required: true,
                example: "{idc1: {bootstrap: \"kafka-idc1:9092\"}, idc2: {bootstrap: \"kafka-idc2:9092\"}}",
                "The two sides. `idc1` and `idc2` are what commands and data call them."),
            SettingKey(
                "traffic",
                .group([
                    SettingKey(
                        "haproxy", .group(haproxy), required: true,
                        example: "{socket: /run/haproxy/admin.sock, backend: api, servers: {idc1: [a1], idc2: [b1]}}",
                        "HAProxy, whose weights split the users' traffic.")
                ]),
                example:
                    "{haproxy: {socket: /run/haproxy/admin.sock, backend: api, servers: {idc1: [a1], idc2: [b1]}}}",
                "What splits the users' traffic between the IDCs. Without it the split is measured but not shown as configured, and cannot be set."
            ),
            SettingKey(
                "mirrors", .group(mirrors), default: "{}", example: "{kind: mirrormaker2}",
                "How the mirrors between the sides are recognised and made."),
            SettingKey(
                "groups",
                .group([
                    SettingKey(
                        "exclude", .list(of: .text(.pattern)), default: #"["connect-.*", "__.*"]"#,
                        example: #"["connect-.*", "test-.*"]"#,
                        "Regular expressions of consumer groups to leave out. Each matches the whole name.")
                ]), default: "{}", example: #"{exclude: ["connect-.*"]}"#,
                "Which consumer groups are looked at. Bascule's own, `bascule-.*`, never are."),
            SettingKey(
                "sync", .group(sync), default: "{}", example: "{interval: 250ms, hold: [billing-replay]}",
                "How the groups' offsets are kept on the other side."),
        ] + failover

    static let sync: [SettingKey] = [
        SettingKey(
            "interval", .duration(.milliseconds(50) ... .seconds(60)), default: "250ms", example: "1s",
            "The time between two readings of the evidence, after which groups that have moved are written."),
        SettingKey(
            "hold", .list(of: .text(.printable)), default: "[]", example: "[billing-replay, \"test-*\"]",
            "Globs of groups that are held: nothing is written for them. They are released here only; `bascule offsets hold` and `release` are for the moment."
        ),
        SettingKey(
            "offsetsRetention", .duration(.seconds(60) ... .seconds(100_000_000)), default: "168h", example: "720h",
            "The brokers' `offsets.retention.minutes`: after a quarter of it an unchanged offset is written again."),
        SettingKey(
            "foreignCommits", .choice(["raise", "hold"]), default: "raise", example: "hold",
            "What becomes of a commit of somebody else on the other side, as a group leaves one behind that has moved: raised to a higher proven position once it rests, never lowered; or held."
        ),
        SettingKey(
            "bothSidesAreOne", .boolean, default: "false", example: "true",
            "Whether members of a group on both sides at once were one worker, so that it goes on being written after that."
        ),
    ]

    static let idc: [SettingKey] = [
        SettingKey(
            "name", .text(.displayName), example: "SEOUL",
            "What people call it; default `IDC1` and `IDC2`. It is typed to confirm what concerns the whole IDC."),
        SettingKey(
            "bootstrap", .list(of: .text(.bootstrap)), example: #"["kafka-1:9092", "kafka-2:9092"]"#,
            "Bootstrap servers as `HOST:PORT`. Needed unless `properties` names a file with `bootstrap.servers`; this wins over that."
        ),
        SettingKey(
            "properties", .text(.existingFile), example: "idc1.properties",
            "A `.properties` file as Kafka's own tools take it with `--command-config`."),
        SettingKey(
            "kafka", .librarySettings(keyName: "SETTING"), default: "{}",
            example:
                #"{security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, sasl.username: bascule, sasl.password: "${env:KAFKA_PASSWORD}"}"#,
            "Client settings in Kafka's or librdkafka's spelling. They win over those of `properties`."),
        SettingKey(
            "connect", .mapOr(.group(connect), .list(of: .text(.url))), example: #"["http://connect-idc1:8083"]"#,
            "The workers of the Connect cluster beside these brokers: their addresses, or a map."),
    ]

    static let connect: [SettingKey] = [
        SettingKey(
            "urls", .list(of: .text(.url)), required: true,
            example: #"["http://connect-1:8083", "http://connect-2:8083"]"#,
            "The workers' REST interfaces. One that does not answer is passed over."),
        SettingKey("user", .text(.printable), example: "bascule", "For basic authentication."),
        SettingKey("password", .secret, example: #""${file:connect.password}""#, "For basic authentication."),
        SettingKey(
            "ca", .text(.existingFile), example: "connect-ca.pem",
            "A PEM file of certificate authorities to trust in place of the system's."),
        SettingKey(
            "certificate", .text(.existingFile), example: "bascule.pem", "A PEM file with the client's certificate."),
        SettingKey("key", .text(.existingFile), example: "bascule.key", "A PEM file with the key of `certificate`."),
        SettingKey("keyPassword", .secret, example: #""${env:CONNECT_KEY_PASSWORD}""#, "The password of `key`."),
        SettingKey(
            "offsetTopic", .text(.topic), example: "connect-offsets",
            "The workers' `offset.storage.topic`, where it is not found by itself."),
    ]

    static let haproxy: [SettingKey] = [
        SettingKey(
            "socket", .list(of: .text(.socket)), required: true,
            example: "[/run/haproxy/admin.sock, \"127.0.0.1:9999\"]",
            "HAProxy's runtime interface (`stats socket ... level admin`): a UNIX socket, or an address in 127.0.0.0/8. Several HAProxies are set alike."
        ),
        SettingKey("backend", .text(.word), required: true, example: "api", "The backend that takes the users."),
        SettingKey(
            "servers", .perIDC(.list(of: .text(.word)), isComplete: true), required: true,
            example: "{idc1: [a1, a2], idc2: [b1, b2]}", "The backend's servers in each IDC."),
    ]

    static let mirrors: [SettingKey] = [
        SettingKey(
            "topics",
            .group([
                SettingKey(
                    "include", .list(of: .text(.pattern)), default: #"[".*"]"#, example: #"["orders", "quotes\\..*"]"#,
                    "Regular expressions of the topics that should be mirrored both ways. Each matches the whole name."),
                SettingKey(
                    "exclude", .list(of: .text(.pattern)), default: #"["__.*", "connect-.*"]"#,
                    example: #"["__.*", "connect-.*", "local\\..*"]"#,
                    "Regular expressions of topics that should not be mirrored, although they are included."),
            ]), default: "{}", example: #"{include: ["orders", "quotes\\..*"]}"#,
            "Which topics are live: a live topic without a mirror is an alarm."),
        SettingKey(
            "producedOn", .perIDC(.list(of: .text(.pattern)), isComplete: false), default: "{}",
            example: #"{idc1: "settlement\\..*"}"#,
            "Regular expressions of topics that only this side's producers write to. Where nothing else proves where a group of such a topic goes on in the other IDC, timestamps do, on this condition."
        ),
        SettingKey(
            "kind", .choice(MirrorKind.allCases.map(\.rawValue)), default: "mirrormaker2", example: "sink",
            "What mirrors: MirrorMaker 2's connectors, sink connectors of another kind, or Bascule's own workers."),
        SettingKey(
            "sinkPattern", .text(.pattern), example: #""copy-(?<from>[^-]+)-(?<to>[^-]+)-(?<topic>.+)""#,
            "For `kind: sink`: matches the names of the mirrors' connectors; its groups `topic`, `from`, `to` (or 1, 2, 3) say what they copy."
        ),
        SettingKey(
            "originHeader", .text(.word), example: "x-origin",
            "For `kind: sink`: the header that marks a copied record. Without it copies cannot be told from records produced there: how much is produced is not known, and positions are no further than the mirrors have come."
        ),
        SettingKey(
            "aliases", .perIDC(.list(of: .text(.word)), isComplete: false), default: "{}",
            example: "{idc1: seoul, idc2: [busan, bsn]}",
            "MirrorMaker's aliases of the sides, as in `mm-origin-ALIAS`. Without them they are found in the connectors; `idc1`, `idc2` and the sides' names count always."
        ),
        SettingKey(
            "create", .group(creation), default: "{}", example: "{tasksMax: 2, replicationFactor: 3}",
            "What a connector is made from that Bascule creates for a topic without a mirror."),
    ]

    static let creation: [SettingKey] = [
        SettingKey("tasksMax", .integer(1...1_000), default: "1", example: "4", "The connector's `tasks.max`."),
        SettingKey(
            "replicationFactor", .integer(1...100), default: "3", example: "2",
            "Its `offset-syncs.topic.replication.factor`."),
        SettingKey(
            "bootstrap", .perIDC(.list(of: .text(.bootstrap)), isComplete: false), default: "{}",
            example: #"{idc1: "kafka-idc1.internal:9092", idc2: "kafka-idc2.internal:9092"}"#,
            "Bootstrap servers as the Connect workers reach them, where they differ from `idcs.IDC.bootstrap`."),
        SettingKey(
            "configuration", .librarySettings(keyName: "SETTING"), default: "{}",
            example:
                #"{source.cluster.security.protocol: SSL, source.cluster.ssl.key.password: "$${file:/etc/kafka/secrets.properties:key}"}"#,
            "More of the connector's configuration; wins over what Bascule sets. `$${` reaches Connect as `${`, for its own configuration providers."
        ),
    ]

    // MARK: The program

    static let program: [SettingKey] = [
        SettingKey(
            "refreshInterval", .duration(.milliseconds(200) ... .seconds(600)), default: "1s", example: "2s",
            "The time between two readings of the clusters."),
        SettingKey("theme", .text(.word), default: "midnight", example: "daylight", "How the console looks."),
        SettingKey(
            "language", .choice(Language.allCases.map(\.rawValue)), default: "en", example: "ko",
            "The language of the guided failover: its explanations, its questions and its reports."),
        SettingKey(
            "keys", .table(of: .list(of: .text(.word)), keyName: "ACTION"), default: "{}",
            example: "{refresh: [F5, Ctrl-R], quit: q}",
            "Other keys for actions of the console (`bascule keys` lists both). An unknown name or a clash is refused."),
        SettingKey(
            "journal", .text(.path), example: "/var/lib/bascule/journal.db",
            "Where acts are recorded; default `$XDG_STATE_HOME/bascule/journal.db` (`~/.local/state`). Nothing is done that cannot be recorded."
        ),
        SettingKey(
            "log", .text(.path), example: "/var/log/bascule/bascule.log",
            "Where the program's own log goes; default `$XDG_STATE_HOME/bascule/bascule.log`."),
    ]
}
