internal import CCrypto

/// Ed25519 (RFC 8032), by libcrypto: who signed, and whether what was signed is unchanged.
package enum Ed25519 {
    /// Why a key is refused; a sentence for people, without the key.
    package struct KeyRefused: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Who signed can be told by this.
    package struct PublicKey: Hashable, Sendable {
        /// 32 of them.
        package let bytes: [UInt8]

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// Reads what `openssl pkey -pubout` prints, the same without its first and last line, or the key's 32 bytes
        /// in base64.
        package init(_ text: String) throws(KeyRefused) {
            let lines = text.split(whereSeparator: \.isNewline).map(Self.trimmed).filter { !$0.isEmpty }
            if let label = lines.first(where: { $0.hasPrefix("-----BEGIN ") }) {
                guard label == Self.begin, lines.first == Self.begin, lines.last == Self.end else {
                    let isPrivate = label.contains("PRIVATE")
                    throw KeyRefused(
                        description: isPrivate
                            ? "this is a private key, which nobody but its owner may have: make a new pair, and print the public key with `openssl pkey -pubout`"
                            : "this is no public key in PEM as `openssl pkey -pubout` prints it")
                }
            }
            let body = lines.filter { !$0.hasPrefix("-----") }.joined()
            guard let decoded = Base64.decode(body) else {
                throw KeyRefused(description: "a public key is PEM as `openssl pkey -pubout` prints it, or base64")
            }
            if decoded.count == 32 {
                bytes = decoded
            } else if decoded.count == 44, decoded.starts(with: Self.prefix) {
                bytes = Array(decoded.suffix(32))
            } else {
                throw KeyRefused(
                    description: "this is no Ed25519 key: make one with `openssl genpkey -algorithm ed25519`")
            }
        }

        /// The key's 32 bytes in base64, as a configuration can hold them.
        package var base64: String { Base64.encode(bytes) }

        /// Whether the owner of this key signed exactly this. False for anything else, a malformed signature too.
        package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            guard signature.count == 64,
                let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
            else { return false }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_MD_CTX_new() else { return false }
            defer { EVP_MD_CTX_free(context) }
            guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
            return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        }

        private static let begin = "-----BEGIN PUBLIC KEY-----"
        private static let end = "-----END PUBLIC KEY-----"
        /// What stands before the key in a SubjectPublicKeyInfo (RFC 8410, section 4).
        private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

        private static func trimmed(_ line: Substring) -> String {
            String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
    }

    /// What only its owner has. It shows itself nowhere.
    package struct PrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// RFC 8032's secret key, 32 bytes.
        private let seed: [UInt8]
        package let publicKey: PublicKey

        /// - Throws: when libcrypto does not take the bytes.
        init(seed: [UInt8]) throws(KeyRefused) {
            guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
                throw KeyRefused(description: "an Ed25519 private key has 32 bytes, this one has \(seed.count)")
            }
            defer { EVP_PKEY_free(key) }
            var bytes = [UInt8](repeating: 0, count: 32)
            var count = bytes.count
            guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else {
                throw KeyRefused(description: "libcrypto does not give the public key of a private one")
            }
            self.seed = seed
            publicKey = PublicKey(bytes: bytes)
        }

        /// Reads PEM as `openssl genpkey -algorithm ed25519` writes it.
        package init(pem: [UInt8]) throws(KeyRefused) {
            guard let memory = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else {
                throw KeyRefused(description: "libcrypto has no memory for it")
            }
            defer { BIO_free(memory) }
            // Without this, libcrypto would ask on the terminal for a pass phrase.
            guard let key = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil) else {
                let isEncrypted = String(decoding: pem, as: UTF8.self).contains("ENCRYPTED")
                throw KeyRefused(
                    description: isEncrypted
                        ? "it is protected by a pass phrase, which is not asked for: keep it unencrypted, readable for its owner only"
                        : "it is no private key in PEM; make one with `openssl genpkey -algorithm ed25519`")
            }
            defer { EVP_PKEY_free(key) }
            guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else {
                throw KeyRefused(
                    description: "it is no Ed25519 key: make one with `openssl genpkey -algorithm ed25519`")
            }
            var seed = [UInt8](repeating: 0, count: 32)
            var count = seed.count
            guard EVP_PKEY_get_raw_private_key(key, &seed, &count) == 1, count == 32 else {
                throw KeyRefused(description: "libcrypto does not give its bytes")
            }
            try self.init(seed: seed)
        }

        /// 64 bytes; `nil` when libcrypto refuses, which it does without memory or with its provider missing.
        package func signature(of message: [UInt8]) -> [UInt8]? {
            guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { return nil }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 64)
            var count = signature.count
            guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
            else { return nil }
            return signature
        }

        package var description: String { "Ed25519 private key of \(publicKey.base64)" }
        package var debugDescription: String { description }
        package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
    }
}
