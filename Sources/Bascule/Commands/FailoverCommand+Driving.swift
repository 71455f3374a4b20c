import Commands
import Configuration
import Domain
import Operations
import Synchronization

/// `bascule failover start` and `resume`: runs that are driven at a plain terminal.
extension FailoverCommand {
    private typealias Begin =
        @Sendable (
            DrivingSide, FailoverRunner.Surroundings, @escaping @Sendable (RunView) -> Void
        ) async throws(RunStop) -> FailoverRunner

    func start(
        _ name: String, from source: IDC, reason: String?, split: TrafficSplit?, confirmation: String?
    ) -> ExitCode {
        guard let context = writableContext() else { return refusal }
        let target = context.idcs[source.other].name
        do throws(RunStop) {
            _ = try DrivingSide.runbook(name, in: context)
        } catch {
            Standard.error(error.text)
            return .configuration
        }
        Standard.error("This leaves \(context.idcs[source].name) for \(target), by the runbook \(name).")
        guard let reason = reason ?? asked("Reason:"), !reason.isEmpty else {
            Standard.error("bascule: a run needs a reason, and nothing has been done: type it, or give --reason")
            return .critical
        }
        guard (confirmation ?? asked("Type the name of the side that takes over, \(target):")) == target else {
            Standard.error("bascule: not confirmed, nothing has been done: type \(target), or give --confirm \(target)")
            return .critical
        }
        let request = RunRequestNamed(
            run: RunName.make(at: WallClock.now()), runbook: name, from: source, reason: reason, split: split)
        return drive(context, request.run) { (side, surroundings, shown) throws(RunStop) in
            let (header, runbook) = try await side.header(request)
            let count = header.endpoints.reduce(0) { $0 + $1.groups.count }
            Standard.error("run \(header.run): \(count) \(count == 1 ? "group" : "groups")")
            return try await FailoverRunner.begin(header, runbook, in: surroundings, shown: shown)
        }
    }

    func resume(_ run: String) -> ExitCode {
        guard let context = writableContext() else { return refusal }
        return drive(context, run) { (_, surroundings, shown) throws(RunStop) in
            try await RunTakeover.resume(run, in: surroundings, shown: shown) { Standard.error($0) }
        }
    }

    private func asked(_ question: String) -> String? {
        Standard.error(question)
        return Standard.line()
    }

    /// The context, where this session may write; what is wrong has been said otherwise.
    func writableContext() -> ContextSettings? {
        if options.isReadOnly {
            Standard.error("bascule: READ-ONLY: this session cannot change anything; leave --read-only out")
            return nil
        }
        do throws(SettingsError) {
            return try settings.context(named: options.context)
        } catch {
            Standard.error(error.text)
            return nil
        }
    }

    var refusal: ExitCode { options.isReadOnly ? .critical : .configuration }

    /// Drives to the end of the run, or to where it stops; the lease is given back in any case.
    private func drive(_ context: ContextSettings, _ run: String, _ begin: @escaping Begin) -> ExitCode {
        do throws(SettingsError) {
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let reading = try ReadingSide(context, log: log)
            let live = try LiveReading(context, reading, interval: settings.refreshInterval)
            let side = try DrivingSide(context, settings, reading, log: log)
            return Background.run {
                side.observations.watch(await live.settled(within: .seconds(10)))
                live.follow { side.observations.watch($0) }
                let code = await Self.drive(side, context, run, begin)
                await side.close()
                await live.close()
                return code
            }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    private static func drive(
        _ side: DrivingSide, _ context: ContextSettings, _ run: String, _ begin: @escaping Begin
    ) async -> ExitCode {
        let driver = TerminalDriver(names: context.idcs.map(\.name), author: side.author.name)
        let action = Mutex<FailoverAction?>(nil)
        var lease: (any DriverLeasing)?
        let code: ExitCode
        do throws(RunStop) {
            let surroundings = try await side.surroundings()
            lease = surroundings.ports.lease
            let runner = try await begin(side, surroundings) { view in
                let isNew = action.withLock { shown in
                    defer { shown = view.action }
                    return shown != view.action
                }
                if isNew, let action = view.action {
                    Standard.error("   \(action.word) ...")
                    if let hint = hint(action, view, context.idcs.map(\.name)) { Standard.error("   " + hint) }
                }
            }
            let machine = try await runner.drive(by: driver)
            await driver.printNews(machine.view)
            code = ended(machine)
        } catch {
            Standard.error("bascule: \(error.text)")
            switch error {
            case .driverLeft, .cancelled, .journalUnavailable, .leaseTaken:
                Standard.error("bascule failover resume \(run)")
            case .fencedOut, .notThere, .unreadable, .refused: break
            }
            code = .critical
        }
        await lease?.release()
        return code
    }

    /// What a person has to see to, as nothing here stops and starts clients.
    private static func hint(_ action: FailoverAction, _ view: RunView, _ names: PerIDC<String>) -> String? {
        switch action {
        case .stopConsumers(let groups):
            "stop the clients of \(groups.joined(separator: ", ")) on \(names[view.from]) now; they are waited for"
        case .startConsumers(let groups):
            "start the clients of \(groups.joined(separator: ", ")) on \(names[view.to]) now"
        case .restoreConsumers(let groups):
            "start the clients of \(groups.joined(separator: ", ")) on \(names[view.from]) again; they stay there"
        default: nil
        }
    }

    private static func ended(_ machine: FailoverMachine) -> ExitCode {
        Standard.error("\(machine.header.run): \(RunDocument.word(machine.outcome))")
        if let report = machine.report { Standard.error("report \(report.path)") }
        switch machine.outcome {
        case .finished?: return .success
        case .finishedWithout?: return .warning
        case .aborted?, nil: return .critical
        }
    }
}
