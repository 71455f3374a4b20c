import Glibc

/// What a configuration depends on besides its own text: variables and files.
package struct Surroundings: Sendable {
    package let environment: @Sendable (String) -> String?
    /// The configuration of the whole system.
    package let systemPath: String

    package init(
        environment: @escaping @Sendable (String) -> String?, systemPath: String = "/etc/bascule/bascule.yaml"
    ) {
        self.environment = environment
        self.systemPath = systemPath
    }

    /// Those of this process.
    package static let process = Surroundings(environment: { name in getenv(name).map { String(cString: $0) } })

    /// A variable that is set to something.
    func nonEmpty(_ name: String) -> String? {
        environment(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path with a leading `~/` replaced, and, where it is relative, below `directory`.
    func resolved(_ path: String, in directory: String) -> String {
        if path.hasPrefix("~/"), let home = nonEmpty("HOME") { return home + path.dropFirst() }
        if path.hasPrefix("/") || directory.isEmpty { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }

    /// The directory part of a path; empty for the working directory.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Reads whole files.
enum FileContents {
    /// Why a file was not read.
    enum Failure: Error {
        /// There is none.
        case missing
        /// `reason` in the system's words.
        case unreadable(reason: String)
        /// It holds more than the given number of bytes.
        case tooLarge(limit: Int)

        var reason: String {
            switch self {
            case .missing: "No such file or directory"
            case .unreadable(let reason): reason
            case .tooLarge(let limit): "it is larger than \(limit / 1024) KiB"
            }
        }
    }

    /// Pipes are read to their end, so that `--config <(decrypt file)` works; the limit holds for them too.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        // The C library would silently stop at a NUL and open another file.
        guard !path.utf8.contains(0) else { throw .missing }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { _ = close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            if count == 0 { return contents }
            guard contents.count + count <= limit else { throw .tooLarge(limit: limit) }
            contents += chunk[..<count]
        }
    }

    /// Why a file could not be opened now; `nil` where it can.
    static func obstacle(to path: String) -> Failure? {
        access(path, R_OK) == 0 ? nil : failure(errno)
    }

    private static func failure(_ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR: .missing
        default: .unreadable(reason: String(cString: strerror(code)))
        }
    }
}
