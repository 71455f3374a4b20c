package import Domain
import KafkaAdapter
package import Operations
import Synchronization

/// Plays a scenario in a world that lives, watches it through the console's own snapshots, and asks the truth counter
/// at the end.
package final class ScenarioPlayer: Sendable {
    private let world: World
    private let scenario: Scenario
    private let connectors: PerIDC<any ConnectorControlling>
    private let runs: SandboxRuns?
    private let driver: (any DriverAsking)?
    private let seen = Mutex(Seen())

    private struct Seen {
        /// When the story began; `nil`: the world is not ready yet.
        var began: Duration?
        var alarms: [SandboxReport.Alarm] = []
        var known: Set<Alert> = []
        /// When an alert of a kind was shown last.
        var lastShown: [AlertKind: Duration] = [:]
        var failures: [String] = []
    }

    /// - Parameters:
    ///   - runs: drives the runs of the failover that the scenario asks for.
    ///   - driver: answers what they ask; `nil`: whatever goes on is answered.
    package init(
        _ scenario: Scenario, in world: World, connectors: PerIDC<any ConnectorControlling>, runs: SandboxRuns? = nil,
        driver: (any DriverAsking)? = nil
    ) {
        self.runs = runs
        self.driver = driver
        self.scenario = scenario
        self.world = world
        self.connectors = connectors
    }

    /// Takes the console's newest snapshot in.
    package func watch(_ snapshot: Snapshot) {
        runs?.watch(snapshot)
        let now = world.clock.uptime()
        seen.withLock { seen in
            guard let began = seen.began else { return }
            let at = (now - began).inSeconds
            for alert in snapshot.alerts {
                seen.lastShown[alert.kind] = now - began
                let key = Alert(severity: alert.severity, subject: alert.subject, text: "", kind: alert.kind)
                if seen.known.insert(key).inserted {
                    seen.alarms.append(.init(at: Self.rounded(at), kind: alert.kind, text: alert.text))
                }
            }
        }
    }

    /// Plays it to the end, while the world lives and a collector calls ``watch(_:)``.
    ///
    /// - Throws: the world never got ready, or a log could not be read at the end.
    package func play() async throws(PortError) -> SandboxReport {
        let isSettled = await settles()
        if let failure = world.failure { throw failure }
        guard isSettled else {
            throw PortError(.timedOut, operation: "sandbox", detail: "the world was not ready within 180 s")
        }
        // What the beginning itself looked like to the console is no part of the story.
        try? await world.clock.sleep(.seconds(2))
        let began = world.clock.uptime()
        seen.withLock { $0.began = began }
        var outcomes: [SandboxReport.Outcome] = []
        await withTaskGroup(of: [(Int, SandboxReport.Outcome)].self) { group in
            let steps = Array(scenario.steps.enumerated())
            // Nobody drives two runs at once.
            let runs = steps.filter { $0.element.isRun }
            for steps in [runs] + steps.filter({ !$0.element.isRun }).map({ [$0] }) {
                group.addTask {
                    var outcomes: [(Int, SandboxReport.Outcome)] = []
                    for (index, step) in steps {
                        if let outcome = await self.play(step, from: began) { outcomes.append((index, outcome)) }
                    }
                    return outcomes
                }
            }
            var found: [(Int, SandboxReport.Outcome)] = []
            for await outcomes in group { found += outcomes }
            outcomes = found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        await sleep(until: scenario.length, from: began)
        let seconds = Self.rounded((world.clock.uptime() - began).inSeconds)
        return try await report(seconds: seconds, outcomes)
    }

    /// What goes wrong, for a person at the console: what the operator does is left to them.
    package func playFaultsOnly() async {
        guard await settles(), world.failure == nil else { return }
        let began = world.clock.uptime()
        for step in scenario.steps {
            await sleep(until: step.at, from: began)
            guard let fault = step.fault, !Task.isCancelled else { continue }
            do throws(PortError) {
                world.log(try await world.inject(fault))
            } catch {
                world.log("step at \(step.at.spelled): \(error.operation): \(error.detail)")
            }
        }
    }

    /// Waits until the world is ready or cannot get so.
    private func settles() async -> Bool {
        await world.clock.wait(atMost: .seconds(180)) {
            if world.failure != nil { return true }
            return await world.hasSettled()
        }
    }

    // MARK: Steps

    private func play(_ step: Scenario.Step, from began: Duration) async -> SandboxReport.Outcome? {
        await sleep(until: step.at, from: began)
        do throws(PortError) {
            if let fault = step.fault { _ = try await world.inject(fault) }
            if let act = step.act { try await perform(act) }
        } catch {
            let text = "step at \(step.at.spelled): \(error.operation): \(error.detail)"
            seen.withLock { $0.failures.append(text) }
        }
        guard let expectation = step.expectation else { return nil }
        let from = step.at
        let kind = expectation.alarm
        let isMet = await world.clock.wait(atMost: expectation.within) {
            self.seen.withLock { seen in seen.lastShown[kind].map { $0 >= from } ?? false }
        }
        let at = (world.clock.uptime() - began).inSeconds
        return .init(text: expectation.text, isMet: isMet, at: isMet ? Self.rounded(at) : nil)
    }

    private func perform(_ act: OperatorAct) async throws(PortError) {
        if case .failover(let runbook, let source, let drivers) = act, let runs {
            try await runs.play(runbook, from: source, by: driver, drivers)
        } else {
            try await world.act(act, connectors: connectors)
        }
    }

    private func sleep(until moment: Duration, from began: Duration) async {
        let left = moment - (world.clock.uptime() - began)
        if left > .zero { try? await world.clock.sleep(left) }
    }

    // MARK: The end

    private func report(
        seconds: Double, _ outcomes: [SandboxReport.Outcome]
    ) async throws(PortError) -> SandboxReport {
        // What is seen from now on is the end of the world.
        seen.withLock { $0.began = nil }
        let dead = IDC.allCases.filter { world.sites[$0].isGone }
        await world.traffic.stop()
        let isDrained = await drain(dead)
        let produced = await world.traffic.produced
        await world.traffic.close()
        await world.mirrors.close()
        await world.applications.close()
        let audit = Audit(
            sites: world.sites, topics: world.topics, applications: world.applications, truth: world.truth,
            clock: world.clock, log: world.log)
        let findings = try await audit.findings(dead: dead)
        let (alarms, failures) = seen.withLock { ($0.alarms, $0.failures) }
        let duplicates = SandboxReport.Place.all(in: world.truth.duplicates)
        let announced = world.truth.announcedDuplicates
        var expectations = outcomes
        expectations += failures.map { .init(text: $0, isMet: false, at: nil) }
        expectations.append(.init(text: "the groups reach the ends of the logs", isMet: isDrained, at: nil))
        expectations += scores(
            lost: findings.lost.reduce(0) { $0 + $1.records }, stranded: findings.stranded,
            duplicates: duplicates.reduce(0) { $0 + $1.records }, announced: announced, alarms)
        return SandboxReport(
            scenario: scenario.name, seconds: seconds, produced: produced, mirrored: findings.mirrored,
            deleted: findings.deleted,
            processed: world.truth.processed, lostIn: findings.lost, stranded: findings.stranded,
            duplicatesIn: duplicates, announcedDuplicates: announced, runs: runs?.reports.all ?? [], alarms: alarms,
            expectations: expectations)
    }

    /// Waits until the groups that process whatever comes have nothing left on the surviving sides.
    private func drain(_ dead: [IDC]) async -> Bool {
        await world.clock.wait(atMost: .seconds(20), every: .milliseconds(200)) {
            for idc in IDC.allCases where !dead.contains(idc) {
                guard await self.isDrained(idc) else { return false }
            }
            return true
        }
    }

    private func isDrained(_ idc: IDC) async -> Bool {
        let groups = await world.applications.diligent(on: idc)
        guard !groups.isEmpty else { return true }
        let topics = Set(groups.flatMap(\.topics))
        do throws(PortError) {
            let metadata = try await world.sites[idc].kafka.metadata()
            let bounds = try await world.sites[idc].kafka.ranges(
                of: metadata.topics.filter { topics.contains($0.name) })
            guard bounds.isComplete else { return false }
            for group in groups {
                let reached = await world.applications.reached(by: group.id, on: idc)
                for (partition, range) in bounds.value where group.topics.contains(partition.topic) {
                    guard range.logEnd > range.logStart else { continue }
                    guard let end = reached[partition], end >= range.logEnd else { return false }
                }
            }
            return true
        } catch {
            return false
        }
    }

    private func scores(
        lost: Int64, stranded: Int64, duplicates: Int64, announced: Int64, _ alarms: [SandboxReport.Alarm]
    ) -> [SandboxReport.Outcome] {
        let score = scenario.score
        var outcomes: [SandboxReport.Outcome] = [
            .init(text: "lost at most \(score.lost)", isMet: lost <= score.lost, at: nil)
        ]
        if let most = score.stranded {
            outcomes.append(.init(text: "stranded at most \(most)", isMet: stranded <= most, at: nil))
        }
        switch score.duplicates {
        case .any: break
        case .announced:
            outcomes.append(.init(text: "duplicates as announced", isMet: duplicates <= announced, at: nil))
        case .atMost(let most):
            outcomes.append(.init(text: "duplicates at most \(most)", isMet: duplicates <= most, at: nil))
        }
        if let most = score.alarms {
            let kinds = Set(alarms.map(\.kind)).count
            outcomes.append(.init(text: "alarms of at most \(most) kinds", isMet: kinds <= most, at: nil))
        }
        return outcomes
    }

    private static func rounded(_ seconds: Double) -> Double { Double(Int(seconds * 10 + 0.5)) / 10 }
}
