/// A group's `D(t)` of the last ten minutes, and how it has changed: level mirrors and a healthy synchronisation leave
/// it a constant with a saw-tooth, so that the change stays near 0.
package struct OffsetDistances: Hashable, Sendable {
    package static let window: Duration = .seconds(600)
    private static let spacing: Duration = .seconds(10)

    private struct Sample: Hashable, Sendable {
        let at: WallTime
        let distance: Int64
    }

    private var samples: [Sample] = []
    package private(set) var latest: Int64?

    package init() {}

    package mutating func append(_ distance: Int64, at moment: WallTime) {
        latest = distance
        if let last = samples.last, moment.since(last.at) < Self.spacing, moment >= last.at { return }
        samples.append(Sample(at: moment, distance: distance))
        // One that is older than the window stays, to compare with.
        while samples.count > 1, moment.since(samples[1].at) >= Self.window { samples.removeFirst() }
    }

    /// `D(t) - D(t - 10 min)`; `nil`: not watched for so long.
    package func change(at moment: WallTime) -> Int64? {
        guard let latest, let first = samples.first, moment.since(first.at) >= Self.window else { return nil }
        return latest - first.distance
    }
}
