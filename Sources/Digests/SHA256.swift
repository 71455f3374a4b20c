internal import CCrypto

/// SHA-256 (FIPS 180-4), by libcrypto.
package enum SHA256 {
    /// 32 bytes; `nil` when libcrypto refuses, which it does without memory or with its provider missing.
    package static func digest(of bytes: some Collection<UInt8>) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let contiguous = Array(bytes)
        guard EVP_Digest(contiguous, contiguous.count, &digest, &count, EVP_sha256(), nil) == 1, count == 32 else {
            return nil
        }
        return digest
    }
}
