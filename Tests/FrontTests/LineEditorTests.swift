import Cells
import Front
import Testing

struct LineEditorTests {
    private func editor(_ text: String, _ keys: Key...) -> LineEditor {
        var editor = LineEditor(text)
        for key in keys { _ = editor.press(key) }
        return editor
    }

    @Test func `typing goes to the cursor`() {
        #expect(editor("ac", .left, .character("b")).text == "abc")
        #expect(editor("ac", .home, .character("b"), .end, .character("d")).text == "bacd")
    }

    @Test func `editing keys`() {
        #expect(editor("abc", .backspace).text == "ab")
        #expect(editor("abc", .home, .delete).text == "bc")
        #expect(editor("abc", .left, .control("k")).text == "ab")
        #expect(editor("abc", .left, .control("u")).text == "c")
        #expect(editor("pause orders v2", .control("w")).text == "pause orders ")
        #expect(editor("pause orders  ", .control("w")).text == "pause ")
        #expect(editor("", .backspace, .delete, .left, .right, .control("w")).text == "")
    }

    @Test func `pasted control characters do not come in`() {
        #expect(editor("", .paste("a\u{1B}[31mb\nc\td\u{7}\u{202E}e")).text == "a[31mb c de")
    }

    @Test func `a mistaken paste is cut`() {
        #expect(editor("", .paste(String(repeating: "x", count: 100_000))).text.count == 2_000)
    }

    @Test func `wide and combined characters are edited whole enough to stay readable`() {
        var editor = LineEditor("주문")
        _ = editor.press(.backspace)
        #expect(editor.text == "주")
        editor.replace(0..<1, with: "체결")
        #expect(editor.text == "체결")
        #expect(editor.cursor == 2)
    }

    @Test func `other keys are not taken`() {
        var editor = LineEditor("a")
        let taken = [Key.enter, .tab, .function(3)].filter { editor.press($0) }
        #expect(taken.isEmpty)
        #expect(editor.text == "a")
    }
}
