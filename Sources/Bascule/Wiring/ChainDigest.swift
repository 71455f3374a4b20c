import Digests

/// What runs' journals are chained with.
enum ChainDigest {
    /// SHA-256 of bytes.
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        guard let digest = SHA256.digest(of: bytes) else {
            preconditionFailure("libcrypto has no SHA-256: without it no journal can be kept, and nothing be driven")
        }
        return digest
    }
}
