import Cells
import Domain
import Front
import TestSupport
import Testing

struct UpdateTests {
    // MARK: Old figures

    @Test func `that nobody consumes is not said of a side whose groups are only last known`() {
        var builder = SnapshotBuilder.empty
        #expect(Console(snapshot: builder).row(0).contains("consumers none"))
        builder.clusters.idc1 = .stale(age: .seconds(14))
        #expect(Console(snapshot: builder).row(0).contains("consumers ? "))
    }

    @Test func `that there are no mirrors and no alerts is not said of topics that are only last known`() {
        var builder = SnapshotBuilder.empty
        let before = Console(snapshot: builder)
        #expect(before.row(0).contains("mirrors 0/0"))
        #expect(before.screen.contains("0/0  lag -"))
        #expect(before.screen.contains("no alerts"))
        builder.clusters.idc1 = .stale(age: .seconds(14))
        let console = Console(snapshot: builder)
        #expect(console.row(0).contains("mirrors ?"))
        #expect(!console.screen.contains("0/0"))
        #expect(!console.screen.contains("no alerts"))
    }

    @Test func `of a direction that nothing mirrors nothing is measured`() {
        var builder = SnapshotBuilder.empty
        builder.topics = [
            TopicFixture(
                "orders", states: PerIDC(idc1: .running, idc2: .none),
                toCopy: PerIDC(idc1: Estimate(0, isExact: true), idc2: nil),
                recordsPerSecond: PerIDC(idc1: 61.2, idc2: nil))
        ]
        let console = Console(snapshot: builder)
        #expect(console.screen.contains("→ 1/1  lag 0"))
        #expect(console.screen.contains("─ 0/1  lag -  -/s  p99 -  1 none"))
        // It may be mirrored by now where nobody can say.
        builder.clusters.idc1 = .unreachable
        let blind = Console(snapshot: builder)
        #expect(!blind.screen.contains("0/1  lag 0"))
    }

    @Test func `before a run stands what it would cost, and of what it is not known`() {
        var builder = SnapshotBuilder.empty
        let names = ["in-sync", "to-write", "held-by-hand", "foreign", "share"]
        builder.groups = SyncFixture.everyState.filter { names.contains($0.id) }
        let settings = FrontSettings(context: "prod", runbooks: FailoverFixture.runbooks)
        let console = Console(settings, snapshot: builder)
        console.type("F")
        #expect(console.screen.contains("0 not mirrored; at most 13 read twice; 3 groups stay: "))
        // One is only last known, and of five nothing is.
        builder.groups = SyncFixture.everyState
        let half = Console(settings, snapshot: builder)
        half.type("F")
        #expect(half.screen.contains(" As last known: 0 not mirrored; at most 119 + 4 ? read twice; "))
        // Where nothing may be read twice no group is moved that would read anything again.
        let strict = Runbook(
            name: "strict", summary: "", promise: .nothingReadTwice,
            steps: [RunbookStep(id: "move", title: "Move", kind: .groups(.move(waves: [.rest])))], text: "")
        let planned = Console(FrontSettings(context: "prod", runbooks: [strict]), snapshot: builder)
        planned.type("F")
        #expect(planned.screen.contains("0 not mirrored; none read twice; "))
    }

    @Test func `of a side that is gone stands what had not crossed when it was read last, and when that was`() {
        var builder = SnapshotBuilder.empty
        builder.topics = [
            TopicFixture("orders", toCopy: PerIDC(idc1: Estimate(41, isExact: true), idc2: Estimate(0, isExact: true))),
            TopicFixture(
                "trades", toCopy: PerIDC(idc1: Estimate(1_204, isExact: false), idc2: Estimate(0, isExact: true))),
        ]
        builder.clusters.idc1 = .stale(age: .seconds(14))
        let console = Console(FrontSettings(context: "prod", runbooks: FailoverFixture.runbooks), snapshot: builder)
        #expect(console.screen.contains("lag ~1,245 (14 s)"))
        console.type("2")
        #expect(console.screen.contains("41 14s"))
        console.type("F")
        #expect(console.screen.contains(" As last known: ~1,245 not mirrored; "))
    }

    @Test func `no list and no run says 0 of what is only last known`() {
        var builder = SnapshotBuilder.empty
        builder.clusters.idc1 = .stale(age: .seconds(14))
        let console = Console(FrontSettings(context: "prod", runbooks: FailoverFixture.runbooks), snapshot: builder)
        console.type("2")
        #expect(console.screen.contains("Mirrors ?"))
        console.type("3")
        #expect(console.screen.contains("Groups ?"))
        console.type("F")
        #expect(console.screen.contains("pauses ? mirrors"))
        #expect(console.screen.contains("? groups have members on IDC1"))
    }

