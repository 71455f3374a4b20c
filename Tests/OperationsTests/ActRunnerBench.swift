import Domain
import Operations
import Synchronization
import TestSupport

/// What happened in a run, in order.
enum ActEntry: Hashable, Sendable {
    case journalled(JournalRecord)
    case called(PlanStep)
}

/// A runner between scripted clusters and a journal that share one log.
final class ActBench: Sendable {
    let clusters: PerIDC<ScriptedCluster>
    let connect: PerIDC<ScriptedConnect>
    let traffic: ScriptedTraffic
    let clock = JumpingClock(epoch: ActWorld.moment)
    let names: PerIDC<String>
    private let state = Mutex(State())

    struct State {
        var log: [ActEntry] = []
        var progress: [PlanProgress] = []
        var snapshot: Snapshot?
        /// Steps (records and calls) that are still carried out; `nil`: all.
        var stepsLeft: Int?
        /// Whether the step at which the program dies still has its effect.
        var lastStepHasEffect = false
        var journalError: PortError?
        var stopAfter: Int?
        var trafficChangedAt: WallTime?
    }

    static let dead = PortError(.failed, operation: "kill", detail: "the program is dead")
    static let full = PortError(.failed, operation: "journal", detail: "The disk is full: /var/journal.sqlite")

    init(_ world: ActWorld) {
        clusters = world.clusters()
        connect = clusters.map { ScriptedConnect($0) }
        traffic = ScriptedTraffic(world.split ?? TrafficSplit(evenly: ()))
        names = world.names
    }

    var log: [ActEntry] { state.withLock { $0.log } }
    var records: [JournalRecord] { log.compactMap { if case .journalled(let record) = $0 { record } else { nil } } }
    var calls: [PlanStep] { log.compactMap { if case .called(let step) = $0 { step } else { nil } } }
    var progress: [PlanProgress] { state.withLock { $0.progress } }

    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    var runner: PlanRunner { runner(PlanPacing()) }

    func runner(_ pacing: PlanPacing) -> PlanRunner {
        PlanRunner(
            acting: ActingPorts(
                connectors: PerIDC { LoggedConnect(bench: self, idc: $0) }, traffic: LoggedTraffic(bench: self),
                journal: LoggedJournal(bench: self)),
            rereading: RereadingPorts(
                connectors: PerIDC { clusters[$0] }, traffic: traffic,
                newestSnapshot: { self.state.withLock { $0.snapshot } },
                trafficChangedAt: { self.state.withLock { $0.trafficChangedAt } }),
            author: JournalAuthor(actor: "kim", host: "bastion-1"), names: names, pacing: pacing, clock: clock,
            now: { self.clock.wallTime })
    }

    /// Runs the plan with the answer it asks for.
    func run(_ plan: Plan, _ pacing: PlanPacing = PlanPacing()) async -> Result<PlanProgress, Refusal> {
        let answer: ConfirmationAnswer =
            switch plan.confirmation {
            case .yes: .yes
            case .typed(let text, _): .typed(text)
            }
        do throws(Refusal) {
            return .success(
                try await runner(pacing).run(
                    plan, confirmedWith: answer, as: "run-1",
                    stopRequested: {
                        self.state.withLock { state in
                            state.stopAfter.map {
                                state.log.count { if case .called = $0 { true } else { false } } >= $0
                            } ?? false
                        }
                    },
                    progress: { progress in self.state.withLock { $0.progress.append(progress) } }))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Steps

    enum Permission {
        case carriedOut
        /// The program dies here; the step may still have had its effect.
        case dies(withEffect: Bool)
    }

    fileprivate func step(_ entry: ActEntry) -> Permission {
        state.withLock { state in
            guard let left = state.stepsLeft else {
                state.log.append(entry)
                return .carriedOut
            }
            state.stepsLeft = left - 1
            if left > 0 {
                state.log.append(entry)
                return .carriedOut
            }
            let hasEffect = left == 0 && state.lastStepHasEffect
            if hasEffect { state.log.append(entry) }
            return .dies(withEffect: hasEffect)
        }
    }

    fileprivate var journalError: PortError? { state.withLock { $0.journalError } }
}

extension TrafficSplit {
    fileprivate init(evenly: Void) {
        guard let even = TrafficSplit(idc1: 50, idc2: 50) else { preconditionFailure("50 and 50 are 100") }
        self = even
    }
}

private struct LoggedJournal: JournalWriting {
    let bench: ActBench

    func append(_ record: JournalRecord) async throws(PortError) {
        if let error = bench.journalError { throw error }
        switch bench.step(.journalled(record)) {
        case .carriedOut: return
        case .dies: throw ActBench.dead
        }
    }
}

private struct LoggedConnect: ConnectorControlling {
    let bench: ActBench
    let idc: IDC

    func perform(_ act: ConnectorAct, on name: String) async throws(PortError) {
        switch bench.step(.called(.connector(act, name: name, on: idc))) {
        case .carriedOut: try await bench.connect[idc].perform(act, on: name)
        case .dies(let withEffect):
            if withEffect { try await bench.connect[idc].perform(act, on: name) }
            throw ActBench.dead
        }
    }

    func create(_ name: String, config: [String: String]) async throws(PortError) {
        switch bench.step(.called(.createConnector(name: name, config: config, on: idc))) {
        case .carriedOut: try await bench.connect[idc].create(name, config: config)
        case .dies(let withEffect):
            if withEffect { try await bench.connect[idc].create(name, config: config) }
            throw ActBench.dead
        }
    }
}

private struct LoggedTraffic: TrafficControlling {
    let bench: ActBench

    func set(_ split: TrafficSplit) async throws(PortError) {
        switch bench.step(.called(.setTraffic(split))) {
        case .carriedOut: try await bench.traffic.set(split)
        case .dies: throw ActBench.dead
        }
    }
}
