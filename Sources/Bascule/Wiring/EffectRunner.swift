import Domain
import Front
import Operations
import Synchronization
import Terminal

/// Does what the console asks of the outside, in tasks, and answers by events.
final class EffectRunner: Sendable {
    private let collector: Collector
    private let planner: Planner
    private let acting: ActingSide?
    private let mailbox: Mailbox<Event>
    private let log: ProgramLog
    private let newest: NewestSnapshot
    private let inject: (@Sendable (Fault) async throws(PortError) -> String)?
    /// Drives and follows runs; `nil`: there are none in this world.
    let desk: RunDesk?
    private let isStopRequested = Mutex(false)

    init(_ world: ConsoleWorld, collector: Collector, mailbox: Mailbox<Event>, log: ProgramLog, newest: NewestSnapshot)
    {
        self.collector = collector
        self.mailbox = mailbox
        self.log = log
        self.newest = newest
        planner = world.planner
        acting = world.acting?({ newest.snapshot })
        inject = world.inject
        desk = world.runs.map { RunDesk($0, mailbox: mailbox, log: log) }
    }

    /// Stops a running plan between two calls; what has been called is still recorded.
    func stopRun() { isStopRequested.withLock { $0 = true } }

    func perform(_ effect: Effect) async {
        switch effect {
        case .refreshNow: await collector.refreshNow()
        case .setRefreshInterval(let interval): await collector.setInterval(interval)
        case .makePlan(let intent): await makePlan(intent)
        case .run(let plan): await run(plan)
        case .inject(let fault): await inject(fault)
        case .refused(let command, let reason): log.write("refused: \(command): \(reason)")
        case .beginRun(let request): await desk?.begin(request)
        case .takeOverRun(let run): await desk?.takeOver(run)
        case .answerRun(let answer): await desk?.answer(answer)
        case .quit, .suspend, .copy, .saveScreen, .redraw, .cancelRun:
            preconditionFailure("the main thread deals with \(effect) itself")
        }
    }

    private func inject(_ fault: Fault) async {
        guard let inject else { return }
        do throws(PortError) {
            let done = try await inject(fault)
            log.write(done)
            mailbox.post(.message(.ok, done))
        } catch {
            log.write("fault \(fault.spelled): \(error.detail)")
            mailbox.post(.message(.warning, "\(fault.spelled): \(error.detail)"))
        }
    }

    private func makePlan(_ intent: Intent) async {
        guard let acting else {
            mailbox.post(.planned(.failure(Refusal(.readOnly, FrontSettings.readOnlyText))))
            return
        }
        guard let snapshot = newest.snapshot else {
            mailbox.post(
                .planned(.failure(Refusal(.notPossible, "Nothing has been read yet, so nothing can be planned."))))
            return
        }
        let answer = planner.plan(intent, from: snapshot)
        if case .failure(let refusal) = answer, let runner = try? await acting.runner() {
            await runner.record(refusal, command: "\(intent)")
        }
        mailbox.post(.planned(answer))
    }

    private func run(_ plan: Plan) async {
        guard let acting else { return }
        isStopRequested.withLock { $0 = false }
        let mailbox = mailbox
        do throws(Refusal) {
            _ = try await acting.runner().run(
                plan, confirmedWith: Self.answer(to: plan.confirmation),
                stopRequested: { [weak self] in self?.isStopRequested.withLock { $0 } ?? true },
                progress: { mailbox.post(.progress($0)) })
            await collector.refreshNow()
        } catch {
            mailbox.post(.planned(.failure(error)))
        }
    }

    /// The console asks for a plan to be run only when its own dialogue has been confirmed.
    private static func answer(to confirmation: Confirmation) -> ConfirmationAnswer {
        switch confirmation {
        case .yes: .yes
        case .typed(let text, _): .typed(text)
        }
    }
}

/// The newest snapshot that the collector has published.
final class NewestSnapshot: Sendable {
    private let content = Mutex<Snapshot?>(nil)

    var snapshot: Snapshot? { content.withLock { $0 } }

    func replace(with snapshot: Snapshot) { content.withLock { $0 = snapshot } }
}
