/// Reads the regular expressions of the filter line: the part of POSIX extended syntax, with `\d \w \s` and
/// `(?:...)`, that can be matched in one pass. Look-around, back-references and word boundaries cannot, and
/// are refused by name.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private let ignoresCase: Bool

    private init(_ text: String, ignoringCase: Bool) {
        scalars = Array(text.unicodeScalars)
        ignoresCase = ignoringCase
    }

    static func parse(_ text: String, ignoringCase: Bool) throws(PatternError) -> PatternSyntax {
        var parser = PatternParser(text, ignoringCase: ignoringCase)
        let syntax = try parser.alternatives()
        if parser.position < parser.scalars.count {
            throw parser.failure(") without (")
        }
        return syntax
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func failure(_ text: String, at place: Int? = nil) -> PatternError {
        PatternError(column: (place ?? position) + 1, text: text)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> PatternSyntax {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternSyntax {
        var parts: [PatternSyntax] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let place = position
            let part = try atom()
            parts.append(try quantified(part, from: place))
        }
        switch parts.count {
        case 0: return .empty
        case 1: return parts[0]
        default: return .sequence(parts)
        }
    }

    private mutating func atom() throws(PatternError) -> PatternSyntax {
        let place = position
        guard let scalar = next else { return .empty }
        position += 1
        switch scalar {
        case "^": return .start
        case "$": return .end
        case ".": return .scalars(.any)
        case "[": return .scalars(try bracket(from: place))
        case "(": return try group(from: place)
        case "\\": return .scalars(try escape(from: place))
        case "*", "+", "?": throw failure("\(scalar) has nothing to repeat", at: place)
        case "{": throw failure("{ has nothing to repeat; write \\{ for the character", at: place)
        default: return .scalars(folded(ScalarSet(scalar)))
        }
    }

    private func folded(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.ignoringCase : set }

    private mutating func group(from place: Int) throws(PatternError) -> PatternSyntax {
        if take("?") {
            guard take(":") else { throw failure("only (?:...) is known after (?", at: place) }
        }
        depth += 1
        guard depth <= 50 else { throw failure("nested more than 50 deep", at: place) }
        let inside = try alternatives()
        guard take(")") else { throw failure("( is not closed", at: place) }
        depth -= 1
        return inside
    }

    private mutating func escape(from place: Int) throws(PatternError) -> ScalarSet {
        guard let scalar = next else { throw failure("\\ at the end", at: place) }
        position += 1
        switch scalar {
        case "d": return .digit
        case "D": return ScalarSet.digit.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "t": return ScalarSet("\t")
        case "b", "B": throw failure("word boundaries (\\\(scalar)) are not supported", at: place)
        case "0"..."9": throw failure("back-references are not supported", at: place)
        case "a"..."z", "A"..."Z": throw failure("\\\(scalar) is not known", at: place)
        default: return ScalarSet(scalar)
        }
    }

    private mutating func bracket(from place: Int) throws(PatternError) -> ScalarSet {
        let isInverted = take("^")
        var set = ScalarSet([])
        var isFirst = true
        while true {
            guard let scalar = next else { throw failure("[ is not closed", at: place) }
            if scalar == "]", !isFirst { break }
            isFirst = false
            let start = position
            let (low, class_) = try bracketItem()
            guard let low else {
                set = set.union(class_)
                continue
            }
            if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
                position += 1
                guard let high = try bracketItem().single, high.value >= low.value else {
                    throw failure("the range ends before it starts", at: start)
                }
                set = set.union(ScalarSet([low.value...high.value]))
            } else {
                set = set.union(ScalarSet(low))
            }
        }
        position += 1
        // The other case is added before the set is turned round: [^a] is to exclude A as well.
        return isInverted ? folded(set).inverted : folded(set)
    }

    /// One scalar, or a class such as `\d`.
    private mutating func bracketItem() throws(PatternError) -> (single: Unicode.Scalar?, class: ScalarSet) {
        let place = position
        guard let scalar = next else { throw failure("[ is not closed") }
        position += 1
        guard scalar == "\\" else { return (scalar, ScalarSet(scalar)) }
        let set = try escape(from: place)
        guard set.ranges.count == 1, let range = set.ranges.first, range.count == 1 else { return (nil, set) }
        return (Unicode.Scalar(range.lowerBound), set)
    }

    private mutating func quantified(_ part: PatternSyntax, from place: Int) throws(PatternError) -> PatternSyntax {
        let mark = position
        let syntax: PatternSyntax
        if take("*") {
            syntax = .repeated(part, atLeast: 0, atMost: nil)
        } else if take("+") {
            syntax = .repeated(part, atLeast: 1, atMost: nil)
        } else if take("?") {
            syntax = .repeated(part, atLeast: 0, atMost: 1)
        } else if take("{") {
            syntax = try counted(part, from: mark)
        } else {
            return part
        }
        if part == .start || part == .end { throw failure("an anchor cannot be repeated", at: mark) }
        // A lazy quantifier finds the same rows as a greedy one.
        _ = take("?")
        if let scalar = next, scalar == "*" || scalar == "+" || scalar == "?" || scalar == "{" {
            throw failure("\(scalar) follows another repetition")
        }
        return syntax
    }

    private mutating func counted(_ part: PatternSyntax, from place: Int) throws(PatternError) -> PatternSyntax {
        guard let low = number() else { throw failure("{ needs a number, as in {2} or {2,5}", at: place) }
        var high: Int? = low
        if take(",") { high = next == "}" ? nil : number() }
        guard take("}") else { throw failure("{ is not closed", at: place) }
        if let high, high < low { throw failure("the repetition ends before it starts", at: place) }
        guard max(low, high ?? 0) <= 200 else { throw failure("more than 200 repetitions", at: place) }
        return .repeated(part, atLeast: low, atMost: high)
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while let scalar = next, let digit = Int(String(scalar)), position - start < 5 {
            value = value * 10 + digit
            position += 1
        }
        return position == start ? nil : value
    }
}
