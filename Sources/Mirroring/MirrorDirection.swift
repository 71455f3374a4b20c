internal import Domain
internal import FoundationEssentials
internal import KafkaAdapter
internal import Operations
internal import Synchronization

/// One direction of a worker: the loop, and everything slow around it.
final class MirrorDirection: Sendable {
    let flow: ReplicationFlow
    let settings: MirrorWorkerSettings
    let workerID: String
    let board: ControlBoard
    let source: KafkaCluster
    let target: KafkaCluster
    private let log: @Sendable (String) -> Void
    private let wallTime: @Sendable () -> WallTime
    let clock = ContinuousClock()
    let desk = LoopDesk()
    private let turns = Turns()
    private let phase = Mutex(Phase())

    private struct Phase: Sendable {
        var targetClusterID: String?
        var isReady = false
        /// Partition counts of the source's topics.
        var topics: [String: Int] = [:]
        /// `max.message.bytes` of the target's topics, where they could be read.
        var limits: [String: Int] = [:]
        var positions: PositionGroup?
        var definitionWriter: RecordProducer?
    }

    init(
        _ flow: ReplicationFlow, settings: MirrorWorkerSettings, workerID: String, clusters: PerIDC<KafkaCluster>,
        wallTime: @escaping @Sendable () -> WallTime, log: @escaping @Sendable (String) -> Void
    ) {
        self.flow = flow
        self.settings = settings
        self.workerID = workerID
        self.log = log
        self.wallTime = wallTime
        source = clusters[flow.source]
        target = clusters[flow.target]
        board = ControlBoard(sessionTimeout: settings.timing.sessionTimeout, wallTime: wallTime)
    }

    var from: String { settings.names[flow.source] }
    var to: String { settings.names[flow.target] }
    var deadLetterTopic: String { "bascule-dlq-\(from)-\(to)" }
    var targetClusterID: String? { phase.withLock { $0.targetClusterID } }
    /// The wanted states are known, and the loop is at work.
    var isReady: Bool { phase.withLock { $0.isReady } }
    var positions: PositionGroup? { phase.withLock { $0.positions } }
    /// Topics of the source with their partition counts, as last seen.
    var topics: [String: Int] { phase.withLock { $0.topics } }

    func connectorName(of topic: String) -> String { "mirror-\(from)-\(to)-\(topic)" }
    func topic(ofConnector name: String) -> String? {
        let prefix = "mirror-\(from)-\(to)-"
        return name.hasPrefix(prefix) && name.count > prefix.count ? String(name.dropFirst(prefix.count)) : nil
    }

    /// Works until it is cancelled; then finishes what is in flight, commits, and leaves the group.
    func run() async {
        let names = "\(from) to \(to)"
        guard let ids = await clusterIDs(), !Task.isCancelled else { return }
        guard let sourceUUID = OriginNames.cluster(ids.source), let targetUUID = OriginNames.cluster(ids.target) else {
            return log("mirror \(names): libcrypto gives no SHA-256")
        }
        guard ids.source != ids.target else {
            return log("mirror \(names): both sides are the same cluster \(ids.source)")
        }
        do throws(PortError) {
            let positions = try PositionGroup(
                settings.clusters[flow.source], group: MirrorCommit.group(from: from, to: to), log: log)
            let writer = try RecordProducer(Self.unlimited(settings.clusters[flow.target]), log: log)
            let tail = try KeyedTopicTail(
                settings.clusters[flow.target], fetchWait: settings.timing.fetchWait, log: log)
            phase.withLock {
                $0.targetClusterID = ids.target
                $0.positions = positions
                $0.definitionWriter = writer
            }
            await work(
                MirrorLoop.Setup(
                    source: settings.clusters[flow.source], target: settings.clusters[flow.target],
                    group: "bascule-mirror.\(from).\(to)", targetCluster: ids.target, sourceUUID: sourceUUID,
                    timing: settings.timing, distance: settings.distance, positions: positions, wallTime: wallTime,
                    log: log),
                MirrorStarter(
                    source: source, target: target, targetConfiguration: settings.clusters[flow.target],
                    sourceName: from, targetName: to, targetClusterID: ids.target, sourceUUID: sourceUUID,
                    targetUUID: targetUUID, positions: positions, log: log),
                tail: tail, writer: writer)
            await tail.close()
            await writer.close()
            await positions.close()
        } catch {
            log("mirror \(names): \(error.detail)")
        }
    }

