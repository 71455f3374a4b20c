import Commands
import Domain
import Testing

/// The invocation, or the usage error as an issue.
func parsed(_ arguments: String...) throws -> (options: GlobalOptions, invocation: Invocation) {
    try CommandTable.parse(arguments: arguments).get()
}

func refusal(_ arguments: [String]) -> UsageError? {
    switch CommandTable.parse(arguments: arguments) {
    case .success: nil
    case .failure(let error): error
    }
}

struct ParsingTests {
    @Test func `no word at all is the console`() throws {
        let (options, invocation) = try parsed()
        #expect(invocation == .console)
        #expect(options == GlobalOptions())
    }

    @Test func `global options stand before, between and behind the words of a command`() throws {
        let (options, invocation) = try parsed(
            "--config", "a.yaml", "mirrors", "--context=east", "list", "--read-only", "--ascii", "--no-color",
            "--mouse",
            "--log", "x.log", "--theme", "mono", "--script", "keys.txt")
        #expect(invocation == .listMirrors(MirrorSelection(), ReportOptions()))
        var expected = GlobalOptions()
        expected.configurationPath = "a.yaml"
        expected.context = "east"
        expected.isReadOnly = true
        expected.isASCIIOnly = true
        expected.isWithoutColor = true
        expected.usesMouse = true
        expected.logPath = "x.log"
        expected.theme = "mono"
        expected.scriptPath = "keys.txt"
        #expect(options == expected)
    }

    @Test func `a value that is the name of a command stays a value`() throws {
        let (options, invocation) = try parsed("--config", "watch", "status")
        #expect(options.configurationPath == "watch")
        #expect(invocation == .status(StatusRequest(isOnce: false, report: ReportOptions())))
    }

