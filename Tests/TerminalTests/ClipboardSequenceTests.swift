import FoundationEssentials
import Testing

@testable import Terminal

struct ClipboardSequenceTests {
    @Test func `text goes out in OSC 52`() {
        let bytes = ClipboardSequence.bytes(for: "체결 ok", inTmux: false)
        let coded = Data("체결 ok".utf8).base64EncodedString()
        #expect(String(decoding: bytes, as: UTF8.self) == "\u{1B}]52;c;\(coded)\u{7}")
    }

    @Test func `in tmux it goes out plain and wrapped`() {
        let text = String(decoding: ClipboardSequence.bytes(for: "a", inTmux: true), as: UTF8.self)
        #expect(text == "\u{1B}]52;c;YQ==\u{7}\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YQ==\u{7}\u{1B}\\")
    }

    @Test func `base64 is that of everybody`() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 200) }
            let coded = String(decoding: ClipboardSequence.base64(bytes), as: UTF8.self)
            #expect(coded == Data(bytes).base64EncodedString())
        }
    }

    @Test func `long text is cut before the limit at a whole scalar`() {
        let clipped = ClipboardSequence.clipped("ab" + String(repeating: "한", count: 30_000))
        #expect(clipped.count == 74_993)
        #expect(String(validating: clipped, as: UTF8.self) != nil)
        #expect(ClipboardSequence.bytes(for: String(repeating: "x", count: 99_999), inTmux: false).count <= 100_000)
    }
}
