import Foundation
import Testing

@Suite struct CommandLineTests {
    @Test func `a misspelt command ends with 64, names the nearest and prints nothing on standard output`() throws {
        let result = try Program.run(Program.bascule, ["statsu"])
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.error.contains("did you mean \"status\""))
    }

    @Test func `help, version, completions and the manual page are data`() throws {
        for arguments in [["--help"], ["--version"], ["completions", "bash"], ["man"], ["keys"]] {
            let result = try Program.run(Program.bascule, arguments)
            #expect(result.status == 0, "\(arguments)")
            #expect(!result.output.isEmpty && result.error.isEmpty, "\(arguments)")
        }
    }

    @Test func `a missing configuration ends with 78 and says what was tried`() throws {
        let result = try Program.run(Program.bascule, ["--config", "/nonexistent/bascule.yaml", "status"])
        #expect(result.status == 78)
        #expect(result.output.isEmpty)
        #expect(result.error.contains("/nonexistent/bascule.yaml"))
    }

    @Test func `a wrong configuration ends with 78, file, line, column and a suggestion`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.write("context: x\nidcs:\n  idc1: {bootstrp: \"127.0.0.1:1\"}\n", to: "wrong.yaml")
        let result = try Program.run(Program.bascule, ["--config", path, "status"])
        #expect(result.status == 78)
        #expect(result.error.contains("wrong.yaml:3:10: "), "\(result.error)")
        #expect(result.error.contains("bootstrap"), "\(result.error)")
    }

    @Test func `the console without a terminal ends with 64 and hints at status`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.deadClusters()
        let result = try Program.run(Program.bascule, ["--config", path])
        #expect(result.status == 64)
        #expect(result.error.contains("bascule status --once"))
    }

    @Test func `status of two dead clusters ends with 3 and holds null where nothing could be read`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.deadClusters()
        let result = try Program.run(Program.bascule, ["--config", path, "status", "--once", "-o", "json"])
        #expect(result.status == 3, "\(result.error)")
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let sides = document?["idcs"] as? [String: Any]
        for side in ["idc1", "idc2"] {
            let values = sides?[side] as? [String: Any]
            #expect(values?["reachable"] as? Bool == false)
            #expect(values?["groups"] is NSNull, "groups of \(side)")
            #expect(values?["lag"] is NSNull, "lag of \(side)")
            #expect(values?["underReplicated"] is NSNull, "underReplicated of \(side)")
        }
        let problems = document?["problems"] as? [[String: Any]] ?? []
        let kinds = problems.map { "\($0["source"] ?? "") \($0["kind"] ?? "")" }
        #expect(kinds.contains("kafka idc1 unreachable") && kinds.contains("kafka idc2 unreachable"), "\(kinds)")
    }

    @Test func `no command finds nothing where two dead clusters could not be read`() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.deadClusters()
        let commands = [
            ["mirrors", "list"], ["groups", "list"], ["groups", "show", "billing"], ["traffic", "show"],
            ["offsets", "plan", "billing"], ["offsets", "plan"],
            ["offsets", "hold", "billing", "--reason", "x", "--confirm", "y"],
            ["offsets", "release", "billing", "--confirm", "y"], ["offsets", "sync", "billing", "--confirm", "1"],
            ["mirrors", "pause", "--topic", "orders", "--confirm", "y"], ["failover", "plan", "disaster"],
            ["failover", "start", "disaster", "--reason", "x", "--confirm", "IDC2"],
        ]
        // Side by side: each waits for its time-out.
        try await withThrowingTaskGroup { group in
            for arguments in commands {
                group.addTask {
                    let result = try await Program.runAside(Program.bascule, ["--config", path] + arguments)
                    let said = "\(arguments): \(result.output + result.error)"
                    #expect(result.status != 0 && result.status != 64, "\(said)")
                    // Why it could not be read, by whichever port.
                    #expect(said.contains("127.0.0.1:1 failed") || said.contains("127.0.0.1:2 failed"), "\(said)")
                    for wrong in [
                        "o group matches", "o mirror matches", "No mirror is selected", "nothing to write", "keep 0",
                    ] {
                        #expect(!said.contains(wrong), "\(said)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `secrets of the configuration show in no output`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.write(
            """
            context: secret
            idcs:
              idc1: {bootstrap: "127.0.0.1:1", kafka: {security.protocol: sasl_plaintext, sasl.mechanism: PLAIN, sasl.username: u, sasl.password: "hunter2-secret"}}
              idc2: {bootstrap: "127.0.0.1:2"}
            """, to: "secret.yaml")
        let shown = try Program.run(Program.bascule, ["--config", path, "--show-config"])
        #expect(shown.status == 0, "\(shown.error)")
        #expect(!(shown.output + shown.error).contains("hunter2-secret"))
        let log = folder.path("log")
        let status = try Program.run(Program.bascule, ["--config", path, "--log", log, "status", "--timeout", "3s"])
        #expect(!(status.output + status.error).contains("hunter2-secret"))
        #expect(!((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").contains("hunter2-secret"))
    }

    @Test func `a signal of a broken pipe ends no command, whoever wrote into it`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let path = try folder.deadClusters()
        // Sent as soon as the program ignores it; one that never does has failed.
        let script = """
            "$0" --config "$1" status --timeout 3s >/dev/null 2>&1 & process=$!
            until mask=$(sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$process/status") && [ -n "$mask" ] && ((0x$mask & 0x1000)); do
                [ -d "/proc/$process/task" ] || { echo "ended before it ignored SIGPIPE"; exit 9; }
            done
            kill -PIPE $process
            wait $process
            """
        let result = try Program.run("/bin/bash", ["-c", script, Program.bascule, path])
        #expect(result.status == 3, "\(result.output)\(result.error)")
    }

    @Test func `what prints into a pipe that nobody reads ends quietly, as others do`() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let script = """
            mkfifo "$1" && exec 4<>"$1" 5>"$1" 4>&-
            "$0" --help >&5
            """
        let result = try Program.run("/bin/bash", ["-c", script, Program.bascule, folder.path("pipe")])
        #expect(result.status == 128 + SIGPIPE, "\(result.output)\(result.error)")
        #expect(result.output.isEmpty && result.error.isEmpty, "\(result.output)\(result.error)")
    }
}
