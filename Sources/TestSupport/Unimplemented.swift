package import Domain
package import Operations
import Testing

/// Every port, none of which a test expects to be used: touching one records an issue.
package struct Unimplemented: Sendable {
    package init() {}

    private func touched(_ operation: String) -> PortError {
        Issue.record("the unimplemented port \(operation) was called")
        return PortError(.unsupported, operation: operation, detail: "not implemented in this test")
    }
}

extension Unimplemented: TopicReading, OffsetReading, GroupReading, RecordReading, MirrorPositionReading {
    package func metadata() async throws(PortError) -> ClusterMetadata { throw touched("metadata") }

    package func brokerStates(of brokers: [Broker]) async -> [Int32: BrokerState] {
        _ = touched("brokerStates")
        return [:]
    }

    package func settings(
        of topics: [String]
    ) async throws(PortError) -> Partial<[String: TopicSettings], PortError> { throw touched("settings") }

    package func ranges(
        of topics: [Topic]
    ) async throws(PortError) -> Partial<[TopicPartition: OffsetRange], PortError> { throw touched("ranges") }

    package func groups(
        where isWanted: @escaping @Sendable (String) -> Bool
    ) async throws(PortError) -> Partial<[ConsumerGroup], PortError> { throw touched("groups") }

    package func origins(
        in stretches: [TopicPartition: Range<Int64>], by rule: ProvenanceRule, within deadline: Duration
    ) async throws(PortError) -> Partial<[TopicPartition: OriginSample], PortError> { throw touched("origins") }

    package func positions() async throws(PortError) -> [String: [TopicPartition: Offset]] {
        throw touched("positions")
    }
}

extension Unimplemented: ConnectorReading, ConnectorControlling {
    package func connectors() async throws(PortError) -> Partial<[Connector], PortError> {
        throw touched("connectors")
    }

    package func mirrorPositions(of name: String) async throws(PortError) -> [TopicPartition: Offset] {
        throw touched("mirrorPositions")
    }

    package func workers() async -> [ConnectWorkerView] {
        _ = touched("workers")
        return []
    }

    package func perform(_ act: ConnectorAct, on name: String) async throws(PortError) { throw touched("perform") }

    package func create(_ name: String, config: [String: String]) async throws(PortError) {
        throw touched("create")
    }
}

extension Unimplemented: TrafficReading, TrafficControlling {
    package func configured() async throws(PortError) -> ConfiguredTraffic { throw touched("configured") }

    package func set(_ split: TrafficSplit) async throws(PortError) { throw touched("set") }
}

extension Unimplemented: JournalReading, JournalWriting {
    package func newest(_ count: Int) async throws(PortError) -> [JournalRecord] { throw touched("newest") }

    package func append(_ record: JournalRecord) async throws(PortError) { throw touched("append") }
}
