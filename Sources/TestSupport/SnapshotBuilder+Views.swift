import Domain

extension SnapshotBuilder {
    static let logStart: Int64 = 1_000
    static let logEnd: Int64 = 2_000_000

    private func range(partition: Int) -> OffsetRange {
        OffsetRange(logStart: Offset(Self.logStart), logEnd: Offset(Self.logEnd + Int64(partition)))
    }

    func cluster(_ idc: IDC) -> ClusterView {
        let state = clusters[idc]
        let down = brokersDown[idc]
        let port: Int32 = idc == .idc1 ? 19_091 : 29_091
        let listed = (Int32(1)...3).map { Broker(id: $0, host: "kafka-\(idc.rawValue)-\($0)", port: port + $0) }
        let metadata = ClusterMetadata(
            clusterID: idc == .idc1 ? "aWRjMS1pZGMxLWlkYzEtMQ" : "aWRjMi1pZGMyLWlkYzItMg",
            controllerID: 1, brokers: listed,
            topics: topics.compactMap { fixture in
                fixture.partitions[idc].map { count in
                    Topic(
                        name: fixture.name, partitions: (0..<Int32(count)).map { partition(number: $0, down: down) })
                }
            }.sorted { $0.name < $1.name })
        var ranges: [TopicPartition: OffsetRange] = [:]
        for fixture in topics {
            for number in 0..<(fixture.partitions[idc] ?? 0) {
                ranges[TopicPartition(fixture.name, Int32(number))] = range(partition: number)
            }
        }
        let known = groups.compactMap { group($0, on: idc) }
        let brokers = listed.map { broker in
            BrokerView(
                id: broker.id, address: "\(broker.host):\(broker.port)", state: brokerState(broker.id, on: idc),
                since: at.advanced(by: .seconds(-27)))
        }
        let history = (0..<60).map { Double(24_000 + ($0 * 37) % 900) }
        return ClusterView(
            idc: idc, metadata: reading(metadata, state),
            brokers: state == .pending || state == .unreachable ? [] : brokers,
            ranges: reading(ranges, state), settings: reading([:], state),
            groups: reading(known, groupReadings[idc] ?? state),
            connectors: reading(connectors(on: idc), connect[idc]), connectWorkers: [worker(idc)],
            producedHistory: state == .pending || state == .unreachable || topics.isEmpty ? [] : history)
    }

    private func brokerState(_ id: Int32, on idc: IDC) -> BrokerState {
        guard clusters[idc] == .answering else { return .unknown }
        return brokersDown[idc].contains(id) ? .down(reason: "listed, but does not answer") : .up
    }

    private func partition(number: Int32, down: Set<Int32>) -> Partition {
        let replicas = (0..<Int32(3)).map { (number + $0) % 3 + 1 }
        let inSync = replicas.filter { !down.contains($0) }
        return Partition(number: number, leader: inSync.first, replicas: replicas, inSyncReplicas: inSync)
    }

    private func worker(_ idc: IDC) -> ConnectWorkerView {
        ConnectWorkerView(url: "http://connect-\(idc.rawValue):8083", failure: reading((), connect[idc]).unavailability)
    }

    private func connectorName(_ fixture: TopicFixture, from source: IDC) -> String {
        "mirror-\(source.rawValue)-\(source.other.rawValue)-\(fixture.name)"
    }

    /// The connectors of the mirrors that write to `idc`.
    private func connectors(on idc: IDC) -> [ConnectorView] {
        topics.compactMap { fixture in
            let source = idc.other
            let state = fixture.states[source]
            guard state != .none, state != .topicMissing else { return nil }
            let worker = "connect-\(idc.rawValue):8083"
            var trace: String?
            if case .failed(let reason) = state {
                trace = """
                    \(reason)
                    \tat org.apache.kafka.connect.runtime.WorkerSourceTask.recordSendFailed(WorkerSourceTask.java:151)
                    \tat org.apache.kafka.clients.producer.KafkaProducer.doSend(KafkaProducer.java:1041)
                    Caused by: org.apache.kafka.common.errors.RecordTooLargeException: 1048588 bytes
                    """
            }
            let connector = Connector(
                name: connectorName(fixture, from: source), type: "source",
                state: connectState(of: state, isTask: false),
                workerID: worker,
                tasks: state == .stopped
                    ? []
                    : [
                        ConnectorTask(
                            id: 0, state: connectState(of: state, isTask: true), workerID: worker, trace: trace)
                    ],
                config: [
                    "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector",
                    "topics": fixture.name, "tasks.max": "1", "source.cluster.alias": source.rawValue,
                    "target.cluster.alias": idc.rawValue, "source.cluster.sasl.jaas.config": "[hidden]",
                ])
            let flow = ReplicationFlow(from: source)
            return ConnectorView(connector: connector, role: .mirror(.mirrormaker2, topic: fixture.name, flow: flow))
        }
    }

    private func connectState(of state: MirrorState, isTask: Bool) -> ConnectorState {
        switch state {
        case .running, .notFlowing, .none, .double, .partitionsDiffer, .overtaken, .topicMissing: .running
        case .paused: .paused
        case .stopped: .stopped
        case .failed: isTask ? .failed : .running
        case .unassigned: .unassigned
        case .restarting: .restarting
        case .unknown(let raw): .unknown(raw)
        }
    }

