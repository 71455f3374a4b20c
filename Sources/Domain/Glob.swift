/// A pattern for names as a shell has it: `*` any run, `?` any one character, `[abc]`, `[a-z]`, `[!a]`, and
/// `\` to take the next character as it is.
///
/// It matches the whole name, by Unicode scalars, case-sensitively, as Kafka compares names. A `[` that
/// is never closed stands for itself, so every string is a valid pattern. Matching takes at most
/// pattern times name steps: no pattern makes it explode.
package struct Glob: Hashable, Sendable {
    /// As it was written.
    package let pattern: String
    private let elements: [Element]

    private enum Element: Hashable, Sendable {
        case literal(Unicode.Scalar)
        case anyOne
        case anyRun
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    package init(_ pattern: String) {
        self.pattern = pattern
        elements = Self.elements(of: Array(pattern.unicodeScalars))
    }

    /// Whether the pattern can match one name only.
    package var isLiteral: Bool {
        elements.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    package func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var element = 0
        var scalar = 0
        var afterRun: Int?
        var runEnd = 0
        while scalar < scalars.count {
            if element < elements.count, elements[element] == .anyRun {
                element += 1
                afterRun = element
                runEnd = scalar
            } else if element < elements.count, Self.matchesOne(elements[element], scalars[scalar]) {
                element += 1
                scalar += 1
            } else if let resume = afterRun {
                // Only the last run has to be tried longer: what stands before it has matched already.
                runEnd += 1
                scalar = runEnd
                element = resume
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy { $0 == .anyRun }
    }

    private static func matchesOne(_ element: Element, _ scalar: Unicode.Scalar) -> Bool {
        switch element {
        case .literal(let wanted): wanted == scalar
        case .anyOne: true
        case .anyRun: false
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func elements(of scalars: [Unicode.Scalar]) -> [Element] {
        var elements: [Element] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*":
                if elements.last != .anyRun { elements.append(.anyRun) }
            case "?":
                elements.append(.anyOne)
            case "\\" where index + 1 < scalars.count:
                index += 1
                elements.append(.literal(scalars[index]))
            case "[":
                if let (set, end) = bracket(in: scalars, at: index) {
                    elements.append(set)
                    index = end
                } else {
                    elements.append(.literal("["))
                }
            default:
                elements.append(.literal(scalars[index]))
            }
            index += 1
        }
        return elements
    }

    /// The set that opens at `start`, and the index of its closing bracket.
    private static func bracket(in scalars: [Unicode.Scalar], at start: Int) -> (Element, Int)? {
        var index = start + 1
        var isNegated = false
        if index < scalars.count, scalars[index] == "!" || scalars[index] == "^" {
            isNegated = true
            index += 1
        }
        let first = index
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < scalars.count {
            let low = scalars[index]
            // A closing bracket in the first place is a member, as in POSIX.
            if low == "]", index > first { return (.oneOf(ranges, isNegated: isNegated), index) }
            if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
                // A range written backwards holds nothing.
                if low <= scalars[index + 2] { ranges.append(low...scalars[index + 2]) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}

extension Glob: CustomStringConvertible {
    package var description: String { pattern }
}
