import Domain

extension Option {
    static let dryRun = Option("dry-run", places: [.shell], "print the plan and change nothing")

    static let confirm = Option(
        "confirm", takes: .named("TEXT", .text), places: [.shell],
        "answer the plan's question with TEXT instead of on the terminal")

    static let actTimeout = Option(
        "timeout", takes: .named("DURATION", .duration(.seconds(1) ... .seconds(3_600)), default: "1m"),
        places: [.shell],
        "how long reading the clusters and seeing the effect may take")
}

extension ParsedValues {
    var act: ActOptions {
        ActOptions(
            isDryRun: isGiven("dry-run"), confirmation: text("confirm"), timeout: duration("timeout") ?? .seconds(60))
    }
}

extension CommandTable {
    private static let confirming =
        "The plan is printed first: every call, on which cluster, and what could go wrong. It runs when it is "
        + "confirmed on the terminal. More than ten objects, or a production context: the count of objects or the name "
        + "of the IDC has to be typed. In a script, --dry-run prints the plan and the text it asks for, and "
        + "--confirm TEXT gives that text; the plan is refused when the text is another, so a plan that has grown "
        + "since does not run. A plan that asks for no text is confirmed by --confirm with the count of its objects."

    private static let selecting =
        "The mirrors are those that satisfy all of names, --topic, --state and --direction; at least one of them has "
        + "to be given. '*' selects all."

    static let mirrorCommands: [Command] =
        [
            Command(
                ["mirrors", "list"], "list mirrors with their state and lag",
                description: ["Without a name and options all mirrors are listed, in both directions."],
                arguments: [Argument("TOPIC", .glob(.mirror), .any, "name or glob of topics or connectors")],
                options: [.topic, .state, .direction, .output, .readTimeout],
                examples: [
                    .init("bascule mirrors list --state failed", "what has failed"),
                    .init("bascule mirrors list 'quotes*' -o json", "some mirrors, as data"),
                ],
                places: [.shell, .console],
                make: { .listMirrors($0.mirrorSelection, $0.report) }),
            Command(
                ["mirrors", "show"], "show one topic's mirrors in full",
                description: ["Tasks, workers, the trace of a failed task, positions per partition, configuration."],
                arguments: [Argument("TOPIC", .name(.mirror), .one, "name of a topic or of a connector")],
                options: [.output, .readTimeout],
                examples: [.init("bascule mirrors show quotes", "both directions of one topic")],
                places: [.shell, .console],
                make: { .showMirror($0.arguments.first ?? "", $0.report) }),
        ] + MirrorAction.allCases.map(mirrorCommand)

    static let trafficCommands: [Command] = [
        Command(
            ["traffic", "show"], "show the configured and the measured split",
            options: [.output, .readTimeout],
            examples: [.init("bascule traffic show", "who takes the users, and who really produces")],
            make: { .showTraffic($0.report) }),
        Command(
            ["traffic", "plan"], "show what setting the split of user traffic would do",
            arguments: [Argument("IDC1:IDC2", .split, .one, "the shares in percent, for example 50:50 or 0:100")],
            options: [.actTimeout],
            examples: [.init("bascule traffic plan 0:100", "what moving all of it to IDC2 would do")],
            places: [.shell],
            make: { values throws(ValueProblem) in
                guard let split = values.arguments.first.flatMap({ TrafficSplit(spelled: $0) }) else {
                    throw ValueProblem("expected IDC1:IDC2 in percent")
                }
                return .setTraffic(
                    split, ActOptions(isDryRun: true, timeout: values.duration("timeout") ?? .seconds(60)))
            }),
        Command(
            ["traffic", "set"], "set the split of user traffic",
            description: [
                "Sets the weights of the servers behind the traffic source and reads them back. The shares are percent "
                    + "and sum to 100."
            ],
            shellNotes: [confirming],
            arguments: [Argument("IDC1:IDC2", .split, .one, "the shares in percent, for example 50:50 or 0:100")],
            options: [.dryRun, .confirm, .actTimeout],
            examples: [
                .init("bascule traffic set 50:50", "halves the traffic"),
                .init("bascule traffic set 0:100 --dry-run", "what moving all of it to IDC2 would do"),
            ],
            writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in
                guard let split = values.arguments.first.flatMap({ TrafficSplit(spelled: $0) }) else {
                    throw ValueProblem("expected IDC1:IDC2 in percent")
                }
                return .setTraffic(split, values.act)
            }),
    ]

    private static func mirrorCommand(_ action: MirrorAction) -> Command {
        let text = text(of: action)
        return Command(
            ["mirrors", action.rawValue], text.summary, description: text.description + [selecting],
            shellNotes: [confirming],
            arguments: [Argument("TOPIC", .glob(.mirror), .any, "name or glob of topics or connectors")],
            options: [.topic, .state, .direction, .dryRun, .confirm, .actTimeout],
            examples: text.examples, writes: true, places: [.shell, .console],
            make: { values throws(ValueProblem) in
                let narrows = ["topic", "state", "direction"].contains(where: values.isGiven)
                guard narrows || !values.arguments.isEmpty else {
                    throw ValueProblem("no mirror is named: give a topic, a glob, --topic, --state or --direction")
                }
                return .actOnMirrors(action, values.mirrorSelection, values.act)
            })
    }

    private static func text(
        of action: MirrorAction
    ) -> (summary: String, description: [String], examples: [Command.Example]) {
        switch action {
        case .pause:
            (
                "pause mirrors",
                ["The connectors keep their tasks and positions and stop reading, until they are resumed."],
                [.init("bascule mirrors pause 'quotes*' --direction idc1:idc2", "pauses one direction of some topics")]
            )
        case .resume:
            (
                "resume paused or stopped mirrors", ["They go on where they stood."],
                [.init("bascule mirrors resume --state paused", "resumes whatever is paused")]
            )
        case .stop:
            (
                "stop mirrors",
                ["The connectors give up their tasks and keep their positions, until they are resumed (KIP-875)."],
                [.init("bascule mirrors stop orders", "stops both directions of one topic")]
            )
        case .restartFailed:
            (
                "restart the failed tasks of mirrors",
                ["Restarts only tasks that have FAILED, and the connector if it has failed itself."],
                [.init("bascule mirrors restart-failed --state failed", "tries again whatever has failed")]
            )
        case .restartAll:
            (
                "restart mirrors with all their tasks", ["Also restarts tasks that run: copying pauses for a moment."],
                [.init("bascule mirrors restart orders --direction idc2:idc1", "restarts one mirror")]
            )
        case .create:
            (
                "create the mirrors that are missing",
                [
                    "Creates the connector of a topic and direction that has none, from the template of the configuration."
                ],
                [.init("bascule mirrors create --state none --dry-run", "which mirrors are missing")]
            )
        case .delete:
            (
                "delete mirrors",
                ["Deletes the connectors. The topics and what has been copied stay; the positions may be lost."],
                [.init("bascule mirrors delete old-orders", "deletes both mirrors of a topic")]
            )
        }
    }
}
