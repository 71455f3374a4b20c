import Domain

/// The guided failover, of CommandTable.
extension CommandTable {
    static let failoverCommands: [Command] = [
        Command(
            ["failover", "plan"], "show what every step of a runbook would do now",
            description: [
                "RUNBOOK is one of \(BuiltInRunbooks.all.map(\.name).joined(separator: ", ")), or the path of a file of "
                    + "the same format. Nothing is done. With -o yaml the runbook itself is printed, to be copied and "
                    + "changed."
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
                        values.word("output") ?? .text))
            }),
        Command(
            ["failover", "status"], "list the runs that were driven from this machine",
            options: [.output],
            examples: [.init("bascule failover status", "where each run stands")],
            places: [.shell],
            make: { .failover(.status($0.word("output") ?? .text)) }),
        Command(
            ["failover", "report"], "print the report of a run",
            description: [
                "Made of the run's journal alone. With --verify the chain of hashes is computed again first, and nothing "
                    + "is printed where a record was changed, left out or put in."
            ],
            arguments: [Argument("RUN", .text, .one, "the run's name")],
            options: [
                Option(
                    "format", takes: .named("FORMAT", .choice(ReportFormat.allCases.map(\.rawValue)), default: "text"),
                    places: [.shell], "text, md (Markdown), html (one file that prints well) or json"),
                Option(
                    "language", takes: .named("LANGUAGE", .choice(["en", "ko"]), default: "en"), places: [.shell],
                    "en or ko"),
                Option("verify", places: [.shell], "compute the chain of hashes again"),
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
