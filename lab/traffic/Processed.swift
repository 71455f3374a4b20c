import CRdkafka
import Glibc

/// Compares a topic with what consumers have written down with `consume --record`.
///
/// `processed --bootstrap B --topic T --partitions N --lists FILE,FILE`: how many records of the topic nobody has
/// processed, and how often records were processed again; exit 1 when one was not processed at all. With `--groups FILE`
/// instead of lists the same for many groups, of which each line has the name and the lists: `GROUP FILE,FILE`.
///
/// `safe --bootstrap B --topic T --partitions N --group G --lists FILE,FILE`: where the group stands there, and exit 1
/// when a record below that was not processed.
///
/// `origins --bootstrap B --topic T --partitions N`: how many of its records were produced on each side: `idc1 9 idc2 4`
///
/// `standing --bootstrap B --topic T --partitions N --group G`: the sum of what stands there, and in how many partitions
enum Processed {
    static func stand(_ options: Options) throws(Failure) {
        let standing = try standing(options)
        print("\(standing.values.reduce(0, +)) in \(standing.count) partitions")
    }

    private static func standing(_ options: Options) throws(Failure) -> [Int32: Int64] {
        let partitions = try options.number("partitions")
        let topic = try options.text("topic")
        let client = try Client(
            RD_KAFKA_CONSUMER,
            ["bootstrap.servers": try options.text("bootstrap"), "group.id": try options.text("group")])
        let list = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in 0..<partitions { rd_kafka_topic_partition_list_add(list, topic, Int32(partition)) }
        // A coordinator that is late may move on: what it refuses is asked again.
        let deadline = monotonicSeconds() + 30
        var code = rd_kafka_committed(client.handle, list, 20_000)
        while code != RD_KAFKA_RESP_ERR_NO_ERROR, monotonicSeconds() < deadline {
            rest(seconds: 0.2)
            code = rd_kafka_committed(client.handle, list, 20_000)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { throw Failure("committed: \(Client.describe(code))") }
        var standing: [Int32: Int64] = [:]
        for index in 0..<Int(list.pointee.cnt) where list.pointee.elems[index].offset >= 0 {
            standing[list.pointee.elems[index].partition] = list.pointee.elems[index].offset
        }
        return standing
    }

    static func origins(_ options: Options) throws(Failure) {
        var counts: [Substring: Int] = [:]
        try readAll(options) { identity, _ in counts[identity.prefix { $0 != "-" }, default: 0] += 1 }
        print(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " "))
    }

    static func safe(_ options: Options) throws(Failure) {
        let standing = try standing(options)
        // After the commits: what was processed before them has been written down by now.
        let times = counts(try options.list("lists"))
        var unsafe: [String] = []
        try readAll(options, below: standing) { identity, place in
            if times[identity] == nil { unsafe.append("\(identity) at \(place)") }
        }
        print("standing \(standing.values.reduce(0, +)) in \(standing.count) partitions, unsafe \(unsafe.count)")
        guard unsafe.isEmpty else {
            throw Failure("a move would skip \(unsafe.count) records: \(unsafe.prefix(5).joined(separator: ", "))")
        }
    }

    static func check(_ options: Options) throws(Failure) {
        let groups = try groups(options)
        var records: [(identity: String, place: String)] = []
        try readAll(options) { identity, place in records.append((identity, place)) }
        var failure: String?
        for (group, lists) in groups {
            let times = counts(lists)
            let missing = records.filter { times[$0.identity] == nil }
            let again = times.values.reduce(0) { $0 + $1 - 1 }
            print("\(group)records \(records.count) lost \(missing.count) again \(again)")
            guard !missing.isEmpty, failure == nil else { continue }
            let first = missing.prefix(5).map { "\($0.identity) at \($0.place)" }
            failure = "\(group)\(missing.count) records were not processed: \(first.joined(separator: ", "))"
        }
        if let failure { throw Failure(failure) }
    }

    /// Each group's name, with a space after it, and its lists.
    private static func groups(_ options: Options) throws(Failure) -> [(name: String, lists: [String])] {
        guard let path = options.optional("groups") else { return [("", try options.list("lists"))] }
        guard let file = fopen(path, "r") else { throw Failure("processed: \(path) cannot be read") }
        defer { fclose(file) }
        var groups: [(String, [String])] = []
        while let line = readLine(from: file) {
            let words = line.split(separator: " ")
            guard words.count == 2 else { throw Failure("processed: no group and lists: \(line)") }
            groups.append(("\(words[0]) ", words[1].split(separator: ",").map(String.init)))
        }
        return groups
    }

    private static func readLine(from file: UnsafeMutablePointer<FILE>) -> String? {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        let length = getline(&line, &capacity, file)
        guard length > 0, let line else { return nil }
        if line[length - 1] == 10 { line[length - 1] = 0 }
        return String(cString: line)
    }

    /// How often each identity was written down.
    private static func counts(_ lists: [String]) -> [String: Int] {
        var times: [String: Int] = [:]
        for path in lists {
            guard let file = fopen(path, "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 512)
            while fgets(&line, Int32(line.count), file) != nil {
                line.withUnsafeMutableBufferPointer { line in
                    guard let start = line.baseAddress else { return }
                    // topic partition offset identity; a line that a kill has cut short says nothing.
                    let length = strlen(start)
                    guard length > 1, start[length - 1] == 10 else { return }
                    start[length - 1] = 0
                    let spaces = line[..<length].count { $0 == 32 }
                    guard spaces == 3, let last = strrchr(start, 32) else { return }
                    times[String(cString: last + 1), default: 0] += 1
                }
            }
        }
        return times
    }

    /// - Parameter ends: by partition, where to stop; `nil`: at the end of the log.
    private static func readAll(
        _ options: Options, below ends: [Int32: Int64]? = nil, _ take: (String, String) -> Void
    ) throws(Failure) {
        let partitions = try options.number("partitions")
        let topic = try options.text("topic")
        let client = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": try options.text("bootstrap"), "group.id": "lab-processed",
                "enable.auto.commit": "false", "enable.partition.eof": "true", "isolation.level": "read_committed",
                "auto.offset.reset": "error",
            ])
        // Where nothing stands, nothing is skipped: such a partition is not read.
        var open = Set((0..<partitions).map(Int32.init).filter { number in ends.map { $0[number] != nil } ?? true })
        let wanted = rd_kafka_topic_partition_list_new(Int32(open.count))
        defer { rd_kafka_topic_partition_list_destroy(wanted) }
        for partition in open {
            rd_kafka_topic_partition_list_add(wanted, topic, partition).pointee.offset =
                Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
        rd_kafka_assign(client.handle, wanted)
        let deadline = monotonicSeconds() + 120
        while !open.isEmpty {
            guard monotonicSeconds() < deadline else { throw Failure("processed: \(topic) was not read in 120 s") }
            guard let message = rd_kafka_consumer_poll(client.handle, 200) else { continue }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                let (partition, offset) = (message.pointee.partition, message.pointee.offset)
                if let end = ends?[partition], offset >= end {
                    open.remove(partition)
                } else {
                    take(identity(of: message.pointee), "\(partition):\(offset)")
                }
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: open.remove(message.pointee.partition)
            default: continue
            }
        }
    }
}
