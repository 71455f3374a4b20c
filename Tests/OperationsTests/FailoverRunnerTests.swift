import Domain
import Synchronization
import TestSupport
import Testing

@testable import Operations

struct FailoverRunnerTests {
    private struct Nobody: DriverAsking {
        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? { nil }
    }

    private static let expected = [
        "traffic 0:100", "run", "write a", "point one", "start a idc2", "write b", "write c", "point two",
        "start b idc2", "start c idc2",
    ]

    @Test("a disaster run moves every group once, in the order of its waves")
    func whole() async throws {
        let world = RunWorld()
        let machine = try await GuidedRun.drive(world)
        #expect(machine.outcome == .finished)
        #expect(world.acts == Self.expected)
        #expect(machine.groups.values.allSatisfy { $0.stage == .moved })
    }

    @Test("killed at every record and resumed by another process, it ends in the same place, and does nothing twice")
    func killedAtEveryRecord() async throws {
        let whole = RunWorld()
        _ = try await GuidedRun.drive(whole)
        let count = whole.state.withLock { $0.records.count }
        #expect(count > 40)
        for limit in 1..<count {
            let world = RunWorld()
            world.change { $0.limit = limit }
            await #expect(throws: RunStop.self) { _ = try await GuidedRun.drive(world) }
            world.change { state in
                state.limit = .max
                // Killed between the two copies.
                if !state.copy.isEmpty { state.copy.removeLast() }
            }
            let runner = try await FailoverRunner.resume(
                GuidedRun.header.run, in: world.process(GuidedRun.runbook), shown: { _ in })
            let machine = try await runner.drive(by: GuidedRun.Driver())
            #expect(machine.outcome == .finished, "killed after record \(limit)")
            let journals = world.state.withLock { ($0.records, $0.copy) }
            #expect(journals.0 == journals.1, "killed after record \(limit): both copies are whole")
            let acts = world.acts
            // A start may be given again where it was not seen; nothing else is done twice.
            #expect(acts.filter { $0 == "run" }.count == 1, "killed after record \(limit): \(acts)")
            #expect(Set(acts) == Set(Self.expected), "killed after record \(limit): \(acts)")
            #expect(acts.count == Self.expected.count, "killed after record \(limit): \(acts)")
            #expect(machine.groups.values.allSatisfy { $0.stage == .moved })
        }
    }

    @Test("killed twice, the second time while it is resumed, it still ends")
    func killedTwice() async throws {
        let world = RunWorld()
        world.change { $0.limit = 14 }
        await #expect(throws: RunStop.self) { _ = try await GuidedRun.drive(world) }
        world.change { $0.limit = 17 }
        let first = try await FailoverRunner.resume(
            GuidedRun.header.run, in: world.process(GuidedRun.runbook), shown: { _ in })
        await #expect(throws: RunStop.self) { _ = try await first.drive(by: GuidedRun.Driver()) }
        world.change { $0.limit = .max }
        let second = try await FailoverRunner.resume(
            GuidedRun.header.run, in: world.process(GuidedRun.runbook), shown: { _ in })
        #expect(try await second.drive(by: GuidedRun.Driver()).outcome == .finished)
        #expect(world.acts == Self.expected)
    }

    @Test("without anybody who answers, the run stays where it is")
    func driverLeft() async throws {
        let world = RunWorld()
        await #expect(throws: RunStop.driverLeft) { _ = try await GuidedRun.drive(world, by: Nobody()) }
        #expect(world.acts.isEmpty)
    }

    private static let strict = Runbook(
        name: "test", summary: "", promise: .nothingReadTwice,
        steps: [
            RunbookStep(id: "declare", title: "", kind: .declare(approvals: 0)),
            RunbookStep(id: "move", title: "", kind: .groups(.move(waves: [.rest]))),
            RunbookStep(id: "close", title: "", kind: .record(.report)),
        ], text: "test")

    @Test("where nothing may be read twice, clients are started when no cache answers with the source any more")
    func cachedNames() async throws {
        func took(_ runbook: Runbook, _ timeToLive: Duration) async throws -> Duration {
            let world = RunWorld()
            world.change { state in
                state.isSourceGone = runbook != Self.strict
                state.timeToLive = timeToLive
            }
            let runner = try await FailoverRunner.begin(
                GuidedRun.header, runbook, in: world.process(runbook), shown: { _ in })
            let began = world.clock.wallTime
            let machine = try await runner.drive(by: GuidedRun.Driver())
            #expect(machine.outcome == .finished)
            #expect(world.acts.contains("point two"))
            return world.clock.wallTime.since(began)
        }
        let base = try await took(Self.strict, .zero)
        #expect(try await took(Self.strict, .seconds(30)) == base + .seconds(30))
        #expect(try await took(Self.strict, .seconds(3_600)) == base + .seconds(60))
        let disaster = try await took(GuidedRun.runbook, .zero)
        #expect(try await took(GuidedRun.runbook, .seconds(30)) == disaster)
    }

