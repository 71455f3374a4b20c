import Domain
import KafkaAdapter
import Operations

/// One process of a group's application: a real consumer that reads, processes and commits as applications do.
///
/// Owned by ``Applications``, which calls it from one task at a time.
final class Application {
    let group: WorldGroup
    let idc: IDC
    let number: Int
    private let client: GroupConsumer
    private let truth: Truth
    private let startedAt: Duration
    private let progress: GroupProgress

    private(set) var memberID: String?
    private(set) var assigned: [TopicPartition] = []
    /// The next offset to process.
    private(set) var positions: [TopicPartition: Offset] = [:]
    /// The highest of ``positions`` of every partition that it ever read.
    private(set) var reached: [TopicPartition: Offset] = [:]
    private var lookedAt: Duration?
    private var workedAt: Duration
    private var owed = 0.0

    private static let lookInterval: Duration = .milliseconds(200)
    private static let batchInterval: Duration = .seconds(5)
    /// In every so many records of partition 0 one is the poison.
    private static let poisonEvery: Int64 = 50

    init(
        _ group: WorldGroup, _ number: Int, on site: Site, of progress: GroupProgress, truth: Truth,
        at now: Duration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.group = group
        self.number = number
        self.progress = progress
        self.truth = truth
        idc = site.idc
        startedAt = now
        workedAt = now
        client = try GroupConsumer(
            KafkaConfiguration(
                bootstrap: site.bootstrap, properties: Self.properties,
                clientID: "\(group.topics.first ?? "app")-\(number)"), group: group.id, log: log)
        try client.subscribe(to: group.topics)
    }

    private static let properties = [
        "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000", "max.poll.interval.ms": "86400000",
        "auto.offset.reset": "earliest", "fetch.wait.max.ms": "200", "fetch.error.backoff.ms": "50",
        "partition.assignment.strategy": "range",
        // A consumer that is late must not fill the memory with what it has fetched ahead.
        "queued.max.messages.kbytes": "512", "queued.min.messages": "500", "fetch.message.max.bytes": "131072",
        "topic.metadata.refresh.interval.ms": "5000",
    ]

    /// One turn: looks at the assignment now and then, reads, processes, commits.
    func work(at now: Duration) throws(PortError) {
        if lookedAt.map({ now - $0 >= Self.lookInterval }) ?? true {
            lookedAt = now
            try look()
        }
        guard !assigned.isEmpty else { return }
        let elapsed = now - workedAt
        switch group.behaviour {
        case .fast, .poison:
            workedAt = now
            try process(atMost: 2_000)
        case .batch:
            guard elapsed >= Self.batchInterval else { return }
            workedAt = now
            try process(atMost: 20_000)
        case .slow(let recordsPerSecond):
            workedAt = now
            owed = min(owed + Double(recordsPerSecond) * elapsed.inSeconds, Double(recordsPerSecond))
            let whole = Int(owed)
            owed -= Double(whole)
            if whole > 0 { try process(atMost: whole) }
        case .stuck(let after):
            guard now - startedAt < after else { return }
            workedAt = now
            try process(atMost: 2_000)
        }
    }

    /// Takes over a new assignment; partitions that have to begin elsewhere do.
    private func look() throws(PortError) {
        if memberID == nil { memberID = try client.memberID() }
        let now = try client.assignment()
        guard now != assigned else { return }
        for partition in Set(assigned).subtracting(now) { positions[partition] = nil }
        assigned = now
        var begun: [TopicPartition: Offset] = [:]
        for partition in now where positions[partition] == nil { begun[partition] = progress.next(in: partition) }
        guard !begun.isEmpty else { return }
        let wanted = positions.merging(begun) { _, begin in begin }
        // Partitions without a position keep what the group has committed: only those named are moved.
        try client.assign(wanted, others: now.filter { wanted[$0] == nil })
        try client.commit(begun)
        for (partition, begin) in begun {
            positions[partition] = begin
            reached[partition] = max(begin, reached[partition] ?? begin)
        }
    }

    private func process(atMost count: Int) throws(PortError) {
        let records = try client.poll(atMost: count)
        guard !records.isEmpty else { return }
        var marks: [TopicPartition: [RecordMark]] = [:]
        var next: [TopicPartition: Offset] = [:]
        for record in records {
            let partition = record.partition
            // What comes before the new assignment has been looked at belongs to the one before.
            let reached = next[partition] ?? positions[partition]
            guard reached != nil || progress.next(in: partition) == nil else { continue }
            if let reached, record.offset < reached.rawValue { continue }
            let mark = RecordMark(record.headers)
            if isPoisoned(partition, mark) { continue }
            if let mark { marks[partition, default: []].append(mark) }
            next[partition] = Offset(record.offset + 1)
        }
        // Partitions may be taken away at any moment. What is stored is committed before that, and only what is stored
        // counts as processed: the rest is left to who has the partition then.
        for partition in try client.store(next) {
            guard let position = next[partition] else { continue }
            positions[partition] = position
            reached[partition] = position
            progress.processed(partition, below: position)
            truth.processed(marks[partition] ?? [], of: partition, by: group.id)
        }
    }

    /// The application fails on one record of partition 0 and does not get past it.
    private var poisonedAt: [TopicPartition: Bool] = [:]

    private func isPoisoned(_ partition: TopicPartition, _ mark: RecordMark?) -> Bool {
        guard group.behaviour == .poison, partition.partition == 0 else { return false }
        if poisonedAt[partition] == true { return true }
        guard let mark, mark.number % Self.poisonEvery == Self.poisonEvery - 1 else { return false }
        poisonedAt[partition] = true
        return true
    }

    /// What its group has committed, asked of the cluster.
    func committed(
        in partitions: [TopicPartition]
    ) async throws(PortError) -> [TopicPartition: CommittedOffset] {
        try await client.committed(in: partitions, within: .milliseconds(1_500))
    }

    /// Stopped in good order: commits and leaves.
    func stop() async { await client.leave() }

    /// Killed: what it has not committed will be read again.
    func kill() async { await client.close() }

    /// As a coordinator would describe it; `nil` before it has joined.
    var member: GroupMember? {
        memberID.map {
            GroupMember(
                memberID: $0, clientID: "\(group.topics.first ?? "app")-\(number)", host: "/127.0.0.1",
                assignment: assigned)
        }
    }
}
