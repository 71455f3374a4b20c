internal import CTerminalGuard

/// Puts the terminal back when the process crashes or exits while the screen is up.
///
/// Must be armed before curses changes the terminal's modes. One per process; disarmed when released.
final class TerminalGuard {
    private var isArmed = true

    /// - Parameters:
    ///   - descriptor: the terminal.
    ///   - bytes: what leaves the screen, at most 1,024 bytes.
    init(descriptor: Int32, bytes: [UInt8]) throws(TerminalError) {
        let armed = bytes.withUnsafeBytes { buffer in
            ctg_arm(descriptor, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
        }
        guard armed == 0 else {
            throw .system(operation: "read the modes of the terminal", reason: lastReason())
        }
    }

    /// Gives the crash signals back; the terminal is left as it is.
    func disarm() {
        guard isArmed else { return }
        isArmed = false
        ctg_disarm()
    }

    deinit { disarm() }
}
