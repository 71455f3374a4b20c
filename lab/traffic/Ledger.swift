import Glibc

/// Two counts in a file that outlives the process: written on every change, so that kill -9 loses none.
struct Ledger {
    private let file: Int32
    private(set) var done = 0
    private(set) var failed = 0

    /// Goes on from what the file says.
    init(path: String) throws(Failure) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(path) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let length = pread(file, &bytes, bytes.count, 0)
        let words = String(decoding: bytes.prefix(max(0, length)), as: UTF8.self).split(whereSeparator: \.isWhitespace)
        if words.count == 2, let done = Int(words[0]), let failed = Int(words[1]) {
            self.done = done
            self.failed = failed
        }
        store()
    }

    mutating func succeeded(_ count: Int = 1) {
        done += count
        store()
    }

    mutating func missed(_ count: Int = 1) {
        failed += count
        store()
    }

    private func store() {
        func padded(_ number: Int) -> String {
            let digits = String(number)
            return String(repeating: " ", count: max(0, 20 - digits.count)) + digits
        }
        let bytes = Array("\(padded(done)) \(padded(failed))\n".utf8)
        _ = pwrite(file, bytes, bytes.count, 0)
    }
}

/// A line per record, appended: `topic partition offset id`.
struct RecordList {
    private let file: Int32

    init(path: String) throws(Failure) {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(path) }
    }

    func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(file, bytes, bytes.count)
    }
}
