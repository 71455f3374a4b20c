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
    /// To be tried again from that moment on, whatever becomes of them.
    private var again: [String: WallTime] = [:]
    /// How often in a row they could not be looked at.
    private var failures: [String: Int] = [:]
    /// Looked at now: one group by one task at a time.
    private var underWay: Set<String> = []
    private var turns: [String] = []
    private var credit = 0.0
    private var lastTurn: WallTime?

    mutating func moved(_ groups: [String: WallTime]) {
        moved.merge(groups) { max($0, $1) }
    }

    /// Lets groups begin, of those that are due: no group twice at a time, and not too many at once. The others stay
    /// due.
    ///
    /// A group whose coordinator is away keeps its place for as long as a request is patient, and is then left alone
    /// for a while, longer each time: the others go on beside it.
    mutating func begin(_ due: Set<String>, moved committed: [String: WallTime], now: WallTime) -> [String] {
        var begun: [String] = []
        for group in due {
            guard underWay.count < Self.atOnce, !underWay.contains(group) else {
                if let moment = committed[group] { moved[group] = max(moment, moved[group] ?? moment) }
                again[group] = again[group] ?? now
                continue
            }
            if let until = again[group], now < until {
                if let moment = committed[group] { moved[group] = max(moment, moved[group] ?? moment) }
                continue
            }
            again[group] = nil
            underWay.insert(group)
            begun.append(group)
        }
        return begun
    }

    /// A group was looked at.
    mutating func ended(_ group: String, needsAnotherTry: Bool, now: WallTime) {
        underWay.remove(group)
        guard needsAnotherTry else {
            failures[group] = nil
            return
        }
        let count = failures[group, default: 0] + 1
        failures[group] = count
        again[group] = now.advanced(by: min(Self.longestPause, Self.firstPause * (1 << min(count - 1, 6))))
    }

    static let atOnce = 128
    static let firstPause: Duration = .milliseconds(100)
    /// Soon after a cluster has come back its groups are looked at again.
    static let longestPause: Duration = .seconds(2)

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
        var taken = Set(again.filter { $0.value <= now }.keys)
        while credit >= 1, let next = turns.popLast() {
            credit -= 1
            taken.insert(next)
        }
        return Array(taken)
    }
}
