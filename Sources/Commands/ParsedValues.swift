import Domain

/// The values of one command line, each checked against its declared kind.
struct ParsedValues {
    let path: [String]
    var options: [String: [String]] = [:]
    var arguments: [String] = []
    /// Texts for options that were not given.
    var fallbacks: [String: String] = [:]

    func isGiven(_ option: String) -> Bool { options[option] != nil }

    func text(_ option: String) -> String? { options[option]?.last ?? fallbacks[option] }

    func texts(_ option: String) -> [String] { options[option] ?? [] }

    func integer(_ option: String) -> Int? { text(option).flatMap { Int($0) } }

    func duration(_ option: String) -> Duration? { text(option).flatMap { Duration(spelled: $0) } }

    func word<Word: RawRepresentable>(_ option: String) -> Word? where Word.RawValue == String {
        text(option).flatMap(Word.init(rawValue:))
    }

    func words<Word: RawRepresentable>(_ option: String) -> [Word] where Word.RawValue == String {
        texts(option).compactMap(Word.init(rawValue:))
    }
}

extension ValueKind {
    /// Why a text is no value of this kind; `nil` where it is one.
    func problem(with text: String) -> ValueProblem? {
        switch self {
        case .choice(let words):
            guard !words.contains(text) else { return nil }
            return ValueProblem(
                "expected one of \(words.joined(separator: ", "))", suggestion: Spelling.nearest(to: text, among: words)
            )
        case .duration(let range):
            guard let duration = Duration(spelled: text) else {
                return ValueProblem("expected a number with a unit, for example 500ms, 10s or 2m")
            }
            guard range.contains(duration) else {
                return ValueProblem("expected \(range.lowerBound.spelled) to \(range.upperBound.spelled)")
            }
            return nil
        case .integer(let range):
            guard let number = Int(text), range.contains(number) else {
                return ValueProblem("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return nil
        case .split:
            return TrafficSplit(spelled: text) == nil
                ? ValueProblem("expected IDC1:IDC2 in percent that sum to 100, for example 50:50 or 0:100") : nil
        case .glob, .name, .path, .text:
            return text.isEmpty ? ValueProblem("expected a text that is not empty") : nil
        case .restOfLine, .commandPath:
            return nil
        }
    }
}
