internal import CRdkafka
internal import Domain
package import Operations
internal import Synchronization

/// A record to write. `nil` and empty keys, values and header values stay different.
package struct ProducerRecord: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: [UInt8]?

        package init(name: String, value: [UInt8]?) {
            self.name = name
            self.value = value
        }
    }

    package let topic: String
    /// `nil`: chosen by the key's hash, as the Java client does.
    package let partition: Int32?
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: [Header]
    /// Milliseconds since 1970; `nil`: now. librdkafka takes 0 for "now" as well.
    package let timestamp: Int64?

    package init(
        topic: String, partition: Int32? = nil, key: [UInt8]? = nil, value: [UInt8]?, headers: [Header] = [],
        timestamp: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

/// What became of the records given to a producer.
package struct DeliveryCounts: Hashable, Sendable {
    package var delivered = 0
    package var failed = 0
    /// The newest failure, for people.
    package var failure: String?

    package init(delivered: Int = 0, failed: Int = 0, failure: String? = nil) {
        self.delivered = delivered
        self.failed = failed
        self.failure = failure
    }
}

/// Writes records, for traffic in the sandbox and for tests against real clusters. Nothing that reads a cluster
/// can reach it.
package final class RecordProducer: Sendable {
    private let configuration: KafkaConfiguration
    private let handle: KafkaHandle
    private let lane = BlockingLane(label: "producer")
    private let counts: DeliveryTally

    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.configuration = configuration
        let counts = DeliveryTally()
        self.counts = counts
        do throws(KafkaError) {
            handle = try KafkaHandle(
                .producing, configuration: configuration,
                settings: ["partitioner": "murmur2_random"],
                events: HandleEvents(log: log, delivered: { error in counts.add(error) }))
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
    }

    /// What is known of the records so far; those in flight are in neither count.
    package var deliveries: DeliveryCounts { counts.value }

    /// Queues a record; it does not block.
    ///
    /// - Throws: `.conflict` when the queue is full (flush, or wait and try again), `.notFound` for an unknown
    ///   partition, `.failed` for a record too large.
    package func produce(_ record: ProducerRecord) throws(PortError) {
        do throws(KafkaError) {
            try handle.borrow("Produce") { (pointer) throws(KafkaError) in
                try ProduceCall.send(record, on: pointer)
            }
        } catch {
            throw report(error, topic: record.topic)
        }
    }

    /// Waits until every queued record is delivered or has failed.
    ///
    /// - Throws: `.timedOut` or `.unreachable` when records are still queued at the deadline; they stay queued.
    package func flush(within deadline: Duration) async throws(PortError) {
        do throws(KafkaError) {
            try await lane.attempt("Produce") { [handle] () throws(KafkaError) in
                try handle.borrow("Produce") { (pointer) throws(KafkaError) in
                    let code = rd_kafka_flush(pointer, deadline.librdkafkaMilliseconds)
                    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                        throw KafkaError(
                            code, operation: "Produce", reason: "\(rd_kafka_outq_len(pointer)) records still queued")
                    }
                }
            }
        } catch {
            throw report(error, topic: nil)
        }
    }

    /// Produces `records` in one transaction of a producer that has a `transactional.id`, and ends it.
    ///
    /// - Parameter commits: or else the transaction is aborted.
    package func transaction(_ records: [ProducerRecord], commits: Bool, within deadline: Duration)
        async throws(PortError)
    {
        do throws(KafkaError) {
            try await lane.attempt("Transaction") { [handle, counts] () throws(KafkaError) in
                try handle.borrow("Transaction") { (pointer) throws(KafkaError) in
                    let limit = deadline.librdkafkaMilliseconds
                    func check(_ error: OpaquePointer?) throws(KafkaError) {
                        if let error = KafkaError(taking: error, operation: "Transaction") { throw error }
                    }
                    if counts.beginsTransactions() { try check(rd_kafka_init_transactions(pointer, limit)) }
                    try check(rd_kafka_begin_transaction(pointer))
                    for record in records { try ProduceCall.send(record, on: pointer) }
                    rd_kafka_flush(pointer, limit)
                    try check(
                        commits
                            ? rd_kafka_commit_transaction(pointer, limit) : rd_kafka_abort_transaction(pointer, limit))
                }
            }
        } catch {
            throw report(error, topic: records.first?.topic)
        }
    }

    /// Drops what is still queued and ends all threads.
    package func close() async {
        await handle.close()
    }

    private func report(_ error: KafkaError, topic: String?) -> PortError {
        KafkaFailureReport(faults: handle.faults, configuration: configuration)
            .portError(error, subject: topic.map { "topic \($0)" }, access: topic.map { .writeTopic($0) })
    }
}

