internal import Glibc

/// Files that hold a person's private key.
extension Ed25519.PrivateKey {
    /// Reads a PEM file that nobody but its owner may read.
    ///
    /// - Throws: with the path and what to do; a file that others could read is refused, because they could sign with
    ///   it.
    package static func read(from path: String) throws(Ed25519.KeyRefused) -> Ed25519.PrivateKey {
        func refused(_ reason: String) -> Ed25519.KeyRefused {
            Ed25519.KeyRefused(description: "The private key \(path) is not used: \(reason).")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw refused(words(errno)) }
        defer { close(descriptor) }
        // Asked of the open file, so that it is the one that is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refused(words(errno)) }
        guard status.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG) else { throw refused("it is no regular file") }
        guard status.st_mode & 0o077 == 0 else {
            throw refused("others may read or change it; run `chmod 600` on it, and make a new key if it was seen")
        }
        guard status.st_uid == geteuid() else { throw refused("it belongs to another user") }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw refused(words(errno)) }
        guard count < bytes.count else { throw refused("it is too large for a key") }
        do throws(Ed25519.KeyRefused) {
            return try Ed25519.PrivateKey(pem: Array(bytes.prefix(count)))
        } catch {
            throw refused(error.description)
        }
    }

    private static func words(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
