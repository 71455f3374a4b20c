import Cells
import Domain
import Front
import TestSupport
import Testing

/// The Failover pane as it is kept in Goldens.
struct FailoverPaneTests {
    private static let phases: [(name: String, run: FailoverFixture)] = [
        ("declared", .declared), ("gate-red", .gateRed), ("waiting", .beforeTraffic), ("wave-blocked", .waveBlocked),
        ("finished", .finished), ("aborted", .aborted),
    ]

    private static func settings(_ change: (inout FrontSettings) -> Void = { _ in }) -> FrontSettings {
        var settings = FrontSettings(context: "securities-prod", runbooks: FailoverFixture.runbooks)
        change(&settings)
        return settings
    }

    private static func console(
        _ run: FailoverFixture?, _ role: RunRole = .driving, columns: Int = 80, rows: Int = 24,
        _ change: (inout FrontSettings) -> Void = { _ in }
    ) -> Console {
        let console = Console(settings(change), columns: columns, rows: rows)
        console.type("F")
        if let run { console.send(.run(run.view, role)) }
        return console
    }

    private func check(_ console: Console, _ name: String) {
        do { try GoldenScreen.verify(console.grid, name) } catch { Issue.record("\(error)") }
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func `every phase of a run`(columns: Int, rows: Int) {
        for (name, run) in Self.phases {
            check(Self.console(run, columns: columns, rows: rows), "failover-\(name)")
        }
    }

    @Test(arguments: [(80, 24), (120, 40), (60, 15)])
    func `the runbooks before a run, and before anything has been read`(columns: Int, rows: Int) {
        check(Self.console(nil, columns: columns, rows: rows), "failover-runbooks")
        let blind = Console(Self.settings(), columns: columns, rows: rows, snapshot: nil)
        blind.type("F")
        check(blind, "failover-runbooks-blind")
    }

    @Test func `what nobody knows is a question mark and never a zero`() {
        let blind = Console(Self.settings(), columns: 120, rows: 40, snapshot: nil)
        blind.type("F")
        #expect(blind.screen.contains("split ? to 0:100"))
        #expect(blind.screen.contains("? groups have members on IDC1"))
        #expect(!blind.screen.contains(" 0 groups"))
        let declared = Self.console(.declared, columns: 120, rows: 40)
        #expect(declared.screen.contains("stranded ?"))
        #expect(declared.screen.contains("read twice at most ?"))
        #expect(declared.screen.contains("IDC2 produces ? % of before"))
    }

    @Test func `watching shows the run and offers no answer`() {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let console = Self.console(.waveBlocked, .watching, columns: columns, rows: rows) {
                $0.mode = .watch
                $0.readOnlyReason = FrontSettings.watchReason
            }
            check(console, "failover-watching")
            #expect(!console.screen.contains("look again"))
            #expect(console.screen.contains("WATCH: this session cannot change anything"))
        }
    }

    @Test func `a run is told in Korean, by cells`() {
        for (columns, rows) in [(80, 24), (120, 40)] {
            let console = Self.console(.waveBlocked, columns: columns, rows: rows) { $0.language = .korean }
            check(console, "failover-korean")
            console.type("?")
            check(console, "failover-korean-help")
        }
    }

    @Test func `plain glyphs`() {
        let console = Self.console(.waveBlocked) { $0.glyphs = .ascii }
        check(console, "failover-ascii")
    }

    @Test func `help explains the step and what is asked`() {
        let console = Self.console(.gateRed)
        console.type("?")
        check(console, "failover-help")
        console.type("<Esc><Enter>")
        check(console, "failover-step")
    }

    @Test(arguments: Language.allCases)
    func `every step has an explanation that fits`(language: Language) {
        var steps: [RunbookStep] = []
        for (index, kind) in Self.kinds.enumerated() {
            steps.append(RunbookStep(id: "s\(index)", title: "T", kind: kind))
        }
        #expect(Set(Self.kinds.map(\.explanation)) == Set(StepExplanation.allCases))
        let runbook = Runbook(name: "all", summary: "x", promise: .nothingLost, steps: steps, text: "")
        let console = Console(FrontSettings(runbooks: [runbook], language: language), columns: 80, rows: 24)
        console.type("F<Enter>")
        var text = ""
        for _ in 0..<400 {
            text += console.screen
            console.type("j")
        }
        #expect(!text.contains("\u{FFFD}"))
        #expect(text.contains(language == .korean ? "운전 권한" : "right to drive"))
    }

    private static let kinds: [StepKind] = [
        .declare(approvals: 1), .record(.readings), .record(.report),
        .gate(checks: GateCheck.allCases, mayBeWaived: true),
        .traffic(.target, atLeast: 90), .mirrors(.pause, .both), .mirrors(.resume, .both), .mirrors(.awaitClear, .both),
        .mirrors(.catchUp, .both), .mirrors(.lateTail, .both), .groups(.fence), .groups(.decide),
        .groups(.move(waves: [.rest])), .endpoint(name: "kafka"),
        .command(CommandCall(arguments: ["true"], limit: .seconds(1), verification: ["true"])),
        .http(HTTPCall(method: "POST", url: "http://x", limit: .seconds(1), verification: "http://x")),
        .confirm(question: "Is it so?"), .wait(.seconds(5)),
    ]

    @Test(arguments: ["1", "2", "3", "6", "7", "2<Enter>"])
    func `a run that goes on is announced on every pane, and split consumption too`(keys: String) {
        let console = Console(Self.settings())
        console.send(.run(FailoverFixture.beforeTraffic.view, .watching))
        console.type(keys)
        #expect(console.row(2).contains("FAILOVER RUN disaster IDC1 to IDC2  step 4/10  WAITS FOR jo  3 m 41 s"))
        let hasSplit = console.model.summary.map { $0.splitGroups > 0 } ?? false
        if hasSplit { #expect(console.row(3).contains("SPLIT CONSUMPTION")) }
        #expect(hasSplit, "the fixture has a group on both sides")
        console.send(.run(FailoverFixture.finished.view, .watching))
        #expect(!console.screen.contains("FAILOVER RUN"))
    }
}
