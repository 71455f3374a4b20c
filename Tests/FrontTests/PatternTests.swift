import Front
import Testing

struct PatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        var matcher = PatternMatcher(try Pattern(pattern))
        return matcher.matches(text)
    }

    @Test(arguments: [
        ("orders", "orders", true), ("orders", "my-orders-v2", true), ("orders", "order", false),
        ("^orders$", "orders", true), ("^orders$", "orders2", false), ("^orders$", "xorders", false),
        ("a.c", "abc", true), ("a.c", "ac", false), ("a\\.c", "abc", false), ("a\\.c", "a.c", true),
        ("ab*c", "ac", true), ("ab+c", "ac", false), ("ab?c", "abbc", false), ("ab{2}c", "abbc", true),
        ("ab{2}c", "abc", false), ("ab{1,3}c", "abbbc", true), ("ab{1,3}c", "abbbbc", false),
        ("ab{2,}c", "abbbbc", true),
        ("quotes|trades", "trades", true), ("^(quotes|trades)-v[0-9]+$", "quotes-v12", true),
        ("^(quotes|trades)-v[0-9]+$", "quotes-vx", false), ("[^a-z]", "abc", false), ("[^a-z]", "ab1", true),
        ("[]x]", "]", true), ("[a\\-z]", "-", true), ("\\d\\d", "a12", true), ("\\w+\\s\\w+", "falling behind", true),
        ("\\D", "123", false), ("", "anything", true), ("(?:ab)+$", "xabab", true), ("(a|)b", "b", true),
        ("주문", "주문-체결", true), ("[가-힣]", "주문", true), ("[가-힣]", "orders", false), ("^$", "", true), ("^$", "x", false),
        ("x$y", "xy", false), ("-> FAILED", "-> FAILED", true),
    ])
    func `patterns match what they say and nothing else`(pattern: String, text: String, expected: Bool) throws {
        #expect(try matches(pattern, text) == expected)
    }

    @Test func `letters match in either case unless the pattern has a capital letter`() throws {
        #expect(try matches("failed", "FAILED"))
        #expect(try matches("[f]ailed", "FAILED"))
        #expect(try !matches("Failed", "FAILED"))
        #expect(try matches("ÿ", "Ÿ"))
    }

    @Test(arguments: [
        ("(", 1, "not closed"), ("a)", 2, "without ("), ("[a", 1, "not closed"), ("*a", 1, "nothing to repeat"),
        ("a{", 2, "needs a number"), ("a{3,1}", 2, "ends before it starts"), ("a\\", 2, "at the end"),
        ("(?=a)", 1, "(?:...)"), ("a\\1", 2, "back-references"), ("\\bx", 1, "word boundaries"),
        ("a**", 3, "repetition"),
        ("[z-a]", 2, "ends before it starts"), ("a{999}", 2, "200"), ("\\q", 1, "not known"),
    ])
    func `a pattern that cannot be read says where and why`(pattern: String, column: Int, words: String) {
        #expect {
            _ = try Pattern(pattern)
        } throws: { error in
            guard let error = error as? PatternError else { return false }
            return error.column == column && error.text.contains(words)
        }
    }

    @Test func `the filter's columns count the exclamation mark`() {
        #expect { _ = try RowFilter("!(") } throws: { ($0 as? PatternError)?.column == 2 }
    }

    @Test func `a pattern that makes other engines explode is read in one pass`() throws {
        // Backtracking would try 2 to the power of 60 ways.
        #expect(try !matches("^(a+)+$", String(repeating: "a", count: 60) + "b"))
        #expect(try !matches("(a|aa)+$", String(repeating: "a", count: 4_000) + "b"))
    }

    @Test func `a pattern of very many states still answers`() throws {
        // An "a" thirteen places before the end needs 2 to the power of 13 states, more than are kept.
        let pattern = "a[ab]{12}$"
        var generator = Numbers(seed: 7)
        for _ in 0..<300 {
            let text = String((0..<60).map { _ in generator.next(2) == 0 ? Character("a") : "b" })
            let expected = Array(text)[text.count - 13] == "a"
            #expect(try matches(pattern, text) == expected)
        }
    }

    @Test func `too large a pattern is refused`() {
        #expect(throws: PatternError.self) { try Pattern("((a{100}){100}){100}") }
    }

    @Test func `answers agree with Swift's own regular expressions`() throws {
        var generator = Numbers(seed: 42)
        var compared = 0
        for _ in 0..<1_500 {
            let source = Self.pattern(&generator, depth: 2)
            guard let ours = try? Pattern(source), let theirs = try? Regex(source) else { continue }
            var matcher = PatternMatcher(ours)
            for _ in 0..<6 {
                let text = String((0..<generator.next(5)).map { _ in ["a", "b", "c", "1", "-"][generator.next(5)] })
                let expected = try theirs.firstMatch(in: text) != nil
                #expect(matcher.matches(text) == expected, "\(source) in \(text)")
                compared += 1
            }
        }
        #expect(compared > 5_000)
    }

    @Test func `occurrences are the longest from the left`() throws {
        #expect(PatternMatcher.occurrences(of: try Pattern("ab*"), in: "xabbyab") == [1..<4, 5..<7])
        #expect(PatternMatcher.occurrences(of: try Pattern("^a"), in: "aa") == [0..<1])
        #expect(PatternMatcher.occurrences(of: try Pattern("a$"), in: "aa") == [1..<2])
        #expect(PatternMatcher.occurrences(of: try Pattern("x*"), in: "aa") == [])
    }

    private static func pattern(_ numbers: inout Numbers, depth: Int) -> String {
        var text = ""
        for _ in 0...numbers.next(3) {
            switch numbers.next(depth > 0 ? 9 : 5) {
            case 0: text += "a"
            case 1: text += "b"
            case 2: text += "[ab1]"
            case 3: text += "."
            case 4: text += "[^a]"
            case 5: text += "(?:" + pattern(&numbers, depth: depth - 1) + ")*"
            case 6: text += "(?:" + pattern(&numbers, depth: depth - 1) + "|c)"
            case 7: text += "(?:" + pattern(&numbers, depth: depth - 1) + "){1,2}"
            default: text += "\\d?"
            }
        }
        if numbers.next(6) == 0 { text = "^" + text }
        if numbers.next(6) == 0 { text += "$" }
        return text
    }
}

/// Numbers that are the same in every run: a linear congruential generator after Knuth's MMIX.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, bound)))
    }
}
