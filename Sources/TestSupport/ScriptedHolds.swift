package import Domain
package import Operations
import Synchronization

/// `bascule-sync` of one side as operators and daemons use it, played in memory.
package final class ScriptedHolds: GroupHoldReading, GroupHoldWriting, GroupStateReading {
    package struct State: Sendable {
        package var words = HoldWords()
        /// Every call fails.
        package var problem: PortError?
        /// A daemon is in the group `bascule-sync`.
        package var hasDaemon = false
        /// It takes note of what is said.
        package var takesNote = true
    }

    private let state = Mutex(State())

    package init() {}

    package var now: State { state.withLock { $0 } }
    package func change(_ body: @Sendable (inout sending State) -> Void) { state.withLock { body(&$0) } }

    package func holds() async throws(PortError) -> HoldWords {
        if let problem = now.problem { throw problem }
        return now.words
    }

    package func write(_ word: OperatorHold, about group: String) async throws(PortError) {
        if let problem = now.problem { throw problem }
        change { state in
            state.words.take(key: OperatorHold.key(of: group), value: word.record)
            guard state.hasDaemon, state.takesNote else { return }
            state.words.take(key: HoldWords.noteKey(of: group), value: HoldWords.note(word.number))
        }
    }

    package func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        if let problem = now.problem { throw problem }
        return Partial(now.hasDaemon ? ["bascule-sync": ListedGroup(.stable)] : [:])
    }
}
