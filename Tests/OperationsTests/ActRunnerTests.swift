import Domain
import Operations
import TestSupport
import Testing

@Suite struct ActRunnerTests {
    private func plan(_ action: MirrorAction, _ world: ActWorld, _ topics: [String]? = nil) throws -> Plan {
        let targets = (topics ?? world.topics.keys.sorted()).map { MirrorTarget($0, from: .idc1) }
        return try #require(Planner.lab.plan(action, targets, in: world).plan)
    }

    private func world(_ count: Int, _ state: ConnectorState = .running) -> ActWorld {
        var world = ActWorld()
        for number in 1...count { world.add("t\(number < 10 ? "0" : "")\(number)", state) }
        return world
    }

    private func failures(_ progress: PlanProgress?) -> [String] {
        (progress?.outcomes ?? []).compactMap { if case .failed(let reason)? = $0 { reason } else { nil } }
    }

    // MARK: A run that goes well

    @Test func `a plan runs in its order and every effect is read back`() async throws {
        let world = world(12)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        let progress = try await bench.run(plan).get()
        #expect(progress.phase == .finished)
        #expect(progress.outcomes == Array(repeating: .verified, count: 12))
        #expect(bench.calls == plan.lines.map(\.step))
        #expect(bench.clusters.idc2.world.connectors.allSatisfy { $0.state == .paused })
        #expect(bench.clusters.idc1.world.connectors.allSatisfy { $0.state == .running })
    }

