import Domain
import KafkaAdapter

/// Users' requests, one after the other: each goes to either IDC with the same chance, and becomes a record there.
struct DemoRequests {
    private let topics: [DemoTopic]
    private let partitions: Int32
    private let totalWeight: Int
    private var count = 0
    private static let customers = ["김민준", "이서연", "박도윤", "C-10442", "C-20817", "C-33190", "최지우", "C-48001"]

    init(topics: [DemoTopic], partitions: Int32) {
        self.topics = topics
        self.partitions = partitions
        totalWeight = topics.reduce(0) { $0 + $1.weight }
    }

    /// The next record, and the IDC (0 or 1) whose users asked for it.
    mutating func next() -> (idc: Int, record: ProducerRecord) {
        count += 1
        var ticket = Int.random(in: 0..<max(1, totalWeight))
        var chosen = topics.first
        for topic in topics {
            if ticket < topic.weight {
                chosen = topic
                break
            }
            ticket -= topic.weight
        }
        let customer = Self.customers[Int.random(in: 0..<Self.customers.count)]
        let record = ProducerRecord(
            topic: chosen?.name ?? "", partition: Int32.random(in: 0..<partitions), key: Array(customer.utf8),
            value: Array("{\"request\":\(count),\"customer\":\"\(customer)\"}".utf8))
        return (Int.random(in: 0...1), record)
    }
}
