package import Domain
internal import Synchronization

/// What a console has seen before and during a run, as the run's readings take it.
package final class RunObservations: Sendable {
    private struct Seen {
        var newest: Snapshot?
        /// Of the last snapshots in which both sides could be measured, oldest first.
        var rates: [Int64] = []
        /// Groups that had members there at any time.
        var consumed = PerIDC<Set<String>>(idc1: [], idc2: [])
    }

    /// Snapshots come each second at most: ten minutes, over which the users' rate is taken as steady.
    private static let remembered = 600

    private let seen = Mutex(Seen())

    package init() {}

    /// Takes a snapshot in.
    package func watch(_ snapshot: Snapshot) {
        seen.withLock { seen in
            seen.newest = snapshot
            for group in snapshot.groups {
                for idc in IDC.allCases where group.isSeen(on: idc) { seen.consumed[idc].insert(group.id) }
            }
            guard let rate = snapshot.traffic.measured.current?.sum else { return }
            if seen.rates.count == Self.remembered { seen.rates.removeFirst() }
            seen.rates.append(rate)
        }
    }

    package var newest: Snapshot? { seen.withLock { $0.newest } }

    /// Of groups, those that had no members on a side when it was last read, nor ever before while this was watched. One of
    /// a side that was never read is none of them.
    package func empty(_ groups: [String], on idc: IDC) -> [String] {
        seen.withLock { seen in
            let wanted = Set(groups).subtracting(seen.consumed[idc])
            let found = (seen.newest?.groups ?? []).filter {
                wanted.contains($0.id) && $0.presence[idc].lastKnown != nil
            }
            return found.map(\.id).sorted()
        }
    }

    /// Records per second that both sides together produced while both could be measured; `nil`: never seen.
    ///
    /// The median of the last ten minutes. What was measured last is the moment at which a side died: its users are
    /// on the other side already and count twice, and a run that waits for nine tenths of that waits for ever.
    package var rateBefore: Int64? {
        let rates = seen.withLock { $0.rates }.sorted()
        return rates.isEmpty ? nil : rates[rates.count / 2]
    }
}
