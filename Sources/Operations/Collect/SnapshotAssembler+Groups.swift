import Domain

extension SnapshotAssembler {
    /// One row per shown group that either side lists, sorted by id.
    func groupRows(_ readings: PerIDC<ClusterReadings>, sync: SyncReadings) -> [GroupRow] {
        let sides = readings.map { GroupSource($0) }
        var cursors = sides.map { $0.groups.makeCursor() }
        var rows: [GroupRow] = []
        rows.reserveCapacity(max(sides.idc1.groups.count, sides.idc2.groups.count))
        while true {
            let one = cursors.idc1.id
            let two = cursors.idc2.id
            guard let id = one.flatMap({ first in two.map { min(first, $0) } ?? first }) ?? two else { return rows }
            let presence = PerIDC<Reading<ConsumerGroup?>>(
                idc1: sides.idc1.presence(of: one == id ? cursors.idc1.take() : nil),
                idc2: sides.idc2.presence(of: two == id ? cursors.idc2.take() : nil))
            rows.append(row(id, presence, readings, sync.status(of: id)))
        }
    }

    private func row(
        _ id: String, _ presence: PerIDC<Reading<ConsumerGroup?>>, _ readings: PerIDC<ClusterReadings>,
        _ sync: Reading<GroupSyncStatus>
    ) -> GroupRow {
        let whereabouts = GroupWhereabouts(presence, lastHome: lastHomes[id])
        guard let home = whereabouts.home, let group = presence[home].lastKnown ?? nil else {
            return GroupRow(
                id: id, side: whereabouts.side, presence: presence, home: whereabouts.home, lag: nil, verdict: nil,
                recordsPerSecond: nil, timeToDrain: nil, sync: sync)
        }
        let isCurrent = presence[home].current != nil
        // Commits of now against log ends of a while ago would show a lag that never was: of a side that has gone, and was
        // not so at once, what was known of both counts.
        let ranges = isCurrent ? readings[home].ranges.current : readings[home].ranges.lastKnown
        let counted = isCurrent ? group : readings[home].groupsBeforeRanges?.group(id) ?? group
        let window = isCurrent ? lagWindows[home][id] : nil
        return GroupRow(
            id: id, side: whereabouts.side, presence: presence, home: home, lag: GroupLag(counted, ranges: ranges),
            verdict: window?.verdict(hasMembers: group.isLive || !group.members.isEmpty),
            recordsPerSecond: window?.recordsPerSecond, timeToDrain: window?.timeToDrain, sync: sync)
    }
}

/// What one side says of groups, as readings of single groups.
private struct GroupSource {
    struct Entry {
        let group: ConsumerGroup
        /// When it was read, where the newest answer did not have it.
        let carriedFrom: WallTime?
    }

    struct Cursor {
        private var entries: ArraySlice<Entry>

        init(_ entries: [Entry]) { self.entries = entries[...] }

        var id: String? { entries.first?.group.id }

        mutating func take() -> Entry? { entries.popFirst() }
    }

    struct Entries {
        let list: [Entry]
        var count: Int { list.count }
        func makeCursor() -> Cursor { Cursor(list) }
    }

    let groups: Entries
    private let reading: Reading<GroupList>

    init(_ readings: ClusterReadings) {
        reading = readings.groups
        guard let list = reading.lastKnown else {
            groups = Entries(list: [])
            return
        }
        let fresh = list.groups.map { Entry(group: $0, carriedFrom: nil) }
        let carried = list.carried.map { Entry(group: $0.group, carriedFrom: $0.at) }
        groups = Entries(
            list: carried.isEmpty ? fresh : (fresh + carried).sorted { $0.group.id < $1.group.id })
    }

    func presence(of entry: Entry?) -> Reading<ConsumerGroup?> {
        switch reading {
        case .pending: return .pending
        case .unavailable(let because): return .unavailable(because)
        case .stale(_, let at, let because): return .stale(entry?.group, at: entry?.carriedFrom ?? at, because: because)
        case .known(let list, let at):
            guard let gap = list.gap else { return .known(entry?.group, at: at) }
            guard let entry else { return .unavailable(gap) }
            guard let carriedFrom = entry.carriedFrom else { return .known(entry.group, at: at) }
            return .stale(entry.group, at: carriedFrom, because: gap)
        }
    }
}

extension GroupLag {
    /// The lag of a group against log bounds; `nil` when its offsets could not be read.
    init?(_ group: ConsumerGroup, ranges: [TopicPartition: OffsetRange]?) {
        guard let offsets = group.offsets else { return nil }
        var owners: [TopicPartition: GroupMember] = [:]
        for member in group.members {
            for topicPartition in member.assignment { owners[topicPartition] = member }
        }
        var keys = Array(offsets.keys)
        for topicPartition in owners.keys where offsets[topicPartition] == nil { keys.append(topicPartition) }
        keys.sort()
        self.init(
            partitions: keys.map {
                PartitionLag(
                    topicPartition: $0, committed: offsets[$0]?.offset, range: ranges?[$0], owner: owners[$0])
            })
    }
}
