/// A topic of the demonstration world and its share of the traffic.
package struct DemoTopic: Hashable, Sendable {
    package let name: String
    /// Relative to the other topics' weights.
    package let weight: Int

    package init(name: String, weight: Int) {
        self.name = name
        self.weight = weight
    }

    /// The topics of a broker's house: steady quotes, bursty orders, a sleepy one.
    package static let all: [DemoTopic] = [
        DemoTopic(name: "quotes", weight: 24), DemoTopic(name: "orders", weight: 12),
        DemoTopic(name: "orders.events", weight: 8), DemoTopic(name: "trades", weight: 8),
        DemoTopic(name: "trades.settled", weight: 3), DemoTopic(name: "payments", weight: 4),
        DemoTopic(name: "payments.refunds", weight: 1), DemoTopic(name: "accounts", weight: 2),
        DemoTopic(name: "risk.limits", weight: 2), DemoTopic(name: "audit", weight: 1),
        DemoTopic(name: "notices", weight: 1), DemoTopic(name: "reference-data", weight: 1),
    ]

    /// The first `count`; beyond the named ones, numbered.
    package static func first(_ count: Int) -> [DemoTopic] {
        let named = all.prefix(max(0, count))
        guard count > all.count else { return Array(named) }
        return named + (all.count + 1...count).map { DemoTopic(name: "topic-\($0)", weight: 1) }
    }
}
