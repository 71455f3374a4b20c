package import Domain

/// What the console's `:` line asks of a run of the failover.
package enum RunLine: Hashable, Sendable {
    /// `from`: the side that is left, where it is named.
    case run(runbook: String, from: IDC?, split: TrafficSplit?)
    /// `nil`: the run that is going.
    case resume(String?)
    case abort
}

extension CommandTable {
    /// The guided failover as the console's own line has it. What confirms it is typed on the screen.
    static let failoverLineCommands: [Command] = [
        Command(
            ["failover", "run"], "begin a run of a runbook",
            description: ["Asks for the reason and for the name of the side that takes over before anything is done."],
            arguments: [Argument("RUNBOOK", .text, .one, "name of the runbook")],
            options: [
                Option(
                    "from", takes: .named("IDC", .choice(IDC.allCases.map(\.rawValue))), places: [.console],
                    "the IDC that is left"),
                Option(
                    "split", takes: .named("IDC1:IDC2", .split), places: [.console],
                    "for the runbook traffic: the shares in percent"),
            ],
            writes: true, places: [.console],
            make: { values in
                .inConsole(
                    .failover(
                        .run(
                            runbook: values.arguments.first ?? "", from: values.word("from"),
                            split: values.text("split").flatMap { TrafficSplit(spelled: $0) })))
            }),
        Command(
            ["failover", "resume"], "drive a run on that nobody drives any more",
            arguments: [Argument("RUN", .text, .atMostOne, "the run's name; without it, the one that is going")],
            writes: true, places: [.console], make: { .inConsole(.failover(.resume($0.arguments.first))) }),
        Command(
            ["failover", "abort"], "end the run where it stands, with a reason",
            writes: true, places: [.console], make: { _ in .inConsole(.failover(.abort)) }),
    ]
}
