import Domain
import Glibc
import Operations
import Synchronization

/// The program's own log: a file of lines, or nothing where no path is given. Never the screen.
final class ProgramLog: Sendable {
    /// -1: there is no log, and lines are dropped.
    private let descriptor: Mutex<Int32>
    /// Why the file that was asked for could not be opened; for the person who starts the program.
    let problem: String?

    init(path: String?) {
        guard let path else {
            descriptor = Mutex(-1)
            problem = nil
            return
        }
        Folders.makeParent(of: path)
        let opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        descriptor = Mutex(opened)
        problem = opened >= 0 ? nil : "the log \(path) cannot be written: \(String(cString: strerror(errno)))"
    }

    /// Appends a line with the time in front; control characters in it are replaced.
    func write(_ text: String) {
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let line = Array("\(Timestamp.rfc3339(WallClock.now()) ?? "-") \(clean)\n".utf8)
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // A log that cannot be written must not stop a failover.
            _ = Glibc.write(descriptor, line, line.count)
        }
    }
}

extension ProgramLog {
    /// Whether a line of the file is one that ``write(_:)`` has written: it begins with a moment.
    static func isLine(_ line: Substring) -> Bool {
        let form = "0000-00-00T00:00:00.000Z "
        return line.utf8.count >= form.utf8.count
            && zip(line.utf8, form.utf8).allSatisfy { byte, expected in
                expected == UInt8(ascii: "0")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
            }
    }
}

/// Folders for files of the program's own.
enum Folders {
    /// Makes the folders above `path`, for the user alone. What fails shows when the file is opened.
    static func makeParent(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let parent = String(path[..<slash])
        if access(parent, F_OK) == 0 { return }
        makeParent(of: parent)
        _ = mkdir(parent, 0o700)
    }
}
