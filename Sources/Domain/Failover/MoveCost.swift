/// What it would cost to move groups now, by what has been read already.
package struct MoveCost: Hashable, Sendable {
    /// A group that would stay where it is, and why.
    package struct Held: Hashable, Sendable {
        package let group: String
        package let reason: String

        package init(_ group: String, reason: String) {
            self.group = group
            self.reason = reason
        }
    }

    /// Records that each group would read twice at most, of all that would be moved; `nil`: not known.
    package private(set) var readTwice: [Int64?] = []
    package private(set) var held: [Held] = []
    /// Some of it is only last known.
    package private(set) var isOld = false

    /// By what the synchronisation said of the groups that were seen on `source`; of a source that cannot be read any more
    /// by what it has written on the other side, as a run does.
    package init(of snapshot: Snapshot, leaving source: IDC) {
        let isReadable = snapshot.clusters[source].groups.current != nil
        let ends = snapshot.clusters[source.other].ranges.current
        for row in snapshot.groups where row.isSeen(on: source) {
            guard isReadable else {
                if let hold = row.sync.lastKnown?.hold {
                    held.append(Held(row.id, reason: hold.sentence))
                } else {
                    readTwice.append(Self.standing(row.presence[source.other].current.flatMap(\.self), ends))
                }
                continue
            }
            isOld = isOld || row.sync.current == nil
            guard let status = row.sync.lastKnown else {
                readTwice.append(nil)
                continue
            }
            if let reason = Self.obstacle(status, leaving: source) {
                held.append(Held(row.id, reason: reason))
            } else {
                readTwice.append(Self.readTwice(status, leaving: source))
            }
        }
    }

    /// - Parameter groups: all that would be moved; nothing is known of one that was not decided about.
    package init(of groups: [String], decided decisions: [GroupDecision]) {
        let decided = Dictionary(decisions.map { ($0.group, $0.verdict) }) { first, _ in first }
        for group in groups {
            switch decided[group] {
            case .exact?: readTwice.append(0)
            case .bounded(let count)?: readTwice.append(count)
            case .held(let reason)?: held.append(Held(group, reason: reason))
            case nil: readTwice.append(nil)
            }
        }
    }

    /// How many groups would be moved of which it is not known what they would read twice.
    package var unknownCount: Int { readTwice.count { $0 == nil } }

    /// Over the groups of which it is known.
    package var knownReadTwice: Int64 {
        readTwice.reduce(0) { sum, count in
            let (next, isTooMuch) = sum.addingReportingOverflow(count ?? 0)
            return isTooMuch ? .max : next
        }
    }

    /// All that lies above what was written there.
    private static func standing(_ group: ConsumerGroup?, _ ends: [TopicPartition: OffsetRange]?) -> Int64? {
        guard let offsets = group?.offsets, !offsets.isEmpty else { return nil }
        var sum: Int64 = 0
        for (partition, commit) in offsets {
            guard case .ours = CommitOwner(of: commit), let end = ends?[partition]?.logEnd else { return nil }
            sum += max(0, end.distance(from: commit.offset))
        }
        return sum
    }

    private static func obstacle(_ status: GroupSyncStatus, leaving source: IDC) -> String? {
        if let hold = status.hold { return hold.sentence }
        guard status.problem == nil, status.flow?.source == source else { return nil }
        // What is only not proven yet is not known: a run looks for longer, and into the records.
        for row in status.partitions where row.state != .unproven {
            switch row.decision {
            case .keep, .write, .skip(.noCommit): continue
            case .hold, .skip: return "\(row.partition): \(row.decision.reason)"
            }
        }
        return nil
    }

    /// What lies above the position, and what was consumed and still has to cross.
    private static func readTwice(_ status: GroupSyncStatus, leaving source: IDC) -> Int64? {
        guard status.problem == nil, status.flow?.source == source else { return nil }
        var sum: Int64 = 0
        for row in status.partitions where row.decision != .skip(.noCommit) {
            guard let again = row.readTwice, let arriving = row.stillToArrive else { return nil }
            sum += again + arriving
        }
        return sum
    }
}
