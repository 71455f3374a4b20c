import FoundationEssentials
import Testing

@testable import Cells
@testable import TestSupport

struct PictureTests {
    private let palette = Palette(
        name: "test",
        looks: [
            .text: .init(foreground: .rgb(200, 201, 202), background: .rgb(1, 2, 3)),
            .critical: .init(foreground: .ansi(15), background: .rgb(170, 0, 0), bold: true),
            .ok: .init(foreground: .rgb(0, 170, 0), reverse: true),
        ])

    private var grid: CellGrid {
        var grid = CellGrid(columns: 16, rows: 3)
        grid.put("a<b&\"체결\" e\u{301}", column: 0, row: 0, style: CellStyle(.text))
        grid.put("FAILED", column: 0, row: 1, style: CellStyle(.critical))
        grid.put("ok", column: 8, row: 1, style: CellStyle(.ok, underline: true))
        return grid
    }

    @Test func `a dump closes its lines and lists the styles`() throws {
        #expect(
            try grid.dump() == """
                a<b&"체결" e\u{301}    |
                FAILED  ok      |
                                |
                1:0-5 critical
                1:8-9 ok+underline

                """)
    }

    @Test func `a dump refuses half a wide cell`() {
        var broken = CellGrid(columns: 2, rows: 1)
        broken.cells[1] = Cell(tailWith: CellStyle(.text))
        #expect(throws: GridDefect.orphanedTail(column: 1, row: 0)) { try broken.dump() }
        broken.cells[1] = Cell("한", width: 2, style: CellStyle(.text))
        #expect(throws: GridDefect.orphanedHead(column: 1, row: 0)) { try broken.dump() }
    }

    @Test func `a screen equals its golden`() throws {
        try GoldenScreen.verify(grid, "picture")
    }

    @Test(.disabled(if: ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1"))
    func `a screen without a golden is refused with the way to record it`() {
        let error = #expect(throws: GoldenMismatch.self) { try GoldenScreen.verify(grid, "absent") }
        #expect(error?.description.contains("RECORD_GOLDENS=1") == true)
    }

    @Test func `a changed screen is refused with the lines that changed`() throws {
        var other = grid
        other.put("x", column: 0, row: 2, style: CellStyle(.text))
        let text = try #require(
            GoldenText.difference(shown: try other.dump(), kept: try grid.dump(), name: "picture"))
        #expect(text.contains("-3:                 |\n+3: x               |\n"))
    }

    @Test func `a picture has its text escaped, its wide cells in place and its colours`() {
        let svg = grid.svg(palette: palette)
        #expect(svg.contains("a&lt;b&amp;&quot;"))
        #expect(svg.contains("x=\"45\" y=\"14\" textLength=\"18\""))
        #expect(svg.contains("x=\"63\" y=\"14\" textLength=\"18\""))
        #expect(svg.contains("fill=\"#aa0000\""))
        #expect(svg.contains("fill=\"#ffffff\" font-weight=\"bold\">FAILED<"))
        #expect(svg.contains("fill=\"#010203\" text-decoration=\"underline\">ok<"))
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    }

    @Test func `a picture of hostile text is well formed`() {
        var random = Random(seed: 3)
        for _ in 0..<200 {
            var grid = CellGrid(columns: 20, rows: 2)
            grid.put(random.text() + "<&>\"'\u{0}\u{FFFF}]]>", column: 0, row: 0, style: CellStyle(.critical))
            #expect(XMLCheck.defect(in: grid.svg(palette: palette)) == nil)
        }
        #expect(XMLCheck.defect(in: "<svg><text>a</svg>") != nil)
        #expect(XMLCheck.defect(in: "<svg a=\"1\">&</svg>") != nil)
    }
}

/// A check of what makes XML well formed as far as our pictures use it.
private enum XMLCheck {
    static func defect(in text: String) -> String? {
        var open: [Substring] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            if let defect = textDefect(rest[..<start]) { return defect }
            guard let end = rest[start...].firstIndex(of: ">") else { return "unclosed tag" }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.filter({ $0 == "\"" }).count % 2 == 1 { return "open quote in \(tag)" }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return "unexpected \(tag)" }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty ? textDefect(rest) : "open \(open)"
    }

    private static func textDefect(_ text: Substring) -> String? {
        for scalar in text.unicodeScalars where scalar.value < 0x20 && scalar != "\n" || scalar.value == 0xFFFF {
            return "scalar \(scalar.value)"
        }
        var rest = text
        while let sign = rest.firstIndex(of: "&") {
            let after = rest[sign...]
            guard ["&lt;", "&gt;", "&amp;", "&quot;"].contains(where: { after.hasPrefix($0) }) else { return "bare &" }
            rest = after.dropFirst()
        }
        return nil
    }
}
