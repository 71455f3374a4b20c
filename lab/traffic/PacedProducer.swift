import CRdkafka
import Glibc

/// An idempotent producer that hands librdkafka no more records of a partition than it has under way at once.
///
/// librdkafka 2.0.2 spins, a thread for each broker, while records wait for the first producer id, and while more than five
/// of a partition wait for answers (librdkafka#3692, #4989): beside brokers that are late, for which it then takes the
/// processors that they would answer with.
final class PacedProducer {
    struct Record {
        let topic: String
        /// Negative: by the key.
        let partition: Int32
        let key: [UInt8]?
        let value: [UInt8]
        var headers: [(name: String, value: [UInt8])] = []
    }

    private struct Lane: Hashable {
        let topic: String
        let partition: Int32
    }

    /// What the callbacks of the one handle of this object write; only in `rd_kafka_poll`.
    private final class Callbacks {
        var hasID = false
        var delivered: (rd_kafka_message_t) -> Void = { _ in }
    }

    private let unanswered: Int
    private let client: Client
    private let callbacks = Callbacks()
    private let told: (rd_kafka_message_t) -> Void
    private let refused: (Record) -> Void
    private var topics: [String: (pointer: OpaquePointer, partitions: Int32)] = [:]
    private var underWay: [Lane: Int] = [:]
    private var waiting: [Lane: ArraySlice<Record>] = [:]
    private var unplaced: ArraySlice<Record> = []

    /// - Parameters:
    ///   - unanswered: how many of a partition are under way at once; from five on librdkafka spins.
    ///   - told: every record that was delivered, or was not, as its `err` says.
    ///   - refused: records that librdkafka did not take.
    init(
        _ settings: [String: String], unanswered: Int = 4, told: @escaping (rd_kafka_message_t) -> Void,
        refused: @escaping (Record) -> Void
    ) throws(Failure) {
        self.unanswered = unanswered
        self.told = told
        self.refused = refused
        let paced = ["enable.idempotence": "true", "statistics.interval.ms": "500"]
        client = try Client(RD_KAFKA_PRODUCER, settings.merging(paced) { _, own in own }) { [callbacks] configuration in
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(callbacks).toOpaque())
            rd_kafka_conf_set_stats_cb(configuration) { _, text, _, opaque in
                if let text, let opaque, strstr(text, "\"idemp_state\": \"Assigned\"") != nil {
                    Unmanaged<Callbacks>.fromOpaque(opaque).takeUnretainedValue().hasID = true
                }
                return 0
            }
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let opaque else { return }
                Unmanaged<Callbacks>.fromOpaque(opaque).takeUnretainedValue().delivered(message.pointee)
            }
        }
        callbacks.delivered = { [unowned self] message in take(message) }
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic.pointer) }
    }

    /// The cluster has handed out a producer id; until then everything waits.
    var isReady: Bool { callbacks.hasID }

    func produce(_ record: Record) {
        unplaced.append(record)
        place()
    }

    /// Takes deliveries and sends what has waited for them; waits for something at most so long.
    func serve(milliseconds: Int32) {
        rd_kafka_poll(client.handle, milliseconds)
        place()
    }

    /// Records that were not delivered yet, or refused.
    var count: Int {
        unplaced.count + waiting.values.reduce(0) { $0 + $1.count } + Int(rd_kafka_outq_len(client.handle))
    }

    /// Waits until everything is delivered.
    ///
    /// - Returns: how many records were not, in this time.
    func finish(seconds: Double) -> Int {
        let end = monotonicSeconds() + seconds
        while count > 0, monotonicSeconds() < end { serve(milliseconds: 20) }
        return count
    }

    /// In order: what comes first waits for what is known of its topic.
    private func place() {
        guard callbacks.hasID else { return }
        while let record = unplaced.first {
            guard let lane = lane(of: record) else { return }
            unplaced.removeFirst()
            if underWay[lane, default: 0] < unanswered {
                send(record, lane)
            } else {
                waiting[lane, default: []].append(record)
            }
        }
    }

    /// `nil`: the topic's partitions are not known yet.
    private func lane(of record: Record) -> Lane? {
        if record.partition >= 0 { return Lane(topic: record.topic, partition: record.partition) }
        guard let partitions = topic(record.topic)?.partitions, partitions > 0 else { return nil }
        guard let key = record.key else {
            return Lane(topic: record.topic, partition: Int32.random(in: 0..<partitions))
        }
        var hash: UInt32 = 2_166_136_261
        for byte in key { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Lane(topic: record.topic, partition: Int32(hash % UInt32(partitions)))
    }

    private func topic(_ name: String) -> (pointer: OpaquePointer, partitions: Int32)? {
        if let known = topics[name], known.partitions > 0 { return known }
        guard let pointer = topics[name]?.pointer ?? rd_kafka_topic_new(client.handle, name, nil) else { return nil }
        topics[name] = (pointer, 0)
        var metadata: UnsafePointer<rd_kafka_metadata>?
        guard rd_kafka_metadata(client.handle, 0, pointer, &metadata, 1_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata
        else { return nil }
        defer { rd_kafka_metadata_destroy(metadata) }
        guard metadata.pointee.topic_cnt == 1 else { return nil }
        topics[name] = (pointer, metadata.pointee.topics[0].partition_cnt)
        return topics[name]
    }

    private func send(_ record: Record, _ lane: Lane) {
        guard let topic = topics[lane.topic]?.pointer ?? rd_kafka_topic_new(client.handle, lane.topic, nil) else {
            return refused(record)
        }
        if topics[lane.topic] == nil { topics[lane.topic] = (topic, 0) }
        let headers = rd_kafka_headers_new(record.headers.count)
        for header in record.headers {
            header.value.withUnsafeBytes { _ = rd_kafka_header_add(headers, header.name, -1, $0.baseAddress, $0.count) }
        }
        let error = (record.key ?? []).withUnsafeBytes { key in
            record.value.withUnsafeBytes { value in
                var parts = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 6)
                parts[0].vtype = RD_KAFKA_VTYPE_RKT
                parts[0].u.rkt = topic
                parts[1].vtype = RD_KAFKA_VTYPE_PARTITION
                parts[1].u.i32 = lane.partition
                parts[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                parts[2].u.i = RD_KAFKA_MSG_F_COPY
                parts[3].vtype = RD_KAFKA_VTYPE_KEY
                parts[3].u.mem.ptr = record.key == nil ? nil : UnsafeMutableRawPointer(mutating: key.baseAddress)
                parts[3].u.mem.size = key.count
                parts[4].vtype = RD_KAFKA_VTYPE_VALUE
                parts[4].u.mem.ptr = UnsafeMutableRawPointer(mutating: value.baseAddress)
                parts[4].u.mem.size = value.count
                parts[5].vtype = RD_KAFKA_VTYPE_HEADERS
                parts[5].u.headers = headers
                return rd_kafka_produceva(client.handle, &parts, parts.count)
            }
        }
        guard let error else {
            underWay[lane, default: 0] += 1
            return
        }
        rd_kafka_error_destroy(error)
        rd_kafka_headers_destroy(headers)
        refused(record)
    }

    private func take(_ message: rd_kafka_message_t) {
        told(message)
        let lane = Lane(topic: String(cString: rd_kafka_topic_name(message.rkt)), partition: message.partition)
        underWay[lane, default: 1] -= 1
        while underWay[lane, default: 0] < unanswered, let next = waiting[lane]?.popFirst() { send(next, lane) }
        if waiting[lane]?.isEmpty == true { waiting[lane] = nil }
    }
}
