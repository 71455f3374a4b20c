internal import CRdkafka
internal import Domain
internal import Glibc

/// A copy that is still to be handed to librdkafka, in one piece of memory that a ``QueueMemory`` lends.
struct WaitingRecord {
    /// With no address: null, which an empty one is not.
    let key: UnsafeMutableRawBufferPointer
    let value: UnsafeMutableRawBufferPointer
    /// Milliseconds since 1970; `nil`: librdkafka's now.
    let timestamp: Int64?
    let tag: UInt
    /// Bytes in a request, at most.
    let size: Int
    /// Of each header the sizes of name and value, the latter -1 for null, and then both.
    private let headers: UnsafeMutableRawPointer
    private let headerCount: Int
    /// Of a record of Kafka's format v2 and of one of its headers, beside the bytes themselves.
    private static let overhead = (record: 40, header: 10)
    private static let sizes = 2 * MemoryLayout<Int32>.size

    /// - Parameter provenance: the value of its header `osync-origin`, in place of any that the record has.
    init(_ record: SourceRecord, provenance: [UInt8], timestamp: Int64?, tag: UInt, in memory: QueueMemory) {
        let message = record.message.pointee
        var count = 1
        var bytes = Self.sizes + strlen(ProvenanceHeader.name) + provenance.count
        record.forEachOwnHeader { name, value in
            count += 1
            bytes += Self.sizes + strlen(name) + (value?.count ?? 0)
        }
        let payload = message.key_len + message.len
        let start = memory.piece(bytes + payload)
        var end = start
        func append(_ name: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer?) {
            let length = strlen(name)
            end.storeBytes(of: Int32(length), as: Int32.self)
            end.storeBytes(of: Int32(value?.count ?? -1), toByteOffset: Self.sizes / 2, as: Int32.self)
            end += Self.sizes
            end.copyMemory(from: name, byteCount: length)
            end += length
            append(value)
        }
        func append(_ bytes: UnsafeRawBufferPointer?) {
            guard let bytes, let address = bytes.baseAddress else { return }
            end.copyMemory(from: address, byteCount: bytes.count)
            end += bytes.count
        }
        func appended(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawBufferPointer {
            defer { append(UnsafeRawBufferPointer(start: bytes, count: count)) }
            return .init(start: bytes == nil ? nil : end, count: count)
        }
        record.forEachOwnHeader { append($0, $1) }
        provenance.withUnsafeBytes { append(ProvenanceHeader.name, $0) }
        key = appended(message.key, message.key_len)
        value = appended(message.payload, message.len)
        headers = start
        headerCount = count
        self.timestamp = timestamp
        self.tag = tag
        size = Self.overhead.record + Self.overhead.header * count + bytes + payload
    }

    /// For librdkafka, which takes them over with the record.
    func makeHeaders() -> OpaquePointer? {
        guard let list = rd_kafka_headers_new(headerCount) else { return nil }
        var next = UnsafeMutableRawPointer(headers)
        for _ in 0..<headerCount {
            let nameSize = Int(next.loadUnaligned(as: Int32.self))
            let valueSize = Int(next.loadUnaligned(fromByteOffset: Self.sizes / 2, as: Int32.self))
            next += Self.sizes
            let name = next.assumingMemoryBound(to: CChar.self)
            next += nameSize
            let value = valueSize < 0 ? nil : next
            let code = rd_kafka_header_add(list, name, nameSize, value, max(0, valueSize))
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_headers_destroy(list)
                return nil
            }
            next += max(0, valueSize)
        }
        return list
    }
}

extension SourceRecord {
    /// All but the provenance, in order.
    fileprivate func forEachOwnHeader(_ body: (UnsafePointer<CChar>, UnsafeRawBufferPointer?) -> Void) {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return }
        var (index, count) = (0, 0)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        while rd_kafka_header_get_all(list, index, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            index += 1
            guard let name, strcmp(name, ProvenanceHeader.name) != 0 else { continue }
            body(name, value.map { UnsafeRawBufferPointer(start: $0, count: count) })
        }
    }
}
