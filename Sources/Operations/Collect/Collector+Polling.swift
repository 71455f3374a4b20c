import Domain

extension Collector {
    enum Outcome {
        case answered
        case failed(PortError)
        /// What it needs has not been read yet.
        case notReady
    }

    /// Asks a source once and takes its answer in.
    func poll(_ id: SourceID) async -> Outcome {
        guard let idc = id.idc else { return id == .sync ? await pollSync() : await pollTraffic() }
        switch id.source {
        case .metadata: return await pollMetadata(idc)
        case .brokerStates: return await pollBrokerStates(idc)
        case .ranges: return await pollRanges(idc)
        case .groups: return await pollGroups(idc)
        case .settings: return await pollSettings(idc)
        case .connectors: return await pollConnectors(idc)
        case .positions: return await pollPositions(idc)
        case .origins: return await pollOrigins(idc)
        case .sync: return await pollSync()
        }
    }

    /// The reading of a source after a failure: its last value is stale from now on.
    func failed(_ id: SourceID, _ error: PortError, at moment: Moment) {
        let detail = "\(error.operation): \(error.detail)"
        guard id != .sync else {
            syncReadings.statuses = syncReadings.statuses.failed(error.kind, detail, at: moment.wall)
            syncReadings.freeze = syncReadings.freeze.failed(error.kind, detail, at: moment.wall)
            return
        }
        guard let idc = id.idc else {
            trafficReading = trafficReading.failed(error.kind, detail, at: moment.wall)
            return
        }
        switch id.source {
        case .metadata:
            let wasCurrent = readings[idc].metadata.unavailability == nil
            readings[idc].metadata = readings[idc].metadata.failed(error.kind, detail, at: moment.wall)
            // Those that wait for it would wait for ever: they are as unreadable.
            if wasCurrent { ring(.brokerStates, .ranges, .settings, .origins, of: idc) }
        case .brokerStates:
            readings[idc].brokerStates = readings[idc].brokerStates.failed(error.kind, detail, at: moment.wall)
        case .ranges:
            readings[idc].ranges = readings[idc].ranges.failed(error.kind, detail, at: moment.wall)
            assembler.interrupted(idc)
            adoptWaiting(idc, rangesStartedAt: nil)
        case .groups:
            awaitingRanges[idc].groups = nil
            readings[idc].groups = readings[idc].groups.failed(error.kind, detail, at: moment.wall)
        case .settings:
            readings[idc].settings = readings[idc].settings.failed(error.kind, detail, at: moment.wall)
        case .connectors:
            readings[idc].connectors = readings[idc].connectors.failed(error.kind, detail, at: moment.wall)
        case .positions:
            awaitingRanges[idc].positions = nil
            readings[idc].positions = readings[idc].positions.failed(error.kind, detail, at: moment.wall)
        case .origins:
            readings[idc].origins = readings[idc].origins.failed(error.kind, detail, at: moment.wall)
        case .sync: break
        }
    }

    /// Calls a port with a deadline. The call is cancelled when the deadline comes first.
    func bounded<Value: Sendable>(
        _ limit: Duration, _ operation: String, _ call: @escaping @Sendable () async throws(PortError) -> Value
    ) async -> Result<Value, PortError> {
        await withTaskGroup(of: Result<Value, PortError>?.self) { group in
            group.addTask {
                do throws(PortError) {
                    return .success(try await call())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await self.sleep(limit)
                return nil
            }
            defer { group.cancelAll() }
            if let first = await group.next(), let result = first { return result }
            return .failure(
                PortError(.timedOut, operation: operation, detail: "no answer within \(limit.components.seconds) s"))
        }
    }

    /// Since when a source's answers have had holes; starts when they first have.
    func gap(_ failures: [PortError], _ id: SourceID, at moment: Moment) -> Unavailability? {
        guard let first = failures.first else {
            schedules[id]?.partialSince = nil
            return nil
        }
        let since = schedules[id]?.partialSince ?? moment.wall
        schedules[id]?.partialSince = since
        let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
        return Unavailability(kind: first.kind, detail: "\(first.operation): \(first.detail)\(more)", since: since)
    }

    // MARK: Kafka

    private func pollMetadata(_ idc: IDC) async -> Outcome {
        let port = ports[idc].topics
        switch await bounded(deadline(of: .metadata), "Metadata", { () throws(PortError) in try await port.metadata() })
        {
        case .failure(let error): return .failed(error)
        case .success(let metadata):
            let isFirst = readings[idc].metadata.current == nil
            readings[idc].metadata = .known(metadata, at: wallTime())
            assembler.metadataRead(metadata, on: idc)
            if isFirst { ring(.brokerStates, .ranges, .settings, of: idc) }
            return .answered
        }
    }

    /// What is said of a source that needs the topics, while they cannot be read.
    private func withoutMetadata(_ idc: IDC) -> Outcome {
        guard let because = readings[idc].metadata.unavailability else { return .notReady }
        return .failed(PortError(because.kind, operation: "Metadata", detail: because.detail))
    }

    private func pollBrokerStates(_ idc: IDC) async -> Outcome {
        guard let metadata = readings[idc].metadata.lastKnown else { return withoutMetadata(idc) }
        let port = ports[idc].topics
        let brokers = metadata.brokers
        let answer = await bounded(deadline(of: .brokerStates), "broker states") { () throws(PortError) in
            await port.brokerStates(of: brokers)
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let states):
            readings[idc].brokerStates = .known(states, at: wallTime())
            return .answered
        }
    }