    @Test func `status takes its output and its patience`() throws {
        let report = ReportOptions(output: .json, timeout: .milliseconds(1_500))
        for output in [["-o", "json"], ["-ojson"], ["-o=json"], ["--output", "json"], ["--output=json"]] {
            let arguments = ["status", "--once", "--timeout", "1.5s"] + output
            #expect(
                try CommandTable.parse(arguments: arguments).get().invocation
                    == .status(StatusRequest(isOnce: true, report: report)))
        }
    }

    @Test func `mirrors are selected by name, glob, topic, state and direction`() throws {
        let (_, invocation) = try parsed(
            "mirrors", "pause", "orders", "quotes*", "--topic", "q?", "--topic", "r*", "--state", "failed", "--state",
            "not-flowing", "--direction", "idc2:idc1", "--confirm", "12", "--timeout", "2m")
        let selection = MirrorSelection(
            names: [Glob("orders"), Glob("quotes*")], topics: [Glob("q?"), Glob("r*")], states: [.failed, .notFlowing],
            flows: [ReplicationFlow(from: .idc2)])
        #expect(
            invocation == .actOnMirrors(.pause, selection, ActOptions(confirmation: "12", timeout: .seconds(120))))
    }

    @Test(arguments: MirrorAction.allCases)
    func `every act on mirrors is a verb of its own`(action: MirrorAction) throws {
        let (_, invocation) = try parsed("mirrors", action.rawValue, "orders", "--dry-run")
        #expect(
            invocation == .actOnMirrors(action, MirrorSelection(names: [Glob("orders")]), ActOptions(isDryRun: true)))
        #expect(!invocation.writes)
        #expect(try parsed("mirrors", action.rawValue, "orders").invocation.writes)
    }

    @Test(arguments: MirrorAction.allCases)
    func `an act on mirrors without a selection is refused`(action: MirrorAction) {
        let error = refusal(["mirrors", action.rawValue])
        #expect(error?.message.contains("no mirror is named") == true)
        #expect(refusal(["mirrors", action.rawValue, "--direction", "both"]) == nil)
    }

    @Test func `the other commands`() throws {
        #expect(try parsed("watch").invocation == .watch)
        #expect(
            try parsed("sandbox", "--topics", "7", "--rate=0").invocation
                == .sandbox(SandboxRequest(topics: 7, recordsPerSecond: 0)))
        #expect(try parsed("mirrors", "show", "orders").invocation == .showMirror("orders", ReportOptions()))
        #expect(
            try parsed("groups", "list", "b*", "c").invocation
                == .listGroups(GroupSelection(names: [Glob("b*"), Glob("c")]), ReportOptions()))
        #expect(try parsed("groups", "show", "--", "-odd").invocation == .showGroup("-odd", ReportOptions()))
        #expect(try parsed("traffic", "show").invocation == .showTraffic(ReportOptions()))
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        #expect(try parsed("traffic", "set", "0:100").invocation == .setTraffic(split, ActOptions()))
        #expect(try parsed("keys").invocation == .keys)
        #expect(try parsed("man").invocation == .manualPage)
        for shell in Shell.allCases {
            #expect(try parsed("completions", shell.rawValue).invocation == .completions(shell))
        }
        #expect(try parsed("--version").invocation == .version)
        #expect(try parsed("status", "--show-config").invocation == .showConfiguration)
    }

    @Test func `help is found wherever it is asked for, even on a wrong line`() throws {
        #expect(try parsed("--help").invocation == .help([]))
        #expect(try parsed("mirrors", "-h").invocation == .help(["mirrors"]))
        #expect(try parsed("-h", "mirrors", "pause", "x").invocation == .help(["mirrors", "pause"]))
        #expect(
            try parsed("--config", "watch", "groups", "list", "--bogus", "--help").invocation
                == .help(["groups", "list"]))
        #expect(try parsed("help", "mirrors", "pause").invocation == .help(["mirrors", "pause"]))
        #expect(try parsed("help").invocation == .help([]))
    }

    @Test(arguments: [
        (["mirros"], #"unknown command "mirros"; did you mean "mirrors"?"#),
        (["frobnicate"], #"unknown command "frobnicate""#),
        (["mirrors"], "mirrors needs one of: list, show, pause, resume, stop, restart-failed, restart, create, delete"),
        (["mirrors", "puase", "x"], #"mirrors has no command "puase"; did you mean "mirrors pause"?"#),
        (["status", "--onec"], #"status has no option "--onec"; did you mean "--once"?"#),
        (["--scrip", "x"], #"bascule has no option "--scrip""#),
        (["status", "-x"], #"status has no option "-x""#),
        (["status", "-o"], "-o needs a value (FORMAT)"),
        (["status", "-o", "--once"], #"-o needs a value (FORMAT), not the option "--once""#),
        (["status", "-o", "jsn"], #"-o "jsn": expected one of text, json, yaml; did you mean "json"?"#),
        (["status", "-o", "json", "-o", "text"], "-o is given twice"),
        (["status", "--once=yes"], #"--once takes no value, but "yes" is given"#),
        (
            ["status", "--timeout", "10"],
            #"--timeout "10": expected a number with a unit, for example 500ms, 10s or 2m"#
        ),
        (["status", "--timeout", "1h"], #"--timeout "1h": expected 100ms to 10m"#),
        (["status", "now"], #"status takes no argument "now""#),
        (["groups", "show"], "groups show needs GROUP"),
        (["groups", "show", "a", "b"], #"groups show takes no argument "b""#),
        (["groups", "show", ""], #"GROUP "": expected a text that is not empty"#),
        (
            ["traffic", "set", "50:60"],
            #"IDC1:IDC2 "50:60": expected IDC1:IDC2 in percent that sum to 100, for example 50:50 or 0:100"#
        ),
        (["traffic", "set"], "traffic set needs IDC1:IDC2"),
        (["completions", "csh"], #"SHELL "csh": expected one of bash, zsh, fish; did you mean "zsh"?"#),
        (["sandbox", "--topics", "0"], #"--topics "0": expected a whole number from 1 to 5000"#),
        (
            ["sandbox", "--topics", "9999999999999999999999"],
            #"--topics "9999999999999999999999": expected a whole number from 1 to 5000"#
        ),
        (["quit"], #"unknown command "quit""#),
        (["a\u{1B}]0;x\u{7}"], #"unknown command "a\u{1b}]0;x\u{7}""#),
        (["help", "mirrors", "fly"], #"mirrors has no command "fly""#),
        (["help", "watch", "x"], #"there is no command "watch x""#),
        (["status", "--", "--once"], #"status takes no argument "--once""#),
        (
            ["mirrors", "list", "--direction", "idc1"],
            #"--direction "idc1": expected one of idc1:idc2, idc2:idc1, both"#
        ),
    ])
    func `a wrong line is refused with the word and what was meant`(arguments: [String], headline: String) {
        #expect(refusal(arguments)?.headline == headline)
    }

    @Test func `a usage error shows the usage and where to read more`() {
        #expect(
            refusal(["mirrors", "pause"])?.text == """
                bascule: mirrors pause: no mirror is named: give a topic, a glob, --topic, --state or --direction
                Usage: bascule mirrors pause [OPTIONS] [TOPIC...]
                Try `bascule mirrors pause --help`.
                """)
        #expect(
            refusal(["mirros"])?.text.hasSuffix("\nUsage: bascule [OPTIONS] [COMMAND]\nTry `bascule --help`.") == true)
    }

    @Test(arguments: ["50", "50:", ":50", "50:50:0", "-1:101", "50 :50", "٥٠:٥٠", "5e1:50", "0:0", "+50:50"])
    func `a split is two shares that sum to 100`(text: String) {
        #expect(refusal(["traffic", "set", "--", text]) != nil)
    }

    @Test func `reading never traps, whatever the words are`() {
        let odd = [
            "", "-", "--", "---", "=", "--=", "-=", "-o", "--output", "--output=", "'", "\0", "mirrors", "list", "-h",
            "*",
        ]
        var seen = 0
        for one in odd {
            for two in odd {
                for three in odd {
                    _ = CommandTable.parse(arguments: [one, two, three])
                    _ = CommandTable.parse(line: "\(one) \(two) \(three)")
                    _ = CommandTable.complete(line: "\(one) \(two) \(three)", cursor: 5) { _ in ["a", "b c"] }
                    seen += 1
                }
            }
        }
        #expect(seen == odd.count * odd.count * odd.count)
    }
}