    @Test("a daemon's older position that lands after the run's own is written over before clients are told to start")
    func outrun() async throws {
        let world = RunWorld()
        world.change { state in
            state.isSourceGone = false
            state.late = ["b"]
        }
        let runner = try await FailoverRunner.begin(
            GuidedRun.header, Self.strict, in: world.process(Self.strict), shown: { _ in })
        #expect(try await runner.drive(by: GuidedRun.Driver()).outcome == .finished)
        let acts = world.acts.filter { !$0.hasPrefix("stop") }
        #expect(
            acts == [
                "write a", "write b", "write c", "settle idc2", "write b", "settle idc2", "point one", "point two",
                "start a idc2", "start b idc2", "start c idc2",
            ])
    }

    @Test("a daemon that does not say what it has under way is given the time in which a request ends")
    func silentDaemon() async throws {
        func took(_ isSilent: Bool) async throws -> Duration {
            let world = RunWorld()
            world.change { state in
                state.isSourceGone = false
                state.isDaemonSilent = isSilent
            }
            let began = world.clock.wallTime
            let runner = try await FailoverRunner.begin(
                GuidedRun.header, Self.strict, in: world.process(Self.strict), shown: { _ in })
            #expect(try await runner.drive(by: GuidedRun.Driver()).outcome == .finished)
            return world.clock.wallTime.since(began)
        }
        #expect(try await took(true) == took(false) + RunPacing().settling)
    }

    @Test("a source that did not answer when the run began gets its copy of the journal at the end")
    func lateLease() async throws {
        let world = RunWorld()
        world.change { $0.unansweredLeases = 1 }
        #expect(try await GuidedRun.drive(world).outcome == .finished)
        #expect(world.state.withLock { $0.sourceCopy } == world.state.withLock { $0.records })
        let gone = RunWorld()
        #expect(try await GuidedRun.drive(gone).outcome == .finished)
        #expect(gone.state.withLock { $0.sourceCopy }.isEmpty)
    }

    @Test("nothing is done while writes are frozen")
    func frozen() async throws {
        let world = RunWorld()
        world.change { $0.isFrozen = true }
        let machine = try await aborted(world, at: .forbidden)
        #expect(machine.prompt == nil)
        #expect(world.acts.isEmpty)
    }

    @Test("what an interlock cannot read for a moment is read again, and asked about when it stays so")
    func unreadInterlock() async throws {
        let world = RunWorld()
        world.change { $0.unreadFreezes = 3 }
        let machine = try await GuidedRun.drive(world)
        #expect(machine.outcome == .finished)
        #expect(!machine.steps.flatMap(\.evidence).contains { if case .failed = $0 { true } else { false } })
        let silent = RunWorld()
        silent.change { $0.unreadFreezes = .max }
        _ = try await aborted(silent, at: .forbidden)
        #expect(silent.acts.isEmpty)
    }

    @Test("a driver who has lost the lease does nothing more")
    func leaseLost() async throws {
        let world = RunWorld()
        let runner = try await FailoverRunner.begin(
            GuidedRun.header, GuidedRun.runbook, in: world.process(GuidedRun.runbook),
            shown: { view in
                // Somebody else takes over while the first step is being recorded.
                if view.current == 1 { world.change { $0.holder = 99 } }
            })
        let seen = try await runner.drive(by: Aborting(at: .forbidden))
        #expect(seen.outcome == .aborted(by: "kim", reason: "seen"))
        #expect(world.acts.isEmpty)
    }

    @Test("a driver whose lease has lapsed takes it again by trying again, and only where nobody else has it")
    func leaseLapsed() async throws {
        for (isTaken, expected) in [(false, nil), (true, RunStop.leaseTaken("somebody else holds it"))] {
            let world = RunWorld()
            let runner = try await FailoverRunner.begin(
                GuidedRun.header, GuidedRun.runbook, in: world.process(GuidedRun.runbook),
                shown: { view in
                    guard view.current == 1 else { return }
                    world.change { state in
                        state.holder = isTaken ? 99 : nil
                        state.isHolderThere = isTaken
                    }
                })
            let driver = Insisting()
            guard let expected else {
                #expect(try await runner.drive(by: driver).outcome == .finished)
                #expect(world.acts == Self.expected && driver.retries == 1)
                continue
            }
            await #expect(throws: expected) { _ = try await runner.drive(by: driver) }
            #expect(world.acts.isEmpty)
        }
    }

    /// Tries again what is forbidden.
    private final class Insisting: DriverAsking {
        private let count = Mutex(0)
        var retries: Int { count.withLock { $0 } }

        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            guard case .forbidden = prompt.question else {
                return await GuidedRun.Driver().answer(to: prompt, in: view)
            }
            count.withLock { $0 += 1 }
            return retries > 3 ? nil : DriverAnswer(.retry, by: "kim")
        }
    }

    @Test("a copy of the journal that did not answer for a moment has all of it at the end")
    func copyCatchesUp() async throws {
        let usual = RunWorld()
        _ = try await GuidedRun.drive(usual)
        let count = Int64(usual.state.withLock { $0.records.count })
        for missed in [4, count - 1] {
            let world = RunWorld()
            world.change { $0.copyIsAwayAt = missed }
            #expect(try await GuidedRun.drive(world).outcome == .finished)
            let state = world.state.withLock { $0 }
            #expect(state.copy == state.records && state.copyIsAwayAt == nil)
        }
    }

    @Test("traffic is not sent to a side without quorum, unless that was waived by name")
    func quorum() async throws {
        let world = RunWorld()
        world.change { $0.hasQuorum = false }
        let machine = try await GuidedRun.drive(world)
        #expect(machine.steps[2].waivers.map(\.subject) == ["quorum"])
        #expect(machine.outcome == .finished)
    }

    @Test("consumers are not started while members are seen on the source, whatever is typed")
    func membersOnSource() async throws {
        let world = RunWorld()
        world.change { $0.isSourceGone = false }
        let machine = try await aborted(world, at: .notFenced)
        #expect(machine.outcome != nil)
        #expect(!world.acts.contains { $0.hasPrefix("start") || $0.hasPrefix("point") || $0.hasPrefix("write") })
    }

    @Test("a traffic source that answers and does not obey is told, and the run does not go on")
    func disobedient() async throws {
        let world = RunWorld()
        world.change { $0.obeys = false }
        let machine = try await aborted(world, at: .failed)
        #expect(machine.view.steps[3].status == .failed(reason: "seen"))
        #expect(!world.acts.contains { $0.hasPrefix("write") })
    }

    @Test("the late tail is counted once the positions of the mirrors are known, and is unknown when they never are")
    func lateTail() async throws {
        func snapshot(_ toCopy: Int64?) -> Snapshot {
            var builder = SnapshotBuilder.empty
            builder.topics = ["orders", "quotes"].map { name in
                TopicFixture(
                    name,
                    toCopy: PerIDC(
                        idc1: Estimate(999, isExact: true), idc2: toCopy.map { Estimate($0, isExact: true) }))
            }
            return builder.build()
        }
        let runbook = Runbook(
            name: "tail", summary: "", promise: .nothingReadTwice,
            steps: [
                RunbookStep(id: "declare", title: "d", kind: .declare(approvals: 0)),
                RunbookStep(id: "tail", title: "t", kind: .mirrors(.lateTail, .targetToSource)),
                RunbookStep(id: "close", title: "c", kind: .record(.report)),
            ], text: "tail")
        for (read, expected) in [([nil, nil, 3], Int64(6)), ([nil], nil)] as [([Int64?], Int64?)] {
            let world = RunWorld()
            world.change { $0.snapshots = read.map(snapshot) }
            let runner = try await FailoverRunner.begin(
                GuidedRun.header, runbook, in: world.process(runbook), shown: { _ in })
            let asked = Asked()
            _ = try await runner.drive(by: asked)
            #expect(asked.tails == [expected])
        }
    }

    // MARK: Mirrors

    /// A run that pauses the mirrors into IDC2, whose Connect is as `prepared`; the console reads `connect` of it.
    private func pausing(
        _ act: MirrorsAct = .pause, connect: SnapshotBuilder.SourceState = .answering,
        prepared: (inout RunWorld.State, _ mirror: String) -> Void
    ) async throws -> (asked: [DriverQuestion], acts: [String]) {
        var builder = SnapshotBuilder.empty
        builder.topics = [TopicFixture("orders", toCopy: PerIDC(idc1: nil, idc2: nil))]
        let mirror = try #require(builder.build().connectors(of: ReplicationFlow(from: .idc1))?.first)
        builder.connect.idc2 = connect
        let world = RunWorld()
        world.change { state in
            state.snapshots = [builder.build()]
            prepared(&state, mirror)
        }
        let runbook = Runbook(
            name: "pause", summary: "", promise: .consumersUntouched,
            steps: [
                RunbookStep(id: "declare", title: "d", kind: .declare(approvals: 0)),
                RunbookStep(id: "mirrors", title: "m", kind: .mirrors(act, .sourceToTarget)),
                RunbookStep(id: "close", title: "c", kind: .record(.report)),
            ], text: "pause")
        let runner = try await FailoverRunner.begin(
            GuidedRun.header, runbook, in: world.process(runbook), shown: { _ in })
        let asked = Questions()
        _ = try await runner.drive(by: asked)
        return (asked.questions, world.acts.map { $0.replacing(mirror, with: "mirror") })
    }

    @Test("mirrors are paused, whatever else Connect runs, and read back")
    func pauses() async throws {
        let run = try await pausing { $0.connectors = [$1: .running, "other": .running] }
        #expect(run.acts == ["pause mirror"])
        #expect(!run.asked.contains { $0.word == "action-failed" })
    }

    @Test("what Connect does not say, and what does not obey, is asked about and not taken for done")
    func pausesInPart() async throws {
        func reasons(_ run: (asked: [DriverQuestion], acts: [String])) -> [String] {
            run.asked.compactMap { if case .actionFailed(let reason, _) = $0 { reason } else { nil } }
        }
        let unread = try await pausing(connect: .unreachable) { $0.connectors = [$1: .running] }
        #expect(reasons(unread).first?.contains("which connectors of idc2 are mirrors could not be read") == true)
        #expect(unread.acts == [])
        let holes = try await pausing { state, mirror in
            state.connectors = [mirror: .running]
            state.unreadConnectors = 1
        }
        #expect(reasons(holes).first?.contains("one is not readable") == true)
        #expect(holes.acts.first == "pause mirror", "what is known is paused all the same")
        let deaf = try await pausing { state, mirror in
            state.connectors = [mirror: .running]
            state.obeys = false
        }
        #expect(reasons(deaf).first?.hasSuffix("is RUNNING") == true)
        let failed = try await pausing(.resume) { state, mirror in
            state.connectors = [mirror: .failed]
            state.obeys = false
        }
        #expect(reasons(failed).first?.hasSuffix("is FAILED") == true)
        // Of a lost side's mirrors it is no news, and they copy nothing.
        let lost = try await pausing { state, mirror in
            state.connectors = [mirror: .failed]
            state.obeys = false
        }
        #expect(reasons(lost) == [])
    }

    /// Keeps every question, and accepts what is not as wanted.
    private final class Questions: DriverAsking {
        private let seen = Mutex<[DriverQuestion]>([])
        var questions: [DriverQuestion] { seen.withLock { $0 } }

        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            seen.withLock { $0.append(prompt.question) }
            return await GuidedRun.Driver().answer(to: prompt, in: view)
        }
    }

    /// Keeps what it was asked of the late tail.
    private final class Asked: DriverAsking {
        private let seen = Mutex<[Int64?]>([])
        var tails: [Int64?] { seen.withLock { $0 } }

        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            if case .lateTail(let records) = prompt.question { seen.withLock { $0.append(records) } }
            return await GuidedRun.Driver().answer(to: prompt, in: view)
        }
    }

    private func aborted(_ world: RunWorld, at what: Aborting.What) async throws -> FailoverMachine {
        try await GuidedRun.drive(world, by: Aborting(at: what))
    }

    /// Goes on, and aborts at one kind of question.
    private struct Aborting: DriverAsking {
        enum What: String {
            case forbidden = "forbidden"
            case notFenced = "not-fenced"
            case failed = "action-failed"
        }

        let what: What

        init(at what: What) { self.what = what }

        func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
            guard prompt.question.word == what.rawValue else {
                return await GuidedRun.Driver().answer(to: prompt, in: view)
            }
            return DriverAnswer(.abort, text: "seen", by: "kim")
        }
    }
}