    private func pollRanges(_ idc: IDC) async -> Outcome {
        guard let metadata = readings[idc].metadata.lastKnown else { return withoutMetadata(idc) }
        let committed = readings[idc].groups.lastKnown.map(committedTopics) ?? []
        let topics = metadata.topics.filter { assembler.isLive($0) || (!$0.isInternal && committed.contains($0.name)) }
        // No broker is asked for the bounds of nothing: the answer would come from a cluster that is gone, too.
        if topics.isEmpty, readings[idc].metadata.current == nil { return withoutMetadata(idc) }
        let port = ports[idc].offsets
        let started = uptime()
        let answer = await bounded(deadline(of: .ranges), "ListOffsets") { () throws(PortError) in
            try await port.ranges(of: topics)
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let partial):
            let moment = now
            readings[idc].ranges = .known(partial.value, at: moment.wall)
            readings[idc].rangesGap = gap(partial.failures, SourceID(idc: idc, source: .ranges), at: moment)
            assembler.rangesRead(partial.value, on: idc, at: moment.uptime)
            sampling[idc].rangesAt = moment.uptime
            adoptWaiting(idc, rangesStartedAt: started)
            ring(.origins, of: idc)
            return .answered
        }
    }

    private func committedTopics(_ list: GroupList) -> Set<String> {
        var topics: Set<String> = []
        for group in list.groups {
            for topicPartition in (group.offsets ?? [:]).keys { topics.insert(topicPartition.topic) }
        }
        return topics
    }

    /// Shows groups and positions for which newer log bounds have come, or will not come.
    private func adoptWaiting(_ idc: IDC, rangesStartedAt started: Duration?) {
        if let waiting = awaitingRanges[idc].groups, started.map({ $0 >= waiting.read.uptime }) ?? true {
            readings[idc].groups = .known(waiting.value, at: waiting.read.wall)
            if started != nil { readings[idc].groupsBeforeRanges = waiting.value }
            awaitingRanges[idc].groups = nil
            if unusedEvidence != nil { schedules[.sync]?.bell.ring() }
        }
        for side in IDC.allCases {
            // A connector's positions lie in the source's logs, on the other side of its Connect cluster.
            guard side == idc.other, let waiting = awaitingRanges[side].positions,
                started.map({ $0 >= waiting.read.uptime }) ?? true
            else { continue }
            readings[side].positions = .known(waiting.value, at: waiting.read.wall)
            awaitingRanges[side].positions = nil
        }
    }

    private func pollGroups(_ idc: IDC) async -> Outcome {
        let port = ports[idc].groups
        let shown = settings.shownGroups
        let sinks = sinkGroups()
        let answer = await bounded(deadline(of: .groups), "ListGroups") { () throws(PortError) in
            try await port.groups { id in Collector.carriesPositions(id, sinks: sinks) || shown.accepts(id) }
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let partial):
            let moment = now
            let gap = gap(partial.failures, SourceID(idc: idc, source: .groups), at: moment)
            let carriers = partial.value.filter { Collector.carriesPositions($0.id, sinks: sinks) }
            let list = GroupList.merged(
                partial.value.filter { shown.accepts($0.id) },
                positions: Dictionary(carriers.map { ($0.id, $0) }) { first, _ in first }, gap: gap,
                after: readings[idc].groups)
            awaitingRanges[idc].groups = (list, moment)
            if readings[idc].ranges.unavailability != nil {
                adoptWaiting(idc, rangesStartedAt: nil)
            } else if readings[idc].groups.lastKnown == nil {
                ring(.ranges, of: idc)
            }
            return .answered
        }
    }

    private static func carriesPositions(_ id: String, sinks: Set<String>) -> Bool {
        id.hasPrefix("__osync.mirror.") || sinks.contains(id)
    }

    private func sinkGroups() -> Set<String> {
        var names: Set<String> = []
        for idc in IDC.allCases {
            for connector in readings[idc].connectors.lastKnown?.connectors ?? [] {
                if case .mirror(.sink, _, _) = connector.recognition.role {
                    names.insert(connector.connector.sinkGroup)
                }
            }
        }
        return names
    }

    private func pollSettings(_ idc: IDC) async -> Outcome {
        guard let metadata = readings[idc].metadata.lastKnown else { return withoutMetadata(idc) }
        let topics = metadata.topics.filter(assembler.isLive).map(\.name)
        let port = ports[idc].topics
        let answer = await bounded(deadline(of: .settings), "DescribeConfigs") { () throws(PortError) in
            try await port.settings(of: topics)
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let partial):
            let moment = now
            readings[idc].settings = .known(partial.value, at: moment.wall)
            readings[idc].settingsGap = gap(partial.failures, SourceID(idc: idc, source: .settings), at: moment)
            return .answered
        }
    }

    // MARK: Connect and traffic

    private func pollConnectors(_ idc: IDC) async -> Outcome {
        guard let port = ports[idc].connectors else { return .notReady }
        let answer = await bounded(deadline(of: .connectors), "GET /connectors") { () throws(PortError) in
            try await port.connectors()
        }
        readings[idc].workers = await workers(port) ?? readings[idc].workers
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let partial):
            let moment = now
            let isFirst = readings[idc].connectors.lastKnown == nil
            let recognised = recogniser.recognise(partial.value.sorted { $0.name < $1.name }, on: idc)
            readings[idc].connectors = .known(
                ConnectorList(
                    connectors: recognised,
                    gap: gap(partial.failures, SourceID(idc: idc, source: .connectors), at: moment)),
                at: moment.wall)
            if isFirst {
                ring(.positions, .origins, of: idc)
                ring(.origins, of: idc.other)
            }
            return .answered
        }
    }

    private func workers(_ port: any ConnectorReading) async -> [ConnectWorkerView]? {
        let answer = await bounded(.seconds(1), "workers") { () throws(PortError) in await port.workers() }
        switch answer {
        case .success(let workers): return workers
        case .failure: return nil
        }
    }

    private func pollPositions(_ idc: IDC) async -> Outcome {
        var topicFailure: PortError?
        if let port = ports[idc].mirrorPositions {
            let answer = await bounded(deadline(of: .positions), "offset topic") { () throws(PortError) in
                try await port.positions()
            }
            switch answer {
            case .success(let positions):
                take(positions, idc)
                asksConnectForPositions[idc] = false
                return .answered
            case .failure(let error): topicFailure = error
            }
        }
        guard let connectors = readings[idc].connectors.current?.connectors else {
            guard let because = readings[idc].connectors.unavailability else { return .notReady }
            return .failed(topicFailure ?? PortError(because.kind, operation: "offsets", detail: because.detail))
        }
        let names = connectors.compactMap { connector -> String? in
            if case .mirror(.mirrormaker2, _, _) = connector.recognition.role { return connector.connector.name }
            return nil
        }
        switch await askConnect(names, idc) {
        case .failure(let error): return .failed(topicFailure ?? error)
        case .success(let positions):
            take(positions, idc)
            asksConnectForPositions[idc] = true
            return .answered
        }
    }

    private func take(_ positions: [String: [TopicPartition: Offset]], _ idc: IDC) {
        awaitingRanges[idc].positions = (positions, now)
        let source = readings[idc.other]
        if source.ranges.unavailability != nil || source.metadata.unavailability != nil {
            adoptWaiting(idc.other, rangesStartedAt: nil)
        } else if readings[idc].positions.lastKnown == nil {
            ring(.ranges, of: idc.other)
        }
    }

    /// Asks Connect itself (KIP-875), a few connectors at a time. A connector that is gone by now is left out; any
    /// other failure fails the round, because a missing position would look like nothing copied.
    private func askConnect(
        _ names: [String], _ idc: IDC
    ) async -> Result<[String: [TopicPartition: Offset]], PortError> {
        guard let port = ports[idc].connectors else { return .success([:]) }
        let limit = settings.limits.positionRequests
        return await bounded(deadline(of: .positions), "offsets") { () throws(PortError) in
            try await Self.positions(of: names, from: port, atOnce: limit)
        }
    }

    private static func positions(
        of names: [String], from port: any ConnectorReading, atOnce limit: Int
    ) async throws(PortError) -> [String: [TopicPartition: Offset]] {
        var found: [String: [TopicPartition: Offset]] = [:]
        var failure: PortError?
        await withTaskGroup(of: NamedPositions.self) { group in
            var rest = names.makeIterator()
            for _ in 0..<limit {
                guard let name = rest.next() else { break }
                group.addTask { await positions(of: name, from: port) }
            }
            while let answer = await group.next() {
                switch answer.result {
                case .success(let positions): found[answer.name] = positions
                case .failure(let error): if error.kind != .notFound { failure = failure ?? error }
                }
                guard failure == nil, let name = rest.next() else { continue }
                group.addTask { await positions(of: name, from: port) }
            }
        }
        if let failure { throw failure }
        return found
    }

    private struct NamedPositions: Sendable {
        let name: String
        let result: Result<[TopicPartition: Offset], PortError>
    }

    private static func positions(of name: String, from port: any ConnectorReading) async -> NamedPositions {
        do throws(PortError) {
            return NamedPositions(name: name, result: .success(try await port.mirrorPositions(of: name)))
        } catch {
            return NamedPositions(name: name, result: .failure(error))
        }
    }

    private func pollTraffic() async -> Outcome {
        guard let port = traffic else { return .notReady }
        let answer = await bounded(settings.limits.deadline, settings.trafficSource) { () throws(PortError) in
            try await port.configured()
        }
        switch answer {
        case .failure(let error): return .failed(error)
        case .success(let configured):
            trafficReading = .known(configured, at: wallTime())
            assembler.trafficRead(configured, at: uptime())
            return .answered
        }
    }
}
