import Domain
import Synchronization

/// What was committed from outside: by a move, by an offset sync, by retention that has deleted.
///
/// A mock cluster refuses commits from outside to a group that ever had members, where real ones accept them. So such
/// a commit is kept here; it stands in for what the cluster says until a member commits something else there.
final class OffsetStandIn: Sendable {
    private struct Entry {
        /// `nil`: deleted.
        let value: CommittedOffset?
        /// What the cluster said when this was written.
        let replaced: CommittedOffset?
    }

    private struct Key: Hashable {
        let idc: IDC
        let group: String
    }

    private let entries = Mutex<[Key: [TopicPartition: Entry]]>([:])

    /// Stands in for `told`, what the cluster says now.
    func write(
        _ offsets: [TopicPartition: CommittedOffset?], of group: String, on idc: IDC,
        told: [TopicPartition: CommittedOffset]
    ) {
        entries.withLock { entries in
            for (partition, value) in offsets {
                entries[Key(idc: idc, group: group), default: [:]][partition] = Entry(
                    value: value, replaced: told[partition])
            }
        }
    }

    /// What is committed, given what the cluster says.
    func seen(
        _ told: [TopicPartition: CommittedOffset], of group: String, on idc: IDC
    ) -> [TopicPartition: CommittedOffset] {
        entries.withLock { entries in
            guard let own = entries[Key(idc: idc, group: group)] else { return told }
            var seen = told
            for (partition, entry) in own {
                if told[partition] == entry.replaced {
                    seen[partition] = entry.value
                } else {
                    // A member has committed since.
                    entries[Key(idc: idc, group: group)]?[partition] = nil
                }
            }
            return seen
        }
    }

    /// The groups that something was written for.
    func groups(on idc: IDC) -> Set<String> {
        entries.withLock { entries in
            Set(entries.filter { $0.key.idc == idc && !$0.value.isEmpty }.map(\.key.group))
        }
    }
}
