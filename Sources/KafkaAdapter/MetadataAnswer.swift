internal import CRdkafka
internal import Domain

/// A Metadata response in Swift values.
struct MetadataAnswer: Sendable {
    let metadata: ClusterMetadata
    /// Who answered; `nil` for a bootstrap address whose id is not known yet.
    let answeringBroker: Int32?
    /// What the cluster says about a topic that it does not list.
    let topicErrors: [String: KafkaError]

    /// Topics that Kafka itself marks internal (`org.apache.kafka.common.internals.Topic`); librdkafka 2.0.2
    /// does not pass the mark on.
    static let internalTopics: Set<String> = ["__consumer_offsets", "__transaction_state", "__share_group_state"]

    /// Asks for all topics, or for one. Blocks.
    ///
    /// librdkafka says `_TRANSPORT` while no broker is connected, and `_TIMED_OUT` when the one it chose does not
    /// answer; it does not try another by itself. So the first attempt is short.
    /// - Parameter isHopeless: whether connections have failed for good after the given time, so that waiting on
    ///   is of no use.
    static func read(
        _ handle: OpaquePointer, topic: String?, timeout: Duration, elapsed: () -> Duration,
        isHopeless: (_ after: Duration) -> Bool
    ) throws(KafkaError) -> MetadataAnswer {
        var isConnected = false
        while true {
            let remaining = timeout - elapsed()
            let patience = isConnected ? remaining : min(remaining, .seconds(1))
            switch ask(handle, topic: topic, timeout: patience) {
            case .success(let answer):
                return answer
            case .failure(let error):
                let isTimeOver = elapsed() >= timeout
                switch error.responseError {
                case RD_KAFKA_RESP_ERR__TIMED_OUT where !isTimeOver:
                    isConnected = true
                case RD_KAFKA_RESP_ERR__TRANSPORT where !isTimeOver && !isHopeless(elapsed()):
                    isConnected = false
                default:
                    throw error
                }
            }
        }
    }

    private static func ask(
        _ handle: OpaquePointer, topic: String?, timeout: Duration
    ) -> Result<MetadataAnswer, KafkaError> {
        var onlyTopic: OpaquePointer?
        if let topic {
            onlyTopic = rd_kafka_topic_new(handle, topic, nil)
            guard onlyTopic != nil else {
                return .failure(
                    KafkaError(
                        rd_kafka_last_error(), operation: "Metadata", reason: "'\(topic)' is no valid topic name"))
            }
        }
        defer { if let onlyTopic { rd_kafka_topic_destroy(onlyTopic) } }
        var found: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(
            handle, topic == nil ? 1 : 0, onlyTopic, &found, timeout.librdkafkaMilliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let found else {
            return .failure(KafkaError(code, operation: "Metadata"))
        }
        defer { rd_kafka_metadata_destroy(found) }
        return .success(MetadataAnswer(found.pointee, handle: handle))
    }

    private init(_ raw: rd_kafka_metadata, handle: OpaquePointer) {
        var brokers: [Broker] = []
        for index in 0..<Int(raw.broker_cnt) {
            let broker = raw.brokers[index]
            brokers.append(
                Broker(id: broker.id, host: broker.host.map { String(cString: $0) } ?? "", port: Int32(broker.port)))
        }
        var topics: [Topic] = []
        var errors: [String: KafkaError] = [:]
        topics.reserveCapacity(Int(raw.topic_cnt))
        for index in 0..<Int(raw.topic_cnt) {
            let topic = raw.topics[index]
            guard let rawName = topic.topic else { continue }
            let name = String(cString: rawName)
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt > 0 else {
                errors[name] = KafkaError(topic.err, operation: "Metadata")
                continue
            }
            topics.append(
                Topic(
                    name: name, isInternal: Self.internalTopics.contains(name),
                    partitions: Self.partitions(of: topic)))
        }
        // The newest Metadata response has set both, so neither call waits.
        let controller = rd_kafka_controllerid(handle, 0)
        let clusterID = rd_kafka_clusterid(handle, 0)
        defer { if let clusterID { rd_kafka_mem_free(handle, clusterID) } }
        metadata = ClusterMetadata(
            clusterID: clusterID.map { String(cString: $0) } ?? "",
            // A mock cluster names a broker that it does not have.
            controllerID: brokers.contains { $0.id == controller } ? controller : nil,
            brokers: brokers.sorted { $0.id < $1.id },
            topics: topics.sorted { $0.name < $1.name })
        answeringBroker = raw.orig_broker_id < 0 ? nil : raw.orig_broker_id
        topicErrors = errors
    }

    private static func partitions(of topic: rd_kafka_metadata_topic) -> [Partition] {
        var partitions: [Partition] = []
        partitions.reserveCapacity(Int(topic.partition_cnt))
        for index in 0..<Int(topic.partition_cnt) {
            let partition = topic.partitions[index]
            partitions.append(
                Partition(
                    number: partition.id, leader: partition.leader < 0 ? nil : partition.leader,
                    replicas: Array(UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt))),
                    inSyncReplicas: Array(UnsafeBufferPointer(start: partition.isrs, count: Int(partition.isr_cnt)))))
        }
        return partitions.sorted { $0.number < $1.number }
    }
}
