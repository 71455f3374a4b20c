package import Domain
import KafkaAdapter
package import Operations
import Synchronization

/// Runs of the failover in the sandbox: the same runner as for real clusters, over the sandbox's own ports.
package final class SandboxRuns: Sendable {
    /// What the sandbox cannot make itself.
    package struct Makings: Sendable {
        package let ports: PerIDC<ClusterPorts>
        package let connectors: PerIDC<any ConnectorControlling>
        package let digest: Digest
        package let runbook: @Sendable (String) -> Result<Runbook, JournalProblem>
        package let clock: any Clock<Duration>
        package let now: @Sendable () -> WallTime
        /// When an act has changed the traffic last.
        package let trafficChangedAt: @Sendable () async -> WallTime?

        package init(
            ports: PerIDC<ClusterPorts>, connectors: PerIDC<any ConnectorControlling>, digest: @escaping Digest,
            runbook: @escaping @Sendable (String) -> Result<Runbook, JournalProblem>, clock: any Clock<Duration>,
            now: @escaping @Sendable () -> WallTime, trafficChangedAt: @escaping @Sendable () async -> WallTime?
        ) {
            self.ports = ports
            self.connectors = connectors
            self.digest = digest
            self.runbook = runbook
            self.clock = clock
            self.now = now
            self.trafficChangedAt = trafficChangedAt
        }
    }

    private let world: World
    private let makings: Makings
    private let seen = RunObservations()
    package let journal: SandboxJournal
    package let reports = SandboxReports()

    package init(_ world: World, _ makings: Makings) {
        self.world = world
        self.makings = makings
        let sites = world.sites
        journal = SandboxJournal(isGone: { sites[$0].isGone })
    }

    /// Takes the console's newest snapshot in.
    package func watch(_ snapshot: Snapshot) { seen.watch(snapshot) }

    /// As long as a person takes for an answer who knows it.
    private static let humanPause: Duration = .seconds(1)

    /// Everything is near and small here.
    package static let pacing: RunPacing = {
        var pacing = RunPacing()
        pacing.traffic = .seconds(15)
        pacing.settling = .seconds(1)
        pacing.groups = .seconds(30)
        pacing.mirrors = .seconds(40)
        return pacing
    }()

    /// Everything that a run of this console needs. Every driver has a lease of its own.
    package func surroundings(
        _ author: RunAuthor, driver: SandboxDriver, journals: [any RunJournalWriting]? = nil,
        pacing: RunPacing = SandboxRuns.pacing
    ) -> FailoverRunner.Surroundings {
        let world = world
        let topics = world.topics
        let copies = ProvenanceRule(copyHeaders: [ProvenanceHeader.name])
        return FailoverRunner.Surroundings(
            ports: RunPorts(
                journals: journals ?? driver.journals, lease: driver, approvals: nil,
                newestSnapshot: { self.seen.newest }, rateBefore: { self.seen.rateBefore }, clusters: makings.ports,
                traffic: world.router,
                connectors: makings.connectors.map { $0 }, endpoints: world.names,
                consumers: SandboxConsumers(applications: world.applications, offsets: world.offsets),
                offsets: world.offsets,
                target: SandboxProbe(sites: world.sites, clock: world.clock, log: world.log), commands: nil, http: nil,
                reports: reports.keeping(with: makings.digest), provenance: PerIDC { _ in copies },
                isLiveTopic: { topics.topic($0) != nil }, isFrozen: { world.isFrozen },
                trafficChangedAt: makings.trafficChangedAt),
            author: author, digest: makings.digest, pacing: pacing, clock: makings.clock, now: makings.now,
            runbook: makings.runbook)
    }

    /// How a run of a built-in runbook begins here: with every group that is a real consumer and runs on the side
    /// that is left.
    package func header(
        _ name: String, from source: IDC, run: String, by author: RunAuthor, reason: String,
        split: TrafficSplit? = nil
    ) async -> (header: RunHeader, runbook: Runbook)? {
        guard let text = BuiltInRunbooks.text(named: name), case .success(let runbook) = makings.runbook(text) else {
            return nil
        }
        let homes = await world.applications.homes
        let endpoints = world.endpoints.map { endpoint in
            EndpointGroups(
                endpoint: endpoint.endpoint, groups: endpoint.groups.filter { homes[$0] == source })
        }
        return (
            RunHeader(
                run: run, runbook: name, runbookText: text, from: source, driver: author.name, host: author.host,
                reason: reason, split: split, endpoints: endpoints.filter { !$0.groups.isEmpty },
                emptyGroups: seen.empty(endpoints.flatMap(\.groups), on: source)),
            runbook
        )
    }

    /// Plays a run from beginning to end, by somebody, or by a driver who goes on wherever that is allowed.
    ///
    /// - Throws: the run did not end as it was to: finished, or given up.
    func play(
        _ name: String, from source: IDC, by driver: (any DriverAsking)?, _ drivers: OperatorAct.PlayedDrivers
    ) async throws(PortError) {
        let number = reports.all.count + 1
        guard
            let (header, runbook) = await header(
                name, from: source, run: "sandbox-\(number)", by: author(1), reason: "played by the scenario")
        else { throw PortError(.notFound, operation: "failover", detail: "no runbook is called \(name)") }
        let log = world.log
        let sites = world.sites
        let driver =
            driver
            ?? WillingDriver(
                name: "operator", clock: world.clock, pause: Self.humanPause,
                givesUp: { drivers == .givingUp && IDC.allCases.contains { sites[$0].isGone } }, log: log)
        do throws(RunStop) {
            let machine =
                drivers == .dying
                ? try await killedAgainAndAgain(header, runbook, by: driver)
                : try await FailoverRunner.begin(
                    header, runbook, in: surroundings(author(1), driver: journal.driver()), shown: told
                ).drive(by: driver)
            switch machine.outcome {
            case .finished?, .finishedWithout?:
                if drivers == .givingUp { throw RunStop.refused("the run ended and was not given up") }
            case .aborted(_, let reason)?:
                if drivers != .givingUp { throw RunStop.refused("the run was aborted: \(reason)") }
            case nil: throw RunStop.refused("the run did not end")
            }
        } catch {
            throw PortError(.failed, operation: "failover \(name)", detail: error.text)
        }
    }

    private func author(_ number: Int) -> RunAuthor { RunAuthor(name: "operator", host: "sandbox-\(number)") }

    private func told(_ view: RunView) {
        if let action = view.action { world.log("run: \(action.word)") }
        if let evidence = view.current.flatMap({ view.steps[$0].evidence.last }) {
            world.log("run: \(RunWords(.english).text(of: evidence))")
        }
    }

    /// A run that no driver lives to see the end of but the last.
    private func killedAgainAndAgain(
        _ header: RunHeader, _ runbook: Runbook, by asked: any DriverAsking
    ) async throws(RunStop) -> FailoverMachine {
        var deaths = 0
        while true {
            let driver = journal.driver()
            let life = DriverLife(number: deaths)
            let surroundings = surroundings(author(deaths + 1), driver: driver, journals: life.journals(of: driver))
            do throws(RunStop) {
                let isBegun = !journal.isUnknown(header.run)
                let runner =
                    isBegun
                    ? try await FailoverRunner.resume(header.run, in: surroundings, shown: told)
                    : try await FailoverRunner.begin(header, runbook, in: surroundings, shown: told)
                let machine = try await runner.drive(by: asked)
                world.log("run: \(deaths) drivers were killed")
                return machine
            } catch {
                guard case .journalUnavailable = error, life.isOver else { throw error }
                deaths += 1
            }
        }
    }
}

