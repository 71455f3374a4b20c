internal import CRdkafka
internal import Domain
internal import Operations
internal import Synchronization

/// A driver's hold of one side: a member of the group `bascule-driver`, and the producer that fences older drivers out.
///
/// The member neither reads nor commits. librdkafka keeps it alive by itself; a process that is stopped loses it after
/// the session time-out.
final class DriverSession: Sendable {
    fileprivate struct State: Sendable {
        /// What the journal holds; `nil`: to be read first.
        var known: [String: [RunRecord]]?
        /// Whose transaction was sent to its end without an answer.
        var unfinished: RunRecord?
        /// What the coordinator called the member when it got the partition.
        var memberID: String?
        /// Why the producer writes no more.
        var end: TransactionFailure?
    }

    private let cluster: KafkaCluster
    private let member: KafkaHandle
    private let producer: KafkaHandle
    private let lane = BlockingLane(label: "driver")
    fileprivate let state = Mutex(State())

    /// After this a member that is not heard of has lost the lease. Brokers allow 6 s and more by default.
    static let sessionTimeout = Duration.seconds(10)
    /// A transaction's or a request's: a broker may just be electing a leader.
    private static let patience = Duration.seconds(15)

    init(_ cluster: KafkaCluster, driver: String) throws(KafkaError) {
        self.cluster = cluster
        let clientID = DriverNames.clientID(of: driver)
        member = try KafkaHandle(
            .reading, configuration: cluster.configuration,
            settings: [
                "client.id": clientID,
                "group.id": DriverNames.group,
                "session.timeout.ms": "\(Self.sessionTimeout.librdkafkaMilliseconds)",
                "heartbeat.interval.ms": "2000",
                // Nothing has to poll it; ``isHeld()`` does all the same.
                "max.poll.interval.ms": "86400000",
                "enable.auto.commit": "false",
                "enable.auto.offset.store": "false",
                "auto.offset.reset": "latest",
                "queued.min.messages": "1",
                "queued.max.messages.kbytes": "1",
            ], events: HandleEvents(log: cluster.log))
        producer = try KafkaHandle(
            .producing, configuration: cluster.configuration,
            settings: [
                "client.id": clientID,
                "transactional.id": DriverNames.transactionalID,
                "enable.idempotence": "true",
                "acks": "all",
                "transaction.timeout.ms": "30000",
                "message.timeout.ms": "15000",
                "linger.ms": "0",
            ], events: HandleEvents(log: cluster.log))
    }

    // MARK: The group

