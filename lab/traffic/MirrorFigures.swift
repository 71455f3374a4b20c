import CRdkafka
import Glibc

/// What a mirror takes from end to end, and whether its commits go back.
///
/// `latency --from B --to B --topic T --partitions N --rate N --seconds N`: produces on one side, reads on the other
/// `commits --bootstrap B --group G --topic T --partitions N`: until SIGTERM; exit 1 when a position, E or K falls
enum MirrorFigures {
    static func latency(_ options: Options) throws(Failure) {
        let topic = try options.text("topic")
        let partitions = try options.number("partitions")
        let rate = try options.number("rate")
        let seconds = try options.number("seconds")
        let producer = try Client(
            RD_KAFKA_PRODUCER, ["bootstrap.servers": try options.text("from"), "linger.ms": "0", "acks": "all"])
        let written = rd_kafka_topic_new(producer.handle, topic, nil)
        defer { rd_kafka_topic_destroy(written) }
        let consumer = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": try options.text("to"), "group.id": "lab-reads", "enable.auto.commit": "false",
                "fetch.wait.max.ms": "500",
            ])
        rd_kafka_poll_set_consumer(consumer.handle)
        let list = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions {
            rd_kafka_topic_partition_list_add(list, topic, Int32(partition))?.pointee.offset = Int64(
                RD_KAFKA_OFFSET_END)
        }
        rd_kafka_assign(consumer.handle, list)
        // The warm-up is not counted: connections, metadata, positions.
        let begin = monotonicSeconds()
        let warm = begin + 5
        let end = warm + Double(seconds)
        var sent = 0
        var expected = 0
        var delays: [Double] = []
        while monotonicSeconds() < end || (delays.count < expected && monotonicSeconds() < end + 30) {
            let now = monotonicSeconds()
            while now < end, Double(sent) < (now - begin) * Double(rate) {
                let time = monotonicSeconds()
                var value = Array("\(UInt64(time * 1e9)) ".utf8)
                value += [UInt8](repeating: 0x2E, count: max(0, 200 - value.count))
                rd_kafka_produce(
                    written, Int32(sent % partitions), Int32(RD_KAFKA_MSG_F_COPY), &value, value.count, nil, 0, nil)
                if time >= warm { expected += 1 }
                sent += 1
            }
            rd_kafka_poll(producer.handle, 0)
            while let message = rd_kafka_consumer_poll(consumer.handle, 1) {
                defer { rd_kafka_message_destroy(message) }
                guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                let bytes = UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len)
                guard let nanoseconds = UInt64(String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)) else {
                    continue
                }
                let time = Double(nanoseconds) / 1e9
                if time >= warm { delays.append(monotonicSeconds() - time) }
                if monotonicSeconds() < end { break }
            }
        }
        guard delays.count >= expected, expected > 0 else {
            throw Failure("latency: \(delays.count) of \(expected) records came through")
        }
        delays.sort()
        func milliseconds(_ share: Double) -> Double {
            (delays[min(delays.count - 1, Int(Double(delays.count) * share))] * 10_000).rounded() / 10
        }
        print(
            "latency_ms p50 \(milliseconds(0.5)) p99 \(milliseconds(0.99)) max \(milliseconds(1)) records \(delays.count)"
        )
    }

    static func commits(_ options: Options) throws(Failure) {
        let topic = try options.text("topic")
        let partitions = try options.number("partitions")
        let client = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": try options.text("bootstrap"), "group.id": try options.text("group"),
                "enable.auto.commit": "false",
            ])
        var last: [Int32: [Int64]] = [:]
        var looks = 0
        var falls = 0
        repeat {
            let list = rd_kafka_topic_partition_list_new(Int32(partitions))
            defer { rd_kafka_topic_partition_list_destroy(list) }
            for partition in 0..<partitions { rd_kafka_topic_partition_list_add(list, topic, Int32(partition)) }
            guard rd_kafka_committed(client.handle, list, 5_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
                continue
            }
            looks += 1
            for index in 0..<partitions {
                let element = list.pointee.elems[index]
                guard element.offset >= 0, let start = element.metadata else { continue }
                let text = String(
                    decoding: UnsafeRawBufferPointer(start: start, count: element.metadata_size), as: UTF8.self)
                var now = [element.offset]
                for field in text.split(separator: ";") where field.hasPrefix("e=") || field.hasPrefix("k=") {
                    now.append(Int64(field.dropFirst(2)) ?? -2)
                }
                if let before = last[element.partition], zip(now, before).contains(where: { $0 < $1 }) {
                    Traffic.say("\(topic)-\(element.partition): \(before) fell to \(now): \(text)")
                    falls += 1
                }
                last[element.partition] = now
            }
            rest(seconds: 0.05)
        } while !StopRequest.isPending
        print("commits looked at \(looks) times, fell \(falls) times")
        guard falls == 0 else { throw Failure("commits went back") }
    }
}
