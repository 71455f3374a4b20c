/// A compiled pattern of the filter line.
///
/// It is matched by an automaton that is built while it runs and never goes back in the text, so that no
/// pattern, however it is written, can hold up the screen: the cost is a table look-up per scalar. Letters
/// match in either case unless the pattern itself has a capital letter.
package struct Pattern: Hashable, Sendable {
    package let source: String
    let program: [Instruction]
    /// Where the scalar classes of the pattern begin, in order; the first is 0.
    let classStarts: [UInt32]
    /// The class of each ASCII scalar.
    let asciiClasses: [Int]

    enum Instruction: Hashable, Sendable {
        case scalars(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    package init(_ source: String) throws(PatternError) {
        self.source = source
        let hasCapital = Self.hasCapital(source)
        let syntax = try PatternParser.parse(source, ignoringCase: !hasCapital)
        var program: [Instruction] = []
        guard syntax.append(to: &program, limit: 4_000) else {
            throw PatternError(column: 1, text: "the pattern is too large")
        }
        program.append(.match)
        self.program = program

        var starts: Set<UInt32> = [0]
        for case .scalars(let set) in program {
            for range in set.ranges {
                starts.insert(range.lowerBound)
                starts.insert(range.upperBound + 1)
            }
        }
        classStarts = starts.sorted()
        var classes: [Int] = []
        var current = 0
        for value in UInt32(0)..<128 {
            while current + 1 < classStarts.count, classStarts[current + 1] <= value { current += 1 }
            classes.append(current)
        }
        asciiClasses = classes
    }

    /// Whether a capital letter stands in the pattern; that of `\D` is not one.
    private static func hasCapital(_ source: String) -> Bool {
        var isEscaped = false
        for scalar in source.unicodeScalars {
            if !isEscaped, scalar.properties.isUppercase { return true }
            isEscaped = !isEscaped && scalar == "\\"
        }
        return false
    }

    /// The class of a scalar: scalars of one class lead to the same states.
    func classIndex(of value: UInt32) -> Int {
        if value < 128 { return asciiClasses[Int(value)] }
        var low = 0
        var high = classStarts.count
        while low < high {
            let middle = (low + high) / 2
            if classStarts[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

extension PatternSyntax {
    /// Appends the instructions; false when they would be more than `limit`.
    fileprivate func append(to program: inout [Pattern.Instruction], limit: Int) -> Bool {
        guard program.count < limit else { return false }
        switch self {
        case .empty: return true
        case .scalars(let set): program.append(.scalars(set))
        case .start: program.append(.start)
        case .end: program.append(.end)
        case .sequence(let parts):
            return parts.allSatisfy { $0.append(to: &program, limit: limit) }
        case .alternatives(let branches):
            var exits: [Int] = []
            for (index, branch) in branches.enumerated() {
                let split = program.count
                if index < branches.count - 1 { program.append(.split(split + 1, split + 1)) }
                guard branch.append(to: &program, limit: limit) else { return false }
                guard index < branches.count - 1 else { break }
                exits.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for exit in exits { program[exit] = .jump(program.count) }
        case .repeated(let part, let low, let high):
            for _ in 0..<low {
                guard part.append(to: &program, limit: limit) else { return false }
            }
            guard let high else {
                let split = program.count
                program.append(.split(split + 1, split + 1))
                guard part.append(to: &program, limit: limit) else { return false }
                program.append(.jump(split))
                program[split] = .split(split + 1, program.count)
                return true
            }
            var splits: [Int] = []
            for _ in low..<high {
                splits.append(program.count)
                program.append(.split(program.count + 1, program.count + 1))
                guard part.append(to: &program, limit: limit) else { return false }
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
        return true
    }
}
