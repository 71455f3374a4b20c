import Domain

/// One side's log bounds of the last seconds, for growth and rates.
struct EndsWindow: Sendable {
    private static let historyLength = 60

    /// How far back growth can be told.
    private let length: Duration
    private var polls: [(at: Duration, ranges: [TopicPartition: OffsetRange])] = []
    /// Growth of all ends per second, poll by poll, oldest first.
    private(set) var history: [Double] = []

    init(length: Duration = .seconds(10)) {
        self.length = length
    }

    mutating func add(_ ranges: [TopicPartition: OffsetRange], at: Duration) {
        if let last = polls.last, at > last.at {
            var growth: Int64 = 0
            for (topicPartition, range) in ranges {
                // A partition that is new to us has not grown by all it holds.
                guard let before = last.ranges[topicPartition] else { continue }
                growth += max(0, range.logEnd.distance(from: before.logEnd))
            }
            history.append(Double(growth) / (at - last.at).inSeconds)
            if history.count > EndsWindow.historyLength { history.removeFirst() }
        }
        polls.append((at, ranges))
        // One poll older than the window is kept: it says where the window began.
        while polls.count > 2, at - polls[1].at >= length { polls.removeFirst() }
    }

    /// Forgets what lies before a time without readings.
    mutating func interrupted() { polls.removeAll() }

    /// From the oldest poll in the window to the newest.
    var span: Duration {
        guard let first = polls.first, let last = polls.last else { return .zero }
        return last.at - first.at
    }

    /// Two polls at most `span` apart, the newest and the oldest such; `nil` with fewer than two polls.
    func pair(within span: Duration) -> Pair? {
        guard let newest = polls.last,
            let oldest = polls.first(where: { newest.at - $0.at <= span && $0.at < newest.at })
        else { return nil }
        return Pair(oldest: oldest.ranges, newest: newest.ranges, span: newest.at - oldest.at)
    }

    struct Pair {
        let oldest: [TopicPartition: OffsetRange]
        let newest: [TopicPartition: OffsetRange]
        let span: Duration

        /// By how much the log's end has risen; `nil` when it was not read at both moments, or fell.
        func growth(of topicPartition: TopicPartition) -> Int64? {
            guard let from = oldest[topicPartition], let to = newest[topicPartition] else { return nil }
            let growth = to.logEnd.distance(from: from.logEnd)
            return growth < 0 ? nil : growth
        }
    }
}