    func mirrorRow(_ fixture: TopicFixture) -> MirrorRow {
        MirrorRow(
            topic: fixture.name,
            partitionCounts: PerIDC { idc in
                reading((), clusters[idc]).lastKnown == nil ? nil : fixture.partitions[idc]
            },
            flows: PerIDC { mirrorFlow(fixture, from: $0) })
    }

    private func mirrorFlow(_ fixture: TopicFixture, from source: IDC) -> MirrorFlow {
        let state = fixture.states[source]
        let hasJob = state != .none && state != .topicMissing
        let reading = reading(state, connect[source.other])
        // Without the source's log nothing can be said of what is left to copy.
        let isCounted = hasJob && clusters[source] == .answering && reading.lastKnown != nil
        let behind = fixture.toCopy[source]?.count ?? 0
        let partitions = fixture.partitions[source] ?? 0
        return MirrorFlow(
            flow: ReplicationFlow(from: source),
            connectors: hasJob && reading.lastKnown != nil ? [connectorName(fixture, from: source)] : [],
            kind: hasJob ? .mirrormaker2 : nil, state: reading,
            positions: (0..<partitions).map { number in
                let range = range(partition: number)
                let position = isCounted ? range.logEnd.advanced(by: number == 0 ? -behind * 2 : 0) : nil
                return MirrorPosition(
                    partition: Int32(number), position: position, range: clusters[source] == .answering ? range : nil)
            },
            toCopy: isCounted ? fixture.toCopy[source] : nil, toScan: isCounted ? behind * 2 : nil,
            lag: hasJob && reading.lastKnown != nil ? lag(fixture, from: source) : nil,
            recordsPerSecond: isCounted ? fixture.recordsPerSecond[source] : nil,
            latency: isCounted ? LatencyPercentiles(p50: .milliseconds(4), p99: .milliseconds(9)) : nil,
            timeUntilLoss: isCounted && behind > 0 ? .seconds(86_000) : nil, notes: fixture.notes[source])
    }

    private func lag(_ fixture: TopicFixture, from source: IDC) -> ReplicationLag? {
        guard let toCopy = fixture.toCopy[source], let readAt = reading((), clusters[source]).readAt else { return nil }
        return ReplicationLag(
            records: toCopy.count, precision: toCopy.isExact ? .exact : .estimated, age: .milliseconds(9),
            readAt: readAt)
    }

    private func group(_ fixture: GroupFixture, on idc: IDC) -> ConsumerGroup? {
        let isHere: Bool
        switch fixture.side {
        case .on(let side): isHere = side == idc
        case .both: isHere = true
        case .none: isHere = fixture.home == idc
        case .unknown: isHere = false
        }
        guard isHere else { return nil }
        let members = members(of: fixture)
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for (number, lag) in fixture.lags.enumerated() {
            guard let lag else { continue }
            let offset = range(partition: number).logEnd.advanced(by: -lag)
            offsets[TopicPartition(fixture.topic, Int32(number))] = CommittedOffset(offset: offset)
        }
        return ConsumerGroup(
            id: fixture.id, state: members.isEmpty ? .empty : .stable, protocolType: "consumer", members: members,
            offsets: offsets)
    }

    private func members(of fixture: GroupFixture) -> [GroupMember] {
        (0..<fixture.memberCount).map { number in
            let mine = fixture.lags.indices.filter { $0 % fixture.memberCount == number }
            return GroupMember(
                memberID: "\(fixture.clientID)-\(number)-6f1c", clientID: "\(fixture.clientID)-\(number)",
                host: fixture.host, assignment: mine.map { TopicPartition(fixture.topic, Int32($0)) })
        }
    }

    func groupRow(_ fixture: GroupFixture) -> GroupRow {
        let presence = PerIDC { idc in reading(group(fixture, on: idc), groupReadings[idc] ?? clusters[idc]) }
        let isEverySideRead = IDC.allCases.allSatisfy { presence[$0].lastKnown != nil }
        let seen = GroupWhereabouts(presence, lastHome: fixture.home)
        let side = isEverySideRead ? fixture.side : seen.side
        let home = isEverySideRead ? fixture.home : seen.home
        let members = members(of: fixture)
        let lag = home.flatMap { idc -> GroupLag? in
            guard presence[idc].lastKnown != nil else { return nil }
            return GroupLag(
                partitions: fixture.lags.enumerated().map { number, lag in
                    let range = range(partition: number)
                    let partition = TopicPartition(fixture.topic, Int32(number))
                    return PartitionLag(
                        topicPartition: partition, committed: lag.map { range.logEnd.advanced(by: -$0) }, range: range,
                        owner: members.first { $0.assignment.contains(partition) })
                })
        }
        return GroupRow(
            id: fixture.id, side: side, presence: presence, home: home, lag: lag,
            verdict: lag == nil ? nil : fixture.verdict, recordsPerSecond: lag == nil ? nil : fixture.recordsPerSecond,
            timeToDrain: lag == nil ? nil : fixture.timeToDrain, sync: fixture.sync)
    }
}
