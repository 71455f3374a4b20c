/// Which stretches of one cluster's newly grown logs to look at, to tell locals from copies.
///
/// Everything when that is affordable. Otherwise partitions are drawn with a probability proportional to
/// their growth (systematic sampling with a random start, partitions that grow by more than their part are
/// taken for certain), so that the mean of the drawn partitions' mixes is an unbiased estimate of the whole.
package struct SamplingPlan: Hashable, Sendable {
    /// Growth of one partition's log since the last round.
    package struct Growth: Hashable, Sendable {
        package let topicPartition: TopicPartition
        package let range: Range<Int64>

        package init(_ topicPartition: TopicPartition, _ range: Range<Int64>) {
            self.topicPartition = topicPartition
            self.range = range
        }

        var count: Int64 { range.upperBound - range.lowerBound }
    }

    /// What a round may cost.
    package struct Budget: Hashable, Sendable {
        package let partitions: Int
        package let records: Int64

        package init(partitions: Int, records: Int64) {
            self.partitions = partitions
            self.records = records
        }
    }

    package let stretches: [TopicPartition: Range<Int64>]
    /// Partitions that stand for others too; the rest stand for themselves.
    package let drawn: Set<TopicPartition>
    /// Whether every grown record is in ``stretches``.
    package let isCensus: Bool

    /// - Parameter growths: partitions that have grown, in any order.
    package init(
        _ growths: [Growth], budget: Budget, using generator: inout some RandomNumberGenerator
    ) {
        let growths = growths.filter { $0.count > 0 }
        let total = growths.reduce(0) { $0 + $1.count }
        if growths.count <= budget.partitions, total <= budget.records {
            stretches = Dictionary(growths.map { ($0.topicPartition, $0.range) }) { first, _ in first }
            drawn = []
            isCensus = true
            return
        }
        let (certain, rest) = SamplingPlan.split(growths, places: budget.partitions)
        let chosen = SamplingPlan.draw(rest, places: budget.partitions - certain.count, using: &generator)
        let all = certain + chosen
        let each = max(1, budget.records / Int64(max(1, all.count)))
        stretches = Dictionary(
            all.map { ($0.topicPartition, max($0.range.lowerBound, $0.range.upperBound - each)..<$0.range.upperBound) }
        ) { first, _ in first }
        drawn = Set(chosen.map(\.topicPartition))
        isCensus = false
    }

    /// Partitions that systematic sampling would hit for certain, and the others.
    private static func split(_ growths: [Growth], places: Int) -> (certain: [Growth], rest: [Growth]) {
        guard growths.count > places else { return (growths, []) }
        var rest = growths.sorted { $0.count > $1.count }[...]
        var certain: [Growth] = []
        var remaining = rest.reduce(0) { $0 + $1.count }
        while let largest = rest.first, certain.count < places,
            largest.count * Int64(places - certain.count) >= remaining
        {
            certain.append(largest)
            remaining -= largest.count
            rest.removeFirst()
        }
        // In order of name, so that the partitions of a topic are drawn in proportion too.
        return (certain, rest.sorted { $0.topicPartition < $1.topicPartition })
    }

    private static func draw(
        _ growths: [Growth], places: Int, using generator: inout some RandomNumberGenerator
    ) -> [Growth] {
        let total = Double(growths.reduce(0) { $0 + $1.count })
        guard places > 0, total > 0 else { return [] }
        let step = total / Double(places)
        var next = Double.random(in: 0..<step, using: &generator)
        var chosen: [Growth] = []
        var passed = 0.0
        for growth in growths {
            passed += Double(growth.count)
            if next < passed {
                chosen.append(growth)
                while next < passed { next += step }
            }
        }
        return chosen
    }
}
