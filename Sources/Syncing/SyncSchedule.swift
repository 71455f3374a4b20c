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
    /// A group for which nothing is left to do, and whose commits are seen as they come, is left alone for so long:
    /// short enough to tell what has changed in ten minutes.
    static let longestRest: Duration = .seconds(300)

    /// Have committed and were not looked at since, with the moment of the newest commit by the broker's clock.
    private(set) var moved: [String: WallTime] = [:]
    private var warmUntil: [String: WallTime] = [:]
    /// To be tried again from that moment on, whatever becomes of them.
    private var again: [String: WallTime] = [:]
    /// How often in a row they could not be looked at.
    private var failures: [String: Int] = [:]
    /// Looked at now: one group by one task at a time, with the number of its beginning.
    private var underWay: [String: Int] = [:]
    /// How many looks have begun.
    private(set) var begun = 0
    /// How many of them are of one coordinator.
    private var atCoordinator: [Int32: Int] = [:]
    /// Those whose turn comes in this round, the next one last.
    private var turns: [String] = []
    /// How many turns may be taken now.
    private var credit = 0.0
    private var lastTurn: WallTime?
    /// Groups that are left alone, and until when.
    private var restUntil: [String: WallTime] = [:]
    /// What is not seen as it comes: while there is anything, no group is left alone.
    private var unseen = Set(Sight.everything)
    /// How many looks had begun when that changed last: they may have missed something.
    private var blind = 0

    /// Something about groups that one side shows.
    struct Sight: Hashable, Sendable {
        enum What: CaseIterable, Sendable {
            /// Who commits.
            case commits
            /// Which groups there are, and which have members.
            case groups
        }

        let what: What
        let idc: IDC

        static let everything = What.allCases.flatMap { what in IDC.allCases.map { Sight(what: what, idc: $0) } }
    }

    /// It is seen as it comes, or not any more: then any group may have changed.
    mutating func sees(_ what: Sight.What, on idc: IDC, _ does: Bool) {
        let sight = Sight(what: what, idc: idc)
        guard unseen.contains(sight) == does else { return }
        if does { unseen.remove(sight) } else { unseen.insert(sight) }
        restUntil = [:]
        blind = begun
    }

    /// Groups have come or gone, or have members now, or none any more: they are not left alone.
    mutating func changed(_ groups: Set<String>) {
        for group in groups { restUntil[group] = nil }
    }

    mutating func moved(_ groups: [String: WallTime]) {
        moved.merge(groups) { max($0, $1) }
        // Also of groups that are somebody else's now: they may be ours again before those were written.
        for group in groups.keys { restUntil[group] = nil }
    }

    /// Lets groups begin, of those that are due: no group twice at a time, and not too many at once. The others stay
    /// due. Those that have committed lately come first, and then those that have waited longest: a quiet group whose
    /// turn it is takes neither the place of a group that moves nor, again and again, that of another.
    ///
    /// A group whose coordinator is away keeps its place for as long as a request is patient, and is then left alone
    /// for a while, longer each time. Groups that share their partition of `__consumer_offsets` share a coordinator and
    /// a few places: a coordinator that does not answer cannot take the places of the groups of all others.
    mutating func begin(_ due: Set<String>, moved committed: [String: WallTime], now: WallTime) -> [String] {
        var started: [String] = []
        for group in inOrder(due, committed, now: now) {
            let coordinator = Self.coordinator(of: group)
            guard underWay.count < Self.atOnce, underWay[group] == nil,
                atCoordinator[coordinator, default: 0] < Self.atOneCoordinator
            else {
                if let moment = committed[group] { moved[group] = max(moment, moved[group] ?? moment) }
                again[group] = again[group] ?? now
                continue
            }
            if let until = again[group], now < until {
                if let moment = committed[group] { moved[group] = max(moment, moved[group] ?? moment) }
                continue
            }
            again[group] = nil
            begun += 1
            underWay[group] = begun
            atCoordinator[coordinator, default: 0] += 1
            started.append(group)
        }
        return started
    }

    private func inOrder(_ due: Set<String>, _ committed: [String: WallTime], now: WallTime) -> [String] {
        guard due.count > 1 else { return Array(due) }
        return due.map { group in
            let isQuiet = committed[group] == nil && warmUntil[group] == nil
            return (isQuiet: isQuiet, since: committed[group] ?? again[group] ?? now, group: group)
        }.sorted { one, other in
            if one.isQuiet != other.isQuiet { return other.isQuiet }
            return (one.since, one.group) < (other.since, other.group)
        }.map(\.group)
    }

    /// Something about a group has changed that is no commit: it is looked at next.
    mutating func again(_ group: String, now: WallTime) { again[group] = min(now, again[group] ?? now) }

    /// Whether it is looked at now.
    func isUnderWay(_ group: String) -> Bool { underWay[group] != nil }

    /// Whether a look is still under way that was among the first so many to begin.
    func isUnderWay(amongFirst count: Int) -> Bool { underWay.values.contains { $0 <= count } }

    /// A group was looked at.
    ///
    /// - Parameter rest: for how long it may be left alone while it does not commit; `nil`: there is something left to do
    ///   that its commits do not tell.
    mutating func ended(_ group: String, needsAnotherTry: Bool, rest: Duration? = nil, now: WallTime) {
        restUntil[group] = nil
        if let number = underWay.removeValue(forKey: group) {
            atCoordinator[Self.coordinator(of: group), default: 1] -= 1
            if let rest, number > blind, unseen.isEmpty {
                restUntil[group] = now.advanced(by: min(rest, Self.longestRest))
            }
        }
        guard needsAnotherTry else {
            failures[group] = nil
            return
        }
        let count = failures[group, default: 0] + 1
        failures[group] = count
        again[group] = now.advanced(by: min(Self.longestPause, Self.firstPause * (1 << min(count - 1, 6))))
    }

    static let atOnce = 128
    /// Of 50 partitions a third may hang with one broker of three: that leaves half of the places.
    static let atOneCoordinator = 4
    /// More than can be begun until turns are taken again.
    static let waitingAtOneCoordinator = 16

    /// The same on both sides, which have `offsets.topic.num.partitions` from Kafka's default as a rule; elsewhere the
    /// places are shared by other groups, and no fewer.
    static func coordinator(of group: String) -> Int32 { GroupPartition.ofOffsetsTopic(group: group, partitions: 50) }

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

    /// Those to be tried again: they could not be looked at, or had no place.
    func dueAgain(now: WallTime) -> [String] {
        again.filter { $0.value <= now && underWay[$0.key] == nil }.map(\.key)
    }

    /// Those whose turn it is. As long as many groups of a coordinator wait none of its others takes its turn, and nobody
    /// waits for those: there is no use in asking sooner than answers come.
    mutating func takeTurns(of all: [String], now: WallTime) -> [String] {
        // Groups that are gone would stay.
        if restUntil.count > all.count { restUntil = restUntil.filter { now < $0.value } }
        let groups = restUntil.isEmpty ? all : all.filter { !rests($0, now: now) }
        earn(groups.count, now: now)
        let waiting = Dictionary(grouping: again.keys.filter { underWay[$0] == nil }, by: Self.coordinator)
        let room = waiting.mapValues { Self.waitingAtOneCoordinator - $0.count }
        var left = room
        let taken = take(&left, now: now)
        // The round is over when all that is left of it is of coordinators that have been busy for a while.
        guard credit >= 1, turns.allSatisfy({ room[Self.coordinator(of: $0), default: 1] <= 0 }) else { return taken }
        let seen = Set(taken).union(turns)
        turns = groups.reversed().filter { !seen.contains($0) } + turns
        let begun = take(&left, now: now)
        // Those of this moment are the last of the new round too.
        turns = taken + turns
        return taken + begun
    }

    private func rests(_ group: String, now: WallTime) -> Bool { restUntil[group].map { now < $0 } ?? false }

    private mutating func earn(_ count: Int, now: WallTime) {
        guard count > 0 else { return }
        defer { lastTurn = now }
        // The first round is not held back: nothing is known of any group yet.
        guard let lastTurn else { return credit = Double(count) }
        let rate = min(Self.turnsPerSecond, max(1, Double(count) / Self.quickestRound.inSeconds))
        credit = max(credit, min(credit + rate * max(.zero, now.since(lastTurn)).inSeconds, 2 * rate))
    }

    /// - Parameter left: how many more groups of each coordinator may wait.
    private mutating func take(_ left: inout [Int32: Int], now: WallTime) -> [String] {
        var taken: [String] = []
        var passed: [String] = []
        while credit >= 1, let next = turns.popLast() {
            guard !rests(next, now: now) else { continue }
            let coordinator = Self.coordinator(of: next)
            guard left[coordinator, default: Self.waitingAtOneCoordinator] > 0 else {
                passed.append(next)
                continue
            }
            left[coordinator, default: Self.waitingAtOneCoordinator] -= 1
            credit -= 1
            taken.append(next)
        }
        turns += passed.reversed()
        return taken
    }
}
