internal import CRdkafka
internal import Domain
package import Operations

/// Writes a mirror's copies: idempotent, acknowledged by all in-sync replicas, in order without gaps, for as long
/// as it takes (mirroring.md, M3).
///
/// Not `Sendable`: one thread makes, uses and closes it.
package final class CopyProducer {
    /// What became of a copy.
    package enum Delivery {
        case acknowledged(tag: UInt, offset: Int64)
        /// The broker took it before and did not say where.
        case acknowledgedSomewhere(tag: UInt)
        /// The broker refused it, or the batch that it was in.
        case refused(tag: UInt, Refusal)
        /// Not sent, because an earlier record of the producer was refused.
        case abandoned(tag: UInt)

        fileprivate var isWritten: Bool {
            switch self {
            case .acknowledged, .acknowledgedSomewhere: true
            case .refused, .abandoned: false
            }
        }
    }

    package struct Refusal: Error, Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case tooLarge
            case unauthorized
            /// The topic or the partition is not there.
            case missing
            case other
        }

        package let kind: Kind
        /// Kafka's name of the error: `MSG_SIZE_TOO_LARGE`.
        package let name: String
        package let reason: String

        package init(kind: Kind, name: String, reason: String) {
            self.kind = kind
            self.name = name
            self.reason = reason
        }
    }

    package enum Outcome {
        case queued
        /// Nothing was queued; there is room once deliveries have come in, or the target hands out producer ids.
        case full
        case refused(Refusal)
    }

    /// A partition that is written to.
    private final class Lane {
        struct Place: Hashable {
            let topic: OpaquePointer
            let partition: Int32
        }

        let place: Place
        var backlog = PartitionBacklog<WaitingRecord>()
        let memory = QueueMemory()
        /// One of its records was not written: what comes after it must not be written without it.
        var isBroken = false

        init(_ place: Place) { self.place = place }
    }

    private let handle: PolledHandle
    /// Until the target has been seen to hand out producer ids.
    private var probe: ProducerIDProbe?
    private var topics: [String: OpaquePointer] = [:]
    /// The topic of the record before, which most often is this one's too.
    private var latest: (name: String, pointer: OpaquePointer)?
    private var lanes: [Lane.Place: Lane] = [:]
    private var latestLane: Lane?
    /// Those of which records wait, and none is unanswered.
    private var due: [Lane] = []
    private var waiting = 0
    private var waitingBytes = 0
    private let batchBytes: Int
    private static let mostWaiting = 20_000
    private static let mostWaitingBytes = 24 << 20
    /// Enough for a request, and few enough to be handed over before the linger is over and the request is made.
    private static let burst = 2_000
    private let arguments: UnsafeMutablePointer<rd_kafka_vu_t>
    private static let argumentCount = 8

    /// - Parameter batchBytes: no batch is larger, for targets that would refuse it.
    /// - Throws: `.failed` when a setting is unknown or its value is refused.
    package init(
        _ configuration: KafkaConfiguration, batchBytes: Int, bell: QueueBell,
        log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.batchBytes = max(1, batchBytes)
        do throws(KafkaError) {
            probe = try ProducerIDProbe(configuration, bell: bell, log: log)
            handle = try PolledHandle(
                .producing, configuration: configuration,
                settings: [
                    "enable.idempotence": "true",
                    "enable.gapless.guarantee": "true",
                    "acks": "all",
                    "message.timeout.ms": "0",
                    // The target's own limit decides.
                    "message.max.bytes": "1000000000",
                    "batch.size": "\(max(1, batchBytes))",
                    "linger.ms": "3",
                    "socket.nagle.disable": "true",
                    "queue.buffering.max.messages": "30000",
                    "queue.buffering.max.kbytes": "32768",
                    "allow.auto.create.topics": "false",
                ], served: RD_KAFKA_EVENT_DR, bell: bell, log: log)
        } catch {
            throw PortError(.failed, operation: error.operation, detail: error.reason)
        }
        arguments = .allocate(capacity: Self.argumentCount)
        arguments.initialize(repeating: rd_kafka_vu_t(), count: Self.argumentCount)
    }

    deinit {
        close()
        arguments.deallocate()
    }

    /// Queues a copy of the record into the same partition of the topic; it does not block.
    ///
    /// - Parameters:
    ///   - provenance: the value of its header `osync-origin`, which replaces what the record has of that name.
    ///   - timestamp: `nil`: librdkafka's now.
    ///   - tag: told again with the delivery; not 0.
    package func copy(
        _ record: SourceRecord, to topic: String, provenance: [UInt8], timestamp: Int64?, tag: UInt
    ) -> Outcome {
        guard isOpen() else { return .full }
        guard let target = pointer(of: topic) else { return .refused(Self.refusal(rd_kafka_last_error())) }
        let lane = lane(target, record.partition)
        guard !lane.isBroken, lane.backlog.isPassable || hasRoom(record.size) else { return .full }
        guard lane.backlog.isPassable else {
            let record = WaitingRecord(
                record, provenance: provenance, timestamp: timestamp, tag: tag, in: lane.memory)
            lane.backlog.wait(record)
            waiting += 1
            waitingBytes += record.size
            return .queued
        }
        let message = record.message.pointee
        let outcome = produce(
            to: lane.place, key: .init(start: message.key, count: message.key_len),
            value: .init(start: message.payload, count: message.len),
            headers: Self.headers(of: record, provenance: provenance), timestamp: timestamp, tag: tag)
        if case .queued = outcome { lane.backlog.handedOver() }
        return outcome
    }

    /// Tells every delivery that has arrived, without waiting, and hands over what waited for them.
    package func deliveries(_ body: (Delivery) -> Void) {
        while let event = rd_kafka_queue_poll(handle.queue, 0) {
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR {
                while let message = rd_kafka_event_message_next(event) {
                    let delivery = Self.delivery(
                        message.pointee, tag: UInt(bitPattern: message.pointee._private))
                    if let topic = message.pointee.rkt {
                        let lane = lane(topic, message.pointee.partition)
                        lane.backlog.answered()
                        if !delivery.isWritten { lane.isBroken = true }
                        if lane.backlog.isDue { due.append(lane) }
                    }
                    body(delivery)
                }
            } else {
                handle.events.take(event)
            }
            rd_kafka_event_destroy(event)
        }
        // What finds no room in librdkafka now finds it when others have been answered.
        let now = due
        due = []
        for lane in now { handOver(lane, body) }
    }

    /// After a fatal error nothing is sent any more; the producer has to be replaced.
    package var fatalError: String? {
        var text = [CChar](repeating: 0, count: 512)
        guard rd_kafka_fatal_error(handle.pointer, &text, text.count) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Records that have not been told as delivered.
    package var queued: Int { waiting + handedOver }

    /// Those of them that librdkafka has.
    var handedOver: Int { lanes.values.reduce(0) { $0 + $1.backlog.unanswered } }

    /// Drops what was not sent yet and waits until what was sent is answered, so that nothing of it is written
    /// later; blocks, at most so long.
    package func settle(within deadline: Duration, _ body: (Delivery) -> Void) {
        drop { body(.abandoned(tag: $0)) }
        rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE)
        let end = ContinuousClock().now.advanced(by: deadline)
        deliveries(body)
        while queued > 0, ContinuousClock().now < end {
            rd_kafka_flush(handle.pointer, 10)
            deliveries(body)
        }
    }

    /// Drops what is queued and ends all threads; blocks.
    package func close() {
        guard !handle.isClosed else { return }
        drop { _ in }
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        topics = [:]
        latest = nil
        probe?.close()
        probe = nil
        rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        handle.close()
    }

    private func lane(_ topic: OpaquePointer, _ partition: Int32) -> Lane {
        let place = Lane.Place(topic: topic, partition: partition)
        if let latestLane, latestLane.place == place { return latestLane }
        let lane = lanes[place] ?? Lane(place)
        lanes[place] = lane
        latestLane = lane
        return lane
    }

    private func hasRoom(_ bytes: Int) -> Bool {
        waiting == 0 || waiting < Self.mostWaiting && waitingBytes + bytes <= Self.mostWaitingBytes
    }

    private func handOver(_ lane: Lane, _ body: (Delivery) -> Void) {
        guard !lane.isBroken else { return }
        lane.backlog.handOver(records: Self.burst, bytes: batchBytes, size: \.size) { record in
            let outcome = produce(
                to: lane.place, key: record.key, value: record.value, headers: record.makeHeaders(),
                timestamp: record.timestamp, tag: record.tag)
            switch outcome {
            case .queued: break
            case .full: return false
            case .refused(let refusal):
                lane.isBroken = true
                body(.refused(tag: record.tag, refusal))
                return false
            }
            leaves(record, lane)
            return true
        }
        if lane.isBroken, let refused = lane.backlog.next() { leaves(refused, lane) }
        if lane.backlog.isDue, !lane.isBroken { due.append(lane) }
    }

    private func leaves(_ record: WaitingRecord, _ lane: Lane) {
        lane.memory.releaseFirst()
        waiting -= 1
        waitingBytes -= record.size
    }

    /// Gives up what waits here.
    private func drop(_ body: (_ tag: UInt) -> Void) {
        for lane in lanes.values {
            while let record = lane.backlog.next() {
                leaves(record, lane)
                body(record.tag)
            }
        }
        due = []
    }

    /// Gives librdkafka a copy of the record; the headers are not the caller's any more.
    private func produce(
        to place: Lane.Place, key: UnsafeMutableRawBufferPointer, value: UnsafeMutableRawBufferPointer,
        headers: OpaquePointer?, timestamp: Int64?, tag: UInt
    ) -> Outcome {
        guard let headers else { return .refused(Self.refusal(RD_KAFKA_RESP_ERR__INVALID_ARG)) }
        arguments[0].vtype = RD_KAFKA_VTYPE_RKT
        arguments[0].u.rkt = place.topic
        arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION
        arguments[1].u.i32 = place.partition
        arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
        arguments[2].u.i = Int32(RD_KAFKA_MSG_F_COPY)
        arguments[3].vtype = RD_KAFKA_VTYPE_KEY
        arguments[3].u.mem = .init(ptr: key.baseAddress, size: key.count)
        arguments[4].vtype = RD_KAFKA_VTYPE_VALUE
        arguments[4].u.mem = .init(ptr: value.baseAddress, size: value.count)
        arguments[5].vtype = RD_KAFKA_VTYPE_HEADERS
        arguments[5].u.headers = headers
        arguments[6].vtype = RD_KAFKA_VTYPE_OPAQUE
        arguments[6].u.ptr = UnsafeMutableRawPointer(bitPattern: tag)
        var count = 7
        if let timestamp {
            arguments[7].vtype = RD_KAFKA_VTYPE_TIMESTAMP
            arguments[7].u.i64 = timestamp
            count = 8
        }
        guard let error = rd_kafka_produceva(handle.pointer, arguments, count) else { return .queued }
        let code = rd_kafka_error_code(error)
        rd_kafka_error_destroy(error)
        rd_kafka_headers_destroy(headers)
        switch code {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: return .full
        // The deliveries tell what came before it.
        case RD_KAFKA_RESP_ERR__FATAL: return .full
        default: return .refused(Self.refusal(code))
        }
    }

    private func isOpen() -> Bool {
        guard let probe else { return true }
        guard probe.hasID() else { return false }
        probe.close()
        self.probe = nil
        return true
    }

    private func pointer(of topic: String) -> OpaquePointer? {
        if let latest, latest.name == topic { return latest.pointer }
        let pointer: OpaquePointer
        if let known = topics[topic] {
            pointer = known
        } else {
            guard let made = rd_kafka_topic_new(handle.pointer, topic, nil) else { return nil }
            topics[topic] = made
            pointer = made
        }
        latest = (topic, pointer)
        return pointer
    }

    private static func headers(of record: SourceRecord, provenance: [UInt8]) -> OpaquePointer? {
        var own: OpaquePointer?
        let headers: OpaquePointer
        if rd_kafka_message_headers(record.message, &own) == RD_KAFKA_RESP_ERR_NO_ERROR, let own {
            guard let copy = rd_kafka_headers_copy(own) else { return nil }
            rd_kafka_header_remove(copy, ProvenanceHeader.name)
            headers = copy
        } else {
            guard let new = rd_kafka_headers_new(1) else { return nil }
            headers = new
        }
        let code = provenance.withUnsafeBytes {
            rd_kafka_header_add(headers, ProvenanceHeader.name, -1, $0.baseAddress, $0.count)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_headers_destroy(headers)
            return nil
        }
        return headers
    }

    private static func delivery(_ message: rd_kafka_message_t, tag: UInt) -> Delivery {
        switch message.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            return message.offset >= 0
                ? .acknowledged(tag: tag, offset: message.offset) : .acknowledgedSomewhere(tag: tag)
        case RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
            RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE, RD_KAFKA_RESP_ERR__DESTROY:
            return .abandoned(tag: tag)
        default:
            return .refused(tag: tag, refusal(message.err))
        }
    }

    private static func refusal(_ code: rd_kafka_resp_err_t) -> Refusal {
        let kind: Refusal.Kind =
            switch code {
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE: .tooLarge
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
                .unauthorized
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
                .missing
            default: .other
            }
        return Refusal(
            kind: kind, name: String(cString: rd_kafka_err2name(code)), reason: String(cString: rd_kafka_err2str(code)))
    }
}
