package import Domain

/// Brokers, topics and partitions of one cluster.
package protocol TopicReading: Sendable {
    /// All brokers, topics and partitions, in one Metadata request.
    func metadata() async throws(PortError) -> ClusterMetadata

    /// Whether each listed broker answers a request of its own. Brokers that are not listed are not asked.
    func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState]

    /// The settings of the given topics, in batches.
    func settings(of topics: [String]) async throws(PortError) -> Partial<[String: TopicSettings], PortError>
}

/// Log bounds of one cluster.
package protocol OffsetReading: Sendable {
    /// Log start and end (`read_uncommitted`) of every partition of the given topics that has a leader, one
    /// request per leader. Partitions that could not be read are missing in the value and named in a failure.
    func ranges(of topics: [Topic]) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError>
}

/// Consumer groups of one cluster.
package protocol GroupReading: Sendable {
    /// Every group with its state, members and committed offsets. `isWanted` leaves groups out before they
    /// are described. Groups of brokers that did not answer are missing, and a failure says so.
    func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError>
}

/// Records of one cluster, looked at by their headers.
package protocol RecordReading: Sendable {
    /// Reads the given stretches and tells local records from copies. Stretches that were not finished by
    /// the deadline come back with a shorter `to`; those not begun are missing.
    func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError>
}

/// Positions of MirrorMaker 2's source connectors, from the Connect worker's offset topic.
package protocol MirrorPositionReading: Sendable {
    /// The next source offset to read (last mirrored offset + 1) per connector and source partition.
    /// Costs only what was appended since the last call.
    func positions() async throws(PortError) -> [String: [TopicPartition: Offset]]
}
