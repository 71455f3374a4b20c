package import Domain

/// What mirrors that are connectors leave to read, MirrorMaker 2's or sink connectors. Anchors are taken of their
/// position, lifted over the copies that follow it: those are filtered, by MirrorMaker 2 without moving.
package struct ConnectorMirrors: Sendable {
    /// Of the mirror towards the live side: in the offset topic of Connect there, or of the groups of sink connectors.
    package let towardsLive: any MirrorPositionReading
    /// Records of the other side, and what marks copies there: where nothing does, none is looked at.
    package let records: any RecordReading
    package let rule: ProvenanceRule
    /// Of the mirror towards the live side; `nil`: there is no such topic.
    package let syncs: (any OffsetSyncReading)?

    package init(
        towardsLive: any MirrorPositionReading, records: any RecordReading, rule: ProvenanceRule,
        syncs: (any OffsetSyncReading)?
    ) {
        self.towardsLive = towardsLive
        self.records = records
        self.rule = rule
        self.syncs = syncs
    }
}

/// Where connectors stand that mirror towards the live side, lifted over the copies that follow. Each record is looked at
/// once: that none of a stretch was produced on the other side stays true.
actor ConnectorPositions {
    private let mirrors: ConnectorMirrors
    private var localFree: [TopicPartition: LocalFreeStretch] = [:]
    /// Records that were produced on the other side where looking for copies ended: nothing is read again from there.
    private var localAt: [TopicPartition: Offset] = [:]
    /// As they were told last: below them every record has crossed, or is a copy.
    private(set) var latest: [TopicPartition: Offset] = [:]

    /// Records of one partition looked at in one round.
    private static let scanLimit: Int64 = 20_000
    /// Records looked at in one round of all partitions whose logs are gone through from their start: the clusters have
    /// others to serve, and the rounds other partitions to lift.
    static let wholeLogLimit: Int64 = 100_000
    private static let scanPatience: Duration = .seconds(2)

    init(_ mirrors: ConnectorMirrors) {
        self.mirrors = mirrors
    }

    /// A record of the partition that was produced on the other side, if one was seen.
    func local(of partition: TopicPartition) -> Offset? { localAt[partition] }

    /// The other side's log is another one under the same name.
    func forget(_ partition: TopicPartition) {
        localFree[partition] = nil
        localAt[partition] = nil
        latest[partition] = nil
    }

    /// Reads the positions.
    ///
    /// - Parameter logs: the other side's bounds as they were read in the round before: what has come since is looked at
    ///   in the next one. Without them a position is not lifted.
    func read(
        of partitions: [TopicPartition], in logs: [TopicPartition: OffsetRange], _ failures: inout [PortError]
    ) async -> [TopicPartition: Offset] {
        var positions: [TopicPartition: Offset] = [:]
        do throws(PortError) {
            let wanted = Set(partitions)
            positions = Self.lowest(try await mirrors.towardsLive.positions()).filter { wanted.contains($0.key) }
        } catch {
            failures.append(error)
            return [:]
        }
        guard !mirrors.rule.copyHeaders.isEmpty else {
            latest = positions
            return positions
        }
        // A connector names no position before it has copied a record of a partition. Where there is none to copy, because
        // all records are copies, the log's start stands for it.
        var unnamed: Set<TopicPartition> = []
        for partition in partitions where positions[partition] == nil {
            guard let range = logs[partition] else { continue }
            positions[partition] = range.logStart
            unnamed.insert(partition)
        }
        await look(past: positions, unnamed, in: logs, &failures)
        latest = [:]
        for (partition, position) in positions {
            let lifted = localFree[partition]?.lifted(position) ?? position
            let isProven = !unnamed.contains(partition) || logs[partition].map { lifted >= $0.logEnd } ?? false
            latest[partition] = isProven ? lifted : nil
        }
        return latest
    }

    private func look(
        past positions: [TopicPartition: Offset], _ unnamed: Set<TopicPartition>,
        in logs: [TopicPartition: OffsetRange], _ failures: inout [PortError]
    ) async {
        var budget = Self.wholeLogLimit
        var stretches: [TopicPartition: Range<Int64>] = [:]
        for (partition, position) in positions {
            let from = localFree[partition]?.lifted(position) ?? position
            guard let end = logs[partition]?.logEnd, end > from, localAt[partition] != from else { continue }
            var limit = Self.scanLimit
            if unnamed.contains(partition) {
                limit = min(limit, budget)
                budget -= min(limit, end.distance(from: from))
            }
            guard limit > 0 else { continue }
            stretches[partition] = from.rawValue..<min(end.rawValue, from.rawValue + limit)
        }
        do throws(PortError) {
            let samples = try await mirrors.records.origins(in: stretches, by: mirrors.rule, within: Self.scanPatience)
            failures += samples.failures
            for (partition, sample) in samples.value {
                let local = sample.locals.first?.offset
                guard let position = positions[partition] else { continue }
                var stretch = localFree[partition] ?? LocalFreeStretch(from: position, to: position)
                stretch.examined(from: sample.from, to: local ?? sample.to)
                localFree[partition] = stretch
                localAt[partition] = local
            }
        } catch {
            failures.append(error)
        }
    }

    /// Of several connectors that name a partition the one that is furthest behind: below it all have copied.
    private static func lowest(_ positions: [String: [TopicPartition: Offset]]) -> [TopicPartition: Offset] {
        positions.values.reduce(into: [:]) { all, some in all.merge(some) { min($0, $1) } }
    }
}