    @Test func `the growth of a log that cannot be read has its age`() {
        var builder = SnapshotBuilder()
        #expect(Console(snapshot: builder).screen.contains(/log ends +\+24,\d+\/s [^(]/))
        builder.clusters = PerIDC(idc1: .stale(age: .seconds(14)), idc2: .stale(age: .seconds(14)))
        #expect(Console(snapshot: builder).screen.contains(/log ends +\+24,\d+\/s \(14 s\)/))
    }

    // MARK: Runs that do not begin

    @Test func `why a run does not begin is shown to its last word, and is put away by Escape`() {
        let console = Console(columns: 80, rows: 24)
        let reason = "No group that runs on IDC1 is known, and the groups of IDC1 cannot be read: connection refused. "
        console.send(
            .runStopped(reason + "`bascule traffic set` moves the traffic; a runbook that moves groups begins later."))
        #expect(console.screen.contains("Not done"))
        #expect(console.screen.contains("later."))
        console.type("<Esc>")
        #expect(!console.screen.contains("Not done"))
    }

    // MARK: Panes and cursor

    @Test func `number keys and Tab go through the panes that there are`() {
        let console = Console()
        console.type("2")
        #expect(console.model.pane == .mirrors)
        console.type("7")
        #expect(console.model.pane == .journal)
        console.type("<Tab>")
        #expect(console.model.pane == .overview)
        console.type("<Shift-Tab>")
        #expect(console.model.pane == .journal)
        #expect(console.type("4") == [])
        #expect(console.model.pane == .journal, "there is no fourth pane")
    }

    @Test func `the session begins in the pane that was asked for`() {
        let console = Console(FrontSettings(initialPane: .groups))
        #expect(console.model.pane == .groups)
        #expect(console.screen.contains("billing"))
    }

    @Test func `the cursor stays on its row when rows are added before it`() {
        var builder = SnapshotBuilder.large(topics: 100, groups: 10)
        let console = Console(snapshot: builder)
        console.type("2jjjjj")
        #expect(console.model.mirrorList.cursor == "topic-00005")
        let line = console.screen.split(separator: "\n").firstIndex { $0.contains("topic-00005") }
        builder.topics.insert(TopicFixture("aaa"), at: 0)
        console.send(.snapshot(builder.build()))
        #expect(console.model.mirrorList.cursor == "topic-00005")
        #expect(console.model.mirrorList.position == 6)
        // The window has moved with the row as far as the list's start allows.
        #expect(console.screen.split(separator: "\n").firstIndex { $0.contains("topic-00005") } == line)
    }

    @Test func `the cursor stays in its place when its row goes`() {
        var builder = SnapshotBuilder.large(topics: 10, groups: 10)
        let console = Console(snapshot: builder)
        console.type("2jjj")
        builder.topics.remove(at: 3)
        builder.sequence += 1
        console.send(.snapshot(builder.build()))
        #expect(console.model.mirrorList.cursor == "topic-00004")
        #expect(console.model.mirrorList.position == 3)
    }

    @Test func `moving stops at both ends and pages by what is seen`() {
        let console = Console(snapshot: .large(topics: 100, groups: 10))
        console.type("2k")
        #expect(console.model.mirrorList.position == 0)
        console.type("<PgDn>")
        #expect(console.model.mirrorList.position == 17)
        console.type("G")
        #expect(console.model.mirrorList.position == 99)
        #expect(console.screen.contains("topic-00099"))
        console.type("j<PgDn>")
        #expect(console.model.mirrorList.position == 99)
        console.type("g")
        #expect(console.model.mirrorList.position == 0)
        #expect(console.screen.contains("topic-00000"))
    }

    @Test func `next and previous match go round the list`() {
        let console = Console(snapshot: .large(topics: 30, groups: 1))
        console.type("2/7$<Enter><Esc>")
        #expect(console.model.mirrorList.order.count == 30, "Esc takes the filter away")
        console.type("gn")
        #expect(console.model.mirrorList.cursor == "topic-00007")
        console.type("n")
        #expect(console.model.mirrorList.cursor == "topic-00017")
        console.type("nn")
        #expect(console.model.mirrorList.cursor == "topic-00007")
        console.type("N")
        #expect(console.model.mirrorList.cursor == "topic-00027")
    }

