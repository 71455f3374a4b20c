import CNcurses
import Glibc
import Testing

@testable import Cells
@testable import Terminal

/// Curses has one screen per process: these tests follow each other, and read back what curses holds.
@Suite(.serialized) struct CursesScreenTests {
    private let palette = Palette(
        name: "test",
        looks: [
            .text: .init(foreground: .ansi(7), background: .rgb(0, 0, 0)),
            .critical: .init(foreground: .rgb(255, 0, 0), bold: true),
            .selection: .init(background: .ansi(4), reverse: true),
        ])

    private func screen(
        _ name: String = "xterm-256color", color: Bool = true, columns: Int = 20, rows: Int = 4
    ) throws -> CursesScreen {
        let screen = try CursesScreen(
            name: name, output: fopen("/dev/null", "w"), input: fopen("/dev/null", "r"),
            options: .init(usesColor: color))
        screen.resize(columns: columns, rows: rows)
        return screen
    }

    private func grid(_ lines: String..., columns: Int = 20, style: CellStyle = CellStyle(.text)) -> CellGrid {
        var grid = CellGrid(columns: columns, rows: 4)
        for (row, line) in lines.enumerated() { grid.put(line, column: 0, row: row, style: style) }
        return grid
    }

    private func line(_ row: Int32) -> String {
        var buffer = [wchar_t](repeating: 0, count: 128)
        guard mvwinnwstr(cnc_stdscr(), row, 0, &buffer, 127) != ERR else { return "unreadable" }
        var text = String.UnicodeScalarView()
        for value in buffer.prefix(while: { $0 != 0 }) {
            text.append(Unicode.Scalar(UInt32(value)) ?? "?")
        }
        return String(text)
    }

    private func cell(_ column: Int32, _ row: Int32) -> (text: String, attributes: attr_t, pair: Int32) {
        var buffer = [wchar_t](repeating: 0, count: 8)
        var attributes: attr_t = 0
        var pair: Int32 = 0
        guard cnc_read_cell(cnc_stdscr(), row, column, &buffer, &attributes, &pair) != ERR else {
            return ("unreadable", 0, -1)
        }
        var text = String.UnicodeScalarView()
        for value in buffer.prefix(while: { $0 != 0 }) { text.append(Unicode.Scalar(UInt32(value)) ?? "?") }
        return (String(text), attributes, pair)
    }

    @Test func `a grid is on the screen as it is`() throws {
        let screen = try screen()
        defer { screen.close() }
        screen.show(grid("체결 ─│┌ e\u{301} ok", "second", "", "01234567890123456789"), palette: palette)
        #expect(line(0) == "체결 ─│┌ e\u{301} ok       ")
        #expect(line(1).hasPrefix("second "))
        #expect(line(3) == "01234567890123456789")
        #expect(cell(9, 0).text == "e\u{301}")
    }

    @Test func `wide cells move over each other and leave nothing behind`() throws {
        let screen = try screen()
        defer { screen.close() }
        var random = SystemRandomNumberGenerator()
        let pieces = ["한", "글", "a", " ", "bc", "e\u{301}", "⚡"]
        for _ in 0..<300 {
            var grid = CellGrid(columns: 20, rows: 4)
            for row in 0..<4 {
                let text = (0..<14).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                grid.put(text, column: 0, row: row, style: CellStyle(.text))
            }
            screen.show(grid, palette: palette)
            for row in 0..<4 {
                let shown = line(Int32(row))
                if shown != grid.text(ofRow: row) {
                    #expect(shown == grid.text(ofRow: row))
                    return
                }
            }
        }
    }

