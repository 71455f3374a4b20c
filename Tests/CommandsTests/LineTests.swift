import Commands
import Domain
import Testing

private func line(_ text: String) throws -> Invocation {
    try CommandTable.parse(line: text).get()
}

private func headline(_ text: String) -> String? {
    switch CommandTable.parse(line: text) {
    case .success: nil
    case .failure(let error): error.headline
    }
}

struct LineTests {
    @Test func `the line knows the console's own commands`() throws {
        #expect(try line("quit") == .inConsole(.quit))
        #expect(try line(" refresh ") == .inConsole(.refresh))
        #expect(try line("pane groups") == .inConsole(.pane("groups")))
        #expect(try line("theme mono") == .inConsole(.theme("mono")))
        #expect(try line("set-interval 2.5s") == .inConsole(.setInterval(.milliseconds(2_500))))
        #expect(try line("save-screen 'my screen.txt'") == .inConsole(.saveScreen(path: "my screen.txt")))
    }

    @Test func `the filter takes the rest of the line as it is`() throws {
        #expect(try line(#"filter ^quotes\.(fx|bonds)$ 'x' "#) == .inConsole(.filter(#"^quotes\.(fx|bonds)$ 'x' "#)))
        #expect(try line("filter") == .inConsole(.filter("")))
        #expect(try line("filter   ") == .inConsole(.filter("")))
    }

