import CRdkafka
import Glibc

/// The lab's topics and how often each is written to.
struct Topics {
    let names: [String]
    private let weights: [Int]
    private var standing: [Int]

    /// A line per topic: its name and its weight.
    init(path: String) throws(Failure) {
        var names: [String] = []
        var weights: [Int] = []
        for line in try readText(path).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let weight = Int(words[1]), weight > 0 else {
                throw Failure("\(path): '\(line)' is no topic and weight")
            }
            names.append(String(words[0]))
            weights.append(weight)
        }
        guard !names.isEmpty else { throw Failure("\(path) names no topics") }
        self.names = names
        self.weights = weights
        standing = Array(repeating: 0, count: names.count)
    }

    /// The topic whose turn it is: evenly spread, in proportion to the weights.
    mutating func next() -> Int {
        var best = 0
        for index in standing.indices {
            standing[index] += weights[index]
            if standing[index] > standing[best] { best = index }
        }
        standing[best] -= weights.reduce(0, +)
        return best
    }

    /// `topics --bootstrap B --list FILE --partitions N --replication N [--retention MS]`: those that are missing.
    static func create(_ options: Options) throws(Failure) {
        let topics = try Topics(path: try options.text("list"))
        let client = try Client(RD_KAFKA_PRODUCER, ["bootstrap.servers": try options.text("bootstrap")])
        let partitions = Int32(clamping: try options.number("partitions"))
        let replication = Int32(clamping: try options.number("replication"))
        let retention = String(try options.number("retention", default: 7_200_000))
        var message = [CChar](repeating: 0, count: 512)
        var wanted: [OpaquePointer?] = []
        defer { for topic in wanted { rd_kafka_NewTopic_destroy(topic) } }
        for name in topics.names {
            guard let topic = rd_kafka_NewTopic_new(name, partitions, replication, &message, message.count) else {
                throw Failure("\(name) cannot be a topic")
            }
            wanted.append(topic)
            rd_kafka_NewTopic_set_config(topic, "retention.ms", retention)
        }
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        let settings = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(settings) }
        rd_kafka_AdminOptions_set_request_timeout(settings, 60000, &message, message.count)
        rd_kafka_AdminOptions_set_operation_timeout(settings, 60000, &message, message.count)
        rd_kafka_CreateTopics(client.handle, &wanted, wanted.count, settings, queue)
        guard let event = rd_kafka_queue_poll(queue, 70000) else { throw Failure("topics were not created in 70 s") }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw Failure("topics: \(String(cString: rd_kafka_event_error_string(event)))")
        }
        var count = 0
        guard let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        else { return }
        for index in 0..<count {
            let error = rd_kafka_topic_result_error(results[index])
            if error != RD_KAFKA_RESP_ERR_NO_ERROR, error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS {
                let name = String(cString: rd_kafka_topic_result_name(results[index]))
                throw Failure("topic \(name): \(Client.describe(error))")
            }
        }
    }
}

/// A small text file as a whole.
func readText(_ path: String) throws(Failure) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system(path) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 65536)
    let length = read(file, &bytes, bytes.count)
    guard length >= 0 else { throw .system(path) }
    return String(decoding: bytes.prefix(length), as: UTF8.self)
}
