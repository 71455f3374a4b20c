internal import CTerminalGuard
internal import Glibc

/// The signals that are events and not accidents: window size, TERM, INT, HUP, CONT, TSTP.
///
/// The handlers write a byte each into a pipe, whichever thread they land on; the main thread polls the pipe. There
/// is one per process. It must be made before the screen, or curses installs handlers of its own that exit.
package final class SignalPipe {
    package enum Signal: Hashable, Sendable {
        case windowChanged
        case terminate
        case interrupt
        case hangUp
        case goOn
        case stop
    }

    /// The end to poll; ready while signals wait.
    package let descriptor: Int32
    private var isOpen = true

    package init() throws(TerminalError) {
        descriptor = ctg_signal_pipe()
        guard descriptor >= 0 else { throw .system(operation: "make a pipe for signals", reason: lastReason()) }
    }

    /// The signals that have come since the last time, in order.
    package func drain() -> [Signal] {
        guard isOpen else { return [] }
        return drainedBytes(of: descriptor).compactMap { byte in
            switch Int32(byte) {
            case SIGWINCH: .windowChanged
            case SIGTERM: .terminate
            case SIGINT: .interrupt
            case SIGHUP: .hangUp
            case SIGCONT: .goOn
            case SIGTSTP: .stop
            default: nil
            }
        }
    }

    /// Gives the signals back to their previous handlers.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        ctg_signal_pipe_close()
    }

    deinit { close() }
}
