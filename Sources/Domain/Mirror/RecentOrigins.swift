/// What is known of the origin of one cluster's recent records: samples merged, per partition, into contiguous
/// stretches, in bounded memory.
///
/// Counting locals between a mirror's position and the log's end gives *to copy*: exactly where every record
/// in between was examined, else estimated from the partition's recent mix.
package struct RecentOrigins: Sendable {
    /// How long a sample counts for the recent mix.
    package static let mixWindow: Duration = .seconds(60)

    /// The first record produced here that a mirror has not copied.
    package enum FirstLocal: Hashable, Sendable {
        /// Everything in between was examined, and all of it came from the other side.
        case none
        case found(OriginSample.LocalRecord)
        case unknown
    }

    private static let stretchesPerPartition = 4
    private static let samplesPerMix = 8
    private let markLimit: Int

    private struct Mix: Hashable, Sendable {
        let at: Duration
        let offsets: Int64
        let records: Int64
        let locals: Int64
    }

    private struct PartitionOrigins: Sendable {
        var stretches: [ExaminedStretch] = []
        var mixes: [Mix] = []
        var markCount: Int { stretches.reduce(0) { $0 + $1.marks.count } }
    }

    private var partitions: [TopicPartition: PartitionOrigins] = [:]
    private var markCount = 0

    /// - Parameter markLimit: how many local records are remembered one by one over all partitions; about 40
    ///   bytes each.
    package init(markLimit: Int = 400_000) {
        self.markLimit = markLimit
    }

    /// Takes in what was seen of newly written records at the moment `at` of a monotonic clock.
    package mutating func add(_ sample: OriginSample, to topicPartition: TopicPartition, at: Duration) {
        take(sample, topicPartition) { origins in
            origins.mixes.removeAll { at - $0.at > RecentOrigins.mixWindow }
            if origins.mixes.count >= RecentOrigins.samplesPerMix { origins.mixes.removeFirst() }
            origins.mixes.append(
                Mix(
                    at: at, offsets: sample.to.distance(from: sample.from), records: sample.records,
                    locals: Int64(sample.locals.count)))
        }
    }

    /// Takes in what was seen of older records: they say nothing of the recent mix.
    package mutating func fill(_ sample: OriginSample, in topicPartition: TopicPartition) {
        take(sample, topicPartition) { _ in }
    }

    private mutating func take(
        _ sample: OriginSample, _ topicPartition: TopicPartition, _ note: (inout PartitionOrigins) -> Void
    ) {
        guard sample.to > sample.from else { return }
        var origins = partitions.removeValue(forKey: topicPartition) ?? PartitionOrigins()
        markCount -= origins.markCount
        note(&origins)
        origins.stretches = RecentOrigins.merged(origins.stretches, sample)
        // The head, where a mirror stands, and the tail are worth most.
        while origins.stretches.count > RecentOrigins.stretchesPerPartition { origins.stretches.remove(at: 1) }
        markCount += origins.markCount
        partitions[topicPartition] = origins
        if markCount > markLimit { thinOut() }
    }

    /// Forgets the locals below a mirror's position: they are copied.
    package mutating func forget(below position: Offset, of topicPartition: TopicPartition) {
        guard let first = partitions[topicPartition]?.stretches.first, first.from < position.rawValue else { return }
        guard var origins = partitions.removeValue(forKey: topicPartition) else { return }
        markCount -= origins.markCount
        for index in origins.stretches.indices { origins.stretches[index].forget(below: position.rawValue) }
        let last = origins.stretches.count - 1
        origins.stretches = origins.stretches.enumerated()
            .filter { $0.offset == last || $0.element.to > position.rawValue }.map(\.element)
        markCount += origins.markCount
        partitions[topicPartition] = origins
    }

    /// Forgets a partition whose log ends below what was examined: it was truncated or created anew.
    package mutating func logEnded(at end: Offset, in topicPartition: TopicPartition) {
        guard let last = partitions[topicPartition]?.stretches.last, last.to > end.rawValue else { return }
        forget(topicPartition)
    }

    /// Forgets everything about partitions that are gone.
    package mutating func keepOnly(_ isWanted: (TopicPartition) -> Bool) {
        for topicPartition in partitions.keys where !isWanted(topicPartition) { forget(topicPartition) }
    }

    private mutating func forget(_ topicPartition: TopicPartition) {
        markCount -= partitions.removeValue(forKey: topicPartition)?.markCount ?? 0
    }

    // MARK: Answers

    /// Records produced here at offsets in `from ..< to`; `nil` when nothing is known of the partition.
    package func locals(in topicPartition: TopicPartition, from: Offset, to: Offset) -> Estimate? {
        guard from < to else { return Estimate(0, isExact: true) }
        guard let origins = partitions[topicPartition] else { return nil }
        var count: Int64 = 0
        var isExact = true
        var examined: Int64 = 0
        for stretch in origins.stretches {
            let lower = max(stretch.from, from.rawValue)
            let upper = min(stretch.to, to.rawValue)
            guard lower < upper else { continue }
            let part = stretch.locals(in: lower..<upper)
            count += part.count
            isExact = isExact && part.isExact
            examined += upper - lower
        }
        let rest = to.distance(from: from) - examined
        if rest > 0 {
            guard let density = localDensity(of: origins) else { return nil }
            count += Int64((Double(rest) * density).rounded())
            isExact = false
        }
        return Estimate(count, isExact: isExact)
    }

    /// The first record produced here at or above `position` and below `end`.
    package func firstLocal(
        in topicPartition: TopicPartition, from position: Offset, to end: Offset
    ) -> FirstLocal {
        guard position < end else { return .none }
        guard let origins = partitions[topicPartition],
            let stretch = origins.stretches.first(where: {
                $0.from <= position.rawValue && $0.to > position.rawValue
            })
        else { return .unknown }
        if let mark = stretch.firstMark(atOrAbove: position.rawValue), mark.offset < end.rawValue {
            return .found(
                .init(
                    offset: Offset(mark.offset), timestamp: mark.timestamp.map(WallTime.init(milliseconds:))))
        }
        // Between two marks may lie locals whose marks were thinned out.
        let known = stretch.locals(in: position.rawValue..<min(end.rawValue, stretch.to))
        return stretch.to >= end.rawValue && known == Estimate(0, isExact: true) ? .none : .unknown
    }

    /// The first stretch in `from ..< to` that has not been examined; `nil` when all of it was.
    package func firstGap(
        in topicPartition: TopicPartition, from: Offset, to: Offset
    ) -> Range<Int64>? {
        guard from < to else { return nil }
        var start = from.rawValue
        for stretch in partitions[topicPartition]?.stretches ?? [] where stretch.to > start {
            if stretch.from > start { return start..<min(stretch.from, to.rawValue) }
            start = stretch.to
            if start >= to.rawValue { return nil }
        }
        return start..<to.rawValue
    }

    /// Copies per offset in the recent mix of a partition, in 0...1; `nil` when nothing was examined lately.
    package func copyDensity(of topicPartition: TopicPartition, at now: Duration) -> Double? {
        guard let mixes = partitions[topicPartition]?.mixes.filter({ now - $0.at <= RecentOrigins.mixWindow }) else {
            return nil
        }
        let offsets = mixes.reduce(0) { $0 + $1.offsets }
        guard offsets > 0 else { return nil }
        return Double(mixes.reduce(0) { $0 + $1.records - $1.locals }) / Double(offsets)
    }

    /// How many copies were among the records examined since the moment `since` (of the last few samples, at
    /// most ``mixWindow`` old); `nil` when none were examined.
    package func copiesSeen(in topicPartition: TopicPartition, since: Duration) -> Int64? {
        var copies: Int64?
        for mix in partitions[topicPartition]?.mixes ?? [] where mix.at >= since {
            copies = (copies ?? 0) + mix.records - mix.locals
        }
        return copies
    }

    /// Locals per offset: of the recent mix, else of everything examined.
    private func localDensity(of origins: PartitionOrigins) -> Double? {
        let offsets = origins.mixes.reduce(0) { $0 + $1.offsets }
        if offsets > 0 { return Double(origins.mixes.reduce(0) { $0 + $1.locals }) / Double(offsets) }
        let examined = origins.stretches.reduce(0) { $0 + $1.to - $1.from }
        guard examined > 0 else { return nil }
        let locals = origins.stretches.reduce(0) { $0 + $1.locals(in: $1.from..<$1.to).count }
        return Double(locals) / Double(examined)
    }

    // MARK: Merging

    private static func merged(_ stretches: [ExaminedStretch], _ sample: OriginSample) -> [ExaminedStretch] {
        // The sample without what is known already, cut into pieces between the known stretches.
        var pieces: [ExaminedStretch] = []
        var start = sample.from.rawValue
        let end = sample.to.rawValue
        func addPiece(upTo limit: Int64) {
            guard start < limit else { return }
            var piece = ExaminedStretch(from: start, to: start)
            piece.extend(
                to: limit,
                locals: sample.locals.lazy.filter { (start..<limit).contains($0.offset.rawValue) })
            pieces.append(piece)
        }
        for stretch in stretches where stretch.to > start && stretch.from < end {
            addPiece(upTo: min(stretch.from, end))
            start = max(start, stretch.to)
        }
        addPiece(upTo: end)

        var result: [ExaminedStretch] = []
        for stretch in (stretches + pieces).sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            if var last = result.last, last.to == stretch.from {
                last.append(stretch)
                result[result.count - 1] = last
            } else {
                result.append(stretch)
            }
        }
        return result
    }

    private mutating func thinOut() {
        // The longest first: a few paused mirrors must not blur everything.
        let heavy = partitions.filter { $0.value.markCount > 64 }.sorted { $0.value.markCount > $1.value.markCount }
        for (topicPartition, _) in heavy {
            guard markCount > markLimit * 3 / 4 else { return }
            guard var origins = partitions.removeValue(forKey: topicPartition) else { continue }
            markCount -= origins.markCount
            for index in origins.stretches.indices { origins.stretches[index].thin() }
            markCount += origins.markCount
            partitions[topicPartition] = origins
        }
    }
}
