import Cells
import Domain
import Front
import TestSupport
import Testing

/// Where groups would go on at the other side, as screens and keys have it.
struct GroupSyncTests {
    private static var builder: SnapshotBuilder {
        var builder = SnapshotBuilder()
        builder.groups = SyncFixture.everyState
        return builder
    }

    private func check(_ console: Console, _ name: String) {
        do { try GoldenScreen.verify(console.grid, name) } catch { Issue.record("\(error)") }
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)])
    func `every state of the synchronisation has its word`(columns: Int, rows: Int) {
        let console = Console(columns: columns, rows: rows, snapshot: Self.builder)
        console.type("3")
        check(console, "groups-sync")
    }

    @Test(arguments: [
        "in-sync", "to-write", "conditional", "foreign", "unread", "old", "held-by-hand", "held-by-file", "early",
    ])
    func `e explains where a group would go on, and why`(group: String) {
        let console = Console(columns: 120, rows: 40, snapshot: Self.builder)
        console.type("3/^\(group)$<Enter>e")
        check(console, "group-sync-\(group)")
    }

    @Test func `a group that has committed nothing has no lag, which is not a lag of 0`() throws {
        var builder = SnapshotBuilder()
        builder.groups = [GroupFixture("fresh", side: .none, members: 0, lags: [], verdict: nil)]
        let console = Console(snapshot: builder)
        console.type("3")
        let rows = (0..<24).map { console.row($0) }
        let row = try #require(rows.first { $0.hasPrefix(" fresh") })
        #expect(row.split(separator: " ").prefix(4) == ["fresh", "none", "0", "-"])
        console.type("<Enter>")
        #expect((0..<24).contains { console.row($0).contains("nothing committed") })
    }

    @Test func `s asks for a plan of the marked groups, and of the one whose details are open`() {
        let console = Console(snapshot: Self.builder)
        console.type("3/^(held|in-sync)$<Enter>*")
        #expect(console.type("s") == [.makePlan(.syncOffsets(["held", "in-sync"]))])
        let detail = Console(snapshot: Self.builder)
        detail.type("3/^foreign$<Enter><Enter>")
        #expect(detail.type("s") == [.makePlan(.syncOffsets(["foreign"]))])
    }

    @Test func `h asks why, and then for a plan of the marked groups; u for one of their release`() {
        let console = Console(snapshot: Self.builder)
        console.type("3/^(held|in-sync)$<Enter>*")
        #expect(console.type("h") == [])
        check(console, "group-hold-reason")
        #expect(console.type("<Enter>") == [], "not without a reason")
        #expect(
            console.type("replay of Tuesday<Enter>")
                == [.makePlan(.holdOffsets(["held", "in-sync"], reason: "replay of Tuesday"))])
        let detail = Console(snapshot: Self.builder)
        detail.type("3/^held-by-hand$<Enter><Enter>")
        #expect(detail.type("u") == [.makePlan(.releaseOffsets(["held-by-hand"]))])
        let line = Console(snapshot: Self.builder)
        #expect(
            line.type(":offsets hold --reason 'a b' in-sync<Enter>")
                == [.makePlan(.holdOffsets(["in-sync"], reason: "a b"))])
        #expect(
            Console(snapshot: Self.builder).type(":offsets release held-*<Enter>")
                == [.makePlan(.releaseOffsets(["held-by-file", "held-by-hand"]))])
    }

    @Test func `writes that are frozen are on every screen, and the line freezes and thaws`() {
        var builder = Self.builder
        let word = OperatorHold(
            order: .hold, actor: "bob", host: "ops2", at: builder.at, reason: "wrong positions", number: 1)
        builder.freeze = .known(word, at: builder.at)
        builder.alerts = [Alert(severity: .warning, subject: "writes", text: word.frozenSentence, kind: .writesFrozen)]
        for pane in 1...7 {
            let console = Console(columns: 80, rows: 24, snapshot: builder)
            console.type("\(pane)")
            #expect(console.row(0).contains(" WRITES FROZEN "))
        }
        #expect(
            Console(snapshot: Self.builder).type(":freeze --reason 'wrong positions'<Enter>")
                == [.makePlan(.freeze(reason: "wrong positions"))])
        #expect(Console(snapshot: builder).type(":thaw<Enter>") == [.makePlan(.thaw)])
        let none = Console(snapshot: Self.builder)
        #expect(none.type(":freeze<Enter>") == [], "not without a reason")
    }

    @Test func `a session that only watches asks for no plan`() {
        let console = Console(FrontSettings(mode: .watch), snapshot: Self.builder)
        console.type("3")
        console.type("h")
        #expect(!console.type("why<Enter>u").contains { if case .makePlan = $0 { true } else { false } })
        #expect(!console.type("s").contains { if case .makePlan = $0 { true } else { false } })
        #expect(
            !console.type(":offsets sync billing<Enter>").contains { if case .makePlan = $0 { true } else { false } })
    }
}
