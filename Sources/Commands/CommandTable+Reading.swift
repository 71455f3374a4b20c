import Domain

/// Options that several commands share.
extension Option {
    static let output = Option(
        "output", letter: "o", takes: .named("FORMAT", .choice(OutputFormat.allCases.map(\.rawValue)), default: "text"),
        places: [.shell], "how to print: text, json or yaml")

    static let readTimeout = Option(
        "timeout", takes: .named("DURATION", .duration(.milliseconds(100) ... .seconds(600)), default: "10s"),
        places: [.shell],
        "how long to wait for the clusters; what is missing then is printed as not known")

    static let topic = Option(
        "topic", takes: .named("GLOB", .glob(.topic)), repeats: true,
        "only mirrors of topics that match; may be repeated")

    static let state = Option(
        "state", takes: .named("STATE", .choice(StateWord.allCases.map(\.rawValue))), repeats: true,
        "only mirrors in this state, one of \(StateWord.allCases.map(\.rawValue).joined(separator: ", ")); may be repeated"
    )

    static let direction = Option(
        "direction", takes: .named("FROM:TO", .choice(["idc1:idc2", "idc2:idc1", "both"]), default: "both"),
        "only mirrors in this direction: idc1:idc2, idc2:idc1 or both")
}

extension ParsedValues {
    var report: ReportOptions {
        ReportOptions(output: word("output") ?? .text, timeout: duration("timeout") ?? .seconds(10))
    }

    var mirrorSelection: MirrorSelection {
        let flows: [ReplicationFlow] =
            switch text("direction") {
            case "idc1:idc2": [ReplicationFlow(from: .idc1)]
            case "idc2:idc1": [ReplicationFlow(from: .idc2)]
            default: ReplicationFlow.all
            }
        return MirrorSelection(
            names: arguments.map(Glob.init), topics: texts("topic").map(Glob.init), states: words("state"), flows: flows
        )
    }
}

extension CommandTable {
    static let screenCommands: [Command] = [
        Command(
            [], "open the console",
            description: [
                "Opens the console on the two clusters of the configuration: overview, mirrors, consumer groups and "
                    + "topics, refreshed all the time. Everything that changes something is planned, previewed, "
                    + "confirmed and journalled."
            ],
            examples: [
                .init("bascule", "opens the console on the only context of the configuration"),
                .init("bascule --context rehearsal --read-only", "looks at another pair of clusters"),
            ],
            make: { _ in .console }),
        Command(
            ["watch"], "open the console, unable to change anything",
            description: [
                "The same live screens for everybody else in the incident. No adapter that can write is constructed."
            ],
            examples: [.init("bascule watch", "watches the clusters")],
            make: { _ in .watch }),
        Command(
            ["sandbox"], "open the console on a world of its own, without any cluster",
            description: [
                "Starts an embedded pair of clusters with topics, traffic, mirrors and consumers in this process, and "
                    + "opens the console on it. Needs no configuration and touches nothing outside this process, but "
                    + "for the journal of what is done there.",
                "With --scenario something goes wrong by a script. With --headless there is no console: the scenario is "
                    + "played to its end, the truth counter compares every record with what was processed, and the "
                    + "exit code is 2 if a record was lost or something expected did not come.",
                "In the console, `:fault` makes things go wrong by hand; `:help fault` lists what.",
            ],
            options: [
                Option(
                    "scenario", takes: .named("FILE", .text),
                    "play this scenario: a file, or the name of a built-in one"),
                Option("topics", takes: .named("N", .integer(1...5_000)), "how many topics there are (12)"),
                Option("groups", takes: .named("N", .integer(0...100_000)), "how many consumer groups there are (12)"),
                Option(
                    "rate", takes: .named("N", .integer(0...100_000)),
                    "records per second over both IDCs and all topics (200)"),
                Option("seed", takes: .named("N", .integer(0...1_000_000)), "the same seed gives the same records (1)"),
                Option("headless", "play the scenario without a console and print what became of every record"),
                Option(
                    "guided",
                    "with --headless: drive the failovers that the scenario asks for at this terminal, line by line"),
                .output,
                Option(
                    "print-scenario", takes: .named("NAME", .text), "print a built-in scenario's file and exit"),
            ],
            examples: [
                .init("bascule sandbox", "a small world to look around in"),
                .init("bascule sandbox --topics 400 --groups 10000", "a full board"),
                .init("bascule sandbox --headless --scenario idc1-lost -o json", "a lost IDC, and what it cost"),
                .init("bascule sandbox --print-scenario idc1-lost", "a scenario to begin one's own with"),
            ],
            make: { values in
                .sandbox(
                    SandboxRequest(
                        scenario: values.text("scenario"), topics: values.integer("topics"),
                        groups: values.integer("groups"), recordsPerSecond: values.integer("rate"),
                        seed: values.integer("seed"), isHeadless: values.isGiven("headless"),
                        isGuided: values.isGiven("guided"),
                        output: values.word("output") ?? .text, printedScenario: values.text("print-scenario")))
            }),
    ]

