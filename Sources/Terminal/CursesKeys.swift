internal import CNcurses
internal import Cells

/// Curses' key codes in our words.
enum CursesKeys {
    /// The key of a code above 255; `nil` for codes that mean nothing here.
    static func key(for code: Int32) -> Key? {
        if code == KEY_MOUSE { return mouse() }
        if let key = known[code] { return key }
        if code > Int32(cnc_key_f0), code <= Int32(cnc_key_f63) {
            return .function(Int(code) - Int(cnc_key_f0))
        }
        // Keys with modifiers (kUP5 is Ctrl-Up) have no fixed codes, only names.
        guard code > KEY_MAX, let name = keyname(code).map({ String(cString: $0) }) else { return nil }
        return modified.first { name.hasPrefix($0.name) }?.key
    }

    private static let known: [Int32: Key] = [
        KEY_ENTER: .enter, KEY_BACKSPACE: .backspace, KEY_DC: .delete, KEY_IC: .insert, KEY_BTAB: .backTab,
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right,
        KEY_HOME: .home, KEY_END: .end, KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown,
        // The keypad without number lock
        KEY_A1: .home, KEY_A3: .pageUp, KEY_C1: .end, KEY_C3: .pageDown, KEY_FIND: .home, KEY_SELECT: .end,
        // With shift
        KEY_SR: .up, KEY_SF: .down, KEY_SLEFT: .left, KEY_SRIGHT: .right, KEY_SHOME: .home, KEY_SEND: .end,
        KEY_SPREVIOUS: .pageUp, KEY_SNEXT: .pageDown, KEY_SDC: .delete, KEY_SIC: .insert,
    ]

    private static let modified: [(name: String, key: Key)] = [
        ("kUP", .up), ("kDN", .down), ("kLFT", .left), ("kRIT", .right), ("kHOM", .home), ("kEND", .end),
        ("kPRV", .pageUp), ("kNXT", .pageDown), ("kDC", .delete), ("kIC", .insert),
    ]

    private static func mouse() -> Key? {
        var event = MEVENT()
        guard getmouse(&event) != ERR else { return nil }
        let button = cnc_mouse_button(event.bstate)
        guard button > 0 else { return nil }
        return .mouse(column: Int(event.x), row: Int(event.y), button: Int(button))
    }
}
