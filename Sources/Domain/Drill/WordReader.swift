/// Reads the arguments that follow the word of a fault or of an operator's act.
struct WordReader {
    private let word: String
    private let names: [Substring]
    private let arguments: [String]

    /// - Parameter names: what the arguments are called, separated by spaces.
    init(_ word: String, _ names: String, _ arguments: [String]) throws(WordProblem) {
        self.word = word
        self.names = names.split(separator: " ")
        self.arguments = arguments
        guard arguments.count == self.names.count else {
            throw WordProblem("\(word) takes \(names), and \(arguments.count) words follow it")
        }
    }

    func text(_ index: Int) -> String { arguments[index] }

    func idc(_ index: Int) throws(WordProblem) -> IDC {
        guard let idc = IDC(rawValue: arguments[index]) else { throw problem(index, "expected idc1 or idc2") }
        return idc
    }

    func number(_ index: Int, in range: ClosedRange<Int>) throws(WordProblem) -> Int {
        guard let number = Int(arguments[index]), range.contains(number) else {
            throw problem(index, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func duration(_ index: Int, atMost limit: Duration) throws(WordProblem) -> Duration {
        guard let duration = Duration(spelled: arguments[index]), duration <= limit else {
            throw problem(index, "expected a duration from 0s to \(limit.spelled)")
        }
        return duration
    }

    func split(_ index: Int) throws(WordProblem) -> TrafficSplit {
        let parts = arguments[index].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let one = Int(parts[0]), let two = Int(parts[1]),
            let split = TrafficSplit(idc1: one, idc2: two)
        else { throw problem(index, "expected IDC1:IDC2 in percent that sum to 100, for example 0:100") }
        return split
    }

    /// `TOPIC FROM:TO`.
    func mirror() throws(WordProblem) -> MirrorTarget {
        let flows = ReplicationFlow.all
        guard let flow = flows.first(where: { "\($0.source.rawValue):\($0.target.rawValue)" == arguments[1] }) else {
            throw problem(1, "expected idc1:idc2 or idc2:idc1")
        }
        return MirrorTarget(topic: arguments[0], flow: flow)
    }

    private func problem(_ index: Int, _ expected: String) -> WordProblem {
        WordProblem("\(word): \(names[index]) \(Spelling.quoted(arguments[index])): \(expected)")
    }
}
