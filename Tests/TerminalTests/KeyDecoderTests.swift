import Testing

@testable import Cells
@testable import Terminal

struct KeyDecoderTests {
    private func keys(_ text: String, then last: KeyDecoder.Raw = .idle) -> [KeyDecoder.Decoded] {
        keys(Array(text.utf8), then: last)
    }

    private func keys(_ bytes: [UInt8], then last: KeyDecoder.Raw = .idle) -> [KeyDecoder.Decoded] {
        var decoder = KeyDecoder()
        return bytes.flatMap { decoder.decode(.byte($0)) } + decoder.decode(last)
    }

    @Test(arguments: [
        ("a", Key.character("a")), ("한", .character("한")), ("é", .character("é")), ("😀", .character("😀")),
        ("\r", .enter), ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
        ("\u{12}", .control("r")), ("\u{0}", .control(" ")), ("\u{1F}", .control("_")),
        ("\u{1B}", .escape), ("\u{1B}x", .alt("x")), ("\u{1B}글", .alt("글")),
        ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;5C", .right), ("\u{1B}[3~", .delete),
        ("\u{1B}[5;3~", .pageUp), ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[24~", .function(12)),
        ("\u{1B}[[C", .function(3)),
        ("\u{1B}[<0;10;5M", .mouse(column: 9, row: 4, button: 1)),
        ("\u{1B}[<65;1;1M", .mouse(column: 0, row: 0, button: 5)),
    ])
    func `a key is known by its bytes`(bytes: String, key: Key) {
        #expect(keys(bytes) == [.key(key)])
    }

    @Test func `a key that curses decoded passes`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(.key(.function(5))) == [.key(.function(5))])
    }

    @Test func `an escape before a decoded key is a key of its own`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(.byte(0x1B)) == [])
        #expect(decoder.decode(.key(.up)) == [.key(.escape), .key(.up)])
    }

    @Test(arguments: [
        "\u{1B}[1;2;3;4x", "\u{1B}[?1;2c", "\u{1B}[200;1z", "\u{1B}[<0;1;1m", "\u{1B}[99~", "\u{1B}[I",
        "\u{1B}[<0;99999999999999999999;1M", "\u{1B}[99999999999999999999~",
    ])
    func `a sequence that means nothing gives no key`(bytes: String) {
        #expect(keys(bytes + "q") == [.key(.character("q"))])
    }

    @Test func `bytes that are not UTF-8 cost no other key`() {
        #expect(keys([0xFF, 0x61]) == [.key(.character("a"))])
        #expect(keys([0xE4, 0x61, 0x62]) == [.key(.character("a")), .key(.character("b"))])
        #expect(keys([0xED, 0xA0, 0x80, 0x61]) == [.key(.character("a"))])
        #expect(keys([0xC0, 0xAF, 0x61]) == [.key(.character("a"))])
        #expect(keys([0xC2, 0x9B, 0x41]) == [.key(.character("A"))])
    }

    @Test func `a paste comes as one, with its line ends, and its keys are none`() {
        #expect(
            keys("\u{1B}[200~ab\rc\r\n한\u{1B}[Ax\u{1B}[201~q") == [
                .key(.paste("ab\nc\n한\u{1B}[Ax")), .key(.character("q")),
            ])
        #expect(keys("\u{1B}[200~\u{1B}\u{1B}[201~") == [.key(.paste("\u{1B}"))])
        #expect(keys("\u{1B}[200~\u{1B}[201\u{1B}[201~") == [.key(.paste("\u{1B}[201"))])
    }

    @Test func `a key inside a paste is part of the paste`() {
        var decoder = KeyDecoder()
        for byte in "\u{1B}[200~a".utf8 { #expect(decoder.decode(.byte(byte)) == []) }
        #expect(decoder.decode(.key(.up)) == [])
        #expect(decoder.patience == .seconds(3))
        #expect(decoder.decode(.expired) == [.key(.paste("a"))])
        #expect(decoder.patience == nil)
    }

    @Test func `an endless paste is cut`() throws {
        let long = [UInt8](repeating: 0x61, count: KeyDecoder.pasteLimit + 5_000)
        let decoded = keys(Array("\u{1B}[200~".utf8) + long + Array("\u{1B}[201~".utf8))
        guard case .key(.paste(let text)) = try #require(decoded.first) else {
            Issue.record("not a paste")
            return
        }
        #expect(text.utf8.count == KeyDecoder.pasteLimit)
    }

    @Test func `a sequence that comes in pieces is one key`() {
        var decoder = KeyDecoder()
        for byte in "\u{1B}[1;".utf8 { #expect(decoder.decode(.byte(byte)) == []) }
        #expect(decoder.decode(.idle) == [])
        #expect(decoder.patience == .milliseconds(50))
        #expect(decoder.decode(.byte(UInt8(ascii: "5"))) == [])
        #expect(decoder.decode(.byte(UInt8(ascii: "A"))) == [.key(.up)])
    }

    @Test func `a sequence that never ends is given up`() {
        #expect(keys("\u{1B}[", then: .expired) == [.key(.alt("["))])
        #expect(keys("\u{1B}O", then: .expired) == [.key(.alt("O"))])
        #expect(keys("\u{1B}[12;", then: .expired) == [])
        #expect(keys([0xED], then: .expired) == [])
        let flood = "\u{1B}[" + String(repeating: "1", count: 500) + "~"
        #expect(keys(flood, then: .expired).contains(.key(.home)) == false)
    }

    @Test func `the answer to the probe is no key`() {
        #expect(keys("\u{1B}[2;3R") == [.probeColumn(3)])
        #expect(keys("\u{1B}[1;2R") == [])
    }
}
