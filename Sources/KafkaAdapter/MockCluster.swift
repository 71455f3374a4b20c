internal import CRdkafka
internal import Domain
internal import Glibc
package import Operations
internal import Synchronization

/// librdkafka's mock cluster: brokers on loopback ports that speak the real protocol, for the demo and for tests.
/// Other processes can connect too.
///
/// It keeps headers and timestamps. It knows no group listing, configurations, topic creation by clients, time
/// retention, compaction, or offsets by timestamp; open and aborted transactions are delivered. A partition
/// keeps about 100,000 batches or 5 MiB, whichever comes first. A broker set down stays in metadata, in every
/// ISR and leader: ``moveLeader(topic:partition:to:)`` moves leaderships.
package final class MockCluster: Sendable {
    /// Kafka's API keys that errors can be pushed for.
    package enum Request: Int16, Sendable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case offsetFetch = 9
        case findCoordinator = 10
        case initProducerId = 22
    }

    /// What a mock broker can answer instead.
    package enum Fault: Sendable {
        case notLeader
        case unknownTopicOrPartition
        case topicAuthorizationFailed
        case notEnoughReplicas
        case messageTooLarge
        case requestTimedOut
        /// Closes the connection instead of answering.
        case disconnect
        /// Any of Kafka's error codes.
        case code(Int32)

        fileprivate var responseError: rd_kafka_resp_err_t {
            switch self {
            case .notLeader: RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
            case .unknownTopicOrPartition: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
            case .topicAuthorizationFailed: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
            case .notEnoughReplicas: RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS
            case .messageTooLarge: RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
            case .requestTimedOut: RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT
            case .disconnect: RD_KAFKA_RESP_ERR__TRANSPORT
            case .code(let code): rd_kafka_resp_err_t(rawValue: code)
            }
        }
    }

    /// `nil` once destroyed.
    private let world: Mutex<MockWorld?>
    private let lane = BlockingLane(label: "mock")

    /// `host:port` of every broker, for `bootstrap.servers`.
    package let bootstrap: String
    /// From 1 on.
    package let brokerIDs: [Int32]

    private init(_ world: consuming MockWorld, bootstrap: String, brokers: Int) {
        self.world = Mutex(world)
        self.bootstrap = bootstrap
        brokerIDs = (1...Int32(brokers)).map { $0 }
    }

    deinit {
        guard let left = world.withLock({ $0.take() }) else { return }
        lane.start { left.destroy() }
    }

    /// Starts brokers 1 to `brokers` on free loopback ports.
    package static func start(brokers: Int = 3) throws(PortError) -> MockCluster {
        guard brokers > 0, let world = MockWorld.start(brokers: brokers),
            let bootstrap = rd_kafka_mock_cluster_bootstraps(world.cluster)
        else {
            throw PortError(.failed, operation: "mock cluster", detail: "\(brokers) brokers could not be started")
        }
        return MockCluster(world, bootstrap: String(cString: bootstrap), brokers: brokers)
    }

    /// Creates a topic. One that exists is `.failed`.
    package func createTopic(_ name: String, partitions: Int, replication: Int = 1) throws(PortError) {
        try tell("create topic \(name)") { cluster in
            rd_kafka_mock_topic_create(cluster, name, Int32(partitions), Int32(replication))
        }
    }

    /// Disconnects everybody from the broker and refuses new connections.
    package func setDown(broker: Int32) throws(PortError) {
        try tell("set broker \(broker) down") { rd_kafka_mock_broker_set_down($0, broker) }
    }

    /// Lets the broker accept connections again, as soon as nobody else listens on its port: rdkafka_mock.c ends the
    /// process by an assertion where somebody does. A process that is being started can have the broker's own old
    /// listener for a moment more.
    ///
    /// - Throws: `.conflict` when another program keeps the port for a second.
    package func setUp(broker: Int32) async throws(PortError) {
        let operation = "set broker \(broker) up"
        if let port = port(of: broker) {
            let deadline = ContinuousClock().now + .seconds(1)
            while !port.isFree {
                guard ContinuousClock().now < deadline, !Task.isCancelled else {
                    throw PortError(
                        .conflict, operation: operation,
                        detail: "another program listens on its port, 127.0.0.1:\(port.number)")
                }
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        try tell(operation) { rd_kafka_mock_broker_set_up($0, broker) }
    }

    private func port(of broker: Int32) -> LoopbackPort? {
        let addresses = bootstrap.split(separator: ",")
        guard let index = brokerIDs.firstIndex(of: broker), index < addresses.count,
            let number = addresses[index].split(separator: ":").last.flatMap({ UInt16($0) })
        else { return nil }
        return LoopbackPort(number: number)
    }

    /// Delays every answer of a broker, or of all for `nil`.
    package func setRoundTrip(_ time: Duration, broker: Int32? = nil) throws(PortError) {
        let milliseconds = time <= .zero ? 0 : time.librdkafkaMilliseconds
        try tell("set round trip") { rd_kafka_mock_broker_set_rtt($0, broker ?? -1, milliseconds) }
    }

    /// Makes another broker leader, or none for `nil`. Clients learn of it with their next metadata.
    package func moveLeader(topic: String, partition: Int32, to broker: Int32?) throws(PortError) {
        try tell("move leader of \(topic)-\(partition)") {
            rd_kafka_mock_partition_set_leader($0, topic, partition, broker ?? -1)
        }
    }

    /// Makes another broker coordinator of a group.
    package func moveCoordinator(group: String, to broker: Int32) throws(PortError) {
        try tell("move coordinator of \(group)") { rd_kafka_mock_coordinator_set($0, "group", group, broker) }
    }

    /// The next requests of this kind, to any broker, are answered so, one fault each.
    package func push(_ faults: [Fault], on request: Request) throws(PortError) {
        try tell("push errors") { cluster in
            let codes = faults.map(\.responseError)
            rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Forgets pushed faults that no request has met.
    package func clearFaults(on request: Request) throws(PortError) {
        try tell("clear errors") { cluster in
            rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Ends the brokers and their threads. Close the clients first.
    package func destroy() async {
        guard let left = world.withLock({ $0.take() }) else { return }
        await lane.run { left.destroy() }
    }

    /// The mock's own thread carries the order out; the call returns in microseconds.
    private func tell(
        _ operation: String, _ order: (_ cluster: OpaquePointer) -> rd_kafka_resp_err_t
    ) throws(PortError) {
        let code: rd_kafka_resp_err_t? = world.withLock { world in world.map { order($0.cluster) } }
        guard let code else {
            throw PortError(.cancelled, operation: operation, detail: "the mock cluster was destroyed")
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw PortError(.failed, operation: operation, detail: String(cString: rd_kafka_err2str(code)))
        }
    }
}

/// The C objects of a mock cluster.
///
/// `@unchecked Sendable`: a mock cluster hands every order to its own thread under its own lock
/// (rdkafka_mock.c); `MockCluster`'s mutex ends their use before ``destroy()``.
private struct MockWorld: @unchecked Sendable {
    let cluster: OpaquePointer
    private let host: OpaquePointer

    static func start(brokers: Int) -> MockWorld? {
        // The mock needs a handle for its book-keeping; it connects to nothing. Its log lines tell every
        // disconnected client.
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "log_level", "0", nil, 0)
        guard let host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0) else {
            rd_kafka_conf_destroy(conf)
            return nil
        }
        // Unlike librdkafka's other threads the mock's takes signals, and ends for good when one interrupts its
        // poll: a hang-up of the terminal would leave clusters that neither answer nor can be destroyed.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        guard let cluster = rd_kafka_mock_cluster_new(host, Int32(brokers)) else {
            rd_kafka_destroy(host)
            return nil
        }
        return MockWorld(cluster: cluster, host: host)
    }

    /// Blocks until the brokers' thread has ended.
    func destroy() {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(host)
    }
}
