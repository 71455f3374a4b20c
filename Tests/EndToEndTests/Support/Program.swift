import Foundation
import KafkaAdapter

/// Programs run to their end, with what they printed.
enum Program {
    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The `bascule` that was built with these tests, or the one that `BASCULE` names.
    static let bascule: String = {
        if let named = ProcessInfo.processInfo.environment["BASCULE"] { return named }
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().appendingPathComponent("bascule").path
    }()

    /// Runs a program without standard input.
    ///
    /// By `posix_spawn`, because Foundation's `Process` takes a program for running as long as anything that it has
    /// started holds its descriptors: the tmux server does.
    static func run(_ program: String, _ arguments: [String], without variables: Set<String> = []) throws -> Result {
        let folder = try Scratch()
        defer { folder.remove() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // Files and not pipes: a pipe that fills up would stop the program.
        posix_spawn_file_actions_addopen(&actions, 1, folder.path("output"), O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, folder.path("error"), O_WRONLY | O_CREAT, 0o600)
        let environment = ProcessInfo.processInfo.environment.filter { !variables.contains($0.key) }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        // A thread of the pool has signals blocked, and a program would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process = pid_t()
        let refused = posix_spawnp(&process, program, &actions, &attributes, &words, &settings)
        guard refused == 0 else {
            throw Failure(description: "\(program) did not start: \(String(cString: strerror(refused)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        func text(_ name: String) -> String {
            (try? Data(contentsOf: folder.url.appendingPathComponent(name))).map { String(decoding: $0, as: UTF8.self) }
                ?? ""
        }
        let signal = status & 0x7F
        return Result(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: text("output"), error: text("error"))
    }

    /// The same on a thread of its own, so that several can run side by side.
    static func runAside(_ program: String, _ arguments: [String]) async throws -> Result {
        try await BlockingLane(label: "program").run { Swift.Result { try run(program, arguments) } }.get()
    }
}
