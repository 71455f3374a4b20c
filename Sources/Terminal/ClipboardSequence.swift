/// The sequence OSC 52 that puts text into the clipboard of the person's own machine, also through SSH.
///
/// tmux hands it on with `set-clipboard on`; where that is not set, with `allow-passthrough on`, for which the
/// sequence is sent a second time in tmux's wrapping. What supports neither ignores both.
enum ClipboardSequence {
    /// The most bytes of text: with them the sequence stays below the 100,000 bytes that terminals take.
    static let limit = 74_994

    static func bytes(for text: String, inTmux: Bool) -> [UInt8] {
        let plain = Array("\u{1B}]52;c;".utf8) + base64(clipped(text)) + [0x07]
        guard inTmux else { return plain }
        let doubled = plain.flatMap { $0 == 0x1B ? [0x1B, 0x1B] : [$0] }
        return plain + Array("\u{1B}Ptmux;".utf8) + doubled + Array("\u{1B}\\".utf8)
    }

    /// As much of the text as fits, whole scalars.
    static func clipped(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count > limit else { return bytes }
        var end = limit
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[..<end])
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < chunk.count ? Int(chunk[start + offset]) : 0) }
            for digit in 0..<4 {
                result.append(
                    digit <= chunk.count ? alphabet[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
            }
        }
        return result
    }
}
