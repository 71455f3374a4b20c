import CRdkafka
import Glibc

/// A member of a consumer group that commits as applications do: automatically, what it has processed.
///
/// `consume --bootstrap B --group G --topics A,B [--rate N] [--limit N] [--record FILE] [--client ID]`
///
/// `--rate` is the most it processes each second; after `--limit` records it commits and leaves.
struct Consumer {
    private let settings: [String: String]
    private let topics: [String]
    private let rate: Int
    private let limit: Int
    private let list: RecordList?

    init(_ options: Options) throws(Failure) {
        let group = try options.text("group")
        settings = [
            "bootstrap.servers": try options.text("bootstrap"), "group.id": group,
            "client.id": options.optional("client") ?? group, "auto.offset.reset": "earliest",
            "enable.auto.offset.store": "false", "auto.commit.interval.ms": "1000",
            // A machine that stands still for ten seconds is no lost consumer, whose records another reads again.
            "session.timeout.ms": "20000",
            // Hundreds of groups that ask for each record by itself leave no processor to anything else.
            "fetch.min.bytes": "16384", "fetch.wait.max.ms": "250",
            "queued.min.messages": "1000", "queued.max.messages.kbytes": "2048", "isolation.level": "read_committed",
        ]
        topics = try options.list("topics")
        rate = try options.number("rate", default: 0)
        limit = try options.number("limit", default: 0)
        list = try options.optional("record").map { (path) throws(Failure) in try RecordList(path: path) }
    }

    func run() throws(Failure) {
        let client = try Client(RD_KAFKA_CONSUMER, settings)
        rd_kafka_poll_set_consumer(client.handle)
        let wanted = rd_kafka_topic_partition_list_new(Int32(topics.count))
        defer { rd_kafka_topic_partition_list_destroy(wanted) }
        for topic in topics { rd_kafka_topic_partition_list_add(wanted, topic, -1) }
        let error = rd_kafka_subscribe(client.handle, wanted)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Failure("subscribe: \(Client.describe(error))") }
        var processed = 0
        var due = monotonicSeconds()
        while !StopRequest.isPending, limit == 0 || processed < limit {
            if rate > 0 {
                let now = monotonicSeconds()
                if now < due {
                    rest(seconds: due - now)
                    continue
                }
            }
            guard let message = rd_kafka_consumer_poll(client.handle, 100) else { continue }
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let topic = String(cString: rd_kafka_topic_name(message.pointee.rkt))
            let (partition, offset) = (message.pointee.partition, message.pointee.offset)
            // Processed first, stored after: killed in between, it is read again and not lost.
            list?.append("\(topic) \(partition) \(offset) \(identity(of: message.pointee))")
            rd_kafka_offset_store(message.pointee.rkt, partition, offset)
            processed += 1
            if rate > 0 { due = max(due, monotonicSeconds() - 1) + 1 / Double(rate) }
        }
        // Commits what is stored and leaves the group.
        rd_kafka_consumer_close(client.handle)
    }
}
