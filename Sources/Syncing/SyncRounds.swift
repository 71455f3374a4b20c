internal import Domain
internal import Operations
internal import Synchronization

/// Reads and writes for as long as a daemon runs, each thing at its own pace: nothing that is slow, hangs or is gone on
/// one side holds up what does not need it.
final class SyncRounds<C: Clock>: Sendable where C.Duration == Duration {
    private enum Wake: Hashable, Sendable {
        /// Groups have committed.
        case moved
        /// New evidence of some direction.
        case evidence
        /// Time for groups that cannot be seen to commit.
        case turn
        /// Time for groups that could not be looked at.
        case again
    }

    private let engine: SyncEngine
    /// Commits that stand unchanged are written again after a quarter of their retention.
    private let longestRest: Duration
    private let writer: SyncEngine.Writer
    private let answersFor: @Sendable (String) -> Bool
    private let interval: Duration
    private let figures: SyncFigures
    private let clock: C
    private let now: @Sendable () -> WallTime
    private let log: @Sendable (String) -> Void
    private let schedule = Mutex(SyncSchedule())
    /// The newest words of each side that are about no single group, and how many looks had begun when each was known.
    private let heard = Mutex<PerIDC<[HoldSubject: (number: Int64, begun: Int)]>>(PerIDC { _ in [:] })
    private let lastTold = Mutex<[String]>([])
    private let wakes = Mutex<Set<Wake>>([])
    private let bell = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// A new group is heard of by its commits; that it is listed is not waited for.
    private static var pauseOfTurns: Duration { .seconds(1) }
    /// The list of ten thousand groups is long, and hardly ever another one.
    private static var restOfListing: Int { 19 }
    private static var longestRestOfListing: Duration { .seconds(5) }

    /// Between two looks at what could not be looked at.
    static var pauseOfRetries: Duration { SyncSchedule.firstPause }

    /// - Parameters:
    ///   - writer: its tokens say which groups may be written.
    ///   - answersFor: which groups are told of; they may be more than those that may be written now.
    ///   - interval: between two readings of one thing of one side.
    init(
        _ engine: SyncEngine, writer: SyncEngine.Writer, answersFor: @escaping @Sendable (String) -> Bool,
        interval: Duration, figures: SyncFigures, clock: C, now: @escaping @Sendable () -> WallTime,
        log: @escaping @Sendable (String) -> Void
    ) {
        self.engine = engine
        longestRest = engine.settings.policy.refreshPeriod / 4
        self.writer = writer
        self.answersFor = answersFor
        self.interval = interval
        self.figures = figures
        self.clock = clock
        self.now = now
        self.log = log
    }

    /// Whether who commits on a side is seen.
    func follows(_ idc: IDC, _ does: Bool) {
        figures.follows(idc, does)
        schedule.withLock { $0.sees(.commits, on: idc, does) }
    }

    /// Groups have committed, with the moments of their newest commits.
    func moved(_ groups: [String: WallTime]) {
        // Mirrors and others that are nobody's to move commit all the time.
        let wanted = groups.filter { engine.isSynchronised($0.key) }
        guard !wanted.isEmpty else { return }
        schedule.withLock { $0.moved(wanted) }
        wake(.moved)
    }

    /// A hold or release has come in.
    ///
    /// - Returns: whether no write is under way that did not know of it; asked again until it is so.
    func noted(_ word: OperatorHold, about subject: HoldSubject, on idc: IDC) async -> Bool {
        await engine.refreshHolds(idc)
        switch subject {
        case .group(let group):
            schedule.withLock { $0.again(group, now: now()) }
            return schedule.withLock { !$0.isUnderWay(group) }
        case .everything, .writesUnderWay:
            let begun = heard.withLock { heard in
                if let known = heard[idc][subject], known.number == word.number { return known.begun }
                let begun = schedule.withLock { $0.begun }
                heard[idc][subject] = (word.number, begun)
                return begun
            }
            return schedule.withLock { !$0.isUnderWay(amongFirst: begun) }
        }
    }

    /// The groups that are told of.
    func groups() async -> [String] { await engine.groups().filter(answersFor) }

