internal import CNcurses
internal import CTerminalGuard
package import Cells
internal import Glibc

/// The terminal, printed to through curses.
///
/// One per process, made and used on the main thread only, which is why it is not `Sendable`. Cells are compared with
/// those shown before, and only the changed ones are handed to curses, which sends them in one go.
package final class CursesScreen {
    package struct Options: Hashable, Sendable {
        /// Whether colours may be used: not with `--no-color` or `NO_COLOR`.
        package var usesColor: Bool
        /// Whether the mouse is asked for; it then no longer selects text.
        package var usesMouse: Bool
        /// A line that is left on the terminal after a crash: where the trace is.
        package var crashNote: String

        package init(usesColor: Bool = true, usesMouse: Bool = false, crashNote: String = "") {
            self.usesColor = usesColor
            self.usesMouse = usesMouse
            self.crashNote = crashNote
        }
    }

    /// Sizes beyond these are cut: a pty may claim 65,535 in both directions.
    static let largest = (columns: 1_024, rows: 512)

    package private(set) var columns: Int
    package private(set) var rows: Int
    /// Whether line signs and other glyphs must be drawn in ASCII.
    package private(set) var needsASCII: Bool
    /// How many colours are used: 0, 8, 16, 256 or more.
    package let colors: Int

    private let terminal: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    private let keypad: UnsafeMutablePointer<WINDOW>
    private let output: Int32
    private let input: Int32
    private let extensions: TerminalExtensions
    private let crashGuard: TerminalGuard?
    private let pairs: PairTable
    private var decoder = KeyDecoder()
    private var shown: CellGrid?
    private var isClosed = false
    private var awaitsProbe = false
    private var cellText = [wchar_t](repeating: 0, count: 5)

    /// Takes over the terminal of standard input and output.
    ///
    /// - Parameter signals: made before the screen, so that curses leaves the signals alone.
    package convenience init(options: Options, signals: borrowing SignalPipe) throws(TerminalError) {
        guard isatty(0) == 1 else { throw .noTerminal(stream: "standard input") }
        guard isatty(1) == 1 else { throw .noTerminal(stream: "standard output") }
        guard let name = getenv("TERM").map({ String(cString: $0) }), !name.isEmpty else { throw .terminalNotNamed }
        try self.init(name: name, output: cnc_stdout(), input: cnc_stdin(), options: options)
    }

    /// Takes over any pair of streams; without a terminal behind them there is nothing to guard.
    init(
        name: String, output: UnsafeMutablePointer<FILE>?, input: UnsafeMutablePointer<FILE>?, options: Options
    ) throws(TerminalError) {
        let outputDescriptor = fileno(output)
        let speaksUTF8 = TerminalLocale.prepare()
        extensions = try TerminalExtensions(name: name, descriptor: outputDescriptor, usesMouse: options.usesMouse)
        // Before curses changes the modes: afterwards they are no longer those to come back to.
        crashGuard =
            isatty(outputDescriptor) == 1
            ? try TerminalGuard(
                descriptor: outputDescriptor, bytes: extensions.leavingBytes(note: options.crashNote)) : nil
        guard let terminal = newterm(name, output, input), let window = cnc_stdscr(), let keypad = newpad(1, 1) else {
            throw .terminalUnknown(name)
        }
        self.terminal = terminal
        self.window = window
        self.keypad = keypad
        self.output = outputDescriptor
        self.input = fileno(input)
        needsASCII = !speaksUTF8
        Self.setModes(keypad: keypad, options: options)
        colors = options.usesColor && has_colors() ? Int(cnc_colors()) : 0
        let emptyPalette = Palette(name: "", looks: [:])
        pairs = PairTable(
            palette: emptyPalette, depth: ColorDepth(count: colors), capacity: Int(cnc_color_pairs()),
            allocate: { init_extended_pair($0, $1, $2) != ERR })
        columns = Int(getmaxx(window))
        rows = Int(getmaxy(window))
        adoptSize()
        writeAll(extensions.entering, to: outputDescriptor)
        if speaksUTF8, extensions.isANSI, isatty(outputDescriptor) == 1 { probeGlyphs() }
    }

    deinit { close() }

    /// Leaves the screen and puts the terminal's modes back.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        endwin()
        writeAll(extensions.leaving, to: output)
        // An answer that is still on its way would appear on the command line.
        if awaitsProbe { tcflush(input, TCIFLUSH) }
        crashGuard?.disarm()
        delwin(keypad)
        delscreen(terminal)
    }

    // MARK: - Showing

    /// Sends the cells that differ from those shown. A grid of another size than the screen is clipped, the rest blank.
    package func show(_ grid: CellGrid, palette: Palette) {
        guard !isClosed else { return }
        if pairs.use(palette) { shown = nil }
        if shown?.columns != grid.columns || shown?.rows != grid.rows {
            shown = nil
            werase(window)
        }
        let width = min(columns, grid.columns)
        for row in 0..<min(rows, grid.rows) {
            for column in 0..<width {
                let index = row * grid.columns + column
                let cell = grid.cells[index]
                if let shown, shown.cells[index] == cell { continue }
                put(cell, column: column, row: row, end: width)
            }
        }
        shown = grid
        wnoutrefresh(window)
        doupdate()
    }

    /// Sends every cell with the next grid, changed or not.
    package func repaint() {
        shown = nil
        clearok(window, true)
    }

    private func put(_ cell: Cell, column: Int, row: Int, end: Int) {
        // The second column of a wide glyph came with the first.
        guard case .glyph(var text, var width) = cell.kind else { return }
        let appearance = pairs.appearance(of: cell.style)
        if column + width > end { (text, width) = (" ", 1) }
        if needsASCII { text = Glyphs.asciiTwin(of: text, width: width) }
        let isSpelt = needsASCII && width > 1
        for (offset, part) in (isSpelt ? text.map { String($0) } : [text]).enumerated() {
            var count = 0
            for scalar in part.unicodeScalars.prefix(4) {
                cellText[count] = wchar_t(scalar.value)
                count += 1
            }
            cellText[count] = 0
            let attributes = appearance.attributes.bits
            let place = (Int32(row), Int32(column + offset))
            // Text that this C library does not know is shown as such rather than left out.
            if cnc_put_cell(window, place.0, place.1, cellText, attributes, appearance.pair) == ERR {
                cellText[0] = wchar_t(UInt8(ascii: "?"))
                cellText[1] = 0
                _ = cnc_put_cell(window, place.0, place.1, cellText, attributes, appearance.pair)
            }
        }
    }

    // MARK: - Size, stop and go

    /// Asks the terminal for its size and takes it over; whether it is another one.
    @discardableResult
    package func adoptSize() -> Bool {
        var width: Int32 = 0
        var height: Int32 = 0
        guard ctg_window_size(output, &width, &height) == 0 else { return false }
        return resize(columns: Int(width), rows: Int(height))
    }

    /// Takes over a size; whether it is another one.
    @discardableResult
    func resize(columns wanted: Int, rows wantedRows: Int) -> Bool {
        let width = min(max(1, wanted), Self.largest.columns)
        let height = min(max(1, wantedRows), Self.largest.rows)
        guard width != columns || height != rows else { return false }
        resizeterm(Int32(height), Int32(width))
        columns = width
        rows = height
        repaint()
        return true
    }

    /// Gives the terminal back, stops the process as Ctrl-Z does, and takes the terminal again when it goes on.
    ///
    /// Curses' own handler would do this on whichever thread the signal lands.
    package func stop() {
        endwin()
        writeAll(extensions.leaving, to: output)
        ctg_stop()
        resume()
    }

    /// Takes the terminal again after the process was stopped by whatever means.
    package func resume() {
        reset_prog_mode()
        writeAll(extensions.entering, to: output)
        adoptSize()
        repaint()
    }

    // MARK: - Input

    /// What is to be waited for: the descriptor of the keys.
    package var inputDescriptor: Int32 { input }

    /// How long to wait for the rest of a key that has begun; `nil` where none has.
    package var keyPatience: Duration? { decoder.patience }

    /// Whether there is nothing to read, which for a terminal that polls as readable means that it is gone.
    package var hasNothingToRead: Bool { ctg_readable(input) <= 0 }

    /// The keys that have come. Never waits.
    package func readKeys() -> [Key] {
        var keys: [Key] = []
        while true {
            let code = wgetch(keypad)
            guard code != ERR else { break }
            if code == KEY_RESIZE { continue }  // ours came through the signal pipe
            let raw: KeyDecoder.Raw
            if code <= 0xFF {
                raw = .byte(UInt8(code))
            } else if let key = CursesKeys.key(for: code) {
                raw = .key(key)
            } else {
                continue
            }
            keys += decoded(raw)
        }
        return keys + decoded(.idle)
    }

    /// The keys that are complete now that nothing followed for ``keyPatience``.
    package func keysAfterPatience() -> [Key] { decoded(.expired) }

    private func decoded(_ raw: KeyDecoder.Raw) -> [Key] {
        decoder.decode(raw).compactMap { decoded in
            switch decoded {
            case .key(let key): return key
            case .probeColumn(let column):
                probeAnswered(column: column)
                return nil
            }
        }
    }

    // MARK: - Glyph probe

    /// Draws a line sign on the empty screen and asks where the cursor is then: at the second column where the sign
    /// took one cell, at the third where the terminal draws ambiguous characters wide, further where it does not
    /// speak UTF-8. Nobody waits for the answer; the first painting covers the sign.
    private func probeGlyphs() {
        wnoutrefresh(window)
        doupdate()
        writeAll("\u{1B}[2;1H─\u{1B}[6n".utf8, to: output)
        awaitsProbe = true
        repaint()
    }

    private func probeAnswered(column: Int) {
        guard awaitsProbe else { return }
        awaitsProbe = false
        guard column != 2 else { return }
        needsASCII = true
        repaint()
    }

    // MARK: - Clipboard

    /// Puts text into the clipboard of the terminal's own machine; only its first 74,994 bytes.
    ///
    /// Needs a terminal that takes OSC 52. In tmux: `set-clipboard on`, or `allow-passthrough on`.
    /// - Returns: whether all of the text was sent.
    @discardableResult
    package func copyToClipboard(_ text: String) -> Bool {
        writeAll(ClipboardSequence.bytes(for: text, inTmux: getenv("TMUX") != nil), to: output)
        return text.utf8.count <= ClipboardSequence.limit
    }

    private static func setModes(keypad: UnsafeMutablePointer<WINDOW>, options: Options) {
        cbreak()  // keeps Ctrl-C and Ctrl-Z as signals
        noecho()
        nonl()
        curs_set(0)
        set_escdelay(25)
        CNcurses.keypad(keypad, true)
        nodelay(keypad, true)
        if options.usesColor && has_colors() {
            start_color()
            use_default_colors()
        }
        if options.usesMouse {
            var previous: mmask_t = 0
            mousemask(cnc_mouse_presses(), &previous)
            mouseinterval(0)
        }
    }
}

extension PairTable.Attributes {
    fileprivate var bits: attr_t {
        var bits: attr_t = 0
        if contains(.bold) { bits |= cnc_attr_bold() }
        if contains(.dim) { bits |= cnc_attr_dim() }
        if contains(.reverse) { bits |= cnc_attr_reverse() }
        if contains(.underline) { bits |= cnc_attr_underline() }
        return bits
    }
}
