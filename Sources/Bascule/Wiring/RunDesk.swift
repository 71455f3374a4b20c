import Domain
import Front
import Operations
import Terminal

/// The runs of one console session: drives the one that is driven from here, and follows the newest otherwise.
actor RunDesk {
    private let runs: ConsoleRuns
    private let mailbox: Mailbox<Event>
    private let log: ProgramLog
    private var driver: ConsoleDriver?
    private var shown: RunView?
    /// What each copy of the journal tells, by its place among the copies.
    private var followed: [Int: FollowedRun] = [:]

    init(_ runs: ConsoleRuns, mailbox: Mailbox<Event>, log: ProgramLog) {
        self.runs = runs
        self.mailbox = mailbox
        self.log = log
    }

    // MARK: Driving

    func begin(_ request: RunRequest) async {
        let named = RunRequestNamed(
            run: RunName.make(at: WallClock.now()), runbook: request.runbook, from: request.from,
            reason: request.reason, split: request.split)
        await drive { (driving, surroundings, shown) throws(RunStop) in
            let (header, runbook) = try await driving.header(named)
            return try await FailoverRunner.begin(header, runbook, in: surroundings, shown: shown)
        }
    }

    func takeOver(_ run: String) async {
        let mailbox = mailbox
        await drive { (_, surroundings, shown) throws(RunStop) in
            try await RunTakeover.resume(run, in: surroundings, shown: shown) {
                mailbox.post(.message(.warning, $0))
            }
        }
    }

    func answer(_ answer: RunAnswer) {
        guard driver?.take(answer) == true else {
            mailbox.post(.message(.warning, "the question has changed: nothing was answered"))
            return
        }
    }

    private typealias Start = (
        ConsoleRuns.Driving, FailoverRunner.Surroundings, @escaping @Sendable (RunView) -> Void
    ) async throws(RunStop) -> FailoverRunner

    /// Drives to the end of the run, or to where it stops; the lease is given back in any case.
    private func drive(_ start: Start) async {
        guard let driving = runs.driving, driver == nil else {
            mailbox.post(.run(shown, driver == nil ? .watching : .driving))
            mailbox.post(.message(.warning, "no run can be driven from this console"))
            return
        }
        let driver = ConsoleDriver(name: driving.author.name)
        self.driver = driver
        let mailbox = mailbox
        var lease: (any DriverLeasing)?
        do throws(RunStop) {
            let surroundings = try await driving.surroundings()
            lease = surroundings.ports.lease
            let runner = try await start(driving, surroundings) { mailbox.post(.run($0, .driving)) }
            let machine = try await runner.drive(by: driver)
            ended(machine.view)
        } catch {
            log.write("failover: \(error.text)")
            self.driver = nil
            shown = newest ?? shown
            mailbox.post(.run(shown, .watching))
            mailbox.post(.runStopped(error.text))
        }
        await lease?.release()
        self.driver = nil
    }

    private func ended(_ view: RunView) {
        shown = view
        mailbox.post(.run(view, .watching))
    }

    // MARK: Following

    /// Shows the newest run while none is driven from here, until it is cancelled. Each copy of the journal is read by
    /// itself: one that does not answer delays nobody.
    func follow() async {
        await withDiscardingTaskGroup { group in
            for (index, copy) in runs.copies.enumerated() {
                group.addTask { await self.follow(copy, index) }
            }
        }
    }

    private func follow(_ copy: any RunJournalReading, _ index: Int) async {
        while !Task.isCancelled {
            let told = await runs.newest(in: copy, followed[index])
            followed[index] = told
            showNewest()
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
    }

    private func showNewest() {
        guard driver == nil, let view = newest, Self.isNews(view, after: shown) else { return }
        shown = view
        mailbox.post(.run(view, .watching))
    }

    /// Whether a view that a copy of the journal tells is shown after another one. A run that has ended goes on no more: a
    /// copy that was read before its end, while it was driven from here, is no news.
    static func isNews(_ view: RunView, after shown: RunView?) -> Bool {
        guard let shown, shown.run == view.run else { return true }
        return view != shown && (shown.outcome == nil || view.outcome != nil)
    }

    /// The newest of what the copies tell.
    private var newest: RunView? {
        followed.values.reduce(nil as FollowedRun?) { best, run in
            best.map { run.isNewer(than: $0) ? run : $0 } ?? run
        }?.machine.view
    }
}

/// Names of runs: the moment of the declaration in UTC and four letters.
enum RunName {
    static func make(at moment: WallTime) -> String {
        let civil = CivilTime(moment, utcOffset: .zero)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let letters = Array("abcdefghijkmnpqrstuvwxyz")
        let tail = String((0..<4).compactMap { _ in letters.randomElement() })
        return "\(civil.year)\(two(civil.month))\(two(civil.day))-"
            + "\(two(civil.hour))\(two(civil.minute))\(two(civil.second))-\(tail)"
    }
}
