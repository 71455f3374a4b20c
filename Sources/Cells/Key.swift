/// A key press as the terminal sent it.
///
/// Cells is the whole vocabulary between Front and the terminal: grids go out, keys come in.
package enum Key: Hashable, Sendable {
    /// A printable scalar, as typed.
    case character(Unicode.Scalar)
    /// Ctrl with a letter, named by the lower-case letter: `control("r")`.
    case control(Unicode.Scalar)
    /// Alt with a printable scalar.
    case alt(Unicode.Scalar)
    case enter
    case escape
    case tab
    case backTab
    case backspace
    case delete
    case insert
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    case function(Int)
    /// Mouse, where it is turned on: cell position from 0, button 1...5 (4 and 5 are the wheel).
    case mouse(column: Int, row: Int, button: Int)
    /// Text pasted in brackets, as one.
    case paste(String)
}
