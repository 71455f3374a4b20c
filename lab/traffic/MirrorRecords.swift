import CRdkafka
import Glibc

/// Numbered records, to see what a mirror makes of them: each says where it was produced, in which partition and as
/// which one there.
///
/// `fill --bootstrap B --topic T --origin NAME --partitions N --count N [--first N] [--size 200] [--rate N]`
/// `check --bootstrap B --topic T --partitions N --expect NAME:COUNT,NAME:COUNT`: exit 1 unless each is there once, in order
/// `wait --bootstrap B --topic T --partitions N --count N --seconds N`: until the topic holds so many records
enum MirrorRecords {
    // MARK: Writing

    static func fill(_ options: Options) throws(Failure) {
        let topic = try options.text("topic")
        let origin = try options.text("origin")
        let partitions = try options.number("partitions")
        let count = try options.number("count")
        let first = try options.number("first", default: 0)
        let size = try options.number("size", default: 200)
        let rate = try options.number("rate", default: 0)
        var problem: String?
        let producer = try PacedProducer(
            [
                "bootstrap.servers": try options.text("bootstrap"), "linger.ms": "5",
                "queue.buffering.max.messages": "200000", "message.timeout.ms": "0",
            ],
            // Four of each partition at a time are not enough for more; then spinning is the lesser evil.
            unanswered: rate > 0 && rate <= 1_000 ? 4 : 50_000,
            told: { message in
                if message.err != RD_KAFKA_RESP_ERR_NO_ERROR { problem = Client.describe(message.err) }
            }, refused: { _ in problem = Client.describe(rd_kafka_last_error()) })
        // The records' time is when they are produced, and not when they are thought of.
        while !producer.isReady { producer.serve(milliseconds: 100) }
        let start = monotonicSeconds()
        for number in 0..<count {
            if rate > 0 {
                while monotonicSeconds() < start + Double(number) / Double(rate) {
                    producer.serve(milliseconds: 0)
                    rest(seconds: 0.001)
                }
            }
            let partition = Int32(number % partitions)
            var value = Array("\(origin) \(partition) \(first + number / partitions) ".utf8)
            if value.count < size { value += [UInt8](repeating: 0x2E, count: size - value.count) }
            producer.produce(
                PacedProducer.Record(
                    topic: topic, partition: partition, key: Array("\(origin)-\(number % 1000)".utf8), value: value))
            if number % 500 == 0 {
                producer.serve(milliseconds: 0)
                while rate == 0, producer.count > 150_000 { producer.serve(milliseconds: 20) }
            }
            if let problem { throw Failure("fill: \(problem)") }
        }
        let left = producer.finish(seconds: 120)
        guard left == 0, problem == nil else {
            throw Failure("fill: \(left) records were not delivered in 120 s\(problem.map { ": \($0)" } ?? "")")
        }
    }

    // MARK: Reading

    static func check(_ options: Options) throws(Failure) {
        let partitions = try options.number("partitions")
        var expected: [String: Int] = [:]
        for word in try options.list("expect") {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let count = Int(parts[1]) else { throw Failure("--expect \(word): NAME:COUNT") }
            expected[String(parts[0])] = count
        }
        var seen: [String: [Int]] = [:]
        var repeated: [String: Int] = [:]
        var reordered: [String: Int] = [:]
        var strange = 0
        try readAll(options, partitions: partitions) { partition, value in
            let words = value.prefix(60).split(separator: 0x20, maxSplits: 3).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard words.count >= 3, Int32(words[1]) == partition, let number = Int(words[2]), expected[words[0]] != nil
            else {
                strange += 1
                return
            }
            var next = seen[words[0]] ?? Array(repeating: 0, count: partitions)
            if number < next[Int(partition)] {
                repeated[words[0], default: 0] += 1
            } else {
                if number > next[Int(partition)] { reordered[words[0], default: 0] += 1 }
                next[Int(partition)] = number + 1
            }
            seen[words[0]] = next
        }
        var isRight = strange == 0
        for (origin, count) in expected.sorted(by: { $0.key < $1.key }) {
            let found = (seen[origin] ?? []).reduce(0, +)
            let (again, gaps) = (repeated[origin] ?? 0, reordered[origin] ?? 0)
            Traffic.say("\(origin): expected \(count) highest \(found) repeated \(again) skipped \(gaps)")
            if found != count || again > 0 || gaps > 0 { isRight = false }
        }
        if strange > 0 { Traffic.say("strange records: \(strange)") }
        guard isRight else { throw Failure("the topic does not hold each record once and in order") }
    }

    private static func readAll(
        _ options: Options, partitions: Int, _ body: (Int32, UnsafeRawBufferPointer) -> Void
    ) throws(Failure) {
        let client = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": try options.text("bootstrap"), "group.id": "lab-reads",
                "enable.auto.commit": "false",
                "enable.partition.eof": "true", "isolation.level": "read_committed",
                "queued.max.messages.kbytes": "32768",
            ])
        rd_kafka_poll_set_consumer(client.handle)
        let list = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions {
            rd_kafka_topic_partition_list_add(list, try options.text("topic"), Int32(partition))?.pointee.offset =
                Int64(
                    RD_KAFKA_OFFSET_BEGINNING)
        }
        rd_kafka_assign(client.handle, list)
        var unread = Set((0..<partitions).map { Int32($0) })
        let end = monotonicSeconds() + Double(try options.number("seconds", default: 300))
        while !unread.isEmpty {
            guard monotonicSeconds() < end else { throw Failure("the topic could not be read to its end") }
            guard let message = rd_kafka_consumer_poll(client.handle, 200) else { continue }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                body(
                    message.pointee.partition,
                    UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len))
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: unread.remove(message.pointee.partition)
            default: break
            }
        }
    }

    static func wait(_ options: Options) throws(Failure) {
        let client = try Client(RD_KAFKA_CONSUMER, ["bootstrap.servers": try options.text("bootstrap")])
        let topic = try options.text("topic")
        let partitions = try options.number("partitions")
        let count = try options.number("count")
        let end = monotonicSeconds() + Double(try options.number("seconds"))
        while true {
            let total = try ends(client, topic, partitions)
            if total >= count { return }
            guard monotonicSeconds() < end else { throw Failure("\(topic) holds \(total) of \(count) records") }
            rest(seconds: 0.05)
        }
    }

    /// The sum of the log ends; right for topics without transactions and compaction, from their start.
    static func ends(_ client: Client, _ topic: String, _ partitions: Int) throws(Failure) -> Int {
        let list = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions {
            rd_kafka_topic_partition_list_add(list, topic, Int32(partition))?.pointee.offset = -1
        }
        guard rd_kafka_offsets_for_times(client.handle, list, 10_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
            return 0
        }
        return (0..<partitions).reduce(0) { $0 + max(0, Int(list.pointee.elems[$1].offset)) }
    }
}
