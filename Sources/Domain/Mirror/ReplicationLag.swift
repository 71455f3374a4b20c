/// What a mirror had not copied when both its position and its source's log ends were read last.
package struct ReplicationLag: Hashable, Sendable {
    /// How well a number of records is known; the later, the less.
    package enum Precision: String, Hashable, Sendable, CaseIterable {
        /// Every record in between was looked at.
        case exact
        /// By the partition's recent mix of records produced here and copies.
        case estimated
        /// No more than that: copies may be among them.
        case atMost = "at-most"
    }

    /// Records produced on the source.
    package let records: Int64
    package let precision: Precision
    /// How old the oldest of them was, or the 99th percentile of the last minute where that was not looked at; `nil`: not
    /// known.
    package let age: Duration?
    package let readAt: WallTime

    package init(records: Int64, precision: Precision, age: Duration?, readAt: WallTime) {
        self.records = records
        self.precision = precision
        self.age = age
        self.readAt = readAt
    }
}

/// What would stay behind on a side that died, or did stay on one that has: a run's recovery point.
package struct StrandedRecords: Hashable, Sendable {
    package struct Topic: Hashable, Sendable {
        package let topic: String
        package let lag: ReplicationLag

        package init(_ topic: String, _ lag: ReplicationLag) {
            self.topic = topic
            self.lag = lag
        }
    }

    /// Of all topics together: the sum, known as well as the least known, as old as the oldest.
    package let total: ReplicationLag
    /// Whether all of it was read when it was asked for; otherwise it is as last known, of ``ReplicationLag/readAt``.
    package let isCurrent: Bool
    /// The topics that have any, sorted by name.
    package let topics: [Topic]

    package init(total: ReplicationLag, isCurrent: Bool, topics: [Topic]) {
        self.total = total
        self.isCurrent = isCurrent
        self.topics = topics
    }

    /// Nothing, as seen at a moment.
    package static func none(at moment: WallTime) -> StrandedRecords {
        StrandedRecords(
            total: ReplicationLag(records: 0, precision: .exact, age: .zero, readAt: moment), isCurrent: true,
            topics: [])
    }

    /// No more than so many records of each topic: from where its mirror stood to a log end that was read after that.
    ///
    /// - Parameter counts: by topic.
    package init(atMost counts: [String: Int64], readAt: WallTime) {
        func lag(_ records: Int64) -> ReplicationLag {
            ReplicationLag(records: records, precision: .atMost, age: nil, readAt: readAt)
        }
        self.init(
            total: lag(counts.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }), isCurrent: false,
            topics: counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { Topic($0.key, lag($0.value)) })
    }

    /// The same with the topics that have most of it, as far as a record of Kafka holds them by default.
    package func limited(to count: Int = 2_000) -> StrandedRecords {
        guard topics.count > count else { return self }
        let most = topics.sorted { ($1.lag.records, $0.topic) < ($0.lag.records, $1.topic) }.prefix(count)
        return StrandedRecords(total: total, isCurrent: isCurrent, topics: most.sorted { $0.topic < $1.topic })
    }

    /// - Parameter flows: of every live topic, sorted by name; `nil` when of any of them nothing was ever read.
    init?(_ flows: [(topic: String, flow: MirrorFlow)], at moment: WallTime) {
        var records: Int64 = 0
        var precision = ReplicationLag.Precision.exact
        var age: Duration? = .zero
        var readAt = moment
        var isCurrent = true
        var topics: [Topic] = []
        for (topic, flow) in flows {
            guard let lag = flow.lag else { return nil }
            records = records.addingReportingOverflow(lag.records).partialValue
            precision = max(precision, lag.precision)
            if lag.records > 0 {
                age = age.flatMap { oldest in lag.age.map { max(oldest, $0) } }
                topics.append(Topic(topic, lag))
            }
            readAt = min(readAt, lag.readAt)
            isCurrent = isCurrent && flow.toCopy != nil
        }
        self.init(
            total: ReplicationLag(records: records, precision: precision, age: age, readAt: readAt),
            isCurrent: isCurrent, topics: topics)
    }
}

extension ReplicationLag.Precision: Comparable {
    private var rank: Int {
        switch self {
        case .exact: 0
        case .estimated: 1
        case .atMost: 2
        }
    }

    package static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }
}

extension Snapshot {
    /// What has not crossed from a side, now or as last known, if only by a daemon that was there before; `nil`: of some
    /// topic nothing was ever read.
    package func stranded(on source: IDC) -> StrandedRecords? {
        guard areMirrorsListed, let own = StrandedRecords(mirrors.map { ($0.topic, $0.flows[source]) }, at: at) else {
            return clusters[source].ranges.current == nil ? announced[source] : nil
        }
        return own
    }

    /// That there is no mirror says something only while both sides' topics can be read.
    package var areMirrorsListed: Bool {
        !mirrors.isEmpty || IDC.allCases.allSatisfy { clusters[$0].metadata.current != nil }
    }
}
