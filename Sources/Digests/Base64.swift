internal import CCrypto

/// Base64 with padding (RFC 4648, section 4), by libcrypto.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        // libcrypto ends it with a NUL.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&text, bytes, Int32(clamping: bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// `nil` for anything that ``encode(_:)`` would not have written.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: characters.count / 4 * 3)
        let count = EVP_DecodeBlock(&bytes, characters, Int32(clamping: characters.count))
        guard count >= 0 else { return nil }
        // libcrypto decodes the padding too, as zeros.
        let decoded = Array(bytes.prefix(Int(count) - characters.suffix(2).count { $0 == UInt8(ascii: "=") }))
        return encode(decoded) == text ? decoded : nil
    }
}
