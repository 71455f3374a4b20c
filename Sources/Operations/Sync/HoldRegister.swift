package import Domain
internal import Synchronization

/// What operators have said on one side, kept by whoever follows `bascule-sync` there anyway.
package final class HoldRegister: GroupHoldReading {
    private struct State: Sendable {
        var words = HoldWords()
        var isRead = false
    }

    private let state = Mutex(State())

    package init() {}

    /// - Throws: `.unreachable` until the topic was read to its end once.
    package func holds() async throws(PortError) -> HoldWords {
        let (words, isRead) = state.withLock { ($0.words, $0.isRead) }
        guard isRead else {
            throw PortError(.unreachable, operation: "Fetch", detail: "bascule-sync is not read to its end yet")
        }
        return words
    }

    /// A record of the topic, in order within a key.
    package func take(key: String, value: String?) {
        state.withLock { _ = $0.words.take(key: key, value: value) }
    }

    /// Everything that stood in the topic has been taken.
    package func isReadToEnd() { state.withLock { $0.isRead = true } }

    /// What has been said so far.
    package var words: HoldWords { state.withLock { $0.words } }
}