    /// Works until it is cancelled, and ends what is under way.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for idc in IDC.allCases {
                group.addTask { [engine] in await self.repeatedly { await engine.refreshTopics(idc) } }
                group.addTask { [engine] in
                    await self.repeatedly(resting: Self.restOfListing) {
                        let failures = await engine.refreshGroups(idc)
                        let changed = await engine.takeChanged(on: idc)
                        self.schedule.withLock { schedule in
                            schedule.sees(.groups, on: idc, failures.isEmpty)
                            schedule.changed(changed)
                        }
                        return failures
                    }
                }
                group.addTask { [engine] in await self.repeatedly { await engine.refreshTopicSettings(idc) } }
                group.addTask { [engine] in await self.repeatedly { await engine.refreshConnectors(idc) } }
                // Whoever follows the topic says why it cannot be read.
                group.addTask { [engine] in
                    await self.repeatedly {
                        await engine.refreshHolds(idc)
                        return []
                    }
                }
                group.addTask { [engine] in
                    await self.repeatedly {
                        let failures = await engine.refreshEvidence(live: idc)
                        self.figures.refreshed(live: idc, at: self.now())
                        self.wake(.evidence)
                        return failures
                    }
                }
            }
            for idc in IDC.allCases {
                group.addTask { [engine] in await self.repeatedly { await engine.refreshArrivals(live: idc) } }
            }
            group.addTask { await self.every(Self.pauseOfTurns, .turn) }
            group.addTask { await self.every(Self.pauseOfRetries, .again) }
            group.addTask { await self.work() }
        }
    }

    // MARK: Reading

    /// - Parameter resting: so many times as long as a reading took that succeeded, and five seconds at most.
    private func repeatedly(resting: Int = 0, _ read: () async -> [PortError]) async {
        var told: Set<String> = []
        while !Task.isCancelled {
            let begin = clock.now
            let failures = await read()
            figures.failed(failures)
            let fresh = Set(failures.map { "\($0.operation): \($0.detail)" })
            for line in fresh.subtracting(told).sorted() { log("sync: \(line)") }
            told = fresh
            let took = begin.duration(to: clock.now)
            let rest = failures.isEmpty ? min(took * resting, Self.longestRestOfListing) : .zero
            // A cluster that is gone is not asked all the time.
            try? await clock.sleep(for: max(interval - took, rest, .milliseconds(20)))
        }
    }

    // MARK: Writing

    private func every(_ pause: Duration, _ what: Wake) async {
        while !Task.isCancelled {
            wake(what)
            try? await clock.sleep(for: pause)
        }
    }

    private func wake(_ what: Wake) {
        wakes.withLock { _ = $0.insert(what) }
        bell.continuation.yield()
    }

    /// Every group goes at its own pace: one whose coordinator does not answer holds up no other.
    private func work() async {
        await withDiscardingTaskGroup { tasks in
            for await _ in bell.stream {
                if Task.isCancelled { return }
                guard figures.hasEvidence else { continue }
                for (group, committedAt) in await due() {
                    tasks.addTask { await self.synchronise(group, committedAt: committedAt) }
                }
            }
        }
    }

    /// The groups that begin now, with the moment of the commit that made them due.
    private func due() async -> [(group: String, committedAt: WallTime?)] {
        let moment = now()
        let woken = wakes.withLock { wakes in
            defer { wakes = [] }
            return wakes
        }
        let (moved, again) = schedule.withLock { ($0.takeMoved(now: moment), $0.dueAgain(now: moment)) }
        var due = Set(moved.keys).union(again)
        if woken.contains(.turn) {
            let told = await groups()
            if lastTold.withLock({ last in
                defer { last = told }
                return last != told
            }) {
                await engine.keep(Set(told))
                figures.keep(Set(told))
            }
            due.formUnion(schedule.withLock { $0.takeTurns(of: told.filter(isOurs), now: moment) })
        }
        if woken.contains(.evidence) {
            for group in schedule.withLock({ $0.warm(now: moment) }) where !due.contains(group) && isOurs(group) {
                if await engine.wouldWrite(group) { due.insert(group) }
            }
        }
        let wanted = due.filter(isOurs)
        return schedule.withLock { $0.begin(wanted, moved: moved, now: moment) }.map { ($0, moved[$0]) }
    }

    private func synchronise(_ group: String, committedAt: WallTime?) async {
        let statuses = await engine.sync([group], by: writer)
        let end = now()
        schedule.withLock {
            $0.ended(
                group, needsAnotherTry: statuses.contains(where: \.needsAnotherTry),
                rest: statuses.allSatisfy(\.isSettled) ? longestRest : nil, now: end)
        }
        figures.took(statuses, moved: committedAt.map { [group: $0] } ?? [:], at: end)
    }

    private func isOurs(_ group: String) -> Bool {
        IDC.allCases.contains { writer.token(group, $0) != nil }
    }
}
