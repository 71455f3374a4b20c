import Domain

/// A consumer group of the sandbox, and how its application behaves.
struct WorldGroup: Hashable, Sendable {
    enum Behaviour: Hashable, Sendable {
        /// Processes what comes, commits twice a second.
        case fast
        /// Processes what has come every five seconds, and commits then.
        case batch
        /// So many records a second and no more.
        case slow(recordsPerSecond: Int)
        /// Stops processing after a while, and stays in the group.
        case stuck(after: Duration)
        /// Fails again and again on one record of partition 0.
        case poison
    }

    let id: String
    let topics: [String]
    let behaviour: Behaviour
    let members: Int

    init(_ id: String, _ topics: [String], _ behaviour: Behaviour, members: Int = 1) {
        self.id = id
        self.topics = topics
        self.behaviour = behaviour
        self.members = members
    }

    private static let sound: [WorldGroup] = [
        WorldGroup("billing", ["payments", "payments.refunds"], .fast, members: 2),
        WorldGroup("order-router", ["orders"], .fast, members: 2),
        WorldGroup("quote-fanout", ["quotes"], .fast),
        WorldGroup("settlement", ["settlement.instructions"], .batch),
        WorldGroup("risk-engine", ["trades", "risk.limits"], .fast),
        WorldGroup("crm-sync", ["accounts"], .batch),
        WorldGroup("고객-알림", ["customer.notices", "notices"], .fast),
        WorldGroup("order-events", ["orders.events"], .fast),
        WorldGroup("audit-archive", ["audit"], .batch),
    ]

    private static let troubled: [WorldGroup] = [
        WorldGroup("legacy-export", ["accounts"], .stuck(after: .seconds(15))),
        WorldGroup("refund-check", ["payments"], .poison),
        WorldGroup("trade-reports", ["trades"], .slow(recordsPerSecond: 8)),
    ]

    /// The groups that are real consumers, for the topics there are.
    static func real(_ settings: WorldSettings, topics: [WorldTopic]) -> [WorldGroup] {
        let names = Set(topics.map(\.name))
        let limit = min(settings.groups, WorldSettings.mostRealGroups)
        var groups: [WorldGroup] = []
        for group in sound + (settings.hasTroubledGroups ? troubled : []) {
            let there = group.topics.filter(names.contains)
            guard groups.count < limit, !there.isEmpty else { continue }
            groups.append(WorldGroup(group.id, there, group.behaviour, members: group.members))
        }
        let own = topics.filter { $0.character != .sleepy }
        var number = 0
        while groups.count < limit, !own.isEmpty {
            number += 1
            groups.append(WorldGroup("app-\(number)", [own[number % own.count].name], .fast))
        }
        return groups
    }
}
