/// What MirrorMaker 2's `topics` or `topics.exclude` selects: a comma-separated list of names and regular
/// expressions, each of which must match the whole name (`MirrorUtils.compilePatternList`).
package struct TopicSelection: Hashable, Sendable {
    /// One entry of the list.
    package enum Entry: Hashable, Sendable {
        /// A plain name; quoted dots (`a\.b`) are themselves.
        case literal(String)
        /// A name with unquoted dots, each of which matches any character: `a.b` also selects `axb`.
        case looseDots(String)
        case expression(NamePattern)
        /// Java may understand it; Swift's engine does not, so what it selects cannot be told.
        case unreadable(String)
    }

    package let entries: [Entry]

    package init(_ list: String) {
        entries = list.split(separator: ",").map { TopicSelection.entry(TopicSelection.trimmed($0)) }
            .filter { $0 != .literal("") }
    }

    /// The single topic that this is written for, if it is written for a single one.
    package var singleTopic: String? {
        guard entries.count == 1, let entry = entries.first else { return nil }
        switch entry {
        case .literal(let name), .looseDots(let name): return name
        case .expression, .unreadable: return nil
        }
    }

    /// Whether the topic is selected; `nil` when an entry cannot be read and no other one selects it.
    package func selects(_ topic: String, matcher: NameMatcher) -> Bool? {
        var isUncertain = false
        for entry in entries {
            switch entry {
            case .literal(let name):
                if name == topic { return true }
            case .looseDots(let name):
                if TopicSelection.matches(topic, looseDots: name) { return true }
            case .expression(let pattern):
                if matcher.matches(topic, pattern) { return true }
            case .unreadable:
                isUncertain = true
            }
        }
        return isUncertain ? nil : false
    }

    /// Whether the names are alike but for the characters at the pattern's dots.
    static func matches(_ topic: String, looseDots name: String) -> Bool {
        let topicBytes = topic.utf8
        let nameBytes = name.utf8
        guard topicBytes.count == nameBytes.count else { return false }
        return zip(topicBytes, nameBytes).allSatisfy { $0 == $1 || $1 == UInt8(ascii: ".") }
    }

    private static func entry(_ text: String) -> Entry {
        guard let pattern = try? NamePattern(text) else { return .unreadable(text) }
        switch pattern {
        case .literal(let name): return .literal(name)
        case .anything, .prefix: return .expression(pattern)
        case .expression:
            // Only dots stand between it and a plain name: a name in the author's mind.
            let dotsQuoted = text.replacing("\\.", with: ".").replacing(".", with: "\\.")
            if case .literal(let name)? = try? NamePattern(dotsQuoted) { return .looseDots(name) }
            return .expression(pattern)
        }
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
