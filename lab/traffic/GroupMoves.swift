import CRdkafka
import Glibc

/// Members of many groups in one process, each of which commits what it has read at equal intervals.
///
/// `move --bootstrap B --prefix P --groups N --topics A,B --every MS`: until SIGTERM
enum GroupMoves {
    static func run(_ options: Options) throws(Failure) {
        let bootstrap = try options.text("bootstrap")
        let prefix = try options.text("prefix")
        let topics = try options.list("topics")
        let every = Double(try options.number("every")) / 1000
        let groups = try options.number("groups")
        guard groups > 0, every > 0 else { throw Failure("move: no groups, or no time between commits") }
        var members: [Client] = []
        for number in 0..<groups {
            members.append(try member(of: "\(prefix)\(number)", on: bootstrap, reading: topics))
        }
        let begin = monotonicSeconds()
        // Spread over the interval, as groups that know nothing of each other are.
        var due = (0..<groups).map { begin + every * (1 + Double($0) / Double(groups)) }
        while !StopRequest.isPending {
            var isIdle = true
            for (index, client) in members.enumerated() {
                while let message = rd_kafka_consumer_poll(client.handle, 0) {
                    rd_kafka_message_destroy(message)
                    isIdle = false
                }
                guard monotonicSeconds() >= due[index] else { continue }
                // Without waiting; where nothing was read since, nothing is sent.
                rd_kafka_commit(client.handle, nil, 1)
                due[index] += every
            }
            if isIdle { rest(seconds: 0.005) }
        }
        for client in members { rd_kafka_consumer_close(client.handle) }
    }

    private static func member(
        of group: String, on bootstrap: String, reading topics: [String]
    ) throws(Failure) -> Client {
        let client = try Client(
            RD_KAFKA_CONSUMER,
            [
                "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "latest",
                "enable.auto.commit": "false", "session.timeout.ms": "10000", "queued.min.messages": "100",
                "isolation.level": "read_committed",
            ])
        rd_kafka_poll_set_consumer(client.handle)
        let wanted = rd_kafka_topic_partition_list_new(Int32(topics.count))
        defer { rd_kafka_topic_partition_list_destroy(wanted) }
        for topic in topics { rd_kafka_topic_partition_list_add(wanted, topic, -1) }
        let error = rd_kafka_subscribe(client.handle, wanted)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Failure("subscribe: \(Client.describe(error))") }
        return client
    }
}
