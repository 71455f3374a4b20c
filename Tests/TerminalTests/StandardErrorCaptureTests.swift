import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Terminal

struct StandardErrorCaptureTests {
    /// A file in the place of the terminal's standard error.
    private func openFile(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        return descriptor
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func print(_ text: String, to descriptor: Int32) { writeAll(text.utf8, to: descriptor) }

    @Test func `what is printed meanwhile goes to the log and is shown afterwards`() async throws {
        try await withTemporaryDirectory { folder in
            let (shown, log) = ("\(folder)/shown", "\(folder)/log")
            let descriptor = try openFile(shown)
            defer { close(descriptor) }
            try Data("earlier run\n".utf8).write(to: URL(filePath: log))
            let capture = try StandardErrorCapture(path: log, descriptor: descriptor, onlyIfTerminal: false)
            print("%3|broker down\u{1B}[31m|\n", to: descriptor)
            #expect(try text(shown) == "")
            capture.release()
            print("after\n", to: descriptor)
            #expect(try text(shown) == "%3|broker down?[31m|\nafter\n")
            #expect(try text(log) == "earlier run\n%3|broker down\u{1B}[31m|\n")
        }
    }

    @Test func `lines of the program's own log, in the same file, are not shown`() async throws {
        try await withTemporaryDirectory { folder in
            let (shown, log) = ("\(folder)/shown", "\(folder)/log")
            let descriptor = try openFile(shown)
            defer { close(descriptor) }
            let capture = try StandardErrorCapture(
                path: log, descriptor: descriptor, onlyIfTerminal: false, isLogLine: { $0.hasPrefix("2026-") })
            print("2026-11-30T03:12:07.000Z broker 1 is down\n", to: descriptor)
            print("a library complains\n", to: descriptor)
            for _ in 0..<1_000 { print("2026-11-30T03:12:08.000Z broker 1 is down\n", to: descriptor) }
            capture.release()
            #expect(try text(shown) == "a library complains\n")
        }
    }

    @Test func `where only the program's own log grew, nothing is shown`() async throws {
        try await withTemporaryDirectory { folder in
            let descriptor = try openFile("\(folder)/shown")
            defer { close(descriptor) }
            let capture = try StandardErrorCapture(
                path: "\(folder)/log", descriptor: descriptor, onlyIfTerminal: false, isLogLine: { _ in true })
            for number in 0..<40_000 { print("2026-11-30T03:12:07.000Z line \(number)\n", to: descriptor) }
            capture.release()
            #expect(try text("\(folder)/shown") == "")
        }
    }

    @Test func `of much only the end is shown, with the place of the rest`() async throws {
        try await withTemporaryDirectory { folder in
            let (shown, log) = ("\(folder)/shown", "\(folder)/log")
            let descriptor = try openFile(shown)
            defer { close(descriptor) }
            let capture = try StandardErrorCapture(path: log, descriptor: descriptor, onlyIfTerminal: false)
            for number in 0..<1_000 { print("line \(number)\n", to: descriptor) }
            capture.release()
            let lines = try text(shown).split(separator: "\n")
            #expect(lines.first == "(more in \(log))")
            #expect(lines.dropFirst().first?.hasPrefix("line ") == true)
            #expect(lines.last == "line 999")
            #expect(try text(shown).utf8.count < StandardErrorCapture.tailLimit + 200)
        }
    }

    @Test func `the log is for its owner only and no link is followed`() async throws {
        try await withTemporaryDirectory { folder in
            let descriptor = try openFile("\(folder)/shown")
            defer { close(descriptor) }
            let capture = try StandardErrorCapture(
                path: "\(folder)/log", descriptor: descriptor, onlyIfTerminal: false)
            capture.release()
            var status = stat()
            #expect(stat("\(folder)/log", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            #expect(symlink("\(folder)/shown", "\(folder)/link") == 0)
            #expect(throws: TerminalError.self) {
                try StandardErrorCapture(path: "\(folder)/link", descriptor: descriptor, onlyIfTerminal: false)
            }
        }
    }

    @Test func `what is redirected already stays where it is`() async throws {
        try await withTemporaryDirectory { folder in
            let descriptor = try openFile("\(folder)/shown")
            defer { close(descriptor) }
            let capture = try StandardErrorCapture(path: "\(folder)/log", descriptor: descriptor)
            print("kept\n", to: descriptor)
            capture.release()
            #expect(try text("\(folder)/shown") == "kept\n")
        }
    }

    @Test func `a log that cannot be opened is named`() {
        let error = #expect(throws: TerminalError.self) {
            try StandardErrorCapture(path: "/nowhere/at/all.log", descriptor: 2, onlyIfTerminal: false)
        }
        #expect(error?.description.contains("/nowhere/at/all.log: No such file or directory") == true)
    }
}
