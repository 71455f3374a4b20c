package import Domain
import Synchronization

/// Names that match one of the included patterns and none of the excluded ones.
///
/// Remembers its answers, so asking for the same names with every poll is cheap; may be asked by any task.
package final class NameFilter: Sendable {
    package let included: [NamePattern]
    package let excluded: [NamePattern]
    private let matcher = Mutex(NameMatcher())

    package init(included: [NamePattern] = [.anything], excluded: [NamePattern] = []) {
        self.included = included
        self.excluded = excluded
    }

    /// Throws for a text that is no regular expression.
    package convenience init(included: [String], excluded: [String]) throws(NamePatternError) {
        func patterns(_ texts: [String]) throws(NamePatternError) -> [NamePattern] {
            var result: [NamePattern] = []
            for text in texts { result.append(try NamePattern(text)) }
            return result
        }
        self.init(included: try patterns(included), excluded: try patterns(excluded))
    }

    package func accepts(_ name: String) -> Bool {
        matcher.withLock { matcher in
            included.contains { matcher.matches(name, $0) } && !excluded.contains { matcher.matches(name, $0) }
        }
    }
}
