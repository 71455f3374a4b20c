import Domain
import Front
import TestSupport
import Testing

/// What keys do to a run.
struct FailoverKeyTests {
    private static func console(_ run: FailoverFixture?, _ role: RunRole = .driving) -> Console {
        let console = Console(FrontSettings(runbooks: FailoverFixture.runbooks))
        console.type("F")
        if let run { console.send(.run(run.view, role)) }
        return console
    }

    @Test func `the one key that goes on gives the first answer, bound to the question`() throws {
        let run = FailoverFixture.beforeTraffic
        let prompt = try #require(run.view.prompt)
        let console = Self.console(run)
        #expect(console.type("y") == [.answerRun(RunAnswer(run: run.view.run, prompt: prompt, choice: .goOn))])
    }

    @Test func `a waiver takes a reason and the name of the target, and nothing less`() throws {
        let run = FailoverFixture.gateRed
        let prompt = try #require(run.view.prompt)
        let console = Self.console(run)
        #expect(console.type("v<Enter>idc2<Enter>") == [])
        #expect(console.screen.contains("a reason has to be typed"))
        #expect(console.type("broker 2 restarts<Enter><Ctrl-U>IDC1<Enter>") == [])
        #expect(console.screen.contains("is not \"IDC2\""))
        #expect(
            console.type("<Ctrl-U>IDC2<Enter>") == [
                .answerRun(
                    RunAnswer(
                        run: run.view.run, prompt: prompt, choice: .waive, text: "broker 2 restarts", name: "idc2"))
            ])
    }

    @Test func `an answer that is not offered is refused with a reason`() {
        let console = Self.console(.beforeTraffic)
        #expect(console.type("v") == [])
        #expect(console.row(-2).contains("not offered here"))
        #expect(Self.console(.declared).type("y") == [], "nothing is asked")
    }

    @Test func `a form whose question has changed meanwhile answers nothing`() {
        var run = FailoverFixture.gateRed
        let console = Self.console(run)
        console.type("vsome reason")
        run.answered(.waive, "from elsewhere")
        console.send(.run(run.view, .driving))
        #expect(console.model.overlays.isEmpty)
        #expect(console.row(-2).contains("the question has changed"))
    }

    @Test func `a runbook begins with a reason and the name of the side that takes over`() {
        let console = Self.console(nil)
        #expect(console.type("y") == [])
        #expect(console.type("<Enter><Enter>") == [], "an empty form")
        #expect(
            console.type("IDC1 is gone<Enter>IDC2<Enter>") == [
                .beginRun(RunRequest(runbook: "disaster", from: .idc1, reason: "IDC1 is gone", split: nil))
            ])
        #expect(console.type("y") == [], "one is being begun already")
    }

    @Test func `the direction turns round, and the traffic runbook asks for the split`() throws {
        let console = Self.console(nil)
        console.type("Gd")
        #expect(console.type("y30:71<Enter>half<Enter>IDC1<Enter>") == [])
        #expect(console.screen.contains("sum to 100"))
        let split = try #require(TrafficSplit(idc1: 30, idc2: 70))
        #expect(
            console.type("<Ctrl-U>30:70<Enter><Enter><Enter>") == [
                .beginRun(RunRequest(runbook: "traffic", from: .idc2, reason: "half", split: split))
            ])
    }

    @Test func `whoever does not drive is told who does, and can take over`() {
        let console = Self.console(.beforeTraffic, .watching)
        #expect(console.type("y") == [])
        #expect(console.row(-2).contains("jo on bastion-1 drives this run"))
        #expect(console.type("T") == [.takeOverRun("20261123-030826-kdmq")])
    }

    @Test func `leaving while driving asks once`() {
        let console = Self.console(.beforeTraffic)
        #expect(console.type("q") == [])
        #expect(console.screen.contains("bascule failover resume"))
        #expect(console.screen.contains("20261123-030826-kdmq"))
        #expect(console.type("y") == [], "yes is no answer to it")
        #expect(console.type("q") == [.cancelRun, .quit])
    }

    @Test(arguments: ["<Esc>", "F", "6"])
    func `a run that has ended is put away, and the runbooks are there again`(key: String) {
        let console = Self.console(.beforeTraffic, .watching)
        console.type(key)
        #expect(!console.screen.contains("A run would leave"), "it goes on")
        console.send(.run(FailoverFixture.finished.view, .watching))
        #expect(console.screen.contains("FINISHED"))
        console.type("1F")
        #expect(console.screen.contains("FINISHED"), "coming from another pane one wants to see it")
        console.type(key)
        #expect(console.screen.contains("A run would leave"))
    }

    @Test func `a run that had ended before the console opened does not stand before the next one`() {
        let console = Self.console(.finished, .watching)
        #expect(console.screen.contains("A run would leave"))
        console.type("yIDC1 is gone")
        #expect(console.screen.contains("IDC1 is gone"))
    }

    @Test func `the command line begins, takes over and aborts as keys do`() throws {
        let console = Self.console(nil)
        let split = try #require(TrafficSplit(idc1: 80, idc2: 20))
        console.type("1:failover run traffic --from idc2 --split 80:20<Enter>")
        #expect(console.model.pane == .failover)
        #expect(
            console.type("<Enter>less load<Enter>IDC1<Enter>") == [
                .beginRun(RunRequest(runbook: "traffic", from: .idc2, reason: "less load", split: split))
            ])
        let lost = Self.console(.beforeTraffic, .watching)
        #expect(lost.type(":failover resume other<Enter>") == [])
        #expect(lost.type(":failover resume<Enter>") == [.takeOverRun("20261123-030826-kdmq")])
        let run = FailoverFixture.beforeTraffic
        let driven = Self.console(run)
        #expect(driven.type(":failover run disaster<Enter>") == [], "one is going")
        #expect(
            driven.type(":failover abort<Enter>it is back<Enter>") == [
                .answerRun(
                    RunAnswer(
                        run: run.view.run, prompt: try #require(run.view.prompt), choice: .abort, text: "it is back"))
            ])
        #expect(Self.console(nil).type(":failover run nothing<Enter>") == [])
    }

    @Test func `the language changes at the console`() {
        let console = Self.console(.beforeTraffic)
        console.type(":language ko<Enter>")
        #expect(console.screen.contains("계속 진행"))
        console.type(":language en<Enter>")
        #expect(console.screen.contains("go on"))
    }

    @Test func `a read-only session answers, begins and takes over nothing`() {
        for run in [nil, FailoverFixture.beforeTraffic, .gateRed, .waveBlocked] as [FailoverFixture?] {
            for key in ["y", "r", "v", "a", "b", "s", "l", "X", "T"] {
                let console = Console(FrontSettings(mode: .watch, runbooks: FailoverFixture.runbooks))
                console.type("F")
                if let run { console.send(.run(run.view, .watching)) }
                let effects = console.type(key + "reason<Enter>IDC2<Enter>y")
                #expect(effects.allSatisfy { !$0.writes }, "\(key)")
                #expect(effects.contains { if case .refused = $0 { true } else { false } }, "\(key)")
            }
        }
    }
}
