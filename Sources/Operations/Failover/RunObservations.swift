package import Domain
internal import Synchronization

/// What a console has seen before and during a run, as the run's readings take it.
package final class RunObservations: Sendable {
    private struct Seen {
        var newest: Snapshot?
        /// Of the last snapshot in which both sides could be measured.
        var rate: Int64?
    }

    private let seen = Mutex(Seen())

    package init() {}

    /// Takes a snapshot in.
    package func watch(_ snapshot: Snapshot) {
        seen.withLock { seen in
            seen.newest = snapshot
            seen.rate = snapshot.traffic.measured.current?.sum ?? seen.rate
        }
    }

    package var newest: Snapshot? { seen.withLock { $0.newest } }

    /// Records per second that both sides together produced when both could be measured last; `nil`: never seen.
    package var rateBefore: Int64? { seen.withLock { $0.rate } }
}
