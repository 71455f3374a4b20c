import Domain

/// Groups beyond those that are real consumers: they follow the log ends at distances of their own, and cost no
/// connection. The same number always makes the same group.
struct SyntheticGroups: Sendable {
    private let count: Int
    private let topics: [WorldTopic]
    /// Where they run.
    let home: IDC

    init(count: Int, topics: [WorldTopic], home: IDC) {
        self.count = max(0, count)
        self.topics = topics.filter { $0.character != .sleepy }
        self.home = home
    }

    var isEmpty: Bool { count == 0 || topics.isEmpty }

    private static let trades = ["billing", "report", "export", "search", "alert", "ledger", "risk", "crm"]

    static func name(_ number: Int) -> String {
        let digits = "\(number)"
        return "\(trades[number % trades.count])-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
    }

    /// As a side's coordinators would list them, given the side's log bounds. Without bounds their offsets are not
    /// known.
    func groups(
        on idc: IDC, ranges: [TopicPartition: OffsetRange], where isWanted: (String) -> Bool
    ) -> [ConsumerGroup] {
        guard idc == home, !isEmpty else { return [] }
        return (0..<count).compactMap { number in
            let id = Self.name(number)
            guard isWanted(id) else { return nil }
            let topic = topics[number % topics.count]
            let partitions = (0..<Int32(topic.partitions)).map { TopicPartition(topic.name, $0) }
            // One group in forty has no members at present.
            let memberCount = number % 40 == 39 ? 0 : 1 + number % 3
            return ConsumerGroup(
                id: id, state: memberCount == 0 ? .empty : .stable, protocolType: "consumer",
                members: members(of: id, memberCount, partitions), offsets: offsets(number, partitions, ranges))
        }
    }

    private func members(of id: String, _ count: Int, _ partitions: [TopicPartition]) -> [GroupMember] {
        (0..<count).map { index in
            GroupMember(
                memberID: "\(id)-\(index)-7f3a", clientID: "\(id)-\(index)", host: "/10.0.\(index).\(id.utf8.count)",
                assignment: partitions.filter { Int($0.partition) % count == index })
        }
    }

    private func offsets(
        _ number: Int, _ partitions: [TopicPartition], _ ranges: [TopicPartition: OffsetRange]
    ) -> [TopicPartition: CommittedOffset]? {
        guard !ranges.isEmpty else { return nil }
        // Most are close behind; one in a hundred is far behind.
        let distance = Int64(number % 100 == 7 ? 5_000 + number % 977 : number % 13)
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for partition in partitions {
            guard let range = ranges[partition] else { continue }
            offsets[partition] = CommittedOffset(
                offset: max(range.logStart, range.logEnd.advanced(by: -distance)))
        }
        return offsets
    }
}
