import Glibc

/// A program started by a test, ended with it.
package struct ChildProcess: Sendable {
    package let pid: Int32

    package struct CannotStart: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts `program` (an absolute path) with standard output and error in `log`.
    package init(_ program: String, _ arguments: [String], log: String = "/dev/null") throws(CannotStart) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        defer { for argument in argv { free(argument) } }
        argv.append(nil)
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, argv, environ)
        guard code == 0 else {
            throw CannotStart(description: "\(program): \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    /// Ends the program at once and waits for it.
    package func end() {
        kill(pid, SIGKILL)
        _ = waitUntilExit()
    }

    /// Waits for the program; its exit code, or `nil` where a signal ended it.
    package func waitUntilExit() -> Int32? {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// Whether there is a program at this path that may be run.
    package static func canRun(_ program: String) -> Bool { access(program, X_OK) == 0 }
}

/// A directory of a test's own, deleted with its contents after `body`.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/bascule-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ChildProcess.CannotStart(description: "no temporary directory") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer {
        if let remover = try? ChildProcess("/bin/rm", ["-rf", path]) { _ = remover.waitUntilExit() }
    }
    return try await body(path)
}
