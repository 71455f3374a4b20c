import Domain
import Testing

struct GlobTests {
    @Test(arguments: [
        ("orders", "orders"), ("*", ""), ("*", "orders"), ("quotes*", "quotes"), ("quotes*", "quotes.fx"),
        ("*.fx", "quotes.fx"), ("q*s*x", "quotes.fx"), ("?rders", "orders"), ("[oq]*", "quotes"), ("[a-c]1", "b1"),
        ("[!a-c]1", "d1"), ("[^a]", "b"), ("[]]", "]"), ("[a-]", "-"), ("a[", "a["), ("\\*", "*"), ("a\\", "a\\"),
        ("**", "x"), ("주문-*", "주문-1"), ("?", "가"), ("", ""), ("[z-a]*", ""),
    ])
    func `a glob matches the whole name`(pattern: String, name: String) {
        // A range written backwards holds nothing: the one pattern here that must not match.
        #expect(Glob(pattern).matches(name) == (pattern != "[z-a]*"))
    }

    @Test(arguments: [
        ("orders", "order"), ("order", "orders"), ("orders", "Orders"), ("", "a"), ("?", ""), ("?", "ab"),
        ("quotes*", "my-quotes"), ("[a-c]", "d"), ("[!a-c]", "a"), ("\\*", "x"), ("a*b", "a"), ("[", "a"), (".*", "x"),
    ])
    func `a glob refuses every other name`(pattern: String, name: String) {
        #expect(!Glob(pattern).matches(name))
    }

    @Test func `a pattern of many runs does not explode`() {
        let pattern = String(repeating: "*a", count: 2_000) + "b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 4_000)))
    }

    @Test func `only a pattern without wildcards is literal`() {
        #expect(Glob("orders").isLiteral)
        #expect(Glob("\\*").isLiteral)
        #expect(!Glob("order?").isLiteral)
        #expect(!Glob("[o]rders").isLiteral)
    }
}
