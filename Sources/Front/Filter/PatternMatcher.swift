/// Runs a pattern over many texts, and keeps the states that it has built so far.
package struct PatternMatcher {
    private struct State {
        /// Instructions that take a scalar, and `match`, sorted.
        let threads: [Int]
        let isMatch: Bool
        /// Whether the text matches if it ends here.
        let matchesAtEnd: Bool
    }

    private let pattern: Pattern
    private let isSearch: Bool
    private var states: [State] = []
    private var numbers: [[Int]: Int] = [:]
    /// By state and class; -1: not built yet.
    private var transitions: [Int32] = []
    private var initial = 0

    /// A pathological pattern may have very many states; beyond this the table is begun anew.
    private static let stateLimit = 1_000

    package init(_ pattern: Pattern) {
        self.init(pattern, isSearch: true)
    }

    private init(_ pattern: Pattern, isSearch: Bool) {
        self.pattern = pattern
        self.isSearch = isSearch
        reset()
    }

    private mutating func reset() {
        states = []
        numbers = [:]
        transitions = []
        initial = number(of: closure(of: [0], isAtStart: true))
    }

    /// Whether the pattern occurs in the text.
    package mutating func matches(_ text: String) -> Bool {
        var state = initial
        if states[state].isMatch { return true }
        for scalar in text.unicodeScalars {
            state = step(state, scalar.value)
            if states[state].isMatch { return true }
        }
        return states[state].matchesAtEnd
    }

    /// Where the pattern occurs, as ranges of scalar positions, each the longest from its start; empty
    /// occurrences are left out. For the few rows that are on the screen.
    package static func occurrences(of pattern: Pattern, in text: String) -> [Range<Int>] {
        let scalars = Array(text.unicodeScalars)
        var matcher = PatternMatcher(pattern, isSearch: false)
        var found: [Range<Int>] = []
        var start = 0
        while start < scalars.count {
            // Not kept from one start to the next: the table may have been begun anew in between.
            var state = matcher.number(of: matcher.closure(of: [0], isAtStart: start == 0))
            var end: Int?
            var index = start
            while index < scalars.count, !matcher.states[state].threads.isEmpty {
                state = matcher.step(state, scalars[index].value)
                index += 1
                if matcher.states[state].isMatch { end = index }
            }
            if index == scalars.count, matcher.states[state].matchesAtEnd { end = index }
            if let end, end > start {
                found.append(start..<end)
                start = end
            } else {
                start += 1
            }
        }
        return found
    }

    private mutating func step(_ state: Int, _ value: UInt32) -> Int {
        let classIndex = pattern.classIndex(of: value)
        let place = state * pattern.classStarts.count + classIndex
        let known = transitions[place]
        if known >= 0 { return Int(known) }

        var seeds: [Int] = []
        for thread in states[state].threads {
            if case .scalars(let set) = pattern.program[thread], set.contains(value) { seeds.append(thread + 1) }
        }
        if isSearch { seeds.append(0) }
        let threads = closure(of: seeds, isAtStart: false)
        if states.count >= Self.stateLimit, numbers[threads] == nil {
            reset()
            return number(of: threads)
        }
        let next = number(of: threads)
        transitions[place] = Int32(next)
        return next
    }

    private mutating func number(of threads: [Int]) -> Int {
        if let known = numbers[threads] { return known }
        let isMatch = threads.contains { pattern.program[$0] == .match }
        let atEnd = isMatch || endMatches(threads)
        let number = states.count
        states.append(State(threads: threads, isMatch: isMatch, matchesAtEnd: atEnd))
        numbers[threads] = number
        transitions.append(contentsOf: repeatElement(-1, count: pattern.classStarts.count))
        return number
    }

    private func endMatches(_ threads: [Int]) -> Bool {
        var pending = threads.filter { pattern.program[$0] == .end }.map { $0 + 1 }
        var seen = Set(pending)
        while let place = pending.popLast() {
            let following: [Int]
            switch pattern.program[place] {
            case .match: return true
            case .end: following = [place + 1]
            case .jump(let target): following = [target]
            case .split(let one, let two): following = [one, two]
            case .start, .scalars: following = []
            }
            for target in following where seen.insert(target).inserted { pending.append(target) }
        }
        return false
    }

    /// Follows everything that takes no scalar. `end` stays as a thread, for the end of the text.
    private func closure(of seeds: [Int], isAtStart: Bool) -> [Int] {
        var pending = seeds
        var seen = Set(seeds)
        var threads: [Int] = []
        while let place = pending.popLast() {
            let following: [Int]
            switch pattern.program[place] {
            case .scalars, .match, .end:
                threads.append(place)
                following = []
            case .start: following = isAtStart ? [place + 1] : []
            case .jump(let target): following = [target]
            case .split(let one, let two): following = [one, two]
            }
            for target in following where seen.insert(target).inserted { pending.append(target) }
        }
        return threads.sorted()
    }
}
