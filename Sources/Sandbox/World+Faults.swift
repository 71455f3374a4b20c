package import Domain
import KafkaAdapter
package import Operations
import Synchronization

extension World {
    /// Makes something go wrong, or right again.
    ///
    /// - Returns: what was done, a line for people.
    package func inject(_ fault: Fault) async throws(PortError) -> String {
        switch fault {
        case .cut(let idc): try await cut(idc)
        case .heal(let idc): try await heal(idc)
        case .killBroker(let idc, let id): try await sites[idc].kill(broker: id)
        case .restoreBroker(let idc, let id): try await sites[idc].restore(broker: id)
        case .stallMirror(let target): try await change(target) { $0.bytesPerSecond = Self.stalledBytesPerSecond }
        case .slowMirror(let target): try await change(target) { $0.bytesPerSecond = Self.slowBytesPerSecond }
        case .failMirror(let target): try await refuse(target, recordOf: Self.ordinaryBytes)
        case .releaseMirror(let target): try await release(target)
        case .roundTrip(let time): distance.set(time)
        case .wrongSide(let group): try await applications.startStray(group)
        case .rightSide(let group): await applications.stopStray(group)
        case .unmirrored(let topic): try await addTopic(topic, partitions: 2, onIDC2: 2, isMirrored: false)
        case .partitionsDiffer(let topic): try await addTopic(topic, partitions: 3, onIDC2: 2, isMirrored: true)
        case .tooLarge(let topic, let idc):
            try await refuse(
                MirrorTarget(topic: topic, flow: ReplicationFlow(from: idc)), recordOf: Self.tooLargeBytes)
        case .flood(let topic, let idc):
            for _ in 0..<Self.floodRecords { try await traffic.produce(to: topic, on: idc, bytes: Self.floodBytes) }
        case .stray(let idc, let recordsPerSecond): await traffic.setStray(idc, recordsPerSecond: recordsPerSecond)
        case .expire(let group): try await expire(group)
        case .slowHistory(let time): setHistoryPause(time)
        }
        return "fault injected: \(fault.spelled)"
    }

    /// Less than one record an hour.
    private static let stalledBytesPerSecond = 1
    /// Two records a second.
    private static let slowBytesPerSecond = 600
    private static let tooLargeBytes = 600_000
    private static let ordinaryBytes = 300
    /// Together more than the 5 MiB that a mock cluster keeps of a partition.
    private static let floodRecords = 90
    private static let floodBytes = 100_000

    /// First the cluster: what dies after it can leave nothing behind there.
    private func cut(_ idc: IDC) async throws(PortError) {
        router.backend(of: idc, isUp: false)
        try sites[idc].cut()
        await mirrors.kill(beside: idc)
        await applications.kill(on: idc)
        await traffic.kill(idc)
    }

    private func heal(_ idc: IDC) async throws(PortError) {
        try await sites[idc].heal()
        try await traffic.open(idc)
        router.backend(of: idc, isUp: true)
        try await mirrors.open(beside: idc)
        try await applications.startAll(on: idc)
    }

    private func change(
        _ target: MirrorTarget, _ alter: (inout MirrorJobSettings) -> Void
    ) async throws(PortError) {
        guard topics.mirrored.contains(target.topic) else {
            throw PortError(.notFound, operation: "inject", detail: "nothing mirrors a topic \(target.topic)")
        }
        var settings = jobs.withLock { $0[target] ?? MirrorJobSettings() }
        alter(&settings)
        try await mirrors.define(target, settings)
        jobs.withLock { $0[target] = settings }
    }

    /// Full speed again. What was refused is tried again when the mirror's failed task is restarted.
    private func release(_ target: MirrorTarget) async throws(PortError) {
        try await change(target) { $0.bytesPerSecond = nil }
    }

