internal import Domain
internal import KafkaAdapter
internal import Operations

/// Runs the start procedure M4 for partitions that have been assigned.
struct MirrorStarter: Sendable {
    let source: KafkaCluster
    let target: KafkaCluster
    let targetConfiguration: KafkaConfiguration
    let sourceName: String
    let targetName: String
    let targetClusterID: String
    let sourceUUID: KafkaUUID
    let targetUUID: KafkaUUID
    let positions: PositionGroup
    let log: @Sendable (String) -> Void

    /// Why a start has to be tried again, or has failed.
    private enum Obstacle: Error {
        case failure(TaskFailure)
        case notNow(String)
    }

    /// Answers every request, as often as it takes, until it is cancelled.
    func start(_ requests: [StartRequest], desk: LoopDesk, clock: ContinuousClock = ContinuousClock()) async {
        var waiting = requests
        var pause = Duration.milliseconds(200)
        while !waiting.isEmpty, !Task.isCancelled {
            waiting = await attempt(waiting, desk: desk)
            guard !waiting.isEmpty else { return }
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    /// One attempt; what remains is returned.
    private func attempt(_ requests: [StartRequest], desk: LoopDesk) async -> [StartRequest] {
        var later: [StartRequest] = []
        func delay(_ delayed: [StartRequest], _ reason: String) {
            later += delayed
            for request in delayed { desk.give(.startDelayed(request, reason: reason)) }
        }
        // The commit first: what is read of both logs after it lies behind it.
        let commits: [TopicPartition: CommittedCut]
        do throws(PortError) {
            commits = try await positions.committed(requests.map(\.partition))
        } catch {
            if error.kind == .refused {
                for request in requests { desk.give(.started(request, .failure(.unauthorised(error.detail)))) }
                return []
            }
            delay(requests, error.detail)
            return later
        }
        let world: World
        do throws(PortError) {
            world = try await look(at: requests)
        } catch {
            delay(requests, error.detail)
            return later
        }
        let lanes = min(Self.mostScans, requests.count)
        await withTaskGroup(of: [StartRequest].self) { group in
            for lane in 0..<lanes {
                let share = stride(from: lane, to: requests.count, by: lanes).map { requests[$0] }
                group.addTask { await begin(share, commits: commits, in: world, desk: desk) }
            }
            for await delayed in group { later += delayed }
        }
        return later
    }

    /// How many partitions of the target are read at the same time; each takes a consumer of its own.
    private static let mostScans = 4

    /// One partition after the other, with one consumer; what remains is returned.
    private func begin(
        _ requests: [StartRequest], commits: [TopicPartition: CommittedCut], in world: World, desk: LoopDesk
    ) async -> [StartRequest] {
        let scan: CopyScan
        do throws(PortError) {
            scan = try CopyScan(targetConfiguration, log: log)
        } catch {
            for request in requests { desk.give(.started(request, .failure(.other(error.detail)))) }
            return []
        }
        var later: [StartRequest] = []
        for request in requests {
            do throws(Obstacle) {
                let start = try await begin(request, commit: commits[request.partition], in: world, scan: scan)
                desk.give(.started(request, .success(start)))
            } catch {
                switch error {
                case .failure(let failure): desk.give(.started(request, .failure(failure)))
                case .notNow(let reason):
                    later.append(request)
                    desk.give(.startDelayed(request, reason: reason))
                }
            }
        }
        await scan.close()
        return later
    }

    /// Topics and log bounds of both sides.
    private struct World {
        var source: [String: Topic] = [:]
        var target: [String: Topic] = [:]
        var sourceRanges: [TopicPartition: OffsetRange] = [:]
        var targetRanges: [TopicPartition: OffsetRange] = [:]
        var failures: [PortError] = []
    }

    private func look(at requests: [StartRequest]) async throws(PortError) -> World {
        let names = Set(requests.map(\.partition.topic))
        var world = World()
        func topics(_ metadata: ClusterMetadata) -> [String: Topic] {
            Dictionary(
                metadata.topics.filter { names.contains($0.name) }.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        }
        func wanted(_ topics: [String: Topic]) -> [Topic] {
            topics.values.map { topic in
                Topic(
                    name: topic.name,
                    partitions: topic.partitions.filter { partition in
                        requests.contains { $0.partition == TopicPartition(topic.name, partition.number) }
                    })
            }
        }
        world.source = topics(try await source.metadata())
        world.target = topics(try await target.metadata())
        if !world.source.isEmpty {
            let ranges = try await source.ranges(of: wanted(world.source))
            world.sourceRanges = ranges.value
            world.failures += ranges.failures
        }
        let there = wanted(world.target).filter { !$0.partitions.isEmpty }
        if !there.isEmpty {
            let ranges = try await target.ranges(of: there)
            world.targetRanges = ranges.value
            world.failures += ranges.failures
        }
        return world
    }

    private func begin(
        _ request: StartRequest, commit: CommittedCut?, in world: World, scan: CopyScan
    ) async throws(Obstacle) -> MirrorStart {
        let partition = request.partition
        guard let sourceTopic = world.source[partition.topic] else { throw .failure(.topicMissing(on: sourceName)) }
        guard let targetTopic = world.target[partition.topic] else { throw .failure(.topicMissing(on: targetName)) }
        guard targetTopic.partitions.contains(where: { $0.number == partition.partition }) else {
            throw .failure(
                .partitionsDiffer(source: sourceTopic.partitions.count, target: targetTopic.partitions.count))
        }
        guard let sourceRange = world.sourceRanges[partition], let targetRange = world.targetRanges[partition] else {
            if let refused = world.failures.first(where: { $0.kind == .refused }) {
                throw .failure(.unauthorised(refused.detail))
            }
            throw .notNow(world.failures.first?.detail ?? "\(partition) has no leader at present")
        }
        let plan: MirrorStartPlan
        do throws(MirrorStartPlan.Refusal) {
            plan = try MirrorStartPlan(
                commit: commit, targetCluster: targetClusterID, topicID: .unknown,
                bounds: .init(source: sourceRange, target: targetRange), deadLetters: request.wanted.deadLetters,
                accepted: request.wanted.accepted(of: partition.partition))
        } catch {
            throw .failure(.refusedStart(error))
        }
        let copies = try await copies(for: plan, of: request, in: targetRange, scan: scan)
        do throws(MirrorStartPlan.Refusal) {
            let start = try plan.start(copies: copies)
            log(
                "mirror: \(partition) starts at \(start.position), \(commit == nil ? "no commit" : "committed"), "
                    + "\(start.listed.count) copies found past it")
            return start
        } catch {
            throw .failure(.refusedStart(error))
        }
    }

    private func copies(
        for plan: MirrorStartPlan, of request: StartRequest, in target: OffsetRange, scan: CopyScan
    ) async throws(Obstacle) -> [MirroredCopy] {
        // On the target a copy of ours is mirrored, and nothing else.
        let origin = MirroredPartition(
            localCluster: targetUUID, topicHash: request.wanted.topicHash, partition: request.partition.partition)
        let end = target.logEnd.rawValue
        do throws(PortError) {
            switch plan.scan {
            case .forward(let first):
                return try await scan.copies(
                    in: request.partition, from: first, to: end, origin: origin, patience: .seconds(10))
            case .backward(let floor):
                var copies: [MirroredCopy] = []
                var upper = end
                var window: Int64 = 1_000
                while upper > floor, !plan.isEnough(copies) {
                    let lower = max(floor, upper - window)
                    copies =
                        try await scan.copies(
                            in: request.partition, from: lower, to: upper, origin: origin, patience: .seconds(10))
                        + copies
                    upper = lower
                    window *= 4
                }
                return copies
            }
        } catch {
            switch error.kind {
            case .refused: throw .failure(.unauthorised(error.detail))
            case .unreachable, .timedOut, .notFound, .malformed, .unsupported, .conflict, .cancelled, .failed:
                throw .notNow(error.detail)
            }
        }
    }
}
