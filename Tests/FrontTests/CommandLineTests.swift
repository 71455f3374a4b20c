import Cells
import Domain
import Front
import TestSupport
import Testing

struct CommandLineTests {
    @Test func `verbs ask for plans about what they name`() {
        let console = Console()
        let both = ReplicationFlow.all.map { MirrorTarget(topic: "orders", flow: $0) }
        #expect(console.type(":mirrors pause orders<Enter>") == [.makePlan(.mirrors(.pause, both))])
    }

    @Test func `deleting is only possible by the command line`() {
        #expect(!KeyTable.actions.contains { $0.title.lowercased().contains("delete") })
        let console = Console()
        let backward = MirrorTarget(topic: "orders", flow: ReplicationFlow(from: .idc2))
        #expect(
            console.type(":mirrors delete orders --direction idc2:idc1<Enter>")
                == [.makePlan(.mirrors(.delete, [backward]))])
    }

    @Test func `globs and states select`() {
        let console = Console()
        let forward = MirrorTarget(topic: "quotes", flow: ReplicationFlow(from: .idc1))
        #expect(
            console.type(":mirrors restart-failed --state failed<Enter>")
                == [.makePlan(.mirrors(.restartFailed, [forward]))])
    }

    @Test func `a name that nothing has is refused, with the rest of the selection`() {
        let console = Console()
        #expect(console.type(":mirrors pause orders ordres<Enter>") == [])
        #expect(console.row(-2).contains("nothing is called ordres: nothing has been done"))
    }

    @Test func `the traffic split is planned`() throws {
        let console = Console()
        let split = try #require(TrafficSplit(idc1: 0, idc2: 100))
        #expect(console.type(":traffic set 0:100<Enter>") == [.makePlan(.traffic(split))])
    }

    @Test func `bad usage shows what is wrong and how it goes`() {
        let console = Console()
        #expect(console.type(":mirrors pauze orders<Enter>") == [])
        #expect(console.screen.contains("pauze"))
        #expect(console.screen.contains("Usage:"))
        console.type("<Esc>:traffic set 60:60<Enter>")
        #expect(console.screen.contains("60:60"))
    }

    @Test func `list narrows the pane and Esc widens it`() {
        let console = Console()
        console.type(":mirrors list 'o*' --state running --direction idc2:idc1<Enter>")
        #expect(console.model.pane == .mirrors)
        let shown = console.model.mirrorList.order.compactMap { console.model.snapshot?.mirrors[$0].topic }
        #expect(shown == ["odd", "orders"])
        #expect(console.screen.contains("selected by :mirrors list"))
        console.type("<Esc>")
        #expect(console.model.mirrorList.order.count == 14)
        console.type(":groups list 'r*'<Enter>")
        #expect(console.model.groupList.order.count == 4 - 1)
        console.type("<Esc>")
        #expect(console.model.groupList.order.count == 11)
    }

    @Test func `show opens details by topic, connector and group`() {
        let console = Console()
        console.type(":mirrors show mirror-idc1-idc2-quotes<Enter>")
        #expect(console.model.detail?.subject == .mirror("quotes"))
        console.type(":groups show risk<Enter>")
        #expect(console.model.detail?.subject == .group("risk"))
        console.type(":groups show nobody<Enter>")
        #expect(console.row(-2).contains("no group is called nobody"))
    }

    @Test func `requests of the console itself`() {
        let console = Console()
        #expect(console.type(":refresh<Enter>") == [.refreshNow])
        #expect(console.type(":set-interval 5s<Enter>") == [.setRefreshInterval(.seconds(5))])
        #expect(console.type(":quit<Enter>") == [.quit])
        console.type(":pane groups<Enter>")
        #expect(console.model.pane == .groups)
        console.type(":filter ^r<Enter>")
        #expect(console.model.groupList.filter?.text == "^r")
        console.type(":filter (<Enter>")
        #expect(console.row(-2).contains("column 1: ( is not closed"))
        #expect(console.model.groupList.filter?.text == "^r")
        console.type(":filter<Enter>")
        #expect(console.model.groupList.filter == nil)
        console.type(":pane nowhere<Enter>")
        #expect(console.row(-2).contains("no pane is called nowhere"))
    }

    @Test func `an empty line does nothing`() {
        let console = Console()
        #expect(console.type(":<Enter>") == [])
        #expect(console.type(":   <Enter>") == [])
        #expect(console.model.overlays.isEmpty)
        #expect(console.model.history.isEmpty)
    }

    @Test func `Tab completes verbs and names`() {
        let console = Console()
        console.type(":mirrors pau<Tab>quo<Tab>")
        console.type("x")
        #expect(console.row(-1).hasPrefix(":mirrors pause quotes x"))
        console.type("<Ctrl-U>mirrors re<Tab>")
        #expect(console.row(-1).hasPrefix(":mirrors res"))
        #expect(console.row(-2).contains("restart"))
        #expect(console.row(-2).contains("resume"))
    }

    @Test func `the history goes up and comes back to what was being typed`() {
        let console = Console()
        console.type(":pane groups<Enter>:pane mirrors<Enter>:pane mirrors<Enter>:hal")
        console.type("<Up>")
        #expect(console.row(-1).hasPrefix(":pane mirrors"))
        console.type("<Up>")
        #expect(console.row(-1).hasPrefix(":pane groups"))
        console.type("<Up>")
        #expect(console.row(-1).hasPrefix(":pane groups"))
        console.type("<Down><Down>")
        #expect(console.row(-1).hasPrefix(":hal"))
    }

    @Test func `help explains verbs`() {
        let console = Console(columns: 100, rows: 40)
        console.type(":help mirrors pause<Enter>")
        #expect(console.screen.contains("mirrors pause"))
        #expect(console.screen.contains("--direction"))
    }

    @Test func `a long line scrolls with its cursor`() {
        let console = Console(columns: 60, rows: 15)
        console.type(":" + String(repeating: "가나다 ", count: 40) + "END")
        #expect(console.row(-1).hasSuffix("END"))
        console.type("<Home>")
        #expect(console.row(-1).hasPrefix(":가나다"))
        #expect(console.grid.defect == nil)
    }
}
