import Glibc

/// A program on a pseudo-terminal of a given size; its bytes are counted and timed as they arrive.
final class PseudoTerminal {
    let process: pid_t
    private let main: Int32
    private static let unlockRequest: UInt = 0x4004_5431  // TIOCSPTLCK of asm-generic/ioctls.h
    private static let numberRequest: UInt = 0x8004_5430  // TIOCGPTN
    private static let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID of spawn.h

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts `arguments[0]` with the terminal as its standard input, output and error.
    init(columns: UInt16, rows: UInt16, arguments: [String], environment: [String: String]) throws {
        main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // Glibc's module for Swift leaves posix_openpt and its sisters out; these are the requests they make.
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        guard main >= 0, ioctl(main, Self.unlockRequest, &unlocked) == 0, ioctl(main, Self.numberRequest, &number) == 0
        else {
            throw Failure(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        let path = "/dev/pts/\(number)"
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(main, UInt(TIOCSWINSZ), &size)
        _ = fcntl(main, F_SETFL, O_NONBLOCK)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // A session leader's first terminal becomes its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)

        var argumentPointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variablePointers: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
        var identity = pid_t()
        let failed = posix_spawn(
            &identity, arguments[0], &actions, &attributes, &argumentPointers, &variablePointers)
        guard failed == 0 else {
            throw Failure(description: "\(arguments[0]) did not start: \(String(cString: strerror(failed)))")
        }
        process = identity
    }

    /// Reads what has arrived; waits up to `timeout` for the first byte. `nil`: the program has closed its end.
    func read(within timeout: Duration) -> [UInt8]? {
        var poller = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
        let ready = poll(
            &poller, 1,
            Int32(
                clamping: timeout.components.seconds * 1_000
                    + timeout.components.attoseconds / 1_000_000_000_000_000))
        guard ready > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(main, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }

    /// Reads until nothing has come for `quiet`, or for `limit` in all; gives the bytes.
    func drain(quiet: Duration, limit: Duration) -> [UInt8] {
        let end = ContinuousClock.now + limit
        var all: [UInt8] = []
        while ContinuousClock.now < end {
            guard let bytes = read(within: quiet), !bytes.isEmpty else { break }
            all += bytes
        }
        return all
    }

    /// Reads until the bytes read since the call contain `text`; gives the time that took.
    func wait(for text: String, within limit: Duration) throws -> Duration {
        let begin = ContinuousClock.now
        let wanted = Array(text.utf8)
        var all: [UInt8] = []
        while ContinuousClock.now - begin < limit {
            guard let bytes = read(within: .milliseconds(50)) else {
                throw Failure(description: "the program ended: \(String(decoding: all.suffix(600), as: UTF8.self))")
            }
            all += bytes
            if !bytes.isEmpty, all.firstRange(of: wanted) != nil { return ContinuousClock.now - begin }
        }
        throw Failure(description: "\"\(text)\" was not seen within \(limit)")
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(main, bytes, bytes.count)
    }

    /// Ends the program: SIGTERM, then SIGKILL when it is still there after two seconds.
    func end() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        let end = ContinuousClock.now + .seconds(2)
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now > end { kill(process, SIGKILL) }
            _ = read(within: .milliseconds(20))
        }
        close(main)
    }
}
