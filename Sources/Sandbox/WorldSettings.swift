package import Domain

/// How large the sandbox's world is, and by which chances it goes.
package struct WorldSettings: Hashable, Sendable {
    package var topics: Int
    package var groups: Int
    /// Over both IDCs and all topics.
    package var recordsPerSecond: Int
    /// Whether a slow group, a stuck one and one with a poison record are among the groups.
    package var hasTroubledGroups: Bool
    /// The same seed gives the same records in the same order.
    package var seed: UInt64

    package init(topics: Int, groups: Int, recordsPerSecond: Int, hasTroubledGroups: Bool, seed: UInt64) {
        self.topics = topics
        self.groups = groups
        self.recordsPerSecond = recordsPerSecond
        self.hasTroubledGroups = hasTroubledGroups
        self.seed = seed
    }

    package init(_ world: Scenario.World) {
        self.init(
            topics: world.topics, groups: world.groups, recordsPerSecond: world.recordsPerSecond,
            hasTroubledGroups: world.hasTroubledGroups, seed: world.seed)
    }

    /// Groups that are consumers with connections of their own; the rest are synthetic. A thousand real ones cost
    /// 6,000 threads.
    package static let mostRealGroups = 50

    /// Records per second that the mock clusters keep long enough for consumers to be late by minutes.
    package static let comfortableRate = 2_000

    /// What a person should know before a world of this size starts; `nil`: nothing.
    package var caution: String? {
        guard recordsPerSecond > Self.comfortableRate else { return nil }
        return "\(recordsPerSecond) records/s: a partition keeps 5 MiB, so late consumers and mirrors are overtaken "
            + "within a minute"
    }
}

/// Chance with a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
