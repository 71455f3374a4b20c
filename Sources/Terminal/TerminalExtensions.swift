internal import CNcurses

/// What is sent to a terminal beside curses: modes that terminfo does not know, and the way out after a crash.
struct TerminalExtensions {
    /// Whether the terminal understands ANSI sequences, and so can be expected to skip those it does not know.
    let isANSI: Bool
    /// Turns bracketed paste on.
    let entering: [UInt8]
    /// Turns it off.
    let leaving: [UInt8]
    private let screenLeaving: [UInt8]

    /// Looks the terminal up; an error where it is unknown or cannot place its cursor.
    init(name: String, descriptor: Int32, usesMouse: Bool) throws(TerminalError) {
        var status: Int32 = 0
        // Where it fails it says so by the status; without a place for that it would exit.
        guard setupterm(name, descriptor, &status) != ERR, status == 1 else { throw .terminalUnknown(name) }
        guard let place = Self.capability("cup") else { throw .terminalUnfit(name) }
        isANSI = place.starts(with: [0x1B, UInt8(ascii: "[")])
        entering = isANSI ? Array("\u{1B}[?2004h".utf8) : []
        leaving = isANSI ? Array("\u{1B}[?2004l".utf8) : []
        let mouse = isANSI && usesMouse ? Array("\u{1B}[?1006l\u{1B}[?1000l".utf8) : []
        let parts = ["sgr0", "op", "rmkx", "cnorm", "rmcup"].compactMap { Self.capability($0) }
        screenLeaving = leaving + mouse + parts.flatMap { $0 }
    }

    /// What puts the terminal's picture back without curses, and a line to read afterwards.
    func leavingBytes(note: String) -> [UInt8] {
        let line = note.isEmpty ? "" : "\r\n" + note.prefix(400) + "\r\n"
        return screenLeaving + Array(line.utf8)
    }

    /// A capability's bytes without its padding marks (`$<5>`); `nil` where the terminal has none.
    private static func capability(_ name: String) -> [UInt8]? {
        guard let value = cnc_terminfo_string(name) else { return nil }
        var bytes: [UInt8] = []
        var isPadding = false
        for byte in String(cString: value).utf8 {
            if byte == UInt8(ascii: "<"), bytes.last == UInt8(ascii: "$") {
                bytes.removeLast()
                isPadding = true
            } else if isPadding {
                isPadding = byte != UInt8(ascii: ">")
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
