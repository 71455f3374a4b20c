internal import CRdkafka
internal import Domain
internal import Glibc

/// Owns an `rd_kafka_topic_partition_list_t`.
struct TopicPartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    /// A list of the given partitions, each with the offset that `offset` gives it.
    init(_ partitions: some Collection<TopicPartition>, offset: (TopicPartition) -> Int64) {
        pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            let element = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
            element?.pointee.offset = offset(partition)
        }
    }

    /// Sets the metadata of an element, which librdkafka frees with the list.
    borrowing func setMetadata(_ text: String, at index: Int) {
        let bytes = Array(text.utf8)
        guard let copy = malloc(max(1, bytes.count)) else { return }
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        pointer.pointee.elems[index].metadata = copy
        pointer.pointee.elems[index].metadata_size = bytes.count
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(pointer)
    }

    /// Calls `body` with each element's partition, offset and error.
    func forEach(_ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void) {
        Self.forEach(in: pointer, body)
    }

    /// Calls `body` with each element of a list that somebody else owns.
    static func forEach(
        in list: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        _ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void
    ) {
        guard let list else { return }
        // Runs of one topic share its string.
        var name: UnsafeMutablePointer<CChar>?
        var topic = ""
        for index in 0..<Int(list.pointee.cnt) {
            let element = list.pointee.elems[index]
            guard let elementName = element.topic else { continue }
            if name.map({ strcmp($0, elementName) != 0 }) ?? true { topic = String(cString: elementName) }
            name = elementName
            body(TopicPartition(topic, element.partition), element.offset, element.err)
        }
    }

    /// The same, for a list handed out as mutable.
    static func forEach(
        in list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        _ body: (TopicPartition, Int64, rd_kafka_resp_err_t) -> Void
    ) {
        forEach(in: list.map { UnsafePointer($0) }, body)
    }
}