/// Counts delivery reports as they come in on librdkafka's thread.
private final class DeliveryTally: Sendable {
    private let counts = Mutex(DeliveryCounts())
    private let hasTransactions = Mutex(false)

    /// True once: transactions are to be set up.
    func beginsTransactions() -> Bool {
        hasTransactions.withLock { has in
            defer { has = true }
            return !has
        }
    }

    var value: DeliveryCounts { counts.withLock { $0 } }

    func add(_ error: KafkaError?) {
        counts.withLock { counts in
            guard let error else {
                counts.delivered += 1
                return
            }
            counts.failed += 1
            counts.failure = error.reason
        }
    }
}

/// One `rd_kafka_produceva`.
enum ProduceCall {
    static func send(_ record: ProducerRecord, on handle: OpaquePointer) throws(KafkaError) {
        let headers = try makeHeaders(record.headers)
        var isQueued = false
        // librdkafka takes the headers over only when it takes the record.
        defer { if !isQueued, let headers { rd_kafka_headers_destroy(headers) } }
        let error = record.topic.withCString { topic in
            withBytes(record.key) { key in
                withBytes(record.value) { value in
                    var arguments = [rd_kafka_vu_t]()
                    arguments.append(argument(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic })
                    arguments.append(argument(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = Int32(RD_KAFKA_MSG_F_COPY) })
                    if let partition = record.partition {
                        arguments.append(argument(RD_KAFKA_VTYPE_PARTITION) { $0.i32 = partition })
                    }
                    arguments.append(
                        argument(RD_KAFKA_VTYPE_KEY) { $0.mem = .init(ptr: key.pointer, size: key.count) })
                    arguments.append(
                        argument(RD_KAFKA_VTYPE_VALUE) { $0.mem = .init(ptr: value.pointer, size: value.count) })
                    if let timestamp = record.timestamp {
                        arguments.append(argument(RD_KAFKA_VTYPE_TIMESTAMP) { $0.i64 = timestamp })
                    }
                    if let headers { arguments.append(argument(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers }) }
                    return KafkaError(
                        taking: rd_kafka_produceva(handle, &arguments, arguments.count), operation: "Produce")
                }
            }
        }
        if let error { throw error }
        isQueued = true
    }

    private typealias ArgumentValue = rd_kafka_vu_t.__Unnamed_union_u

    private static func argument(_ type: rd_kafka_vtype_t, _ set: (inout ArgumentValue) -> Void) -> rd_kafka_vu_t {
        var argument = rd_kafka_vu_t()
        argument.vtype = type
        set(&argument.u)
        return argument
    }

    private static func makeHeaders(_ headers: [ProducerRecord.Header]) throws(KafkaError) -> OpaquePointer? {
        guard !headers.isEmpty else { return nil }
        let list = rd_kafka_headers_new(headers.count)
        for header in headers {
            let code = withBytes(header.value) { value in
                rd_kafka_header_add(list, header.name, -1, value.pointer, value.pointer == nil ? 0 : value.count)
            }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_headers_destroy(list)
                throw KafkaError(code, operation: "Produce")
            }
        }
        return list
    }

    /// Lends the bytes; `nil` has no address, empty has one.
    private static func withBytes<Result>(
        _ bytes: [UInt8]?, _ body: ((pointer: UnsafeMutableRawPointer?, count: Int)) -> Result
    ) -> Result {
        guard let bytes else { return body((nil, 0)) }
        guard !bytes.isEmpty else {
            var nothing: UInt8 = 0
            return withUnsafeMutableBytes(of: &nothing) { body(($0.baseAddress, 0)) }
        }
        return bytes.withUnsafeBytes { body((UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)) }
    }
}
