import CNcurses
import FoundationEssentials
import Testing

@testable import Cells

/// The table of Cells against this system's C library; `RECORD_WIDTHS=1` writes the table anew.
@Suite(.serialized) struct WidthTableTests {
    @Test func `every scalar is as wide as the C library says`() throws {
        try useUTF8()
        var wrong: [String] = []
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let expected = value == 0 ? -1 : Int(wcwidth(wchar_t(value)))
            if (TextWidth.of(scalar) ?? -1) != expected { wrong.append(String(value, radix: 16)) }
        }
        #expect(wrong.isEmpty, "after an update of the C library: RECORD_WIDTHS=1")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["RECORD_WIDTHS"] == "1"))
    func `the table is written anew`() throws {
        try useUTF8()
        var changes: [String] = []
        var previous: UInt32?
        for value in UInt32(0)...0x10FFFF {
            let isScalar = value != 0 && Unicode.Scalar(value) != nil
            let measured = isScalar ? wcwidth(wchar_t(value)) : -1
            let width = measured < 0 ? 3 : UInt32(measured)
            if width != previous { changes.append("0x" + String(value << 2 | width, radix: 16, uppercase: true)) }
            previous = width
        }
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Cells/WidthTable.swift")
        let kept = try String(contentsOf: file, encoding: .utf8)
        let head = kept.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.hasPrefix("        ") }
        let text = head.joined(separator: "\n") + "\n" + lines(changes) + "    ]\n}\n"
        try Data(text.utf8).write(to: file)
    }

    private func useUTF8() throws {
        try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil, "the locale C.UTF-8 is part of every glibc since 2.35")
    }

    private func lines(_ numbers: [String]) -> String {
        var text = ""
        var line = "       "
        for number in numbers {
            if line.count + number.count + 2 > 118 {
                text += line + "\n"
                line = "       "
            }
            line += " \(number),"
        }
        return text + line + "\n"
    }
}
