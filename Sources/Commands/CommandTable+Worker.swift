import Domain

extension CommandTable {
    static let workerCommands: [Command] = [
        Command(
            ["mirror"], "mirror topics between the two clusters, until told to stop",
            description: [
                "A worker that copies every record produced on one side to the same topic and partition of the other "
                    + "side, once and in order, and never copies a copy back. It runs in the foreground; any number of "
                    + "workers share the topics. SIGTERM ends it in order.",
                "A mirror that nobody has defined runs for every topic that --topics selects. Its REST interface is "
                    + "Kafka Connect's: the console, curl and other clients of Connect pause, resume, stop, restart "
                    + "and configure mirrors through it, for all workers at once. /metrics, /healthz and /readyz "
                    + "stand beside it.",
            ],
            options: [
                Option(
                    "from", takes: .named("IDC", .choice(IDC.allCases.map(\.rawValue))), places: [.shell],
                    "mirror only what is produced there"),
                Option(
                    "to", takes: .named("IDC", .choice(IDC.allCases.map(\.rawValue))), places: [.shell],
                    "mirror only to there"),
                Option(
                    "topics", takes: .named("GLOB", .text), repeats: true, places: [.shell],
                    "mirror the topics that match; may be repeated; needed"),
                Option(
                    "listen", takes: .named("HOST:PORT", .text, default: "127.0.0.1:9283"), places: [.shell],
                    "where the REST interface listens; anywhere but on loopback --credentials is needed"),
                Option(
                    "credentials", takes: .named("FILE", .path), places: [.shell],
                    "demand the user and password that FILE holds as USER:PASSWORD"),
                Option(
                    "throttle", takes: .named("BYTES", .integer(1...1_000_000_000_000)), places: [.shell],
                    "bytes of keys and values per second and mirror"),
            ],
            examples: [
                .init("bascule mirror --topics '*'", "mirrors everything, both ways"),
                .init("bascule mirror --from idc1 --to idc2 --topics 'orders*'", "mirrors some topics one way"),
            ],
            writes: true,
            make: { values throws(ValueProblem) in .mirror(try values.mirrorRequest()) }),
        syncCommand,
    ]
}

extension ParsedValues {
    fileprivate func mirrorRequest() throws(ValueProblem) -> MirrorRequest {
        let from: IDC? = word("from")
        let to: IDC? = word("to")
        if let from, from == to { throw ValueProblem("--from and --to name the same side") }
        let topics = texts("topics").map(Glob.init)
        guard !topics.isEmpty else { throw ValueProblem("--topics is needed, for example --topics '*'") }
        let (host, port) = try listenAddress(example: "127.0.0.1:9283")
        let flows: [ReplicationFlow] =
            if let source = from ?? to?.other { [ReplicationFlow(from: source)] } else { ReplicationFlow.all }
        return MirrorRequest(
            flows: flows, topics: topics, listenHost: host, listenPort: port,
            credentialsPath: text("credentials"), throttle: integer("throttle"))
    }
}
