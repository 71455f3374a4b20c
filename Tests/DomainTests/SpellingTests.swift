import Domain
import Testing

struct SpellingTests {
    @Test(arguments: [
        ("mirors", "mirrors"), ("puase", "pause"), ("Groups", "groups"), ("statu", "status"), ("bootstap", "bootstrap"),
    ])
    func `a slip of the finger is recognised`(word: String, meant: String) {
        let words = ["mirrors", "groups", "status", "pause", "bootstrap"]
        #expect(Spelling.nearest(to: word, among: words) == meant)
    }

    @Test(arguments: ["", "x", "frobnicate", "sun", "zzzzzz"])
    func `something else entirely is not`(word: String) {
        #expect(Spelling.nearest(to: word, among: ["mirrors", "groups", "status", "pause", "y"]) == nil)
    }

    @Test func `what a terminal would obey is spelt out`() {
        #expect(Spelling.quoted("a\u{1B}[31mb\n\u{202E}c\u{9B}") == #""a\u{1b}[31mb\u{a}\u{202e}c\u{9b}""#)
        #expect(Spelling.quoted("주문 é") == #""주문 é""#)
    }

    @Test func `a long text is cut`() {
        #expect(Spelling.quoted("abcdef", limit: 3) == #""abc...""#)
        #expect(Spelling.quoted("abc", limit: 3) == #""abc""#)
    }
}

struct DurationTextTests {
    @Test(arguments: [
        ("0s", 0), ("250ms", 250), ("1s", 1_000), ("1.5s", 1_500), ("10m", 600_000), ("2h", 7_200_000),
        ("7d", 604_800_000),
        ("0.001s", 1), ("3650d", 315_360_000_000),
    ])
    func `a number with a unit is a duration`(text: String, milliseconds: Int64) {
        #expect(Duration(spelled: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "1", "s", "1 s", "-1s", "+1s", "1.s", ".5s", "1e3s", "1S", "1us", "infs", "nans", "1s ", "99999d",
        "0.0001s",
        "1..5s", "٣s", "10seconds",
    ])
    func `nothing else is`(text: String) {
        #expect(Duration(spelled: text) == nil)
    }

    @Test(arguments: [(0, "0s"), (1, "1ms"), (1_500, "1500ms"), (60_000, "1m"), (90_000, "90s"), (86_400_000, "1d")])
    func `a duration is spelt as it is read`(milliseconds: Int64, text: String) {
        #expect(Duration.milliseconds(milliseconds).spelled == text)
        #expect(Duration(spelled: text) == .milliseconds(milliseconds))
    }
}
