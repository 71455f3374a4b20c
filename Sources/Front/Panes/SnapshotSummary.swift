package import Domain

/// The sums that the frame and the overview show, made once per snapshot.
package struct SnapshotSummary: Hashable, Sendable {
    /// Directions that run, all directions, and those whose state is not known.
    package private(set) var okMirrors = 0
    package private(set) var allMirrors = 0
    package private(set) var unknownMirrors = 0
    package private(set) var flows: PerIDC<FlowSummary>
    /// Groups with members, by side; a group on both sides counts on both, one whose other side could not be
    /// read where it was seen.
    package private(set) var groupsHere = PerIDC(idc1: 0, idc2: 0)
    package private(set) var groupLag = PerIDC(idc1: KnownSum(), idc2: KnownSum())
    /// Groups that consume on both sides at once.
    package private(set) var splitGroups = 0
    package private(set) var groupsOfUnknownSide = 0
    /// Groups whose offsets stand safely on the other side, those that are held or want a person, and those of which
    /// it is not known; of the groups that are synchronised.
    package private(set) var sync = SyncSummary()
    /// Whether each side's groups have ever been read, and have been by the newest poll.
    package let areGroupsRead: PerIDC<Bool>
    package let areGroupsCurrent: PerIDC<Bool>
    /// Whether both sides' topics have ever been read, and have been by the newest poll: otherwise nothing is proved by
    /// there being none.
    package let isEveryTopicRead: Bool
    package let isEveryTopicCurrent: Bool

    /// Whether this many mirrors of both directions, or groups of a side, may be said: none only of what the newest poll
    /// has read, as there may be some by now of what is only last known.
    package func canSay(mirrors count: Int) -> Bool { count == 0 ? isEveryTopicCurrent : isEveryTopicRead }
    package func canSay(groups count: Int, of idc: IDC) -> Bool {
        count == 0 ? areGroupsCurrent[idc] : areGroupsRead[idc]
    }

    package struct FlowSummary: Hashable, Sendable {
        package fileprivate(set) var ok = 0
        package fileprivate(set) var total = 0
        package fileprivate(set) var unknown = 0
        /// Mirrors that there is something to measure of: a job runs, or it is not known whether one does.
        package fileprivate(set) var measured = 0
        package fileprivate(set) var toCopy = KnownSum()
        /// Copies per second where known, and how many mirrors' are not.
        package fileprivate(set) var rate: Double = 0
        package fileprivate(set) var unknownRates = 0
        /// Of the slowest mirror whose latency is known.
        package fileprivate(set) var p99: Duration?
        /// The states that are not RUNNING, worst first, with how many mirrors are in them.
        package fileprivate(set) var troubles: [Trouble] = []
    }

    package struct SyncSummary: Hashable, Sendable {
        package fileprivate(set) var ok = 0
        package fileprivate(set) var held = 0
        package fileprivate(set) var unknown = 0
    }

    package struct Trouble: Hashable, Sendable {
        package let word: String
        package let severity: Severity
        package fileprivate(set) var count: Int
    }

    package init(_ snapshot: Snapshot) {
        var flows = PerIDC(idc1: FlowSummary(), idc2: FlowSummary())
        var states = PerIDC<[Int: Trouble]>(idc1: [:], idc2: [:])
        for row in snapshot.mirrors {
            for source in IDC.allCases { Self.add(row.flows[source], to: &flows[source], &states[source]) }
        }
        for source in IDC.allCases {
            flows[source].troubles = states[source].sorted { $0.key < $1.key }.map(\.value)
            okMirrors += flows[source].ok
            allMirrors += flows[source].total
            unknownMirrors += flows[source].unknown
        }
        self.flows = flows
        areGroupsRead = snapshot.clusters.map { $0.groups.lastKnown != nil }
        areGroupsCurrent = snapshot.clusters.map { $0.groups.current != nil }
        isEveryTopicRead = IDC.allCases.allSatisfy { snapshot.clusters[$0].metadata.lastKnown != nil }
        isEveryTopicCurrent = IDC.allCases.allSatisfy { snapshot.clusters[$0].metadata.current != nil }
        for group in snapshot.groups {
            switch group.side {
            case .on(let idc): groupsHere[idc] += 1
            case .both:
                splitGroups += 1
                for idc in IDC.allCases { groupsHere[idc] += 1 }
            case .none: break
            case .unknown:
                groupsOfUnknownSide += 1
                for idc in IDC.allCases where group.isSeen(on: idc) { groupsHere[idc] += 1 }
            }
            add(group.sync)
            guard let home = group.home else { continue }
            if let lag = group.lag {
                for partition in lag.partitions { groupLag[home].add(partition.lag) }
            } else {
                groupLag[home].add(Int64?.none)
            }
        }
    }

    private mutating func add(_ reading: Reading<GroupSyncStatus>) {
        switch reading {
        case .pending, .stale: sync.unknown += 1
        case .unavailable(let because): if because.kind != .unsupported, because.kind != .notFound { sync.unknown += 1 }
        case .known(let status, _):
            guard let state = status.state else { return }
            switch state {
            case .inSync, .mirroring: sync.ok += 1
            case .held, .foreign, .liveThere, .expiring: sync.held += 1
            case .unproven: sync.unknown += 1
            case .unsupportedType, .notSynced: break
            }
        }
    }

    private static func add(_ flow: MirrorFlow, to sum: inout FlowSummary, _ states: inout [Int: Trouble]) {
        sum.total += 1
        if let state = flow.state.current {
            if state == .running {
                sum.ok += 1
            } else {
                let key = MirrorText.rank(state)
                let trouble = Trouble(word: MirrorText.shortWord(state), severity: state.severity, count: 0)
                states[key, default: trouble].count += 1
            }
            // Where there is no job there is nothing to measure.
            if state == .none || state == .topicMissing { return }
        } else {
            sum.unknown += 1
        }
        sum.measured += 1
        sum.toCopy.add(flow.toCopy)
        if let rate = flow.recordsPerSecond, rate.isFinite { sum.rate += rate } else { sum.unknownRates += 1 }
        if let p99 = flow.latency?.p99 { sum.p99 = max(sum.p99 ?? p99, p99) }
    }
}
