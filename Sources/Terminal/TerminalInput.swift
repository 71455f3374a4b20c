package import Cells

/// What comes to the main thread, from the terminal and from everywhere else.
package enum TerminalInput<Event: Sendable>: Sendable {
    case key(Key)
    /// The screen has another size; cells.
    case resized(columns: Int, rows: Int)
    /// The time for the next tick has come.
    case tick
    /// What a task put into the mailbox.
    case event(Event)
    /// Ctrl-C, or SIGINT from elsewhere.
    case interrupted
    /// SIGTERM: leave as soon as it can be done cleanly.
    case terminated
    /// The terminal is gone (SIGHUP, end of input): no key will come and nothing is shown any more.
    case hungUp
    /// The process was stopped (Ctrl-Z) and goes on; the whole screen is painted anew.
    case resumed
    /// The terminal does not draw line signs in one cell: draw with `Glyphs.ascii` from now on.
    case needsASCII
}

extension TerminalInput: Equatable where Event: Equatable {}

/// What to do after an input.
package enum LoopVerdict: Int, Comparable, Sendable {
    /// Nothing to be seen has changed.
    case unchanged
    /// Draw when the inputs at hand are used up.
    case changed
    /// Draw, and send every cell whether it has changed or not (Ctrl-L).
    case repaint
    /// Leave the loop at once, without drawing.
    case leave

    package static func < (left: LoopVerdict, right: LoopVerdict) -> Bool { left.rawValue < right.rawValue }
}