    @Test func `without a pattern next match says how to give one`() {
        let console = Console()
        console.type("2n")
        #expect(console.row(-2).contains("no pattern yet: / takes one"))
    }

    @Test func `Esc leaves one thing at a time`() {
        let console = Console()
        console.type("2 /orders<Enter><Enter>/state<Enter>?")
        #expect(console.model.place == .help)
        console.type("<Esc>")
        #expect(console.model.detail?.search != nil)
        console.type("<Esc>")
        #expect(console.model.detail != nil && console.model.detail?.search == nil)
        console.type("<Esc>")
        #expect(console.model.detail == nil && console.model.mirrorList.filter != nil)
        console.type("<Esc>")
        #expect(console.model.mirrorList.filter == nil && !console.model.mirrorList.marks.isEmpty)
        console.type("<Esc>")
        #expect(console.model.mirrorList.marks.isEmpty)
        #expect(console.type("<Esc>") == [])
        #expect(console.row(-2).contains("q quits"))
    }

    @Test func `the mouse chooses a row and the wheel moves`() {
        let console = Console()
        console.type("2")
        console.send(.key(.mouse(column: 5, row: 7, button: 1)))
        #expect(console.model.mirrorList.position == 2)
        console.send(.key(.mouse(column: 5, row: 7, button: 5)))
        #expect(console.model.mirrorList.position == 3)
        console.send(.key(.mouse(column: 5, row: 23, button: 1)))
        #expect(console.model.mirrorList.position == 3)
    }

    @Test func `an unknown key says where help is`() {
        let console = Console()
        #expect(console.type("X") == [])
        #expect(console.row(-2).contains("X does nothing here; ? lists what works"))
    }

    // MARK: Time

    @Test func `messages go after a while`() {
        let console = Console()
        console.send(.message(.ok, "copied something"))
        #expect(console.row(-2).contains("copied something"))
        console.wait(.seconds(7))
        #expect(console.row(-2).contains("copied something"))
        console.wait(.seconds(1))
        #expect(!console.row(-2).contains("copied something"))
        #expect(console.row(-2).contains("mirror-idc1-idc2-quotes FAILED"), "the newest event is back")
    }

    @Test func `a critical message stays longer`() {
        let console = Console()
        console.send(.message(.critical, "the run has stopped"))
        console.wait(.seconds(19))
        #expect(console.row(-2).contains("!! the run has stopped"))
        console.wait(.seconds(1))
        #expect(!console.row(-2).contains("the run has stopped"))
    }

    @Test func `an old snapshot is called stale`() {
        let console = Console()
        console.wait(.seconds(5))
        #expect(!console.row(0).contains("STALE"))
        console.wait(.seconds(9))
        #expect(console.row(0).contains("STALE 14 s"))
        var builder = SnapshotBuilder()
        builder.at = SnapshotBuilder.moment.advanced(by: .seconds(14))
        console.send(.snapshot(builder.build()))
        #expect(!console.row(0).contains("STALE"))
    }

    @Test func `one stale side does not make the screen stale`() {
        var builder = SnapshotBuilder()
        builder.clusters.idc2 = .stale(age: .seconds(90))
        builder.connect.idc2 = .stale(age: .seconds(90))
        let console = Console(snapshot: builder)
        #expect(!console.row(0).contains("STALE"))
        #expect(console.screen.contains("read 1 m 30 s ago"))
    }

    @Test func `a slower refresh is stale later`() {
        let console = Console()
        #expect(console.type("+") == [.setRefreshInterval(.seconds(2))])
        #expect(console.type("+") == [.setRefreshInterval(.seconds(5))])
        #expect(console.row(1).contains("refresh 5.0 s"))
        console.wait(.seconds(15))
        #expect(!console.row(0).contains("STALE"))
        console.wait(.seconds(1))
        #expect(console.row(0).contains("STALE 16 s"))
    }

