import Domain
import Front
import TestSupport
import Testing

struct ActingTests {
    private static func plan(
        _ intent: Intent, confirmation: Domain.Confirmation = .yes, count: Int = 2, leftOut: [Plan.LeftOut] = []
    ) -> Plan {
        Plan(
            intent: intent, title: "Pause \(count) mirrors on IDC2",
            lines: (0..<count).map { number in
                PlanLine(
                    step: .connector(.pause, name: "mirror-\(number)", on: .idc2),
                    call: "PUT /connectors/mirror-\(number)/pause on Connect IDC2", expected: .connector(.running))
            },
            leftOut: leftOut, warnings: ["lag grows while they are paused"],
            equivalentCommand: "bascule mirrors pause orders", confirmation: confirmation,
            madeFrom: SnapshotBuilder.moment)
    }

    private static let orders = ReplicationFlow.all.map { MirrorTarget(topic: "orders", flow: $0) }
    private static let intent = Intent.mirrors(.pause, orders)

    /// A console in which the pause of `orders` has been asked for.
    private func asking(_ confirmation: Domain.Confirmation = .yes, count: Int = 2) -> Console {
        let console = Console()
        console.type("2/^orders<Enter>p")
        console.send(.planned(.success(Self.plan(Self.intent, confirmation: confirmation, count: count))))
        return console
    }

    // MARK: Targets

    @Test(arguments: [
        ("p", MirrorAction.pause), ("P", .resume), ("S", .stop), ("r", .restartFailed), ("R", .restartAll),
    ])
    func `a key asks for a plan about the row under the cursor`(key: String, action: MirrorAction) {
        let console = Console()
        console.type("2/^orders<Enter>")
        #expect(console.type(key) == [.makePlan(.mirrors(action, Self.orders))])
    }

    @Test func `keys act on the directions that were chosen`() {
        let console = Console()
        console.type("2/^orders<Enter>l")
        #expect(console.screen.contains("keys act on ─→ "))
        #expect(!console.screen.contains("─→ and ←─"))
        #expect(console.type("p") == [.makePlan(.mirrors(.pause, [Self.orders[0]]))])
        console.send(.planned(.failure(Refusal(.notPossible, "no"))))
        console.type("<Esc>hh")
        #expect(console.type("p") == [.makePlan(.mirrors(.pause, [Self.orders[1]]))])
    }

    @Test func `the direction has ends`() {
        let console = Console()
        console.type("2l")
        console.type("l")
        #expect(console.row(-2).contains("already -> only"))
    }

