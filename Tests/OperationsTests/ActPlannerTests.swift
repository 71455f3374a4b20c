import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActPlannerTests {
    private let planner = Planner.lab

    // MARK: What is called

    @Test func `a mirror is paused on the Connect of the side it writes to`() throws {
        let plan = try #require(
            planner.plan(.pause, [MirrorTarget("orders", from: .idc1)], in: ActWorld("orders")).plan)
        #expect(plan.lines.map(\.step) == [.connector(.pause, name: "mirror-idc1-idc2-orders", on: .idc2)])
        #expect(plan.lines.map(\.call) == ["PUT /connectors/mirror-idc1-idc2-orders/pause on Connect IDC2"])
        #expect(plan.lines.map(\.expected) == [.connector(.running)])
        #expect(plan.lines.map(\.target) == [MirrorTarget("orders", from: .idc1)])
        #expect(plan.title == "Pause the mirror of orders, IDC1 to IDC2, on Connect IDC2")
        #expect(plan.equivalentCommand == "bascule mirrors pause orders --direction idc1:idc2")
        #expect(plan.confirmation == .yes)
        #expect(plan.madeFrom == ActWorld.moment)
        #expect(plan.leftOut.isEmpty)
    }

    @Test(arguments: [
        (MirrorAction.pause, ConnectorState.running, "PUT /connectors/mirror-idc2-idc1-orders/pause"),
        (.resume, .paused, "PUT /connectors/mirror-idc2-idc1-orders/resume"),
        (.stop, .running, "PUT /connectors/mirror-idc2-idc1-orders/stop"),
        (.restartFailed, .failed, "POST /connectors/mirror-idc2-idc1-orders/restart?includeTasks=true&onlyFailed=true"),
        (.restartAll, .running, "POST /connectors/mirror-idc2-idc1-orders/restart?includeTasks=true&onlyFailed=false"),
        (.delete, .running, "DELETE /connectors/mirror-idc2-idc1-orders"),
    ])
    func `every act shows the request it will make`(_ action: MirrorAction, _ state: ConnectorState, _ call: String)
        throws
    {
        var world = ActWorld("orders")
        world.set("orders", from: .idc2, state)
        let plan = try #require(planner.plan(action, [MirrorTarget("orders", from: .idc2)], in: world).plan)
        #expect(plan.lines.map(\.call) == ["\(call) on Connect IDC1"])
        #expect(plan.lines.first?.expected == .connector(state))
    }

    @Test func `both jobs of a doubled topic are called, each once, and the warning says so`() throws {
        var world = ActWorld("orders")
        world.addJob("orders", from: .idc1, name: "second-job")
        let target = MirrorTarget("orders", from: .idc1)
        let plan = try #require(planner.plan(.pause, [target, target], in: world).plan)
        #expect(plan.lines.map(\.step.subject) == ["mirror-idc1-idc2-orders", "second-job"])
        #expect(plan.warnings.contains { $0.contains("more than one mirror in a direction, for example orders") })
        #expect(plan.equivalentCommand == "bascule mirrors pause orders --direction idc1:idc2")
    }

    @Test func `a failed task under a running connector is restarted, a healthy one is left alone`() throws {
        var world = ActWorld("orders", "quotes")
        world.set("orders", from: .idc1, .running, tasks: [.running, .failed])
        let targets = [MirrorTarget("orders", from: .idc1), MirrorTarget("quotes", from: .idc1)]
        let plan = try #require(planner.plan(.restartFailed, targets, in: world).plan)
        #expect(plan.lines.map(\.step) == [.connector(.restartFailed, name: "mirror-idc1-idc2-orders", on: .idc2)])
        #expect(
            plan.leftOut == [.init(subject: "quotes IDC1 to IDC2", reason: "nothing of it has failed (it is RUNNING)")])
    }

    // MARK: Left out

    @Test(arguments: [
        (MirrorAction.pause, ConnectorState.paused, "is already PAUSED"),
        (.pause, .stopped, "is STOPPED, which is more than PAUSED: resume it first if it should only be paused"),
        (.pause, .failed, "has FAILED, and Connect does not pause a failed connector: restart it first, or stop it"),
        (.resume, .running, "is already RUNNING"),
        (.resume, .failed, "has FAILED, and Connect does not resume a failed connector: restart it"),
        (.resume, .restarting, "is RESTARTING already"),
        (.stop, .stopped, "is already STOPPED"),
        (.restartAll, .paused, "is PAUSED, and a restart would leave it so: resume it"),
        (.restartAll, .stopped, "is STOPPED and has no tasks to restart: resume it"),
        (.restartFailed, .running, "nothing of it has failed (it is RUNNING)"),
        (
            .delete, .unknown("DESTROYED"),
            "is in a state that Bascule does not know (DESTROYED): look at it with Connect's own tools"
        ),
    ])
    func `what cannot or need not be done is left out with the reason`(
        _ action: MirrorAction, _ state: ConnectorState, _ reason: String
    ) throws {
        var world = ActWorld("orders")
        world.set("orders", from: .idc1, state, tasks: [])
        let refusal = try #require(planner.plan(action, [MirrorTarget("orders", from: .idc1)], in: world).refusal)
        #expect(refusal.kind == .notPossible)
        #expect(refusal.text.hasSuffix("orders IDC1 to IDC2: \(reason)."))
    }

    @Test func `a resume that needs a restart instead says so`() throws {
        var world = ActWorld("orders")
        world.set("orders", from: .idc1, .running, tasks: [.failed])
        let refusal = try #require(planner.plan(.resume, [MirrorTarget("orders", from: .idc1)], in: world).refusal)
        #expect(refusal.text.contains("is already RUNNING, with a failed task: restart what has failed"))
    }

    @Test(arguments: [
        (MirrorAction.resume, "is already RUNNING, with 1 task UNASSIGNED"),
        (.restartFailed, "nothing of it has failed (it is RUNNING, with 1 task UNASSIGNED)"),
    ])
    func `of a running connector the state of its tasks is told, which is what lists show`(
        _ action: MirrorAction, _ reason: String
    ) throws {
        var world = ActWorld("orders")
        world.set("orders", from: .idc1, .running, tasks: [.unassigned, .running])
        let refusal = try #require(planner.plan(action, [MirrorTarget("orders", from: .idc1)], in: world).refusal)
        #expect(refusal.text.hasSuffix("orders IDC1 to IDC2: \(reason)."))
    }

    @Test(arguments: [
        (
            MirrorAction.resume, MirrorState.notFlowing(since: ActWorld.moment),
            "is already RUNNING, not flowing: its details show what it waits for"
        ),
        (
            .restartFailed, .notFlowing(since: ActWorld.moment),
            "nothing of it has failed (it is RUNNING, not flowing: its details show what it waits for)"
        ),
        (.resume, .overtaken(missing: 3), "is already RUNNING, but overtaken: its details show what is wrong"),
        (.resume, .running, "is already RUNNING"),
    ])
    func `of a running connector that does not copy what the list shows is told`(
        _ action: MirrorAction, _ state: MirrorState, _ reason: String
    ) throws {
        var world = ActWorld("orders")
        world.topics["orders"]?.mirror.idc1 = state
        let refusal = try #require(planner.plan(action, [MirrorTarget("orders", from: .idc1)], in: world).refusal)
        #expect(refusal.text.hasSuffix("orders IDC1 to IDC2: \(reason)."))
    }

    @Test func `a direction without a job points to create`() throws {
        var world = ActWorld("orders", "quotes")
        world.removeJobs("orders", from: .idc1)
        let targets = [MirrorTarget("orders", from: .idc1), MirrorTarget("quotes", from: .idc1)]
        let plan = try #require(planner.plan(.pause, targets, in: world).plan)
        #expect(plan.lines.count == 1)
        #expect(
            plan.leftOut == [
                .init(
                    subject: "orders IDC1 to IDC2",
                    reason:
                        "there is no mirror in this direction: make one with bascule mirrors create orders --direction idc1:idc2"
                )
            ])
    }

    @Test func `a connector that only looks like the mirror is left out with what is odd about it`() throws {
        var world = ActWorld("orders")
        world.removeJobs("orders", from: .idc1)
        world.addJob("orders", from: .idc1, role: .unaccountedMirror(reason: "it renames topics"))
        let refusal = try #require(planner.plan(.pause, [MirrorTarget("orders", from: .idc1)], in: world).refusal)
        #expect(
            refusal.text.contains(
                "connector mirror-idc1-idc2-orders is not a mirror that Bascule recognises: it renames topics"))
    }

    @Test(arguments: [ActWorld.SourceState.stale, .unreachable])
    func `without its Connect a mirror is not touched, and the text says since when`(_ state: ActWorld.SourceState)
        throws
    {
        var world = ActWorld("orders")
        world.connect.idc2 = state
        let both = [MirrorTarget("orders", from: .idc1), MirrorTarget("orders", from: .idc2)]
        let plan = try #require(planner.plan(.pause, both, in: world).plan)
        #expect(plan.lines.map(\.step.idc) == [.idc1])
        let reason = "its state is not known: Connect IDC2 has been unreachable for 14 s: connection refused"
        #expect(plan.leftOut == [.init(subject: "orders IDC1 to IDC2", reason: reason)])
        let refusal = try #require(planner.plan(.pause, [both[0]], in: world).refusal)
        #expect(refusal == Refusal(.notPossible, "Nothing to pause. orders IDC1 to IDC2: \(reason)."))
    }

    @Test func `many objects with one reason are told in one sentence`() throws {
        var world = ActWorld()
        for number in 1...20 { world.add("topic-\(number)") }
        world.connect.idc2 = .pending
        let targets = world.topics.keys.map { MirrorTarget($0, from: .idc1) }
        let refusal = try #require(planner.plan(.stop, targets, in: world).refusal)
        #expect(
            refusal.text
                == "Nothing to stop. topic-1 IDC1 to IDC2, topic-10 IDC1 to IDC2, topic-11 IDC1 to IDC2 and 17 more: its state is not known: Connect IDC2 has not been read yet."
        )
    }

    // MARK: Refused

    @Test func `nothing selected is refused`() {
        #expect(planner.plan(.pause, [], in: ActWorld("orders")).refusal?.kind == .nothingSelected)
    }

    @Test func `an unknown topic is refused with the nearest names, and nothing else is planned`() throws {
        let targets = [
            MirrorTarget("ordrs", from: .idc1), MirrorTarget("quotes", from: .idc1), MirrorTarget("zzz", from: .idc2),
        ]
        let refusal = try #require(
            planner.plan(.pause, targets, in: ActWorld("orders", "orders-dlq", "quotes")).refusal)
        #expect(
            refusal == Refusal(.unknownObject, "There is no topic ordrs. Did you mean orders? There is no topic zzz."))
    }

    @Test func `an unknown topic is not called unknown where a side could not be read`() throws {
        var world = ActWorld("orders")
        world.kafka.idc2 = .unreachable
        let refusal = try #require(planner.plan(.pause, [MirrorTarget("new", from: .idc1)], in: world).refusal)
        #expect(
            refusal.text.hasSuffix(
                "The topics are not all known: Kafka IDC2 has been unreachable for 14 s: connection refused."))
    }

    // MARK: Confirmation

    @Test func `ten objects want a key, eleven the typed count`() throws {
        var world = ActWorld()
        for number in 1...11 { world.add("topic-\(number)") }
        let targets = world.topics.keys.map { MirrorTarget($0, from: .idc1) }
        #expect(planner.plan(.pause, Array(targets.prefix(10)), in: world).plan?.confirmation == .yes)
        let plan = try #require(planner.plan(.pause, targets, in: world).plan)
        #expect(plan.confirmation == .typed("11", prompt: "11 objects: type 11 to go on"))
    }

    @Test(arguments: [true, false])
    func `production wants the name of the IDC, whoever says that it is production`(_ isSnapshot: Bool) throws {
        var world = ActWorld("orders", "quotes")
        world.isProduction = isSnapshot
        let planner = Planner(settings: PlannerSettings(isProduction: !isSnapshot, mirrorTemplate: nil))
        let one = try #require(planner.plan(.pause, [MirrorTarget("orders", from: .idc1)], in: world).plan)
        #expect(one.confirmation == .typed("IDC2", prompt: "lab is production: type the name of the IDC, IDC2"))
        let both = [MirrorTarget("orders", from: .idc1), MirrorTarget("orders", from: .idc2)]
        let two = try #require(planner.plan(.pause, both, in: world).plan)
        #expect(two.confirmation == .typed("2", prompt: "lab is production: type the number of objects, 2"))
    }

    @Test func `an answer confirms only when it is the one that was asked for`() {
        let typed = Confirmation.typed("IDC2", prompt: "type IDC2")
        #expect(typed.isMet(by: .typed("IDC2")))
        #expect(typed.isMet(by: .typed(" IDC2 ")))
        for wrong in ["", "idc2", "IDC1", "IDC", "IDC22"] { #expect(!typed.isMet(by: .typed(wrong))) }
        #expect(!typed.isMet(by: .yes))
        #expect(!typed.isMet(by: .no))
        #expect(Confirmation.yes.isMet(by: .yes))
        #expect(!Confirmation.yes.isMet(by: .no))
        #expect(!Confirmation.yes.isMet(by: .typed("yes")))
        #expect(!Confirmation.typed("", prompt: "").isMet(by: .typed("")))
    }

    // MARK: Warnings

    @Test func `stop and delete always say what is lost`() throws {
        let target = [MirrorTarget("orders", from: .idc1)]
        let stop = try #require(planner.plan(.stop, target, in: ActWorld("orders")).plan)
        #expect(stop.warnings.contains { $0.contains("Nothing is copied while a mirror is stopped: its lag grows") })
        #expect(stop.warnings.contains { $0.contains("keeps the configuration and the offsets") })
        let delete = try #require(planner.plan(.delete, target, in: ActWorld("orders")).plan)
        #expect(delete.warnings.contains { $0.contains("keeps the source offsets under the connector's name") })
    }

    @Test func `the warning names the topic whose records retention takes first`() throws {
        var world = ActWorld("orders", "quotes", "trades")
        world.topics["orders"]?.timeUntilLoss.idc1 = .seconds(86_000)
        world.topics["quotes"]?.timeUntilLoss.idc1 = .seconds(7_500)
        world.topics["trades"]?.toCopy.idc1 = nil
        let targets = ["orders", "quotes", "trades"].map { MirrorTarget($0, from: .idc1) }
        let plan = try #require(planner.plan(.pause, targets, in: world).plan)
        #expect(
            plan.warnings.contains(
                "Retention begins to delete records that are not copied yet in 2 h 5 min, first in quotes on IDC1."))
        #expect(
            plan.warnings.contains(
                "For 1 mirror it is not known when retention deletes records that are not copied yet."))
    }

    @Test func `a connector that mirrors other topics too is named`() throws {
        var world = ActWorld("orders", "quotes")
        world.removeJobs("quotes", from: .idc1)
        world.addJob("quotes", from: .idc1, name: "mirror-idc1-idc2-orders")
        let plan = try #require(planner.plan(.pause, [MirrorTarget("orders", from: .idc1)], in: world).plan)
        #expect(plan.lines.count == 1)
        #expect(
            plan.warnings.contains("Connector mirror-idc1-idc2-orders also mirrors quotes, which was not selected."))
    }

    // MARK: The same command

    @Test func `the command is one that the shell reads back as the same words`() {
        let one = ReplicationFlow(from: .idc1)
        let two = ReplicationFlow(from: .idc2)
        func command(_ pairs: [(String, ReplicationFlow)]) -> String {
            EquivalentCommand.mirrors(.restartFailed, pairs.map { MirrorTarget(topic: $0.0, flow: $0.1) })
        }
        #expect(command([("a.b", one), ("c", one)]) == "bascule mirrors restart-failed a.b c --direction idc1:idc2")
        #expect(command([("a", one), ("a", two)]) == "bascule mirrors restart-failed a")
        #expect(
            command([("a", one), ("b", two)])
                == "bascule mirrors restart-failed a --direction idc1:idc2 && bascule mirrors restart-failed b --direction idc2:idc1"
        )
        #expect(command([("-x", one)]) == "bascule mirrors restart-failed --direction idc1:idc2 -- -x")
        #expect(EquivalentCommand.quoted("it's $HOME; rm") == "'it'\\''s $HOME; rm'")
        #expect(EquivalentCommand.quoted("") == "''")
        #expect(EquivalentCommand.quoted("주문") == "'주문'")
        #expect(EquivalentCommand.quoted("e\u{1B}[31m'") == "$'e\\033[31m\\''")
    }

    @Test func `no text of a plan carries control characters from a hostile name`() throws {
        var world = ActWorld()
        world.add("evil\u{1B}[31m\u{7}")
        world.add("evil\u{202E}paused", .paused)
        world.names = PerIDC(idc1: "ID\u{9B}C1", idc2: "IDC2")
        let targets = world.topics.keys.map { MirrorTarget($0, from: .idc1) }
        let plan = try #require(planner.plan(.pause, targets, in: world).plan)
        let texts =
            [plan.title, plan.equivalentCommand] + plan.lines.map(\.call) + plan.warnings
            + plan.leftOut.flatMap { [$0.subject, $0.reason] }
        for text in texts {
            #expect(
                !text.unicodeScalars.contains {
                    $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
                })
        }
    }
}
