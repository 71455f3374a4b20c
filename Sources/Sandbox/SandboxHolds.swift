package import Domain
package import Operations
import Synchronization

/// What operators have said of the sandbox's groups on one side, in memory: it ends with the sandbox.
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

    package func write(_ word: OperatorHold, about group: String) async throws(PortError) {
        try reach("Produce")
        words.withLock { _ = $0.take(key: OperatorHold.key(of: group), value: word.record) }
    }

    /// The word that counts, were the side gone.
    func word(about group: String) -> OperatorHold? { words.withLock { $0.words[group] } }

    private func reach(_ operation: String) throws(PortError) {
        if isGone() { throw PortError(.unreachable, operation: operation, detail: "no broker of the side is up") }
    }
}
