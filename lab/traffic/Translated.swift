import CRdkafka
import Glibc

/// How long a group's commit takes until it is translated on the other side, seen by nobody's word but the brokers':
/// both sides' `__consumer_offsets`, with the moments at which the brokers took the commits.
///
/// `translated --from B --to B --prefix P --seconds N`: of each commit that moved a partition the time to the *first*
/// change of the offset on the other side, and to the *last* one before the group committed again.
/// `listed --bootstrap B --prefix P`: how many such groups there are
/// `history --bootstrap B --prefix P`: until SIGTERM, a line for each commit and each deletion of one: milliseconds, the
/// offset or "deleted", group, topic, partition
enum Translated {
    private struct Commit {
        /// `nil`: it was deleted.
        let offset: Int64?
        let milliseconds: Int64
    }

    static func run(_ options: Options) throws(Failure) {
        let prefix = try options.text("prefix")
        let seconds = try options.number("seconds")
        let from = try consumer(on: try options.text("from"))
        let to = try consumer(on: try options.text("to"))
        var commits: [String: [Commit]] = [:]
        var translations: [String: [Commit]] = [:]
        let end = monotonicSeconds() + Double(seconds)
        while monotonicSeconds() < end {
            take(from, prefix, &commits)
            take(to, prefix, &translations)
        }
        var first: [Int64] = []
        var last: [Int64] = []
        var unmoved = 0
        for (partition, moves) in commits {
            let changes = changed(translations[partition] ?? [])
            let moves = changed(moves)
            for (move, next) in zip(moves, moves.dropFirst()) {
                let following = changes.filter {
                    move.milliseconds..<next.milliseconds ~= $0.milliseconds
                }
                guard let one = following.first, let other = following.last else {
                    unmoved += 1
                    continue
                }
                first.append(one.milliseconds - move.milliseconds)
                last.append(other.milliseconds - move.milliseconds)
            }
        }
        guard !first.isEmpty else { throw Failure("translated: no commit was followed by a translated one") }
        print(
            "commits \(first.count + unmoved), \(unmoved) of them followed by none; first \(figures(first)); last \(figures(last))"
        )
    }

    static func history(_ options: Options) throws(Failure) {
        let prefix = try options.text("prefix")
        let client = try consumer(on: try options.text("bootstrap"))
        while !StopRequest.isPending {
            var commits: [String: [Commit]] = [:]
            take(client, prefix, &commits)
            for (partition, entries) in commits {
                for entry in entries {
                    print("\(entry.milliseconds) \(entry.offset.map { "\($0)" } ?? "deleted") \(partition)")
                }
            }
            fflush(nil)
        }
    }

    static func listed(_ options: Options) throws(Failure) {
        let prefix = try options.text("prefix")
        let client = try Client(
            RD_KAFKA_CONSUMER, ["bootstrap.servers": try options.text("bootstrap"), "group.id": "lab-lists"])
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        let settings = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS)
        defer { rd_kafka_AdminOptions_destroy(settings) }
        rd_kafka_ListConsumerGroups(client.handle, settings, queue)
        guard let event = rd_kafka_queue_poll(queue, 30_000) else { throw Failure("groups were not listed in 30 s") }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_ListConsumerGroups_result(event) else {
            throw Failure("groups: \(String(cString: rd_kafka_event_error_string(event)))")
        }
        // Without a list there are none.
        let groups = rd_kafka_ListConsumerGroups_result_valid(result, &count)
        let names = (0..<count).compactMap { groups?[$0] }.map {
            String(cString: rd_kafka_ConsumerGroupListing_group_id($0))
        }
        print(names.filter { $0.hasPrefix(prefix) }.count)
    }

    /// Without those that leave the offset where it was.
    private static func changed(_ commits: [Commit]) -> [Commit] {
        var standing: Int64?
        return commits.filter { commit in
            defer { standing = commit.offset }
            return commit.offset != standing
        }
    }

    private static func figures(_ milliseconds: [Int64]) -> String {
        let sorted = milliseconds.sorted()
        func share(_ part: Double) -> Int64 { sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] }
        return "p50 \(share(0.5)) p99 \(share(0.99)) max \(share(1)) ms"
    }

    private static let topic = "__consumer_offsets"

    private static func consumer(on bootstrap: String) throws(Failure) -> Client {
        let client = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": bootstrap, "group.id": "lab-observes", "enable.auto.commit": "false",
                "fetch.wait.max.ms": "50",
            ])
        rd_kafka_poll_set_consumer(client.handle)
        let handle = rd_kafka_topic_new(client.handle, topic, nil)
        defer { rd_kafka_topic_destroy(handle) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let error = rd_kafka_metadata(client.handle, 0, handle, &metadata, 20_000)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw Failure("\(topic): \(Client.describe(error))")
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let partitions = metadata.pointee.topic_cnt == 1 ? metadata.pointee.topics[0].partition_cnt : 0
        let list = rd_kafka_topic_partition_list_new(partitions)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions {
            rd_kafka_topic_partition_list_add(list, topic, partition)?.pointee.offset = Int64(RD_KAFKA_OFFSET_END)
        }
        rd_kafka_assign(client.handle, list)
        return client
    }

    private static func take(_ client: Client, _ prefix: String, _ commits: inout [String: [Commit]]) {
        var wait: Int32 = 5
        while let message = rd_kafka_consumer_poll(client.handle, wait) {
            wait = 0
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            var key = Bytes(message.pointee.key, message.pointee.key_len)
            var value = Bytes(message.pointee.payload, message.pointee.len)
            // 0 and 1 are commits, what follows are groups. Every version of a value begins with the offset, and the
            // record's own timestamp is the commit's.
            guard let kind = key.number(2), kind < 2, let group = key.text(), group.hasPrefix(prefix),
                let topic = key.text(), let partition = key.number(4)
            else { continue }
            let offset = value.number(2).flatMap { _ in value.number(8) }
            var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
            let milliseconds = rd_kafka_message_timestamp(message, &type)
            commits["\(group) \(topic) \(partition)", default: []].append(
                Commit(offset: offset, milliseconds: milliseconds))
        }
    }

    /// Read from the front; `nil` past the end.
    private struct Bytes {
        private var rest: UnsafeRawBufferPointer

        init(_ start: UnsafeMutableRawPointer?, _ count: Int) {
            rest = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        }

        mutating func number(_ count: Int) -> Int64? {
            guard rest.count >= count else { return nil }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
            return rest.prefix(count).reduce(0) { $0 << 8 | Int64($1) }
        }

        mutating func text() -> String? {
            guard let count = number(2), rest.count >= Int(count) else { return nil }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count))) }
            return String(decoding: rest.prefix(Int(count)), as: UTF8.self)
        }
    }
}
