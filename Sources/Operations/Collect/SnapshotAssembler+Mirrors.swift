package import Domain

extension SnapshotAssembler {
    /// One row per live topic and per topic that a mirror names, sorted by name.
    mutating func mirrorRows(_ readings: PerIDC<ClusterReadings>, at now: Moment) -> [MirrorRow] {
        let connectors = IDC.allCases.flatMap { readings[$0].connectors.lastKnown?.connectors ?? [] }
        let coverage = Coverage(
            of: connectors,
            isFullyRead: readings.map { side in side.connectors.current.map { $0.gap == nil } ?? false },
            matcher: matcher)
        let topics = readings.map { side in
            Dictionary((side.metadata.lastKnown?.topics ?? []).map { ($0.name, $0) }) { first, _ in first }
        }
        let named = coverage.namedTopics
        let live = Set(IDC.allCases.flatMap { topics[$0].values.filter(isLive).map(\.name) })
        let growth = ends.map { window in
            MirrorGrowth(recent: window.pair(within: .seconds(5)), patient: window.pair(within: FlowWindow.patience))
        }
        var memories = PerIDC<[String: MirrorMemory]> { _ in [:] }
        var rows: [MirrorRow] = []
        rows.reserveCapacity(live.count)
        for topic in live.union(named).sorted() {
            let verdicts = PerIDC { coverage.verdict(on: topic, ReplicationFlow(from: $0)) }
            let loop = Coverage.loop(verdicts)
            let subject = MirrorSubject(
                topic: topic, isLive: live.contains(topic), topics: topics.map { $0[topic] },
                wasRead: readings.map { $0.metadata.lastKnown != nil })
            let flows = PerIDC { source in
                var judge = MirrorJudge(
                    subject: subject, flow: ReplicationFlow(from: source), verdict: verdicts[source], loop: loop,
                    readings: readings, growth: growth, settings: settings, now: now,
                    memory: mirrorMemories[source][topic] ?? MirrorMemory())
                let flow = judge.judge(&origins)
                memories[source][topic] = judge.memory
                return flow
            }
            rows.append(
                MirrorRow(topic: topic, partitionCounts: subject.topics.map { $0?.partitions.count }, flows: flows))
        }
        mirrorMemories = memories
        return rows
    }

    /// Whether a topic should be mirrored both ways.
    package func isLive(_ topic: Topic) -> Bool {
        !topic.isInternal && !Coverage.isNeverMirrored(topic.name) && settings.liveTopics.accepts(topic.name)
    }

    /// Parts of `source`'s logs between a mirror's position and what was examined, that are worth reading: short
    /// ones in full, of long ones the beginning, for the age of the first record not copied.
    package func gaps(
        on source: IDC, _ readings: PerIDC<ClusterReadings>, budget: SamplingPlan.Budget
    ) -> [TopicPartition: Range<Int64>] {
        guard let rows = lastMirrors, let ranges = readings[source].ranges.current else { return [:] }
        var gaps: [TopicPartition: Range<Int64>] = [:]
        var left = budget.records
        for row in rows {
            for position in row.flows[source].positions {
                guard gaps.count < budget.partitions, left > 0 else { return gaps }
                let topicPartition = TopicPartition(row.topic, position.partition)
                guard let at = position.position, let range = ranges[topicPartition],
                    let gap = origins[source].firstGap(
                        in: topicPartition, from: max(at, range.logStart), to: range.logEnd)
                else { continue }
                let length = gap.upperBound - gap.lowerBound
                let isHead = gap.lowerBound <= max(at, range.logStart).rawValue
                let worth = length <= settings.limits.longestGap ? length : isHead ? min(length, 500) : 0
                let taken = min(worth, left)
                guard taken > 0 else { continue }
                gaps[topicPartition] = gap.lowerBound..<(gap.lowerBound + taken)
                left -= taken
            }
        }
        return gaps
    }
}

/// Growth of one side's log ends.
struct MirrorGrowth {
    /// Over the last seconds, for rates.
    let recent: EndsWindow.Pair?
    /// Over the time that a mirror may stand still.
    let patient: EndsWindow.Pair?
}

/// A topic as both sides have it.
struct MirrorSubject {
    let topic: String
    let isLive: Bool
    let topics: PerIDC<Topic?>
    /// Whether that side's topics have ever been read.
    let wasRead: PerIDC<Bool>

    func isMissing(on idc: IDC) -> Bool { wasRead[idc] && topics[idc] == nil }
}
