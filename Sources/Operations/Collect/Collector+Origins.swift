import Domain

extension Collector {
    /// One round of looking at the records written since the last round, and at what is missing below them.
    func pollOrigins(_ idc: IDC) async -> Outcome {
        // Which header marks a copy is known for good once both sides' connectors have been asked.
        guard connectorsWereAsked else { return .notReady }
        let rule = assembler.provenanceRule(on: idc, connectors: readings.map(\.connectors))
        guard !rule.copyHeaders.isEmpty else {
            return .failed(
                PortError(
                    .unsupported, operation: "Fetch",
                    detail: "no header that marks copies is known: set mirrors.originHeader"))
        }
        guard let ranges = readings[idc].ranges.current, let metadata = readings[idc].metadata.lastKnown else {
            guard let because = readings[idc].ranges.unavailability else { return .notReady }
            return .failed(PortError(because.kind, operation: "Fetch", detail: because.detail))
        }
        guard let rangesAt = sampling[idc].rangesAt, sampling[idc].usedAt != rangesAt else { return .notReady }
        sampling[idc].usedAt = rangesAt

        let liveTopics = metadata.topics.filter(assembler.isLive)
        let live = Set(liveTopics.map(\.name))
        let liveRanges = ranges.filter { live.contains($0.key.topic) }
        // A partition without a leader, or whose leader did not answer.
        let unread = liveTopics.reduce(0) { sum, topic in
            sum + topic.partitions.count { liveRanges[TopicPartition(topic.name, $0.number)] == nil }
        }
        let seconds = settings.interval.inSeconds
        let records = max(5_000, Int64(Double(settings.limits.sampledRecordsPerSecond) * seconds))
        let size = settings.limits.partitionsPerSample
        var generator = SystemRandomNumberGenerator()
        let plan = SamplingPlan(
            assembler.splits[idc].growths(upTo: liveRanges),
            budget: .init(partitions: size * sampling[idc].requests, records: records), using: &generator)

        let began = uptime()
        let newest = await look(at: plan.stretches, rule, idc, batch: size)
        let used = plan.stretches.values.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        var fillings = Looked()
        if newest.failure == nil, uptime() - began < settings.interval / 2 {
            let budget = SamplingPlan.Budget(partitions: size, records: records - used)
            fillings = await look(at: assembler.gaps(on: idc, readings, budget: budget), rule, idc, batch: size)
        }
        adjustPace(idc, took: uptime() - began, wanted: plan)

        assembler.originsRead(
            plan, samples: newest.samples, fillings: fillings.samples, ranges: liveRanges, unreadPartitions: unread,
            on: idc,
            at: rangesAt)
        if let failure = newest.failure ?? fillings.failure, newest.samples.isEmpty { return .failed(failure) }
        readings[idc].origins = .known(wallTime(), at: wallTime())
        return .answered
    }

    private var connectorsWereAsked: Bool {
        IDC.allCases.allSatisfy { idc in
            switch readings[idc].connectors {
            case .pending: false
            case .known, .stale, .unavailable: true
            }
        }
    }

    private struct Looked {
        var samples: [TopicPartition: OriginSample] = [:]
        var failure: PortError?
    }

    /// Reads the stretches, so many partitions at a time; what a failing request was to read is missing.
    private func look(
        at stretches: [TopicPartition: Range<Int64>], _ rule: ProvenanceRule, _ idc: IDC, batch: Int
    ) async -> Looked {
        var looked = Looked()
        let port = ports[idc].records
        let limit = max(settings.interval * 2, .seconds(2))
        var rest = stretches.sorted { $0.key < $1.key }[...]
        while !rest.isEmpty, !Task.isCancelled {
            let part = Dictionary(uniqueKeysWithValues: rest.prefix(batch).map { ($0.key, $0.value) })
            rest = rest.dropFirst(batch)
            let answer = await bounded(limit + .seconds(1), "Fetch") { () throws(PortError) in
                try await port.origins(in: part, by: rule, within: limit)
            }
            switch answer {
            case .success(let partial):
                looked.samples.merge(partial.value) { _, new in new }
                looked.failure = looked.failure ?? partial.failures.first
            case .failure(let error):
                looked.failure = error
                return looked
            }
        }
        return looked
    }

    /// More partitions per round while rounds are quick, fewer when they outlast the interval.
    private func adjustPace(_ idc: IDC, took: Duration, wanted plan: SamplingPlan) {
        if took > settings.interval {
            sampling[idc].requests = max(1, sampling[idc].requests - 1)
        } else if !plan.isCensus, took < settings.interval / 2 {
            sampling[idc].requests = min(8, sampling[idc].requests + 1)
        }
    }
}
