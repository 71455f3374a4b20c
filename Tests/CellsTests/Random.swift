/// A repeatable source of numbers and of unpleasant text (xorshift).
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func text() -> String {
        let pieces = [
            "a", "한", "글", "e\u{301}", "\u{1B}[2J", "\u{202E}", "⚡", " ", "orders", "\u{200D}", "\u{301}", "─", "😀",
            "\n", "\u{1F1F0}", "ｱ", "\u{AC01}\u{11A8}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &self) {
            text += pieces[Int.random(in: 0..<pieces.count, using: &self)]
        }
        return text
    }
}
