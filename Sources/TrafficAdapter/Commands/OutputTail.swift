internal import Glibc

/// The last 64 KiB of what a program writes, and how much there was before.
struct OutputTail {
    static let limit = 64 * 1024

    private var bytes: [UInt8] = []
    private(set) var dropped = 0

    mutating func append(_ new: some Collection<UInt8>) {
        bytes.append(contentsOf: new)
        // Cut seldom: each cut moves what is kept.
        if bytes.count > Self.limit * 4 { cut() }
    }

    /// Takes what can be read at this moment; false at the end.
    mutating func take(from descriptor: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: Self.limit)
        // At most so often in a row, so that a program that never stops writing is looked at in between.
        for _ in 0..<16 {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return false }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            append(buffer[..<count])
        }
        return true
    }

    private mutating func cut() {
        guard bytes.count > Self.limit else { return }
        dropped += bytes.count - Self.limit
        bytes.removeFirst(bytes.count - Self.limit)
    }

    /// Valid text without control characters but line ends and tabs; says how much is missing before it.
    var text: String {
        var copy = self
        copy.cut()
        // What was cut in the middle of a character.
        if copy.dropped > 0 { copy.bytes.removeFirst(copy.bytes.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count) }
        let scalars = String(decoding: copy.bytes, as: UTF8.self).unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                scalar == "\n" || scalar == "\t" ? scalar : " "
            default: scalar
            }
        }
        let text = String(String.UnicodeScalarView(scalars))
        return copy.dropped == 0 ? text : "(\(copy.dropped) bytes before this were left out)\n" + text
    }
}
