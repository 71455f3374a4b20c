package import Domain

/// A topic of the sandbox: how its traffic comes, how it is partitioned, what it is set to.
package struct WorldTopic: Hashable, Sendable {
    package enum Character: Hashable, Sendable {
        case steady
        /// Four seconds of every twenty carry most of it.
        case bursty
        /// A record a minute.
        case sleepy
        /// Only one IDC's service writes it.
        case oneSided(IDC)
    }

    package let name: String
    /// Relative to the other topics' weights; sleepy topics have none.
    package let weight: Int
    package let partitions: Int
    package let character: Character
    package let isCompacted: Bool
    /// Whether customers' names are the keys, in Hangul among others.
    package let hasKoreanKeys: Bool

    package init(
        _ name: String, weight: Int, partitions: Int, _ character: Character = .steady, isCompacted: Bool = false,
        hasKoreanKeys: Bool = false
    ) {
        self.name = name
        self.weight = weight
        self.partitions = partitions
        self.character = character
        self.isCompacted = isCompacted
        self.hasKoreanKeys = hasKoreanKeys
    }

    /// The topics of a broker's house. Few partitions each: a mock cluster keeps up to 5 MiB of every one.
    package static let all: [WorldTopic] = [
        WorldTopic("quotes", weight: 24, partitions: 3),
        WorldTopic("orders", weight: 12, partitions: 3, .bursty, hasKoreanKeys: true),
        WorldTopic("payments", weight: 6, partitions: 2, hasKoreanKeys: true),
        WorldTopic("trades", weight: 8, partitions: 2),
        WorldTopic("accounts", weight: 3, partitions: 1, isCompacted: true, hasKoreanKeys: true),
        WorldTopic("settlement.instructions", weight: 3, partitions: 1, .oneSided(.idc1)),
        WorldTopic("notices", weight: 0, partitions: 1, .sleepy),
        WorldTopic("orders.events", weight: 8, partitions: 2),
        WorldTopic("payments.refunds", weight: 2, partitions: 1, hasKoreanKeys: true),
        WorldTopic("risk.limits", weight: 2, partitions: 1, isCompacted: true),
        WorldTopic("audit", weight: 2, partitions: 1),
        WorldTopic("customer.notices", weight: 2, partitions: 1, hasKoreanKeys: true),
    ]

    /// The first `count`; beyond the named ones, numbered.
    package static func first(_ count: Int) -> [WorldTopic] {
        let named = Array(all.prefix(max(0, count)))
        guard count > all.count else { return named }
        return named
            + (all.count + 1...count).map { number in
                WorldTopic(
                    "topic-\(String(repeating: "0", count: max(0, 4 - "\(number)".count)))\(number)",
                    weight: 1, partitions: 1)
            }
    }

    /// What the clusters would answer to DescribeConfigs.
    package var settings: TopicSettings {
        TopicSettings(
            retention: isCompacted ? .unlimited : .limited(.seconds(7 * 86_400)),
            cleanupPolicy: isCompacted ? ["compact"] : ["delete"], minInSyncReplicas: 2,
            maxMessageBytes: 1_048_588)
    }
}
