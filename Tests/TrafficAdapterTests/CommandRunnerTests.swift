import Domain
import FoundationEssentials
import Glibc
import Operations
import TestSupport
import Testing

@testable import TrafficAdapter

@Suite("Programs that are run", .timeLimit(.minutes(2)))
struct CommandRunnerTests {
    private let runner = CommandRunner()

    @Test("status, standard output and standard error come back as they came")
    func outcome() async throws {
        let outcome = try await runner.run(["/bin/sh", "-c", "echo one; echo two >&2; exit 3"], within: .seconds(60))
        #expect(outcome == CommandOutcome(status: 3, output: "one\ntwo\n"))
        let killed = try await runner.run(["/bin/sh", "-c", "kill -9 $$"], within: .seconds(60))
        #expect(killed == CommandOutcome(status: 137, output: ""))
        let found = try await runner.run(["echo", "found by the PATH"], within: .seconds(60))
        #expect(found.output == "found by the PATH\n")
    }

    @Test("arguments are arguments: no shell looks at them")
    func noShell() async throws {
        let outcome = try await runner.run(["/bin/echo", "$HOME", ";", "echo `id` * 'x'"], within: .seconds(60))
        #expect(outcome.output == "$HOME ; echo `id` * 'x'\n")
    }

    @Test("standard input is empty, or what it was given, and no other descriptor is handed down")
    func descriptors() async throws {
        let leaked = open("/dev/null", O_RDONLY)
        try #require(leaked >= 3)
        defer { close(leaked) }
        // `ls` itself opens the directory, as the lowest free descriptor.
        let list = try await runner.run(["/bin/ls", "/proc/self/fd"], within: .seconds(60))
        #expect(list.output == "0\n1\n2\n3\n")
        let empty = try await runner.run(["/bin/cat"], within: .seconds(60))
        #expect(empty == CommandOutcome(status: 0, output: ""))
        let given = try await runner.run(["/bin/cat"], input: Array("hello".utf8), within: .seconds(60))
        #expect(given.output == "hello")
        let unread = try await runner.run(
            ["/bin/true"], input: [UInt8](repeating: 0, count: 4_096), within: .seconds(60))
        #expect(unread.status == 0)
    }

    @Test("only the last 64 KiB are kept, with the count of what was before, and clean")
    func tail() async throws {
        let outcome = try await runner.run(
            ["/bin/sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x; printf 'end\\033[31m\\377'"],
            within: .seconds(60))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0] == "(\(1_000_009 - 65_536) bytes before this were left out)")
        #expect(lines[1].hasPrefix("xxxx"))
        #expect(lines[1].hasSuffix("xend [31m\u{FFFD}"))
    }

    @Test("a tail that begins in the middle of a character begins after it")
    func cutCharacter() {
        var tail = OutputTail()
        tail.append(Array("한".utf8))
        tail.append([UInt8](repeating: UInt8(ascii: "x"), count: OutputTail.limit - 1))
        #expect(tail.text.hasPrefix("(2 bytes before this were left out)\nxxx"))
    }

    @Test("at the deadline the program and what it started are ended")
    func deadline() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/pids"
            let script = "echo working; sleep 600 & echo $! $$ > \(file); wait"
            let error = await #expect(throws: PortError.self) {
                try await runner.run(["/bin/sh", "-c", script], within: .milliseconds(500))
            }
            #expect(error?.kind == .timedOut)
            #expect(error?.detail == "it had not ended after 500ms and was ended; it wrote \"working\"")
            let pids = try String(decoding: contents(of: file), as: UTF8.self).split(whereSeparator: \.isWhitespace)
                .compactMap { pid_t($0) }
            #expect(pids.count == 2)
            await eventually("both are gone") { pids.allSatisfy { isGone($0) } }
        }
    }

    @Test("a program that does not heed the request to end is ended by force")
    func stubborn() async throws {
        let error = await #expect(throws: PortError.self) {
            try await runner.run(
                ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"], within: .milliseconds(200))
        }
        #expect(error?.kind == .timedOut)
    }

    @Test("a cancelled task ends its program")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/pid"
            let task = Task {
                await #expect(throws: PortError.self) {
                    try await runner.run(
                        ["/bin/sh", "-c", "echo $$ > \(file).new; mv \(file).new \(file); exec sleep 600"],
                        within: .seconds(600))
                }
            }
            await eventually("it runs") { access(file, F_OK) == 0 }
            let text = try String(decoding: contents(of: file), as: UTF8.self)
            let pid = try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled)
            #expect(isGone(pid))
        }
    }

    @Test("a program that leaves something running is not waited for longer than itself")
    func background() async throws {
        let outcome = try await runner.run(["/bin/sh", "-c", "sleep 600 & echo $!"], within: .seconds(500))
        let pid = try #require(pid_t(outcome.output.split(separator: "\n").first ?? ""))
        #expect(outcome.status == 0)
        #expect(!isGone(pid))
        kill(pid, SIGKILL)
    }

    @Test("what cannot be started says why")
    func notStarted() async throws {
        func error(_ arguments: [String]) async -> PortError? {
            await #expect(throws: PortError.self) { try await runner.run(arguments, within: .seconds(60)) }
        }
        #expect(await error([])?.kind == .malformed)
        #expect(await error(["/nonexistent/program"])?.kind == .notFound)
        #expect(await error(["/etc/passwd"])?.kind == .refused)
        #expect(await error(["/bin/echo", "a\0b"])?.kind == .malformed)
    }

    private func contents(of file: String) throws -> Data { try Data(contentsOf: URL(filePath: file)) }

    private func isGone(_ pid: pid_t) -> Bool {
        // A zombie of this container's first process is gone too.
        guard kill(pid, 0) == 0 else { return true }
        let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return state?.contains(") Z ") ?? true
    }
}
