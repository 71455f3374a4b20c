import Domain

/// Whether groups that were moved read on, from one look after the other at what they have committed.
///
/// A group reads on when nothing is left to read, or what it has committed rises. It stands still only when it was seen
/// doing so: looks that brought nothing of it say nothing.
struct DrainWatch {
    /// Not yet seen to read on, in the order given.
    private(set) var open: [String]
    private let count: Int
    private var first: [String: [TopicPartition: CommittedOffset]] = [:]
    private var looks: [String: Int] = [:]

    /// As many looks at each group are enough to say that it stands still.
    private static let enough = 3

    init(_ groups: [String]) {
        open = groups
        count = groups.count
    }

    /// A look at every group that is open.
    ///
    /// - Parameters:
    ///   - offsets: what a group has committed on the target; `nil` where that could not be read.
    ///   - lag: of what is given, in records; `nil` where the ends could not be read.
    mutating func look(
        offsets: (String) -> [TopicPartition: CommittedOffset]?, lag: ([TopicPartition: CommittedOffset]) -> Int64?
    ) {
        open = open.filter { group in
            guard let now = offsets(group) else { return true }
            looks[group, default: 0] += 1
            if lag(now) == 0 { return false }
            guard let before = first[group] else {
                first[group] = now
                return true
            }
            return !now.contains { partition, commit in before[partition].map { $0.offset < commit.offset } ?? true }
        }
    }

    /// Whether every group that is open was looked at often enough.
    var isSeenEnough: Bool { open.allSatisfy { (looks[$0] ?? 0) >= Self.enough } }

    var finding: GateFinding {
        let still = open.filter { (looks[$0] ?? 0) >= Self.enough }
        if !still.isEmpty {
            return GateFinding(.draining, .red, "these stand still: \(still.shortList())")
        }
        guard open.isEmpty else {
            return GateFinding(
                .draining, .unknown,
                "\(count - open.count) of \(count) groups read on, not read often enough: "
                    + open.shortList())
        }
        return GateFinding(.draining, .green, "\(Count(count, "group")) read on")
    }
}