    private func work(
        _ setup: MirrorLoop.Setup, _ starter: MirrorStarter, tail: KeyedTopicTail, writer: RecordProducer
    ) async {
        guard await openControlTopics(tail), !Task.isCancelled else { return }
        let lane = BlockingLane(label: "mirror-\(from)-\(to)")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.followControlTopics(tail) }
            group.addTask { await self.watchTopics() }
            group.addTask { await self.watchLimits() }
            group.addTask { await self.publishStates(writer) }
            group.addTask { await self.serveRequests(starter) }
            phase.withLock { $0.isReady = true }
            // The one thing that cancellation does not end at once: it finishes in order.
            let failure = await withTaskCancellationHandler {
                await lane.run { [desk] () -> PortError? in
                    do throws(PortError) {
                        try MirrorLoop(setup, desk: desk).run()
                        return nil
                    } catch {
                        return error
                    }
                }
            } onCancel: {
                desk.give(.stop)
            }
            if let failure { log("mirror \(from) to \(to): \(failure.detail)") }
            phase.withLock { $0.isReady = false }
            group.cancelAll()
        }
        // Gone in order: nobody has to wait for the session to end.
        try? writer.produce(
            ProducerRecord(
                topic: ControlBoard.statusTopic, key: Array(ControlBoard.workerKey(workerID).utf8), value: nil))
        try? await writer.flush(within: .seconds(2))
    }

    // MARK: Beginning

    private func clusterIDs() async -> (source: String, target: String)? {
        var told: Set<String> = []
        while !Task.isCancelled {
            do throws(PortError) {
                let ids = (try await source.metadata().clusterID, try await target.metadata().clusterID)
                if !ids.0.isEmpty, !ids.1.isEmpty { return ids }
            } catch {
                if told.insert(error.detail).inserted { log("mirror \(from) to \(to): \(error.detail)") }
            }
            try? await clock.sleep(for: .seconds(1))
        }
        return nil
    }

    /// A record may be as large as the largest source topic allows.
    private static func unlimited(_ configuration: KafkaConfiguration) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrap: configuration.bootstrap,
            properties: configuration.properties.merging(["message.max.bytes": "1000000000"]) { _, own in own },
            clientID: configuration.clientID, requestTimeout: configuration.requestTimeout)
    }

    /// Creates what is missing and reads to the end of what stands there: nothing is mirrored before the wanted
    /// states are known. False when cancelled.
    private func openControlTopics(_ tail: KeyedTopicTail) async -> Bool {
        let names = [ControlBoard.definitionTopic, ControlBoard.statusTopic]
        while !Task.isCancelled {
            do throws(PortError) {
                var metadata = try await target.metadata()
                let missing = (names + [deadLetterTopic]).filter { name in !metadata.topics.contains { $0.name == name }
                }
                if !missing.isEmpty {
                    try await create(missing, brokers: metadata.brokers.count)
                    metadata = try await target.metadata()
                }
                let partitions = metadata.topics.filter { names.contains($0.name) }.flatMap { topic in
                    topic.partitions.map { TopicPartition(topic.name, $0.number) }
                }
                if Set(partitions.map(\.topic)).count == names.count {
                    try tail.start(partitions)
                    while !tail.isReadToEnd, !Task.isCancelled {
                        take(try await tail.next(wait: .milliseconds(50)), isOld: true)
                    }
                    if tail.isReadToEnd { return true }
                }
            } catch {
                log("mirror \(from) to \(to): \(error.detail)")
            }
            try? await clock.sleep(for: .seconds(1))
        }
        return false
    }

    private func create(_ topics: [String], brokers: Int) async throws(PortError) {
        let creator = try TopicCreator(settings.clusters[flow.target], log: log)
        var failure: PortError?
        for topic in topics {
            do throws(PortError) {
                let isDeadLetters = topic == deadLetterTopic
                try await creator.create(
                    topic, partitions: 1, replication: max(1, min(3, brokers)),
                    settings: isDeadLetters ? await deadLetterSettings() : ["cleanup.policy": "compact"])
            } catch {
                failure = error
                break
            }
        }
        await creator.close()
        if let failure { throw failure }
    }

    /// Room for the largest record of the source.
    private func deadLetterSettings() async -> [String: String] {
        guard let metadata = try? await source.metadata() else { return [:] }
        let names = metadata.topics.map(\.name).filter { !Coverage.isNeverMirrored($0) }
        guard !names.isEmpty, let read = try? await source.settings(of: names) else { return [:] }
        return read.value.values.compactMap(\.maxMessageBytes).max().map { largest in
            // The error headers come on top.
            ["max.message.bytes": "\(min(largest + 65_536, Int(Int32.max)))"]
        } ?? [:]
    }

    // MARK: Going on

    private func take(_ entries: [KeyedTopicTail.Entry], isOld: Bool) {
        for entry in entries {
            board.take(
                topic: entry.topic, key: entry.key, value: entry.value, timestamp: entry.timestamp, isOld: isOld)
        }
    }

    private func followControlTopics(_ tail: KeyedTopicTail) async {
        var told = ""
        while !Task.isCancelled {
            do throws(PortError) {
                let entries = try await tail.next(wait: .milliseconds(20))
                take(entries, isOld: false)
                if entries.contains(where: { $0.topic == ControlBoard.definitionTopic }) { orderWanted() }
                if !entries.isEmpty { continue }
            } catch {
                if error.detail != told, error.kind != .cancelled {
                    told = error.detail
                    log("mirror \(from) to \(to): \(error.detail)")
                }
            }
            try? await clock.sleep(for: .milliseconds(50))
        }
    }

    /// How large a record the target's topics take. A cluster that does not tell leaves it unknown.
    private func watchLimits() async {
        while !Task.isCancelled {
            let names = mirrors().map(\.topic)
            let read = names.isEmpty ? nil : try? await target.settings(of: names)
            if let read {
                let limits = read.value.compactMapValues(\.maxMessageBytes)
                let isNew = phase.withLock { phase in
                    defer { phase.limits = limits }
                    return phase.limits != limits
                }
                if isNew { orderWanted() }
            }
            try? await clock.sleep(for: names.isEmpty ? .milliseconds(100) : settings.timing.retryInterval)
        }
    }

    private func watchTopics() async {
        while !Task.isCancelled {
            do throws(PortError) {
                let metadata = try await source.metadata()
                let topics = metadata.topics.filter { !Coverage.isNeverMirrored($0.name) }
                phase.withLock { phase in
                    phase.topics = Dictionary(topics.map { ($0.name, $0.partitions.count) }, uniquingKeysWith: { $1 })
                }
                orderWanted()
            } catch {
                if error.kind != .cancelled { log("mirror \(from) to \(to): \(error.detail)") }
            }
            try? await clock.sleep(for: settings.timing.topicInterval)
        }
    }

    /// Tells the loop what is wanted now.
    private func orderWanted() {
        var wanted: [String: WantedMirror] = [:]
        let limits = phase.withLock { $0.limits }
        for mirror in mirrors() {
            guard mirror.definition.state != .stopped, let partitions = topics[mirror.topic],
                let hash = OriginNames.topicHash(mirror.topic)
            else { continue }
            let definition = mirror.definition
            wanted[mirror.topic] = WantedMirror(
                topic: mirror.topic, topicHash: hash, isPaused: definition.state == .paused,
                deadLetters: definition.deadLetters, throttle: definition.throttle ?? settings.throttle,
                acceptedGaps: definition.acceptedGaps, restarts: definition.restarts,
                restartsOnlyFailed: definition.restartsOnlyFailed, taskRestarts: definition.restartsByPartition,
                sourcePartitions: partitions,
                limit: limits[mirror.topic])
        }
        let smallest = wanted.keys.compactMap { limits[$0] }.min() ?? 1_000_000
        desk.give(.wanted(wanted, batchBytes: max(1_000, min(smallest, 1_000_000))))
    }

    /// Every mirror that there is: defined, or selected and not deleted.
    func mirrors() -> [(name: String, topic: String, definition: MirrorDefinition)] {
        let definitions = board.definitions
        let unreadable = board.unreadable
        var found: [String: MirrorDefinition] = [:]
        for (name, definition) in definitions {
            guard topic(ofConnector: name) != nil else { continue }
            found[name] = definition
        }
        for topic in topics.keys where settings.selects(topic) {
            let name = connectorName(of: topic)
            guard found[name] == nil else { continue }
            found[name] = MirrorDefinition(
                config: MirrorDefinition.standardConfig(name: name, from: from, to: to, topic: topic))
        }
        return found.compactMap { name, definition in
            guard !definition.isDeleted, !unreadable.contains(name), let topic = topic(ofConnector: name) else {
                return nil
            }
            return (name, topic, definition)
        }.sorted { $0.name < $1.name }
    }

    private func serveRequests(_ starter: MirrorStarter) async {
        await withDiscardingTaskGroup { group in
            for await request in desk.requests {
                switch request {
                case .start(let requests):
                    group.addTask { await starter.start(requests, desk: self.desk) }
                case .deadLetter(let request, let sequence, let record):
                    group.addTask { await self.deadLetter(request, sequence, record) }
                }
            }
            group.cancelAll()
        }
    }

    private func deadLetter(_ request: StartRequest, _ sequence: Int64, _ record: ProducerRecord) async {
        let result: Result<Void, PortError>
        do throws(PortError) {
            let producer = try RecordProducer(Self.unlimited(settings.clusters[flow.target]), log: log)
            do throws(PortError) {
                try producer.produce(
                    ProducerRecord(
                        topic: deadLetterTopic, key: record.key, value: record.value, headers: record.headers,
                        timestamp: record.timestamp))
                try await producer.flush(within: .seconds(60))
                let counts = producer.deliveries
                result =
                    counts.delivered == 1
                    ? .success(())
                    : .failure(PortError(.failed, operation: "Produce", detail: counts.failure ?? "not acknowledged"))
            } catch {
                result = .failure(error)
            }
            await producer.close()
        } catch {
            result = .failure(error)
        }
        desk.give(.deadLettered(request, sequence: sequence, result))
    }

    private func publishStates(_ writer: RecordProducer) async {
        var published: [TopicPartition: ControlBoard.StatusRecord] = [:]
        var nextSign = clock.now
        while !Task.isCancelled {
            let now = clock.now
            if now >= nextSign {
                nextSign = now.advanced(by: settings.timing.sessionTimeout / 4)
                write(ControlBoard.workerKey(workerID), ["worker_id": workerID], on: writer)
            }
            let views = desk.currentViews
            for (partition, view) in views {
                var record = ControlBoard.StatusRecord(
                    state: view.state.rawValue, workerID: workerID, trace: view.trace, notFlowing: view.notFlowing,
                    position: nil, gap: view.gap)
                guard published[partition] != record else { continue }
                published[partition] = record
                record.position = view.position
                write(
                    ControlBoard.statusKey(connectorName(of: partition.topic), partition.partition), record, on: writer)
            }
            published = published.filter { views[$0.key] != nil }
            try? await clock.sleep(for: .milliseconds(200))
        }
    }

    private func write(_ key: String, _ value: some Encodable, on writer: RecordProducer) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let bytes = try? encoder.encode(value) else { return }
        do throws(PortError) {
            try writer.produce(
                ProducerRecord(topic: ControlBoard.statusTopic, key: Array(key.utf8), value: [UInt8](bytes)))
        } catch {
            log("mirror \(from) to \(to): state not written: \(error.detail)")
        }
    }

    // MARK: Changing

    /// Alters a definition, and returns what it is once this worker has read it back from the topic.
    ///
    /// One change at a time: each is made of what the one before it has left, and none waits for a definition that
    /// another has already replaced.
    ///
    /// - Parameter standard: where nothing was ever defined.
    func define(
        _ name: String, else standard: MirrorDefinition, _ alter: (inout MirrorDefinition) -> Void
    ) async throws(PortError) -> MirrorDefinition {
        await turns.take()
        defer { turns.leave() }
        var definition = board.definitions[name] ?? standard
        alter(&definition)
        guard let writer = phase.withLock({ $0.definitionWriter }), let bytes = definition.bytes else {
            throw PortError(.conflict, operation: "define", detail: "the worker is not ready yet")
        }
        try writer.produce(
            ProducerRecord(topic: ControlBoard.definitionTopic, key: Array(name.utf8), value: bytes))
        try await writer.flush(within: .seconds(10))
        let deadline = clock.now.advanced(by: .seconds(10))
        while board.definitions[name] != definition {
            guard clock.now < deadline, !Task.isCancelled else {
                throw PortError(
                    .timedOut, operation: "define",
                    detail: "\(name) was written and is not read back yet, or another worker has changed it since")
            }
            try? await clock.sleep(for: .milliseconds(20))
        }
        return definition
    }
}
