import Cells
import Domain
import Front
import TestSupport
import Testing

/// Screens as they are kept in Goldens; `RECORD_GOLDENS=1` takes them anew.
struct GoldenTests {
    private static let sizes = [(80, 24), (120, 40), (60, 15), (200, 60)]
    private static let panes: [(name: String, key: String)] = [
        ("overview", "1"), ("mirrors", "2"), ("groups", "3"), ("journal", "7"),
    ]

    private func check(_ console: Console, _ name: String) {
        do { try GoldenScreen.verify(console.grid, name) } catch { Issue.record("\(error)") }
    }

    @Test(arguments: sizes)
    func `every pane in every size`(columns: Int, rows: Int) {
        for pane in Self.panes {
            let console = Console(columns: columns, rows: rows)
            console.send(.journal(JournalFixture.records))
            console.type(pane.key)
            check(console, pane.name)
        }
    }

    @Test(arguments: panes)
    func `every pane without anything, before anything, with old and with half of everything`(
        name: String, key: String
    ) {
        var stale = SnapshotBuilder()
        stale.clusters = PerIDC(idc1: .stale(age: .seconds(14)), idc2: .stale(age: .seconds(14)))
        stale.connect = PerIDC(idc1: .stale(age: .seconds(14)), idc2: .stale(age: .seconds(14)))
        stale.traffic = .stale(age: .seconds(14))
        var partial = SnapshotBuilder()
        partial.connect.idc2 = .stale(age: .seconds(90))
        partial.traffic = .unreachable
        partial.produced.idc2 = nil
        var unreachable = SnapshotBuilder()
        unreachable.clusters.idc2 = .unreachable
        unreachable.connect.idc2 = .unreachable
        let variants: [(String, SnapshotBuilder?)] = [
            ("empty", .empty), ("loading", .pending), ("connecting", nil), ("stale", stale), ("partial", partial),
            ("unreachable", unreachable),
        ]
        for (variant, builder) in variants {
            let console = Console(snapshot: builder)
            console.type(key)
            check(console, "\(name)-\(variant)")
        }
    }

    @Test func `a screen that is too small says so in one line`() {
        for (columns, rows) in [(59, 15), (60, 14), (20, 3), (1, 1)] {
            check(Console(columns: columns, rows: rows), "too-small")
        }
    }

    @Test func `details`() {
        let console = Console(columns: 100, rows: 40)
        console.type("2/^quotes<Enter><Enter>")
        check(console, "mirror-detail")
        console.type("<Esc><Esc>3/^risk<Enter><Enter>")
        check(console, "group-detail")
        console.type("<Esc>/<Ctrl-U>evil<Enter><Enter>")
        check(console, "group-detail-hostile")
        console.send(.journal(JournalFixture.records))
        console.type("7G<Enter>")
        check(console, "journal-detail")
    }

    @Test func `overlays`() {
        let console = Console()
        console.type("2?")
        check(console, "help")
        console.type("<Esc>o")
        check(console, "sort-chooser")
        console.type("<Esc>/^o(")
        check(console, "filter-problem")
        console.type("<Esc>/^o<Enter>")
        check(console, "mirrors-filtered")
        console.type("*l")
        check(console, "mirrors-marked")
    }

    @Test func `a plan from preview to end`() {
        let console = Console(FrontSettings(glyphs: .ascii))
        console.type("2/^p<Enter>*p")
        let targets = ["payments", "positions", "prices"].map {
            MirrorTarget(topic: $0, flow: ReplicationFlow(from: .idc1))
        }
        let plan = Plan(
            intent: .mirrors(.pause, targets), title: "Pause 3 mirrors on IDC2",
            lines: targets.map { target in
                let name = "mirror-idc1-idc2-\(target.topic)"
                return PlanLine(
                    step: .connector(.pause, name: name, on: .idc2),
                    call: "PUT /connectors/\(name)/pause on Connect IDC2",
                    expected: .connector(.running))
            },
            leftOut: [.init(subject: "prices <-", reason: "RESTARTING: it can be paused when it runs")],
            warnings: ["What is produced on IDC1 does not reach IDC2 until they are resumed"],
            equivalentCommand: "bascule mirrors pause payments positions prices --direction idc1:idc2",
            confirmation: .typed("3", prompt: "Type the count of objects, 3, to run this in production:"),
            madeFrom: SnapshotBuilder.moment)
        console.send(.planned(.success(plan)))
        console.type("4<Enter>")
        check(console, "plan-preview")
        console.type("3<Enter>")
        console.send(.progress(PlanProgress(plan: plan, outcomes: [.done, nil, nil], phase: .canary)))
        console.wait(.seconds(1))
        check(console, "plan-running")
        console.send(.interrupt)
        check(console, "plan-question")
        console.type("<Esc>")
        console.send(
            .progress(
                PlanProgress(
                    plan: plan,
                    outcomes: [.verified, .failed(reason: "409 for 60 s"), .skipped(reason: "it is PAUSED now")],
                    phase: .finished)))
        check(console, "plan-finished")
    }

    @Test(arguments: BuiltInThemes.names)
    func `every theme paints every role of the overview`(name: String) throws {
        let console = Console()
        console.type(":theme \(name)<Enter>")
        let palette = palette(of: console.model)
        #expect(palette.name == name)
        let roles = Set(console.grid.cells.map(\.style.role))
        #expect(roles.count > 10)
        for role in roles { #expect(palette.looks[role] != nil, "\(role)") }
    }

    @Test func `plain glyphs leave nothing but ASCII of ours on the screen`() {
        var builder = SnapshotBuilder()
        builder.topics.removeAll { !$0.name.allSatisfy { $0.isASCII && !$0.isNewline } || $0.name.contains("evil") }
        builder.groups.removeAll { !$0.id.allSatisfy(\.isASCII) || $0.id.contains("evil") }
        for key in ["1", "2", "3", "7", "2?", "2o", "2<Enter>"] {
            let console = Console(FrontSettings(glyphs: .ascii), columns: 120, rows: 40, snapshot: builder)
            console.type(key)
            #expect(console.screen.unicodeScalars.allSatisfy { $0.isASCII }, "\(key)")
        }
    }
}
