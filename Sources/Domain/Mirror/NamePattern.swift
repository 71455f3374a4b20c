/// A regular expression over the name of a topic, a group or a connector, which must match the whole name.
///
/// The forms that configurations are full of (`.*`, a plain name, `prefix.*`) are told without the regular
/// expression engine; everything else is compiled once by a ``NameMatcher``.
package enum NamePattern: Hashable, Sendable {
    case anything
    case literal(String)
    case prefix(String)
    case expression(String)

    /// Understands `text`; throws when it is no regular expression.
    package init(_ text: String) throws(NamePatternError) {
        if text == ".*" || text == ".+" {
            self = .anything
        } else if let literal = NamePattern.unquoted(text[...]) {
            self = .literal(literal)
        } else if text.hasSuffix(".*"), let prefix = NamePattern.unquoted(text.dropLast(2)) {
            self = .prefix(prefix)
        } else {
            do {
                _ = try Regex(text)
            } catch {
                throw NamePatternError(pattern: text, reason: "\(error)")
            }
            self = .expression(text)
        }
    }

    /// The text that a regular expression without operators stands for: quoted characters (`\.`) are
    /// themselves; `nil` when an operator is in it. An unquoted dot is one.
    private static func unquoted(_ text: Substring) -> String? {
        var result = ""
        var isQuoted = false
        for character in text {
            if isQuoted {
                // A quoted letter or digit is a class or a back-reference: `\d`, `\1`.
                guard !character.isLetter, !character.isNumber else { return nil }
                result.append(character)
                isQuoted = false
            } else if character == "\\" {
                isQuoted = true
            } else if ".*+?[](){}|^$".contains(character) {
                return nil
            } else {
                result.append(character)
            }
        }
        return isQuoted ? nil : result
    }
}

/// A text that should be a regular expression and is none.
package struct NamePatternError: Error, Hashable, Sendable {
    package let pattern: String
    /// What the regular expression engine says.
    package let reason: String

    package init(pattern: String, reason: String) {
        self.pattern = pattern
        self.reason = reason
    }
}

/// Matches names against patterns and remembers the answers: the same few thousand names are asked for with
/// every poll. Not `Sendable`, because `Regex` is not.
package final class NameMatcher {
    /// Bounds the memory under a churn of names; beyond it the answers are forgotten and made anew.
    private static let remembered = 50_000

    private var compiled: [String: Regex<AnyRegexOutput>] = [:]
    private var answers: [String: [String: Bool]] = [:]
    private var answerCount = 0

    package init() {}

    package func matches(_ name: String, _ pattern: NamePattern) -> Bool {
        switch pattern {
        case .anything: true
        case .literal(let literal): name == literal
        case .prefix(let prefix): name.hasPrefix(prefix)
        case .expression(let text): matches(name, expression: text)
        }
    }

    private func matches(_ name: String, expression: String) -> Bool {
        if let answer = answers[expression]?[name] { return answer }
        let regex: Regex<AnyRegexOutput>
        if let known = compiled[expression] {
            regex = known
        } else {
            // NamePattern's initialiser has compiled it before: it does not fail here.
            guard let made = try? Regex(expression) else { return false }
            regex = made
            compiled[expression] = made
        }
        let answer = ((try? regex.wholeMatch(in: name)) ?? nil) != nil
        if answerCount >= NameMatcher.remembered {
            answers.removeAll()
            answerCount = 0
        }
        answers[expression, default: [:]][name] = answer
        answerCount += 1
        return answer
    }
}
