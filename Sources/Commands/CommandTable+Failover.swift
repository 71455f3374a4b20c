import Domain

/// The guided failover, of CommandTable.
extension CommandTable {
    static let failoverCommands: [Command] = [
        Command(
            ["failover", "plan"], "show what every step of a runbook would do now",
            description: [
                "RUNBOOK is one of \(BuiltInRunbooks.all.map(\.name).joined(separator: ", ")), or the path of a file of "
                    + "the same format. Records that have not crossed, those that would be read twice and groups that would "
                    + "stay where they are are counted, as far as that is known. Nothing is done. With -o yaml the runbook "
                    + "itself is printed, to be copied and changed."
            ],
            arguments: [Argument("RUNBOOK", .text, .one, "a built-in runbook, or a file")],
            options: [
                Option(
                    "from", takes: .named("IDC", .choice(IDC.allCases.map(\.rawValue)), default: "idc1"),
                    places: [.shell], "the IDC that is left"),
                .output, .readTimeout,
            ],
            examples: [
                .init("bascule failover plan disaster --from idc1", "what it would mean to leave IDC1 now"),
                .init("bascule failover plan disaster -o yaml", "the runbook, to begin one's own with"),
            ],
            places: [.shell],
            make: { values in
                .failover(
                    .plan(
                        runbook: values.arguments.first ?? "", from: values.word("from") ?? .idc1,
                        values.report))
            }),
        Command(
            ["failover", "start"], "begin a run of a runbook, and drive it at this terminal",
            description: [
                "RUNBOOK is one of \(BuiltInRunbooks.all.map(\.name).joined(separator: ", ")), or the path of a file of "
                    + "the same format. Every question is printed with what was seen, and answered by a line of standard "
                    + "input; at its end the run stays where it is, and `failover resume` drives it on.",
                "Nothing is done before the reason and the name of the side that takes over are typed, or given by "
                    + "--reason and --confirm. The exit code is 0 where the run finished, 1 where something was left out, "
                    + "and 2 where it was aborted or stopped.",
            ],
            arguments: [Argument("RUNBOOK", .text, .one, "a built-in runbook, or a file")],
            options: [
                Option(
                    "from", takes: .named("IDC", .choice(IDC.allCases.map(\.rawValue)), default: "idc1"),
                    places: [.shell], "the IDC that is left"),
                Option("reason", takes: .named("TEXT", .text), places: [.shell], "why; the report shows it"),
                Option(
                    "split", takes: .named("IDC1:IDC2", .split), places: [.shell],
                    "for the runbook traffic: the shares in percent"),
                .confirm,
            ],
            examples: [
                .init("bascule failover start planned --from idc1", "leave IDC1, every group from an exact position")
            ],
            writes: true, places: [.shell],
            make: { values in
                .failover(
                    .start(
                        runbook: values.arguments.first ?? "", from: values.word("from") ?? .idc1,
                        reason: values.text("reason"),
                        split: values.text("split").flatMap { TrafficSplit(spelled: $0) },
                        confirmation: values.text("confirm")))
            }),
        Command(
            ["failover", "resume"], "drive a run on from where its journal ends",
            description: [
                "On any host that reaches a copy of the journal. A driver that was killed keeps the lease for some "
                    + "seconds, which are waited for. What was begun and not recorded is looked at first, and never "
                    + "repeated blindly."
            ],
            arguments: [Argument("RUN", .text, .one, "the run's name")],
            examples: [.init("bascule failover resume 20261125-031200-kdmq", "after a lost connection")],
            writes: true, places: [.shell],
            make: { .failover(.resume(run: $0.arguments.first ?? "")) }),
        Command(
            ["failover", "approve"], "sign for a run that somebody else drives",
            description: [
                "Signs the run, its first step and the hash of what was declared with the key of `failover.key`, and sends "
                    + "that to bascule-journal, where the driver's `retry` finds it. The public key has to stand under "
                    + "`failover.approvers` of the driver's configuration; the driver's own is not accepted."
            ],
            arguments: [Argument("RUN", .text, .one, "the run's name")],
            options: [.confirm],
            examples: [.init("bascule failover approve 20261125-031200-kdmq", "the second person's consent")],
            writes: true, places: [.shell],
            make: { .failover(.approve(run: $0.arguments.first ?? "", confirmation: $0.text("confirm"))) }),
        Command(
            ["failover", "status"], "list the runs that were driven from this machine",
            options: [.output],
            examples: [.init("bascule failover status", "where each run stands")],
            places: [.shell],
            make: { .failover(.status($0.word("output") ?? .text)) }),
        Command(
            ["failover", "report"], "print the report of a run",
            description: [
                "Made of the run's journal alone: this host's copy, or the clusters' where another host has driven it. "
                    + "The chain of hashes is computed again first, and nothing is printed where a record was changed, "
                    + "left out or put in. With --verify every copy is read and compared, and what was found of each "
                    + "is said on standard error."
            ],
            arguments: [Argument("RUN", .text, .one, "the run's name")],
            options: [
                Option(
                    "format", takes: .named("FORMAT", .choice(ReportFormat.allCases.map(\.rawValue)), default: "text"),
                    places: [.shell], "text, md (Markdown), html (one file that prints well) or json"),
                Option(
                    "language", takes: .named("LANGUAGE", .choice(["en", "ko"]), default: "en"), places: [.shell],
                    "en or ko"),
                Option("verify", places: [.shell], "compare this host's copy and both clusters'"),
            ],
            examples: [
                .init(
                    "bascule failover report 20261125-031200-kdmq --format html --language ko", "for the drill's file")
            ],
            places: [.shell],
            make: { values in
                .failover(
                    .report(
                        run: values.arguments.first ?? "", values.word("format") ?? .text,
                        language: values.text("language") ?? "en", isVerified: values.isGiven("verify")))
            }),
    ]
}
