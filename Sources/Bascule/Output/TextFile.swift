import Glibc

/// Small files written at a person's wish.
enum TextFile {
    /// Writes `text` to `path` in place of what stood there; `nil` when that worked, else the reason.
    static func write(_ text: String, to path: String) -> String? {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var begin = 0
        while begin < bytes.count {
            let count = bytes[begin...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return String(cString: strerror(errno)) }
            begin += count
        }
        return nil
    }
}
