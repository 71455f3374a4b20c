/// One group's recent commits and log ends, and the verdict over them.
///
/// The rules are Burrow's (github.com/linkedin/Burrow, wiki "Consumer Lag Evaluation Rules"), applied to
/// observations three seconds apart over half a minute instead of to commits, because the console polls:
///
/// 1. Lag that was zero at any moment of the window is no trouble, whatever it did in between.
/// 2. An offset that went back is a rewind: somebody reset it, or records were lost.
/// 3. An offset that did not move over the whole window, with lag, is stalled.
/// 4. An offset that moved while the lag grew from each observation to the next is falling behind.
/// 5. Lag without members is stopped, however short the window.
package struct LagWindow: Hashable, Sendable {
    /// How much time the rules look back on.
    package static let length: Duration = .seconds(30)
    private static let spacing: Duration = .seconds(3)
    /// Falling behind is said from this many observations on.
    private static let leastForTrend = 4

    /// Columns are aligned with ``partitions``.
    private struct Point: Hashable, Sendable {
        let at: Duration
        var committed: [Int64?]
        var ends: [Int64?]

        func lag(_ column: Int) -> Int64? {
            guard let committed = committed[column], let end = ends[column], committed <= end else { return nil }
            return end - committed
        }

        /// The sum of the lags that are known; `nil` when none is.
        var total: Int64? {
            let known = committed.indices.compactMap(lag)
            return known.isEmpty ? nil : known.reduce(0, +)
        }
    }

    private var partitions: [TopicPartition] = []
    /// Oldest first; the last one is the newest observation, however close to the one before.
    private var points: [Point] = []
    private var rewoundAt: Duration?

    package init() {}

    /// Takes in what the newest poll showed, at the moment `at` of a monotonic clock.
    package mutating func observe(_ lag: GroupLag, at: Duration) {
        if !lag.partitions.lazy.map(\.topicPartition).elementsEqual(partitions) { realign(to: lag) }
        let point = Point(
            at: at, committed: lag.partitions.map { $0.committed?.rawValue },
            ends: lag.partitions.map { $0.range?.logEnd.rawValue })
        if let last = points.last {
            let wentBack = zip(last.committed, point.committed).contains { old, new in
                if let old, let new { return new < old }
                return false
            }
            if wentBack { rewoundAt = at }
        }
        if points.count >= 2, let before = points.dropLast().last, let last = points.last,
            last.at - before.at < LagWindow.spacing
        {
            points.removeLast()
        }
        points.append(point)
        // One point older than the window is kept: it says where the window began.
        while points.count > 2, at - points[1].at >= LagWindow.length { points.removeFirst() }
        if let rewound = rewoundAt, at - rewound > LagWindow.length { rewoundAt = nil }
    }

    /// Keeps the columns of partitions that remain, when the group's partitions have changed.
    private mutating func realign(to lag: GroupLag) {
        let columns = Dictionary(uniqueKeysWithValues: partitions.enumerated().map { ($0.element, $0.offset) })
        partitions = lag.partitions.map(\.topicPartition)
        let order = partitions.map { columns[$0] }
        points = points.map { point in
            Point(
                at: point.at, committed: order.map { $0.flatMap { point.committed[$0] } },
                ends: order.map { $0.flatMap { point.ends[$0] } })
        }
    }

    /// - Returns: `nil` while too little has been seen.
    package func verdict(hasMembers: Bool) -> LagVerdict? {
        guard let newest = points.last, let total = newest.total else { return nil }
        if !hasMembers { return total > 0 ? .stopped : .level }
        if rewoundAt != nil { return .rewound }
        guard total > 0 else { return .level }
        guard points.count >= 2, let oldest = points.first else { return nil }
        var isFallingBehind = false
        for column in partitions.indices {
            let lags = points.map { $0.lag(column) }
            guard let now = lags.last ?? nil, now > 0, !lags.contains(0) else { continue }
            let commits = points.compactMap { $0.committed[column] }
            guard commits.count == points.count, let first = commits.first else { continue }
            if commits.allSatisfy({ $0 == first }) {
                if newest.at - oldest.at >= LagWindow.length { return .stalled }
            } else if points.count >= LagWindow.leastForTrend {
                let known = lags.compactMap(\.self)
                let grows = zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
                isFallingBehind = isFallingBehind || (known.count == lags.count && grows)
            }
        }
        if isFallingBehind { return .fallingBehind }
        // Commits come in steps, so the lag is a saw: it falls only when its crests fall below its former troughs.
        let third = max(1, points.count / 3)
        guard let trough = points.prefix(third).compactMap(\.total).min(),
            let crest = points.suffix(third).compactMap(\.total).max()
        else { return nil }
        return crest < trough ? .draining : .level
    }

    /// Records per second committed over the window; `nil` while less than a second was seen, and after a rewind.
    package var recordsPerSecond: Double? {
        guard rewoundAt == nil, let (oldest, newest, seconds) = ends else { return nil }
        var moved: Int64 = 0
        var isKnown = partitions.isEmpty
        for column in partitions.indices {
            guard let from = oldest.committed[column], let to = newest.committed[column], to >= from else { continue }
            moved += to - from
            isKnown = true
        }
        return isKnown ? Double(moved) / seconds : nil
    }

    /// Until the lag is gone at the pace of the window; zero when there is none, `nil` when it does not shrink.
    package var timeToDrain: Duration? {
        guard let total = points.last?.total else { return nil }
        if total == 0 { return .zero }
        guard let (oldest, _, seconds) = ends, let before = oldest.total, before > total else { return nil }
        let pace = Double(before - total) / seconds
        let left = Double(total) / pace
        return left < 1e9 ? .milliseconds(Int64(left * 1_000)) : nil
    }

    private var ends: (oldest: Point, newest: Point, seconds: Double)? {
        guard let oldest = points.first, let newest = points.last else { return nil }
        let seconds = (newest.at - oldest.at).inSeconds
        return seconds >= 1 ? (oldest, newest, seconds) : nil
    }
}
