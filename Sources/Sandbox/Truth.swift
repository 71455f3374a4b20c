import Domain
import Synchronization

/// Counts what really happened: the sandbox makes every record, so it knows which were produced where, and which of
/// them each group has processed, and how often.
///
/// What it keeps per group, origin and partition are runs of numbers, not numbers: an hour costs what a minute does.
final class Truth: Sendable {
    struct Origin: Hashable, Sendable {
        let idc: IDC
        let partition: TopicPartition
    }

    private struct State {
        var next: [Origin: Int64] = [:]
        var seen: [String: [Origin: NumberSet]] = [:]
        var processed: Int64 = 0
        var duplicates: [String: [TopicPartition: Int64]] = [:]
        var announced: Int64 = 0
    }

    private let state = Mutex(State())

    /// The number of the next record that an IDC produces into a partition.
    func nextNumber(of origin: Origin) -> Int64 { state.withLock { $0.next[origin] ?? 0 } }

    /// The record with that number is on its way.
    func produced(_ origin: Origin, number: Int64) { state.withLock { $0.next[origin] = number + 1 } }

    /// A group's application has processed records of one partition.
    func processed(_ marks: [RecordMark], of partition: TopicPartition, by group: String) {
        guard !marks.isEmpty else { return }
        state.withLock { state in
            for mark in marks {
                state.processed += 1
                let origin = Origin(idc: mark.origin, partition: partition)
                if !state.seen[group, default: [:]][origin, default: NumberSet()].insert(mark.number) {
                    state.duplicates[group, default: [:]][partition, default: 0] += 1
                }
            }
        }
    }

    /// Somebody was told that at most so many records would be read twice.
    func announced(_ count: Int64) { state.withLock { $0.announced += count } }

    /// What a group has processed, by origin.
    func seen(by group: String) -> [Origin: NumberSet] { state.withLock { $0.seen[group] ?? [:] } }

    var processed: Int64 { state.withLock { $0.processed } }
    /// What groups have processed again, by group and partition.
    var duplicates: [String: [TopicPartition: Int64]] { state.withLock { $0.duplicates } }

    func duplicates(of group: String) -> Int64 { duplicates[group]?.values.reduce(0, +) ?? 0 }

    var announcedDuplicates: Int64 { state.withLock { $0.announced } }

    /// How many runs of numbers are kept, over all groups: bounded by what went wrong, not by time.
    var runCount: Int {
        state.withLock { $0.seen.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.runs.count } } }
    }
}