    /// The target's brokers refuse one record: the mirror FAILS on it.
    ///
    /// A mock cluster has no limit of its own, it can only be told to refuse what comes next. So for a moment nothing
    /// else comes: users' requests are held back, and the mirrors are let come to rest.
    private func refuse(_ target: MirrorTarget, recordOf bytes: Int) async throws(PortError) {
        guard topics.mirrored.contains(target.topic) else {
            throw PortError(.notFound, operation: "inject", detail: "nothing mirrors a topic \(target.topic)")
        }
        let source = target.flow.source
        let mock = sites[target.flow.target].mock
        await traffic.hold(true)
        await clock.wait(atMost: .seconds(4)) { self.isAtRest(source) }
        let failure: PortError?
        do throws(PortError) {
            try mock.push(Array(repeating: .messageTooLarge, count: Self.refusals), on: .produce)
            try await traffic.produce(to: target.topic, on: source, bytes: bytes)
            try? await clock.sleep(Self.refusing)
            try mock.clearFaults(on: .produce)
            failure = nil
        } catch {
            failure = error
        }
        await traffic.hold(false)
        if let failure { throw failure }
    }

    /// How many requests are refused at most, and for how long: the batch, and then its records one by one.
    private static let refusals = 40
    private static let refusing: Duration = .milliseconds(1_500)

    /// Whether the mirrors that read from a side have come to the ends of its logs.
    private func isAtRest(_ source: IDC) -> Bool {
        let positions = anchors.positions(from: source)
        let ends = anchors.ranges(of: source)
        return positions.allSatisfy { partition, position in ends[partition].map { $0.logEnd <= position } ?? true }
    }

    private func addTopic(
        _ name: String, partitions: Int, onIDC2 partitionsOnIDC2: Int, isMirrored: Bool
    ) async throws(PortError) {
        guard topics.topic(name) == nil else {
            throw PortError(.conflict, operation: "create topic", detail: "\(name) is there already")
        }
        try sites.idc1.mock.createTopic(name, partitions: partitions, replication: 3)
        try sites.idc2.mock.createTopic(name, partitions: partitionsOnIDC2, replication: 3)
        let topic = WorldTopic(name, weight: 2, partitions: min(partitions, partitionsOnIDC2))
        topics.add(topic, isMirrored: isMirrored)
        await traffic.add(topic)
        guard isMirrored else { return }
        for flow in ReplicationFlow.all {
            try await mirrors.define(MirrorTarget(topic: name, flow: flow), MirrorJobSettings())
        }
    }

    /// Deletes a group's commits on every side where it has no members and whose cluster is there.
    private func expire(_ id: String) async throws(PortError) {
        guard let group = await applications.named[id] else {
            throw PortError(.notFound, operation: "expire", detail: "no group with consumers is called \(id)")
        }
        for idc in IDC.allCases where !sites[idc].isGone {
            let description = await applications.descriptions(on: idc).first { $0.group.id == id }
            if let description, description.state.isLive { continue }
            let metadata = try await sites[idc].kafka.metadata()
            let partitions = metadata.partitions(of: group.topics)
            let told = try await applications.committed(of: id, on: idc, in: partitions)
            let nothing = Dictionary(uniqueKeysWithValues: partitions.map { ($0, CommittedOffset?.none) })
            standIn.write(nothing, of: id, on: idc, told: told)
        }
    }

    // MARK: The operator

    /// Does what an operator would do, for scenarios that are played without a person.
    package func act(
        _ act: OperatorAct, connectors: PerIDC<any ConnectorControlling>
    ) async throws(PortError) {
        func perform(_ what: ConnectorAct, _ target: MirrorTarget) async throws(PortError) {
            try await connectors[target.flow.target].perform(what, on: MirrorNames.connector(target))
        }
        switch act {
        case .setTraffic(let split): try await router.set(split)
        case .move(let groups, let target):
            let moves = GroupMoves(
                sites: sites, applications: applications, anchors: anchors, offsets: offsets, clock: clock)
            try await moves.move(Glob(groups), to: target)
        case .failover:
            throw PortError(.unsupported, operation: "failover", detail: "runs are driven by the scenario's player")
        case .pause(let target): try await perform(.pause, target)
        case .resume(let target): try await perform(.resume, target)
        case .restartFailed(let target): try await perform(.restartFailed, target)
        }
    }
}
