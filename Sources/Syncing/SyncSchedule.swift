internal import Domain

/// Which groups are looked at when: those that have committed at once, those that committed lately with every new
/// evidence, the others in turn.
struct SyncSchedule: Sendable {
    /// How long after its last commit a group's position is looked at with every new evidence: copies of what it read
    /// may still be on their way.
    static let warmth: Duration = .seconds(5)
    /// Quiet groups looked at per second, at most; all of them within ten seconds where they are few.
    static let turnsPerSecond = 200.0
    static let quickestRound: Duration = .seconds(10)

    /// Have committed and were not looked at since, with the moment of the newest commit by the broker's clock.
    private(set) var moved: [String: WallTime] = [:]
    private var warmUntil: [String: WallTime] = [:]
    /// To be tried again with the next round, whatever becomes of them.
    private var again: Set<String> = []
    private var turns: [String] = []
    private var credit = 0.0
    private var lastTurn: WallTime?

    mutating func moved(_ groups: [String: WallTime]) {
        moved.merge(groups) { max($0, $1) }
    }

    mutating func failed(_ group: String) { again.insert(group) }

    /// Those that have committed since they were taken last.
    mutating func takeMoved(now: WallTime) -> [String: WallTime] {
        defer { moved = [:] }
        for group in moved.keys { warmUntil[group] = now.advanced(by: Self.warmth) }
        return moved
    }

    /// Those that new evidence may raise.
    mutating func warm(now: WallTime) -> [String] {
        warmUntil = warmUntil.filter { now < $0.value }
        return Array(warmUntil.keys)
    }

    /// Those whose turn it is, and those to be tried again.
    mutating func takeTurns(of groups: [String], now: WallTime) -> [String] {
        let elapsed = lastTurn.map { max(.zero, now.since($0)) } ?? Self.quickestRound
        lastTurn = now
        let rate = min(Self.turnsPerSecond, max(1, Double(groups.count) / Self.quickestRound.inSeconds))
        // The first round is not held back: nothing is known of any group yet.
        credit = min(credit + rate * elapsed.inSeconds, max(rate, Double(groups.count)))
        if turns.isEmpty { turns = groups.reversed() }
        var taken = again
        again = []
        while credit >= 1, let next = turns.popLast() {
            credit -= 1
            taken.insert(next)
        }
        return Array(taken)
    }
}
