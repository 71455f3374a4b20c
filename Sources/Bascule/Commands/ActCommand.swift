import Commands
import Configuration
import Domain
import Operations

/// The commands that change something: plan, preview, confirm, run, verify, journal, as on the screen.
struct ActCommand {
    private let settings: Settings
    private let options: GlobalOptions
    private let act: ActOptions

    init(_ settings: Settings, _ options: GlobalOptions, _ act: ActOptions) {
        self.settings = settings
        self.options = options
        self.act = act
    }

    func mirrors(_ action: MirrorAction, _ selection: MirrorSelection) -> ExitCode {
        run { snapshot throws(Refusal) in
            let unmatched = selection.withoutMatch(in: snapshot.mirrors)
            if let glob = unmatched.first {
                guard snapshot.hasReadTopics else {
                    throw snapshot.notKnown("a mirror matches \(Spelling.quoted(glob.pattern))")
                }
                throw Refusal(
                    .unknownObject, "No mirror matches \(Spelling.quoted(glob.pattern)): see `bascule mirrors list`.")
            }
            return .mirrors(action, selection.targets(in: snapshot.mirrors))
        }
    }

    func traffic(_ split: TrafficSplit) -> ExitCode {
        run { _ throws(Refusal) in .traffic(split) }
    }

    func hold(_ selection: GroupSelection, because reason: String) -> ExitCode {
        run { snapshot throws(Refusal) in .holdOffsets(try Self.groups(selection, in: snapshot), reason: reason) }
    }

    func release(_ selection: GroupSelection) -> ExitCode {
        run { snapshot throws(Refusal) in .releaseOffsets(try Self.groups(selection, in: snapshot)) }
    }

    func freeze(because reason: String) -> ExitCode {
        run { _ throws(Refusal) in .freeze(reason: reason) }
    }

    func thaw() -> ExitCode {
        run { _ throws(Refusal) in .thaw }
    }

    private static func groups(_ selection: GroupSelection, in snapshot: Snapshot) throws(Refusal) -> [String] {
        let groups = snapshot.groups.map(\.id)
        if let glob = selection.names.first(where: { glob in !groups.contains { glob.matches($0) } }) {
            guard snapshot.hasReadGroups else {
                throw snapshot.notKnown("a group matches \(Spelling.quoted(glob.pattern))")
            }
            throw Refusal(
                .unknownObject, "No group matches \(Spelling.quoted(glob.pattern)): see `bascule groups list`.")
        }
        return groups.filter(selection.selects)
    }

    private func run(_ intent: @escaping @Sendable (Snapshot) throws(Refusal) -> Intent) -> ExitCode {
        if options.isReadOnly, !act.isDryRun {
            Standard.error(
                "bascule: READ-ONLY: this session cannot change anything; leave --read-only out, or add --dry-run")
            return .critical
        }
        do throws(SettingsError) {
            let context = try settings.context(named: options.context)
            let log = ProgramLog(path: options.logPath ?? settings.logPath)
            let reading = try ReadingSide(context, log: log)
            let live = try LiveReading(context, reading, interval: settings.refreshInterval)
            let timeout = act.timeout
            let snapshot = Background.run { await live.settled(within: timeout) }
            defer { Background.run { await live.close() } }
            let planned: Result<Plan, Refusal>
            do throws(Refusal) {
                planned = Planner(settings: context.plannerSettings).plan(try intent(snapshot), from: snapshot)
            } catch {
                planned = .failure(error)
            }
            switch planned {
            case .failure(let refusal):
                Standard.error("bascule: \(refusal.text)")
                return .critical
            case .success(let plan):
                Standard.output(PlanText.preview(plan))
                if act.isDryRun { return .success }
                live.follow()
                return carryOut(plan, context, reading, live)
            }
        } catch {
            Standard.error(error.text)
            return .configuration
        }
    }

    private func carryOut(
        _ plan: Plan, _ context: ContextSettings, _ reading: ReadingSide, _ live: LiveReading
    ) -> ExitCode {
        let side = ActingSide(
            context, journalPath: settings.journalPath, reading: reading, newestSnapshot: { live.newest })
        let answer = confirmation(of: plan)
        StopRequest.watchSignals()
        let result: Result<PlanProgress, Refusal> = Background.run {
            let printer = ProgressPrinter()
            do throws(Refusal) {
                return .success(
                    try await side.runner().run(
                        plan, confirmedWith: answer, stopRequested: { StopRequest.raised },
                        progress: { printer.show($0) }))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .failure(let refusal):
            Standard.error("bascule: \(refusal.text)")
            return .critical
        case .success(let progress):
            Standard.output(PlanText.summary(progress))
            return PlanText.exitCode(of: progress)
        }
    }

    /// `--confirm TEXT`, or what a person types at the prompt.
    private func confirmation(of plan: Plan) -> ConfirmationAnswer {
        if let text = act.confirmation {
            switch plan.confirmation {
            case .yes: return ["y", "yes", String(plan.lines.count)].contains(text) ? .yes : .no
            case .typed: return .typed(text)
            }
        }
        guard Standard.inputIsTerminal else { return .no }
        switch plan.confirmation {
        case .yes:
            Standard.error("Go on? Type y:")
            return Standard.line() == "y" ? .yes : .no
        case .typed(_, let prompt):
            Standard.error("\(prompt):")
            return Standard.line().map { .typed($0) } ?? .no
        }
    }
}
