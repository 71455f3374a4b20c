package import Domain
package import Operations
import Synchronization

/// `bascule-sync` of one side as operators and daemons use it, played in memory.
package final class ScriptedHolds: GroupHoldReading, GroupHoldWriting, GroupStateReading {
    package struct State: Sendable {
        package var words = HoldWords()
        /// Every call fails.
        package var problem: PortError?
        /// What a reading waits for before it is answered.
        package var reading: @Sendable () async -> Void = {}
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
        await now.reading()
        if let problem = now.problem { throw problem }
        return now.words
    }

    package static let count: Int32 = 4

    package func partitions() async throws(PortError) -> Int32 {
        if let problem = now.problem { throw problem }
        return Self.count
    }

    package func write(_ word: OperatorHold, about subject: HoldSubject) async throws(PortError) {
        if let problem = now.problem { throw problem }
        change { state in
            state.words.take(key: OperatorHold.key(of: subject), value: word.record)
            guard state.hasDaemon, state.takesNote else { return }
            for partition in 0..<Self.count {
                state.words.take(
                    key: HoldWords.noteKey(of: subject, on: partition), value: HoldWords.note(word.number))
            }
        }
    }

    package func groupStates() async throws(PortError) -> Partial<[String: ListedGroup], PortError> {
        if let problem = now.problem { throw problem }
        return Partial(now.hasDaemon ? ["bascule-sync": ListedGroup(.stable)] : [:])
    }
}
