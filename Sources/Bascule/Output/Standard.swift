import Glibc

/// Standard output is data, standard error is messages.
enum Standard {
    /// Writes `text` and a line feed where it ends without one.
    static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func error(_ text: String) { write(text, to: STDERR_FILENO) }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The next line of standard input without its line feed; `nil` at the end.
    static func line() -> String? { readLine(strippingNewline: true) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        var begin = 0
        while begin < bytes.count {
            let count = bytes[begin...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE, descriptor == STDOUT_FILENO { endByBrokenPipe() }
                return
            }
            begin += count
        }
    }

    /// A reader that has gone (`bascule status | head`) ends the program quietly, as it ends others.
    private static func endByBrokenPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_UNBLOCK, &broken, nil)
        raise(SIGPIPE)
        exit(128 + SIGPIPE)
    }
}