/// How long a driver lives: for one record of the run beyond the one that says who resumed it. Every record has one driver
/// who is killed before it is written, what it tells of having been done, and one who is killed after it.
private final class DriverLife: Sendable {
    private struct State {
        var left: Int
        var isOver = false
    }

    private let state: Mutex<State>
    private let diesBeforeWriting: Bool

    /// - Parameter number: of drivers before.
    init(number: Int) {
        state = Mutex(State(left: number == 0 ? 1 : 2))
        diesBeforeWriting = number % 2 == 1
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    func journals(of driver: SandboxDriver) -> [any RunJournalWriting] {
        driver.journals.enumerated().map { $0 == 0 ? Copy(life: self, journal: $1) : $1 }
    }

    /// The copy that every record goes to first.
    private struct Copy: RunJournalWriting {
        let life: DriverLife
        let journal: any RunJournalWriting

        var name: String { journal.name }

        func records(of run: String) async throws(PortError) -> [RunRecord] { try await journal.records(of: run) }
        func runs() async throws(PortError) -> [String] { try await journal.runs() }

        func append(_ record: RunRecord) async throws(PortError) {
            let isLast = life.state.withLock { state in
                state.left -= 1
                if state.left <= 0 { state.isOver = true }
                return state.isOver
            }
            if !isLast || !life.diesBeforeWriting { try await journal.append(record) }
            if isLast { throw PortError(.failed, operation: "append", detail: "the driver was killed here") }
        }
    }
}

/// The reports of the sandbox's runs, kept as long as it lives.
package final class SandboxReports: Sendable {
    private let kept = Mutex<[RunReport]>([])

    package var all: [RunReport] { kept.withLock { $0 } }

    func keeping(with digest: @escaping Digest) -> any ReportKeeping { Keeper(reports: self, digest: digest) }

    private struct Keeper: ReportKeeping {
        let reports: SandboxReports
        let digest: Digest

        func keep(_ report: RunReport) async throws(PortError) -> (path: String, hash: String) {
            // A driver that was killed before it could say that it had written the report leaves it to the next.
            reports.kept.withLock { kept in
                kept.removeAll { $0.header.run == report.header.run }
                kept.append(report)
            }
            let text = JSONText.written(RunDocument.node(of: report))
            return ("sandbox", RunDocument.hexadecimal(digest(Array(text.utf8))))
        }
    }
}

/// Goes on wherever that is allowed, waives and states with a reason where that is what goes on, and tries again what
/// failed, a few times; then it aborts.
package actor WillingDriver: DriverAsking {
    private let name: String
    private let clock: WorldClock
    private let pause: Duration
    private let givesUp: @Sendable () -> Bool
    private let log: @Sendable (String) -> Void
    private var asked: [DriverQuestion: Int] = [:]

    /// - Parameters:
    ///   - pause: before each answer.
    ///   - givesUp: from when on it aborts, at the first question that allows it.
    package init(
        name: String, clock: WorldClock, pause: Duration, givesUp: @escaping @Sendable () -> Bool = { false },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.name = name
        self.clock = clock
        self.pause = pause
        self.givesUp = givesUp
        self.log = log
    }

    package func answer(to prompt: DriverPrompt, in view: RunView) async -> DriverAnswer? {
        do { try await clock.sleep(pause) } catch { return nil }
        let times = asked[prompt.question, default: 0] + 1
        asked[prompt.question] = times
        let choice = choice(prompt, times)
        let evidence = view.current.flatMap { view.steps[$0].evidence.last }
        log("\(prompt.question): \(choice.rawValue)" + (evidence.map { " after \($0)" } ?? ""))
        return DriverAnswer(choice, text: "played: \(prompt.question)", name: view.to.rawValue, by: name)
    }

    private func choice(_ prompt: DriverPrompt, _ times: Int) -> DriverChoice {
        func first(_ wanted: [DriverChoice]) -> DriverChoice {
            wanted.first(where: prompt.choices.contains) ?? .abort
        }
        if givesUp(), prompt.choices.contains(.abort) { return .abort }
        switch prompt.question {
        case .beginStep, .beginWave, .lateTail: return .goOn
        case .written: return .state
        case .notFenced: return first(times > 3 ? [.state, .leaveOut] : [.state, .retry])
        case .gateNotGreen: return first(times > 2 ? [.waive, .abort] : [.retry])
        case .trafficNotSeen: return first(times > 1 ? [.accept] : [.retry])
        case .groupsHeld: return first(times > 1 ? [.leaveOut] : [.retry])
        case .groupsNotMoved: return first(times > 2 ? [.accept] : [.retry])
        case .actionFailed, .forbidden: return first(times > 3 ? [.accept, .abort] : [.retry])
        case .leaseTaken, .approvalMissing: return first(times > 5 ? [.abort] : [.retry])
        }
    }
}
