internal import Operations

/// How long copies took from their record's timestamp to the target's acknowledgement, counted in buckets.
struct LatencyHistogram: Hashable, Sendable {
    /// Upper bounds in milliseconds; above the last there is one bucket more.
    static let bounds: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000]

    private(set) var counts = [Int64](repeating: 0, count: bounds.count + 1)
    private(set) var sum: Int64 = 0

    /// A record's clock may run ahead of this one's; such a latency is not known, and counted nowhere.
    mutating func add(milliseconds: Int64) {
        guard milliseconds >= 0 else { return }
        counts[Self.bounds.firstIndex { milliseconds <= $0 } ?? Self.bounds.count] += 1
        sum += milliseconds
    }

    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        sum += other.sum
    }

    var count: Int64 { counts.reduce(0, +) }

    /// As Prometheus has them: each bucket counts the ones below it too, in seconds.
    func samples(from: String, to: String, topic: String) -> [MetricFamily.Sample] {
        var below: Int64 = 0
        var samples: [MetricFamily.Sample] = []
        for (index, count) in counts.enumerated() {
            below += count
            let bound = index < Self.bounds.count ? "\(Double(Self.bounds[index]) / 1_000)" : "+Inf"
            samples.append(
                MetricFamily.Sample(
                    Double(below), ["from": from, "to": to, "topic": topic, "le": bound], suffix: "_bucket"))
        }
        samples.append(
            MetricFamily.Sample(Double(sum) / 1_000, ["from": from, "to": to, "topic": topic], suffix: "_sum"))
        samples.append(MetricFamily.Sample(Double(below), ["from": from, "to": to, "topic": topic], suffix: "_count"))
        return samples
    }
}

/// The timestamps of records that are under way, in the order in which they were sent.
struct SentTimestamps {
    private var entries: [(sequence: Int64, timestamp: Int64)] = []
    private var first = 0

    mutating func sent(_ sequence: Int64, timestamp: Int64) { entries.append((sequence, timestamp)) }

    /// The timestamp of an acknowledged record; what was sent before it is not asked for any more.
    mutating func acknowledged(_ sequence: Int64) -> Int64? {
        while first < entries.count, entries[first].sequence < sequence { first += 1 }
        guard first < entries.count, entries[first].sequence == sequence else { return nil }
        let timestamp = entries[first].timestamp
        first += 1
        if first == entries.count || first >= 4_096 {
            entries.removeFirst(first)
            first = 0
        }
        return timestamp
    }
}
