package import Domain
package import Operations

/// A record of a scripted log: only what tells its origin.
package struct ScriptedRecord: Hashable, Sendable {
    package let headers: [String]
    package let timestamp: WallTime?

    package init(headers: [String] = [], timestamp: WallTime? = nil) {
        self.headers = headers
        self.timestamp = timestamp
    }
}

/// A partition's log: the first surviving offset and every record from there, without holes.
package struct ScriptedLog: Hashable, Sendable {
    package var start: Int64
    package var records: [ScriptedRecord]

    package init(start: Int64 = 0, records: [ScriptedRecord] = []) {
        self.start = start
        self.records = records
    }

    package var end: Int64 { start + Int64(records.count) }
    package var range: OffsetRange { OffsetRange(logStart: Offset(start), logEnd: Offset(end)) }

    package mutating func append(_ count: Int, headers: [String] = [], at timestamp: WallTime? = nil) {
        records.append(contentsOf: repeatElement(ScriptedRecord(headers: headers, timestamp: timestamp), count: count))
    }

    /// As retention does: drops the oldest records.
    package mutating func deleteRecords(below offset: Int64) {
        let gone = max(0, min(offset - start, Int64(records.count)))
        records.removeFirst(Int(gone))
        start += gone
    }
}

/// What a scripted cluster answers: change it and the next call sees it.
package struct ScriptedWorld: Sendable {
    package var metadata: ClusterMetadata
    package var brokerStates: [Int32: BrokerState]
    package var settings: [String: TopicSettings] = [:]
    /// Logs with records; they answer `ranges` and `origins`.
    package var logs: [TopicPartition: ScriptedLog] = [:]
    /// Bounds of partitions without a log here.
    package var ranges: [TopicPartition: OffsetRange] = [:]
    package var groups: [ConsumerGroup] = []
    /// Of the Connect worker's offset topic, by connector.
    package var positions: [String: [TopicPartition: Offset]] = [:]
    package var connectors: [Connector] = []
    package var workers: [ConnectWorkerView] = []
    /// Failures that come along with an answer, by port.
    package var partialFailures: [ScriptedCluster.Port: [PortError]] = [:]

    package init(metadata: ClusterMetadata, brokerStates: [Int32: BrokerState]? = nil) {
        self.metadata = metadata
        self.brokerStates =
            brokerStates
            ?? Dictionary(uniqueKeysWithValues: metadata.brokers.map { ($0.id, BrokerState.up) })
    }

    /// A healthy cluster of `brokers` brokers with the given topics and partition counts, all led by broker 1.
    package init(clusterID: String, brokers: Int32 = 3, topics: [String: Int32] = [:]) {
        let ids = Array(1...max(1, brokers))
        self.init(
            metadata: ClusterMetadata(
                clusterID: clusterID, controllerID: 1,
                brokers: ids.map { Broker(id: $0, host: "\(clusterID)-\($0)", port: 9_092) },
                topics: topics.sorted { $0.key < $1.key }.map { name, count in
                    Topic(
                        name: name, isInternal: name.hasPrefix("__"),
                        partitions: (0..<count).map {
                            Partition(number: $0, leader: 1, replicas: ids, inSyncReplicas: ids)
                        })
                }))
        for (topic, count) in topics {
            for partition in 0..<count { logs[TopicPartition(topic, partition)] = ScriptedLog() }
        }
    }
}
