/// Whether one topic's mirror moves. mirroring.md, section 9.
///
/// A mirror that has something to copy and does not move for ten seconds is not flowing. Records to scan
/// alone are no fault: MirrorMaker's position stands still over what it filters.
package struct FlowWindow: Hashable, Sendable {
    /// How long a position may stand still with records to copy.
    package static let patience: Duration = .seconds(10)

    /// What was seen of one partition, by one poll.
    package struct Observation: Hashable, Sendable {
        package let partition: Int32
        package let position: Offset
        /// Whether there are records to copy.
        package let hasRecordsToCopy: Bool
        /// The position lies past the end of the source's log.
        package let isPastTheEnd: Bool

        package init(partition: Int32, position: Offset, hasRecordsToCopy: Bool, isPastTheEnd: Bool) {
            self.partition = partition
            self.position = position
            self.hasRecordsToCopy = hasRecordsToCopy
            self.isPastTheEnd = isPastTheEnd
        }
    }

    private struct PartitionFlow: Hashable, Sendable {
        var position: Offset
        /// Since when it has stood still with records to copy.
        var standingSince: Duration?
        var pastTheEndSince: Duration?
    }

    private var partitions: [Int32: PartitionFlow] = [:]

    package init() {}

    /// Takes in what the newest poll showed, at the moment `at` of a monotonic clock.
    package mutating func observe(_ observations: [Observation], at: Duration) {
        var next: [Int32: PartitionFlow] = [:]
        for seen in observations {
            let last = partitions[seen.partition]
            let stands = last?.position == seen.position && seen.hasRecordsToCopy
            next[seen.partition] = PartitionFlow(
                position: seen.position,
                standingSince: seen.hasRecordsToCopy ? (stands ? last?.standingSince : nil) ?? at : nil,
                pastTheEndSince: seen.isPastTheEnd ? last?.pastTheEndSince ?? at : nil)
        }
        partitions = next
    }

    /// The partitions that have stood still with records to copy for ``patience``, and since when.
    package func standing(at now: Duration) -> [Int32: Duration] {
        partitions.compactMapValues { flow in
            flow.standingSince.flatMap { now - $0 >= FlowWindow.patience ? $0 : nil }
        }
    }

    /// Partitions whose position has lain past the log's end for ``patience``: it was truncated or created anew.
    package func partitionsPastTheEnd(at now: Duration) -> [Int32] {
        partitions.filter { $0.value.pastTheEndSince.map { now - $0 >= FlowWindow.patience } ?? false }.keys.sorted()
    }
}

/// A mirror's latencies over the last minute.
///
/// Each poll adds one figure: the age of the oldest record not yet copied, in the partition where that is
/// oldest, and zero when everything is copied. mirroring.md, section 9.
package struct LatencyWindow: Hashable, Sendable {
    package static let length: Duration = .seconds(60)

    private var samples: [(at: Duration, latency: Duration)] = []

    package init() {}

    package mutating func add(_ latency: Duration, at: Duration) {
        samples.removeAll { at - $0.at > LatencyWindow.length }
        samples.append((at, latency))
    }

    /// `nil` when nothing was measured in the last minute.
    package func percentiles(at now: Duration) -> LatencyPercentiles? {
        let sorted = samples.filter { now - $0.at <= LatencyWindow.length }.map(\.latency).sorted()
        guard let last = sorted.last else { return nil }
        func rank(_ percent: Int) -> Duration {
            let index = (sorted.count * percent + 99) / 100 - 1
            return sorted.indices.contains(index) ? sorted[index] : last
        }
        return LatencyPercentiles(p50: rank(50), p99: rank(99))
    }

    package static func == (lhs: LatencyWindow, rhs: LatencyWindow) -> Bool {
        lhs.samples.elementsEqual(rhs.samples) { $0.at == $1.at && $0.latency == $1.latency }
    }

    package func hash(into hasher: inout Hasher) {
        for sample in samples {
            hasher.combine(sample.at)
            hasher.combine(sample.latency)
        }
    }
}