    static let statusCommands: [Command] = [
        Command(
            ["status"], "print the overview as data",
            description: [
                "Prints clusters, traffic, mirrors and groups. On a terminal it is printed again with every refresh; "
                    + "with --once, or where standard output is no terminal, it is printed once.",
                "The exit code tells the state: 0 healthy, 1 warning, 2 critical, 3 something could not be read. What "
                    + "could not be read is null in JSON and YAML, and `problems` says why.",
            ],
            options: [Option("once", places: [.shell], "print once and exit"), .output, .readTimeout],
            examples: [
                .init("bascule status --once", "a table to read"),
                .init("bascule status -o json | jq .overall", "one word for a monitoring check"),
            ],
            make: { .status(StatusRequest(isOnce: $0.isGiven("once"), report: $0.report)) })
    ]

    static let groupCommands: [Command] = [
        Command(
            ["groups", "list"], "list consumer groups with their side and lag",
            description: ["Without a name all groups are listed that the configuration does not exclude."],
            arguments: [Argument("GROUP", .glob(.group), .any, "name or glob of groups")],
            options: [.output, .readTimeout],
            examples: [.init("bascule groups list 'billing-*' -o json", "the groups of billing, as data")],
            places: [.shell, .console],
            make: { .listGroups(GroupSelection(names: $0.arguments.map(Glob.init)), $0.report) }),
        Command(
            ["groups", "show"], "show one consumer group in full",
            arguments: [Argument("GROUP", .name(.group), .one, "name of the group")],
            options: [.output, .readTimeout],
            examples: [.init("bascule groups show billing", "members, partitions, offsets and lag on both sides")],
            places: [.shell, .console],
            make: { .showGroup($0.arguments.first ?? "", $0.report) }),
    ]

    static let documentCommands: [Command] = [
        Command(
            ["keys"], "print the console's keys",
            examples: [.init("bascule keys", "the table behind the console's help")],
            make: { _ in .keys }),
        Command(
            ["completions"], "print a completion script for a shell",
            arguments: [Argument("SHELL", .choice(Shell.allCases.map(\.rawValue)), .one, "bash, zsh or fish")],
            examples: [
                .init("bascule completions bash > /etc/bash_completion.d/bascule", "installs them for bash"),
                .init("bascule completions fish > ~/.config/fish/completions/bascule.fish", "installs them for fish"),
            ],
            make: { .completions($0.arguments.first.flatMap(Shell.init(rawValue:)) ?? .bash) }),
        Command(
            ["man"], "print the manual page",
            examples: [.init("bascule man > bascule.1 && man ./bascule.1", "reads it")],
            make: { _ in .manualPage }),
        Command(
            ["help"], "print the help of a command",
            arguments: [Argument("COMMAND", .commandPath, .any, "the words of a command")],
            examples: [.init("bascule help mirrors pause", "the same as `bascule mirrors pause --help`")],
            places: [.shell, .console],
            make: { .help($0.arguments) }),
    ]

    static let consoleCommands: [Command] = [
        Command(
            ["pane"], "go to a pane",
            arguments: [Argument("NAME", .name(.pane), .one, "name of the pane")],
            places: [.console], make: { .inConsole(.pane($0.arguments.first ?? "")) }),
        Command(
            ["filter"], "show only the rows that match a regular expression",
            description: [
                "Takes the rest of the line as it is. `!` in front inverts it; without an expression the filter goes."
            ],
            arguments: [Argument("EXPRESSION", .restOfLine, .atMostOne, "a regular expression")],
            places: [.console], make: { .inConsole(.filter($0.arguments.first ?? "")) }),
        Command(
            ["refresh"], "read both clusters now",
            places: [.console], make: { _ in .inConsole(.refresh) }),
        Command(
            ["set-interval"], "set the time between two refreshes",
            arguments: [
                Argument("DURATION", .duration(.milliseconds(200) ... .seconds(600)), .one, "for example 500ms or 5s")
            ],
            places: [.console],
            make: { .inConsole(.setInterval($0.arguments.first.flatMap { Duration(spelled: $0) } ?? .seconds(1))) }),
        Command(
            ["theme"], "draw with another theme",
            arguments: [Argument("NAME", .name(.theme), .one, "name of the theme")],
            places: [.console], make: { .inConsole(.theme($0.arguments.first ?? "")) }),
        Command(
            ["language"], "have the guided failover speak another language",
            arguments: [
                Argument("LANGUAGE", .choice(Language.allCases.map(\.rawValue)), .one, "en or ko")
            ],
            places: [.console],
            make: { values throws(ValueProblem) in
                guard let language = values.arguments.first.flatMap(Language.init(rawValue:)) else {
                    throw ValueProblem("expected en or ko")
                }
                return .inConsole(.language(language))
            }),
        Command(
            ["save-screen"], "write the screen to a file, as text",
            arguments: [Argument("FILE", .path, .one, "the file to write")],
            places: [.console], make: { .inConsole(.saveScreen(path: $0.arguments.first ?? "")) }),
        Command(
            ["quit"], "leave the console",
            places: [.console], make: { _ in .inConsole(.quit) }),
    ]
}