    @Test func `the line knows the shell's verbs`() throws {
        #expect(
            try line("mirrors pause quotes* --direction idc1:idc2")
                == .actOnMirrors(
                    .pause, MirrorSelection(names: [Glob("quotes*")], flows: [ReplicationFlow(from: .idc1)]),
                    ActOptions()))
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        #expect(try line("traffic set 0:100") == .setTraffic(split, ActOptions()))
        #expect(try line("help mirrors") == .help(["mirrors"]))
    }

    @Test func `words are quoted as in a shell`() throws {
        #expect(try line(#"groups show 'a "b" c'"#) == .showGroup(#"a "b" c"#, ReportOptions()))
        #expect(try line(#"groups show "a \"b\" \\""#) == .showGroup(#"a "b" \"#, ReportOptions()))
        #expect(try line(#"groups show a\ b"#) == .showGroup("a b", ReportOptions()))
        #expect(try line(#"groups show ''x''"#) == .showGroup("x", ReportOptions()))
        #expect(try line("groups show '--odd'") == .showGroup("--odd", ReportOptions()))
    }

    @Test func `an escaped star reaches the glob as a star`() throws {
        guard case .listGroups(let selection, _) = try line(#"groups list a\*"#) else {
            Issue.record("not a list of groups")
            return
        }
        #expect(selection.selects("a*"))
        #expect(!selection.selects("ab"))
    }

    @Test(arguments: [
        ("", "no command is given"),
        ("   ", "no command is given"),
        ("qiut", #"unknown command "qiut"; did you mean "quit"?"#),
        ("groups show 'billing", #"the quote in "billing" is not closed"#),
        ("mirrors pause x --dry-run", #"mirrors pause has no option "--dry-run""#),
        ("mirrors list -o json", #"mirrors list has no option "-o""#),
        ("status --config x", #"unknown command "status""#),
        ("set-interval 1ms", #"DURATION "1ms": expected 200ms to 10m"#),
        ("mirrors pause", "mirrors pause: no mirror is named: give a topic, a glob, --topic, --state or --direction"),
    ])
    func `a wrong line is refused in one line`(text: String, expected: String) {
        #expect(headline(text) == expected)
    }
}

struct LineCompletionTests {
    private let names: (DynamicName) -> [String] = { kind in
        switch kind {
        case .topic: ["quotes", "orders", "주문 1"]
        case .mirror: ["quotes", "orders", "order-book", "mirror-idc1-idc2-orders"]
        case .group: ["billing", "it's"]
        case .theme: ["mono", "midnight"]
        case .pane: ["overview", "groups"]
        case .context: []
        }
    }

    private func candidates(_ line: String, at cursor: Int? = nil) -> [String] {
        CommandTable.complete(line: line, cursor: cursor ?? line.count, names: names).candidates.map(\.text)
    }

    @Test func `commands are completed word by word`() {
        #expect(
            candidates("") == [
                "mirrors", "groups", "offsets", "freeze", "thaw", "traffic", "help", "pane", "filter", "refresh",
                "set-interval", "theme", "language", "save-screen", "quit", "failover",
            ])
        #expect(candidates("mir") == ["mirrors"])
        #expect(candidates("mirrors re") == ["resume", "restart-failed", "restart"])
        #expect(
            candidates("mirrors ") == [
                "list", "show", "pause", "resume", "stop", "restart-failed", "restart", "create", "delete",
            ])
        #expect(candidates("nonsense x") == [])
        #expect(candidates("help mirrors pa") == ["pause"])
    }

    @Test func `options and their values are completed`() {
        #expect(candidates("mirrors pause --") == ["--topic", "--state", "--direction"])
        #expect(candidates("mirrors pause --state not") == ["not-flowing"])
        #expect(candidates("mirrors pause --direction idc2") == ["idc2:idc1"])
        #expect(candidates("mirrors pause --topic ") == ["orders", "quotes", "'주문 1'"])
        #expect(candidates("mirrors pause --topic quotes o") == ["order-book", "orders"])
    }

    @Test func `names are completed, quoted where they have to be, and not offered twice`() {
        #expect(candidates("mirrors pause ord") == ["order-book", "orders"])
        #expect(candidates("mirrors pause orders ord") == ["order-book"])
        #expect(candidates("groups show it") == [#""it's""#])
        #expect(candidates("groups show billing ") == [])
        #expect(candidates("theme m") == ["midnight", "mono"])
        #expect(candidates("filter o") == [])
    }

    @Test func `the word at the cursor is replaced, and what stands behind it stays`() {
        let completion = CommandTable.complete(line: "mirrors pau quotes", cursor: 11, names: names)
        #expect(completion.replaces == 8..<11)
        #expect(completion.candidates.map(\.text) == ["pause"])
        #expect(CommandTable.complete(line: "mirrors ", cursor: 8, names: names).replaces == 8..<8)
        #expect(CommandTable.complete(line: "groups show 'it", cursor: 15, names: names).replaces == 12..<15)
        #expect(CommandTable.complete(line: "quit", cursor: 99, names: names).replaces == 0..<4)
        #expect(CommandTable.complete(line: "quit", cursor: -1, names: names).replaces == 0..<0)
    }

    @Test func `the common beginning of all candidates is known`() {
        #expect(CommandTable.complete(line: "mirrors res", cursor: 11, names: names).commonPrefix == "res")
        #expect(CommandTable.complete(line: "mirrors pause o", cursor: 15, names: names).commonPrefix == "order")
        #expect(CommandTable.complete(line: "zzz", cursor: 3, names: names).commonPrefix == "")
    }

    @Test func `a completed name is read back as that name`() throws {
        for name in ["it's", "a b", #"q"'\"#, "plain", "주문 1"] {
            let completion = CommandTable.complete(line: "groups show ", cursor: 12) { _ in [name] }
            let text = try #require(completion.candidates.first?.text)
            #expect(try CommandTable.parse(line: "groups show \(text)").get() == .showGroup(name, ReportOptions()))
        }
    }
}

struct FaultLineTests {
    @Test func `faults are known to the line of a sandbox and to no other`() throws {
        #expect(
            try CommandTable.parse(line: "fault kill-broker idc1 2", in: .sandbox).get()
                == .inject(.killBroker(.idc1, 2)))
        #expect(try CommandTable.parse(line: "traffic set 0:100", in: .sandbox).get().writes)
        guard case .failure(let error) = CommandTable.parse(line: "fault cut idc1") else {
            Issue.record("the console of real clusters injects faults")
            return
        }
        #expect(error.headline.contains("fault"))
        #expect(!CommandTable.commands(in: .shell).contains { $0.path == ["fault"] })
    }

    @Test func `a fault that is misspelt or lacks a word is told`() {
        for (line, expected) in [
            ("fault cutt idc1", "cut"), ("fault cut", "takes IDC"), ("fault stall orders idc1:idc9", "idc1:idc2"),
        ] {
            guard case .failure(let error) = CommandTable.parse(line: line, in: .sandbox) else {
                Issue.record("\(line) was accepted")
                continue
            }
            #expect("\(error.text)".contains(expected), "\(error.text)")
        }
    }

    @Test func `the words of faults complete`() {
        let candidates = CommandTable.complete(line: "fault ki", cursor: 8, in: .sandbox, names: { _ in [] })
        #expect(candidates.candidates.map(\.text) == ["kill-broker"])
    }
}
