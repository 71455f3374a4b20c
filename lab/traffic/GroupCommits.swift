import CRdkafka
import Glibc

/// Many groups without members that have commits on every partition of their topic: a full board for measurements.
///
/// `commit --bootstrap B --prefix P --groups N --topics FILE --partitions N [--at end] [--bare yes]`: at 0, or at the
/// end of the logs; with `--bare` of one group, which is called just so
struct GroupCommits {
    private let bootstrap: String
    private let prefix: String
    private let groups: Int
    private let topics: Topics
    private let partitions: Int
    private let isAtEnd: Bool
    private let isBare: Bool

    init(_ options: Options) throws(Failure) {
        bootstrap = try options.text("bootstrap")
        prefix = try options.text("prefix")
        groups = try options.number("groups")
        topics = try Topics(path: try options.text("topics"))
        partitions = try options.number("partitions")
        isBare = options.optional("bare") == "yes"
        switch options.optional("at") {
        case nil: isAtEnd = false
        case "end": isAtEnd = true
        case let word?: throw Failure("--at \(word): end")
        }
    }

    func run() throws(Failure) {
        let client = try Client(RD_KAFKA_PRODUCER, ["bootstrap.servers": bootstrap])
        let ends = isAtEnd ? try ends(with: client) : [:]
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        // The first commit that a cluster ever sees makes it create __consumer_offsets; librdkafka 2.0.2 then waits in
        // vain for its answer, and the next one succeeds.
        var attempt = 1
        while let problem = first(ends, with: client, on: queue) {
            guard attempt < 10 else { throw Failure("commit: \(problem)") }
            attempt += 1
        }
        var sent = 1
        var answered = 1
        var refusals = 0
        while answered < groups {
            if sent < groups, sent - answered < 64 {
                send(sent, ends, with: client, to: queue, milliseconds: 60000)
                sent += 1
                continue
            }
            guard let event = rd_kafka_queue_poll(queue, 70000) else { throw Failure("no answer to a commit in 70 s") }
            defer { rd_kafka_event_destroy(event) }
            guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw Failure("commit: \(String(cString: rd_kafka_event_error_string(event)))")
            }
            if let (number, problem) = refused(in: event) {
                // A broker that is late says so of single partitions.
                refusals += 1
                guard refusals < groups else { throw Failure("commit of group \(number): \(problem)") }
                send(number, ends, with: client, to: queue, milliseconds: 60000)
                continue
            }
            answered += 1
        }
    }

    /// The number of the group whose commit was refused, in any partition, and why.
    private func refused(in event: OpaquePointer) -> (number: Int, problem: String)? {
        var count = 0
        guard let results = rd_kafka_AlterConsumerGroupOffsets_result_groups(event, &count), count == 1,
            let result = results[0], let name = rd_kafka_group_result_name(result),
            let number = Int(String(cString: name).suffix(5))
        else { return nil }
        if let error = rd_kafka_group_result_error(result) {
            return (number, String(cString: rd_kafka_error_string(error)))
        }
        guard let partitions = rd_kafka_group_result_partitions(result) else { return nil }
        for index in 0..<Int(partitions.pointee.cnt) {
            let code = partitions.pointee.elems[index].err
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { return (number, Client.describe(code)) }
        }
        return nil
    }

    /// Commits the first group alone; what went wrong, or nil.
    private func first(_ ends: [String: [Int64]], with client: Client, on queue: OpaquePointer?) -> String? {
        send(0, ends, with: client, to: queue, milliseconds: 5000)
        guard let event = rd_kafka_queue_poll(queue, 15000) else { return "no answer in 15 s" }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return String(cString: rd_kafka_event_error_string(event))
        }
        return nil
    }

    /// By topic, of each partition.
    private func ends(with client: Client) throws(Failure) -> [String: [Int64]] {
        var ends: [String: [Int64]] = [:]
        for topic in topics.names {
            for partition in 0..<partitions {
                var low: Int64 = 0
                var high: Int64 = 0
                let error = rd_kafka_query_watermark_offsets(
                    client.handle, topic, Int32(partition), &low, &high, 20_000)
                guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    throw Failure("\(topic)-\(partition): \(Client.describe(error))")
                }
                ends[topic, default: []].append(high)
            }
        }
        return ends
    }

    private func send(
        _ number: Int, _ ends: [String: [Int64]], with client: Client, to queue: OpaquePointer?, milliseconds: Int32
    ) {
        let topic = topics.names[number % topics.names.count]
        let offsets = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(offsets) }
        for partition in 0..<partitions {
            let entry = rd_kafka_topic_partition_list_add(offsets, topic, Int32(partition))
            entry?.pointee.offset = ends[topic]?[partition] ?? 0
        }
        let digits = String(number)
        let name = isBare ? prefix : prefix + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        var request: OpaquePointer? = rd_kafka_AlterConsumerGroupOffsets_new(name, offsets)
        defer { rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
        let settings = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS)
        defer { rd_kafka_AdminOptions_destroy(settings) }
        var message = [CChar](repeating: 0, count: 512)
        rd_kafka_AdminOptions_set_request_timeout(settings, milliseconds, &message, message.count)
        rd_kafka_AlterConsumerGroupOffsets(client.handle, &request, 1, settings, queue)
    }
}