    @Test func `roles become colours and attributes`() throws {
        let screen = try screen()
        defer { screen.close() }
        #expect(screen.colors == 256)
        screen.show(grid("FAILED", style: CellStyle(.critical, underline: true)), palette: palette)
        let failed = cell(0, 0)
        #expect(failed.attributes & cnc_attr_bold() != 0)
        #expect(failed.attributes & cnc_attr_underline() != 0)
        var colors: (Int32, Int32) = (0, 0)
        #expect(extended_pair_content(failed.pair, &colors.0, &colors.1) != ERR)
        #expect(colors == (196, -1))
        #expect(extended_pair_content(cell(0, 3).pair, &colors.0, &colors.1) != ERR)
        #expect(colors == (7, 16))
    }

    @Test func `another palette recolours what stays the same`() throws {
        let screen = try screen()
        defer { screen.close() }
        screen.show(grid("FAILED", style: CellStyle(.critical)), palette: palette)
        let other = Palette(name: "other", looks: [.critical: .init(foreground: .ansi(3), reverse: true)])
        screen.show(grid("FAILED", style: CellStyle(.critical)), palette: other)
        let failed = cell(0, 0)
        #expect(failed.attributes & cnc_attr_reverse() != 0)
        var colors: (Int32, Int32) = (0, 0)
        #expect(extended_pair_content(failed.pair, &colors.0, &colors.1) != ERR)
        #expect(colors == (3, -1))
    }

    @Test func `without colour only attributes are used`() throws {
        let screen = try screen(color: false)
        defer { screen.close() }
        #expect(screen.colors == 0)
        screen.show(grid("FAILED", style: CellStyle(.critical)), palette: palette)
        #expect(cell(0, 0).pair == 0)
        #expect(cell(0, 0).attributes & cnc_attr_bold() != 0)
    }

    @Test(arguments: [("linux", 8), ("vt100", 0), ("screen-256color", 256), ("tmux", 8)])
    func `terminals of all kinds show the grid`(name: String, colors: Int) throws {
        let screen = try screen(name)
        defer { screen.close() }
        #expect(screen.colors == colors)
        screen.show(grid("체결 ok", style: CellStyle(.critical)), palette: palette)
        #expect(line(0).hasPrefix("체결 ok "))
    }

    @Test func `a grid of another size is clipped and the rest blank`() throws {
        let screen = try screen(columns: 5, rows: 2)
        defer { screen.close() }
        screen.show(grid("0123체결89", "second"), palette: palette)
        #expect(line(0) == "0123 ")
        screen.resize(columns: 30, rows: 6)
        screen.show(grid("now"), palette: palette)
        #expect(line(0) == "now" + String(repeating: " ", count: 27))
        #expect(line(1) == String(repeating: " ", count: 30))
        #expect(line(5) == String(repeating: " ", count: 30))
    }

    @Test func `an absurd size is cut`() throws {
        let screen = try screen()
        defer { screen.close() }
        screen.resize(columns: 65_535, rows: 65_535)
        #expect(screen.columns == 1_024)
        #expect(screen.rows == 512)
        screen.resize(columns: 0, rows: -1)
        #expect(screen.columns == 1)
        #expect(screen.rows == 1)
        screen.show(grid("체결"), palette: palette)
        #expect(line(0) == " ")
    }

    @Test(arguments: ["no-such-terminal", "", "../../etc/passwd"])
    func `a terminal that is not known is an error and not the end`(name: String) {
        #expect(throws: TerminalError.terminalUnknown(name)) {
            try CursesScreen(name: name, output: fopen("/dev/null", "w"), input: nil, options: .init())
        }
    }

    @Test func `a terminal without a cursor is refused`() {
        #expect(throws: TerminalError.terminalUnfit("dumb")) {
            try CursesScreen(name: "dumb", output: fopen("/dev/null", "w"), input: nil, options: .init())
        }
    }

    @Test func `errors are one line and say what to do`() {
        let errors: [TerminalError] = [
            .noTerminal(stream: "standard output"), .terminalNotNamed, .terminalUnknown("x"), .terminalUnfit("dumb"),
            .system(operation: "make a pipe", reason: "Too many open files"),
        ]
        for error in errors {
            #expect(error.description.contains("bascule status --once"))
            #expect(!error.description.contains("\n"))
        }
    }
}