    @Test func `keys act on all marked rows, also on those the filter hides`() {
        let console = Console()
        console.type("2/^(orders|odd)$<Enter>*<Esc>/trades<Enter>l")
        #expect(console.screen.contains("marked 2 (2 not shown)"))
        let forward = ReplicationFlow(from: .idc1)
        #expect(
            console.type("p") == [
                .makePlan(
                    .mirrors(
                        .pause,
                        [MirrorTarget(topic: "odd", flow: forward), MirrorTarget(topic: "orders", flow: forward)]))
            ])
    }

    @Test func `a marked row that is gone is not acted upon`() {
        var builder = SnapshotBuilder()
        let console = Console(snapshot: builder)
        console.type("2/^(orders|odd)$<Enter>*")
        builder.topics.removeAll { $0.name == "odd" }
        builder.sequence += 1
        console.send(.snapshot(builder.build()))
        #expect(console.type("p") == [.makePlan(Self.intent)])
    }

    @Test func `marking by filter asks for a pattern where there is no filter`() {
        let console = Console()
        console.type("2*")
        console.type("^o<Enter>")
        #expect(console.model.mirrorList.marks == ["odd", "orders"])
        console.type("*^od<Enter>")
        #expect(console.model.mirrorList.marks == ["orders"], "what is all marked loses its marks")
    }

    @Test func `Space marks and goes on`() {
        let console = Console()
        console.type("2  ")
        #expect(console.model.mirrorList.marks.count == 2)
        console.type("k ")
        #expect(console.model.mirrorList.marks.count == 1)
    }

    @Test func `create is for missing jobs only`() {
        let console = Console()
        console.type("2/^orders<Enter>")
        #expect(console.type("c") == [])
        #expect(console.row(-2).contains("no job is missing there"))
        console.type("/<Ctrl-U>^audit<Enter>h")
        let target = MirrorTarget(topic: "audit", flow: ReplicationFlow(from: .idc2))
        #expect(console.type("c") == [.makePlan(.mirrors(.create, [target]))])
    }

    @Test func `nothing is planned before anything has been read`() {
        let console = Console(snapshot: nil)
        console.type("2")
        #expect(console.type("p") == [])
        #expect(console.row(-2).contains("nothing has been read yet"))
        #expect(console.type(":traffic set 0:100<Enter>") == [])
    }

    // MARK: Preview

    @Test func `the preview shows calls, warnings, what is left out and the command`() {
        let console = Console(columns: 100, rows: 40)
        console.type("2p")
        let left = [Plan.LeftOut(subject: "mirror-x", reason: "it is paused already")]
        console.send(.planned(.success(Self.plan(Self.intent, leftOut: left))))
        for text in [
            "Pause 2 mirrors on IDC2", "! lag grows while they are paused", "2 calls, in this order",
            "PUT /connectors/mirror-0/pause on Connect IDC2   (canary", "Left out: 1", "mirror-x: it is paused already",
            "bascule mirrors pause orders", "securities-prod is in production", "y does it",
        ] {
            #expect(console.screen.contains(text), "\(text)")
        }
    }

    @Test func `yes runs the plan that was shown and nothing else does`() {
        let console = asking()
        for key in ["<Enter>", "n", "q", "p", " "] { #expect(console.type(key) == [], "\(key)") }
        #expect(console.type("y") == [.run(Self.plan(Self.intent))])
    }

    @Test func `Esc leaves a plan undone`() {
        let console = asking()
        #expect(console.type("<Esc>") == [])
        #expect(console.model.overlays.isEmpty)
        #expect(console.row(-2).contains("nothing has been done"))
        #expect(console.type("y").allSatisfy { !$0.writes })
    }

    @Test func `a typed confirmation takes exactly its text`() {
        let console = asking(.typed("IDC2", prompt: "Type IDC2 to pause 2 mirrors in production:"))
        #expect(console.screen.contains("Type IDC2 to pause 2 mirrors in production:"))
        #expect(console.type("y<Enter>") == [])
        #expect(console.screen.contains("\"y\" is not \"IDC2\": nothing has been done"))
        #expect(console.type("idc2<Enter>") == [])
        #expect(console.type("IDC2 <Enter>") == [])
        #expect(console.type("<Enter>") == [])
        #expect(console.type("IDX<Backspace>C2<Enter>").map(\.writes) == [true])
    }

    @Test func `a plan without calls cannot be confirmed`() {
        let console = asking(.yes, count: 0)
        #expect(console.screen.contains("there is nothing to do"))
        #expect(console.type("y") == [])
        let typed = asking(.typed("0", prompt: "Type 0:"), count: 0)
        #expect(typed.type("0<Enter>") == [])
    }

    @Test func `a refusal is shown in full`() {
        let console = Console()
        console.type("2p")
        console.send(.planned(.failure(Refusal(.journalUnavailable, "The journal cannot be written: disk full."))))
        #expect(console.screen.contains("The journal cannot be written: disk full."))
        console.type("<Esc>")
        #expect(console.model.overlays.isEmpty)
        #expect(console.type("p").count == 1, "another plan can be asked for")
    }

    @Test func `a plan that nobody asked for is not shown`() {
        let console = Console()
        console.send(.planned(.success(Self.plan(Self.intent))))
        #expect(console.model.overlays.isEmpty)
    }

    @Test func `only one plan at a time is made`() {
        let console = Console()
        console.type("2p")
        #expect(console.type("P") == [])
        #expect(console.row(-2).contains("a plan is being made"))
    }

    // MARK: Running

    private func progress(_ outcomes: [LineOutcome?], _ phase: PlanProgress.Phase) -> Event {
        .progress(PlanProgress(plan: Self.plan(Self.intent), outcomes: outcomes, phase: phase))
    }

    @Test func `progress is shown, goes to the background and comes back`() {
        let console = asking()
        console.type("y")
        console.send(progress([.done, nil], .canary))
        #expect(console.screen.contains("canary: the first one alone"))
        #expect(console.screen.contains("1/2 called"))
        console.type("<Esc>")
        #expect(console.model.overlays.isEmpty)
        #expect(console.row(1).contains("plan 1/2 [w]"))
        #expect(console.type("p") == [])
        #expect(console.row(-2).contains("a plan is running: w shows it"))
        console.type("w")
        #expect(console.model.place == .progress)
    }

    @Test func `the end of a run is summed up`() {
        let console = asking()
        console.type("y<Esc>")
        console.send(progress([.verified, .failed(reason: "409 for 60 s")], .finished))
        #expect(console.row(-2).contains("!! Pause 2 mirrors on IDC2: 1 verified, 1 failed"))
        #expect(!console.row(1).contains("plan"))
        console.type("w")
        #expect(console.screen.contains("FAILED    PUT /connectors/mirror-1/pause"))
        #expect(console.screen.contains("409 for 60 s"))
    }

    @Test func `a run that was stopped says why`() {
        let console = asking()
        console.type("y")
        console.send(progress([.failed(reason: "500"), nil], .stopped(reason: "the canary failed")))
        #expect(console.screen.contains("stopped: the canary failed"))
        #expect(
            console.model.flash?.text == "Pause 2 mirrors on IDC2: 1 failed, 1 not reached; stopped: the canary failed")
    }

    @Test func `the rate of a run is measured`() {
        let console = asking()
        console.type("y")
        console.wait(.seconds(2))
        console.send(progress([.verified, .done], .running))
        #expect(console.screen.contains("2/2 called, 1/s"))
    }

    @Test func `Ctrl-C asks once while a plan is running`() {
        let console = asking()
        console.type("y<Esc>")
        #expect(console.send(.interrupt) == [])
        #expect(console.screen.contains("A plan is running"))
        #expect(console.send(.interrupt) == [.cancelRun])
        #expect(console.model.overlays.isEmpty)
    }

    @Test func `quitting while a plan is running asks too`() {
        let console = asking()
        console.type("y<Esc>")
        #expect(console.type("q") == [])
        #expect(console.type("<Esc>") == [], "let it go on")
        #expect(console.type("q") == [])
        #expect(console.type("q") == [.cancelRun, .quit])
    }

    @Test func `the running plan is cancelled from its overlay`() {
        let console = asking()
        console.type("y")
        #expect(console.type("x") == [])
        #expect(console.type("y") == [.cancelRun])
    }

    @Test func `a question about a run that has ended goes away`() {
        let console = asking()
        console.type("y<Esc>")
        console.send(.interrupt)
        console.send(progress([.verified, .verified], .finished))
        #expect(console.model.overlays.isEmpty)
    }

    @Test func `the end of the session cancels what is running`() {
        let console = asking()
        console.type("y")
        #expect(console.send(.terminate) == [.cancelRun, .quit])
    }

    @Test func `a plan that has gone stale is made again and asked again`() {
        let console = asking()
        console.type("y")
        let refusal = Refusal(.stalePlan, "mirror-0 is FAILED now")
        #expect(console.send(.planned(.failure(refusal))) == [.makePlan(Self.intent)])
        #expect(console.model.overlays.isEmpty)
        console.send(.planned(.success(Self.plan(Self.intent, count: 1))))
        #expect(console.screen.contains("made again: mirror-0 is FAILED now"))
        #expect(console.type("y") == [.run(Self.plan(Self.intent, count: 1))])
    }

    @Test func `a plan that stays stale is not made for ever`() {
        let console = asking()
        console.type("y")
        console.send(.planned(.failure(Refusal(.stalePlan, "changed"))))
        #expect(console.send(.planned(.failure(Refusal(.stalePlan, "changed again")))) == [])
        #expect(console.screen.contains("changed again"))
    }

    @Test func `the last command is shown and copied`() {
        let console = asking()
        console.type("y<Esc>")
        console.type("@")
        #expect(console.screen.contains("bascule mirrors pause orders"))
        #expect(console.type("y") == [.copy("bascule mirrors pause orders")])
    }
}
