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
    /// Where to begin whatever is committed: what was committed from outside.
    private var starts: [TopicPartition: Offset]
    /// Begun by ``starts``, and the group has not been seen to have committed as much: after a rebalance the
    /// coordinator would send it back to, or on to, what was committed before.
    private var unconfirmed: [TopicPartition: Offset] = [:]

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
        _ group: WorldGroup, _ number: Int, on site: Site, starts: [TopicPartition: Offset], truth: Truth,
        at now: Duration, log: @escaping @Sendable (String) -> Void
    ) throws(PortError) {
        self.group = group
        self.number = number
        self.starts = starts
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
        let gone = Set(assigned).subtracting(now)
        for partition in gone {
            if unconfirmed[partition] != nil, let position = positions[partition] { starts[partition] = position }
            positions[partition] = nil
        }
        assigned = now
        let begun = starts.filter { now.contains($0.key) }
        guard !begun.isEmpty else { return }
        var wanted = positions.filter { now.contains($0.key) }
        wanted.merge(begun) { _, start in start }
        // Partitions without a position keep what the group has committed: only those named are moved.
        try client.assign(wanted, others: now.filter { wanted[$0] == nil })
        try client.commit(begun)
        unconfirmed.merge(begun) { _, new in new }
        for (partition, start) in begun {
            positions[partition] = start
            reached[partition] = max(start, reached[partition] ?? start)
            starts[partition] = nil
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
            guard starts[partition] == nil else { continue }
            if let position = next[partition] ?? positions[partition], record.offset < position.rawValue { continue }
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
        let told = try await client.committed(in: partitions, within: .milliseconds(1_500))
        for (partition, start) in unconfirmed {
            guard let commit = told[partition], let position = positions[partition] else { continue }
            if start <= commit.offset, commit.offset <= position { unconfirmed[partition] = nil }
        }
        return told
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