    @Test func `the journal holds plan, calls, outcomes and end, with the commands that do the same`() async throws {
        let world = world(2)
        let bench = ActBench(world)
        _ = try await bench.run(try plan(.pause, world)).get()
        let both = "bascule mirrors pause t01 t02 --direction idc1:idc2"
        let one = "bascule mirrors pause t01 --direction idc1:idc2"
        let two = "bascule mirrors pause t02 --direction idc1:idc2"
        #expect(
            bench.records.map(\.kind) == [
                .planned, .calling, .outcome, .calling, .outcome, .outcome, .outcome, .finished,
            ])
        #expect(bench.records.map(\.line) == [nil, 1, 1, 2, 2, 1, 2, nil])
        #expect(bench.records.map(\.command) == [both, one, one, two, two, one, two, both])
        #expect(
            bench.records.map(\.text) == [
                "Pause 2 mirrors on Connect IDC2: 2 calls",
                "[1/2] PUT /connectors/mirror-idc1-idc2-t01/pause on Connect IDC2",
                "[1/2] mirror-idc1-idc2-t01: called",
                "[2/2] PUT /connectors/mirror-idc1-idc2-t02/pause on Connect IDC2",
                "[2/2] mirror-idc1-idc2-t02: called",
                "[1/2] mirror-idc1-idc2-t01: verified by reading it back",
                "[2/2] mirror-idc1-idc2-t02: verified by reading it back",
                "Finished: 2 verified.",
            ])
        #expect(Set(bench.records.map(\.actor)) == ["kim"])
        #expect(Set(bench.records.map(\.host)) == ["bastion-1"])
        #expect(Set(bench.records.map(\.run)) == ["run-1"])
    }

    @Test func `calls are paced, and the first waits for no other`() async throws {
        let world = world(6)
        let bench = ActBench(world)
        _ = try await bench.run(try plan(.pause, world), PlanPacing(callsPerSecond: 2)).get()
        let times = bench.records.filter { $0.kind == .calling }.map {
            $0.at.milliseconds - ActWorld.moment.milliseconds
        }
        #expect(times == [0, 500, 1_000, 1_500, 2_000, 2_500])
    }

    @Test(arguments: [(5.0, 5.0), (0, 0.01), (-3, 0.01), (.nan, 0.01), (.infinity, 1_000), (1e9, 1_000)])
    func `a pace that makes no sense counts as the nearest that does`(_ asked: Double, _ expected: Double) {
        #expect(PlanPacing(callsPerSecond: asked).callsPerSecond == expected)
    }

    @Test func `progress goes from canary over running and verifying to finished`() async throws {
        let world = world(3)
        let bench = ActBench(world)
        _ = try await bench.run(try plan(.pause, world)).get()
        var phases: [PlanProgress.Phase] = []
        for progress in bench.progress where phases.last != progress.phase { phases.append(progress.phase) }
        #expect(phases == [.canary, .running, .verifying, .finished])
        #expect(bench.progress.first?.outcomes == [nil, nil, nil])
        #expect(bench.progress.last?.outcomes == [.verified, .verified, .verified])
    }

    @Test(arguments: MirrorAction.allCases)
    func `every act has its effect and is seen to have it`(_ action: MirrorAction) async throws {
        var world = ActWorld("orders")
        switch action {
        case .pause, .stop, .delete, .restartAll: break
        case .resume: world.set("orders", from: .idc1, .paused)
        case .restartFailed: world.set("orders", from: .idc1, .running, tasks: [.running, .failed])
        case .create: world.removeJobs("orders", from: .idc1)
        }
        let bench = ActBench(world)
        let progress = try await bench.run(try plan(action, world)).get()
        #expect(progress.outcomes == [.verified])
        #expect(progress.phase == .finished)
        let connector = bench.clusters.idc2.world.connectors.first
        switch action {
        case .pause: #expect(connector?.state == .paused)
        case .stop: #expect(connector?.state == .stopped)
        case .delete: #expect(connector == nil)
        case .resume, .restartFailed, .restartAll, .create:
            #expect(connector?.tasks.allSatisfy { $0.state == .running } == true)
        }
    }

    @Test func `a paused mirror with a failed task is restarted into PAUSED, and that is its effect`() async throws {
        var world = ActWorld("orders")
        world.set("orders", from: .idc1, .paused, tasks: [.failed])
        world.topics["orders"]?.toCopy.idc1 = Estimate(41, isExact: true)
        let bench = ActBench(world)
        let plan = try plan(.restartFailed, world)
        #expect(plan.warnings.contains("1 mirror is PAUSED and will stay so: resume afterwards."))
        let before = world
        bench.clock.observe { _ in
            bench.clusters.idc2.update { $0.change("mirror-idc1-idc2-orders", to: .paused) }
            var world = before
            world.at = bench.clock.wallTime
            let snapshot = world.snapshot
            bench.change { $0.snapshot = snapshot }
        }
        #expect(try await bench.run(plan).get().outcomes == [.verified])
        #expect(bench.clock.now.offset < .seconds(5))
    }

    @Test func `a task that fails again is told with the root of its causes`() async throws {
        var world = ActWorld("orders")
        world.set("orders", from: .idc1, .paused)
        let bench = ActBench(world)
        let plan = try plan(.resume, world)
        bench.clock.observe { _ in
            bench.clusters.idc2.update { world in
                let trace =
                    "ConnectException: Tolerance exceeded\n\tat x\nCaused by: A\n\tat y\nCaused by: DataException: no bytes\n\tat z"
                let task = ConnectorTask(id: 0, state: .failed, workerID: "w", trace: trace)
                world.connectors = world.connectors.map {
                    Connector(name: $0.name, type: "source", state: .running, workerID: "w", tasks: [task], config: [:])
                }
            }
        }
        let outcome = try await bench.run(plan).get().outcomes.first
        let reason = "task 0 has FAILED: ConnectException: Tolerance exceeded; Caused by: DataException: no bytes"
        #expect(outcome == .failed(reason: "mirror-idc1-idc2-orders was called, and \(reason)"))
    }

    // MARK: Not at all

    @Test func `without the right answer nothing is read or called, and the refusal is recorded`() async throws {
        var world = world(1)
        world.isProduction = true
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        await #expect(throws: Refusal.self) {
            try await bench.runner.run(plan, confirmedWith: .typed("IDC1"), as: "run-1", progress: { _ in })
        }
        #expect(bench.calls.isEmpty)
        #expect(bench.clusters.idc2.calls(.connectors) == 0)
        #expect(bench.records.map(\.kind) == [.refused])
        #expect(
            bench.records.first?.text
                == "Not confirmed, nothing was done. lab is production: type the name of the IDC, IDC2.")
        #expect(bench.records.first?.command == "bascule mirrors pause t01 --direction idc1:idc2")
    }

    @Test func `without a journal nothing is done`() async throws {
        let world = world(3)
        let bench = ActBench(world)
        bench.change { $0.journalError = ActBench.full }
        let refusal = await bench.run(try plan(.pause, world)).failure
        #expect(
            refusal
                == Refusal(
                    .journalUnavailable,
                    "Nothing was done, since it could not be recorded first: The disk is full: /var/journal.sqlite"))
        #expect(bench.calls.isEmpty)
        #expect(bench.clusters.idc2.calls(.connectors) == 0)
    }

    @Test func `a plan whose whole state has changed is refused as stale`() async throws {
        let world = world(2)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        bench.clusters.idc2.update { world in
            for connector in world.connectors { world.change(connector.name, to: .stopped) }
        }
        let refusal = await bench.run(plan).failure
        #expect(refusal?.kind == .stalePlan)
        #expect(
            refusal?.text.contains(
                "connector mirror-idc1-idc2-t01 was RUNNING and is STOPPED now; connector mirror-idc1-idc2-t02") == true
        )
        #expect(refusal?.text.hasSuffix("Make the plan again.") == true)
        #expect(bench.calls.isEmpty)
        #expect(bench.records.map(\.kind) == [.planned, .refused])
    }

    @Test func `a plan whose Connect cannot be read again is refused`() async throws {
        let world = world(2)
        let bench = ActBench(world)
        bench.clusters.idc2.fail(
            .connectors, with: PortError(.unreachable, operation: "GET /connectors", detail: "connection refused"))
        let refusal = await bench.run(try plan(.pause, world)).failure
        #expect(
            refusal
                == Refusal(.notPossible, "Nothing was done: Connect IDC2 could not be read again: connection refused."))
        #expect(bench.calls.isEmpty)
    }

    @Test func `a side without a Connect is refused`() async throws {
        let world = world(1)
        let bench = ActBench(world)
        let runner = PlanRunner(
            acting: ActingPorts(connectors: PerIDC(idc1: nil, idc2: nil), traffic: nil, journal: ScriptedJournal()),
            rereading: RereadingPorts(
                connectors: PerIDC(idc1: nil, idc2: nil), traffic: nil, newestSnapshot: { nil },
                trafficChangedAt: { nil }),
            author: JournalAuthor(actor: "kim", host: "h"), names: world.names, clock: bench.clock,
            now: { bench.clock.wallTime })
        let plan = try plan(.pause, world)
        do throws(Refusal) {
            _ = try await runner.run(plan, confirmedWith: .yes, progress: { _ in })
            Issue.record("it ran")
        } catch {
            #expect(error.text == "No Connect is configured for IDC2: set idcs.idc2.connect in the configuration.")
        }
    }

    // MARK: Changed meanwhile

    @Test func `a line whose state has changed is skipped, the others run`() async throws {
        let world = world(3)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        bench.clusters.idc2.update { $0.change("mirror-idc1-idc2-t01", to: .paused) }
        bench.clusters.idc2.update { $0.connectors.removeAll { $0.name == "mirror-idc1-idc2-t02" } }
        let progress = try await bench.run(plan).get()
        #expect(
            progress.outcomes == [
                .skipped(reason: "connector mirror-idc1-idc2-t01 was RUNNING and is PAUSED now"),
                .skipped(reason: "connector mirror-idc1-idc2-t02 does not exist any more"), .verified,
            ])
        #expect(bench.calls.map(\.subject) == ["mirror-idc1-idc2-t03"])
        #expect(progress.phase == .finished)
    }

    @Test func `the state is read again during a long run, not only at its start`() async throws {
        let world = world(40)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        bench.clock.observe { _ in
            if bench.calls.count == 5 { bench.clusters.idc2.update { $0.change("mirror-idc1-idc2-t40", to: .stopped) } }
        }
        let progress = try await bench.run(plan).get()
        #expect(
            progress.outcomes.last == .skipped(reason: "connector mirror-idc1-idc2-t40 was RUNNING and is STOPPED now"))
        #expect(bench.calls.count == 39)
    }

    @Test func `a connector that Connect is just moving is waited for`() async throws {
        let world = world(2)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        bench.clusters.idc2.update { $0.change("mirror-idc1-idc2-t02", to: .unassigned) }
        bench.clock.observe { _ in
            if bench.clock.now.offset >= .seconds(4) {
                bench.clusters.idc2.update { $0.settle("mirror-idc1-idc2-t02") }
            }
        }
        let progress = try await bench.run(plan).get()
        #expect(progress.outcomes == [.verified, .verified])
        #expect(bench.clock.now.offset >= .seconds(4))
    }

    @Test func `a connector that exists by now is not created over`() async throws {
        var world = ActWorld("orders", "quotes")
        for topic in ["orders", "quotes"] { world.removeJobs(topic, from: .idc1) }
        let bench = ActBench(world)
        let plan = try plan(.create, world)
        bench.clusters.idc2.update { world in
            world.connectors.append(
                Connector(
                    name: "mirror-idc1-idc2-orders", type: "source", state: .paused, workerID: "w", tasks: [],
                    config: ["mine": "yes"]))
        }
        let progress = try await bench.run(plan).get()
        #expect(
            progress.outcomes.first == .skipped(reason: "connector mirror-idc1-idc2-orders exists by now and is PAUSED")
        )
        #expect(bench.clusters.idc2.world.connectors.first?.config == ["mine": "yes"])
    }

    @Test func `an incomplete list of connectors is not taken for absence`() async throws {
        var world = ActWorld("orders")
        world.removeJobs("orders", from: .idc1)
        let bench = ActBench(world)
        bench.clusters.idc2.update {
            $0.partialFailures[.connectors] = [
                PortError(.timedOut, operation: "GET /connectors", detail: "one worker did not answer")
            ]
        }
        let refusal = await bench.run(try plan(.create, world)).failure
        #expect(refusal?.text.contains("could not be read in full (one worker did not answer)") == true)
        #expect(bench.calls.isEmpty)
    }

    // MARK: Failures

    @Test func `when the first call fails no other is made`() async throws {
        let world = world(5)
        let bench = ActBench(world)
        bench.connect.idc2.fail(
            "mirror-idc1-idc2-t01", with: PortError(.refused, operation: "PUT", detail: "403 Forbidden"))
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(progress.phase == .stopped(reason: "the first call failed: 403 Forbidden"))
        #expect(progress.outcomes == [.failed(reason: "403 Forbidden"), nil, nil, nil, nil])
        #expect(bench.calls.count == 1)
        #expect(bench.records.last?.kind == .finished)
        #expect(bench.records.last?.text == "Stopped: the first call failed: 403 Forbidden. 1 failed, 4 not reached.")
    }

    @Test func `when the first call has no effect no other is made`() async throws {
        let world = world(5)
        let bench = ActBench(world)
        bench.connect.idc2.ignoreActs(on: "mirror-idc1-idc2-t01")
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(progress.outcomes.first == .failed(reason: "called, but after 30 s it reads RUNNING"))
        #expect(
            progress.phase
                == .stopped(reason: "the first call did not have its effect: called, but after 30 s it reads RUNNING"))
        #expect(bench.calls.count == 1)
    }

    @Test func `a run stops at three failures`() async throws {
        let world = world(30)
        let bench = ActBench(world)
        for number in [4, 6, 7, 9] {
            bench.connect.idc2.fail(
                "mirror-idc1-idc2-t0\(number)", with: PortError(.failed, operation: "PUT", detail: "HTTP 500"))
        }
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(progress.phase == .stopped(reason: "3 calls of 30 failed, the last one mirror-idc1-idc2-t07: HTTP 500"))
        #expect(bench.calls.count == 7)
        #expect(progress.outcomes.prefix(7).count { $0 == .verified } == 4)
        #expect(progress.outcomes.dropFirst(7).allSatisfy { $0 == nil })
    }

    @Test func `a small run stops when more than a fifth has failed`() async throws {
        for (count, calls) in [(4, 2), (5, 5)] {
            let world = world(count)
            let bench = ActBench(world)
            bench.connect.idc2.fail(
                "mirror-idc1-idc2-t02", with: PortError(.failed, operation: "PUT", detail: "HTTP 500"))
            _ = try await bench.run(try plan(.pause, world)).get()
            #expect(bench.calls.count == calls)
        }
    }

    @Test func `mirrors that fail after they were resumed stop the run`() async throws {
        let world = world(60, .paused)
        let bench = ActBench(world)
        bench.clock.observe { _ in
            guard bench.calls.count == 20 else { return }
            bench.clusters.idc2.update { world in
                for number in [3, 5, 8] { world.change("mirror-idc1-idc2-t0\(number)", to: .failed) }
            }
        }
        let progress = try await bench.run(try plan(.resume, world)).get()
        guard case .stopped(let reason) = progress.phase else {
            Issue.record("it went on: \(progress.phase)")
            return
        }
        #expect(reason.hasPrefix("3 calls of 60 failed"))
        #expect(failures(progress).count == 3)
        #expect(bench.calls.count < 60)
        let recorded = bench.records.filter { $0.kind == .outcome && $0.text.contains("failed: ") }
        #expect(recorded.count == 3)
    }

    @Test func `a rebalance that does not end is told in clear words`() async throws {
        let world = world(1)
        let bench = ActBench(world)
        bench.connect.idc2.fail(
            "mirror-idc1-idc2-t01", with: PortError(.conflict, operation: "PUT", detail: "HTTP 409 for 30 s"))
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(
            progress.outcomes == [
                .failed(
                    reason:
                        "Connect IDC2 was still busy rebalancing (HTTP 409 for 30 s); nothing was changed. Try again when it has settled"
                )
            ])
        #expect(progress.phase == .finished)
    }

    @Test func `a lost answer is settled by reading back`() async throws {
        let world = world(2)
        let bench = ActBench(world)
        let lost = PortError(.timedOut, operation: "PUT", detail: "no answer for 10 s")
        bench.connect.idc2.fail("mirror-idc1-idc2-t02", with: lost)
        bench.clock.observe { _ in
            // The call arrived, its answer did not.
            if bench.calls.count == 1 { bench.clusters.idc2.update { $0.change("mirror-idc1-idc2-t02", to: .running) } }
        }
        let failed = try await bench.run(try plan(.pause, world)).get()
        #expect(
            failed.outcomes.last
                == .failed(
                    reason:
                        "no usable answer, so whether it was done is not known: no answer for 10 s; it reads RUNNING"))

        let done = ActBench(world)
        done.connect.idc2.fail("mirror-idc1-idc2-t01", with: lost)
        let plan = try plan(.delete, world)
        let absent = PlanLine(
            step: .connector(.delete, name: "gone", on: .idc2), call: "DELETE", expected: .noConnector, target: nil)
        done.connect.idc2.fail("gone", with: lost)
        let single = Plan(
            intent: plan.intent, title: "t", lines: [absent], leftOut: [], warnings: [], equivalentCommand: "c",
            confirmation: .yes,
            madeFrom: plan.madeFrom)
        #expect(try await done.run(single).get().outcomes == [.verified])
    }

    // MARK: Stopping

    @Test func `a stop is obeyed between two calls, and what was called is still verified`() async throws {
        let world = world(10)
        let bench = ActBench(world)
        bench.change { $0.stopAfter = 4 }
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(progress.phase == .stopped(reason: "stopped on request"))
        #expect(bench.calls.count == 4)
        #expect(progress.outcomes == Array(repeating: .verified, count: 4) + Array(repeating: nil, count: 6))
        #expect(bench.records.last?.text == "Stopped: stopped on request. 4 verified, 6 not reached.")
    }

    @Test func `a cancelled task makes no further call and says so in the journal`() async throws {
        let world = world(10)
        let bench = ActBench(world)
        let plan = try plan(.pause, world)
        let runner = bench.runner
        let task = Task {
            try await runner.run(plan, confirmedWith: .yes, as: "run-1") { progress in
                if progress.outcomes.count(where: { $0 != nil }) == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        let progress = try await task.value
        #expect(progress.phase == .stopped(reason: "cancelled"))
        #expect(bench.calls.count == 3)
        #expect(bench.records.last?.kind == .finished)
    }

    @Test func `a journal that fills up stops the run before the next call`() async throws {
        let world = world(5)
        let bench = ActBench(world)
        bench.clock.observe { _ in
            if bench.calls.count == 2 { bench.change { $0.journalError = ActBench.full } }
        }
        let progress = try await bench.run(try plan(.pause, world)).get()
        #expect(
            progress.phase
                == .stopped(
                    reason:
                        "the journal cannot be written, and nothing unrecorded is done: The disk is full: /var/journal.sqlite"
                ))
        #expect(bench.calls.count == 2)
        #expect(progress.outcomes == [.verified, .verified, nil, nil, nil])
    }
}

extension ScriptedWorld {
    /// An UNASSIGNED connector runs again.
    fileprivate mutating func settle(_ name: String) {
        if connectors.contains(where: { $0.name == name && $0.state == .unassigned }) { change(name, to: .running) }
    }
}

extension Result {
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