    @Test func `the refresh interval has ends`() {
        let console = Console()
        #expect(
            console.type("--") == [.setRefreshInterval(.milliseconds(500)), .setRefreshInterval(.milliseconds(250))])
        #expect(console.type("-") == [])
        #expect(console.row(-2).contains("it cannot be faster"))
    }

    // MARK: Freezing

    @Test func `a frozen screen keeps what it shows until it is let go`() {
        var builder = SnapshotBuilder()
        let console = Console(snapshot: builder)
        console.type("2z")
        builder.topics.append(TopicFixture("brand-new"))
        builder.sequence += 1
        builder.at = builder.at.advanced(by: .seconds(9))
        console.wait(.seconds(9))
        console.send(.snapshot(builder.build()))
        #expect(!console.screen.contains("brand-new"))
        #expect(console.row(0).contains("FROZEN 9 s"))
        #expect(!console.row(0).contains("STALE"), "new readings do come in")
        console.type("z")
        #expect(console.screen.contains("brand-new"))
        #expect(!console.row(0).contains("FROZEN"))
    }

    @Test func `nothing can be done from a frozen screen`() {
        let console = Console()
        console.type("2z")
        #expect(console.type("p") == [])
        #expect(console.row(-2).contains("frozen"))
        #expect(console.type(":mirrors pause orders<Enter>") == [])
    }

    // MARK: Effects

    @Test func `keys of the console yield their effects`() {
        let console = Console()
        #expect(console.type("<Ctrl-R>") == [.refreshNow])
        #expect(console.type("<Ctrl-L>") == [.redraw])
        #expect(console.type("<Ctrl-Z>") == [.suspend])
        #expect(console.type("q") == [.quit])
        #expect(console.send(.terminate) == [.quit])
        #expect(console.send(.interrupt) == [.quit])
    }

    @Test func `Ctrl-C leaves an overlay before it quits`() {
        let console = Console()
        console.type("?")
        #expect(console.send(.interrupt) == [])
        #expect(console.model.overlays.isEmpty)
        console.type("2/quo")
        #expect(console.send(.key(.control("c"))) == [])
        #expect(console.model.mirrorList.filter == nil)
        #expect(console.send(.key(.control("c"))) == [.quit])
    }

    @Test func `a row is copied clean, with tabs between the columns`() {
        let console = Console()
        console.type("2/evil<Enter>")
        let copied = console.type("y")
        guard case .copy(let text) = copied.first else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text.hasPrefix("evil·[31m·topic·\t3\tRUNNING\t"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" })
    }

    @Test func `the pane is copied as far as the filter shows it`() {
        let console = Console()
        console.type("2/^o<Enter>")
        guard case .copy(let text) = console.type("Y").first else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == ["odd", "orders"])
    }

    @Test func `the details are copied with the trace unbroken`() {
        let console = Console()
        console.type(":mirrors show quotes<Enter>")
        guard case .copy(let text) = console.type("y").first else {
            Issue.record("nothing was copied")
            return
        }
        #expect(text.contains("WorkerSourceTask.recordSendFailed(WorkerSourceTask.java:151)"))
    }

    @Test func `a saved screen is answered with its path`() {
        let console = Console()
        #expect(console.type(":save-screen /tmp/a b.txt<Enter>").isEmpty, "two words are no file")
        console.type("<Esc>")
        #expect(console.type(":save-screen '/tmp/a b.txt'<Enter>") == [.saveScreen(path: "/tmp/a b.txt")])
        console.send(.screenSaved(path: "/tmp/a b.txt"))
        #expect(console.row(-2).contains("the screen is in /tmp/a b.txt"))
    }

    // MARK: Journal

    @Test func `events and acts stand together in order of time, the newest first`() {
        let console = Console()
        console.send(.journal(JournalFixture.records))
        console.type("7")
        let texts = console.model.journalList.order.map { console.model.journalRows[$0].at }
        #expect(texts == texts.sorted(by: >))
        #expect(console.model.journalRows.count == 3 + JournalFixture.records.count)
        #expect(console.screen.contains("kim@bastion1"))
        console.type("/refused<Enter><Enter>")
        #expect(console.screen.contains("same as"))
        #expect(console.screen.contains("bascule mirrors delete orders"))
    }

    @Test func `the same event twice in a millisecond is two rows`() {
        var builder = SnapshotBuilder()
        builder.events = [builder.events[0], builder.events[0]]
        let console = Console(snapshot: builder)
        #expect(Set(console.model.journalRows.map(\.id)).count == 2)
    }
}

enum JournalFixture {
    static let records: [JournalRecord] = {
        func record(_ seconds: Int, _ kind: JournalRecord.Kind, _ text: String, _ command: String) -> JournalRecord {
            JournalRecord(
                at: SnapshotBuilder.moment.advanced(by: .seconds(-seconds)), actor: "kim", host: "bastion1", run: "r-7",
                kind: kind, text: text, command: command)
        }
        return [
            record(120, .planned, "Pause 1 mirror on IDC2", "bascule mirrors pause payments --direction idc1:idc2"),
            record(119, .outcome, "verified mirror-idc1-idc2-payments", "bascule mirrors pause payments"),
            record(60, .refused, "WATCH: this session cannot change anything", "bascule mirrors delete orders"),
        ]
    }()
}
