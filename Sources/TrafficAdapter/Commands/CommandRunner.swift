internal import CSpawn
internal import Dispatch
internal import Domain
internal import Glibc
package import Operations
internal import Synchronization

/// Runs programs by their arguments, never through a shell.
///
/// A program gets a process group of its own, default signal handling, this program's environment, an empty standard
/// input and no other descriptor. The waiting is done on a thread of its own. A cancelled task ends the program too.
package struct CommandRunner: CommandRunning {
    package init() {}

    package func run(_ arguments: [String], within limit: Duration) async throws(PortError) -> CommandOutcome {
        try await run(arguments, input: [], within: limit)
    }

    /// - Parameter input: what stands on standard input, at most 4,096 bytes.
    func run(
        _ arguments: [String], input: [UInt8], within limit: Duration
    ) async throws(PortError) -> CommandOutcome {
        let run = CommandRun(arguments: arguments, input: input, limit: limit)
        let result: Result<CommandOutcome, PortError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A queue without a target takes no thread from another one.
                DispatchQueue(label: "command").async { continuation.resume(returning: run.outcome()) }
            }
        } onCancel: {
            run.cancel()
        }
        return try result.get()
    }
}

/// One program, from its start to its end.
private final class CommandRun: Sendable {
    private let arguments: [String]
    private let input: [UInt8]
    private let limit: Duration
    private let isCancelled = Atomic(false)

    /// Between the request to end and the end by force.
    private static let grace = Duration.seconds(2)
    /// How often the end of the program is looked for while it writes nothing.
    private static let beat: Int32 = 20
    /// What a pipe always holds.
    private static let inputLimit = 4_096

    init(arguments: [String], input: [UInt8], limit: Duration) {
        self.arguments = arguments
        self.input = input
        self.limit = limit
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Blocks until the program has ended.
    func outcome() -> Result<CommandOutcome, PortError> {
        do throws(PortError) {
            let started = try start()
            defer { close(started.output) }
            return .success(try follow(started.pid, started.output))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Start

    private func start() throws(PortError) -> (pid: pid_t, output: Int32) {
        guard let program = arguments.first, !program.isEmpty else {
            throw error(.malformed, "no program is named")
        }
        guard !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw error(.malformed, "an argument of \(program.plainText) has a NUL in it")
        }
        let (reading, writing) = try pipe()
        defer { close(writing) }
        do throws(PortError) {
            let source = try inputDescriptor()
            defer { close(source) }
            return (try spawn(program, input: source, output: writing), reading)
        } catch {
            close(reading)
            throw error
        }
    }

    private func spawn(_ program: String, input: Int32, output: Int32) throws(PortError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for argument in argv { free(argument) } }
        argv.append(nil)
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, argv, environ)
        switch code {
        case 0: return pid
        case ENOENT:
            throw error(.notFound, "there is no program \(program.plainText); check the path")
        case EACCES, EPERM:
            throw error(.refused, "\(program.plainText) must not be run by this user; check its permissions")
        default:
            throw error(.failed, "\(program.plainText) cannot be started: \(String(cString: strerror(code)))")
        }
    }

    private func pipe() throws(PortError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw error(.failed, "no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Standard input is written before the program runs: nobody has to write while it is being read from.
    private func inputDescriptor() throws(PortError) -> Int32 {
        guard !input.isEmpty else {
            let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard null >= 0 else { throw error(.failed, "no /dev/null: \(String(cString: strerror(errno)))") }
            return null
        }
        guard input.count <= Self.inputLimit else {
            throw error(.unsupported, "\(input.count) bytes of input are more than \(Self.inputLimit)")
        }
        let (reading, writing) = try pipe()
        defer { close(writing) }
        guard write(writing, input, input.count) == input.count else {
            close(reading)
            throw error(.failed, "the input cannot be written: \(String(cString: strerror(errno)))")
        }
        return reading
    }

    // MARK: Until its end

    private func follow(_ pid: pid_t, _ output: Int32) throws(PortError) -> CommandOutcome {
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
        var tail = OutputTail()
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: limit)
        var end: (instant: ContinuousClock.Instant, error: FailureKind)?
        var isOpen = true
        while !Self.hasEnded(pid) {
            if let end {
                if clock.now >= end.instant { kill(-pid, SIGKILL) }
            } else if isCancelled.load(ordering: .relaxed) || clock.now >= deadline {
                kill(-pid, SIGTERM)
                end = (
                    clock.now.advanced(by: Self.grace),
                    isCancelled.load(ordering: .relaxed) ? .cancelled : .timedOut
                )
            }
            if isOpen {
                var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
                poll(&waiting, 1, Self.beat)
                isOpen = tail.take(from: output)
            } else {
                poll(nil, 0, Self.beat)
            }
        }
        // While the program is not waited for, its process group cannot be anybody else's.
        if end != nil { kill(-pid, SIGKILL) }
        _ = tail.take(from: output)
        let status = Self.status(of: pid)
        guard let end else { return CommandOutcome(status: status, output: tail.text) }
        let said = tail.text.plainText
        throw error(
            end.error,
            (end.error == .cancelled
                ? "it was cancelled, and the program ended" : "it had not ended after \(limit.spelled) and was ended")
                + (said.isEmpty ? "; it wrote nothing" : "; it wrote \"\(said)\""))
    }

    private static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return code == 0 ? information.si_signo == SIGCHLD : errno != EINTR
    }

    private static func status(of pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private func error(_ kind: FailureKind, _ detail: String) -> PortError {
        PortError(kind, operation: arguments.first?.plainText ?? "command", detail: detail)
    }
}
