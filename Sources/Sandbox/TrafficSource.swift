import Domain
import KafkaAdapter
import Operations
import Synchronization

/// Users' requests: the router sends each to an IDC, and the service there writes a record to its own cluster.
actor TrafficSource {
    private let clock: WorldClock
    private let router: EmbeddedRouter
    private let truth: Truth
    private let sites: PerIDC<Site>
    private let log: @Sendable (String) -> Void
    private var topics: [WorldTopic]
    private var generator: SeededGenerator
    private let recordsPerSecond: Int
    private var producers: PerIDC<RecordProducer?> = PerIDC { _ in nil }
    /// Of producers that are closed.
    private var delivered: Int64 = 0
    /// Records per second past the router.
    private var stray: PerIDC<Int> = PerIDC { _ in 0 }
    private var requests: Int64 = 0
    private var isStopped = false
    private var isHeld = false
    private var lastSleepy: [String: Duration] = [:]

    private static let beat: Duration = .milliseconds(25)
    private static let customers = ["김민준", "이서연", "박도윤", "C-10442", "C-20817", "C-33190", "최지우", "C-48001"]
    /// Makes a record as long as a real order: 250 bytes or so.
    private static let filler = String(repeating: "EQ/KRX;", count: 22)

    init(
        _ settings: WorldSettings, topics: [WorldTopic], sites: PerIDC<Site>, router: EmbeddedRouter, truth: Truth,
        clock: WorldClock, log: @escaping @Sendable (String) -> Void
    ) {
        self.topics = topics
        self.sites = sites
        self.router = router
        self.truth = truth
        self.clock = clock
        self.log = log
        recordsPerSecond = settings.recordsPerSecond
        generator = SeededGenerator(seed: settings.seed)
    }

    // MARK: Services

    /// A mock broker hands over one batch of a partition per fetch, and looks for it from the log's start on
    /// (rd_kafka_mock_msgset_find): its work grows with the square of the batches a second. Mirrors copy them one to one.
    private static let linger = "400"

    /// Starts the service of an IDC.
    func open(_ idc: IDC) throws(PortError) {
        guard producers[idc] == nil else { return }
        producers[idc] = try RecordProducer(
            KafkaConfiguration(
                bootstrap: sites[idc].bootstrap,
                properties: [
                    "linger.ms": Self.linger, "enable.idempotence": "true", "acks": "all",
                    "message.max.bytes": "4000000",
                    "queue.buffering.max.kbytes": "65536",
                ],
                clientID: "service-\(idc.rawValue)"),
            log: log)
    }

    /// The service of an IDC is killed; what it had not sent is gone.
    func kill(_ idc: IDC) async {
        guard let producer = producers[idc] else { return }
        producers[idc] = nil
        await producer.close()
        delivered += Int64(producer.deliveries.delivered)
    }

    /// No more requests come; what has come is written.
    func stop() async {
        isStopped = true
        for idc in IDC.allCases { try? await producers[idc]?.flush(within: .seconds(5)) }
    }

    /// Holds users' requests back, and what has come is written; or lets them come again.
    func hold(_ isHeld: Bool) async {
        self.isHeld = isHeld
        guard isHeld else { return }
        for idc in IDC.allCases { try? await producers[idc]?.flush(within: .seconds(3)) }
    }

    func close() async {
        for idc in IDC.allCases { await kill(idc) }
    }

    /// Records that the clusters have acknowledged.
    var produced: Int64 {
        IDC.allCases.reduce(delivered) { $0 + Int64(producers[$1]?.deliveries.delivered ?? 0) }
    }

    // MARK: Faults

    func setStray(_ idc: IDC, recordsPerSecond: Int) { stray[idc] = recordsPerSecond }

    func add(_ topic: WorldTopic) { topics.append(topic) }

    /// Writes one record of a given size.
    func produce(to name: String, on idc: IDC, bytes: Int, partition: Int32 = 0) throws(PortError) {
        guard topics.contains(where: { $0.name == name }) else {
            throw PortError(.notFound, operation: "Produce", detail: "no topic is called \(name)")
        }
        guard producers[idc] != nil else {
            throw PortError(.unreachable, operation: "Produce", detail: "the service of \(idc.rawValue) is gone")
        }
        send(TopicPartition(name, partition), key: nil, value: [UInt8](repeating: UInt8(ascii: "x"), count: bytes), idc)
    }

    // MARK: Traffic

    /// Sends requests until the task is cancelled. A full queue loses nothing: the record is made again later.
    func live() async {
        var last = clock.uptime()
        var owed = 0.0
        var owedStray = PerIDC<Double> { _ in 0 }
        while !Task.isCancelled {
            do { try await clock.sleep(Self.beat) } catch { return }
            let now = clock.uptime()
            // After a long pause of the process the backlog of a second is enough.
            let passed = min((now - last).inSeconds, 1)
            last = now
            guard !isStopped, !isHeld else { continue }
            owed += Double(recordsPerSecond) * passed
            let weights = weights(at: now)
            while owed >= 1 {
                owed -= 1
                request(weights)
            }
            for idc in IDC.allCases {
                owedStray[idc] += Double(stray[idc]) * passed
                while owedStray[idc] >= 1 {
                    owedStray[idc] -= 1
                    if let topic = chosen(weights) { write(topic, idc) }
                }
            }
            sleepyTopics(at: now)
        }
    }

    private func weights(at now: Duration) -> [Int] {
        let isBurst = Int(now.inSeconds) % 20 < 4
        return topics.map { topic in
            switch topic.character {
            case .bursty: isBurst ? topic.weight * 3 : max(1, topic.weight / 2)
            case .steady, .oneSided: topic.weight
            case .sleepy: 0
            }
        }
    }

    private func chosen(_ weights: [Int]) -> WorldTopic? {
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        var ticket = Int.random(in: 0..<total, using: &generator)
        for (topic, weight) in zip(topics, weights) {
            if ticket < weight { return topic }
            ticket -= weight
        }
        return nil
    }

    private func request(_ weights: [Int]) {
        guard let topic = chosen(weights) else { return }
        let ticket = Double.random(in: 0..<1, using: &generator)
        guard let routed = router.route(ticket) else { return }
        switch topic.character {
        case .oneSided(let idc): write(topic, idc)
        case .steady, .bursty, .sleepy: write(topic, routed)
        }
    }

    private func sleepyTopics(at now: Duration) {
        for topic in topics where topic.character == .sleepy {
            guard let last = lastSleepy[topic.name] else {
                // The first record soon, so that there is something to see.
                lastSleepy[topic.name] = now - .seconds(57)
                continue
            }
            guard now - last >= .seconds(60), let idc = router.route(0.25) else { continue }
            lastSleepy[topic.name] = now
            write(topic, idc)
        }
    }

    private func write(_ topic: WorldTopic, _ idc: IDC) {
        let customer = Self.customers[Int.random(in: 0..<Self.customers.count, using: &generator)]
        let partition = Int32.random(in: 0..<Int32(topic.partitions), using: &generator)
        requests += 1
        let key = topic.hasKoreanKeys ? customer : "K-\(requests % 997)"
        send(
            TopicPartition(topic.name, partition), key: Array(key.utf8),
            value: Array("{\"request\":\(requests),\"customer\":\"\(customer)\",\"note\":\"\(Self.filler)\"}".utf8), idc
        )
    }

    private func send(_ partition: TopicPartition, key: [UInt8]?, value: [UInt8], _ idc: IDC) {
        guard let producer = producers[idc] else { return }
        let origin = Truth.Origin(idc: idc, partition: partition)
        let number = truth.nextNumber(of: origin)
        do throws(PortError) {
            try producer.produce(
                ProducerRecord(
                    topic: partition.topic, partition: partition.partition, key: key, value: value,
                    headers: [RecordMark(origin: idc, number: number).header]))
            truth.produced(origin, number: number)
        } catch {
            // The request fails, as a service's does whose cluster is behind: its number is given to the next one.
            log("the service of \(idc.rawValue) could not write: \(error.detail)")
        }
    }
}
