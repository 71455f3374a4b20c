internal import Glibc

/// Standard error sent to a log file while the screen is up: what libraries print there would tear the screen.
///
/// A file and not a pipe of our own, which would die with the process and take the trace of a crash along. Nothing
/// is captured where standard error is no terminal: whoever redirected it wants it there.
package final class StandardErrorCapture {
    /// How much of what was captured is shown afterwards, in bytes.
    package static let tailLimit = 4_096
    /// How far back in the log it is looked for, in bytes.
    private static let searchLimit = 1_048_576

    private var saved: Int32 = -1
    private var start: off_t = 0
    private let path: String
    private let isLogLine: (Substring) -> Bool

    /// Opens the log, for the owner only, and puts it in the place of standard error.
    ///
    /// - Parameters:
    ///   - descriptor: 2; tests use another one.
    ///   - isLogLine: Whether a line was not captured: the file may be the program's own log too, and who leaves the
    ///     screen has not asked for that.
    package init(
        path: String, descriptor: Int32 = 2, onlyIfTerminal: Bool = true,
        isLogLine: @escaping (Substring) -> Bool = { _ in false }
    ) throws(TerminalError) {
        self.path = path
        self.isLogLine = isLogLine
        self.descriptor = descriptor
        guard !onlyIfTerminal || isatty(descriptor) == 1 else { return }
        let log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard log >= 0 else { throw .system(operation: "open the log \(path)", reason: lastReason()) }
        defer { close(log) }
        start = lseek(log, 0, SEEK_END)
        saved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard saved >= 0, dup2(log, descriptor) >= 0 else {
            let reason = lastReason()
            if saved >= 0 { close(saved) }
            saved = -1
            throw .system(operation: "redirect standard error to \(path)", reason: reason)
        }
    }

    private let descriptor: Int32

    /// Puts standard error back and prints the end of what came in between, cleaned of control characters.
    ///
    /// Call after the screen is closed.
    package func release() {
        guard saved >= 0 else { return }
        dup2(saved, descriptor)
        close(saved)
        saved = -1
        writeAll(tail().utf8, to: descriptor)
    }

    deinit { release() }

    private func tail() -> String {
        let log = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard log >= 0 else { return "" }
        defer { close(log) }
        let end = lseek(log, 0, SEEK_END)
        let from = max(start, end - off_t(Self.searchLimit))
        guard end > from, lseek(log, from, SEEK_SET) >= 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: Int(end - from))
        let count = read(log, &bytes, bytes.count)
        guard count > 0 else { return "" }
        var lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        // The first line is most likely half of one.
        if from > start, !lines.isEmpty { lines.removeFirst() }
        var shown: [String] = []
        var left = Self.tailLimit
        for line in lines.reversed() where !isLogLine(line) {
            let clean = clean(line)
            left -= clean.utf8.count + 1
            guard left >= 0 || shown.isEmpty else { break }
            shown.append(clean)
        }
        guard !shown.isEmpty else { return "" }
        if left < 0 || from > start { shown.append("(more in \(path))") }
        return shown.reversed().joined(separator: "\n") + "\n"
    }

    private func clean(_ line: Substring) -> String {
        var text = ""
        for scalar in line.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            text.unicodeScalars.append(isControl && scalar != "\t" ? "?" : scalar)
        }
        return text
    }
}
