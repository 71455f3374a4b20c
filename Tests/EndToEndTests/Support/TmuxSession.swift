import Foundation
import Testing

/// A terminal of a given size with one program in it, driven by real keys and looked at as a person would.
///
/// Each session has a tmux server of its own, ended by ``end()``.
final class TmuxSession {
    private let socket: String
    private let directory: URL
    /// What the command's exit status is written to when it ends.
    private let statusFile: URL

    /// Starts `command` (a shell command line) in a terminal of `columns` by `rows` cells.
    init(columns: Int, rows: Int, command: String, locale: String = "C.UTF-8") throws {
        socket = "bascule-\(UUID().uuidString.prefix(12))"
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(socket)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        statusFile = directory.appendingPathComponent("status")
        let script = directory.appendingPathComponent("run.sh")
        // The terminal's modes before and after, so that a test can see that they were given back.
        try """
        stty -a > '\(directory.path)/before'
        \(command)
        echo $? > '\(statusFile.path).partial'
        stty -a > '\(directory.path)/after'
        mv '\(statusFile.path).partial' '\(statusFile.path)'
        printf 'THE-END\\n'
        exec sleep 600
        """.write(to: script, atomically: true, encoding: .utf8)
        let started = try Self.run(
            [
                "tmux", "-L", socket, "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
                "env LC_ALL=\(locale) TERM=tmux-256color HOME='\(directory.path)' XDG_STATE_HOME='\(directory.path)' "
                    + "bash '\(script.path)'",
            ])
        guard started.status == 0 else { throw Failure(text: "tmux did not start: \(started.error)") }
        _ = try Self.run(["tmux", "-L", socket, "set-option", "-g", "status", "off"])
        _ = try Self.run(["tmux", "-L", socket, "resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    struct Failure: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// Presses keys by tmux's names: `q`, `Enter`, `Escape`, `C-c`, `Down`.
    func press(_ keys: String...) throws {
        _ = try Self.run(["tmux", "-L", socket, "send-keys"] + keys)
    }

    /// Types text as it is.
    func type(_ text: String) throws {
        _ = try Self.run(["tmux", "-L", socket, "send-keys", "-l", text])
    }

    func resize(columns: Int, rows: Int) throws {
        _ = try Self.run(["tmux", "-L", socket, "resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// The screen as text, a line per row.
    func screen() throws -> String {
        try Self.run(["tmux", "-L", socket, "capture-pane", "-p"]).output
    }

    /// The process id of `bascule` in this session.
    func basculeProcess() throws -> Int32 {
        let shell = try Self.run(["tmux", "-L", socket, "display-message", "-p", "#{pane_pid}"]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let children = try Self.run(["pgrep", "-P", shell]).output.split(separator: "\n").compactMap { Int32($0) }
        guard let process = children.first else { throw Failure(text: "no program runs in the session") }
        return process
    }

    /// Looks at the screen until `condition` holds; fails with the last screen at the deadline.
    @discardableResult
    func wait(
        _ what: String, within deadline: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation,
        until condition: (String) -> Bool
    ) async throws -> String {
        let end = ContinuousClock.now + deadline
        var last = ""
        while ContinuousClock.now < end {
            last = try screen()
            if condition(last) { return last }
            await Task.pause()
        }
        Issue.record("not seen within \(deadline): \(what)\n\(last)", sourceLocation: sourceLocation)
        throw Failure(text: "not seen: \(what)")
    }

    @discardableResult
    func wait(
        for text: String, within deadline: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await wait("the text \"\(text)\"", within: deadline, sourceLocation: sourceLocation) { $0.contains(text) }
    }

    /// The exit status of the command, once it has ended.
    func exitStatus(within deadline: Duration = .seconds(20)) async throws -> Int32 {
        let end = ContinuousClock.now + deadline
        while ContinuousClock.now < end {
            if let text = try? String(contentsOf: statusFile, encoding: .utf8),
                let status = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return status
            }
            await Task.pause()
        }
        throw Failure(text: "the program did not end within \(deadline)\n\((try? screen()) ?? "")")
    }

    /// Terminal modes before the program and after it, as `stty -a` prints them.
    func terminalModes() throws -> (before: String, after: String) {
        (
            try String(contentsOf: directory.appendingPathComponent("before"), encoding: .utf8),
            try String(contentsOf: directory.appendingPathComponent("after"), encoding: .utf8)
        )
    }

    /// Ends the session and its server.
    func end() {
        _ = try? Self.run(["tmux", "-L", socket, "kill-server"])
        try? FileManager.default.removeItem(at: directory)
    }

    private static func run(_ arguments: [String]) throws -> Program.Result {
        try Program.run(arguments[0], Array(arguments.dropFirst()), without: ["TMUX", "DISPLAY"])
    }
}

extension Task where Success == Never, Failure == Never {
    /// Gives way for a moment between two looks at a condition.
    static func pause() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(40)) { continuation.resume() }
        }
    }
}
