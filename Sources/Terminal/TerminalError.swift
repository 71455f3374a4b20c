/// Why there is no screen. Every case is one line for a person and exit code 64.
package enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is a file, a pipe or closed.
    case noTerminal(stream: String)
    /// `TERM` is not set.
    case terminalNotNamed
    /// The terminfo database does not know the value of `TERM`.
    case terminalUnknown(String)
    /// The terminal cannot place its cursor (`TERM=dumb`).
    case terminalUnfit(String)
    /// The system refused: what was tried, and the error number's text.
    case system(operation: String, reason: String)

    package var description: String {
        let condition =
            switch self {
            case .noTerminal(let stream): "\(stream) is no terminal"
            case .terminalNotNamed: "TERM is not set, so the kind of terminal is not known"
            case .terminalUnknown(let name):
                "the terminal '\(name)' (TERM) is not in this system's terminfo; try TERM=xterm-256color"
            case .terminalUnfit(let name):
                "the terminal '\(name)' (TERM) cannot place its cursor; try TERM=xterm-256color"
            case .system(let operation, let reason): "cannot \(operation): \(reason)"
            }
        return "no screen: \(condition). Without a screen: bascule status --once"
    }
}
