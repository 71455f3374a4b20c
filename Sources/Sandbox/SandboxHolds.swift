package import Domain
package import Operations
import Synchronization

/// What operators have said in the sandbox on one side, in memory: it ends with the sandbox.
package final class SandboxHolds: GroupHoldReading, GroupHoldWriting {
    private let isGone: @Sendable () -> Bool
    private let words = Mutex(HoldWords())

    init(isGone: @escaping @Sendable () -> Bool) {
        self.isGone = isGone
    }

    package func holds() async throws(PortError) -> HoldWords {
        try reach("Fetch")
        return words.withLock { $0 }
    }

    package func partitions() async throws(PortError) -> Int32 {
        try reach("Fetch")
        return 1
    }

    package func write(_ word: OperatorHold, about subject: HoldSubject) async throws(PortError) {
        try reach("Produce")
        words.withLock { _ = $0.take(key: OperatorHold.key(of: subject), value: word.record) }
    }

    /// What counts, were the side gone.
    var said: HoldWords { words.withLock { $0 } }

    private func reach(_ operation: String) throws(PortError) {
        if isGone() { throw PortError(.unreachable, operation: operation, detail: "no broker of the side is up") }
    }
}