    /// Joins and waits for the partition; false when the group gave it to somebody else.
    func join(within limit: Duration) async throws(KafkaError) -> Bool {
        try await lane.attempt("JoinGroup") { [self] () throws(KafkaError) in
            try member.borrow("JoinGroup") { (pointer) throws(KafkaError) in
                let list = TopicPartitionList([TopicPartition(DriverNames.topic, -1)]) { _ in 0 }
                let code = rd_kafka_subscribe(pointer, list.pointer)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, operation: "JoinGroup") }
                let elapsed = cluster.startStopwatch()
                while elapsed() < limit {
                    if let message = rd_kafka_consumer_poll(pointer, 50) {
                        let code = message.pointee.err
                        rd_kafka_message_destroy(message)
                        let error = KafkaError(code, operation: "JoinGroup")
                        if error.isAuthorization || error.isAuthentication { throw error }
                    }
                    if Self.isAssigned(pointer) {
                        let id = Self.memberID(pointer)
                        state.withLock { $0.memberID = id }
                        return true
                    }
                }
                return false
            }
        }
    }

    /// What the coordinator called the member when it got the partition.
    var memberID: String? { state.withLock { $0.memberID } }

    /// What it calls the member now: another name means that it was forgotten meanwhile, and has come back.
    func currentMemberID() async throws(KafkaError) -> String? {
        try await lane.attempt("JoinGroup") { [self] () throws(KafkaError) in
            try member.borrow("JoinGroup") { (pointer) throws(KafkaError) in
                // Also tells librdkafka that somebody is there.
                if let message = rd_kafka_consumer_poll(pointer, 0) { rd_kafka_message_destroy(message) }
                return Self.memberID(pointer)
            }
        }
    }

    private static func memberID(_ handle: OpaquePointer) -> String? {
        guard let raw = rd_kafka_memberid(handle) else { return nil }
        defer { rd_kafka_mem_free(handle, raw) }
        let id = String(cString: raw)
        return id.isEmpty ? nil : id
    }

    private static func isAssigned(_ handle: OpaquePointer) -> Bool {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return false }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        return list.pointee.cnt > 0
    }

    // MARK: The journal

    /// Fences older drivers out; what they have not committed is aborted.
    func fenceOthers() async throws(KafkaError) {
        try await lane.attempt("InitProducerId") { [self] () throws(KafkaError) in
            try producer.borrow("InitProducerId") { (pointer) throws(KafkaError) in
                let milliseconds = Self.patience.librdkafkaMilliseconds
                let error = rd_kafka_init_transactions(pointer, milliseconds)
                if let failure = TransactionFailure(taking: error, "InitProducerId", pointer) { throw failure.error }
            }
        }
    }

    /// A newer driver has begun: this one writes no more.
    var isFenced: Bool { state.withLock { $0.end?.isFenced ?? false } }

    /// Nothing is written any more, for whatever reason.
    var hasEnded: Bool { state.withLock { $0.end != nil } }

    enum Appended: Sendable {
        case done
        /// Another record has its place.
        case other
    }

    /// Whether the journal has to be given to ``append(_:)`` anew.
    var needsJournal: Bool { state.withLock { $0.known == nil } }

    /// What the journal holds, read to its end after this driver fenced the others out.
    func learn(_ records: [String: [RunRecord]]) { state.withLock { $0.known = records } }

    /// One transaction.
    func append(_ record: RunRecord) async throws(KafkaError) -> Appended {
        try await lane.attempt("Produce") { [self] () throws(KafkaError) in
            if let end = state.withLock({ $0.end }) { throw end.error }
            return try producer.borrow("Produce") { (pointer) throws(KafkaError) in
                try finishUnfinished(pointer)
                let kept = state.withLock { $0.known?[record.run]?.filter { $0.sequence == record.sequence } ?? [] }
                if !kept.isEmpty { return kept == [record] ? .done : .other }
                try attempt(rd_kafka_begin_transaction(pointer), "Produce", pointer)
                do throws(KafkaError) {
                    try ProduceCall.send(RunRecordCoding.record(record), on: pointer)
                } catch {
                    abort(pointer)
                    throw error
                }
                state.withLock { $0.unfinished = record }
                try finishUnfinished(pointer)
                return .done
            }
        }
    }

    private static var milliseconds: Int32 { patience.librdkafkaMilliseconds }

    /// Ends the transaction that is open. After a time-out it stays open, and the next call asks again: whether the
    /// record is there is known only then.
    private func finishUnfinished(_ pointer: OpaquePointer) throws(KafkaError) {
        guard let record = state.withLock({ $0.unfinished }) else { return }
        try attempt(rd_kafka_commit_transaction(pointer, Self.milliseconds), "EndTxn", pointer)
        state.withLock { state in
            state.unfinished = nil
            state.known?[record.run, default: []].append(record)
        }
    }

    private func attempt(
        _ error: OpaquePointer?, _ operation: String, _ pointer: OpaquePointer
    ) throws(KafkaError) {
        guard let failure = TransactionFailure(taking: error, operation, pointer) else { return }
        if failure.isFatal {
            state.withLock { $0.end = failure }
        } else if failure.requiresAbort {
            abort(pointer)
        }
        throw failure.error
    }

    /// Nothing of the open transaction is told to readers.
    private func abort(_ pointer: OpaquePointer) {
        let failure = TransactionFailure(
            taking: rd_kafka_abort_transaction(pointer, Self.milliseconds), "EndTxn", pointer)
        state.withLock { state in
            state.unfinished = nil
            if let failure, failure.isFatal { state.end = failure }
        }
    }

    // MARK: Its end

    /// Leaves the group and ends all threads.
    func close() async {
        await leaveGroup()
        await abandon()
    }

    /// Gives the membership back; the producer stays as it is.
    func leaveGroup() async {
        await lane.run { [self] in
            try? member.borrow("LeaveGroup") { pointer in _ = rd_kafka_consumer_close(pointer) }
        }
    }

    /// Ends all threads without a word to the group, as a killed process does.
    func abandon() async {
        await member.close()
        await producer.close()
    }

    /// What a failed request says of its connection.
    var report: KafkaFailureReport {
        KafkaFailureReport(faults: producer.faults, configuration: cluster.configuration)
    }
}

/// A failed call of the transactional producer, and what librdkafka says has to be done.
private struct TransactionFailure: Sendable {
    let error: KafkaError
    let requiresAbort: Bool
    /// The producer never writes again.
    let isFatal: Bool
    /// Because a newer one has its transactional id.
    let isFenced: Bool

    /// Takes the error object over; `nil` when there is none.
    init?(taking error: OpaquePointer?, _ operation: String, _ handle: OpaquePointer) {
        guard let error else { return nil }
        requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
        isFatal = rd_kafka_error_is_fatal(error) != 0
        guard let taken = KafkaError(taking: error, operation: operation) else { return nil }
        self.error = taken
        let causes = [taken.responseError, isFatal ? rd_kafka_fatal_error(handle, nil, 0) : taken.responseError]
        isFenced = isFatal && causes.contains { Self.fences.contains($0.rawValue) }
    }

    private static let fences = [
        RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
    ].map(\.rawValue)
}
