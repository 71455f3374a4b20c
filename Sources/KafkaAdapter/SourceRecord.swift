internal import CRdkafka
package import Domain

/// A record as it was read, lent until the next batch: librdkafka's own memory, so that copying one costs no
/// allocation of ours. Belongs to the thread that reads.
package struct SourceRecord {
    let message: UnsafeMutablePointer<rd_kafka_message_t>

    package var partition: Int32 { message.pointee.partition }
    package var offset: Int64 { message.pointee.offset }
    /// Bytes of key and value.
    package var size: Int { message.pointee.len + message.pointee.key_len }
    /// The same for records of one topic in one batch; costs less than the name.
    package var topicIdentity: UInt { UInt(bitPattern: message.pointee.rkt) }
    package var topic: String {
        message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
    }

    /// Milliseconds since 1970; `nil`: the record has none.
    package var timestamp: Int64? {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &type)
        return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || timestamp < 0 ? nil : timestamp
    }

    /// The last header `osync-origin`, decoded; `nil` where there is none.
    package var provenance: ProvenanceHeader.Decoded? {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return nil }
        var value: UnsafeRawPointer?
        var count = 0
        guard
            rd_kafka_header_get_last(headers, ProvenanceHeader.name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return ProvenanceHeader.decode(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count))
    }

    /// A copy of everything, for a record that outlives its batch.
    package func detached(topic: String, partition: Int32?, adding added: [ProducerRecord.Header]) -> ProducerRecord {
        ProducerRecord(
            topic: topic, partition: partition, key: bytes(message.pointee.key, message.pointee.key_len),
            value: bytes(message.pointee.payload, message.pointee.len), headers: headers + added,
            timestamp: timestamp)
    }

    /// In order.
    package var headers: [ProducerRecord.Header] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [ProducerRecord.Header] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            headers.append(
                ProducerRecord.Header(
                    name: name.map { String(cString: $0) } ?? "",
                    value: value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }))
        }
        return headers
    }

    private func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
