/// One cluster's last few seconds of produced and mirrored records, from rounds of sampling.
///
/// The growth of the log ends alone cannot tell: mirrored both ways, both sides grow alike. So each round
/// looks at the origin of what was newly written.
package struct SplitWindow: Sendable {
    /// What one side comes to over the window.
    package struct Side: Hashable, Sendable {
        /// Records per second.
        package let produced: Double
        /// Records per second.
        package let mirroredIn: Double
        package let window: Duration
        package let sampledRecords: Int
        package let isExact: Bool
        /// How many partitions' ends could not be read in some round: what was written there is missing.
        package let unreadPartitions: Int
    }

    private struct Round: Sendable {
        let at: Duration
        let span: Duration
        let locals: Double
        let copies: Double
        let sampledRecords: Int
        let isExact: Bool
        let unreadPartitions: Int
    }

    private let length: Duration
    private let longest: Duration
    private let wantedRecords: Int
    private var rounds: [Round] = []
    private var lastEnds: [TopicPartition: Offset]?
    private var lastAt: Duration = .zero
    /// What was produced before this moment tells nothing of now.
    private var begin: Duration = .zero

    /// - Parameters:
    ///   - length: how much time a measurement spans, when that shows enough records.
    ///   - longest: how much it spans where records are few. The two sides are not read at the same moment, and
    ///     producers write in bursts: over a short window of few records the shares would jump by whole points.
    ///   - wantedRecords: how many records looked at are enough.
    package init(length: Duration = .seconds(5), longest: Duration = .seconds(30), wantedRecords: Int = 10_000) {
        self.length = length
        self.longest = max(length, longest)
        self.wantedRecords = wantedRecords
    }

    /// What has grown since the last round, up to the given bounds; empty for the first one, which only sets
    /// the base. Partitions that are new or were created anew are left out until the next round.
    package func growths(upTo ranges: [TopicPartition: OffsetRange]) -> [SamplingPlan.Growth] {
        guard let lastEnds else { return [] }
        return ranges.compactMap { topicPartition, range in
            guard let last = lastEnds[topicPartition], last < range.logEnd else { return nil }
            let from = max(last.rawValue, range.logStart.rawValue)
            guard from < range.logEnd.rawValue else { return nil }
            return SamplingPlan.Growth(topicPartition, from..<range.logEnd.rawValue)
        }
    }

    /// Takes in a finished round.
    ///
    /// - Parameters:
    ///   - ranges: the bounds that the plan was made for, read at `at` of a monotonic clock.
    ///   - samples: what was seen of the plan's stretches; missing and shortened ones are allowed.
    ///   - unreadPartitions: how many partitions `ranges` should have and has not.
    package mutating func add(
        _ plan: SamplingPlan, samples: [TopicPartition: OriginSample], ranges: [TopicPartition: OffsetRange],
        unreadPartitions: Int, at: Duration
    ) {
        defer {
            lastEnds = ranges.mapValues(\.logEnd)
            lastAt = at
        }
        guard lastEnds != nil, at > lastAt else { return }
        let growths = growths(upTo: ranges)
        var round = Tally()
        for growth in growths {
            round.count(
                growth, samples[growth.topicPartition], isDrawn: plan.drawn.contains(growth.topicPartition))
        }
        guard lastAt >= begin, let (locals, copies) = round.estimate else { return }
        rounds.append(
            Round(
                at: at, span: at - lastAt, locals: locals, copies: copies,
                sampledRecords: Int(round.sampledRecords), isExact: round.isExact && unreadPartitions == 0,
                unreadPartitions: unreadPartitions))
        dropOldRounds(at: at)
    }

    /// Drops the oldest rounds as long as those that stay are enough.
    private mutating func dropOldRounds(at: Duration) {
        var records = rounds.reduce(0) { $0 + $1.sampledRecords }
        while let oldest = rounds.first {
            let age = at - oldest.at
            let rest = records - oldest.sampledRecords
            guard age >= longest || (age >= length && rest >= wantedRecords) else { return }
            rounds.removeFirst()
            records = rest
        }
    }

    /// Users were sent elsewhere before `at`: what is measured from then on is what they do now, not a mean with what
    /// they did before.
    package mutating func redirected(at: Duration) {
        rounds.removeAll()
        begin = at
    }

    /// Forgets the base: what follows was not watched, for example because the cluster was away.
    package mutating func interrupted() {
        rounds.removeAll()
        lastEnds = nil
    }

    /// The span that the rounds up to `now` cover.
    package func span(at now: Duration) -> Duration {
        recentRounds(at: now).reduce(.zero) { $0 + $1.span }
    }

    /// The rounds that a measurement is made of; none when the newest is too old to speak of now.
    private func recentRounds(at now: Duration) -> [Round] {
        guard let newest = rounds.last, now - newest.at < length else { return [] }
        return rounds.filter { now - $0.at < longest }
    }

    /// The rates up to `now`; `nil` when no round has ended within the last ``length``.
    package func side(at now: Duration) -> Side? {
        let recent = recentRounds(at: now)
        let span = recent.reduce(Duration.zero) { $0 + $1.span }
        guard span > .zero else { return nil }
        return Side(
            produced: recent.reduce(0) { $0 + $1.locals } / span.inSeconds,
            mirroredIn: recent.reduce(0) { $0 + $1.copies } / span.inSeconds, window: span,
            sampledRecords: recent.reduce(0) { $0 + $1.sampledRecords }, isExact: recent.allSatisfy(\.isExact),
            unreadPartitions: recent.reduce(0) { max($0, $1.unreadPartitions) })
    }

    /// Adds up one round.
    private struct Tally {
        var sampledRecords: Int64 = 0
        private var growth: Int64 = 0
        private var locals = 0.0
        private var copies = 0.0
        private var accounted: Int64 = 0
        private var drawnLocals = 0.0
        private var drawnCopies = 0.0
        private var drawnCount = 0.0

        var isExact: Bool { accounted == growth && isComplete }
        private var isComplete = true

        mutating func count(_ grown: SamplingPlan.Growth, _ sample: OriginSample?, isDrawn: Bool) {
            growth += grown.count
            guard let sample, sample.to > sample.from else { return }
            let examined = sample.to.distance(from: sample.from)
            sampledRecords += sample.records
            let localDensity = Double(sample.locals.count) / Double(examined)
            let copyDensity = Double(sample.records - Int64(sample.locals.count)) / Double(examined)
            let isWhole = sample.from.rawValue == grown.range.lowerBound && sample.to.rawValue == grown.range.upperBound
            isComplete = isComplete && isWhole
            locals += localDensity * Double(grown.count)
            copies += copyDensity * Double(grown.count)
            accounted += grown.count
            if isDrawn {
                drawnLocals += localDensity
                drawnCopies += copyDensity
                drawnCount += 1
            }
        }

        /// Locals and copies of all that has grown; `nil` when it has grown and nothing was looked at.
        var estimate: (locals: Double, copies: Double)? {
            let rest = Double(growth - accounted)
            if rest == 0 { return (locals, copies) }
            if drawnCount > 0 {
                return (locals + rest * drawnLocals / drawnCount, copies + rest * drawnCopies / drawnCount)
            }
            guard accounted > 0 else { return nil }
            let scale = rest / Double(accounted)
            return (locals * (1 + scale), copies * (1 + scale))
        }
    }
}

extension MeasuredSplit {
    /// The split over both sides; `nil` when neither could be measured. A side that could not be is `nil` in it.
    package init?(_ sides: PerIDC<SplitWindow.Side?>) {
        let measured = IDC.allCases.compactMap { sides[$0] }
        guard let window = measured.map(\.window).max() else { return nil }
        self.init(
            produced: sides.map { $0?.produced }, mirroredIn: sides.map { $0?.mirroredIn }, window: window,
            sampledRecords: measured.reduce(0) { $0 + $1.sampledRecords },
            isExact: measured.allSatisfy(\.isExact), unreadPartitions: sides.map { $0?.unreadPartitions ?? 0 })
    }
}
