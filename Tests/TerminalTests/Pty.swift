import Glibc

/// A pseudo terminal: the test is the person at the master's end.
final class Pty {
    let master: Int32
    let path: String
    private var slave: Int32 = -1
    private var collected: [UInt8] = []

    struct Unavailable: Error {}

    init(columns: Int = 80, rows: Int = 24) throws {
        // posix_openpt and its family are hidden from Swift; these requests are what they make.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: Int32 = 0
        var unlocked: Int32 = 0
        guard master >= 0, ioctl(master, UInt(0x4004_5431), &unlocked) == 0,  // TIOCSPTLCK
            ioctl(master, UInt(0x8004_5430), &number) == 0  // TIOCGPTN
        else { throw Unavailable() }
        path = "/dev/pts/\(number)"
        // Kept open, so that the master is not hung up while nobody else has it open.
        slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw Unavailable() }
        resize(columns: columns, rows: rows)
    }

    deinit { hangUp() }

    /// The person is gone: both ends of ours are closed.
    func hangUp() {
        guard slave >= 0 else { return }
        close(slave)
        close(master)
        slave = -1
    }

    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) { type(Array(text.utf8)) }

    func type(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

    /// Everything that was shown so far.
    var output: String {
        guard slave >= 0 else { return String(decoding: collected, as: UTF8.self) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 0) == 1, waiting.revents & Int16(POLLIN) != 0 else { break }
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { break }
            collected += buffer[..<count]
        }
        return String(decoding: collected, as: UTF8.self)
    }

    /// Forgets what was shown so far and returns how many bytes it was.
    @discardableResult
    func forget() -> Int {
        _ = output
        defer { collected = [] }
        return collected.count
    }

    /// Whether the terminal is in the modes in which a shell expects it.
    var isCooked: Bool {
        var modes = termios()
        guard tcgetattr(master, &modes) == 0 else { return false }
        let local = tcflag_t(ICANON | ECHO | ISIG)
        return modes.c_lflag & local == local && modes.c_iflag & tcflag_t(ICRNL) != 0
            && modes.c_oflag & tcflag_t(OPOST) != 0
    }
}
