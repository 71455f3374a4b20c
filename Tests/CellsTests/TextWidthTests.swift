import Testing

@testable import Cells

struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("quotes", 6), ("체결", 4), ("e\u{301}", 1), ("──", 2), ("⚡✅❌", 6), ("한글 a", 6),
        ("\u{1100}\u{1161}\u{11A8}", 2), ("▏█▁", 3), ("●○◆▲▼▶✓✗→…·", 11), ("😀", 2),
    ])
    func `a text takes the cells of its base scalars`(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test(arguments: [
        ("a\u{1B}[31mb", "a·[31mb"),
        ("a\nb\tc\r", "a·b·c·"),
        ("\u{9B}2J", "·2J"),
        ("a\u{202E}b\u{2066}", "a·b·"),
        ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}·\u{1F469}"),
        ("\u{1F1F0}\u{1F1F7}", "··"),
        ("\u{2764}\u{FE0F}", "\u{2764}·"),
        ("\u{1F44D}\u{1F3FD}", "\u{1F44D}·"),
        ("\u{301}x", "·x"),
        ("a\u{0}b\u{7F}", "a·b·"),
        ("\u{E000}\u{FFFE}\u{AD}\u{FEFF}\u{3164}", "·····"),
        ("a\u{2028}b", "a·b"),
        ("\u{E0041}", "·"),
    ])
    func `what may not reach a terminal is replaced visibly`(raw: String, clean: String) {
        let text = CleanText(raw)
        #expect(text.text == clean)
        #expect(text.isChanged)
        #expect(text.width == TextWidth.of(clean))
        #expect(CleanText(clean).text == clean)
    }

    @Test func `a bare word joins its fourth and further marks to none`() {
        let marks = String(repeating: "\u{301}", count: 40)
        let clusters = Array(CellClusters("e" + marks + "f"))
        #expect(clusters.map(\.text.unicodeScalars.count) == [4, 1])
    }

    @Test func `no scalar at all comes out as control, format or without a cell`() {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for cluster in CellClusters(String(Character(scalar))) {
                let safe = cluster.text.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
                }
                if !safe || !(1...2).contains(cluster.width) { wrong.append(value) }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [
        ("mirror-idc1-idc2-quotes", 10, "mirror-id…", "mirro…otes"),
        ("quotes", 6, "quotes", "quotes"),
        ("quotes", 5, "quot…", "qu…es"),
        ("quotes", 1, "…", "…"),
        ("quotes", 0, "", ""),
        ("체결내역", 5, "체결…", "체…역"),
        ("체결내역", 4, "체…", "체…"),
        ("체결내역", 8, "체결내역", "체결내역"),
    ])
    func `long text is cut to its cells with an ellipsis`(text: String, limit: Int, end: String, middle: String) {
        #expect(TextWidth.truncated(text, to: limit) == end)
        #expect(TextWidth.truncatedMiddle(text, to: limit) == middle)
    }

    @Test func `no cut exceeds its limit`() {
        var random = Random(seed: 7)
        for _ in 0..<2_000 {
            let text = random.text()
            let limit = Int.random(in: 0...12, using: &random)
            #expect(TextWidth.of(TextWidth.truncated(text, to: limit)) <= limit)
            #expect(TextWidth.of(TextWidth.truncatedMiddle(text, to: limit)) <= limit)
            #expect(TextWidth.of(TextWidth.padded(text, to: limit)) == limit)
        }
    }

    @Test func `the ASCII ellipsis is a tilde`() {
        #expect(TextWidth.truncated("quotes", to: 3, glyphs: .ascii) == "qu~")
    }

    @Test func `text is padded to the side that its alignment asks for`() {
        #expect(TextWidth.padded("ab", to: 5) == "ab   ")
        #expect(TextWidth.padded("ab", to: 5, alignment: .right) == "   ab")
        #expect(TextWidth.padded("ab", to: 5, alignment: .center) == " ab  ")
    }

    @Test func `every ASCII sign is ASCII and every sign as wide as its twin`() {
        for (sign, twin) in zip(signs(of: .unicode), signs(of: .ascii)) {
            #expect(twin.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(TextWidth.of(sign) == TextWidth.of(twin), "\(sign)")
            #expect(!CleanText(sign).isChanged, "\(sign)")
        }
    }

    @Test func `on an ASCII terminal signs become their twins and everything else as many question marks`() {
        #expect(Glyphs.asciiTwin(of: "─", width: 1) == "-")
        #expect(Glyphs.asciiTwin(of: "…", width: 1) == "~")
        #expect(Glyphs.asciiTwin(of: "한", width: 2) == "??")
        #expect(Glyphs.asciiTwin(of: "·", width: 1) == "?")
        #expect(Glyphs.asciiTwin(of: "a", width: 1) == "a")
    }

    private func signs(of glyphs: Glyphs) -> [String] {
        [
            glyphs.horizontal, glyphs.vertical, glyphs.topLeft, glyphs.topRight, glyphs.bottomLeft,
            glyphs.bottomRight, glyphs.teeLeft, glyphs.teeRight, glyphs.teeTop, glyphs.teeBottom, glyphs.cross,
            glyphs.left, glyphs.right, glyphs.up, glyphs.down, glyphs.longLeft, glyphs.longRight, glyphs.ascending,
            glyphs.descending, glyphs.bullet, glyphs.hollowBullet, glyphs.check, glyphs.cancel, glyphs.warning,
            glyphs.running, glyphs.mark, glyphs.ellipsis, glyphs.full, glyphs.empty,
        ] + (0...8).map(glyphs.eighths) + (0...7).map(glyphs.level)
    }
}
